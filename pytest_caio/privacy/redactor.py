"""The one place where secrets and people's data leave what is written down.

Evidence passes through here when it is built, every output once more when it is written
(``docs/promises.md, Secrets stay secret``).
"""

import itertools
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from pytest_caio.base import strict_json as strictjson
from pytest_caio.privacy.parts import Parts
from pytest_caio.privacy.personal_fields import inherit, reduce_loose, reduce_value
from pytest_caio.privacy.token_patterns import (
    escaped,
    may_be_escaped,
    most_of,
    patterns,
    shortened,
)

_SECRET_HEADERS = frozenset(
    {"x-dashboard-token", "authorization", "proxy-authorization", "cookie", "set-cookie"}
)
# No spelling that is looked for is shorter: the shortest token, without its last character.
MIN_SECRET = 5
_MOST_LEARNED = 200  # of one environment, so that none takes another's room
_FIRST = (-sys.maxsize, 0)
_SESSION = re.compile(r"(caio_session[\"']?\s*[=:]\s*[\"']?)(?!\[token:)[^;,\s\"']+")
_TOKEN_MARK = re.compile(r"\[token:[^\]\s]+\]")


class Secret:
    """A token that does not show itself: neither in a repr, nor in a traceback's locals."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the token itself, for the one header that needs it."""
        return self._value

    def __repr__(self) -> str:
        return "<secret>"


class _Spelling:
    """One way in which a secret may be written, which shows itself no more than the secret.

    They go in the order of ``rank``, the longest first: a secret may be the beginning of another.
    """

    __slots__ = ("_compiled", "_mark", "_pattern", "rank")

    def __init__(self, pattern: str, mark: str, number: int) -> None:
        self._pattern, self._mark = pattern, mark
        self.rank = (-len(pattern), number)
        self._compiled: re.Pattern[str] | None = None

    def taken_out(self, text: str) -> str:
        """Return ``text`` with the mark where the secret was."""
        # Only now: most are never needed, and where any letter may be escaped it takes a while.
        self._compiled = self._compiled or re.compile(self._pattern, re.IGNORECASE)
        return self._compiled.sub(self._mark, text)

    def __repr__(self) -> str:
        return "<spelling>"


@dataclass(frozen=True)
class _Spellings:
    """Every spelling of every secret of a run."""

    plain: Parts[_Spelling] = field(default_factory=Parts)
    escaped: list[_Spelling] = field(default_factory=list)
    count: Iterator[int] = field(default_factory=itertools.count)

    def add(self, secret: str, mark: str) -> None:
        for part, pattern in patterns(secret):
            self.plain.add(part, _Spelling(pattern, mark, next(self.count)))
        self.escaped.append(_Spelling(escaped(secret), mark, next(self.count)))

    def add_part(self, secret: str, mark: str) -> None:
        """Take a part of a secret as a mask leaves it: nobody escapes what was masked."""
        part, pattern = patterns(secret)[0]
        self.plain.add(part, _Spelling(pattern, mark, next(self.count)))

    def after(self, rank: tuple[int, int], text: str, *, mixed: bool) -> _Spelling | None:
        """Return the first that ``text`` may hold and that comes behind ``rank``."""
        there = itertools.chain(self.plain.within(text.lower()), self.escaped if mixed else ())
        return min((s for s in there if s.rank > rank), key=lambda s: s.rank, default=None)


def _session_free(found: re.Match[str]) -> str:
    # A session that a token is made into is an echo of it: what tells of that stays.
    return f"{found[1]}[session]{''.join(dict.fromkeys(_TOKEN_MARK.findall(found[0])))}"


@dataclass(frozen=True)
class Redactor:
    """Takes tokens and people's data out of texts.

    ``secrets`` maps a name that may be shown (``token:production``) to the secret;
    ``keep_content`` leaves subjects, bodies and recipients in, tokens never.
    """

    secrets: Mapping[str, Secret] = field(default_factory=dict)
    keep_content: bool = False
    _spellings: _Spellings = field(
        init=False, repr=False, compare=False, default_factory=_Spellings
    )
    _learned: Counter[str] = field(init=False, repr=False, compare=False, default_factory=Counter)

    def __post_init__(self) -> None:
        for token, mark in self._marked():
            self._spellings.add(token, mark)
        for name, secret in self.secrets.items():
            for part in most_of(secret.reveal()):
                self._spellings.add_part(part, f"[{name}:most]")

    def learn(self, secrets: Iterable[str], environment: str = "") -> None:
        """Take from now on these secrets too out of whatever is written: ids of sessions.

        What a deployment makes up without end is left at some number, for the sake of time.
        """
        for secret in secrets:
            # What holds a token is known by that already, and an echo of it shows by its mark.
            if len(secret) < MIN_SECRET or self.secret_free(secret) != secret:
                continue
            if self._learned[environment] < _MOST_LEARNED:
                self._learned[environment] += 1
                self._spellings.add(secret, "[session]")

    @property
    def learned(self) -> bool:
        """Whether there are secrets by now that were not known from the start."""
        return bool(self._learned)

    def _marked(self) -> Iterator[tuple[str, str]]:
        """Yield each token with its mark, then what the gate makes of it to try a wrong one."""
        for name, secret in self.secrets.items():
            yield secret.reveal(), f"[{name}]"
        for name, secret in self.secrets.items():
            if len(short := shortened(secret.reveal())) >= MIN_SECRET:
                yield short, f"[{name} shortened]"

    def secret_free(self, text: str) -> str:
        """Return ``text`` with each token, in whatever spelling, replaced by ``[its name]``."""
        if len(text) >= MIN_SECRET:
            # One pass tells nearly every text as one that holds none of the spellings.
            mixed, rank = may_be_escaped(text), _FIRST
            while spelling := self._spellings.after(rank, text, mixed=mixed):
                text, rank = spelling.taken_out(text), spelling.rank
        return _SESSION.sub(_session_free, text) if "caio_session" in text else text

    def text(self, text: str) -> str:
        """Return a text that is not JSON, with secrets and people's data gone."""
        text = self.secret_free(strictjson.clean_text(text))
        if self.keep_content:
            return text
        return reduce_loose(text)

    def body(self, text: str) -> str:
        """Return an answer's body: JSON is reduced value by value, anything else as text."""
        try:
            value = strictjson.loads(text)
        except strictjson.JsonProblem:
            return self.text(text)
        return json.dumps(self.value(value), ensure_ascii=False)

    def value(self, value: Any, key: str = "") -> Any:
        """Return a JSON value with secrets and people's data gone; ``key`` is its name."""
        if isinstance(value, dict):
            return {self.text(name): self.value(item, inherit(key, name))
                    for name, item in value.items()}  # fmt: skip
        if isinstance(value, list):
            return [self.value(item, key) for item in value]
        if not isinstance(value, str):
            return value
        value = self.secret_free(value)
        if self.keep_content or not value:
            return value
        return reduce_value(value, key)

    def url(self, url: str) -> str:
        """Return ``url`` with the values of its query redacted one by one."""
        try:
            parts = urlsplit(url)
            query = parse_qsl(parts.query, keep_blank_values=True)
        except ValueError:
            return self.text(url)
        shown = urlencode([(k, self.text(v)) for k, v in query], safe="[]:/")
        host = parts.netloc.rpartition("@")[2]
        return self.text(urlunsplit((parts.scheme, host, parts.path, shown, "")))

    def headers(self, headers: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        """Return headers without credentials: of a cookie its name stays, of a token nothing.

        A token of this run leaves its mark, so that a judge sees which answers echo it.
        """
        return tuple((name, self._header(name.lower(), value)) for name, value in headers)

    def _header(self, name: str, value: str) -> str:
        if name not in _SECRET_HEADERS:
            return self.text(value)
        known = "".join(dict.fromkeys(_TOKEN_MARK.findall(self.secret_free(value))))
        if name not in {"cookie", "set-cookie"}:
            return known or "[token]"
        pair, _, attributes = value.partition(";")
        kept = f";{self.text(attributes)}" if attributes and name == "set-cookie" else ""
        return f"{self.text(pair.partition('=')[0])}=[cookie]{known}{kept}"

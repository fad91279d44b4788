"""The one place where secrets and people's data leave what is written down.

Evidence passes through here when it is built, every output once more when it is written
(``docs/promises.md, Secrets stay secret``).
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from pytest_caio.base import strict_json as strictjson
from pytest_caio.privacy.personal_fields import inherit, reduce_loose, reduce_value
from pytest_caio.privacy.token_patterns import escaped, may_be_escaped, patterns, shortened

_SECRET_HEADERS = frozenset(
    {"x-dashboard-token", "authorization", "proxy-authorization", "cookie", "set-cookie"}
)
# No spelling that is looked for is shorter: the shortest token, without its last character.
MIN_SECRET = 5
_MOST_LEARNED = 200
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

    ``part`` is what a text must hold, in small letters: nothing where the secret has neither letter
    nor digit. It is None where any letter may be escaped.
    """

    __slots__ = ("_compiled", "mark", "part", "pattern")

    def __init__(self, part: str | None, pattern: str, mark: str) -> None:
        self.part, self.pattern, self.mark = part, pattern, mark
        self._compiled: re.Pattern[str] | None = None

    def taken_out(self, text: str) -> str:
        """Return ``text`` with the mark where the secret was."""
        # Only now: most are never needed, and where any letter may be escaped it takes a while.
        self._compiled = self._compiled or re.compile(self.pattern, re.IGNORECASE)
        return self._compiled.sub(self.mark, text)

    def __repr__(self) -> str:
        return "<spelling>"


@dataclass(frozen=True)
class Redactor:
    """Takes tokens and people's data out of texts.

    ``secrets`` maps a name that may be shown (``token:production``) to the secret;
    ``keep_content`` leaves subjects, bodies and recipients in, tokens never.
    """

    secrets: Mapping[str, Secret] = field(default_factory=dict)
    keep_content: bool = False
    # All of them, the longest first: a secret may be the beginning of another.
    _spellings: list[_Spelling] = field(init=False, repr=False, compare=False, default_factory=list)
    _learned: list[Secret] = field(init=False, repr=False, compare=False, default_factory=list)

    def __post_init__(self) -> None:
        for token, mark in self._marked():
            self._add(token, mark)

    def _add(self, secret: str, mark: str) -> None:
        plain = patterns(secret)
        self._spellings.extend(_Spelling(part, pattern, mark) for part, pattern in plain)
        self._spellings.append(_Spelling(None, escaped(secret), mark))
        self._spellings.sort(key=lambda each: -len(each.pattern))

    def learn(self, secrets: Iterable[str]) -> None:
        """Take from now on these secrets too out of whatever is written: ids of sessions.

        What a deployment makes up without end is left at some number, for the sake of time.
        """
        for secret in secrets:
            # What holds a token is known by that already, and an echo of it shows by its mark.
            if len(secret) < MIN_SECRET or self.secret_free(secret) != secret:
                continue
            if len(self._learned) < _MOST_LEARNED:
                self._learned.append(Secret(secret))
                self._add(secret, "[session]")

    def _marked(self) -> Iterator[tuple[str, str]]:
        """Yield each token with its mark, then what the gate makes of it to try a wrong one."""
        for name, secret in self.secrets.items():
            yield secret.reveal(), f"[{name}]"
        for name, secret in self.secrets.items():
            if len(short := shortened(secret.reveal())) >= MIN_SECRET:
                yield short, f"[{name} shortened]"

    def secret_free(self, text: str) -> str:
        """Return ``text`` with each token, in whatever spelling, replaced by ``[its name]``."""
        lowered, mixed = text.lower(), may_be_escaped(text)
        for spelling in self._spellings if len(text) >= MIN_SECRET else ():
            # A plain search first: nearly every text holds none of the spellings.
            if mixed if spelling.part is None else spelling.part in lowered:
                text = spelling.taken_out(text)
                lowered = text.lower()
        return _SESSION.sub(r"\1[session]", text) if "caio_session" in text else text

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

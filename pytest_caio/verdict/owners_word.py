"""The owner's go or no-go on a report: one line for each, chained to the line before.

Source: ``docs/guard.md, The owner's decision``. Digests find what was changed by accident, or by
somebody who changed one line; who writes the whole chain anew is found by a signature alone.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal

from pytest_caio.base.strict_json import JsonProblem, loads
from pytest_caio.base.strict_yaml import FORBID_EXTRA
from pytest_caio.verdict.past import PastDeed


@dataclass(frozen=True)
class Word:
    """One decision. ``by`` is what somebody typed, ``actor`` who started the run on GitHub at
    ``run``; one of both may be empty. ``report`` has the digests of the files that it is about,
    ``before`` that of the line before.
    """

    __pydantic_config__ = FORBID_EXTRA

    decision: Literal["go", "no-go"]
    by: str
    actor: str
    run: str
    note: str
    at: datetime
    report: Mapping[str, str]
    before: str
    schema: Literal[1] = 1

    @property
    def go(self) -> bool:
        """Whether it is a go."""
        return self.decision == "go"

    @property
    def who(self) -> str:
        """Whose word it is, with what that rests on."""
        if not self.actor:
            return f"{self.by} (as typed)"
        if not self.by:
            return f"{self.actor} (who started the run on GitHub)"
        return f"{self.by} (as typed; {self.actor} started the run on GitHub)"


@dataclass(frozen=True)
class Words:
    """The decisions of a folder, oldest first; ``problem`` says why they count for nothing.

    ``last`` is the digest to which the next one is chained.
    """

    every: tuple[Word, ...] = ()
    problem: str = ""
    last: str = ""

    def of(self, report: Mapping[str, str]) -> tuple[Word, ...]:
        """Return those on the report with these digests; an earlier report's are none of it."""
        return tuple(word for word in self.every if dict(word.report) == dict(report))


def line_of(word: Word) -> bytes:
    """Return the line that is written of a decision."""
    data = {**asdict(word), "at": word.at.isoformat()}
    return json.dumps(data, sort_keys=True).encode()


def digest_of(line: bytes) -> str:
    """Return what the next line is chained by."""
    return hashlib.sha256(line).hexdigest()


def read_words(data: bytes) -> Words:
    """Return the decisions in a file's bytes. Where one line is not what it was, none counts."""
    found: list[Word] = []
    last = ""
    *lines, rest = data.split(b"\n")
    for number, line in enumerate(lines, 1):
        word = _word(line)
        if word is None:
            return Words(problem=f"its line {number} is no decision")
        if word.before != last:
            text = f"its line {number} does not follow from the line before"
            return Words(problem=f"{text}: a line was changed, added or taken out")
        found.append(word)
        last = digest_of(line)
    if rest:
        return Words(problem="its last line is cut")
    return Words(tuple(found), last=last)


def taken_out(deeds: Iterable[PastDeed], report: str, words: Iterable[Word]) -> str:
    """Return that the ledger knows of a decision on this report that its file lacks, or nothing.

    ``report`` is the digest of its ``verdict.json``. Nobody tells a file that was cut at its end
    from one that never had more (``docs/guard.md, The owner's decision``), but for a ledger.
    """
    there = {digest_of(line_of(word)) for word in words}
    for deed in deeds:
        lacks = deed.data.get("line") not in there
        if deed.kind == "decision" and deed.report == report and lacks:
            return f"the ledger has a decision of {deed.at:%Y-%m-%d %H:%M} UTC that is not in it"
    return ""


def _word(line: bytes) -> Word | None:
    from pydantic import ValidationError

    from pytest_caio.gates.validation import adapter

    try:
        word: Word = adapter(Word).validate_python(loads(line.decode()))
    except (UnicodeDecodeError, JsonProblem, ValidationError):
        return None
    told = word.by.strip() or word.actor.strip()
    return word if told and word.report and word.at.tzinfo else None

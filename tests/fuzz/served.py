"""What a deployment answered in one run, as it went over the wire: nothing of the gate's own."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import Any

TOKEN, ANONYMOUS, SESSION, WRONG = "token", "anonymous", "session", "wrong"
_BROKEN = object()


@dataclass(frozen=True)
class Asked:
    """One request: `who` sent it, by its token and its cookie."""

    environment: str
    method: str
    path: str
    query: str
    who: str
    body: bytes = b""

    @property
    def name(self) -> str:
        """The request in one line."""
        query = f"?{self.query}" if self.query else ""
        return f"{self.environment}: {self.method} {self.path}{query} as {self.who}"


@dataclass(frozen=True)
class Served:
    """One answer; where `error` is set there was none. It came `late` by so many seconds."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    error: str = ""
    late: float = 0.0

    def header(self, name: str) -> str:
        """The first header of that name, or nothing."""
        return next((v for n, v in self.headers if n.lower() == name), "")

    @cached_property
    def json(self) -> Any:
        """The parsed body, or an object that is no JSON value; nobody may change it."""
        try:
            # What is broken within a text breaks no more than that text.
            text = self.body.decode("utf-8-sig", "replace")
            return json.loads(text, parse_constant=_refuse, strict=False)
        except (ValueError, RecursionError):
            return _BROKEN

    @cached_property
    def date(self) -> datetime | None:
        """The moment in the `Date` header."""
        try:
            moment = parsedate_to_datetime(self.header("date"))
        except (ValueError, TypeError, OverflowError):
            return None
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _refuse(word: str) -> Any:
    raise ValueError(word)


@dataclass
class Seen:
    """Every answer of one run, in its order."""

    all: list[tuple[Asked, Served]] = field(default_factory=list)

    def of(self, environment: str) -> Seen:
        """Only what that environment answered."""
        return Seen([pair for pair in self.all if pair[0].environment == environment])

    def answers(
        self, path: str, who: str = TOKEN, method: str = "GET", query: str | None = None
    ) -> list[Served]:
        """The answers to one question, in their order."""
        return [
            served
            for asked, served in self.all
            if (asked.path, asked.who, asked.method) == (path, who, method)
            and (query is None or asked.query == query)
        ]

    def usable(self, path: str, who: str = TOKEN, query: str | None = None) -> list[Any]:
        """The JSON of the answers that were `200` and JSON."""
        good = (s.json for s in self.answers(path, who, query=query) if s.status == 200)
        return [value for value in good if value is not _BROKEN]

    def now(self) -> datetime | None:
        """The moment that the deployment's clock showed; None where it showed several."""
        found = dates(served for _, served in self.all)
        alike = found and max(found) - min(found) < timedelta(minutes=5)
        return max(found) if alike else None


def dates(answers: Iterable[Served]) -> list[datetime]:
    """The moments in the answers' `Date` headers."""
    return [served.date for served in answers if served.date]

"""Dispatch reports, and the clean days in them.

Source: ``docs/dashboard.md, Dispatch history and clean days``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from pytest_caio.base.messages import listed, plural, shown
from pytest_caio.evidence.cards import parse_time
from pytest_caio.evidence.probe_names import DISPATCHES
from pytest_caio.judge.look import BadAnswer, Look, NoEvidence

REPORTS = 200
LOOKBACK = timedelta(days=45)
_MISSING = object()


@dataclass(frozen=True)
class Run:
    """One dispatch report. ``at`` is its start (else its end) in UTC; ``day`` the date it counts
    for, as text; ``problems`` says what in it is not of the types that are due.
    """

    id: str
    at: datetime | None
    day: str
    dry: bool
    held: bool
    errors: tuple[str, ...]
    dispatched: int
    problems: tuple[str, ...] = ()

    @property
    def live(self) -> bool:
        """Whether it was no dry run; what is unclear counts as live."""
        return not self.dry

    @property
    def unclean(self) -> str:
        """Why this run makes no clean day, or nothing where it does.

        Source: ``docs/regimen.md, Ramp graduation``.
        """
        if self.problems:
            return "its report is unclear"
        if self.dry:
            return "a dry run"
        held = ["held for approval"] if self.held else []
        wrong = [plural(len(self.errors), "error")] if self.errors else []
        nothing = ["nothing dispatched"] if self.dispatched < 1 else []
        return listed([*held, *wrong, *nothing])


@dataclass(frozen=True)
class Day:
    """A date with dispatch reports; ``why`` says why it is not clean."""

    date: str
    live: bool
    clean: bool
    why: str


@dataclass
class _Reader:
    """Reads a report's fields by their types, and notes what is wrong instead of stopping."""

    raw: Mapping[str, Any]
    problems: list[str] = field(default_factory=list)

    def get(self, name: str, kind: type, default: Any, *, due: bool = True) -> Any:
        """Return the field; where it is missing, null or of another type, ``default``."""
        value = self.raw.get(name, _MISSING)
        if value is None or value is _MISSING:
            if due:
                self.problems.append(f"{name} is missing")
            return default
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            self.problems.append(f"{name} is {shown(value, 40)}")
            return default
        return value

    def number(self, name: str) -> int:
        """Return a dispatched figure; a channel that was not used has none."""
        found: int = self.get(name, int, 0, due=False)
        if found < 0:
            self.problems.append(f"{name} is {found}")
        return max(found, 0)


def runs(look: Look) -> tuple[Run, ...]:
    """Return the dispatch reports; raise :class:`BadAnswer` where there is no list of them."""
    found = look.json(DISPATCHES)
    if not isinstance(found, list):
        raise BadAnswer(f"{DISPATCHES} answered {shown(found, 60)}, not a list of reports")
    return tuple(_run(raw, i) for i, raw in enumerate(found, 1))


def _run(raw: Any, number: int) -> Run:
    if not isinstance(raw, dict):
        problem = f"report {number} is {shown(raw, 40)}, not an object"
        return Run(f"report {number}", None, "", False, False, (), 0, (problem,))
    reader = _Reader(raw)
    name = raw.get("run_id")
    started, completed = (reader.get(k, str, "", due=False) for k in ("started_at", "completed_at"))
    day = (completed or started)[:10]
    if not _is_date(day):
        reader.problems.append("neither completed_at nor started_at is a time")
    sent = reader.number("cadence_dispatched") + reader.number("revival_dispatched")
    for channel in ("instantly_report", "heyreach_report"):
        report = reader.get(channel, dict, {}, due=False)
        inner = _Reader(report, reader.problems)
        sent += inner.number("total_dispatched")
    return Run(
        id=name if isinstance(name, str) and name.strip() else f"report {number}",
        at=parse_time(started) or parse_time(completed),
        day=day,
        dry=reader.get("dry_run", bool, False),
        held=reader.get("pending_approval", bool, False),
        errors=tuple(shown(error) for error in reader.get("errors", list, [])),
        dispatched=sent,
        problems=tuple(reader.problems),
    )


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def problems(found: Iterable[Run]) -> list[str]:
    """Return what is wrong with the reports themselves, one text each."""
    return [f"{run.id}: {listed(run.problems, 4)}" for run in found if run.problems]


def clock(look: Look) -> datetime:
    """Return the deployment's time at this answer; raise NoEvidence where it shows none."""
    now = look.answer(DISPATCHES).date
    if now is None:
        raise NoEvidence(f"{DISPATCHES}: no usable Date header, so the time doesn't show")
    return now


def days(look: Look, found: Iterable[Run]) -> tuple[Day, ...]:
    """Return the days of the reports, newest first, each clean by the rule or not.

    The deployment looks back 45 days, and a day that has not come yet shows nothing.
    """
    today = clock(look).date()
    by_day: dict[str, list[Run]] = {}
    for run in found:
        if _is_date(run.day):
            by_day.setdefault(run.day, []).append(run)
    return tuple(_day(text, by_day[text], today) for text in sorted(by_day, reverse=True))


def _day(text: str, found: list[Run], today: date) -> Day:
    live = any(run.live for run in found)
    when = date.fromisoformat(text)
    if when < today - LOOKBACK:
        return Day(text, live, False, f"more than {LOOKBACK.days} days ago")
    if when > today + timedelta(days=1):
        # One day ahead may be the deployment's own zone.
        return Day(text, live, False, "in the future")
    clean = any(not run.unclean for run in found)
    reasons = dict.fromkeys(run.unclean for run in found if run.live) or {"dry runs only": None}
    return Day(text, live, clean, "" if clean else listed(reasons, 4))

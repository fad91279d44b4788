"""What a ledger says of single days: verdicts, decisions, dispatches, clean-ups.

Source: ``docs/regimen.md, Daily log``.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from pytest_caio.base.messages import plural
from pytest_caio.verdict.past import PastDeed, PastEnd, PastRun


@dataclass(frozen=True)
class Entries:
    """A day's entries in words, each in the order of its time; ``approved`` and ``rejected`` count
    the decisions that any run of ours saw in the deployment's history.
    """

    preflights: tuple[str, ...] = ()
    decisions: tuple[str, ...] = ()
    dispatches: tuple[str, ...] = ()
    clean_ups: tuple[str, ...] = ()
    approved: int = 0
    rejected: int = 0

    @property
    def every(self) -> Iterator[str]:
        """All of it, in words."""
        yield from self.preflights
        yield from self.decisions
        yield from self.dispatches
        yield from self.clean_ups
        if self.approved or self.rejected:
            yield (
                f"decided in /sales, as seen by our runs: {self.approved} approved, "
                f"{self.rejected} rejected"
            )


def entries(
    day: date, zone: ZoneInfo, runs: Sequence[PastRun], deeds: Sequence[PastDeed],
    ends: Sequence[PastEnd],
) -> Entries:  # fmt: skip
    """Return what there is of a day in ``zone``."""

    def on(at: datetime) -> bool:
        return at.astimezone(zone).date() == day

    mine = [deed for deed in deeds if on(deed.at)]
    ended = [end for end in ends if on(end.at)]
    checked = [run for run in runs if run.preflight and on(run.at)]
    return Entries(
        tuple(f"{_clock(run.at, zone)} pre-flight: {run.verdict}" for run in checked),
        tuple(_told(mine, "decision", zone)),
        tuple(_told(mine, "guard", zone)),
        tuple(_told(mine, "clean-up", zone)),
        sum(end.approved for end in ended),
        sum(not end.approved for end in ended),
    )


def _told(deeds: Iterable[PastDeed], kind: str, zone: ZoneInfo) -> Iterator[str]:
    for deed in deeds:
        if deed.kind == kind:
            yield f"{_clock(deed.at, zone)} {_words(deed)}"


def _words(deed: PastDeed) -> str:
    data = deed.data
    if deed.kind == "decision":
        return f"decided: {data.get('decision')}, by {data.get('by')}"
    if deed.kind == "clean-up":
        return f"clean-up: {plural(int(data.get('rejected', 0)), 'card')} rejected"
    if not data.get("started"):
        return "dispatch: refused"
    code = data.get("exit_code")
    return "dispatch: started" if code is None else f"dispatch: ended, exit code {code}"


def _clock(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%H:%M}"

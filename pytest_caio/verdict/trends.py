"""How long a check has not been met, whether that is new, and whether it comes and goes.

Source: ``docs/ledger.md, Failing since, new, flaky``. Pure: of remembered runs, oldest first.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from pytest_caio.verdict.finding import Outcome
from pytest_caio.verdict.past import PastCheck, PastRun
from pytest_caio.verdict.run_finding import GATE

LOOKED_AT = 10
"""So many whole runs are looked at for one that comes and goes."""
FLAKY = 2
"""So many changes without a deploy make a check flaky."""
_HOLDS = frozenset({Outcome.PASS, Outcome.NOT_APPLICABLE})
Key = tuple[str, str, str]


@dataclass(frozen=True)
class Trend:
    """A check that is not met at ``at``: ``since`` when, and in how many whole runs in a row.

    ``new`` says that it was met in the last run; ``failed`` that it failed in each of these runs,
    so none only could not tell or was waived. ``changes`` counts how often it came and went while
    the release stayed the same.
    """

    at: datetime
    since: datetime
    runs: int = 1
    new: bool = False
    failed: bool = True
    changes: int = 0

    @property
    def flaky(self) -> bool:
        """Whether it comes and goes without a deploy."""
        return self.changes >= FLAKY


def comparable(past: Iterable[PastRun], this: PastRun) -> tuple[PastRun, ...]:
    """Return the earlier runs that a run is compared with: whole ones of the same profile, in the
    same environment, and of a rehearsal only where it is one itself.
    """
    kind = (this.environment, this.profile, this.rehearsal)
    return tuple(
        run for run in past
        if run.whole and (run.environment, run.profile, run.rehearsal) == kind
        and run.run != this.run and run.at <= this.at
    )  # fmt: skip


def trends(past: Sequence[PastRun], now: Iterable[PastRun]) -> Mapping[Key, Trend]:
    """Return the trend of each finding of this run (``now``, an entry for each environment) that
    is not met, where an earlier run had its check.
    """
    found: dict[Key, Trend] = {}
    for this in now:
        earlier = comparable(past, this)
        for name, trend in (standing((*earlier, this)) if earlier else {}).items():
            gate, _, check = name.partition(".")
            found[gate, check, this.environment] = trend
    return found


def standing(runs: Sequence[PastRun]) -> Mapping[str, Trend]:
    """Return how each check stands that the last of these runs found to be not met, by name.

    ``runs`` are comparable; a check that no earlier one had is left out.
    """
    rows = [{check.name: check for check in run.checks} for run in runs]
    named = {
        name: _trend(runs, [row.get(name) for row in rows], own=name.startswith(f"{GATE}."))
        for name, check in (rows[-1] if rows else {}).items()
        if not check.met and check.outcome is not Outcome.NOT_RUN
    }
    return {name: trend for name, trend in named.items() if trend}


def _trend(
    runs: Sequence[PastRun], checks: Sequence[PastCheck | None], *, own: bool
) -> Trend | None:
    """Return a check's trend; what is the run's ``own`` is there only while something is wrong."""
    row, before = 1, False
    since, failed = runs[-1].at, _of(checks[-1]) is Outcome.FAIL
    for run, check in zip(reversed(runs[:-1]), reversed(checks[:-1]), strict=True):
        if check is None and not own:
            continue  # It was not due then.
        before = True
        if check is None or check.outcome in _HOLDS:
            break
        row, since = row + 1, run.at
        failed = failed and check.outcome is Outcome.FAIL
    if not before:
        return None
    return Trend(runs[-1].at, since, row, row == 1, failed, changes(runs, checks))


def _of(check: PastCheck | None) -> Outcome | None:
    return check.outcome if check else None


def changes(runs: Sequence[PastRun], checks: Sequence[PastCheck | None]) -> int:
    """Return how often a check came or went in the last ten runs while the release that the last
    one saw stayed deployed. Only a pass and a failure are different: the rest shows neither.
    """
    release, held = (runs[-1].release if runs else ""), []
    last = list(zip(runs, checks, strict=True))[-LOOKED_AT:]
    for run, check in reversed(last):
        if not release or run.release != release:
            break
        outcome = _of(check)
        if outcome in {Outcome.PASS, Outcome.FAIL}:
            held.append(outcome)
    return sum(a is not b for a, b in pairwise(held))

"""What a ledger shows over many days: strips of outcomes, days, ages, rates, by environment.

Source: ``docs/ledger.md, What it gives``. Pure: whoever shows it has only to lay it out.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from pytest_caio.gates.policy import Policy
from pytest_caio.verdict.decision_ages import DecisionAge, decision_ages
from pytest_caio.verdict.finding import Outcome, Severity
from pytest_caio.verdict.gate_days import GateDays, gate_days
from pytest_caio.verdict.past import PastCheck, PastEnd, PastRun
from pytest_caio.verdict.trends import FLAKY, Trend, changes, standing

SOON = timedelta(days=7)
_LAST = 5


@dataclass(frozen=True)
class Strip:
    """One check over the runs of its strand, None where it was not due.

    ``trend`` is there where the last run found it not met, and an earlier one had it.
    """

    name: str
    checks: tuple[PastCheck | None, ...]
    trend: Trend | None
    changes: int

    @property
    def flaky(self) -> bool:
        """Whether it comes and goes without a deploy."""
        return self.changes >= FLAKY

    @property
    def held(self) -> bool:
        """Whether nothing was ever against it."""
        fine = {Outcome.PASS, Outcome.NOT_APPLICABLE}
        return all(check is None or check.outcome in fine for check in self.checks)

    @property
    def letters(self) -> str:
        """Each outcome as a letter, the oldest first."""
        return "".join(map(letter, self.checks))


LETTERS: Mapping[str, str] = {
    ".": "holds",
    "F": "failed",
    "a": "to note",
    "?": "cannot tell",
    "w": "waived",
    "-": "does not apply",
    "_": "not due",
}
_OF_OUTCOME = {
    Outcome.PASS: ".",
    Outcome.FAIL: "F",
    Outcome.CANNOT_TELL: "?",
    Outcome.WAIVED: "w",
    Outcome.NOT_APPLICABLE: "-",
    Outcome.NOT_RUN: "_",
}


def letter(check: PastCheck | None) -> str:
    """Return the letter of an outcome; advice that fails is to note."""
    if check is None:
        return "_"
    noted = check.outcome is Outcome.FAIL and check.severity is Severity.ADVISORY
    return "a" if noted else _OF_OUTCOME[check.outcome]


@dataclass(frozen=True)
class Strand:
    """The runs that are compared with one another, oldest first, and their checks' strips."""

    profile: str
    rehearsal: bool
    runs: tuple[PastRun, ...]
    strips: tuple[Strip, ...]


@dataclass(frozen=True)
class Place:
    """One environment: its last runs (newest first), strands, and what is counted over days.

    ``latest`` is the last run of each profile, the newest first.
    ``waivers`` end within a week; ``replays`` are moments and pass rates; ``clean`` is the last run
    that knew the ramp's clean days; ``waiting`` counts live cards that the last
    run that read the queue saw undecided.
    """

    name: str
    last: tuple[PastRun, ...]
    latest: tuple[PastRun, ...]
    strands: tuple[Strand, ...]
    waivers: tuple[tuple[str, date], ...]
    days: GateDays
    replays: tuple[tuple[datetime, float], ...]
    clean: PastRun | None
    ages: tuple[DecisionAge, ...]
    waiting: int | None


@dataclass(frozen=True)
class Chronicle:
    """Environments by name, as they were remembered at ``now``; ``since`` when, if not always."""

    now: datetime
    since: datetime | None
    policy: Policy
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Asked:
    """What is to be shown: from when, and which checks, by their full names."""

    now: datetime
    since: datetime | None = None
    check: Callable[[str], bool] = lambda _: True


def chronicle(
    runs: Iterable[PastRun], ends: Mapping[str, Sequence[PastEnd]], policy: Policy, asked: Asked
) -> Chronicle:
    """Return what is remembered; ``runs`` are all there are, oldest first, as "failing since" may
    lie before what is asked for; ``ends`` are decisions on cards, by environment.
    """
    by_name: dict[str, list[PastRun]] = {}
    for run in runs:
        by_name.setdefault(run.environment, []).append(run)
    shown = {name: mine for name, mine in by_name.items() if any(_asked(r, asked) for r in mine)}
    places = (_place(name, shown[name], ends.get(name, ()), policy, asked) for name in shown)
    return Chronicle(asked.now, asked.since, policy, tuple(sorted(places, key=lambda p: p.name)))


def _asked(run: PastRun, asked: Asked) -> bool:
    return asked.since is None or run.at >= asked.since


def _place(
    name: str, every: Sequence[PastRun], ends: Sequence[PastEnd], policy: Policy, asked: Asked
) -> Place:
    runs = [run for run in every if _asked(run, asked)]
    late = [end for end in ends if asked.since is None or end.at >= asked.since]
    looked = next((run for run in reversed(runs) if run.read_at), None)
    ramp = [r for r in runs if r.clean_claimed is not None or r.clean_recounted is not None]
    return Place(
        name=name,
        last=tuple(reversed(runs[-_LAST:])),
        latest=_latest(runs),
        strands=tuple(_strands(every, asked)),
        waivers=_ending(runs, asked.now.astimezone(ZoneInfo(policy.review.zone)).date()),
        days=gate_days(every, policy, asked.now, asked.since),
        replays=tuple((r.at, r.replay_rate) for r in runs if r.replay_rate is not None),
        clean=ramp[-1] if ramp else None,
        ages=decision_ages(every, late),
        waiting=sum(card.waits for card in looked.cards) if looked else None,
    )


def _latest(runs: Sequence[PastRun]) -> tuple[PastRun, ...]:
    last = {run.profile: run for run in runs}
    return tuple(sorted(last.values(), key=lambda run: run.at, reverse=True))


def _ending(runs: Sequence[PastRun], today: date) -> tuple[tuple[str, date], ...]:
    """Return the waivers, as the last run of each profile had them, that end within a week."""
    known = {name: until for run in _latest(runs) for name, until in run.waivers.items()}
    ending = ((name, until) for name, until in known.items() if today <= until <= today + SOON)
    return tuple(sorted(ending, key=lambda one: (one[1], one[0])))


def _strands(every: Sequence[PastRun], asked: Asked) -> Iterable[Strand]:
    groups: dict[tuple[str, bool], list[PastRun]] = {}
    for run in every:
        if run.whole:
            groups.setdefault((run.profile, run.rehearsal), []).append(run)
    for (profile, rehearsal), runs in groups.items():
        shown = tuple(run for run in runs if _asked(run, asked))
        if shown:
            yield Strand(profile, rehearsal, shown, tuple(_strips(runs, len(shown), asked)))


def _strips(runs: Sequence[PastRun], shown: int, asked: Asked) -> Iterable[Strip]:
    rows = [{check.name: check for check in run.checks} for run in runs]
    now = standing(runs)
    # As the newest run has them; what only older ones had comes after.
    for name in dict.fromkeys(name for row in reversed(rows[-shown:]) for name in row):
        if asked.check(name):
            checks = tuple(row.get(name) for row in rows)
            yield Strip(name, checks[-shown:], now.get(name), changes(runs, checks))

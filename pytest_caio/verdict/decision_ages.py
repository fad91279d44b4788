"""How long cards had waited when somebody decided them, also those that no run saw too old.

Source: ``docs/ledger.md, Ages at decision``, and ``docs/regimen.md, Approval SLA``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from pytest_caio.verdict.past import PastCard, PastEnd, PastRun


@dataclass(frozen=True)
class DecisionAge:
    """A decided card: how long it waited.

    ``at_least`` says that nobody knows when it was made, so that it counts from when a run first
    saw it.
    """

    card: str
    decided: datetime
    approved: bool
    minutes: float
    at_least: bool = False


def decision_ages(runs: Iterable[PastRun], ends: Sequence[PastEnd]) -> tuple[DecisionAge, ...]:
    """Return the age of each decided card that a run saw, in the order of the decisions; ``runs``
    are those of one environment.
    """
    seen: dict[str, list[tuple[PastCard, datetime]]] = {}
    for run in runs:
        for card in run.cards:
            seen.setdefault(card.card, []).append((card, run.read_at or run.at))
    found = (_age(end, seen.get(end.card, ())) for end in sorted(ends, key=lambda end: end.at))
    return tuple(age for age in found if age)


def _age(end: PastEnd, seen: Iterable[tuple[PastCard, datetime]]) -> DecisionAge | None:
    mine = [(card, at) for card, at in seen if card.is_it(end)]
    born = min((card.born for card, _ in mine if card.born), default=None)
    first = min((at for card, at in mine if card.waits), default=None)
    since = born or first
    if since is None or since > end.at:
        return None
    minutes = (end.at - since).total_seconds() / 60
    return DecisionAge(end.card, end.at, end.approved, round(minutes, 1), at_least=born is None)

"""The approvals of live cards since a moment, by whatever source shows them.

Source: ``docs/checks.md, Approved under a GO``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from pytest_caio.judge.card_ends import before, card_ends
from pytest_caio.judge.decisions import LIMIT, cut, decisions
from pytest_caio.judge.ends import APPROVED, of_trace
from pytest_caio.judge.look import Look
from pytest_caio.judge.outcome_traces import traces
from pytest_caio.judge.queue_cards import all_cards

# What an approval does is written down after it; sending takes its time.
_SAME = timedelta(minutes=5)
_EARLIER = (
    "Look up the earlier ones in /sales by hand, and run this profile right after each cycle from "
    "now on, while the history still shows all of it."
)
_SOURCES = (
    "Hold what was approved against the report of the pre-flight by hand, until this can be seen. "
    "For Engineering: bring the deployment to show its feedback traces."
)


@dataclass(frozen=True)
class Approval:
    """A live card that was approved ``at`` that moment. Where only its mail shows, that is when it
    left, and the approval was somewhere between it and ``after``.
    """

    id: str
    at: datetime
    after: datetime


def live_approvals(look: Look, start: datetime) -> tuple[Approval, ...]:
    """Return the approvals since ``start``, each once, the oldest first."""
    found, traced = decisions(look), traces(look).outcomes
    trained = {d.id for d in found if d.training} | {c.id for c in all_cards(look) if c.training}
    seen = [Approval(d.id, d.at, d.at) for d in found if d.approved]
    for trace in sorted(traced, key=lambda trace: trace.at):
        end = of_trace(trace)
        if end and end.end in APPROVED and not _told(seen, trace.id, trace.at):
            seen.append(Approval(trace.id, trace.at, trace.at))
    known, earlier = {approval.id for approval in seen}, before(look)
    for end in card_ends(look, found, traced) if earlier else ():
        if earlier and end.end in APPROVED and end.at and end.id not in known:
            seen.append(Approval(end.id, end.at, min(earlier.at, end.at)))
    live = (a for a in seen if a.at >= start and a.id not in trained)
    return tuple(sorted(live, key=lambda a: (a.at, a.id)))


def _told(seen: Iterable[Approval], card: str, at: datetime) -> bool:
    """Whether an outcome is that of an approval that is known already."""
    return any(a.id == card and abs(at - a.at) <= _SAME for a in seen)


def unseen_approvals(look: Look, start: datetime) -> tuple[str, str] | None:
    """Return why approvals since ``start`` may not show, and what to do; None where all do."""
    if cut(decisions(look), start):
        return f"the history shows its newest {LIMIT} decisions only, all of this cycle", _EARLIER
    gap = traces(look).missing_since(start)
    return (f"what approvals sent doesn't show: {gap}", _SOURCES) if gap else None

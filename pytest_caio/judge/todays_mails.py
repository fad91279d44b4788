"""The mails of today, by approval and by dispatch together.

``today.*`` of the operator's status counts dispatches only (``docs/dashboard.md, From approval to
mail``), so its numbers alone may be within the cap while the mails are not.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from pytest_caio.base.messages import plural
from pytest_caio.evidence.cards import parse_time
from pytest_caio.evidence.probe_names import STATUS
from pytest_caio.judge.ends import BY_APPROVAL, of_trace
from pytest_caio.judge.look import Look
from pytest_caio.judge.outcome_traces import traces


@dataclass(frozen=True)
class ByApproval:
    """How many mails the approvals of today sent, and what in that can't be seen."""

    number: int
    unseen: str

    @property
    def in_words(self) -> str:
        """Like ``2 more by approval``, or why nothing is known of that."""
        if self.unseen:
            at_least = f"at least {self.number} more" if self.number else "not seen how many"
            return f"{at_least} by approval ({self.unseen})"
        return f"{self.number} more by approval"


def by_approval(look: Look) -> ByApproval:
    """Return what approvals sent today, on the date that the status counts for; never raises."""
    found = traces(look)
    day = _date(look)
    sent = {
        trace.id
        for trace in found.outcomes
        if (end := of_trace(trace)) and end.end in BY_APPROVAL and end.by_approval
        and trace.at.date().isoformat() == day
    }  # fmt: skip
    return ByApproval(len(sent), found.missing_since(_midnight(day)))


def too_many(sent: int, approvals: ByApproval, cap: int) -> list[str]:
    """Return what is wrong where the mails of today are beyond the cap."""
    total = sent + approvals.number
    if total <= cap:
        return []
    parts = f"{sent} dispatched and {approvals.number} by approval"
    return [f"{plural(total, 'mail')} went out today ({parts}): {cap} at most"]


def _midnight(day: str) -> datetime:
    """Return when a date began; where it is none, everything counts."""
    return parse_time(day[:10]) or datetime.min.replace(tzinfo=UTC)


def _date(look: Look) -> str:
    named = look.object(STATUS).value_at("date")
    now = look.answer(STATUS).date
    return named if isinstance(named, str) else now.date().isoformat() if now else ""

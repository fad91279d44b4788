"""Decisions on cards, from the deployment's history, and which of them are of this cycle."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pytest_caio.base.messages import plural, shown
from pytest_caio.evidence.cards import parse_time, was_training
from pytest_caio.evidence.probe_names import DECISIONS, GATE_REVIEWER
from pytest_caio.judge.look import BadAnswer, Look, NoEvidence
from pytest_caio.settings.cycle_start import cycle_start

# The history gives at most so many.
LIMIT = 100


@dataclass(frozen=True)
class Decision:
    """One decision; ``at`` is in UTC, ``tag`` and ``reason`` are empty where there is none.

    ``training`` says that its card can never be sent: by the card's own signs, or by its id.
    """

    id: str
    to: str
    approved: bool
    at: datetime
    reviewer: str
    reason: str
    tag: str
    training: bool = False


def decisions(look: Look) -> tuple[Decision, ...]:
    """Return the decisions that the history shows; raise BadAnswer where one is not readable."""
    found = look.object(DECISIONS).get("emails", list)
    return tuple(decision(raw, i) for i, raw in enumerate(found, 1))


def decision(raw: Any, number: int) -> Decision:
    """Return one decision of the history; raise BadAnswer where it is not readable."""
    if not isinstance(raw, dict):
        raise BadAnswer(f"decision {number} of {DECISIONS} is not an object")
    name = _text(raw.get("email_id")) or f"decision {number}"
    status = _text(raw.get("status")).lower()
    at = parse_time(raw.get("reviewed_at"))
    if status not in {"approved", "rejected"}:
        raise BadAnswer(f"{name}: the status is {shown(raw.get('status'), 40)}")
    if at is None:
        raise BadAnswer(f"{name}: reviewed_at is {shown(raw.get('reviewed_at'), 40)}")
    approved = status == "approved"
    return Decision(
        id=name,
        to=_text(raw.get("to")),
        approved=approved,
        at=at,
        reviewer=_text(raw.get("reviewer")),
        reason=_text(raw.get("rejection_reason")),
        tag=_text(raw.get("rejection_tag")),
        training=was_training(raw),
    )


def untold(found: Iterable[Decision]) -> str:
    """Return that the history tells neither tag nor reason of any rejection by somebody, if so.

    One alone without them is for the cycle's own check to say. The gate's own are none.
    """
    theirs = [one for one in found if not one.approved and one.reviewer not in {"", GATE_REVIEWER}]
    if not theirs or any(one.tag or one.reason for one in theirs):
        return ""
    return f"the history tells neither tag nor reason of {plural(len(theirs), 'rejection')}"


def approvals(found: Iterable[Decision]) -> int:
    """Return how many live cards were approved; a training card's approval counts for nothing."""
    return sum(decision.approved and not decision.training for decision in found)


def start_of_cycle(look: Look, probe: str) -> datetime:
    """Return when the cycle started, by ``--caio-since`` or the deployment's clock, in UTC."""
    now = look.answer(probe).date
    if now is None:
        raise NoEvidence(f"{probe}: the answer has no usable Date header, so the time doesn't show")
    return cycle_start(look.since, now, look.policy.review.zone)


def cut(found: tuple[Decision, ...], start: datetime) -> bool:
    """Return whether decisions since ``start`` may be missing, as the history gives only 100."""
    return len(found) >= LIMIT and all(decision.at >= start for decision in found)


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""

"""What became of each card of a cycle, from every source that the deployment has.

Source: ``docs/checks.md, Gate cycle`` and ``docs/dashboard.md, From approval to mail``. Nothing is
counted that was not seen: each end names where it was seen.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pytest_caio.evidence.cards import parse_time
from pytest_caio.evidence.model import Observed
from pytest_caio.evidence.probe_names import QUEUE, QUEUE_BEFORE, SENT_MAIL
from pytest_caio.judge.decisions import Decision
from pytest_caio.judge.ends import APPROVED, CardEnd, End, of_trace
from pytest_caio.judge.hygiene import excluded, waiting
from pytest_caio.judge.look import BadAnswer, Look, NoEvidence
from pytest_caio.judge.outcome_traces import Trace
from pytest_caio.judge.sent_evidence import first_mail

EXPIRES_AFTER = timedelta(days=7)


@dataclass(frozen=True)
class Before:
    """The queue before the cycle: what waited, and whether a GO had seen it."""

    at: datetime
    verdict: str
    whole: bool
    stopped: bool
    cards: Mapping[str, Mapping[str, Any]]


def before(look: Look) -> Before | None:
    """Return the queue before the cycle, None where no earlier report was named."""
    found = look.evidence.get(QUEUE_BEFORE)
    if not isinstance(found, Observed):
        return None
    at, cards = parse_time(found.data.get("at")), found.data.get("cards")
    if at is None or not isinstance(cards, list):
        return None
    known = {str(c.get("id")): c for c in cards if isinstance(c, Mapping)}
    data = found.data
    return Before(
        at, str(data.get("verdict")), data.get("whole") is True,
        data.get("emergency_stop") is True, known,
    )  # fmt: skip


def card_ends(
    look: Look, decisions: Iterable[Decision], traces: Iterable[Trace]
) -> tuple[CardEnd, ...]:
    """Return the end of each card that any source names: decided, traced, waiting, or once there.

    A later word counts for more than an earlier one, GHL for more than the deployment's own word.
    """
    found: dict[str, CardEnd] = {}
    for decision in sorted(decisions, key=lambda d: d.at):
        if decision.training and decision.approved:
            continue
        end = End.UNSENT if decision.approved else End.REJECTED
        found[decision.id] = CardEnd(decision.id, end, "history", decision.at, decision.tag)
    for trace in sorted(traces, key=lambda t: t.at):
        if (told := of_trace(trace)) and not _known_better(found.get(trace.id), told):
            found[trace.id] = told
    mails = mails_of(look)
    found = {card: _with_mail(end, mails) for card, end in found.items()}
    left = {card.id for card in waiting(look)}
    found |= {c: CardEnd(c, End.UNDECIDED, "queue") for c in left}
    gone = before(look)
    for card, raw in (gone.cards if gone else {}).items():
        if card not in found:
            found[card] = _gone(look, card, raw, mails)
    return tuple(found.values())


def _known_better(known: CardEnd | None, told: CardEnd) -> bool:
    """Whether the history says as much already: its rejection has the reason, too."""
    return known is not None and known.end is told.end


def mails_of(look: Look) -> Mapping[str, str | None]:
    """Return, by card, when GHL holds its mail; None where GHL was asked and holds none."""
    found = look.evidence.get(SENT_MAIL)
    rows = found.data.get("lookups") if isinstance(found, Observed) else None
    known: dict[str, str | None] = {}
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, Mapping) and (first_mail(row) or not row.get("problem")):
            known[str(row.get("email_id"))] = first_mail(row)
    return known


def _with_mail(end: CardEnd, mails: Mapping[str, str | None]) -> CardEnd:
    if end.end not in APPROVED or end.id not in mails:
        return end
    if mails[end.id]:
        return CardEnd(end.id, End.SENT, "GHL", end.at, by_approval=end.by_approval)
    if end.end is End.SENT:
        return CardEnd(end.id, End.UNPROVED, end.source, end.at, by_approval=True)
    return end


def _gone(
    look: Look, card: str, raw: Mapping[str, Any], mails: Mapping[str, str | None]
) -> CardEnd:
    """Return what became of a card that was waiting before, and that no source names now."""
    if mails.get(card):
        return CardEnd(card, End.SENT, "GHL", parse_time(mails[card]), by_approval=True)
    if card in _hidden(look):
        return CardEnd(card, End.UNDECIDED, "queue, hidden")
    born, now = parse_time(raw.get("born")), look.answer(QUEUE).date
    if born and now and now - born >= EXPIRES_AFTER:
        return CardEnd(card, End.EXPIRED, "its age")
    return CardEnd(card, End.UNACCOUNTED, "")


def _hidden(look: Look) -> frozenset[str]:
    try:
        return frozenset(str(example.get("email_id")) for example in excluded(look).examples)
    except (BadAnswer, NoEvidence):
        return frozenset()

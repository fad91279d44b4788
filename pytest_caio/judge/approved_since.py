"""Which approved cards a GO had judged as they are now, and which it had not.

Source: ``docs/guard.md, What has to hold``. A card is the one that was judged by its id, and as it
was judged by whatever both ends show of it: addressee, subject, text, tier, contact.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pytest_caio.evidence.probe_names import DECISIONS, DISPATCHES
from pytest_caio.judge.card_ends import card_ends
from pytest_caio.judge.card_prints import changed, prints
from pytest_caio.judge.decisions import cut, decisions, start_of_cycle
from pytest_caio.judge.dispatch_history import runs
from pytest_caio.judge.ends import APPROVED, CardEnd, End
from pytest_caio.judge.look import Look, NoEvidence
from pytest_caio.judge.outcome_traces import traces
from pytest_caio.judge.queue_cards import all_cards, readings
from pytest_caio.privacy.card_ids import short_id

_LEFT = frozenset({End.UNSENT, End.FAILED})


@dataclass(frozen=True)
class Approved:
    """What was approved: ``since`` the GO; ``early``: before it, and left for this dispatch;
    ``lost``: cards that the GO saw and that are nowhere now. Each is a card's end.
    """

    since: tuple[CardEnd, ...]
    early: tuple[CardEnd, ...]
    lost: tuple[CardEnd, ...]

    @property
    def left(self) -> tuple[CardEnd, ...]:
        """The approved cards whose mail has not gone out."""
        return tuple(end for end in (*self.early, *self.since) if end.end in _LEFT)


def judged_at(then: Look) -> datetime:
    """Return when the GO's queue was read first, by the deployment's clock."""
    dates = [then.answer(probe).date for probe in readings(then)]
    known = [date for date in dates if date]
    if not known:
        raise NoEvidence("when the GO read the queue doesn't show")
    return min(known)


def approved(then: Look, now: Look) -> Approved:
    """Return what was approved and is not yet gone; raise NoEvidence where some of it may be
    unseen.
    """
    at = judged_at(then)
    decided, traced = decisions(now), traces(now)
    if cut(decided, at):
        raise NoEvidence(f"the history shows its newest decisions only ({DECISIONS})")
    if gap := traced.missing_since(at):
        raise NoEvidence(f"what approvals sent since the GO can't be seen: {gap}")
    ends = card_ends(now, decided, traced.outcomes)
    mine = [end for end in ends if end.end in APPROVED and end.at]
    began = _last_dispatch(now)
    early = (e for e in mine if e.end in _LEFT and e.at and began < e.at < at)
    return Approved(
        tuple(end for end in mine if end.at and end.at >= at),
        tuple(early),
        tuple(end for end in ends if end.end is End.UNACCOUNTED),
    )


def _last_dispatch(now: Look) -> datetime:
    """Return when the last live run began, and where there was none today, the day: what was
    approved before that went with it, or was left out for a reason.
    """
    start = start_of_cycle(now, DISPATCHES)
    live = (run.at for run in runs(now) if run.live and not run.held and run.at)
    return max((at for at in live if at >= start), default=start)


def unjudged(then: Look, now: Look, ends: Iterable[CardEnd]) -> Iterator[str]:
    """Yield, in words, the cards among ``ends`` that the GO had not judged as they are now."""
    known = {card.id: card.raw for card in all_cards(then) if not card.training}
    seen: dict[str, str] = {}
    for end in ends:
        names = (end.id, short_id(end.id), short_id(end.id, alone=False))
        name = next((each for each in names if each in known), "")
        if not name:
            yield f"{short_id(end.id)} was not in the queue that it judged"
        elif name in seen and seen[name] != end.id:
            yield f"{name} may be either of two cards"
        elif others := _changed(known[name], raws(now, end.id)):
            yield f"{name} has another {others[0]} than it judged"
        seen[name] = end.id


def raws(now: Look, card: str) -> Iterator[Mapping[str, Any]]:
    """Yield all that shows of a card now: in the history, in a list, in the traces."""
    for raw in now.object(DECISIONS).get("emails", list):
        if isinstance(raw, Mapping) and raw.get("email_id") == card:
            yield raw
    yield from (each.raw for each in all_cards(now) if each.id == card)
    yield from ({"to": trace.to} for trace in traces(now).outcomes if trace.id == card)


def _changed(then: Mapping[str, Any], now: Iterable[Mapping[str, Any]]) -> list[str]:
    judged = prints(then)
    return [what for raw in now for what in changed(judged, prints(raw))]

"""``cycle.approved-under-go``: each approval falls within a GO that had judged that very card.

Source: ``docs/checks.md, Approved under a GO``. All moments are by the deployment's clock.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from pytest_caio.base.messages import day_in_words, listed, plural
from pytest_caio.evidence.model import Unobserved
from pytest_caio.evidence.probe_names import (
    DECISIONS,
    LEDGER,
    QUEUE,
    QUEUE_AGAIN,
    QUEUE_BEFORE,
    SENT_MAIL,
    TRACES,
)
from pytest_caio.judge.approved_since import raws
from pytest_caio.judge.card_ends import before
from pytest_caio.judge.card_prints import changed, prints
from pytest_caio.judge.decisions import start_of_cycle
from pytest_caio.judge.generation import PROBES
from pytest_caio.judge.live_approvals import Approval, live_approvals, unseen_approvals
from pytest_caio.judge.look import Judge, Look
from pytest_caio.judge.recalled import recalled
from pytest_caio.privacy.card_ids import hashed
from pytest_caio.verdict.decide import Verdict
from pytest_caio.verdict.finding import Outcome, Ruling, Severity
from pytest_caio.verdict.past import PastCard, PastRun
from pytest_caio.verdict.past_as_data import Past

_EXPECTED = "each approval of a live card falls within a GO that had judged that very card"
# A Date header shows of a moment no more than its second.
_SECOND = timedelta(seconds=1)
_UNREAD = (
    "Hold the approvals in /sales against the report of the pre-flight by hand until the ledger "
    "can be read. For Engineering: see to the ledger."
)


@dataclass(frozen=True)
class _Judged:
    """An approval, why it was under no GO, or which card of which GO it is."""

    approval: Approval
    why: str = ""
    card: tuple[datetime, str, str] | None = None


def approved_under_go(look: Look) -> Ruling:
    """Each approval of the cycle is of a card as a GO had judged it, while that GO was good."""
    ledger = look.evidence.get(LEDGER)
    unread = ledger.reason if isinstance(ledger, Unobserved) else ""
    past = Past() if unread else recalled(look)
    if past.absent:
        return Ruling(Outcome.NOT_APPLICABLE, past.absent, _EXPECTED)
    start = start_of_cycle(look, DECISIONS)
    found, unseen = live_approvals(look, start), unseen_approvals(look, start)
    if not found and not unseen:
        text = f"no live card was approved since {_clock(look, start)}"
        return Ruling(Outcome.NOT_APPLICABLE, text, _EXPECTED)
    if unread:
        text = f"which GOs there were doesn't show: {unread}"
        return Ruling(Outcome.CANNOT_TELL, text, _EXPECTED, _UNREAD, Severity.ADVISORY)
    runs = (*past.runs, *_named_go(look))
    judged = [_judged(look, approval, runs) for approval in found]
    return _ruling(judged, past.since, unseen)


def _ruling(
    judged: Iterable[_Judged], since: datetime | None, unseen: tuple[str, str] | None
) -> Ruling:
    under = [one for one in judged if not one.why]
    others = [one for one in judged if one.why]
    # What was before the ledger nobody can know from it.
    early = [one for one in others if since is None or one.approval.at < since]
    broken = [f"{one.approval.id}, {one.why}" for one in others if one not in early]
    broken += _alike(under)
    said = f"{plural(len(early), 'approval')} older than what the ledger knows: not judged"
    untold = [said] if early else []
    if broken:
        return Ruling(Outcome.FAIL, "; ".join([*broken, *untold]), _EXPECTED)
    if unseen:
        return Ruling(Outcome.CANNOT_TELL, unseen[0], _EXPECTED, unseen[1])
    if not under:
        return Ruling(Outcome.NOT_APPLICABLE, said, _EXPECTED)
    text = f"{plural(len(under), 'approval')}, each of a card that a GO had judged"
    return Ruling(Outcome.PASS, "; ".join([text, *untold]), _EXPECTED)


def _named_go(look: Look) -> Iterator[PastRun]:
    """Yield the GO of the report that was named: the ledger may have been away at that time, or
    its parts were joined later.
    """
    named = before(look)
    if named and named.verdict == Verdict.GO:
        cards = (PastCard(*hashed(i), prints=prints(raw)) for i, raw in named.cards.items())
        until = named.at + timedelta(hours=look.policy.good_for_hours)
        yield PastRun(
            "", look.environment, "preflight", named.at, Verdict.GO, Verdict.GO, named.at, until,
            cards=tuple(cards),
        )  # fmt: skip


def _judged(look: Look, approval: Approval, runs: Iterable[PastRun]) -> _Judged:
    covering = [run for run in runs if _is_go(run) and _covers(run, approval)]
    withdrawn = [(go, _withdrawn(go, approval, runs)) for go in covering]
    held = [go for go, no in withdrawn if no is None]
    at = f"approved at {_clock(look, approval.at)}"
    if not held:
        no = next((no for _, no in reversed(withdrawn) if no), None)
        said = f"the pre-flight of {_clock(look, _moment(no))} had said NO-GO" if no else ""
        return _Judged(approval, f"{at}: {said or 'no GO held at that time'}")
    wrong: list[str] = []
    for go in sorted(held, key=_moment, reverse=True):
        card, why = _card_of(look, go, approval)
        if card:
            return _Judged(approval, card=(_moment(go), card.card, card.mark))
        wrong.append(f"{at}: {why}")
    return _Judged(approval, wrong[0])


def _is_go(run: PastRun) -> bool:
    return run.preflight and run.verdict is Verdict.GO


def _covers(go: PastRun, approval: Approval) -> bool:
    if go.read_at is None or go.until is None:
        return False
    return go.read_at <= approval.at and approval.after < go.until + _SECOND


def _withdrawn(go: PastRun, approval: Approval, runs: Iterable[PastRun]) -> PastRun | None:
    """Return the later pre-flight that had said NO-GO of this environment before the approval."""
    noes = (run for run in runs if run.preflight and run.own is Verdict.NO_GO)
    edge = approval.after - _SECOND
    between = [run for run in noes if _moment(go) < _moment(run) <= edge]
    return max(between, key=_moment, default=None)


def _moment(run: PastRun) -> datetime:
    return run.read_at or run.at


def _card_of(look: Look, go: PastRun, approval: Approval) -> tuple[PastCard | None, str]:
    """Return the card that a GO had judged, or why it had not judged this one as it is."""
    said = f"the GO of {_clock(look, _moment(go))}"
    approved = PastCard(*hashed(approval.id))
    cards = [card for card in go.cards if card.is_it(approved)]
    if not cards:
        return None, f"it was not in the queue that {said} had judged"
    shown = [prints(raw) for raw in raws(look, approval.id)]
    others = [[what for now in shown for what in changed(card.prints, now)] for card in cards]
    same = next((card for card, what in zip(cards, others, strict=True) if not what), None)
    return same, "" if same else f"it has another {others[0][0]} than {said} had judged"


def _alike(found: Iterable[_Judged]) -> Iterator[str]:
    """Yield the cards that look alike, where a GO had judged one such card only."""
    by_card: dict[object, dict[str, None]] = defaultdict(dict)
    for one in found:
        by_card[one.card][one.approval.id] = None
    for ids in by_card.values():
        if len(ids) > 1:
            yield f"{listed(ids)} look alike, and a GO had judged one of them only"


def _clock(look: Look, moment: datetime) -> str:
    here = moment.astimezone(ZoneInfo(look.policy.review.zone))
    return f"{here:%H:%M} on {day_in_words(here)}"


JUDGES = (
    Judge(
        "cycle.approved-under-go",
        approved_under_go,
        (LEDGER, DECISIONS, TRACES, QUEUE, QUEUE_AGAIN, QUEUE_BEFORE, SENT_MAIL, *PROBES),
    ),
)

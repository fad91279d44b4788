"""``cycle``: what a supervised live cycle must have left behind.

Source: ``docs/regimen.md, Supervised cycle``.
"""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from pytest_caio.base.messages import day_in_words, listed, plural, shown
from pytest_caio.evidence.probe_names import (
    DECISIONS,
    DISPATCHES,
    GATE_REVIEWER,
    QUEUE,
    QUEUE_AGAIN,
    QUEUE_BEFORE,
    SENT_MAIL,
    TRACES,
)
from pytest_caio.judge.card_ends import card_ends
from pytest_caio.judge.cycle_counts import Counted, counted, sent_by_approval, unseen_by_a_go
from pytest_caio.judge.daily_log import daily, today
from pytest_caio.judge.decisions import LIMIT, Decision, cut, decisions, start_of_cycle
from pytest_caio.judge.dispatch_history import LOOKBACK, Run, problems, runs
from pytest_caio.judge.ends import CardEnd, End, of_trace
from pytest_caio.judge.generation import PROBES
from pytest_caio.judge.hygiene import unseen, waiting
from pytest_caio.judge.live_cards import of_all
from pytest_caio.judge.look import BadAnswer, Judge, Look, NoEvidence, verdict_on
from pytest_caio.judge.outcome_traces import traces
from pytest_caio.judge.queue_cards import NO_TIME
from pytest_caio.judge.sent_evidence import sent_evidence
from pytest_caio.privacy.reduced_text import facts
from pytest_caio.verdict.finding import Outcome, Ruling

_NO_RUN = (
    "If the cycle began earlier than today, name its start with --caio-since. If no live cycle has "
    "run yet, there is nothing to look at: look again after it."
)
_EARLIER = (
    "Look up the earlier ones in /sales by hand, and run this profile right after each cycle from "
    "now on, while the history still shows all of it."
)
_LOST = (
    "Note tag and reason of these rejections in the daily log as the reviewer remembers them. "
    "For Engineering: find out why the history lacks them."
)
_UNSHOWN = "what approvals sent doesn't show"
_SOURCES = (
    "Name the pre-flight's report with --caio-previous and give access to GHL, then look again."
)


def live_runs(look: Look, start: datetime) -> list[Run]:
    """Return the live runs since ``start``; raise BadAnswer where a report is not readable."""
    history = runs(look)
    wrong = problems(history)
    if wrong:
        raise BadAnswer("; ".join(wrong))
    return [run for run in history if run.live and run.at is not None and run.at >= start]


def decided(look: Look) -> Ruling:
    """No live card of the cycle is undecided.

    Of the cycle is what was in the queue when its last dispatch began. Later cards are the next
    cycle's; one that was left over from before was up for decision like the others.
    """
    expected = "every live card that was there before the cycle's last dispatch is decided"
    left = waiting(look)
    if not left:
        if why := unseen(look):
            raise NoEvidence(f"no live card is listed, but {why}")
        _none_lost(look)
        return Ruling(Outcome.PASS, "no live card is undecided", expected)
    start = start_of_cycle(look, DISPATCHES)
    sent = [end.at for end in sent_by_approval(_ends(look), start) if end.at]
    last = max((*(run.at for run in live_runs(look, start) if run.at), *sent), default=None)
    if last is None:
        raise NoEvidence(
            f"no live run since {_when(start, look)}: which cards the cycle had is unknown",
            _NO_RUN,
        )
    open_ = [card.id for card in left if card.born and card.born < last]
    unknown = [card.id for card in left if card.born is None]
    if open_:
        return Ruling(
            Outcome.FAIL, f"undecided since before the last dispatch: {listed(open_)}", expected
        )
    if unknown:
        raise NoEvidence(f"no usable time on {listed(unknown)}", NO_TIME)
    if gap := traces(look).missing_since(start):
        raise NoEvidence(f"{_UNSHOWN}: {gap}", _SOURCES)
    _none_lost(look)
    text = f"{plural(len(left), 'live card')} waiting, all newer than the last dispatch"
    return of_all(look, [], text, expected=expected)


def _none_lost(look: Look) -> None:
    """Raise NoEvidence where a live card that waited before the cycle is in no source now."""
    lost = [end.id for end in _ends(look) if end.end is End.UNACCOUNTED]
    if lost:
        text = f"it waited before the cycle and is nowhere now: {listed(lost)}"
        raise NoEvidence(text, f"For Engineering: find out what became of it. {_SOURCES}")


def _ends(look: Look) -> tuple[CardEnd, ...]:
    try:
        decided_ = decisions(look)
    except NoEvidence:
        decided_ = ()
    return card_ends(look, decided_, traces(look).outcomes)


def rejections_tagged(look: Look) -> Ruling:
    """Each rejection of the cycle has a known tag and a reason."""
    start = start_of_cycle(look, DECISIONS)
    known = look.policy.rejection_tags
    expected = "each rejection has a tag of the policy and a reason"
    found = decisions(look)
    # The gate's own are of training cards: what a broken deployment took that it had to refuse
    # is for rejection.server-blocks to say, and stays in the history after it is mended.
    theirs = [d for d in found if d.reviewer != GATE_REVIEWER]
    rejected = [d for d in theirs if not d.approved and d.at >= start]
    broken = []
    for decision in rejected:
        wrong = [] if decision.tag.lower() in known else [f"the tag is {shown(decision.tag)}"]
        wrong += [] if decision.reason else ["there is no reason"]
        if decision.tag and facts(decision.reason).digest == facts(decision.tag).digest:
            wrong.append("the reason is the tag once more")
        broken += [f"{decision.id}: {listed(wrong)}"] if wrong else []
    if not broken and cut(found, start):
        text = f"the history shows its newest {LIMIT} decisions only, all of this cycle"
        raise NoEvidence(text, _EARLIER)
    if not broken and (missing := _only_in_traces(look, found, start)):
        text = f"rejected by the traces, and not in the history: {listed(missing)}"
        raise NoEvidence(text, _LOST)
    if not rejected:
        return Ruling(Outcome.NOT_APPLICABLE, f"no rejection since {_when(start, look)}", expected)
    text = f"{plural(len(rejected), 'rejection')}, all with tag and reason"
    return verdict_on(broken, text, expected=expected)


def _only_in_traces(look: Look, found: Iterable[Decision], start: datetime) -> list[str]:
    """Return the rejections that the history should have, and has not."""
    ends = [of_trace(trace) for trace in traces(look).outcomes if trace.at >= start]
    known = {decision.id for decision in found}
    return [e.id for e in ends if e and e.end is End.REJECTED and e.id not in known]


def dispatch(look: Look) -> Ruling:
    """No errors, no hold, and in all at most as many mails as cards were approved.

    What an approval sent is in no dispatch report (``docs/dashboard.md, From approval to mail``).
    So a cycle without a live run is in order where nothing was left for one.
    """
    start = start_of_cycle(look, DISPATCHES)
    expected = "live runs without errors or a hold, and no more mails than cards were approved"
    live = live_runs(look, start)
    found = decisions(look)
    count = counted(card_ends(look, found, traces(look).outcomes), live, start)
    facts = {"log": _log(look, start)}
    broken = [*_wrong_runs(live), *unseen_by_a_go(look, count.approved)]
    gap = traces(look).missing_since(start)
    if not live and not broken:
        return replace(
            _without_a_run(count, gap, _when(start, look)), expected=expected, facts=facts
        )
    trained = _trained(found, start)
    text = f"{plural(len(live), 'live run')}: {count.in_words}{trained}"
    too_many = count.dispatched > count.for_dispatch
    if not broken and gap:
        text = f"{text}; {_UNSHOWN}: {gap}"
        return Ruling(Outcome.CANNOT_TELL, text, expected, _SOURCES, facts=facts)
    if too_many and not broken and cut(found, start):
        raise NoEvidence(f"{text}, but the history shows its newest {LIMIT} only", _EARLIER)
    if too_many:
        approved = f"{count.for_dispatch}{trained}"
        broken.append(f"more dispatched ({count.dispatched}) than approved ({approved})")
    return verdict_on(broken, text, expected=expected, facts=facts)


def _trained(found: Iterable[Decision], start: datetime) -> str:
    """Return how many approvals of training cards there were: they count for nothing."""
    number = sum(d.approved and d.training and d.at >= start for d in found)
    text = f"; {plural(number, 'approval')} of training cards, counted for nothing"
    return text if number else ""


def _wrong_runs(live: list[Run]) -> Iterator[str]:
    yield from (f"{run.id} had errors: {listed(run.errors, 3)}" for run in live if run.errors)
    yield from (f"{run.id} waits for approval" for run in live if run.held)


def _without_a_run(count: Counted, gap: str, began: str) -> Ruling:
    """Return the ruling on a cycle of approvals alone."""
    text = f"no live run since {began}"
    if count.for_dispatch:
        left = f"{plural(count.for_dispatch, 'card')} approved and not sent"
        return Ruling(Outcome.FAIL, f"{text}, and {left}")
    if gap:
        return Ruling(Outcome.CANNOT_TELL, f"{text}, and {_UNSHOWN}: {gap}", remedy=_SOURCES)
    if count.by_approval:
        return Ruling(Outcome.PASS, f"{count.in_words}: nothing was left for a dispatch")
    if count.rejected and not count.approved:
        return Ruling(Outcome.NOT_APPLICABLE, "every card was rejected: there was nothing to send")
    return Ruling(Outcome.FAIL, text)


def _log(look: Look, start: datetime) -> list[dict[str, Any]]:
    """Return the daily log since the cycle's start, of the last 45 days at most."""
    end = today(look)
    day = start.astimezone(ZoneInfo(look.policy.review.zone)).date()
    return [asdict(entry) for entry in daily(look, max(day, end - LOOKBACK), end)]


def _when(start: datetime, look: Look) -> str:
    here = start.astimezone(ZoneInfo(look.policy.review.zone))
    return f"{day_in_words(here)}, {here:%H:%M %Z}"


_EVERYTHING = (QUEUE, QUEUE_AGAIN, DISPATCHES, DECISIONS, TRACES, QUEUE_BEFORE, SENT_MAIL, *PROBES)
JUDGES = (
    Judge("cycle.decided", decided, _EVERYTHING),
    Judge("cycle.rejections-tagged", rejections_tagged, (DECISIONS, TRACES, *PROBES)),
    Judge("cycle.dispatch", dispatch, _EVERYTHING),
    Judge("cycle.sent-evidence", sent_evidence, (SENT_MAIL, TRACES, QUEUE_BEFORE, *PROBES)),
)

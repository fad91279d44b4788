"""``cycle``: what a supervised live cycle must have left behind.

Source: ``docs/regimen.md, Supervised cycle``.
"""

from dataclasses import asdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from pytest_caio.base.messages import listed, plural, shown
from pytest_caio.evidence.probe_names import (
    DECISIONS,
    DISPATCHES,
    GATE_REVIEWER,
    QUEUE,
    QUEUE_AGAIN,
    SENT_MAIL,
)
from pytest_caio.judge.daily_log import daily, today
from pytest_caio.judge.decisions import LIMIT, approvals, cut, decisions, start_of_cycle
from pytest_caio.judge.dispatch_history import LOOKBACK, Run, problems, runs
from pytest_caio.judge.hygiene import EMPTY_THE_WINDOW, unseen, waiting
from pytest_caio.judge.live_cards import of_all
from pytest_caio.judge.look import BadAnswer, Judge, Look, NoEvidence, verdict_on
from pytest_caio.judge.sent_evidence import sent_evidence
from pytest_caio.verdict.finding import Outcome, Ruling


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
            raise NoEvidence(f"no live card is listed, but {why}", EMPTY_THE_WINDOW)
        return Ruling(Outcome.PASS, "no live card is undecided", expected)
    start = start_of_cycle(look, DISPATCHES)
    last = max((run.at for run in live_runs(look, start) if run.at), default=None)
    if last is None:
        raise NoEvidence(f"no live run since {_when(start)}: which cards the cycle had is unknown")
    open_ = [card.id for card in left if card.born and card.born < last]
    unknown = [card.id for card in left if card.born is None]
    if open_:
        return Ruling(Outcome.FAIL, f"undecided since before it: {listed(open_)}", expected)
    if unknown:
        raise NoEvidence(f"no usable time on {listed(unknown)}")
    text = f"{plural(len(left), 'live card')} waiting, all newer than the last dispatch"
    return of_all(look, [], text, expected=expected)


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
        broken += [f"{decision.id}: {listed(wrong)}"] if wrong else []
    if not broken and cut(found, start):
        raise NoEvidence(f"the history shows its newest {LIMIT} decisions only, all of this cycle")
    if not rejected:
        return Ruling(Outcome.NOT_APPLICABLE, f"no rejection since {_when(start)}", expected)
    text = f"{plural(len(rejected), 'rejection')}, all with tag and reason"
    return verdict_on(broken, text, expected=expected)


def dispatch(look: Look) -> Ruling:
    """Live runs without errors or pending approval; dispatched in all at most the approved."""
    start = start_of_cycle(look, DISPATCHES)
    expected = "live runs without errors or a hold, and no more mails than cards were approved"
    live = live_runs(look, start)
    facts = {"log": _log(look, start)}
    if not live:
        return Ruling(Outcome.FAIL, f"no live run since {_when(start)}", expected, facts=facts)
    broken = [f"{run.id} had errors: {listed(run.errors, 3)}" for run in live if run.errors]
    broken += [f"{run.id} waits for approval" for run in live if run.held]
    found = decisions(look)
    ours = [d for d in found if d.at >= start]
    approved = approvals(ours)
    for_nothing = sum(d.approved for d in ours) - approved
    sent = sum(run.dispatched for run in live)
    text = f"{plural(len(live), 'live run')}: {sent} dispatched, {approved} approved"
    trained = f"; {plural(for_nothing, 'approval')} of training cards, counted for nothing"
    trained = trained if for_nothing else ""
    text += trained
    if sent > approved and not broken and cut(found, start):
        raise NoEvidence(f"{text}, but the history shows its newest {LIMIT} decisions only")
    broken += (
        [f"more dispatched ({sent}) than approved ({approved}{trained})"] if sent > approved else []
    )
    return verdict_on(broken, text, expected=expected, facts=facts)


def _log(look: Look, start: datetime) -> list[dict[str, Any]]:
    """Return the daily log since the cycle's start, of the last 45 days at most."""
    end = today(look)
    day = start.astimezone(ZoneInfo(look.policy.review.zone)).date()
    return [asdict(entry) for entry in daily(look, max(day, end - LOOKBACK), end)]


def _when(start: datetime) -> str:
    return f"{start:%Y-%m-%d %H:%M} UTC"


JUDGES = (
    Judge("cycle.decided", decided, (QUEUE, QUEUE_AGAIN, DISPATCHES)),
    Judge("cycle.rejections-tagged", rejections_tagged, (DECISIONS,)),
    Judge("cycle.dispatch", dispatch, (DISPATCHES, DECISIONS)),
    Judge("cycle.sent-evidence", sent_evidence, (SENT_MAIL,)),
)

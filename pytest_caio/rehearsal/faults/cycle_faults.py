"""Faults of the supervised live cycle: decisions, dispatch, evidence; and of its hour."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from pytest_caio.rehearsal.deployment.core import Deployment
from pytest_caio.rehearsal.deployment.scenes import REVIEW_ZONE, clean_run, live_card, story_time
from pytest_caio.rehearsal.faults.fault import Fault, setting

DISPATCH, EVIDENCE, TAGGED = "cycle.dispatch", "cycle.sent-evidence", "cycle.rejections-tagged"


def _at_night(deployment: Deployment) -> None:
    base, now = deployment.clock, deployment.now()
    shift = now.astimezone(REVIEW_ZONE).replace(hour=3, minute=30) - now
    deployment.move_clock(lambda: base() + shift)


def _clock_ahead(deployment: Deployment) -> None:
    base = deployment.clock
    deployment.move_clock(lambda: base() + timedelta(hours=1))


def _leave_one(deployment: Deployment) -> None:
    deployment.state.add(live_card(10, story_time(deployment.now(), 0.95)))


def _rejection(**changes: Any) -> Callable[[Deployment], None]:
    def apply(deployment: Deployment) -> None:
        state = deployment.state
        state.decisions = [
            replace(item, **changes) if item.status == "rejected" else item
            for item in state.decisions
        ]

    return apply


def _history_without_rejections(deployment: Deployment) -> None:
    def only_approved(body: Any) -> Any:
        kept = [one for one in body["emails"] if one["status"] == "approved"]
        return body | {"emails": kept, "count": len(kept)}

    deployment.behaviour.reshape["/api/emails/history"] = only_approved


def _second_run(**changes: Any) -> Callable[[Deployment], None]:
    def apply(deployment: Deployment) -> None:
        at = story_time(deployment.now(), 0.60)
        run = clean_run(0, at, started_at=at, run_id="op_second", **changes)
        deployment.state.reports.append(run)

    return apply


def _approved_training(deployment: Deployment) -> None:
    state = deployment.state
    state.decisions = [
        replace(item, email_id=f"seed_{number}") if item.status == "approved" else item
        for number, item in enumerate(state.decisions)
    ]


def _only_dry(deployment: Deployment) -> None:
    state = deployment.state
    state.reports = [replace(run, dry_run=True) for run in state.reports]


def _lose_a_mail(deployment: Deployment) -> None:
    deployment.state.mails.pop()


def _sent_too_early(deployment: Deployment) -> None:
    mails = deployment.state.mails
    mails[-1] = replace(mails[-1], added=mails[-1].added - timedelta(days=30))


CYCLE_FAULTS = (
    # First in the list, hence applied first: moving the clock starts the day's story anew.
    Fault(
        "outside-window",
        "It is half past three at night where the reviewers are.",
        ("queue.window",),
        _at_night,
    ),
    Fault(
        "clock-wrong",
        "Its clock is an hour ahead: how old a card is can't be told.",
        (),
        _clock_ahead,
    ),
    Fault(
        "undecided-in-cycle",
        "A live card of this cycle was never decided.",
        ("cycle.decided",),
        _leave_one,
    ),
    Fault(
        "untagged-rejection-in-history",
        "A card was rejected without a tag.",
        (TAGGED,),
        _rejection(tag=None),
    ),
    Fault(
        "unknown-tag-in-history",
        "A card was rejected with a tag that does not exist.",
        (TAGGED,),
        _rejection(tag="not_a_tag"),
    ),
    Fault(
        "reasonless-rejection-in-history",
        "A card was rejected without a reason.",
        (TAGGED,),
        _rejection(reason=None),
    ),
    Fault(
        "history-without-rejections",
        "The history of decisions lists what was approved alone.",
        (),
        _history_without_rejections,
    ),
    Fault(
        "dispatch-errors",
        "A live dispatch of today had errors.",
        (DISPATCH,),
        _second_run(instantly=0, errors=("instantly: 502 Bad Gateway",)),
    ),
    Fault(
        "dispatch-held",
        "A live dispatch of today still waits for approval.",
        (DISPATCH,),
        _second_run(instantly=None, pending_approval=True, batch_id="batch-2"),
    ),
    Fault(
        "dispatch-more-than-approved",
        "More mails were dispatched today than cards approved.",
        (DISPATCH,),
        _second_run(instantly=2),
    ),
    Fault(
        "seven-mails-more",
        "Nine mails were dispatched today, where five are the cap and two cards were approved.",
        (DISPATCH, "ramp.limits"),
        _second_run(instantly=7),
    ),
    Fault(
        "approved-training-cards",
        "Two mails were dispatched, and all that was approved is training cards.",
        (DISPATCH,),
        _approved_training,
    ),
    Fault(
        "no-live-run",
        "Today's dispatches were dry runs.",
        (DISPATCH,),
        _only_dry,
    ),
    Fault(
        "sent-evidence-missing",
        "One approved contact has no sent mail.",
        (EVIDENCE,),
        _lose_a_mail,
    ),
    Fault(
        "sent-before-approval",
        "One contact's only mail is older than the approval.",
        (EVIDENCE,),
        _sent_too_early,
    ),
    Fault(
        "ghl-down",
        "GoHighLevel does not answer: what was sent can't be told.",
        (),
        setting(ghl_up=False),
    ),
)

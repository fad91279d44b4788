"""Faults of approving, which sends (``docs/dashboard.md, From approval to mail``)."""

from __future__ import annotations

from datetime import datetime, timedelta

from pytest_caio.rehearsal.deployment.core import Deployment
from pytest_caio.rehearsal.deployment.scenes import live_card, sent_card, story_time
from pytest_caio.rehearsal.deployment.sending import FAILED
from pytest_caio.rehearsal.deployment.state import Card, State
from pytest_caio.rehearsal.faults.fault import G2_ONLY, Fault, code, setting

EVIDENCE = "cycle.sent-evidence"


def _fails(_state: State, _card: Card, _at: datetime) -> str:
    return FAILED


def _failed_quietly(deployment: Deployment) -> None:
    deployment.behaviour.deliver = _fails
    sent_card(deployment.state, 51, story_time(deployment.now(), 0.79), "approved", FAILED)


def _unsent(deployment: Deployment) -> None:
    sent_card(deployment.state, 51, story_time(deployment.now(), 0.79), "approved")


def _another(now: datetime) -> Card:
    return live_card(30, now)


def _blocked(deployment: Deployment) -> None:
    at = story_time(deployment.now(), 0.79)
    sent_card(deployment.state, 51, at, "blocked_deliverability")


def _unproved(deployment: Deployment) -> None:
    sent_card(deployment.state, 51, story_time(deployment.now(), 0.79), "sent_unresolved")
    deployment.state.mails.pop()


def _beyond_the_cap(deployment: Deployment) -> None:
    for number in range(51, 54):
        sent_card(deployment.state, number, story_time(deployment.now(), 0.79))


def _while_stopped(deployment: Deployment) -> None:
    deployment.configure(emergency_stop=True)
    sent_card(deployment.state, 51, story_time(deployment.now(), 0.79))


APPROVAL_FAULTS = (
    Fault(
        "send-fails-quietly",
        "Approving answers 200, and the mail is not sent.",
        (EVIDENCE,),
        _failed_quietly,
        G2_ONLY,
    ),
    Fault(
        "approved-unsent",
        "A card was approved before the dispatch, which did not take it along.",
        (EVIDENCE,),
        _unsent,
    ),
    Fault(
        "approves-another",
        "Approving a card sends another one with it, which nobody had been shown.",
        (),
        code(approved_along=_another),
    ),
    Fault(
        "expires-early",
        "A card that has waited for an hour is gone, as only an earlier report can show.",
        (),
        code(expires_after=timedelta(hours=1)),
    ),
    Fault(
        "send-unproved",
        "It says that a card was sent, and GoHighLevel holds no such mail.",
        (EVIDENCE,),
        _unproved,
        G2_ONLY,
    ),
    Fault(
        "sends-beyond-cap",
        "Approvals sent so many mails today that, with those dispatched, they are beyond the cap.",
        ("ramp.limits",),
        _beyond_the_cap,
        G2_ONLY,
    ),
    Fault(
        "sends-while-stopped",
        "The emergency stop is pulled, and an approval sent a mail all the same.",
        ("ramp.emergency-stop",),
        _while_stopped,
        G2_ONLY,
    ),
    Fault(
        "send-blocked",
        "An approved card was blocked: its address can't be delivered to.",
        (EVIDENCE,),
        _blocked,
        G2_ONLY,
    ),
    Fault(
        "card-vanishes",
        "A decision is recorded nowhere, as only the pre-flight's report beside it can show.",
        (),
        code(records_decisions=False),
        G2_ONLY,
    ),
    Fault(
        "traces-missing",
        "It keeps no traces, so what approvals sent can't be told.",
        (),
        setting(traces_enabled=False),
        G2_ONLY,
    ),
    Fault(
        "server-in-utc",
        "The server runs in UTC, where its sending hours end before the review begins.",
        ("cycle.send-hours",),
        setting(server_zone="UTC", send_hours_override=False),
        G2_ONLY,
    ),
)

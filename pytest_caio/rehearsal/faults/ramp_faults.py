"""Faults of the ramp gate."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pytest_caio.rehearsal.deployment.core import Deployment
from pytest_caio.rehearsal.deployment.scenes import clean_run, graduate, story_time
from pytest_caio.rehearsal.deployment.state import Report, clean_days
from pytest_caio.rehearsal.faults.fault import Fault, code, ramp, setting


def _counts_dry_runs(reports: list[Report], now: datetime, required: int) -> tuple[str, ...]:
    return clean_days(reports, now, required, dry_runs_count=True)


def _one_day_twice(reports: list[Report], now: datetime, required: int) -> tuple[str, ...]:
    days = clean_days(reports, now, required)
    return (days[0], *days)[:required] if days else ()


def _linkedin(deployment: Deployment) -> None:
    at = story_time(deployment.now(), 0.68)
    run = clean_run(0, at, run_id="op_linkedin", instantly=None, heyreach=1)
    deployment.state.reports.append(run)


def _self_graduated(deployment: Deployment) -> None:
    at = story_time(deployment.now(), 0.70)
    deployment.state.reports.extend(clean_run(day, at, dry_run=True) for day in (1, 2))
    deployment.behaviour.claimed_days = _counts_dry_runs


def _cap_jump(deployment: Deployment) -> None:
    graduate(deployment.state, deployment.now())
    deployment.set_ramp(email_limit=100)


def _gatekeeper_gone(deployment: Deployment) -> None:
    graduate(deployment.state, deployment.now())
    deployment.configure(gatekeeper_required=False)


def _declares_tier_2(deployment: Deployment) -> None:
    def declared(body: Any) -> Any:
        debug = body["_shadow_queue_debug"] | {"queue_tier_filter": "tier_2"}
        return body | {"_shadow_queue_debug": debug}

    deployment.behaviour.reshape["/api/pending-emails"] = declared


RAMP_FAULTS = (
    Fault(
        "ramp-calendar-mode",
        "The ramp counts calendar days, not clean days.",
        ("ramp.clean-days-mode",),
        ramp(mode="calendar_days"),
    ),
    Fault(
        "ramp-disabled",
        "The ramp is switched off before its days are complete.",
        ("ramp.clean-days-mode", "ramp.consistent"),
        ramp(enabled=False),
    ),
    Fault(
        "ramp-two-days",
        "The ramp wants two clean days instead of three.",
        ("ramp.clean-days-mode",),
        ramp(clean_days_required=2),
    ),
    Fault(
        "ramp-inactive-early",
        "The ramp says it is over while clean days are missing.",
        ("ramp.consistent",),
        code(ramp_active=lambda _done, _required: False),
    ),
    Fault(
        "ramp-tier-2",
        "The ramp lets tier 2 through.",
        ("ramp.limits", "ramp.graduation"),
        ramp(tier_filter="tier_2"),
    ),
    Fault(
        "queue-declares-tier-2",
        "The queue says that it is cut by tier 2, while the ramp is on tier 1.",
        ("ramp.limits",),
        _declares_tier_2,
    ),
    Fault(
        "ramp-limit-25",
        "The ramp allows 25 mails a day.",
        ("ramp.limits", "ramp.graduation"),
        ramp(email_limit=25),
    ),
    Fault(
        "cap-forgets-sent",
        "What it may still send today takes no account of what was sent.",
        ("ramp.limits",),
        code(mails_left=lambda limit, _sent: limit),
    ),
    Fault(
        "linkedin-while-ramping",
        "It reached somebody on LinkedIn while the ramp is on.",
        ("ramp.limits", "cycle.dispatch"),
        _linkedin,
    ),
    Fault(
        "today-uncounted",
        "Today's count of mails stays at zero, whatever is dispatched.",
        ("ramp.limits",),
        code(mails_counted=lambda _sent: 0),
    ),
    Fault(
        "days-left-miscounted",
        "The days that remain are not those that are missing.",
        ("ramp.consistent",),
        code(days_left=lambda required, _done: required),
    ),
    Fault(
        "clean-day-twice",
        "One clean day is counted twice.",
        ("ramp.consistent", "ramp.graduation"),
        code(claimed_days=_one_day_twice),
    ),
    Fault(
        "gatekeeper-off",
        "Nobody has to approve a batch while the ramp is on.",
        ("ramp.gatekeeper",),
        setting(gatekeeper_required=False),
    ),
    Fault(
        "gatekeeper-off-at-graduation",
        "The clean days are complete, and nobody has to approve a batch any more.",
        ("ramp.gatekeeper",),
        _gatekeeper_gone,
    ),
    Fault(
        "emergency-stop",
        "The emergency stop is pulled.",
        ("ramp.emergency-stop",),
        setting(emergency_stop=True),
    ),
    Fault(
        "self-graduated",
        "It counts dry runs as clean days, and so claims to have graduated.",
        ("ramp.graduation",),
        _self_graduated,
    ),
    Fault(
        "graduated-cap-jump",
        "After three clean days the daily cap jumps from 5 to 100.",
        ("ramp.cap-growth",),
        _cap_jump,
    ),
)

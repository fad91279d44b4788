"""``ramp``: the settings of the supervised ramp (its graduation has its own file)."""

from __future__ import annotations

from typing import Any

import pytest
from deployments import (
    FAIL,
    NOT_APPLICABLE,
    PASS,
    STATUS_BODY,
    edited,
    g1,
    g2,
    mistyped,
    older,
    queue_body,
    ruled,
    unusable,
)

from pytest_caio.evidence.model import Evidence
from pytest_caio.evidence.probe_names import QUEUE, STATUS
from pytest_caio.gates.policy import Policy, RampPolicy
from pytest_caio.testing import observed, unobserved
from pytest_caio.verdict.finding import Outcome

CHECKS = ("clean-days-mode", "consistent", "limits", "gatekeeper")


def ramp(**changes: Any) -> Evidence:
    """The operator's status with another ramp."""
    return observed(STATUS, {**STATUS_BODY, "ramp": {**STATUS_BODY["ramp"], **changes}})


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize(("evidence", "outcome"), [*unusable(STATUS, STATUS_BODY)])
def test_status_unusable(check: str, evidence: Evidence, outcome: Outcome) -> None:
    """No status, no ramp."""
    assert ruled(f"ramp.{check}", g2(), evidence).outcome is outcome


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize(("evidence", "outcome"), [*mistyped(STATUS, STATUS_BODY, {"ramp": dict})])
def test_ramp_unusable(check: str, evidence: Evidence, outcome: Outcome) -> None:
    """A ramp that is no object is a finding in each check."""
    assert ruled(f"ramp.{check}", g2(), evidence).outcome is outcome


FIELDS = {
    "clean-days-mode": {"enabled": bool, "mode": str, "clean_days_required": int},
    "consistent": {"active": bool, "clean_days_completed": int, "clean_days_required": int},
    "limits": {"active": bool, "tier_filter": str, "email_limit_override": int},
    "gatekeeper": {"active": bool},
}
ROWS = [
    pytest.param(check, *row.values, id=f"{check}: {row.id}")
    for check, fields in FIELDS.items()
    for row in mistyped(STATUS, STATUS_BODY, {f"ramp.{f}": kind for f, kind in fields.items()})
]


@pytest.mark.parametrize(("check", "evidence", "outcome"), ROWS)
def test_fields(check: str, evidence: Evidence, outcome: Outcome) -> None:
    """A field that is missing, null or of a wrong type is a finding; true is not 1."""
    assert ruled(f"ramp.{check}", g2(), evidence).outcome is outcome


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({}, PASS),
        ({"active": False, "clean_days_completed": 3}, PASS),
        ({"enabled": False}, FAIL),
        ({"mode": "calendar_days"}, FAIL),
        ({"mode": "Clean_Days"}, FAIL),
        ({"clean_days_required": 2}, FAIL),
        ({"clean_days_required": 4}, FAIL),
        ({"clean_days_required": -3}, FAIL),
    ],
)
def test_clean_days_mode(changes: dict[str, Any], outcome: Outcome) -> None:
    """Enabled, counting clean days, three of them."""
    assert ruled("ramp.clean-days-mode", g2(), ramp(**changes)).outcome is outcome


@pytest.mark.parametrize(
    ("active", "done", "required", "outcome"),
    [
        (True, 0, 3, PASS), (True, 2, 3, PASS), (False, 3, 3, PASS), (False, 7, 3, PASS),
        (False, 2, 3, FAIL), (True, 3, 3, FAIL), (True, 9, 3, FAIL), (True, -1, 3, FAIL),
        (False, 0, 0, PASS), (True, 0, 0, FAIL), (True, 0, 10**300, PASS),
    ],
)  # fmt: skip
def test_consistent(active: bool, done: int, required: int, outcome: Outcome) -> None:
    """Active exactly while days are missing."""
    found = ramp(active=active, clean_days_completed=done, clean_days_required=required)
    assert ruled("ramp.consistent", g2(), found).outcome is outcome


LATER = "2026-02-26"


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"remaining_days": 2}, PASS),
        ({"remaining_days": 3}, FAIL),
        ({"remaining_days": -1}, FAIL),
        ({"remaining_days": None}, FAIL),
        ({"remaining_days": "2"}, FAIL),
        ({"remaining_days": 2.0}, FAIL),
        ({"clean_days_completed": 4, "active": False, "remaining_days": 0}, PASS),
        ({"clean_days_completed": 4, "active": False, "remaining_days": -1}, FAIL),
        ({"clean_days_dates": ["2026-02-24"]}, PASS),
        ({"clean_days_dates": ["2026-02-24T17:01:09"]}, PASS),
        ({"clean_days_dates": ["2026-02-25"]}, PASS),
        ({"clean_days_dates": [LATER]}, FAIL),
        ({"clean_days_dates": ["2026-02-30"]}, FAIL),
        ({"clean_days_dates": ["yesterday"]}, FAIL),
        ({"clean_days_dates": ["2026-02-24 2026-02-24"]}, FAIL),
        ({"clean_days_dates": ["2026-02-24x"]}, FAIL),
        ({"clean_days_dates": [20260224]}, FAIL),
        ({"clean_days_dates": [None]}, FAIL),
        ({"clean_days_dates": []}, FAIL),
        ({"clean_days_dates": None}, FAIL),
        ({"clean_days_dates": "2026-02-24"}, FAIL),
        ({"clean_days_dates": ["2026-02-23", "2026-02-24"]}, FAIL),
        ({"clean_days_completed": 2, "clean_days_dates": ["2026-02-24", "2026-02-24"]}, FAIL),
        ({"clean_days_completed": 3, "active": False,
          "clean_days_dates": ["2026-02-19", "2026-02-20", "2026-02-23", "2026-02-24"]}, PASS),
        ({"clean_days_completed": 4, "active": False,
          "clean_days_dates": ["2026-02-19", "2026-02-20", "2026-02-23", "2026-02-24"]}, PASS),
    ],
)  # fmt: skip
def test_consistent_numbers(changes: dict[str, Any], outcome: Outcome) -> None:
    """Days that remain, days that are named and days that are counted are of one kind."""
    said = ruled("ramp.consistent", g2(), ramp(**changes))
    assert said.outcome is outcome, said.observed


def figures(path: str, value: Any) -> Evidence:
    """The operator's status with another figure."""
    return observed(STATUS, edited(STATUS_BODY, path, value))


@pytest.mark.parametrize(
    ("evidence", "outcome"),
    [
        (figures("limits.email_remaining", 0), PASS),
        (figures("limits.email_remaining", 4), FAIL),
        (figures("limits.email_remaining", 25), FAIL),
        (figures("today.outbound_email", 3), FAIL),
        (figures("today", {"outbound_email": 0}), PASS),
        (figures("limits", {"email_remaining": 3}), PASS),
        (figures("today.outbound_linkedin", 1), FAIL),
        (figures("today.revival", 1), FAIL),
        (figures("today.cadence", 1), FAIL),
        (figures("today.cadence", None), FAIL),
        (figures("today.revival", "0"), FAIL),
        (figures("limits.linkedin_remaining", -1), FAIL),
        (figures("limits.linkedin_remaining", 100), PASS),
        (figures("today.runs", -1), FAIL),
        (figures("today.total_leads", 7), PASS),
        (figures("warmup_schedule", {"email_daily_limit": 25}), PASS),
        (figures("warmup_schedule", {"email_daily_limit": -5}), FAIL),
        (figures("warmup_schedule", None), PASS),
        (figures("warmup_schedule", 7), PASS),
        (figures("ramp.email_limit_override", 4), FAIL),
        (figures("today", {"outbound_email": 7, "x": 0}), FAIL),
        (observed(STATUS, {**STATUS_BODY, "today": {"outbound_email": -2},
                           "limits": {"email_remaining": 5}}), FAIL),
        *mistyped(STATUS, STATUS_BODY, {
            "today": dict, "limits": dict,
            "today.outbound_email": int, "limits.email_remaining": int,
        }),
    ],
)  # fmt: skip
def test_todays_numbers(evidence: Evidence, outcome: Outcome) -> None:
    """Sent and still to come are within the cap, other ways rest, no number is below nothing."""
    said = ruled("ramp.limits", g2(), evidence)
    assert said.outcome is outcome, said.observed


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"email_limit_override": 5}, PASS),
        ({"email_limit_override": 0}, PASS),
        ({"email_limit_override": 6}, FAIL),
        ({"email_limit_override": -1}, FAIL),
        ({"tier_filter": "tier_2"}, FAIL),
        ({"tier_filter": ""}, FAIL),
        ({"active": False, "email_limit_override": 100, "tier_filter": None}, NOT_APPLICABLE),
    ],
)
def test_limits(changes: dict[str, Any], outcome: Outcome) -> None:
    """While active: tier_1, at most five a day."""
    assert ruled("ramp.limits", g2(), ramp(**changes)).outcome is outcome


@pytest.mark.parametrize(
    ("given", "outcome"),
    [
        ("tier_1", PASS),
        (" Tier_1 ", PASS),
        (None, FAIL),
        ("", FAIL),
        (7, PASS),
        ("tier_2", FAIL),
        ("production", FAIL),
    ],
)
def test_the_queue_is_cut_by_the_same_tier(given: Any, outcome: Outcome) -> None:
    """Where the queue says by which tier it is cut, it is the ramp's, while that is active."""
    other = queue_body()
    other["_shadow_queue_debug"]["queue_tier_filter"] = given
    said = ruled("ramp.limits", g2(), observed(QUEUE, other))
    assert said.outcome is outcome, said.observed
    unseen = ruled("ramp.limits", g2(), unobserved(QUEUE, "no answer"))
    assert unseen.outcome is PASS
    over = ramp(active=False)
    assert ruled("ramp.limits", g2(), over, observed(QUEUE, other)).outcome is NOT_APPLICABLE


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ({}, PASS),
        ({"gatekeeper": {"required": False}}, FAIL),
        ({"gatekeeper": {"required": None}}, FAIL),
        ({"gatekeeper": {"required": 1}}, FAIL),
        ({"gatekeeper": {}}, FAIL),
        ({"gatekeeper": None}, FAIL),
        ({"gatekeeper": "on"}, FAIL),
    ],
)
def test_gatekeeper(status: dict[str, Any], outcome: Outcome) -> None:
    """While active: required, and plainly so (what holds afterwards has its own file)."""
    found = observed(STATUS, {**STATUS_BODY, **status})
    assert ruled("ramp.gatekeeper", g2(), found).outcome is outcome


def test_generations() -> None:
    """G1 has the same ramp; an older deployment counts calendar days."""
    for check in CHECKS:
        assert ruled(f"ramp.{check}", g1()).outcome is PASS
    found = {check: ruled(f"ramp.{check}", older()).outcome for check in CHECKS}
    assert found == {
        "clean-days-mode": FAIL, "consistent": FAIL, "limits": PASS, "gatekeeper": PASS,
    }  # fmt: skip


def test_the_policy_sets_the_thresholds() -> None:
    """Another policy wants another ramp."""
    policy = Policy(ramp=RampPolicy(clean_days_required=5, daily_limit=4, tier="tier_0"))
    for check, seen in (("clean-days-mode", "is 3, not 5"), ("limits", "override is 5")):
        said = ruled(f"ramp.{check}", g2(), policy=policy)
        assert (said.outcome, seen in said.observed) == (FAIL, True)

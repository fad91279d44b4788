"""A ramp that was switched off by hand, and the gatekeeper that stays after it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from mutants.gate import judge
from mutants.scenes import Scene

from pytest_caio import testing
from pytest_caio.evidence.probe_names import DISPATCHES, STATUS
from pytest_caio.gates.policy import Policy, RampPolicy
from pytest_caio.judge.standard_judges import standard_judges
from pytest_caio.rehearsal import server
from pytest_caio.rehearsal.deployment.scenes import graduate
from pytest_caio.testing import NOW, observed, unobserved
from pytest_caio.verdict.finding import Outcome, Ruling

PASS, FAIL, UNSEEN, NA = Outcome.PASS, Outcome.FAIL, Outcome.CANNOT_TELL, Outcome.NOT_APPLICABLE
JUDGES = {judge.name: judge for judge in standard_judges()}


def report(back: int, **changes: Any) -> dict[str, Any]:
    """A clean dispatch, so many days ago."""
    at = (NOW - timedelta(days=back)).isoformat()
    sent = {"instantly_report": {"total_dispatched": 2}}
    return {"run_id": f"op_{back}", "started_at": at, "completed_at": at, "dry_run": False,
            "pending_approval": False, "errors": [], **sent, **changes}  # fmt: skip


def status(gatekeeper: Any = True, **ramp: Any) -> dict[str, Any]:
    """What the operator's status says after somebody has switched the ramp off."""
    off = {"enabled": False, "mode": "clean_days", "active": False, "clean_days_required": 3,
           "clean_days_completed": 0, "clean_days_dates": [], "remaining_days": 3,
           "tier_filter": None, "email_limit_override": 25}  # fmt: skip
    return {"ramp": off | ramp, "gatekeeper": {"required": gatekeeper},
            "limits": {"email_remaining": 25}, "today": {"outbound_email": 0}}  # fmt: skip


THREE = [report(1), report(2), report(6)]
LONG_AGO = [report(20), report(21), report(22)]
TWO = [report(1), report(2)]
UNCLEAN = [
    *TWO,
    report(3, dry_run=True),
    report(4, errors=["smtp"]),
    report(5, instantly_report={}),
]
FULL = [report(1, run_id=f"op_{n}") for n in range(200)]


def ruled(check: str, history: Any, said: Any, policy: Policy | None = None) -> Ruling:
    """The ruling on a status and a dispatch history."""
    found = (
        unobserved(DISPATCHES, "no answer") if history is None else observed(DISPATCHES, history)
    )
    return testing.ruling(JUDGES[f"ramp.{check}"], found, observed(STATUS, said),
                          policy=policy or Policy())  # fmt: skip


@pytest.mark.parametrize("check", ["clean-days-mode", "consistent", "graduation"])
@pytest.mark.parametrize(
    ("history", "ramp", "outcome"),
    [
        (THREE, {}, PASS),
        (THREE, {"remaining_days": 0}, PASS),
        (TWO, {}, FAIL),
        (UNCLEAN, {}, FAIL),
        ([], {}, FAIL),
        ([report(50), *TWO], {}, FAIL),
        ([report(-3), *TWO], {}, FAIL),
        (FULL, {}, FAIL),
        ("nonsense", {}, FAIL),
        (None, {}, UNSEEN),
    ],
)
def test_switched_off_by_hand(
    check: str, history: Any, ramp: dict[str, Any], outcome: Outcome
) -> None:
    """Accepted where the history proves the clean days, and nowhere else."""
    said = ruled(check, history, status(**ramp))
    assert said.outcome is outcome, said.observed


@pytest.mark.parametrize(
    ("check", "ramp", "outcome"),
    [
        ("clean-days-mode", {"mode": "calendar_days"}, FAIL),
        ("clean-days-mode", {"clean_days_required": 2}, FAIL),
        ("clean-days-mode", {"enabled": "off"}, FAIL),
        ("clean-days-mode", {"active": True}, FAIL),
        ("graduation", {"active": True}, FAIL),
        ("consistent", {"remaining_days": 2}, FAIL),
        ("consistent", {"clean_days_dates": ["2026-02-30"]}, FAIL),
        ("consistent", {"clean_days_completed": -1}, FAIL),
        ("graduation", {"clean_days_completed": 4}, FAIL),
        ("cap-growth", {"email_limit_override": 10}, PASS),
        ("cap-growth", {"email_limit_override": 100}, FAIL),
    ],
)
def test_by_hand_and_wrong(check: str, ramp: dict[str, Any], outcome: Outcome) -> None:
    """Whatever else is wrong with such a ramp stays so."""
    assert ruled(check, THREE, status(**ramp)).outcome is outcome


def test_it_says_by_what_it_was_earned() -> None:
    """And since when."""
    said = ruled("clean-days-mode", THREE, status()).observed
    day = (NOW - timedelta(days=1)).date().isoformat()
    assert said.startswith(
        f"switched off by hand, after 3 clean days in its history, complete on {day}"
    )


@pytest.mark.parametrize(
    ("history", "gatekeeper", "outcome"),
    [
        (THREE, True, PASS),
        (THREE, False, FAIL),
        (THREE, None, FAIL),
        ([report(13), report(14), report(15)], False, FAIL),
        ([report(14), report(15), report(16)], False, NA),
        (LONG_AGO, False, NA),
        (LONG_AGO, None, NA),
        ([report(1), *LONG_AGO], False, NA),
        ([report(1), report(20), report(21)], False, FAIL),
        (TWO, False, FAIL),
        ([], False, FAIL),
        ("nonsense", False, FAIL),
        (FULL, False, UNSEEN),
        (FULL, True, PASS),
        (None, False, UNSEEN),
        (None, True, PASS),
    ],
)
@pytest.mark.parametrize(
    "ramp", [{}, {"enabled": True, "clean_days_completed": 3}], ids=["by hand", "by itself"]
)
def test_the_gatekeeper_stays(
    ramp: dict[str, Any], history: Any, gatekeeper: Any, outcome: Outcome
) -> None:
    """For two weeks after the day that completed the clean days, by the history."""
    said = ruled("gatekeeper", history, status(gatekeeper, **ramp))
    assert said.outcome is outcome, said.observed


@pytest.mark.parametrize(("days", "outcome"), [(0, NA), (1, NA), (2, FAIL)])
def test_the_policy_says_how_long(days: int, outcome: Outcome) -> None:
    """Nothing after graduation, or longer."""
    policy = Policy(ramp=RampPolicy(gatekeeper_days_after=days))
    assert ruled("gatekeeper", THREE, status(False), policy).outcome is outcome


@pytest.mark.slow
@pytest.mark.parametrize("generation", ["g2", "g1"])
@pytest.mark.parametrize("earned", [True, False])
def test_the_whole_gate_on_a_ramp_switched_off(generation: str, earned: bool) -> None:
    """GO where the days are there, NO-GO where they aren't."""

    def arrange(deployment: Any) -> None:
        if earned:
            graduate(deployment.state, deployment.now())
        deployment.set_ramp(enabled=False)

    with Scene(generation, arrange).served(server) as running:
        found = judge(running)
    red = set() if earned else {"ramp.clean-days-mode", "ramp.consistent"}
    assert set(found.required) == red
    assert found.killed is not earned

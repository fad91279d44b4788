"""``ramp.gatekeeper``: each card is decided by a person, and each batch waits for one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from deployments import FAIL, PASS, STATUS_BODY, edited, g1, g2, ruled

from pytest_caio.evidence.probe_names import DECISIONS, STATUS
from pytest_caio.testing import NOW, observed, unobserved
from pytest_caio.verdict.finding import Outcome

CHECK = "ramp.gatekeeper"


def decision(reviewer: str, **more: Any) -> dict[str, Any]:
    """An approval of an hour ago."""
    at = (NOW - timedelta(hours=1)).isoformat()
    return {"email_id": "c1", "to": "x@y.example", "status": "approved", "reviewed_at": at,
            "reviewer": reviewer, **more}  # fmt: skip


@pytest.mark.parametrize("generation", [g1, g2])
@pytest.mark.parametrize(
    ("entry", "outcome"),
    [
        (decision("dashboard_user"), PASS),
        (decision("Dani Autry"), PASS),
        (decision("sales_agent"), PASS),
        (decision("Bottin"), PASS),
        (decision("sla_autopilot"), FAIL),
        (decision("auto:small_batch"), FAIL),
        (decision("QueueWatcher"), FAIL),
        (decision("cron"), FAIL),
        (decision("sla_monitor", status="rejected", rejection_tag="other"), FAIL),
        (decision("cron", status="rejected", rejection_tag="queue_hygiene_non_actionable"), PASS),
        (decision("cron", reviewed_at="2026-01-30T16:00:00"), PASS),
        (decision("cron", email_id="seed_1"), PASS),
        ({"email_id": "c1"}, PASS),
    ],
)
def test_a_person_decides(generation: Any, entry: dict[str, Any], outcome: Outcome) -> None:
    """As far as the history of the last day names who did."""
    said = ruled(CHECK, generation(), observed(DECISIONS, {"emails": [entry]}))
    assert said.outcome is outcome, said.observed
    assert ruled(CHECK, generation(), unobserved(DECISIONS, "no answer")).outcome is PASS


@pytest.mark.parametrize(
    ("name", "value", "outcome"),
    [
        ("auto_release_up_to", 5, FAIL),
        ("auto_approve", True, FAIL),
        ("auto_release_up_to", 0, PASS),
        ("autoApprove", False, PASS),
        ("auto_expire_hours", 24, PASS),
        ("autoDispatch", True, FAIL),
        ("pending_batch", None, PASS),
        ("note", "a person approves each batch", PASS),
    ],
)
def test_no_batch_is_let_out_by_itself(name: str, value: Any, outcome: Outcome) -> None:
    """Whatever else a gatekeeper says of itself."""
    status = observed(STATUS, edited(STATUS_BODY, f"gatekeeper.{name}", value))
    assert ruled(CHECK, g2(), status).outcome is outcome

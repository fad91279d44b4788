"""``ramp.limits``: what is counted for today is what the dispatch history shows of today."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from deployments import CANNOT_TELL, FAIL, GATEWAY, PASS, STATUS_BODY, edited, g1, g2, ruled

from pytest_caio.evidence.probe_names import DISPATCHES, STATUS
from pytest_caio.testing import NOW, observed, unobserved
from pytest_caio.verdict.finding import Outcome

TODAY = NOW.date().isoformat()


def report(sent: Any = 2, day: str = TODAY, **changes: Any) -> dict[str, Any]:
    """A live run of that day."""
    return {
        "run_id": "op_1", "started_at": f"{day}T15:00:00+00:00",
        "completed_at": f"{day}T15:02:00+00:00", "dry_run": False, "pending_approval": False,
        "errors": [], "instantly_report": {"total_dispatched": sent}, "heyreach_report": None,
        "cadence_dispatched": 0, "revival_dispatched": 0, **changes,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("reports", "outcome"),
    [
        ([], PASS),
        ([report(2)], PASS),
        ([report(1), report(1)], PASS),
        ([report(1)], PASS),
        ([report(3)], FAIL),
        ([report(2), report(1)], FAIL),
        ([report(2, cadence_dispatched=1)], FAIL),
        ([report(3, day="2026-02-23")], PASS),
        ([report(3, dry_run=True)], PASS),
        ([report("3")], PASS),
        ([7, report(2)], PASS),
        ({"runs": [report(3)]}, PASS),
    ],
)
@pytest.mark.parametrize("generation", [g1, g2])
def test_no_more_was_dispatched_than_is_counted(
    generation: Any, reports: Any, outcome: Outcome
) -> None:
    """A count that lags behind lets out more than the cap; other days and dry runs don't count."""
    status = observed(STATUS, edited(STATUS_BODY, "date", TODAY))
    said = ruled("ramp.limits", generation(), status, observed(DISPATCHES, reports))
    assert said.outcome is outcome, said.observed
    if outcome is FAIL:
        assert f"today's figures count 2 in all, and the dispatch history of {TODAY} shows 3" in (
            said.observed
        )


@pytest.mark.parametrize(
    ("report", "outcome"),
    [
        (report(0, started_at=NOW.isoformat()), CANNOT_TELL),
        (report(0, started_at=(NOW - timedelta(seconds=1)).isoformat()), CANNOT_TELL),
        (report(0, started_at=(NOW - timedelta(minutes=1)).isoformat()), PASS),
        (report(0, started_at=NOW.isoformat(), dry_run=True), PASS),
        (report(0, started_at="soon", completed_at="soon"), PASS),
        (report(9, started_at=NOW.isoformat(), completed_at=NOW.isoformat()), CANNOT_TELL),
    ],
)
def test_no_dispatch_begins_with_a_look(report: dict[str, Any], outcome: Outcome) -> None:
    """What dispatches whenever the status is read shows by the time at which that began."""
    said = ruled("ramp.limits", g2(), observed(DISPATCHES, [report]))
    assert said.outcome is outcome, said.observed
    assert outcome is PASS or "dispatches whenever the status is read" in said.remedy


def test_without_a_date_or_a_history_there_is_nothing_to_compare() -> None:
    """Its other rules hold all the same, and the recount of clean days misses the history."""
    status = observed(STATUS, edited(STATUS_BODY, "date", None))
    for history in (
        observed(DISPATCHES, [report(3)]),
        observed(DISPATCHES, GATEWAY, 502),
        unobserved(DISPATCHES, "no connection"),
    ):
        assert ruled("ramp.limits", g2(), status, history).outcome is PASS

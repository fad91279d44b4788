"""Faults of the replay gate."""

from __future__ import annotations

from pytest_caio.rehearsal.deployment.recorded_answers import without_enrichment
from pytest_caio.rehearsal.faults.fault import Fault, code

REPLAY_FAULTS = (
    Fault(
        "replay-regressed",
        "Its enrichment fails, so questions about a lead are answered without looking it up.",
        ("replay.pass-rate", "replay.case"),
        code(run_case=without_enrichment),
    ),
)

"""Faults of the replay gate."""

from __future__ import annotations

from pytest_caio.rehearsal.deployment.recorded_answers import (
    about_another_lead,
    with_many_calls,
    without_enrichment,
)
from pytest_caio.rehearsal.faults.fault import Fault, code

REPLAY_FAULTS = (
    Fault(
        "replay-regressed",
        "Its enrichment fails, so questions about a lead are answered without looking it up.",
        ("replay.pass-rate", "replay.case"),
        code(run_case=without_enrichment),
    ),
    Fault(
        "replay-wrong-lead",
        "It looks up another lead than the one that was asked about.",
        ("replay.case",),
        code(run_case=about_another_lead),
    ),
    Fault(
        "replay-costly",
        "It asks its model 500 times for one answer (replay.limits says what is too much).",
        ("replay.limits",),
        code(run_case=with_many_calls),
        policy={"replay": {"limits": {"cost_usd": 5}}},
    ),
)

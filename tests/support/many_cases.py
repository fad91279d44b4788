"""A large replay as evidence: some of many cases fail for a few causes, each in its own words."""

from __future__ import annotations

from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from pytest_caio.evidence.model import EvidenceFile, Observed
from pytest_caio.evidence.probe_names import REPLAY
from pytest_caio.gates.files import packaged_folder, read_folder
from pytest_caio.gates.plan import Gates, make_plan
from pytest_caio.observe.replay.case_run import CaseRun, normalise
from pytest_caio.observe.replay.kept_runs import Keeping
from pytest_caio.privacy.redactor import Redactor
from pytest_caio.verdict.result import ShownEnvironment, Snapshot

CAUSES = ("missing words", "said what it must not", "an error", "missing tools")


def golden(number: int) -> dict[str, Any]:
    """A case with words of its own."""
    return {
        "id": f"CASE_{number:05}",
        "input_query": f"May we write to lead {number}, who asked for an offer last week?",
        "expected_tools": ["crm.read", "queue.enqueue"],
        "positive_constraints": [f"lead {number}", "approval required"],
        "negative_constraints": [f"lead {number} was sent"],
        "category": f"category {number % 7}",
    }


def answered(case: dict[str, Any], cause: str) -> CaseRun:
    """A run of the case that fails for the cause, or for none."""
    lead = case["positive_constraints"][0]
    answer: dict[str, Any] = {
        "actual_output": f"To {lead}: approval required. " + "Some more of the draft. " * 20,
        "tool_trace_log": ["crm.read", "queue.enqueue"],
        "rag_context_chunks": [f"{lead} is in the CRM; approval required."],
        "metadata": {"cost_usd": 0.01, "total_tokens": 900},
    }
    if cause == "an error":
        return CaseRun(case["id"], error=f"the runner failed with exit status 1: KeyError: {lead}")
    if cause == "missing words":
        answer["actual_output"] = "No."
    if cause == "said what it must not":
        answer["actual_output"] += f" {lead} was sent"
    if cause == "missing tools":
        answer["tool_trace_log"] = [f"web.search:{lead}"]
    return CaseRun(case["id"], normalise(answer), seconds=1.5)


def many_cases(total: int, failing: int) -> tuple[Snapshot, EvidenceFile]:
    """Return the replay's plan and evidence; the first `failing` cases fail, cause by cause."""
    cases = [golden(number) for number in range(total)]
    keeping = Keeping(Redactor())
    runs = [
        keeping.run(
            answered(case, CAUSES[number % len(CAUSES)] if number < failing else ""), case, None
        )
        for number, case in enumerate(cases)
    ]
    data = {
        "runner": "command", "blind": True, "repeats": 1, "cases": cases, "baseline": {},
        "planted": [], "copied": [], "hollow": [], "runs": runs, "ended": "",
    }  # fmt: skip
    observed = Observed(REPLAY, "staging", (), MappingProxyType(data))
    standard, _ = read_folder(packaged_folder())
    gates = Gates(tuple(gate for gate in standard if gate.gate == "replay"))
    plan = make_plan(gates, "deploy", ("staging",), tuple(case["id"] for case in cases))
    shown = ShownEnvironment("staging", "staging", "https://staging.example")
    evidence = EvidenceFile(datetime(2026, 2, 24, tzinfo=UTC), {("staging", REPLAY): observed})
    return Snapshot("deploy", (shown,), plan), evidence

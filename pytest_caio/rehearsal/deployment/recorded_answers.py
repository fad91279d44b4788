"""What the rehearsal's pipeline answers: what was once recorded for its own golden set."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

OWN_SET_ONLY = (
    "A rehearsal has recorded answers to its own golden set and to nothing else. Say who answers "
    "yours: CAIO_REPLAY_COMMAND, or replay.runners.rehearsal in gates/policy.yaml."
)

USAGE = {"cost_usd": 0.002, "total_tokens": 600}
"""What an answer took when it was recorded."""


@cache
def _recorded() -> Mapping[str, Mapping[str, Any]]:
    text = files(__package__).joinpath("recorded_answers.jsonl").read_text(encoding="utf-8")
    return {answer.pop("input_query"): answer for answer in map(json.loads, text.splitlines())}


def recorded_answer(case: Mapping[str, Any]) -> dict[str, Any] | None:
    """The answer to a case's `input_query` (its other keys aren't read), None for another's."""
    found = _recorded().get(str(case.get("input_query", "")))
    return None if found is None else {**found, "metadata": dict(USAGE)}


def about_another_lead(case: Mapping[str, Any]) -> dict[str, Any] | None:
    """The answer of a pipeline that calls the right tools about the wrong person."""
    found = recorded_answer(case)
    if found is None:
        return None
    calls = [
        {**call, "arguments": dict.fromkeys(call["arguments"], "")}
        if isinstance(call, dict)
        else call
        for call in found["tool_trace_log"]
    ]
    return {**found, "tool_trace_log": calls}


def with_many_calls(case: Mapping[str, Any]) -> dict[str, Any] | None:
    """The answer of a pipeline that asks its model over and over."""
    found = recorded_answer(case)
    calls = 500
    spent = {name: number * calls for name, number in USAGE.items()}
    return None if found is None else {**found, "metadata": spent}


def without_enrichment(case: Mapping[str, Any]) -> dict[str, Any] | None:
    """The answer of a pipeline whose enrichment fails: what rests on it is neither done nor known.

    An answer that never needed it stays as it is.
    """
    found = recorded_answer(case)
    if found is None or not any("enrich" in str(tool) for tool in found["tool_trace_log"]):
        return found
    return {
        "actual_output": "The lead could not be looked up.",
        "tool_trace_log": found["tool_trace_log"][:1],
        "rag_context_chunks": [],
    }

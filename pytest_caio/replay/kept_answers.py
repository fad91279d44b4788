"""Answers from a replay's evidence, in the form in which a runner gives them.

Source: ``docs/replay.md, Answers of an earlier replay``. The context's chunks may be live leads and
are not kept. The words of the case that they support stand in their place: judged by the same case,
an answer scores as it did.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

_STAND_INS = ("⋯", "※", "⁂")
"""What stands for a context that supports no word of the case: no case speaks of it."""


def recorded(data: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what a `recorded` runner reads: the first answer to each case, under the case's id."""
    cases = {case["id"]: case for case in data["cases"]}
    seen: set[str] = set()
    for run in data["runs"]:
        if "answer" in run and run["case_id"] not in seen:
            seen.add(run["case_id"])
            case = cases[run["case_id"]]
            question = {"id": case["id"], "input_query": case["input_query"]}
            yield {**question, **as_answer(run, case), "metadata": dict(run["numbers"])}


def as_answer(run: Mapping[str, Any], case: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answer of a run that was kept; `case` is the one that it was measured by."""
    return {
        "actual_output": run["answer"],
        "tool_trace_log": _trace(run),
        "rag_context_chunks": list(run["context"]) if "context" in run else _chunks(run, case),
    }


def _trace(run: Mapping[str, Any]) -> list[Any]:
    if "arguments" not in run:
        return list(run["tools"])
    return [
        name if text is None else {"name": name, "arguments": json.loads(text)}
        for name, text in zip(run["tools"], run["arguments"], strict=True)
    ]


def _chunks(run: Mapping[str, Any], case: Mapping[str, Any]) -> list[str]:
    if not run["facts"]["has_context"]:
        return []
    wanted = case["positive_constraints"]
    supported = [wanted[number] for number in run["facts"]["supported"]]
    if any(text.strip() for text in supported):
        return supported
    return [*supported, next(s for s in (*_STAND_INS, "…") if s not in wanted)]

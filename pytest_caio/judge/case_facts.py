"""A golden case as findings show it."""

from typing import Any

from pytest_caio.replay.case_results import CaseResult
from pytest_caio.replay.tool_calls import calls

_MOST_WORDS = 4_000


def case_facts(case: CaseResult) -> dict[str, Any]:
    """Return all that a person needs to mend a case: what was wanted beside what came."""
    score = case.score
    return {
        "id": case.id,
        "asked_as": case.run.get("asked_as", case.id),
        "passed": case.passed,
        "overall_score": score.overall_score if score else None,
        "scores": dict(score.scores) if score else {},
        "reasons": case.reason,
        "cause": case.cause,
        "drift": case.drift,
        "seconds": case.seconds,
        "error": case.run.get("error", ""),
        "retried": case.run.get("retried", []),
        "reused": case.run.get("reused", ""),
        "question": _cut(case.case["input_query"]),
        "answer": _cut(case.run["answer"]) if "answer" in case.run else None,
        "numbers": case.run.get("numbers", {}),
        "tools": case.run.get("tools", []),
        "missing_tools": score.missing_tools if score else (),
        "unexpected_tools": score.unexpected_tools if score else (),
        "missing_words": score.missing_words if score else (),
        "forbidden_words": score.negative_constraints_violated if score else (),
        "unsupported_words": score.unsupported_claims if score else (),
        "missing_calls": score.missing_calls if score else (),
        "schema_problem": score.schema_problem if score else "",
        "expected_calls": [call.words() for call in calls(case.case.get("expected_tool_calls"))],
        "calls": _made(case),
        "expected_tools": case.case["expected_tools"],
        "positive_constraints": case.case["positive_constraints"],
        "negative_constraints": case.case["negative_constraints"],
    }


def _made(case: CaseResult) -> list[str]:
    """Return the calls of a run with their arguments, where there are any that were kept."""
    texts = case.run.get("arguments", [])
    tools = case.run.get("tools", [])
    return [_cut(f"{name} {text}") for name, text in zip(tools, texts, strict=False) if text]


def _cut(text: str) -> str:
    """Return a text as findings show it; all of it is in the evidence."""
    return text if len(text) <= _MOST_WORDS else f"{text[:_MOST_WORDS]}…"

"""Answers that are JSON, held to a JSON Schema: a draft with subject and body."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from pytest_caio.replay.golden_set import GoldenError, read_golden
from pytest_caio.replay.output_schema import mistakes, problem
from pytest_caio.replay.scores import judge_case

DRAFT: dict[str, Any] = {
    "type": "object",
    "required": ["subject", "body"],
    "properties": {"subject": {"type": "string", "maxLength": 20}, "body": {"type": "string"}},
    "additionalProperties": False,
}
CASE = {
    "id": "D", "input_query": "q", "expected_tools": ["t"], "positive_constraints": ["hello"],
    "negative_constraints": [],
}  # fmt: skip


@pytest.mark.parametrize(
    ("output", "broken"),
    [
        ({"subject": "Hi", "body": "hello"}, ""),
        ({"subject": "Hi"}, 'required (["subject", "body"])'),
        ({"subject": "Jane " * 9, "body": "hello"}, "properties/subject/maxLength (20)"),
        ({"subject": "Hi", "body": "hello", "Jane": 1}, "additionalProperties (false)"),
        ([], 'type ("object")'),
        ("Dear Jane, hello", "it is not JSON"),
        ('{"subject": "Hi", "body": "hello"} Done.', "it is not JSON"),
        ("[" * 100_000, "it is not JSON"),
        ("", "it is not JSON"),
    ],
)
def test_a_draft_is_held_to_its_schema(output: Any, broken: str) -> None:
    """Which rule is broken, in the schema's words: never in those of the answer."""
    text = output if isinstance(output, str) else json.dumps(output)
    found = problem(DRAFT, text)
    assert broken in found if broken else not found
    assert "Jane" not in found
    answer = {"actual_output": text, "tool_trace_log": ["t"], "rag_context_chunks": ["hello"]}
    by_scores = judge_case(CASE, answer)
    held = judge_case({**CASE, "output_schema": DRAFT}, answer)
    assert held.scores == by_scores.scores
    assert held.passed is (by_scores.passed and not broken)


@pytest.mark.parametrize("reference", ["http://127.0.0.1:9/x.json", "#/$defs/none", "file:///x"])
def test_nothing_is_fetched(reference: str) -> None:
    """A schema that refers elsewhere is not met, and says so."""
    assert "not looked up" in problem({"$ref": reference}, "{}")


def golden(folder: Path, **more: Any) -> Path:
    """A golden set of one case with these keys besides."""
    path = folder / "golden.json"
    path.write_text(json.dumps([{**CASE, **more}]), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"output_schema": {"type": "objekt"}}, "output_schema is no JSON Schema"),
        ({"output_schema": []}, "output_schema must be an object"),
        ({"output_schema": None}, "output_schema must be an object"),
        ({"tool_calls_in_order": 1}, "tool_calls_in_order must be true or false"),
        ({"expected_tool_calls": ["t"]}, "D: expected_tool_calls[0]"),
    ],
)
def test_a_mistake_is_said_with_its_line(tmp_path: Path, more: Any, words: str) -> None:
    """Before anything is asked."""
    with pytest.raises(GoldenError, match=r"golden\.json:1") as caught:
        read_golden(golden(tmp_path, **more))
    assert words in str(caught.value)


def test_the_keys_are_the_judges_alone(tmp_path: Path) -> None:
    """A runner is told of none of them; a case without them is as it was."""
    more = {"output_schema": DRAFT, "expected_tool_calls": [{"name": "t"}],
            "tool_calls_in_order": True}  # fmt: skip
    (case,) = read_golden(golden(tmp_path, **more))
    assert not case.as_mapping().keys() & more.keys()
    assert {key: case.as_judged()[key] for key in more} == more
    (plain,) = read_golden(golden(tmp_path))
    assert not plain.as_judged().keys() & more.keys()


def test_without_the_library_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is an extra; a case that is silently not held to its schema would pass."""
    monkeypatch.setitem(sys.modules, "jsonschema", None)
    assert "pytest-caio[schema]" in mistakes(DRAFT)[0]
    with pytest.raises(GoldenError, match="install"):
        read_golden(golden(tmp_path, output_schema=DRAFT))
    assert read_golden(golden(tmp_path))

"""Answers that a report keeps score as they did, without a word of their context."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_caio.observe.replay.case_run import CaseRun, normalise
from pytest_caio.observe.replay.kept_runs import Keeping
from pytest_caio.observe.replay.runners import RecordedRunner
from pytest_caio.privacy.redactor import Redactor
from pytest_caio.replay.kept_answers import recorded
from pytest_caio.replay.measure import measure
from pytest_caio.replay.scores import judge_case

VECTORS = Path(__file__).parents[1] / "data" / "replay-judge-vectors.jsonl"
LEAD = "Jane of Acme, jane@acme.com"


def kept(case: dict[str, Any], answer: dict[str, Any], keep: bool = False) -> dict[str, Any]:
    """The evidence of one run of one case."""
    keeping = Keeping(Redactor(keep_content=keep))
    run = keeping.run(CaseRun(case["id"], normalise(answer)), case, None)
    return {"cases": [case], "runs": [run]}


@pytest.mark.parametrize("line", VECTORS.read_text(encoding="utf-8").splitlines())
@pytest.mark.parametrize("keep", [False, True])
def test_a_kept_answer_scores_as_it_did(line: str, keep: bool) -> None:
    """For every judged example, with and without its context."""
    vector = json.loads(line)
    case = {"input_query": "q", **vector["case"]}
    if not vector["run"].keys() & {"actual_output", "tool_trace_log", "rag_context_chunks"}:
        return
    answer = normalise(vector["run"])
    (again,) = recorded(kept(case, vector["run"], keep))
    assert judge_case(case, again) == judge_case(case, answer)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.text("aB ⋯\n", max_size=3), max_size=4),
    st.lists(st.text("ab ⋯", max_size=4), max_size=3),
)
def test_so_does_any_other(wanted: list[str], chunks: list[str]) -> None:
    """Blank words and blank chunks among them; words over several lines are not looked for."""
    wanted = [word for word in wanted if "\n" not in word.strip("\n") and "\n" not in word]
    case = {"id": "C", "input_query": "q", "expected_tools": [], "negative_constraints": [],
            "positive_constraints": wanted}  # fmt: skip
    answer = normalise({"actual_output": "ab b a⋯", "rag_context_chunks": chunks})
    (again,) = recorded(kept(case, dict(answer)))
    assert judge_case(case, again) == judge_case(case, answer)
    assert measure(case, again).has_context == measure(case, answer).has_context


def test_the_context_is_not_in_it(tmp_path: Path) -> None:
    """Only which words of the case it supports; and the recorded runner reads it."""
    case = {"id": "C", "input_query": "q", "expected_tools": [], "negative_constraints": [],
            "positive_constraints": ["yes", "no"]}  # fmt: skip
    answer = {"actual_output": "yes", "rag_context_chunks": [f"yes: {LEAD}"]}
    (again,) = recorded(kept(case, answer))
    assert again["rag_context_chunks"] == ["yes"]
    assert "Jane" not in json.dumps(again)
    path = tmp_path / "answers.jsonl"
    path.write_text(json.dumps(again))
    assert RecordedRunner(path)
    (whole,) = recorded(kept(case, answer, keep=True))
    assert whole["rag_context_chunks"] == answer["rag_context_chunks"]


def test_what_gave_no_answer_has_none() -> None:
    """An error is no answer; of several runs the first that has one counts."""
    case = {"id": "C", "input_query": "q", "expected_tools": [], "negative_constraints": [],
            "positive_constraints": []}  # fmt: skip
    data = kept(case, {"actual_output": "yes"})
    error = Keeping(Redactor()).run(CaseRun("C", error="broken"), case, None)
    assert list(recorded({**data, "runs": [error]})) == []
    (answer,) = recorded({**data, "runs": [error, *data["runs"], *data["runs"]]})
    assert answer["actual_output"] == "yes"

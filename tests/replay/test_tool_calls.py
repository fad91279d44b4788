"""Wanted tool calls, with arguments and in order; the four scores go by names alone."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pytest_caio.observe.replay.case_run import CaseRun, RunnerError, normalise
from pytest_caio.observe.replay.kept_runs import Keeping
from pytest_caio.privacy.redactor import Redactor, Secret
from pytest_caio.replay.kept_answers import recorded
from pytest_caio.replay.measure import Measured, measure
from pytest_caio.replay.scores import judge_case, score
from pytest_caio.replay.tool_calls import calls, mistakes, unmet

READ = {"name": "crm.read", "arguments": {"id": 7, "fields": {"mail": True}, "tags": ["a", "b"]}}


def call(name: str, **arguments: Any) -> dict[str, Any]:
    """A call with arguments."""
    return {"name": name, "arguments": arguments}


@pytest.mark.parametrize(
    ("wanted", "made", "in_order", "missing"),
    [
        # what is wanted is there, and more besides
        ([call("crm.read", id=7)], [READ], False, ()),
        ([call("CRM . read", fields={"mail": True})], [READ], False, ()),
        ([call("crm.read", tags=["a", "b"])], [READ], False, ()),
        ([{"name": "crm.read"}], ["gateway:crm.read"], False, ()),
        ([call("crm.read")], ["crm.read"], False, ()),
        ([call("crm.read", id=7.0)], [READ], False, ()),
        # it is not
        ([call("crm.read", id=8)], [READ], False, (0,)),
        ([call("crm.read", id="7")], [READ], False, (0,)),
        ([call("crm.read", tags=["a"])], [READ], False, (0,)),
        ([call("crm.read", tags=["b", "a"])], [READ], False, (0,)),
        ([call("crm.read", fields={"mail": 1})], [READ], False, (0,)),
        ([call("crm.read", fields={"mail": True, "name": True})], [READ], False, (0,)),
        ([call("crm.read", other=None)], [READ], False, (0,)),
        ([call("crm.write", id=7)], [READ], False, (0,)),
        ([call("crm.read", id=7)], ["crm.read"], False, (0,)),
        ([call("crm.read", id=7)], [], False, (0,)),
        # each call meets one
        ([call("crm.read"), call("crm.read", id=7)], [READ], False, (1,)),
        ([call("crm.read"), call("crm.read", id=7)], [READ, "crm.read"], False, ()),
        ([call("crm", id=7), call("crm.read")], ["crm.read", READ], False, ()),
        # order
        ([call("b"), call("a")], ["a", "b"], False, ()),
        ([call("b"), call("a")], ["a", "b"], True, (1,)),
        ([call("a"), call("b")], ["a", "x", "b", "a"], True, ()),
        ([call("a"), call("x"), call("b")], ["a", "b"], True, (1,)),
        ([], [READ], True, ()),
    ],
)
def test_which_calls_are_missing(
    wanted: list[Any], made: list[Any], in_order: bool, missing: tuple[int, ...]
) -> None:
    """Subset of arguments, strict values, one call each, order where it is wanted."""
    assert unmet(calls(wanted), calls(made), in_order=in_order) == missing


@pytest.mark.parametrize(
    ("entry", "arguments"),
    [
        (call("t", id=1), {"id": 1}),
        ({"name": "t", "arguments": '{"id": 1}'}, {"id": 1}),
        ({"name": "t", "arguments": "id=1"}, None),
        ({"name": "t", "arguments": "[1]"}, None),
        ({"name": "t", "arguments": [1]}, None),
        ({"name": "t", "arguments": None}, None),
        ({"name": "t"}, None),
        ("t", None),
    ],
)
def test_a_trace_entry_is_a_name_or_an_object(entry: Any, arguments: Any) -> None:
    """Arguments as an object or as its text; the name is what the score sees."""
    (found,) = calls([entry])
    assert (found.name, found.arguments) == ("t", arguments)


@pytest.mark.parametrize("entry", [{"tool": "t"}, {"name": 7}, {"name": None}, ["t"], 7, None])
def test_whatever_else_is_text_as_before(entry: Any) -> None:
    """No object with a name: by str(), as the judge always had it."""
    assert calls([entry])[0].name == str(entry)


CASE = {
    "id": "C", "input_query": "q", "expected_tools": ["crm.read"], "negative_constraints": [],
    "positive_constraints": ["yes"], "expected_tool_calls": [call("crm.read", id=7)],
}  # fmt: skip
GOOD = {"actual_output": "yes", "tool_trace_log": [READ], "rag_context_chunks": ["yes"]}


@pytest.mark.parametrize(
    ("made", "passes"), [([READ], True), (["crm.read"], False), ([call("crm.read", id=8)], False)]
)
def test_the_scores_stay_as_they_are(made: list[Any], passes: bool) -> None:
    """With objects as with names: only whether the case passes depends on the calls."""
    found = judge_case(CASE, {**GOOD, "tool_trace_log": made})
    plain = judge_case(
        {k: v for k, v in CASE.items() if k != "expected_tool_calls"},
        {**GOOD, "tool_trace_log": ["crm.read"]},
    )
    assert found.scores == plain.scores
    assert (found.passed, plain.passed) == (passes, True)
    assert found.missing_calls == (() if passes else ('crm.read {"id": 7}',))


@pytest.mark.parametrize("private", [False, True])
def test_arguments_are_kept_as_answers_are(private: bool) -> None:
    """Without tokens; not at all where answers are private. Judged again, the same comes out."""
    redactor = Redactor({"token:x": Secret("s3cret-t0ken")})
    made = [call("crm.read", id=7, key="s3cret-t0ken", lead="Jane"), "web.search"]
    answer = normalise({**GOOD, "tool_trace_log": made})
    run = Keeping(redactor, private).run(CaseRun("C", answer), CASE, None)
    kept = json.loads(json.dumps(run))
    assert kept["tools"] == ["crm.read", "web.search"]
    assert "s3cret" not in json.dumps(kept)
    assert ("Jane" in json.dumps(kept)) is not private
    again = score(CASE, Measured.of_json(kept["facts"]), kept["tools"])
    assert again == judge_case(CASE, answer)
    if not private:
        (once_more,) = recorded({"cases": [CASE], "runs": [kept]})
        assert once_more["tool_trace_log"][1] == "web.search"
        assert judge_case(CASE, normalise(once_more)) == judge_case(CASE, answer)


def test_facts_of_an_earlier_version_are_read() -> None:
    """A report that knows nothing of calls or schemas is judged as it was."""
    facts = measure(CASE, GOOD).as_json()
    del facts["calls_missing"], facts["schema_problem"]
    assert Measured.of_json(facts).calls_missing == ()
    with pytest.raises(KeyError):
        Measured.of_json({"missing": []})


@pytest.mark.parametrize("depth", [60, 900])
def test_deep_arguments_fail_their_case_alone(depth: int) -> None:
    """However deep they nest."""
    deep: Any = 1
    for _ in range(depth):
        deep = {"x": deep}
    with pytest.raises(RunnerError, match=r"the arguments of crm\.read are nested too deeply"):
        normalise({**GOOD, "tool_trace_log": [{"name": "crm.read", "arguments": deep}]})


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ([], ""),
        ([{"name": "t"}], ""),
        ([call("t", a=1)], ""),
        ({}, "must be a list of objects"),
        (["t"], 'must be an object with a "name"'),
        ([{"arguments": {}}], "[0].name must be a text"),
        ([{"name": " "}], "[0].name must be a text"),
        ([{"name": "t", "arguments": [1]}], "[0].arguments must be an object"),
        ([{"name": "t", "args": {}}], "unknown key 'args'"),
    ],
)
def test_mistakes_of_a_golden_set(value: Any, words: str) -> None:
    """Said before anything is asked: a typing mistake would hold an answer to nothing."""
    found = "; ".join(mistakes(value))
    assert (words in found) if words else not found

"""The rehearsal answers its own golden set, says so where it is given another, and can regress."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pytest_caio.gates.replay_policy import LimitsPolicy
from pytest_caio.judge.standard_judges import standard_judges
from pytest_caio.observe.standard_probes import standard_probes
from pytest_caio.rehearsal.deployment.recorded_answers import recorded_answer, without_enrichment
from pytest_caio.rehearsal.faults.catalogue import FAULTS
from pytest_caio.replay.golden_set import Case, read_golden
from pytest_caio.replay.scores import judge_case
from pytest_caio.replay.statistics import budget
from pytest_caio.replay.tool_calls import names
from pytest_caio.run.prepare import prepare
from pytest_caio.settings.options import Options
from pytest_caio.verdict.finding import Finding, Outcome, Severity

NO_LIMITS = LimitsPolicy()
GOLDEN = read_golden(Path(__file__).parents[2] / "gates" / "golden" / "caio.jsonl")


def replayed(
    *faults: str, private: bool = False, limits: LimitsPolicy = NO_LIMITS, **more: Any
) -> dict[str, Finding]:
    """What the replay gate finds in a rehearsal, by check and case."""
    options = Options(("rehearsal",), "deploy", faults=faults, **more)
    run = prepare(options, {}, standard_judges(), standard_probes())
    chosen = tuple(planned for planned in run.plan if planned.gate.gate == "replay")
    policy = run.snapshot.policy
    policy = replace(policy, replay=replace(policy.replay, private=private, limits=limits))
    run.snapshot = replace(run.snapshot, plan=chosen, policy=policy)
    run.sweep(chosen, lambda done, total: None)
    found = [run.judge(planned) for planned in chosen]
    return {finding.name: finding for finding in found}


def failed(found: dict[str, Finding]) -> set[str]:
    """The checks that fail, each case's as one."""
    return {f.name.partition("[")[0] for f in found.values() if f.outcome is Outcome.FAIL}


def test_the_golden_set_is_large_enough() -> None:
    """At least sixty cases, each with something to find and something to avoid."""
    assert len(GOLDEN) >= 60
    assert all(c.expected_tools and c.positive_constraints for c in GOLDEN)
    assert all(c.negative_constraints for c in GOLDEN)
    assert len({c.input_query for c in GOLDEN}) == len(GOLDEN)


def test_who_said_no_is_never_within_the_budget() -> None:
    """Opting out, deletion, approval, compliance and the emergency stop fail the gate alone."""
    marked = {c.category for c in GOLDEN if c.must_pass}
    assert {"unsub", "delete", "approval", "compliance", "stop"} <= marked
    assert not [c.id for c in GOLDEN if c.category in marked and not c.must_pass]
    assert all(c.category for c in GOLDEN)


def test_arguments_are_wanted_where_the_question_gives_them() -> None:
    """Fewer cases than the error budget covers: a runner may report its tools by name alone."""
    wanting = [c for c in GOLDEN if c.expected_tool_calls]
    assert wanting
    assert len(wanting) < budget(len(GOLDEN), 0.95)
    assert not any(c.must_pass for c in wanting)
    for case in wanting:
        (call,) = case.expected_tool_calls
        assert all(value in case.input_query for value in call["arguments"].values())
        answer = recorded_answer({"input_query": case.input_query}) or {}
        by_name = {**answer, "tool_trace_log": list(names(answer["tool_trace_log"]))}
        score = judge_case(case.as_judged(), by_name)
        assert not score.passed
        assert score.missing_calls
        assert judge_case(case.as_mapping(), by_name).passed


def test_no_case_expects_a_mail_to_be_sent() -> None:
    """The swarm's work ends at the approval queue; sending is nobody's expected tool."""
    assert not [c.id for c in GOLDEN if any("send" in tool for tool in c.expected_tools)]


@pytest.mark.parametrize("case", GOLDEN, ids=[c.id for c in GOLDEN])
def test_each_recorded_answer_passes(case: Case) -> None:
    """Every case of our own set has an answer that the judge passes."""
    answer = recorded_answer({"input_query": case.input_query})
    assert answer is not None
    score = judge_case(case.as_judged(), answer)
    assert score.passed, score


def test_the_question_is_all_that_is_read() -> None:
    """Under any id, with any answer key, the same answer; and nothing of the key comes back."""
    case = GOLDEN[0]
    planted = {**case.as_mapping(), "id": "X", "positive_constraints": ["nonce"]}
    assert recorded_answer(planted) == recorded_answer({"input_query": case.input_query})
    assert recorded_answer({"id": case.id}) is None
    assert recorded_answer({"id": case.id, "input_query": case.input_query + " Why?"}) is None


def test_a_regression_spends_the_error_budget_and_no_more() -> None:
    """More than one in twenty get worse, all others are answered as before."""
    worse = [c for c in GOLDEN if without_enrichment(c.as_mapping()) != recorded_answer(
        c.as_mapping())]  # fmt: skip
    assert len(GOLDEN) / 20 < len(worse) < len(GOLDEN) / 4
    answers = {c.id: without_enrichment(c.as_mapping()) or {} for c in worse}
    assert not any(judge_case(c.as_mapping(), answers[c.id]).passed for c in worse)


def test_the_fault_turns_the_replay_red() -> None:
    """In good order all of it passes; regressed, the rate and the cases fail, and nothing else."""
    found = replayed()
    assert len(found) == len(GOLDEN) + 5
    assert failed(found) == set()
    assert found["replay.pass-rate"].outcome is Outcome.PASS
    assert failed(replayed("replay-regressed")) == set(FAULTS["replay-regressed"].checks)


def test_the_right_tool_about_the_wrong_lead_is_noticed() -> None:
    """By the arguments alone: names and words are as before."""
    found = replayed("replay-wrong-lead")
    assert failed(found) == set(FAULTS["replay-wrong-lead"].checks)
    wrong = {f.name for f in found.values() if f.outcome is Outcome.FAIL}
    assert wrong == {f"replay.case[{c.id}]" for c in GOLDEN if c.expected_tool_calls}
    facts = found["replay.case[REFERRAL_001]"].facts["replay_case"]
    assert facts["missing_calls"] == ('clay.enrich_contact {"first_name": "Ana"}',)
    assert facts["calls"] == [
        'UnifiedIntegrationGateway.execute:clay.enrich_contact {"first_name": ""}'
    ]
    assert "missing tool calls" in found["replay.case[REFERRAL_001]"].observed


def test_a_costly_pipeline_exceeds_its_limit() -> None:
    """Under the limit that the fault names; without one it is n/a, and says what it took."""
    limits = FAULTS["replay-costly"].policy["replay"]["limits"]
    found = replayed("replay-costly", limits=LimitsPolicy(**limits))
    assert failed(found) == set(FAULTS["replay-costly"].checks)
    assert found["replay.limits"].severity is Severity.ADVISORY
    assert "the cost is 71 USD, the limit 5" in found["replay.limits"].observed
    well = replayed(limits=LimitsPolicy(**limits))
    assert well["replay.limits"].outcome is Outcome.PASS
    unlimited = replayed("replay-costly")["replay.limits"]
    assert unlimited.outcome is Outcome.NOT_APPLICABLE
    assert "71.00 USD" in unlimited.observed


@pytest.mark.slow
@pytest.mark.parametrize("private", [False, True])
@pytest.mark.parametrize("keep_content", [False, True])
def test_no_privacy_setting_changes_a_finding(private: bool, keep_content: bool) -> None:
    """The same outcomes and the same scores, whatever of the answers is kept."""
    plain = replayed("replay-regressed")
    other = replayed("replay-regressed", private=private, keep_content=keep_content)
    # The seconds are each run's own.
    plain.pop("replay.limits"), other.pop("replay.limits")
    assert {n: (f.outcome, f.severity, f.observed) for n, f in plain.items()} == {
        n: (f.outcome, f.severity, f.observed) for n, f in other.items()
    }


def test_another_golden_set_is_told_plainly(tmp_path: Path) -> None:
    """Each case of it fails with the reason and the way out; none of them passes."""
    golden = tmp_path / "theirs.jsonl"
    case = replace(GOLDEN[0], input_query="May we write to Jane?").as_mapping()
    golden.write_text(json.dumps({**case, "id": "THEIRS_1"}), encoding="utf-8")
    found = replayed(golden=golden)
    assert failed(found) == {"replay.pass-rate", "replay.case"}
    assert "to its own golden set and to nothing else" in found["replay.case[THEIRS_1]"].observed
    assert "CAIO_REPLAY_COMMAND" in found["replay.pass-rate"].observed

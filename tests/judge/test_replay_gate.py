"""Pass rate, tolerance and integrity, judged from the evidence of a replay."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest

from pytest_caio.evidence.model import Observed, Unobserved
from pytest_caio.evidence.probe_names import REPLAY, SUITE
from pytest_caio.gates.policy import Policy
from pytest_caio.gates.replay_policy import ReplayPolicy
from pytest_caio.judge import replay_gate
from pytest_caio.judge.look import Look
from pytest_caio.judge.ruling import rule
from pytest_caio.observe.replay.case_run import CaseRun
from pytest_caio.observe.replay.kept_runs import Keeping
from pytest_caio.privacy.redactor import Redactor
from pytest_caio.replay import statistics
from pytest_caio.replay.replay_settings import NO_RUNNER
from pytest_caio.verdict.finding import Outcome, Ruling, Severity
from pytest_caio.verdict.known_causes import NO_RUNNER as NO_RUNNER_CAUSE

GOOD = {
    "actual_output": "alpha",
    "tool_trace_log": ["crm.read"],
    "rag_context_chunks": ["alpha"],
    "metadata": {},
}
BAD = {**GOOD, "actual_output": "nothing"}


def case(name: str) -> dict[str, Any]:
    """Return a golden case that ``GOOD`` passes and ``BAD`` does not."""
    return {
        "id": name,
        "input_query": "q",
        "expected_tools": ["crm.read"],
        "positive_constraints": ["alpha"],
        "negative_constraints": ["nothing"],
    }


def run(name: str, output: Any = None, error: str = "", repeat: int = 0,
        earlier: str | None = None, private: bool = False) -> dict[str, Any]:  # fmt: skip
    """Return a run as the evidence holds it."""
    answer = {} if error else (output or GOOD)
    whole = CaseRun(name, answer, error or None, 0.1, repeat)
    return Keeping(Redactor(), private).run(whole, case(name), earlier)


def look(total: int, failing: int = 0, *, case_id: str = "", **data: Any) -> Look:
    """Return a look at a replay of ``total`` cases, the first ``failing`` of which fail."""
    names = [f"C{n:03}" for n in range(total)]
    evidence = {
        "runner": "command",
        "blind": True,
        "repeats": 1,
        "cases": [case(n) for n in names],
        "baseline": {},
        "planted": [],
        "copied": [],
        "hollow": [],
        "runs": [run(n, BAD if i < failing else GOOD) for i, n in enumerate(names)],
        "ended": "",
        **data,
    }
    seen = Observed(REPLAY, "production", (), MappingProxyType(evidence))
    return Look("production", "production", {REPLAY: seen}, settings={"case": case_id})


@pytest.mark.parametrize(
    ("total", "failing", "outcome", "words"),
    [
        (60, 0, Outcome.PASS, "100 % of the golden cases pass (60 of 60), 95 % needed"),
        (60, 3, Outcome.PASS, "95 % of the golden cases pass (57 of 60), 95 % needed"),
        (60, 4, Outcome.FAIL, "93.33 % of the golden cases pass (56 of 60), 95 % needed"),
        (20, 1, Outcome.PASS, "95 % of the golden cases pass (19 of 20), 95 % needed"),
        (19, 1, Outcome.FAIL, "94.74 % of the golden cases pass (18 of 19), 95 % needed"),
        (1, 1, Outcome.FAIL, "0 % of the golden cases pass (0 of 1), 95 % needed"),
    ],
)
def test_the_gate_is_on_the_observed_rate(
    total: int, failing: int, outcome: Outcome, words: str
) -> None:
    """57 of 60 passes and 56 does not, and the sentence says so."""
    ruling = replay_gate.pass_rate(look(total, failing))
    assert ruling.outcome is outcome
    assert words in ruling.observed
    assert ruling.facts["replay"]["passed"] == total - failing


def test_the_rate_names_its_failures_with_scores_either_way() -> None:
    """A passing rate still names who failed, with four scores and reasons, and the margin."""
    seen = replay_gate.pass_rate(look(60, 2)).observed
    assert "C000: overall" in seen
    assert "C001: overall" in seen
    assert "tool_selection_accuracy 5" in seen
    assert "said what it must not: nothing" in seen
    assert "2 more failures would have been too many" in seen
    assert "Wilson 95 % interval" in seen


def test_failures_within_the_budget_are_tolerated_and_shown() -> None:
    """Three of sixty are advice, not a pass; the fourth makes all of them fail."""
    tolerated = replay_gate.one_case(look(60, 3, case_id="C002"))
    assert (tolerated.outcome, tolerated.severity) == (Outcome.FAIL, Severity.ADVISORY)
    assert tolerated.observed.startswith("tolerated, within the error budget of 3")
    failed = replay_gate.one_case(look(60, 4, case_id="C002"))
    assert (failed.outcome, failed.severity) == (Outcome.FAIL, None)
    passed = replay_gate.one_case(look(60, 4, case_id="C050"))
    assert passed.outcome is Outcome.PASS


def test_a_partial_selection_tolerates_none() -> None:
    """With a part of the set asked, a failure is a failure, and the rate does not hold."""
    part = look(60, case_id="C000", runs=[run("C000", BAD)])
    assert replay_gate.one_case(part).severity is None
    rate = replay_gate.pass_rate(part)
    assert rate.outcome is Outcome.FAIL
    assert "59 cases did not run" in rate.observed


def test_fewer_cases_than_the_set_has_is_a_failure() -> None:
    """Cases that did not run stay in the denominator even where the rest would do."""
    names = [f"C{n:03}" for n in range(60)]
    short = look(60, runs=[run(n) for n in names[:59]], ended="not run: deadline of 5 s")
    ruling = replay_gate.pass_rate(short)
    assert ruling.outcome is Outcome.FAIL
    assert "59 of 60" in ruling.observed
    assert "deadline of 5 s" in ruling.observed


def test_an_errored_case_stays_in_the_denominator() -> None:
    """A crash is a failed case, with what the runner said."""
    names = [f"C{n:03}" for n in range(4)]
    ruling = replay_gate.pass_rate(
        look(
            4,
            runs=[
                run(names[0], error="the runner failed with exit status 3"),
                *map(run, names[1:]),
            ],
        )
    )
    assert ruling.outcome is Outcome.FAIL
    assert "3 of 4" in ruling.observed
    assert "exit status 3" in ruling.observed


def test_a_case_passes_only_if_all_its_repeats_pass() -> None:
    """One bad repeat fails the case, and outputs that differ are named."""
    runs = [run("C000"), run("C000", BAD, repeat=1)]
    seen = look(1, runs=runs, repeats=2, case_id="C000")
    assert replay_gate.one_case(seen).outcome is Outcome.FAIL
    ruling = replay_gate.deterministic(seen)
    assert ruling.outcome is Outcome.FAIL
    assert "C000" in ruling.observed


@pytest.mark.parametrize(("repeats", "outcome"), [(1, Outcome.NOT_APPLICABLE), (2, Outcome.PASS)])
def test_determinism_needs_repeats(repeats: int, outcome: Outcome) -> None:
    """One run of each case shows nothing of determinism, and that is said."""
    runs = [run("C000", repeat=n) for n in range(repeats)]
    ruling = replay_gate.deterministic(look(1, runs=runs, repeats=repeats))
    assert ruling.outcome is outcome


def _with_plant(copied: bool) -> Look:
    came_back = ["P1"] if copied else []
    return look(1, blind=False, planted=["P1"], copied=came_back, case_id="C000")


@pytest.mark.parametrize(
    ("seen", "outcome", "words"),
    [
        (look(1), Outcome.NOT_APPLICABLE, "question only"),
        (_with_plant(False), Outcome.FAIL, "blind is false"),
        (_with_plant(True), Outcome.FAIL, "copies its answer key"),
    ],
)
def test_integrity(seen: Look, outcome: Outcome, words: str) -> None:
    """Blind does not apply; sighted needs a waiver; copying is named as copying."""
    ruling = replay_gate.integrity(seen)
    assert ruling.outcome is outcome
    assert words in ruling.observed


def test_a_copying_runner_never_passes_the_rate() -> None:
    """Also where integrity is waived, the rate of a copier is no rate."""
    ruling = replay_gate.pass_rate(_with_plant(True))
    assert ruling.outcome is Outcome.FAIL
    assert ruling.observed.startswith("the runner copies")
    assert replay_gate.pass_rate(_with_plant(False)).outcome is Outcome.PASS


def test_drift_is_shown_as_a_diff() -> None:
    """What changed since the baseline stands in the case's facts."""
    ruling = replay_gate.one_case(
        look(1, case_id="C000", baseline={"C000": "beta"}, runs=[run("C000", earlier="beta")])
    )
    assert "-beta" in ruling.facts["replay_case"]["drift"]
    assert "+alpha" in ruling.facts["replay_case"]["drift"]


def test_without_a_runner_it_cannot_tell_and_says_how_to_name_one() -> None:
    """No runner is no evidence."""
    reason = f"no runner is named. {NO_RUNNER}"
    seen = Look("p", "p", {REPLAY: Unobserved(REPLAY, "p", reason)})
    for judge in (replay_gate.pass_rate, replay_gate.one_case, replay_gate.integrity):
        ruling = rule(judge, seen)
        assert ruling.outcome is Outcome.CANNOT_TELL
        assert (ruling.cause, "CAIO_REPLAY_COMMAND" in ruling.remedy) == (NO_RUNNER_CAUSE, True)


def _suite(**data: Any) -> Ruling:
    seen = Observed(SUITE, "p", (), MappingProxyType(data))
    return rule(replay_gate.suite, Look("p", "p", {SUITE: seen}))


@pytest.mark.parametrize(
    ("data", "outcome", "words"),
    [
        ({"configured": False}, Outcome.NOT_APPLICABLE, "no suite is named"),
        ({"configured": True, "tests": 3, "failed": []}, Outcome.PASS, "3 tests"),
        ({"configured": True, "tests": 0, "failed": []}, Outcome.FAIL, "ran no test"),
        ({"configured": True, "tests": 3, "failed": ["a::b"]}, Outcome.FAIL, "a::b"),
        (
            {"configured": True, "tests": 3, "failed": [], "problem": "exit code 3"},
            Outcome.FAIL,
            "exit code 3",
        ),
    ],
)
def test_suite(data: dict[str, Any], outcome: Outcome, words: str) -> None:
    """Zero failures, and at least one test."""
    ruling = _suite(**data)
    assert ruling.outcome is outcome
    assert words in ruling.observed


def test_the_policy_sets_the_rate() -> None:
    """Another minimum is another budget."""
    seen = look(10, 1)
    lax = Look(
        seen.environment,
        seen.kind,
        seen.evidence,
        Policy(replay=ReplayPolicy(min_pass_rate=0.9)),
        settings={"case": "C000"},
    )
    assert replay_gate.pass_rate(seen).outcome is Outcome.FAIL
    assert replay_gate.pass_rate(lax).outcome is Outcome.PASS
    assert replay_gate.one_case(lax).severity is Severity.ADVISORY


def test_a_case_of_which_a_due_run_is_missing_has_not_passed() -> None:
    """The deadline came between two repeats: one good run of two due ones is no pass."""
    runs = [run("C000"), run("C000", repeat=1), run("C001")]
    seen = look(2, runs=runs, repeats=2, ended="not run: deadline of 5 s", case_id="C001")
    ruling = replay_gate.one_case(seen)
    assert ruling.outcome is Outcome.FAIL
    assert ruling.severity is None
    assert "1 of its 2 runs did not take place" in ruling.observed
    rate = replay_gate.pass_rate(seen)
    assert rate.outcome is Outcome.FAIL
    assert "1 of 2" in rate.observed
    assert "deadline of 5 s" in rate.observed


def test_what_gave_no_answer_is_not_called_different() -> None:
    """Outputs differ where two answers do; a time-out gave none."""
    late = "no answer within 120 s (time-out)"
    runs = [run("C000"), run("C000", error=late, repeat=1)]
    ruling = rule(replay_gate.deterministic, look(1, runs=runs, repeats=2))
    assert ruling.outcome is Outcome.CANNOT_TELL
    assert "no case gave two answers" in ruling.observed
    runs += [run("C001"), run("C001", repeat=1)]
    ruling = rule(replay_gate.deterministic, look(2, runs=runs, repeats=2))
    assert ruling.outcome is Outcome.PASS
    assert "1 case gave no two answers to compare" in ruling.observed


def test_an_interval_is_over_the_cases_that_ran() -> None:
    """What was never asked says nothing about the rate: neither margin nor interval count it."""
    names = [f"C{n:03}" for n in range(60)]
    runs = [run(n, BAD if i < 4 else GOOD) for i, n in enumerate(names[:10])]
    stopped = look(60, runs=runs, ended="not run: stopped early, the outcome is certain")
    ruling = replay_gate.pass_rate(stopped)
    assert ruling.outcome is Outcome.FAIL
    assert "50 cases did not run: stopped early" in ruling.observed
    assert "over the 10 that ran" in ruling.observed
    assert "too many" not in ruling.observed
    assert ruling.facts["replay"]["wilson"] == pytest.approx(statistics.wilson(6, 10))


def _sliced(policy: ReplayPolicy, failing: int, **more: Any) -> Look:
    """A replay of sixty whose first cases fail and are about opting out."""
    seen = look(60, failing, case_id="C000")
    data = dict(seen.evidence[REPLAY].data)  # type: ignore[union-attr]
    data["cases"] = [{**c, **more} if n < 3 else c for n, c in enumerate(data["cases"])]
    evidence = {REPLAY: Observed(REPLAY, "production", (), MappingProxyType(data))}
    return replace(seen, evidence=evidence, policy=Policy(replay=policy))


@pytest.mark.parametrize(
    ("policy", "more", "words"),
    [
        (ReplayPolicy(), {"must_pass": True}, "must pass, and did not: C000"),
        (ReplayPolicy(must_pass=("opt-out",)), {"tags": ["opt-out"]}, "must pass, and did not"),
        (ReplayPolicy(must_pass=("opt-out",)), {"category": "opt-out"}, "must pass, and did not"),
        (ReplayPolicy(must_pass=("C000",)), {}, "must pass, and did not: C000"),
        (ReplayPolicy(category_rates={"x": 0.9}), {"category": "x"}, "category x: 2/3, 0.9 needed"),
    ],
)
def test_what_must_pass_does_not_hide_in_the_budget(
    policy: ReplayPolicy, more: dict[str, Any], words: str
) -> None:
    """One failure of sixty is within the budget, and fails the gate all the same."""
    seen = _sliced(policy, 1, **more)
    assert replay_gate.one_case(seen).severity is None
    rate = replay_gate.pass_rate(seen)
    assert rate.outcome is Outcome.FAIL
    assert words in rate.observed
    assert replay_gate.pass_rate(_sliced(policy, 0, **more)).outcome is Outcome.PASS
    unmarked = _sliced(ReplayPolicy(), 1, category="x")
    assert replay_gate.one_case(unmarked).severity is Severity.ADVISORY
    assert replay_gate.pass_rate(unmarked).facts["replay"]["categories"] == {"x": (2, 3)}


@pytest.mark.parametrize(
    "policy", [ReplayPolicy(must_pass=("opt-uot",)), ReplayPolicy(category_rates={"opt-uot": 0.0})]
)
def test_a_name_that_no_case_has_is_no_pass(policy: ReplayPolicy) -> None:
    """A typing mistake in the policy would otherwise guard nothing."""
    ruling = replay_gate.pass_rate(_sliced(policy, 0))
    assert ruling.outcome is Outcome.FAIL
    assert "opt-uot" in ruling.observed


def test_an_error_that_passes_is_never_counted_as_a_wrong_answer_in_silence() -> None:
    """What was asked again is named, and so is what never got an answer."""
    busy = "the runner answered 503"
    runs = [
        {**run("C000"), "retried": [f"{busy}: x"]},
        {**run("C001", error=f"{busy}: asked 3 times: x"), "retried": [busy] * 2, "passing": True},
        run("C002"),
    ]
    seen = look(3, runs=runs, case_id="C001")
    rate = replay_gate.pass_rate(seen)
    assert rate.outcome is Outcome.FAIL
    assert "asked again after an error that passes: C000 and C001" in rate.observed
    assert "1 case failed for want of an answer, not for a wrong one" in rate.observed
    assert rate.facts["replay"]["asked_again"] == 2
    case_facts = replay_gate.one_case(seen).facts["replay_case"]
    assert case_facts["retried"] == [busy] * 2
    assert case_facts["cause"] == busy


def test_what_was_not_asked_says_why() -> None:
    """The hint that ended the replay stands with each case that it left out."""
    seen = look(2, runs=[run("C000")], ended="not run: the first 3 cases were late", case_id="C001")
    assert "it was not asked: the first 3 cases were late" in replay_gate.one_case(seen).observed


def test_many_failures_are_named_by_cause() -> None:
    """A thousand sentences help nobody; a few are in full."""
    runs = [run(f"C{n:03}", BAD) for n in range(30)]
    runs += [run(f"C{n:03}", error=f"no answer: {n}") for n in range(30, 50)]
    seen = replay_gate.pass_rate(look(50, runs=runs)).observed
    assert "30 × said what it must not and missing words: C000, C001" in seen
    assert "20 × no answer: C030, C031" in seen
    assert seen.index("30 ×") < seen.index("20 ×")
    assert "overall" not in seen

"""From findings to a verdict: GO only when every required check ran and is met."""

import dataclasses
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_caio.verdict.decide import EXIT_CODES, Verdict, counts, decide
from pytest_caio.verdict.finding import MET, Finding, Outcome, Severity


def finding(outcome: Outcome, severity: Severity = Severity.REQUIRED) -> Finding:
    """A finding of that outcome."""
    return Finding("g", "c", "staging", "T", severity, outcome, "e", "o", "r", "PTO")


PAIRS = tuple(itertools.combinations(["gate", "check", "environment"], 2))
FINDINGS = st.lists(st.builds(finding, st.sampled_from(Outcome), st.sampled_from(Severity)))


@given(FINDINGS)
def test_go_means_that_everything_required_is_met(findings: list[Finding]) -> None:
    """And that something was required at all."""
    required = [f for f in findings if f.severity is Severity.REQUIRED]
    met = bool(required) and all(f.outcome in MET for f in required)
    assert (decide(findings) is Verdict.GO) is met
    failed = any(f.outcome is Outcome.FAIL for f in required)
    assert (decide(findings) is Verdict.NO_GO) is failed


@given(FINDINGS, st.permutations(range(4)))
def test_the_order_does_not_matter(findings: list[Finding], order: list[int]) -> None:
    """Nor do advisory findings."""
    chosen = [findings[i] for i in order if i < len(findings)]
    assert decide(chosen) is decide(chosen[::-1])
    advice = [finding(o, Severity.ADVISORY) for o in Outcome]
    assert decide([*chosen, *advice]) is decide([*chosen])


@pytest.mark.parametrize("outcome", Outcome)
def test_one_required_finding(outcome: Outcome) -> None:
    """The table of outcomes: pass, n/a and waived are met, fail is NO-GO, the rest can't tell."""
    expected = {
        Outcome.PASS: Verdict.GO,
        Outcome.NOT_APPLICABLE: Verdict.GO,
        Outcome.WAIVED: Verdict.GO,
        Outcome.FAIL: Verdict.NO_GO,
        Outcome.CANNOT_TELL: Verdict.CANNOT_TELL,
        Outcome.NOT_RUN: Verdict.CANNOT_TELL,
    }
    assert decide([finding(outcome)]) is expected[outcome]
    assert decide([finding(outcome, Severity.ADVISORY)]) is Verdict.CANNOT_TELL
    assert finding(outcome).blocks is (expected[outcome] is not Verdict.GO)


def test_no_findings_are_no_go_ahead() -> None:
    """Nothing required, nothing told."""
    assert decide([]) is Verdict.CANNOT_TELL


def test_exit_codes_are_apart() -> None:
    """0 for GO alone; none of pytest's own codes stands for CANNOT TELL."""
    assert EXIT_CODES == {Verdict.GO: 0, Verdict.NO_GO: 1, Verdict.CANNOT_TELL: 10}
    assert set(EXIT_CODES) == set(Verdict)


@given(FINDINGS)
def test_counts_add_up(findings: list[Finding]) -> None:
    """Each finding is counted once; advisory ones that are not met once more, by themselves."""
    counted = counts(findings)
    assert sum(counted[o.value] for o in Outcome) == counted["total"] == len(findings)
    advice = [f for f in findings if f.severity is Severity.ADVISORY and f.outcome not in MET]
    assert counted["advisory"] == len(advice)


@pytest.mark.parametrize("outcome", Outcome)
def test_what_counts_as_advice(outcome: Outcome) -> None:
    """An advisory finding that is not met does; a required one, and whatever is met, does not."""
    met = outcome in {"pass", "n/a", "waived"}
    assert counts([finding(outcome, Severity.ADVISORY)])["advisory"] == (0 if met else 1)
    assert counts([finding(outcome)])["advisory"] == 0


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_findings_are_told_apart(one: str, other: str) -> None:
    """By gate, check and environment together."""
    base = finding(Outcome.PASS)
    first, second = (dataclasses.replace(base, **{name: "x"}) for name in (one, other))
    assert len({base.key, first.key, second.key}) == 3

"""Golden cases are changed together: however many there are, the set is scored a few times."""

from typing import Any

from pytest_caio.evidence.model import Observed
from pytest_caio.evidence.probe_names import REPLAY
from pytest_caio.proof.golden_case import GoldenCases
from pytest_caio.proof.other_values import Vocabulary
from pytest_caio.testing import ENVIRONMENT, unobserved


def run(case: str, met: list[int]) -> dict[str, Any]:
    return {"case_id": case, "facts": {"met": met}, "tools": [], "error": "", "seconds": 1.0}


def test_each_run_is_another_in_each_mutant() -> None:
    runs = [run("A", [0, 1]), run("B", [0])]
    golden = GoldenCases(Observed(REPLAY, ENVIRONMENT, (), {"runs": runs}), Vocabulary())
    mutants = list(golden.mutants())
    first, derived = mutants[0]
    assert [r["facts"]["met"] for r in first.change[ENVIRONMENT, REPLAY].data["runs"]] == [[], []]
    assert "facts.met" in first.words
    assert runs == [run("A", [0, 1]), run("B", [0])]
    again = next(golden.mutants())
    assert again[0] is first
    assert again[1] is derived, "what was worked out of it is kept for the next case"


def test_where_nothing_was_replayed_there_is_none() -> None:
    for found in (None, unobserved(REPLAY, "no runner"), Observed(REPLAY, ENVIRONMENT)):
        assert list(GoldenCases(found, Vocabulary()).mutants()) == []

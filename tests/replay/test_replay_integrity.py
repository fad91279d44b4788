"""Planted nonces catch a runner that copies, and no other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_caio.replay.golden_set import Case
from pytest_caio.replay.integrity import (
    Planted,
    copied_nonces,
    hollow_tools,
    mixed,
    planted_cases,
)
from pytest_caio.replay.scores import judge_case

CASES = tuple(
    Case(f"CORE_{n:03}", f"query {n}", ("crm.read",), ("approval", "tier_1"), ("Do not send.",), n)
    for n in range(60)
)


def run(case_id: str, output: Mapping[str, object]) -> dict[str, object]:
    """Return a run as the evidence holds it."""
    return {"case_id": case_id, "output": output}


def copied(planted: Sequence[Planted], runs: Sequence[Mapping[str, object]]) -> tuple[str, ...]:
    """Return what the integrity check says of planted cases as the evidence holds them."""
    return copied_nonces([{"id": p.case.id, "nonces": p.nonces} for p in planted], runs)


@given(st.text(), st.integers(1, 60))
def test_planted_cases_look_like_real_ones(seed: str, count: int) -> None:
    """New ids of the same form, real questions, and words that no real case holds."""
    cases = CASES[:count]
    planted = planted_cases(cases, seed)
    assert len(planted) == max(3, count // 10)
    names = [plant.case.id for plant in planted]
    assert len(set(names) | {case.id for case in cases}) == len(planted) + count
    assert all(name.startswith("CORE_") for name in names)
    real = repr(cases).lower()
    for plant in planted:
        assert plant.case.input_query in {case.input_query for case in cases}
        assert all(nonce not in real for nonce in plant.nonces)
        key = (*plant.case.expected_tools, *plant.case.positive_constraints)
        assert all(any(nonce in entry for entry in key) for nonce in plant.nonces)


def test_the_seed_decides() -> None:
    """Same seed, same plants; another seed, other words, other places."""
    assert planted_cases(CASES, "a") == planted_cases(CASES, "a")
    one, other = planted_cases(CASES, "a"), planted_cases(CASES, "b")
    assert {n for p in one for n in p.nonces}.isdisjoint(n for p in other for n in p.nonces)
    places = [i for i, case in enumerate(mixed(CASES, one, "a")) if case not in CASES]
    assert len(places) == 6
    assert places != list(range(60, 66))


def test_mixing_keeps_every_case() -> None:
    """The real ones stay, in their order; the planted ones come between."""
    planted = planted_cases(CASES, "a")
    together = mixed(CASES, planted, "a")
    assert [case for case in together if case in CASES] == list(CASES)
    assert {p.case for p in planted} <= set(together)


def test_ids_without_digits_get_some() -> None:
    """A set of named cases gets named plants, as many as are due."""
    cases = (Case("refund", "q", (), (), ()),)
    assert len({p.case.id for p in planted_cases(cases, "s")} - {"refund"}) == 3


def test_no_cases_no_plants() -> None:
    """An empty set has nothing to copy."""
    assert planted_cases((), "s") == ()


@pytest.mark.parametrize("key", ["actual_output", "tool_trace_log", "rag_context_chunks"])
@pytest.mark.parametrize("which", [0, 1])
def test_a_nonce_in_any_part_is_a_copy(key: str, which: int) -> None:
    """One made-up word in output, trace or chunks is enough, in capitals and spread out too."""
    plant = planted_cases(CASES, "a")[1]
    word = plant.nonces[which].upper()
    text = f"... {word[:3]} {word[3:]} ..."
    only = run(plant.case.id, {key: text if key == "actual_output" else ["other", text]})
    assert copied(planted_cases(CASES, "a"), [only]) == (plant.case.id,)


def test_a_copying_runner_is_named_case_by_case() -> None:
    """A runner that hands back the answer key passes every case, and every plant shows it."""
    planted = planted_cases(CASES, "a")
    together = mixed(CASES, planted, "a")
    runs = []
    for case in together:
        answer = {
            "actual_output": " ".join(case.positive_constraints),
            "tool_trace_log": list(case.expected_tools),
            "rag_context_chunks": list(case.positive_constraints),
        }
        assert judge_case(case.as_mapping(), answer).passed
        runs.append(run(case.id, answer))
    assert copied(planted, runs) == tuple(plant.case.id for plant in planted)


def test_an_honest_runner_is_not_named() -> None:
    """Real answers, errors without output, and metadata that echoes the case are no copies."""
    planted = planted_cases(CASES, "a")
    honest = {"actual_output": "approval, tier_1", "tool_trace_log": ["crm.read"]}
    echo = {**honest, "metadata": {"case": planted[1].case.as_mapping()}}
    runs = [run(p.case.id, honest) for p in planted[2:]]
    assert (
        copied(planted, [run(planted[0].case.id, {}), run(planted[1].case.id, echo), *runs]) == ()
    )


def test_any_repeat_may_give_it_away() -> None:
    """A runner that copies only the second time copies."""
    plant = planted_cases(CASES, "a")[0]
    runs = [run(plant.case.id, {"actual_output": text}) for text in (plant.nonces[0], "honest")]
    assert copied([plant], runs) == copied([plant], runs[::-1]) == (plant.case.id,)


def test_tools_without_a_name_are_named() -> None:
    """An empty tool name matches every expected one; the run that uses it is pointed out."""
    runs = [
        run("A", {"tool_trace_log": ["crm.read"]}),
        run("B", {"tool_trace_log": ["crm.read", " \t"]}),
        run("C", {}),
        run("B", {"tool_trace_log": [""]}),
    ]
    assert hollow_tools(runs) == ("B",)

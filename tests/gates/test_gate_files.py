"""Gate files: the packaged ones, and what any text makes of itself."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_caio.base.strict_yaml import Document, Mistake, load
from pytest_caio.gates.expectations import COMPARISONS
from pytest_caio.gates.files import (
    PROFILES,
    RESERVED,
    GateFileError,
    packaged_folder,
    parse_gate,
    read_folder,
)
from pytest_caio.gates.policy import Policy, parse
from pytest_caio.judge.standard_judges import standard_judges

GATES, MISTAKES = read_folder(packaged_folder())
CHECKS = [(gate, check) for gate in GATES for check in gate.checks]
OWNERS = {"PTO", "HoS", "Engineering"}


def test_the_packaged_gates_hold_no_mistake() -> None:
    """Every file is read, and every gate has the name of its file."""
    assert MISTAKES == ()
    files = {p.name for p in packaged_folder().glob("*.yaml")} - set(RESERVED)
    assert {gate.file for gate in GATES} == {f"gates/{name}" for name in files}
    assert all(gate.file == f"gates/{gate.gate}.yaml" for gate in GATES)


@pytest.mark.parametrize(("gate", "check"), CHECKS, ids=[f"{g.gate}.{c.id}" for g, c in CHECKS])
def test_a_packaged_check_can_be_read_by_its_owner(gate, check) -> None:
    """A title, a remedy that says what to do, an owner who is somebody, and a line."""
    assert check.title[0].isupper()
    assert not check.title.endswith(".")
    assert check.remedy.strip().endswith(".")
    assert check.owner in OWNERS
    assert set(check.when) <= set(PROFILES)
    assert check.when
    lines = (packaged_folder().parent / gate.file).read_text("utf-8").splitlines()
    assert lines[check.line - 1].strip() == f"- id: {check.id}"


def test_packaged_judges_are_known_and_used() -> None:
    """No gate names a judge that there is not, and no judge is without a check."""
    named = {check.judge for _, check in CHECKS if check.judge}
    assert named == {judge.name for judge in standard_judges()}


def test_the_packaged_policy_is_the_default() -> None:
    """What a folder's own policy leaves out is what the packaged file says."""
    policy, mistakes = parse(load(packaged_folder() / "policy.yaml", "gates/policy.yaml"))
    assert mistakes == ()
    for part in ("ramp", "queue", "review", "seed", "rejection_tags", "good_for_hours"):
        assert getattr(policy, part) == getattr(Policy(), part) or part == "queue"


SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner)
)
KEYS = st.sampled_from(
    "gate title owner when checks id remedy severity request expect judge settings waivable file "
    "line expected".split()
)
LIKELY = st.one_of(
    ANYTHING,
    st.sampled_from(["GET /x", "smoke.ready", "preflight", ["deploy"], {"status": 200}]),
    st.dictionaries(st.sampled_from(["status", "text", "a.b"]),
                    st.dictionaries(st.sampled_from([*COMPARISONS, "equal"]), ANYTHING)),
)  # fmt: skip
CHECK = st.dictionaries(KEYS, LIKELY)


@pytest.mark.slow
@settings(max_examples=30)
@given(st.dictionaries(KEYS, LIKELY), st.lists(CHECK | ANYTHING, max_size=3))
def test_any_data_is_a_gate_or_mistakes(data: dict[str, object], checks: list[object]) -> None:
    """Never an exception; and a gate without mistakes has no check that could never fail."""
    document = Document("gates/x.yaml", {**data, "checks": checks})
    gate, mistakes = parse_gate(document)
    assert all(m.text for m in mistakes)
    if gate is not None and not mistakes:
        assert gate.gate
        assert all(bool(c.judge) is not bool(c.expectations) for c in gate.checks)


def test_errors_are_one_line_each() -> None:
    """As editors and logs like them."""
    error = GateFileError([Mistake("gates/a.yaml", 1, "x"), Mistake("gates/b.yaml", 2, "y")])
    assert str(error) == "gates/a.yaml:1: x\ngates/b.yaml:2: y"


def test_expectations_may_be_a_mapping(tmp_path: Path) -> None:
    """A list of targets, or targets as keys: both are read the same."""
    head = "gate: a\ntitle: A\nowner: O\nwhen: [deploy]\nchecks:\n  - id: a\n    title: A\n"
    tail = "    remedy: R\n    request: GET /x\n    expect:\n"
    found = []
    for text in (
        "      - status: 200\n      - a.b: x\n",
        "      status: {equals: 200}\n      a.b: x\n",
    ):
        (tmp_path / "a.yaml").write_text(head + tail + text, "utf-8")
        gate, mistakes = parse_gate(load(tmp_path / "a.yaml", "gates/a.yaml"))
        assert not mistakes
        found.append(gate.checks[0].expectations)
    assert found[0] == found[1]
    assert len(found[0]) == 2

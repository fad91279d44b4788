"""What a command line's arguments mean: gates, or pytest's own business."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_caio.gates.files import Check, Gate
from pytest_caio.gates.plan import Planned
from pytest_caio.plugin.selection import select

GATE = Gate("ramp", "T", "PTO", ("preflight",), (), "gates/ramp.yaml")
OTHER = Gate("zeal", "T", "PTO", ("preflight",), (), "gates/zeal.yaml")
PLAN = tuple(
    Planned(gate, Check(name, "T", "R", judge="j"), environment)
    for gate, name in ((GATE, "limits"), (GATE, "mode"), (OTHER, "limits"))
    for environment in ("staging", "production")
)
WHERE = Path(__file__).parent


def chosen(*args: str) -> list[str]:
    """The node ids that the arguments choose."""
    found = select(args, PLAN, None, WHERE).gates
    return [p.node_id for planned in found.values() for p in planned]


@pytest.mark.parametrize(
    ("args", "ids"),
    [
        (["gates/ramp.yaml::limits"], ["limits[staging]", "limits[production]"]),
        (["gates/ramp.yaml::mode[staging]"], ["mode[staging]"]),
        ([r".\gates\ramp.yaml::mode[staging]"], ["mode[staging]"]),
        (["gates/ramp.yaml::mode[staging]", "gates/ramp.yaml::mode[staging]"], ["mode[staging]"]),
        (["gates/ramp.yaml::mode[staging]", "gates/ramp.yaml::limits[staging]"],
         ["limits[staging]", "mode[staging]"]),
    ],
)  # fmt: skip
def test_checks(args: list[str], ids: list[str]) -> None:
    """Each once, in the plan's order."""
    assert chosen(*args) == [f"gates/ramp.yaml::{name}" for name in ids]


def test_no_argument_is_everything() -> None:
    """And an argument that is no gate is nothing of it."""
    assert sum(map(len, select(None, PLAN, None, WHERE).gates.values())) == len(PLAN)
    assert select((), PLAN, None, WHERE).gates == {}
    found = select(["tests/test_x.py::test_y", "--weird"], PLAN, None, WHERE)
    assert (found.gates, found.other) == ({}, ("tests/test_x.py::test_y", "--weird"))


def test_the_folder_that_one_is_in() -> None:
    """``.`` is the gates and whatever else is there."""
    found = select(["."], PLAN, None, WHERE)
    assert sum(map(len, found.gates.values())) == len(PLAN)
    assert found.other == (".",)


@given(st.text(max_size=30) | st.text("gates/rmp.yl:[]\\*?~", max_size=20))
def test_any_argument(arg: str) -> None:
    """Chosen, handed on, or refused with a reason: nothing is dropped in silence."""
    if "\x00" in arg:
        return
    try:
        found = select([arg], PLAN, None, WHERE)
    except ValueError as error:
        said = str(error)
    else:
        said = "is due" if found.gates or found.other == (arg,) else ""
    assert "is due" in said

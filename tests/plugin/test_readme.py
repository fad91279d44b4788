"""What the README shows is what happens, and what pages name can be typed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from gatefolder import GateFolder

from pytest_caio.__main__ import COMMANDS

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]


def test_it_is_short() -> None:
    """Whoever comes for the first time reads to its end."""
    assert len(README.splitlines()) < 120


def test_its_check_is_the_first_of_the_gate_author() -> None:
    """One example in both places, which is run with the page's others."""
    (shown,) = re.findall(r"^```yaml\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    assert shown in (ROOT / "docs/gates.md").read_text("utf-8")


@pytest.mark.slow
def test_the_end_that_it_shows(gate: GateFolder) -> None:
    """The gates' lines, and how many required checks hold."""
    text = gate.run(env="rehearsal").stdout.str()
    lines = re.findall(r"^    (\w+ +\d+/\d+ met)$", README, re.MULTILINE)
    assert lines
    assert [line for line in lines if line not in text] == []
    (hold,) = re.findall(r"GO: rehearsal, profile preflight: \d+ required checks hold", README)
    assert hold in text


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_options_and_commands_that_pages_name(pytestconfig: pytest.Config, page: Path) -> None:
    """There is each option of the gate, and each command of ``caio``."""
    text = page.read_text("utf-8")
    known = set(vars(pytestconfig.option))
    named = {name.replace("-", "_") for name in re.findall(r"--(caio-[a-z-]*[a-z])\b", text)}
    assert named - known == set()
    commands = set(re.findall(r"(?:^    |`)caio ([a-z]+)", text, re.MULTILINE))
    assert commands - set(COMMANDS) == set()

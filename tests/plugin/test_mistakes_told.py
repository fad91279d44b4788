"""A run of pytest's own that never began is told in GitHub Actions, once, and only there."""

from pathlib import Path

import pytest
from gatefolder import GateFolder

CASES = {
    "an option's value": (["--caio-profile=deplo"], "", "--caio-profile is 'deplo'; did", 4),
    "an option": (["--caio-profil=x"], "", "unrecognized arguments: --caio-profil=x", 4),
    "a report in the way": (["--caio-report=conftest.py"], "", "--caio-report=", 4),
    "a conftest": ([], "raise OSError('no')", "pytest could not begin: ConftestImportFailure: ", 4),
    "another plugin": (
        [],
        "import pytest\ndef pytest_configure(): raise pytest.UsageError('no x')",
        "no x",
        4,
    ),
    "a plugin that breaks": (
        [], "def pytest_configure(): raise RuntimeError('x')", "pytest broke off before it had", 3,
    ),
    "a session that breaks": (
        [], "def pytest_sessionstart(): raise RuntimeError('x')", "pytest broke off before it", 3,
    ),
}  # fmt: skip


@pytest.fixture
def told(gate: GateFolder, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The step summary of a step of GitHub Actions."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_OUTPUT", str(gate.path / "output"))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(gate.path / "summary"))
    return gate.path / "summary"


@pytest.mark.usefixtures("staging")
@pytest.mark.parametrize("case", CASES)
def test_told_once(gate: GateFolder, told: Path, case: str) -> None:
    """Summary, annotation and output say CANNOT TELL, and what is wrong."""
    options, conftest, said, code = CASES[case]
    gate.write("conftest.py", conftest)
    result = gate.run(*options)
    assert result.ret == code
    text = told.read_text("utf-8").replace("\\", "")
    assert text.count("the gate did not start, nothing was asked") == 1
    assert said in text
    assert sum(line.startswith("::error ") for line in result.outlines) == 1
    assert (gate.path / "output").read_text().count("verdict=CANNOT TELL\n") == 1


@pytest.mark.usefixtures("staging")
def test_a_run_that_has_a_result_tells_that_alone(gate: GateFolder, told: Path) -> None:
    """A path that is not there is found out when all else is ready: the result has it all."""
    result = gate.run("gates", "not_there.py")
    assert result.ret == 4
    assert "did not start" not in told.read_text("utf-8")
    assert (gate.path / "output").read_text().count("verdict=CANNOT TELL\n") == 1


@pytest.mark.usefixtures("staging")
@pytest.mark.parametrize("option", ["--co", "--help", "--markers", "--caio-faults"])
def test_who_asks_for_a_list_gets_one(gate: GateFolder, told: Path, option: str) -> None:
    """No verdict was asked for, and none is told."""
    assert gate.run(option).ret == 0
    assert not told.exists()


def test_without_the_gate_nothing_is_told(gate: GateFolder, told: Path) -> None:
    """A mistake in a session of the user's own is none of the gate's business."""
    assert gate.pytester.runpytest_inprocess("--caio-profil=x").ret == 4
    assert not told.exists()


@pytest.mark.usefixtures("staging")
def test_outside_actions_only_the_console_says_it(gate: GateFolder) -> None:
    """Nothing but pytest's own words."""
    result = gate.run("--caio-profile=deplo")
    assert (result.ret, result.outlines) == (4, [])

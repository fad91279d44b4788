"""The verdict decides the exit code and is the last thing that a run says."""

import pytest
from gatefolder import GateFolder, last_line

from pytest_caio.rehearsal.server import RehearsalServer

pytestmark = pytest.mark.slow

FLAGS = [
    (),
    ("-q",),
    ("-qq",),
    ("-v",),
    ("-vv", "--tb=long"),
    ("-x",),
    ("--junitxml=x.xml",),
    ("-rA", "--durations=3"),
    ("--no-header", "--no-summary"),
    ("-n", "2"),
]


@pytest.mark.usefixtures("staging")
@pytest.mark.parametrize("flags", FLAGS, ids=" ".join)
def test_go(gate: GateFolder, flags: tuple[str, ...]) -> None:
    """GO is exit code 0, whatever pytest shows beside it."""
    result = gate.run(*flags)
    assert last_line(result).startswith("GO: staging, profile preflight: all ")
    assert result.ret == 0


@pytest.mark.parametrize("flags", FLAGS, ids=" ".join)
def test_no_go(gate: GateFolder, flags: tuple[str, ...]) -> None:
    """NO-GO is exit code 1."""
    result = gate.run("--caio-fault=emergency-stop", "-k", "ramp", *flags, env="rehearsal")
    assert last_line(result).startswith("NO-GO: rehearsal, profile preflight: 1 required check ")
    assert last_line(result).endswith("A rehearsal clears no live cycle.")
    assert result.ret == 1


@pytest.mark.usefixtures("staging")
@pytest.mark.parametrize("flags", FLAGS, ids=" ".join)
def test_cannot_tell(gate: GateFolder, flags: tuple[str, ...]) -> None:
    """CANNOT TELL is exit code 10."""
    result = gate.run("-k", "tags", *flags)
    assert last_line(result).startswith("CANNOT TELL: staging, profile preflight: ")
    assert "required checks did not run" in last_line(result)
    assert result.ret == 10


@pytest.mark.usefixtures("staging")
def test_a_failing_test_beside_a_go_is_no_success(gate: GateFolder) -> None:
    """The verdict speaks of the deployment; a failed test of the user's is never a 0."""
    gate.write("test_x.py", "def test_x(): assert False")
    result = gate.run("gates", "test_x.py")
    assert last_line(result).startswith("GO: ")
    assert result.ret == 1


def test_without_a_terminal(gate: GateFolder, staging: RehearsalServer) -> None:
    """With ``-p no:terminal`` nothing is said, and the verdict is the exit code and the report."""
    judged = gate.judged("-p", "no:terminal")
    assert (judged.code, judged.verdict) == (0, "GO")
    assert staging.requests
    assert gate.run("-p", "no:terminal", "-k", "tags").ret == 10

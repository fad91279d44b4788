"""The verdict decides the exit code and is the last thing that a run says."""

from pathlib import Path

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
    assert last_line(result).startswith("GO: staging, profile preflight: ")
    assert result.ret == 0


@pytest.mark.parametrize("flags", FLAGS, ids=" ".join)
def test_no_go(gate: GateFolder, flags: tuple[str, ...]) -> None:
    """NO-GO is exit code 1."""
    result = gate.run("--caio-fault=emergency-stop", "-k", "ramp", *flags, env="rehearsal")
    assert last_line(result).startswith("NO-GO: rehearsal, profile preflight: ")
    assert last_line(result).endswith("A rehearsal clears no live cycle.")
    assert result.ret == 1


@pytest.mark.usefixtures("staging")
@pytest.mark.parametrize("flags", FLAGS, ids=" ".join)
def test_cannot_tell(gate: GateFolder, flags: tuple[str, ...]) -> None:
    """CANNOT TELL is exit code 10."""
    result = gate.run("-k", "tags", *flags)
    assert last_line(result).startswith("CANNOT TELL: staging, profile preflight: ")
    assert "checks did not run" in last_line(result)
    assert result.ret == 10


EXPLAINED = "But the session itself failed for another reason (exit code {}): a test that is not "
# What fails a session, or tries to, beside the gate: a conftest, and the exit code that is due.
FAIL_A_GO = {
    "a failing test": ("", "def test_x(): assert False", 1),
    "a threshold": ("def pytest_sessionfinish(session): session.exitstatus = 1", "", 1),
    "a code of its own": ("def pytest_sessionfinish(session): session.exitstatus = 77", "", 77),
    "pytest.exit at the end": (
        "import pytest\ndef pytest_sessionfinish(): pytest.exit('no', returncode=9)", "", 9,
    ),
    "after the gate": (
        "import pytest\n@pytest.hookimpl(wrapper=True, tryfirst=True)\n"
        "def pytest_sessionfinish(session):\n    yield\n    session.exitstatus = 1",
        "", 1,
    ),
    "when all is done": (
        "def pytest_unconfigure(config): config.gone.exitstatus = 1\n"
        "def pytest_sessionstart(session): session.config.gone = session", "", 1,
    ),
}  # fmt: skip


@pytest.mark.usefixtures("staging")
@pytest.mark.parametrize("case", FAIL_A_GO)
def test_a_session_that_fails_beside_a_go(gate: GateFolder, case: str) -> None:
    """The verdict speaks of the deployment; where the exit code doesn't, the last line says so."""
    conftest, test, code = FAIL_A_GO[case]
    gate.write("conftest.py", conftest)
    gate.write("test_x.py", test or "def test_x(): pass")
    judged = gate.judged("gates", "test_x.py")
    line = last_line(judged.result)
    assert (judged.code, judged.verdict) == (code, "GO")
    assert line.startswith("GO: ")
    assert EXPLAINED.format(code) in line


TOLD = {
    "a failing test": ("", "def test_x(): assert False"),
    "an end that breaks": ("def pytest_sessionfinish(): raise OSError('full')", ""),
}


@pytest.fixture
def no_program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing is on the PATH, so no browser: a look at the page takes half a minute."""
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.mark.usefixtures("staging", "no_program")
@pytest.mark.parametrize("case", TOLD)
def test_nobody_is_told_a_plain_go(
    gate: GateFolder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, case: str
) -> None:
    """Summary and annotation of a session that failed beside a GO say so too."""
    summary = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    gate.write("conftest.py", TOLD[case][0])
    gate.write("test_x.py", TOLD[case][1] or "def test_x(): pass")
    result = gate.pytester.runpytest_subprocess("--caio-env=staging", "gates", "test_x.py")
    assert result.ret == 1
    text = summary.read_text("utf-8")
    assert "# ⚠️ GO" in text
    assert "But the session itself failed for another reason" in text
    told = [line for line in result.outlines if line.startswith("::error title=CAIO gate")]
    assert "But the session itself failed" in told[0]


@pytest.mark.usefixtures("staging", "no_program")
def test_a_report_that_breaks(gate: GateFolder) -> None:
    """Whatever goes wrong in writing it, the run is told, and is no GO."""
    gate.write(
        "conftest.py",
        "from pytest_caio.run import publish\n"
        "def broken(*given): raise RuntimeError('boom')\n"
        "publish.write_report = broken",
    )
    result = gate.pytester.runpytest_subprocess("--caio-env=staging", "--caio-report=rep")
    assert result.ret == 10
    line = last_line(result)
    assert line.startswith("CANNOT TELL: staging")
    assert "The report can't be written (RuntimeError: boom)" in line
    assert "Make room, or name another folder" in result.stdout.str()


@pytest.mark.usefixtures("staging", "no_program")
def test_an_end_that_breaks(gate: GateFolder) -> None:
    """An error that nobody takes ends the process with a 1, and the last line knows."""
    gate.write("conftest.py", "def pytest_sessionfinish(): raise OSError('full')")
    result = gate.pytester.runpytest_subprocess("--caio-env=staging")
    assert result.ret == 1
    assert EXPLAINED.format(1) in last_line(result)


ZERO = {
    "at the end": "def pytest_sessionfinish(session): session.exitstatus = 0",
    "after the gate": (
        "import pytest\n@pytest.hookimpl(wrapper=True, tryfirst=True)\n"
        "def pytest_sessionfinish(session):\n    yield\n    session.exitstatus = 0"
    ),
    "when all is done": (
        "def pytest_unconfigure(config): config.gone.exitstatus = 0\n"
        "def pytest_sessionstart(session): session.config.gone = session"
    ),
}


@pytest.mark.parametrize("case", ZERO)
def test_no_zero_without_a_go(gate: GateFolder, case: str) -> None:
    """Whatever another plugin makes of the exit code, a NO-GO is a 1 and says nothing else."""
    gate.write("conftest.py", ZERO[case])
    result = gate.run("--caio-fault=emergency-stop", env="rehearsal")
    assert result.ret == 1
    assert last_line(result).endswith("A rehearsal clears no live cycle.")


@pytest.mark.usefixtures("staging")
@pytest.mark.parametrize("flags", [(), ("--continue-on-collection-errors",)], ids=str)
def test_a_test_that_can_t_be_collected(gate: GateFolder, flags: tuple[str, ...]) -> None:
    """It ends the session before the gate could look, or fails it beside the gate."""
    gate.write("test_x.py", "import no_such_module")
    judged = gate.judged("gates", "test_x.py", *flags)
    if flags:
        assert (judged.code, judged.verdict) == (1, "GO")
        assert EXPLAINED.format(1) in last_line(judged.result)
    else:
        assert (judged.code, judged.verdict) == (2, "CANNOT TELL")
        assert last_line(judged.result).startswith("CANNOT TELL: ")


def test_without_a_terminal(gate: GateFolder, staging: RehearsalServer) -> None:
    """With ``-p no:terminal`` nothing is said, and the verdict is the exit code and the report."""
    judged = gate.judged("-p", "no:terminal")
    assert (judged.code, judged.verdict) == (0, "GO")
    assert staging.requests
    assert gate.run("-p", "no:terminal", "-k", "tags").ret == 10

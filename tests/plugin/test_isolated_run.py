"""``caio run``: the gate, whatever the caller's pytest is told to do."""

import gc
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from test_extensions import EXAMPLE, ROOT, install

from pytest_caio.__main__ import COMMANDS, command_called
from pytest_caio.plugin.isolated_run import INI, isolated, run

HOSTILE = """\
[pytest]
addopts = -x -q --maxfail=1 -p no:terminal --strict-config -k nothing --co
nonsense = 1
xfail_strict = true
filterwarnings = error
required_plugins = not-there
testpaths = nowhere
python_files = *
"""
CONFTEST = """\
import pytest
@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    items[:] = []
def pytest_sessionfinish(session):
    session.exitstatus = 0
def pytest_configure(config):
    config.option.caio_env = []
"""
VARIABLES = {"PYTEST_ADDOPTS": "--co -k nothing", "PYTEST_PLUGINS": "enemy"}


def caio(
    folder: Path, *options: str, site: Path | None = None, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run ``caio run`` in a folder, without a browser and with this tree's package."""
    path = os.pathsep.join([*([str(site)] if site else []), str(ROOT)])
    own = {n: v for n, v in os.environ.items() if not n.startswith(("CAIO_", "GITHUB_", "PYTEST_"))}
    return subprocess.run(
        [sys.executable, "-P", "-m", "pytest_caio", "run", *options],
        cwd=folder, env={**own, "PYTHONPATH": path, **variables}, capture_output=True, text=True,
        encoding="utf-8", check=False, timeout=60,
    )  # fmt: skip


def rehearsed(folder: Path, *options: str, **more: object) -> subprocess.CompletedProcess[str]:
    """Run ``caio run`` with the rehearsal."""
    chosen = ("--caio-env=rehearsal", f"--caio-browser={sys.executable}", *options)
    return caio(folder, *chosen, **more)


@pytest.mark.parametrize("frozen", [False, True])
def test_a_program_that_calls_it_has_its_own_ways_back(
    frozen: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How often it searches for left-overs is its own business, and what it has put aside too."""
    monkeypatch.chdir(tmp_path)
    before = gc.get_threshold()
    try:
        if frozen:
            gc.freeze()
        put_aside = gc.get_freeze_count()
        assert run(["--caio-env=rehearsal", "--collect-only", "-qq"]) == 0
        assert gc.get_threshold() == before
        assert (gc.get_freeze_count() > 0) is (put_aside > 0)
    finally:
        gc.unfreeze()


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A folder whose pytest deselects, hides and passes everything."""
    (tmp_path / "pytest.ini").write_text(HOSTILE)
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_x.py").write_text("def test_x(): assert False\n")
    (tmp_path / "enemy.py").write_text("raise SystemExit(0)\n")
    return tmp_path


def last(text: str) -> str:
    """Return the last line."""
    return text.splitlines()[-1]


@pytest.mark.slow
def test_a_hostile_configuration_changes_nothing(hostile: Path) -> None:
    """GO is a 0 and NO-GO a 1, each with its last line, its report and its outputs."""
    said = hostile / "said"
    actions = {"GITHUB_ACTIONS": "true", "GITHUB_OUTPUT": str(said), **VARIABLES}
    ran = rehearsed(hostile, "--caio-report=rep", **actions)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert last(ran.stdout).startswith("GO: rehearsal, profile preflight: ")
    assert said.read_text().startswith("verdict=GO\n")
    assert json.loads((hostile / "rep/verdict.json").read_text("utf-8"))["verdict"] == "GO"
    ran = rehearsed(hostile, "--caio-fault=emergency-stop", "-v", "--junitxml=x.xml", **VARIABLES)
    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert last(ran.stdout).startswith("NO-GO: rehearsal, profile preflight: ")
    assert "gates/ramp.yaml::limits[rehearsal] PASSED" in ran.stdout
    assert (hostile / "x.xml").is_file()
    assert not list(hostile.rglob("*.pyc"))


@pytest.mark.slow
def test_options_that_select(tmp_path: Path) -> None:
    """Pasted node ids and ``-k`` choose, and the rest is counted as not run."""
    ran = rehearsed(tmp_path, "gates/ramp.yaml::limits[rehearsal]", "-v")
    assert ran.returncode == 10
    assert "1 passed" in ran.stdout
    assert last(ran.stdout).startswith("CANNOT TELL: ")
    assert f"run:        caio run --caio-env=rehearsal --caio-browser={sys.executable}\n" in (
        ran.stdout
    )


@pytest.mark.slow
def test_the_folders_own_gates_and_settings_stay(tmp_path: Path) -> None:
    """``caio_gates`` of the ini file, policy and gate files below it are this run's."""
    (tmp_path / "pyproject.toml").write_text(
        '[tool.pytest]\naddopts = ["--co"]\ncaio_gates = "ops/gates"\ncaio_timeout = "x"\n'
    )
    (tmp_path / "ops" / "gates").mkdir(parents=True)
    below = tmp_path / "below"
    below.mkdir()
    ran = rehearsed(below)
    assert ran.returncode == 4
    assert "--caio-timeout (ini: caio_timeout) is 'x'" in ran.stderr
    (tmp_path / "ops/gates/policy.yaml").write_text("nonsense: 1\n")
    ran = rehearsed(below, "--caio-timeout=10")
    assert ran.returncode == 4
    assert "gates/policy.yaml:1: " in ran.stderr


@pytest.mark.slow
def test_packages_that_extend_the_gate_are_loaded(tmp_path: Path) -> None:
    """Their judge is known and rules; other plugins that are installed are not there."""
    install(tmp_path / "site")
    other = tmp_path / "site" / "enemy-1.dist-info"
    other.mkdir()
    (other / "METADATA").write_text("Metadata-Version: 2.1\nName: enemy\nVersion: 1\n")
    (other / "entry_points.txt").write_text("[pytest11]\nenemy = enemy\n")
    (tmp_path / "site" / "enemy.py").write_text(CONFTEST)
    folder = tmp_path / "run"
    (folder / "gates").mkdir(parents=True)
    text = (EXAMPLE / "gates/example.yaml").read_text("utf-8").replace("false", "true")
    (folder / "gates/example.yaml").write_text(text)
    ran = rehearsed(folder, site=tmp_path / "site")
    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert ", then false" in last(ran.stdout)
    assert "rewritten" not in ran.stdout


MISTAKES = {
    "pytest's own option": (
        ["--caio-env=prod", "--tb=foo"],
        "argument --tb: invalid choice: 'foo'",
    ),
    "an unknown option": (["--caio-env=prod", "--caio-x=1"], "unrecognized arguments: --caio-x=1"),
    "no environment": ([], "which environments? Say --caio-env=NAMES"),
    "a missing address": (["--caio-env=prod"], "set CAIO_PROD_URL"),
    "pytest's configuration": (["--caio-env=prod", "-cother.ini"], "leave -c out"),
    "an unknown plugin": (["--caio-env=prod", "-pnot_there"], 'importing plugin "not_there"'),
    "a gate file": (["--caio-env=rehearsal"], "gates/ramp.yaml"),
    "settings": (["--caio-env=prod"], "setup.cfg can't be read, and it has settings of the gate"),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", MISTAKES)
def test_a_mistake_is_told(tmp_path: Path, httpserver: HTTPServer, case: str) -> None:
    """Exit code 4; summary, annotation, output and Slack say CANNOT TELL, none of them a token."""
    options, said = MISTAKES[case]
    httpserver.expect_request("/hook").respond_with_data("ok")
    (tmp_path / "other.ini").write_text("[pytest]\n")
    if case == "a gate file":
        (tmp_path / "gates").mkdir()
        (tmp_path / "gates/ramp.yaml").write_text("gate: ramp\n")
    if case == "settings":
        (tmp_path / "setup.cfg").write_text("caio_gates = ops\n")
    (tmp_path / "rep").mkdir()
    (tmp_path / "rep/verdict.json").write_text('{"verdict": "GO"}')
    ran = caio(
        tmp_path, *options, "--caio-report=rep", GITHUB_ACTIONS="true",
        GITHUB_OUTPUT=str(tmp_path / "output"), GITHUB_STEP_SUMMARY=str(tmp_path / "summary"),
        CAIO_PROD_TOKEN="t0ken-of-production", CAIO_SLACK_WEBHOOK_URL=httpserver.url_for("/hook"),
    )  # fmt: skip
    assert ran.returncode == 4, ran.stdout + ran.stderr
    assert said in ran.stderr
    assert "pytest.main" not in ran.stderr
    assert "Traceback" not in ran.stderr
    assert "::error " in ran.stdout
    assert "Slack: told" in ran.stdout
    (request,) = [request for request, _ in httpserver.log]
    summary = (tmp_path / "summary").read_text("utf-8")
    assert summary.count("CANNOT TELL: the gate did not start") == 1
    assert (tmp_path / "output").read_text() == f"verdict=CANNOT TELL\nreport={tmp_path}/rep\n"
    assert json.loads((tmp_path / "rep/verdict.json").read_text())["verdict"] == "CANNOT TELL"
    for text in (summary, request.get_data(as_text=True)):
        assert "t0ken-of-production" not in text
        assert "hook" not in text


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals(tmp_path: Path, number: signal.Signals) -> None:
    """Ctrl-C and SIGTERM end it as they end pytest: CANNOT TELL, with a report."""
    (tmp_path / "enemy.py").write_text(
        "import os\n"
        "def pytest_runtest_teardown(item, nextitem):\n"
        f"    if nextitem is None:\n        os.kill(os.getpid(), {int(number)})\n"
    )
    ran = rehearsed(tmp_path, "--caio-report=rep", "-penemy", site=tmp_path)
    assert ran.returncode == pytest.ExitCode.INTERRUPTED, ran.stdout
    assert last(ran.stdout).startswith("CANNOT TELL: rehearsal")
    assert json.loads((tmp_path / "rep/verdict.json").read_text())["verdict"] == "CANNOT TELL"


@pytest.mark.slow
def test_help_and_lists(tmp_path: Path) -> None:
    """``--help`` is short and says where the options are; the list of faults is still there."""
    assert "--caio-env=NAMES" in caio(tmp_path, "--help").stdout
    faults = caio(tmp_path, "--caio-faults")
    assert (faults.returncode, "emergency-stop" in faults.stdout) == (0, True)


def test_the_command_line(tmp_path: Path) -> None:
    """What was asked comes last and as it was; before it stands what shuts the caller's out."""
    (tmp_path / "pytest.ini").write_text(HOSTILE + "caio_deadline = 7\n")
    found = isolated(["-k", "tags", "--caio-env=prod"], tmp_path)
    assert found[-4:] == ["-ocaio_deadline=7", "-k", "tags", "--caio-env=prod"]
    assert {f"--config-file={INI}", "--noconftest", "--disable-plugin-autoload"} <= {*found}
    assert f"--rootdir={tmp_path}" in found
    assert "-pcaio" in found
    assert not [word for word in found if "xdist" in word]


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_goes_by_its_name(name: str) -> None:
    """Also where it is said before any of them is imported."""
    module = command_called(name)
    assert name == module.NAME

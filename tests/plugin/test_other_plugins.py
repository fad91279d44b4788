"""Beside the plugins that most people have installed verdict, exit code and last line stay right.

They are the real ones, of the dependency group ``other-plugins``, in a folder that only the runs of
these tests see.
"""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from filelock import FileLock

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
OWN = "def test_own(): pass\n"
FAILING = "def test_own(): assert False\n"
UNCOVERED = "def nobody_calls_it():\n    return 1\n"
OPTIONS = {
    "as they are": (),
    "sugar and randomly": ("--force-sugar", "-v", "--randomly-seed=7"),
    "cov": ("--cov=.", "--cov-report=xml"),
    "html, rerunfailures and timeout": ("--html=x.html", "--reruns=2", "--timeout=60"),
    "all of them, and xdist": (
        "--force-sugar", "--cov=.", "--html=x.html", "--reruns=1", "--timeout=60", "-n", "2",
    ),
}  # fmt: skip


@pytest.fixture(scope="session")
def others(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the plugins; all processes of a test run share it."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "other-plugins"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(folder)]
    with FileLock(f"{folder}.lock"):
        if not (folder / "complete").exists():
            group = project["dependency-groups"]["other-plugins"]
            done = subprocess.run([*pip, *group], capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
            (folder / "complete").touch()
    return folder


def gate(
    folder: Path, others: Path, *options: str, command: tuple[str, ...] = ("pytest",)
) -> tuple[int, str, list[str]]:
    """Rehearse; return the exit code, the report's verdict, and the lines that were printed."""
    own = {n: v for n, v in os.environ.items() if not n.startswith(("CAIO_", "GITHUB_", "PYTEST_"))}
    caio = ("--caio-env=rehearsal", f"--caio-browser={sys.executable}", "--caio-report=rep")
    ran = subprocess.run(
        [sys.executable, "-m", *command, *caio, *options],
        cwd=folder, env={**own, "PYTHONPATH": os.pathsep.join([str(ROOT), str(others)])},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8",
        check=False, timeout=120,
    )  # fmt: skip
    verdict = json.loads((folder / "rep/verdict.json").read_text("utf-8"))["verdict"]
    lines = ran.stdout.splitlines()
    assert lines[-1].startswith(f"{verdict}: rehearsal, profile preflight: "), ran.stdout
    return ran.returncode, verdict, lines


# All of them at once tells most of it; which one it was is told at night.
@pytest.mark.parametrize("case", [
    pytest.param(case, marks=[pytest.mark.nightly] * (case != "all of them, and xdist"))
    for case in OPTIONS
])  # fmt: skip
def test_go_and_no_go(tmp_path: Path, others: Path, case: str) -> None:
    """A GO is a 0 and a NO-GO a 1, and each is the last thing that is said."""
    code, verdict, lines = gate(tmp_path, others, *OPTIONS[case])
    assert (code, verdict) == (0, "GO")
    assert lines[-1].endswith("A rehearsal clears no live cycle.")
    # Some plugins say more above it than others, and not always as much.
    found = next(line for line in lines if line.startswith("plugins: "))
    names = ("cov", "html", "randomly", "rerunfailures")
    assert [name for name in names if f" {name}-" not in found] == [], found
    code, verdict, _ = gate(tmp_path, others, *OPTIONS[case], "--caio-fault=emergency-stop")
    assert (code, verdict) == (1, "NO-GO")


FAILS = {
    "a threshold": (OWN, ("--cov=.", "--cov-fail-under=100"), "Required test coverage of 100%"),
    "a test": (FAILING, ("--reruns=1", "--force-sugar"), "assert False"),
}


@pytest.mark.parametrize("case", FAILS)
def test_what_fails_beside_a_go(tmp_path: Path, others: Path, case: str) -> None:
    """The exit code is no 0, and the last line says why it isn't that of a GO."""
    test, options, said = FAILS[case]
    (tmp_path / "test_own.py").write_text(test)
    (tmp_path / "uncovered.py").write_text(UNCOVERED)
    code, verdict, lines = gate(tmp_path, others, "gates", "test_own.py", *options)
    assert (code, verdict) == (1, "GO")
    assert "the session itself failed for another reason (exit code 1)" in lines[-1]
    assert said in "\n".join(lines)


def test_a_session_out_of_time_is_no_go(tmp_path: Path, others: Path) -> None:
    """What did not run in time was not looked at."""
    code, verdict, _ = gate(tmp_path, others, "--session-timeout=0.001")
    assert (code, verdict) == (10, "CANNOT TELL")


def test_caio_run_has_none_of_them(tmp_path: Path, others: Path) -> None:
    """Installed, they are not loaded, and their options are not known."""
    code, verdict, lines = gate(tmp_path, others, "-v", command=("pytest_caio", "run"))
    assert (code, verdict) == (0, "GO")
    assert not [line for line in lines if "sugar" in line or "randomly" in line]

"""What ``caio init`` writes into a project is run there: tox installs the package, which judges."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from pytest_caio.__main__ import main
from pytest_caio.gates.files import packaged_folder
from pytest_caio.rehearsal.server import RehearsalServer, rehearse

# A package is built and installed, and each golden case is a process.
pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
MAIN = """\
from fastapi import FastAPI

app = FastAPI()


@app.get("/sales")
def sales() -> str:
    return "The dashboard"
"""
# Stands for the project's own agents: it knows each answer by the question.
CASE = """\
import json, sys
from pathlib import Path

asked = json.load(sys.stdin)["input_query"]
known = map(json.loads, Path("app/known.jsonl").read_text("utf-8").splitlines())
case = next(each for each in known if each["input_query"] == asked)
facts = case["positive_constraints"]
print(json.dumps({
    "actual_output": ", ".join(facts),
    "rag_context_chunks": facts,
    "tool_trace_log": case["expected_tools"],
}))
"""
# The dependencies are those of these tests, behind all that the environment has itself.
BORROW = """\
import sys, sysconfig
from pathlib import Path

Path(sysconfig.get_path("purelib"), "borrowed.pth").write_text("\\n".join(sys.argv[1:]))
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small service's repository, with what init writes into it."""
    folder = tmp_path / "service"
    (folder / "app").mkdir(parents=True)
    (folder / "app" / "main.py").write_text(MAIN)
    (folder / "app" / "case.py").write_text(CASE)
    (folder / "pyproject.toml").write_text('[project]\nname = "service"\nversion = "1"\n')
    shutil.copy(packaged_folder() / "golden" / "caio.jsonl", folder / "app" / "known.jsonl")
    source = f"--source=acme/pytest-caio@{'0123456789' * 4}"
    options = ("--owner=Pat", "--replay-command=python app/case.py")
    assert main(["init", str(folder), source, *options, "--yes"]) == 0
    return folder


def packed(folder: Path) -> Path:
    """Return a folder with nothing but the wheel of this checkout."""
    wheel = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir"]
    made = subprocess.run([*wheel, folder, ROOT], capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    return folder


def tox(
    project: Path, wheels: Path, server: RehearsalServer, *options: str
) -> subprocess.CompletedProcess[str]:
    """Run ``tox -e staging`` as it was written; pip has the wheel and no network."""
    borrow = project.parent / "borrow.py"
    borrow.write_text(BORROW)
    sites = dict.fromkeys(sysconfig.get_path(name) for name in ("purelib", "platlib"))
    before = f"testenv:staging.commands_pre=python {borrow} {' '.join(sites)}"
    ours = ("CAIO_", "GITHUB_", "PIP_", "PYTEST_", "TOX_", "PYTHONPATH")
    variables = {name: text for name, text in os.environ.items() if not name.startswith(ours)} | {
        "CAIO_STAGING_URL": server.url,
        "CAIO_STAGING_TOKEN": server.token,
        "PIP_FIND_LINKS": str(wheels),
        "PIP_NO_INDEX": "1",
        "PIP_NO_DEPS": "1",
        "VIRTUALENV_NO_PERIODIC_UPDATE": "1",
    }
    command = [sys.executable, "-m", "tox", "-e", "staging", "--override", before, "--", *options]
    return subprocess.run(
        command, cwd=project, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, encoding="utf-8", check=False, timeout=240,
    )  # fmt: skip


def judged(project: Path) -> tuple[str, set[str]]:
    """Return the verdict of the environment's report, and the required checks that aren't met."""
    folder = project / ".tox" / "staging" / "report"
    said = json.loads((folder / "verdict.json").read_text("utf-8"))
    assert (folder / "report.html").is_file()
    return said["verdict"], {
        f"{finding['gate']}.{finding['check']}"
        for finding in said["findings"]
        if finding["severity"] == "required" and finding["outcome"] not in {"pass", "n/a"}
    }


def test_tox_runs_the_gate(project: Path, tmp_path: Path) -> None:
    """Its exit code is the gate's, and what it was told is what is judged.

    Without a browser the page stays unseen, so that is all that is missing: the project's own
    replay passes. Where the stop is pulled as well, that is what is said.
    """
    wheels = packed(tmp_path / "wheels")
    no_browser = f"--caio-browser={sys.executable}"
    with rehearse(environment="staging", cards=0) as server:
        ran = tox(project, wheels, server, "--caio-profile=deploy", no_browser)
    assert ran.returncode == 10, ran.stdout
    unseen = {"rejection.page-blocks", "rejection.page-tags"}
    assert judged(project) == ("CANNOT TELL", unseen)
    assert "\nCANNOT TELL: staging, profile deploy: " in ran.stdout
    with rehearse(faults=("emergency-stop",), environment="staging", cards=0) as server:
        ran = tox(project, wheels, server, "--caio-profile=preflight", no_browser)
    assert ran.returncode == 1, ran.stdout
    assert judged(project) == ("NO-GO", unseen | {"ramp.emergency-stop"})
    # The wheel is what ran; a gate file that is copied from it finds its schema beside it.
    (installed,) = (project / ".tox" / "staging").rglob("pytest_caio/standard_gates")
    for path in installed.glob("*.yaml"):
        (named,) = re.findall(r"yaml-language-server: \$schema=(\S+)", path.read_text("utf-8"))
        assert (installed / named).is_file()

"""A run that is cut short has a report, and it doesn't say GO: real processes, real signals."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from junitparser import JUnitXml
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals"),
]
OUTCOMES = {"verdict.json", "report.html", "gates.junit.xml", "attestation.json", "evidence.har"}


@pytest.fixture
def stuck() -> Iterator[tuple[HTTPServer, threading.Event]]:
    """A deployment that takes a request and keeps it, and the sign that it has one."""
    reached, released = threading.Event(), threading.Event()

    def hold(request: Request) -> Response:
        reached.set()
        released.wait(60)
        return Response("late", 503)

    with HTTPServer(threaded=True) as server:
        server.expect_request(re.compile(".*")).respond_with_handler(hold)
        yield server, reached
        released.set()


def started(folder: Path, *options: str, **variables: str) -> subprocess.Popen[str]:
    """Return a gate run in a process of its own, with a report."""
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "no:cacheprovider",
            "--caio-report=rep",
            "--caio-profile=cycle",
            *options,
        ],
        cwd=folder,
        env={**os.environ, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # A shell's background job, like a CI runner's, has Ctrl-C ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def said(folder: Path) -> tuple[str, str, int]:
    """Return what verdict.json, report.html and the JUnit file (its errors) say."""
    report = folder / "rep"
    assert {path.name for path in report.iterdir()} >= OUTCOMES
    verdict = json.loads((report / "verdict.json").read_text(encoding="utf-8"))["verdict"]
    page = (report / "report.html").read_text(encoding="utf-8")
    suites = JUnitXml.fromfile(str(report / "gates.junit.xml"))
    return verdict, re.search("<h1>(.*)</h1>", page)[1], suites.errors


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_in_the_sweep(
    stuck: tuple[HTTPServer, threading.Event], tmp_path: Path, number: signal.Signals
) -> None:
    """Ctrl-C and SIGTERM while the gate waits for an answer: CANNOT TELL, in every file."""
    server, reached = stuck
    process = started(
        tmp_path,
        "--caio-env=staging",
        CAIO_STAGING_URL=server.url_for(""),
        CAIO_STAGING_TOKEN="token-123",
    )
    assert reached.wait(30)
    process.send_signal(number)
    output, _ = process.communicate(timeout=30)
    assert process.returncode == pytest.ExitCode.INTERRUPTED
    verdict, page, errors = said(tmp_path)
    assert (verdict, page) == ("CANNOT TELL", "CANNOT TELL")
    assert errors > 1
    assert output.splitlines()[-1].startswith("CANNOT TELL: staging")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_after_every_check_held(tmp_path: Path, number: signal.Signals) -> None:
    """Even with every check passed, a run that was ended from outside is no GO."""
    (tmp_path / "enemy.py").write_text(
        "import os\n"
        "def pytest_runtest_teardown(item, nextitem):\n"
        f"    if nextitem is None:\n        os.kill(os.getpid(), {int(number)})\n"
    )
    process = started(tmp_path, "--caio-env=rehearsal", "-p", "enemy")
    output, _ = process.communicate(timeout=60)
    assert process.returncode == pytest.ExitCode.INTERRUPTED, output
    assert said(tmp_path) == ("CANNOT TELL", "CANNOT TELL", 1)
    assert "the run was interrupted" in (tmp_path / "rep/report.html").read_text("utf-8")


def test_internal_error(tmp_path: Path) -> None:
    """A crash of a plugin in the middle: the report is there and says CANNOT TELL."""
    (tmp_path / "enemy.py").write_text(
        "def pytest_runtest_teardown(item, nextitem):\n"
        "    if nextitem is None:\n        raise SystemError('broken plugin')\n"
        "def pytest_runtest_logreport(report):\n"
        "    if report.when == 'teardown' and report.failed:\n        raise SystemError('again')\n"
    )
    process = started(tmp_path, "--caio-env=rehearsal", "-p", "enemy")
    output, _ = process.communicate(timeout=60)
    assert process.returncode == pytest.ExitCode.INTERNAL_ERROR, output
    assert said(tmp_path) == ("CANNOT TELL", "CANNOT TELL", 1)


def test_killed(stuck: tuple[HTTPServer, threading.Event], tmp_path: Path) -> None:
    """Killed without warning, no file of an earlier GO is left."""
    first = started(tmp_path, "--caio-env=rehearsal")
    first.communicate(timeout=60)
    assert said(tmp_path)[0] == "GO"
    server, reached = stuck
    process = started(
        tmp_path,
        "--caio-env=staging",
        CAIO_STAGING_URL=server.url_for(""),
        CAIO_STAGING_TOKEN="token-123",
    )
    assert reached.wait(30)
    process.kill()
    process.communicate(timeout=30)
    left = {path.name for path in (tmp_path / "rep").iterdir() if path.suffix}
    assert left <= {"verdict.json", "evidence.har"}
    text = (tmp_path / "rep/verdict.json").read_text(encoding="utf-8")
    assert json.loads(text)["verdict"] == "CANNOT TELL"


def test_report_that_cannot_be_written_is_no_go(tmp_path: Path) -> None:
    """Where the report can't be written there is nothing to show for a GO."""
    (tmp_path / "enemy.py").write_text(
        "import pathlib\n"
        "def pytest_collection_finish(session):\n"
        "    pathlib.Path('rep/report.html/taken').mkdir(parents=True)\n"
    )
    process = started(tmp_path, "--caio-env=rehearsal", "-p", "enemy")
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 10, output
    assert "report can't be written" in output
    text = (tmp_path / "rep/verdict.json").read_text(encoding="utf-8")
    assert json.loads(text)["verdict"] == "CANNOT TELL"


def test_handler_is_put_back() -> None:
    """After the run SIGTERM does what it did before."""
    from pytest_caio.plugin.signals import end_as_ctrl_c

    before = signal.getsignal(signal.SIGTERM)
    restore: Callable[[], None] = end_as_ctrl_c()
    assert signal.getsignal(signal.SIGTERM) is not before
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGTERM)
    restore()
    assert signal.getsignal(signal.SIGTERM) is before

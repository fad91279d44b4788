"""Nothing of the operator's environment makes a library say what it sends, or send it elsewhere."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from pytest_caio.observe.client import quiet_logs
from pytest_caio.observe.page.chromium import find_chromium
from pytest_caio.observe.quiet_environment import browser_environment, quiet_environment
from pytest_caio.observe.replay.replay_probe import ReplayProbe
from pytest_caio.rehearsal.server import rehearse
from pytest_caio.replay.replay_settings import ReplayPlan

TALKERS: Mapping[str, str] = {
    "DEBUG": "pw:*",
    "DEBUGP": "1",
    "DEBUG_FILE": "debug.txt",
    "PW_TEST_X": "1",
    "npm_config_pwdebug": "console",
    "NODE_DEBUG": "net,http,stream,child_process",
    "NODE_OPTIONS": "--trace-event-categories=node --redirect-warnings=node.txt",
    "NODE_V8_COVERAGE": "coverage",
    "SSLKEYLOGFILE": "keys.txt",
    "CHROME_LOG_FILE": "chrome.txt",
    "SELENIUM_REMOTE_URL": "http://127.0.0.1:9",
    "PYTHONDEVMODE": "1",
}
OTHERS = {"PLAYWRIGHT_BROWSERS_PATH": "/b", "NODE_ENV": "x", "HTTPS_PROXY": "", "DEBUGGER": "y"}


def test_what_talks_is_away_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    """And nothing else, and it comes back; a replay runner still gets its own."""
    for name, value in {**TALKERS, **OTHERS}.items():
        monkeypatch.setenv(name, value)
    before = dict(os.environ)
    probe = ReplayProbe(ReplayPlan(), None)  # type: ignore[arg-type]
    with quiet_environment():
        assert not (TALKERS.keys() - {"PYTHONDEVMODE"}) & os.environ.keys()
        assert os.environ.keys() >= OTHERS.keys()
        assert probe.child["DEBUG"] == "pw:*"
    assert dict(os.environ) == before


def test_a_browser_gets_no_token() -> None:
    """It gets what it needs of the machine, and no more."""
    variables = {"CAIO_PROD_TOKEN": "x", "PATH": "/bin", "HOME": "/h", "AWS_SECRET": "y", **TALKERS}
    assert browser_environment(variables) == {"PATH": "/bin", "HOME": "/h"}


def test_a_logger_with_a_level_of_its_own(caplog: pytest.LogCaptureFixture) -> None:
    """The HTTP library's loggers say nothing, also those below, and have their levels again."""
    below = logging.getLogger("httpcore2.http11")
    below.setLevel(logging.DEBUG)
    try:
        with caplog.at_level("DEBUG"), quiet_logs():
            below.debug("send_request_headers token")
        assert (below.level, caplog.text) == (logging.DEBUG, "")
    finally:
        below.setLevel(logging.NOTSET)


@pytest.mark.browser
@pytest.mark.skipif(find_chromium() is None, reason="no Chromium here")
def test_the_token_is_typed_and_not_said(tmp_path: Path) -> None:
    """A whole look at the page, with everything set that makes anybody talk."""
    pytest.importorskip("playwright.async_api")
    with rehearse() as server:
        own = {"CAIO_STAGING_URL": server.url, "CAIO_STAGING_TOKEN": server.token}
        plain = {k: v for k, v in os.environ.items() if not k.startswith(("CAIO_", "GITHUB_"))}
        command = [sys.executable, "-m", "pytest", "-rA", "-s", "--log-cli-level=DEBUG",
                   "--tb=long", "--showlocals", "--caio-env=staging", "--caio-report=out",
                   "gates/rejection.yaml::page-blocks[staging]"]  # fmt: skip
        done = subprocess.run(
            command, cwd=tmp_path, env={**plain, **own, **TALKERS}, capture_output=True,
            timeout=120, check=False,
        )  # fmt: skip
    said = done.stdout + done.stderr
    assert b"1 passed" in said, said[-3000:].decode()
    assert server.token.encode() not in said
    assert b"pw:" not in said
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not [path for path in files if server.token.encode() in path.read_bytes()]
    names = {path.relative_to(tmp_path).parts[0] for path in files}
    assert not names & {"debug.txt", "node.txt", "coverage", "keys.txt", "chrome.txt"}

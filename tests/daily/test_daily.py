"""``docs/daily.md`` as one day: each of its commands, in order, in a shell, against a deployment
on a real socket with a real Redis, and HoS's clicks in a real browser.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from browsers import browser
from past import deeds_in, runs_in
from real_redis import real_redis

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.skipif(shutil.which("bash") is None, reason="the page's commands are for a shell"),
]
PAGE = Path(__file__).parents[2] / "docs" / "daily.md"
# What stands for the dispatch: it asks for a yes as the real one does, and sends what was approved.
DISPATCH = """\
import os, sys, urllib.request
if sys.stdin.readline().strip() != "yes":
    raise SystemExit(3)
asked = urllib.request.Request(
    os.environ["CAIO_PROD_URL"] + "/api/operator/trigger", b"{}", method="POST",
    headers={"X-Dashboard-Token": os.environ["CAIO_PROD_TOKEN"]},
)
print("dispatched:", urllib.request.urlopen(asked).status)
"""


@dataclass(frozen=True)
class Step:
    """A command of the page, under its heading, and the exit code that the page says."""

    heading: str
    command: str
    code: int


def steps() -> list[Step]:
    """Return the page's commands; what is only set has no exit code there."""
    found, heading = [], ""
    for part in re.split(r"^(## .*)$", PAGE.read_text("utf-8"), flags=re.M):
        if part.startswith("## "):
            heading = part.removeprefix("## ")
            continue
        for block in re.findall(r"^```sh\n(.*?)^```", part, re.M | re.S):
            code = re.search(r"^# exit code (\d+)", block, re.M)
            found.append(Step(heading, block.strip(), int(code[1]) if code else 0))
    return found


@dataclass(frozen=True)
class Shell:
    """A folder and what is set there: each command is a process of its own."""

    folder: Path
    variables: dict[str, str]

    def run(self, step: Step) -> subprocess.CompletedProcess[str]:
        """Run a step as the page has it; a rehearsal's go takes one word more."""
        command = re.sub(r"\bcaio (decide|guard) ", r"caio \1 --rehearsal ", step.command)
        return subprocess.run(
            ["bash", "-c", command], cwd=self.folder, env=self.variables, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300, check=False,
        )  # fmt: skip


@contextmanager
def served(*options: str) -> Iterator[dict[str, str]]:
    """Serve the rehearsal that the page names; give the variables that it prints."""
    command = [sys.executable, "-m", "pytest_caio", "rehearse", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            said = []
            for line in process.stdout:
                said.append(line)
                if "ends it." in line:
                    break
            yield dict(re.findall(r"^  export (\w+)=(\S+)$", "".join(said), re.M))
        finally:
            process.terminate()
            process.communicate(timeout=30)


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    (practice,) = re.findall(r"`caio rehearse ([^`]*)`", PAGE.read_text("utf-8"))
    with ExitStack() as stack:
        url = stack.enter_context(real_redis())
        printed = stack.enter_context(served(*practice.split(), f"--redis={url}"))
        programs = tmp_path / "bin"
        programs.mkdir()
        for name, module in (("caio", "pytest_caio"), ("python", "")):
            wrapper = programs / name
            started = f"-m {module} " if module else ""
            wrapper.write_text(f'#!/bin/sh\nexec "{sys.executable}" {started}"$@"\n')
            wrapper.chmod(0o755)
        (tmp_path / "run_operator.py").write_text(DISPATCH)
        kept = {n: v for n, v in os.environ.items() if not n.startswith(("CAIO_", "GITHUB_"))}
        path = f"{programs}{os.pathsep}{kept['PATH']}"
        yield Shell(tmp_path, {**kept, **printed, "PATH": path})


def decide_in_sales(url: str, token: str) -> None:
    """Do what HoS does: sign in, reject the first card with tag and reason, approve the rest."""
    with browser() as chromium:
        page = chromium.new_context().new_page()
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(f"{url}/sales")
        page.get_by_label("Token").fill(token)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/sales")
        page.get_by_role("tab", name="Email Queue").click()
        live = page.get_by_role("listitem").filter(has_not_text="Training")
        live.first.wait_for()
        left = live.count()
        for done in range(left):
            live.first.get_by_role("button", name="Edit & Preview").click()
            page.locator("#emailModal").wait_for(state="visible")
            if done == 0:
                page.locator("#rejectionTagInput option[value=weak_cta]").wait_for(state="attached")
                page.locator("#rejectionTagInput").select_option("weak_cta")
                page.locator("#feedbackInput").fill("Nobody would answer this.")
            page.locator("#rejectButton" if done == 0 else "#approveButton").click()
            page.locator("#emailModal").wait_for(state="hidden")
            page.wait_for_function(
                "n => [...document.querySelectorAll('#queueList > li')]"
                ".filter((one) => !one.textContent.includes('Training')).length === n",
                arg=left - done - 1,
            )


def test_the_day(shell: Shell) -> None:
    """From a stale queue to a logged cycle: each step ends as the page says."""
    found = steps()
    assert [step.heading[:2] for step in found if step.heading] == "1. 2. 2. 3. 4. 6. 7. 8.".split()
    said: dict[str, str] = {}
    for step in found:
        if step.command.startswith("export "):
            name, _, value = step.command.removeprefix("export ").partition("=")
            shell.variables[name] = value
            continue
        if step.heading.startswith("6."):
            decide_in_sales(shell.variables["CAIO_PROD_URL"], shell.variables["CAIO_PROD_TOKEN"])
        ran = shell.run(step)
        assert ran.returncode == step.code, f"{step.command}\n{ran.stdout}"
        said[step.heading[:2]] = ran.stdout
    assert "NO-GO: production" in said["1."].splitlines()[-1]
    assert "5 cards rejected" in said["2."]
    assert "GO: production" in said["3."].splitlines()[-1]
    assert "dispatched: 200" in said["6."]
    _is_remembered(shell.folder)


def _is_remembered(folder: Path) -> None:
    """The ledger, the log and the history page have the day."""
    ledger = folder / "caio-ledger.sqlite"
    ran = [(run.profile, str(run.verdict)) for run in runs_in(ledger)]
    assert ran == [("preflight", "NO-GO"), ("preflight", "GO"), ("cycle", "GO")]
    deeds = [(deed.kind, deed.data.get("exit_code")) for deed in deeds_in(ledger)]
    assert deeds == [("clean-up", None), ("decision", None), ("guard", None), ("guard", 0)]
    log = (folder / "report-cycle" / "daily-log.md").read_text("utf-8")
    assert "Decided: go, by Pat (as typed)" in log
    assert "weak_cta 2" in log  # one of them is of the scene
    assert "queue_hygiene_non_actionable 5" in log
    page = (folder / "history" / "history.html").read_text("utf-8")
    assert "production" in page
    assert "no-drift" in page

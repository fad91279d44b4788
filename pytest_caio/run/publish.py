"""Telling a run's result beside the console: the report folder, GitHub Actions, Slack."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any

from pytest_caio.privacy.outputs import redacted
from pytest_caio.privacy.redactor import Redactor
from pytest_caio.report import github, heartbeat, no_run, slack
from pytest_caio.report.folder import write_report
from pytest_caio.report.previous import Previous
from pytest_caio.report.step_summary import LIMIT, step_summary
from pytest_caio.run import slack_webhook
from pytest_caio.settings.network_variables import proxy_passwords
from pytest_caio.verdict.decide import Verdict
from pytest_caio.verdict.result import Result


@dataclass(frozen=True)
class Publisher:
    """Where a run is told; ``gates`` is the folder's own ``gates/``, if it has one."""

    variables: Mapping[str, str]
    report: Path | None = None
    previous: Previous | None = None
    gates: Path | None = None

    def masks(self) -> list[str]:
        """Return what must be printed before anything else."""
        return github.masks(self.variables) if github.under_actions(self.variables) else []

    def silence(self) -> tuple[list[str], list[str]]:
        """Return the lines before and after output that quotes what a deployment said."""
        if not github.under_actions(self.variables):
            return [], []
        stop, resume = github.silence()
        return [stop], [resume]

    @contextmanager
    def ahead(self) -> Iterator[None]:
        """Make ready what a report is made with, while the network is waited for; leave nothing
        under way behind, however that ends.
        """
        making = Thread(target=_ready, name="caio-report") if self.report else None
        try:
            if making:
                making.start()
        except RuntimeError:  # No more threads here: then it is made when it is needed.
            making = None
        try:
            yield
        finally:
            if making:
                making.join()

    def write(self, result: Result, redactor: Redactor) -> None:
        """Write the report folder, where one is asked for."""
        if self.report:
            write_report(self.report, result, redactor, self.previous)

    def tell(self, result: Result, redactor: Redactor, but: str = "") -> list[str]:
        """Tell GitHub and Slack; return the lines that the console is to show.

        ``but`` is what has to stand behind a GO, where the session failed for another reason.
        """
        result = redacted(result, redactor)
        return [*self._github(result, but), *self._slack(result, but)]

    def tell_mistake(self, text: str, *, rehearsal: bool) -> list[str]:
        """Tell GitHub and Slack, in a step of GitHub Actions alone, that the gate did not start.

        ``text`` says why; outside Actions whoever typed the command reads it. Returns the lines
        to be printed.
        """
        if not github.under_actions(self.variables):
            return []
        passwords = {n: s.reveal() for n, s in proxy_passwords(self.variables).items()}
        why = no_run.reason(text, github.secret_values(self.variables) | passwords)
        lines = [*self.masks(), *no_run.annotations(why, self._folder())]
        try:
            path = " ".join(str(self.report or "").split("\n"))
            self._append("GITHUB_OUTPUT", f"verdict={Verdict.CANNOT_TELL}\nreport={path}\n")
            self._append("GITHUB_STEP_SUMMARY", no_run.step_summary(why))
        except OSError as error:
            lines.append(f"GitHub: summary and outputs can't be written: {error.strerror}")
        message = no_run.slack_message(why, slack.run_url(self.variables))
        return [*lines, *self.post(message, rehearsal)]

    def _github(self, result: Result, but: str) -> list[str]:
        if not github.under_actions(self.variables):
            return []
        lines = github.annotations(result, self._folder(), but)
        try:
            self._append("GITHUB_OUTPUT", github.outputs(result, self.report))
            used = self._size("GITHUB_STEP_SUMMARY")
            text = step_summary(result, self.previous, LIMIT - used, but)
            self._append("GITHUB_STEP_SUMMARY", text)
        except OSError as error:
            lines.append(f"GitHub: summary and outputs can't be written: {error.strerror}")
        return lines

    def _size(self, name: str) -> int:
        path = Path(self.variables.get(name) or os.devnull)
        return path.stat().st_size if path.is_file() else 0

    def _append(self, name: str, text: str) -> None:
        path = self.variables.get(name)
        if path:
            with Path(path).open("a", encoding="utf-8", newline="\n") as file:
                file.write(text)

    def _folder(self) -> str:
        """Return the path from the repository to the folder with ``gates/``, as a prefix."""
        workspace = self.variables.get("GITHUB_WORKSPACE")
        if not (workspace and self.gates):
            return ""
        try:
            relative = os.path.relpath(self.gates.resolve().parent, Path(workspace).resolve())
        except ValueError:  # another drive
            return ""
        return "" if relative == "." else f"{Path(relative).as_posix()}/"

    def _slack(self, result: Result, but: str) -> list[str]:
        run = slack.run_url(self.variables)
        if not but and slack.due(result, self.previous):
            return self.post(slack.message(result, run, self.previous), result.rehearsal)
        if but or heartbeat.due(result, self.variables):
            return self.post(heartbeat.message(result, run, but), result.rehearsal)
        return []

    def post(self, message: Mapping[str, Any], rehearsal: bool) -> list[str]:
        """Send a message to Slack, where a webhook is set; return the lines to be shown."""
        url = self.variables.get(slack_webhook.VARIABLE, "").strip()
        if not url:
            return []
        if rehearsal and not slack_webhook.on_loopback(url):
            return ["Slack: not told, a rehearsal is nobody's business there"]
        problem = slack_webhook.tell(url, message)
        return [f"Slack: {problem}; the verdict stands"] if problem else ["Slack: told"]


def _ready() -> None:
    # What fails here fails once more where it is needed, and is told there.
    with suppress(Exception):
        import junit_xml  # noqa: F401

        from pytest_caio.report import attestation, html, junit  # noqa: F401

        html.compiled()

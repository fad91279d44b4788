"""One line to Slack on each GO, so that silence means that the gate did not run."""

from collections.abc import Mapping
from typing import Any

from pytest_caio.report import console
from pytest_caio.report.inline_text import for_slack
from pytest_caio.verdict.decide import Verdict
from pytest_caio.verdict.result import Result

VARIABLE = "CAIO_SLACK_HEARTBEAT"
_OFF = {"", "0", "false", "no", "off"}


def due(result: Result, variables: Mapping[str, str]) -> bool:
    """Return whether a GO is told that nobody has to act on."""
    wanted = variables.get(VARIABLE, "").strip().lower() not in _OFF
    return wanted and result.verdict is Verdict.GO


def message(result: Result, url: str = "", but: str = "") -> dict[str, Any]:
    """Return the run's last line as the webhook takes it, with a link to the run.

    ``but`` stands behind a GO whose session failed for another reason.
    """
    text = for_slack(f"{console.verdict_line(result).text} {but}".strip(), 1_000)
    return {"text": f"{text} <{url}|The run>" if url else text}

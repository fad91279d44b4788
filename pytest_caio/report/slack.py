"""One Slack message when somebody has to act, and an all-clear after it.

The webhook's URL is a secret: it is in no message, no log and no error. A Slack that is down
changes no verdict; what went wrong is returned as words for the console.
"""

import logging
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

from pytest_caio.base.messages import plural
from pytest_caio.report.inline_text import cut, tidy
from pytest_caio.report.previous import Previous
from pytest_caio.report.report_view import PROFILES, WORDS
from pytest_caio.report.summary import summarise
from pytest_caio.settings.environments import is_loopback
from pytest_caio.verdict.decide import Verdict
from pytest_caio.verdict.finding import Finding
from pytest_caio.verdict.result import Result

VARIABLE = "CAIO_SLACK_WEBHOOK_URL"
TIMEOUT_SECONDS = 5
LONGEST_WAIT = 10
"""Seconds that a 429 may ask for; longer ones would hold up the run."""
_HEADER_LIMIT = 150
_SECTION_LIMIT = 3_000
_FINDINGS = 10
_SIGNS = {
    Verdict.GO: ":white_check_mark:",
    Verdict.NO_GO: ":no_entry:",
    Verdict.CANNOT_TELL: ":question:",
}


def due(result: Result, previous: Previous | None) -> bool:
    """Return whether there is something to say: no GO, or the first GO after one that was not."""
    if result.verdict is not Verdict.GO:
        return True
    return previous is not None and previous.verdict not in {None, Verdict.GO}


def run_url(variables: Mapping[str, str]) -> str:
    """Return the address of the workflow run, or nothing outside GitHub Actions."""
    names = ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")
    server, repository, run = (variables.get(name, "") for name in names)
    return f"{server}/{repository}/actions/runs/{run}" if server and repository and run else ""


def message(result: Result, url: str = "") -> dict[str, Any]:
    """Return the message as the webhook takes it: a fallback text, and Block Kit blocks."""
    summary = summarise(result)
    profile = PROFILES.get(summary.profile, summary.profile)
    text = f"{summary.verdict}: {summary.where}, {profile}"
    all_clear = "All clear. " if result.verdict is Verdict.GO else ""
    why = f"{_SIGNS[result.verdict]} {all_clear}{_plain(summary.reason)} {summary.note}".strip()
    sections = [why, *map(_finding, summary.blocking[:_FINDINGS])]
    if len(summary.blocking) > _FINDINGS:
        sections.append(f"and {plural(len(summary.blocking) - _FINDINGS, 'further finding')}")
    sections.append(
        f"This GO is {_plain(summary.clearance)}."
        if summary.clearance
        else f"Act {summary.by_when}."
    )
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": {"type": "plain_text", "text": cut(tidy(text), _HEADER_LIMIT)}}
    ]
    blocks += [
        {"type": "section", "text": {"type": "mrkdwn", "text": cut(s, _SECTION_LIMIT)}}
        for s in sections
    ]
    if url:
        link = {"type": "mrkdwn", "text": f"<{_plain(url)}|The run and its report>"}
        blocks.append({"type": "context", "elements": [link]})
    return {"text": cut(_plain(text), _SECTION_LIMIT), "blocks": blocks}


def _finding(finding: Finding) -> str:
    rows = [
        f"*{_plain(finding.title)}* ({WORDS[finding.outcome]}, {_plain(finding.environment)})",
        f"Seen: {_plain(finding.observed)}",
        f"Do next: {_plain(finding.remedy)}",
        f"Whose call: {_plain(finding.owner)}",
    ]
    return "\n".join(rows)


def _plain(text: str) -> str:
    """Return text that mentions nobody and links nowhere (Slack: escape ``&``, ``<``, ``>``)."""
    one_line = cut(" ".join(tidy(text).split()), 600)
    return one_line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def tell(url: str, body: Mapping[str, Any], longest_wait: float = LONGEST_WAIT) -> str:
    """Send ``body`` to the webhook; return what went wrong, or nothing.

    A 429 is honoured once, where it asks for at most ``longest_wait`` seconds.
    """
    problem = _url_problem(url)
    if problem:
        return problem
    from slack_sdk.errors import SlackClientError
    from slack_sdk.webhook import WebhookClient

    quiet = logging.Logger("quiet", logging.CRITICAL)  # its debug log would show the URL
    client = WebhookClient(
        url, timeout=TIMEOUT_SECONDS, logger=quiet, retry_handlers=[_patience(longest_wait)]
    )
    try:
        answer = client.send_dict(dict(body))
    except (OSError, HTTPException, SlackClientError, ValueError) as error:
        return f"Slack could not be reached ({type(error).__name__})"
    return "" if answer.status_code == 200 else f"Slack answered {answer.status_code}"


def _url_problem(url: str) -> str:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return f"{VARIABLE} is no URL"
    if parts.scheme == "https" and host:
        return ""
    if parts.scheme == "http" and is_loopback(host):
        return ""
    return f"{VARIABLE} must be an https address"


def _patience(longest_wait: float) -> Any:
    from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

    class Patience(RateLimitErrorRetryHandler):
        """Waits as long as a 429 asks for, unless that is too long or no number of seconds."""

        def _can_retry(self, *, response: Any = None, **more: Any) -> bool:
            if not super()._can_retry(response=response, **more):
                return False
            asked = [v for k, v in response.headers.items() if k.lower() == "retry-after"]
            seconds = asked[0][0] if asked else "1"
            return seconds.isascii() and seconds.isdigit() and int(seconds) <= longest_wait

    return Patience(max_retry_count=1)

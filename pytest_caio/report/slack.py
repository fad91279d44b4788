"""One Slack message when somebody has to act, and an all-clear after it."""

from collections.abc import Mapping
from typing import Any

from pytest_caio.base.messages import plural
from pytest_caio.report.inline_text import cut, tidy
from pytest_caio.report.previous import Previous
from pytest_caio.report.report_view import PROFILES, WORDS
from pytest_caio.report.summary import summarise
from pytest_caio.verdict.decide import Verdict
from pytest_caio.verdict.finding import Finding
from pytest_caio.verdict.result import Result

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

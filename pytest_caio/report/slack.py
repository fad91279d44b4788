"""One Slack message when somebody has to act, and an all-clear after it."""

from collections.abc import Iterator, Mapping
from typing import Any

from pytest_caio.base.messages import listed, plural
from pytest_caio.report.inline_text import cut, for_slack, tidy
from pytest_caio.report.previous import Previous
from pytest_caio.report.report_view import PROFILES
from pytest_caio.report.summary import Summary, summarise
from pytest_caio.report.times import local
from pytest_caio.report.trend_words import TrendWords, trend_words
from pytest_caio.verdict.causes import Cause
from pytest_caio.verdict.decide import Verdict
from pytest_caio.verdict.result import Result
from pytest_caio.verdict.waiting_checks import waiting

_HEADER_LIMIT = 150
_SECTION_LIMIT = 3_000
_CAUSES = 3
_REMARKS = 3
_TEXT_LIMIT = 600
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


def message(result: Result, url: str = "", previous: Previous | None = None) -> dict[str, Any]:
    """Return the message as the webhook takes it: a fallback text, and Block Kit blocks.

    Decision, where and when; what to do next, for the first causes; by when; and a link.
    """
    summary = summarise(result)
    zone = result.snapshot.policy.review.zone
    text = f"{summary.decision}: {summary.where}, {local(summary.when, zone)}"
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": {"type": "plain_text", "text": cut(tidy(text), _HEADER_LIMIT)}}
    ]
    blocks += [
        {"type": "section", "text": {"type": "mrkdwn", "text": cut(s, _SECTION_LIMIT)}}
        for s in _sections(summary, trend_words(result, previous))
    ]
    if url:
        link = {"type": "mrkdwn", "text": f"<{_plain(url)}|The run and its report>"}
        blocks.append({"type": "context", "elements": [link]})
    return {"text": cut(_plain(text), _SECTION_LIMIT), "blocks": blocks}


def _sections(summary: Summary, trends: TrendWords) -> Iterator[str]:
    all_clear = "All clear. " if summary.verdict is Verdict.GO else ""
    why = "" if summary.causes else _plain(summary.reason)
    profile = PROFILES.get(summary.profile, summary.profile)
    head = f"{_SIGNS[summary.verdict]} The gate {_plain(profile)}. {all_clear}{why} {summary.note}"
    yield " ".join(head.split())
    alone = len({name for cause in summary.causes for name in cause.environments}) < 2
    yield from (_cause(cause, trends, alone=alone) for cause in summary.causes[:_CAUSES])
    if len(summary.causes) > _CAUSES:
        yield f"and {plural(len(summary.causes) - _CAUSES, 'more cause')}, in the report"
    yield from (_plain(remark) for remark in summary.remarks[:_REMARKS])
    if len(summary.remarks) > _REMARKS:
        yield f"and {plural(len(summary.remarks) - _REMARKS, 'more remark')}, in the report"
    if summary.clearance:
        yield f"This GO is {_plain(summary.clearance)}."
    elif summary.causes:
        yield f"Act {_plain(summary.by_when)}."


def _cause(cause: Cause, trends: TrendWords, *, alone: bool) -> str:
    """Return a cause in lines; where there is more than one environment, with those it is in."""
    place = "" if alone or not cause.rule else f" (in {listed(cause.environments, 4)})"
    rows = (
        ("", f"*{_plain(cause.seen)}*"),
        ("", _plain(trends.of_cause(cause))),
        ("Rule: ", _plain(cause.rule + place)),
        ("Do next: ", _plain(cause.remedy)),
        ("", f"`{_plain(cause.command).replace('`', '')}`" if cause.command else ""),
        ("Whose task: ", _plain(cause.owner)),
        ("", _plain(waiting(cause))),
    )
    return "\n".join(f"{label}{text}" for label, text in rows if text)


def _plain(text: str) -> str:
    return for_slack(text, _TEXT_LIMIT)

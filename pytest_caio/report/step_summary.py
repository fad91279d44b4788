"""What GitHub shows below a job of a run, in Markdown: what to do next, before all else.

Source of the limit: GitHub's documentation of job summaries. One above 1 MiB is not shown at all.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from pytest_caio.base.messages import listed, plural
from pytest_caio.report.cause_words import seen_of, shown_by
from pytest_caio.report.finding_view import WORDS
from pytest_caio.report.github import md
from pytest_caio.report.inline_text import cut, tidy
from pytest_caio.report.previous import Previous, changes, since
from pytest_caio.report.report_view import PROFILES
from pytest_caio.report.summary import Summary, summarise
from pytest_caio.report.trend_words import TrendWords, trend_words
from pytest_caio.verdict.causes import Cause
from pytest_caio.verdict.decide import Verdict
from pytest_caio.verdict.finding import MET, Finding
from pytest_caio.verdict.result import Result
from pytest_caio.verdict.waiting_checks import waiting

LIMIT = 1024 * 1024
_CAUSES = 20
_FIELD_LIMIT = 1_000
_SIGNS = {Verdict.GO: "✅", Verdict.NO_GO: "⛔", Verdict.CANNOT_TELL: "❓"}
_FOLD = "<details>"


def step_summary(
    result: Result, previous: Previous | None = None, limit: int = LIMIT, but: str = ""
) -> str:
    """Return the summary, at most ``limit`` bytes: decision, causes, and folded each finding.

    ``but`` stands behind a GO whose session failed for another reason.

    Findings that don't fit are left out, from the end, and counted.
    """
    summary = summarise(result)
    trends = trend_words(result, previous)
    head = "\n".join(_head(result, summary, previous, but))
    parts = list(_parts(result, summary, trends))
    tail = "\n_{} more findings did not fit; all are in report.html._\n"
    size, kept = len(head.encode()) + len(tail) + 40, ""
    for number, part in enumerate(parts):
        size += len(part.encode())
        if size > limit:
            return head + _closed(kept) + tail.format(len(parts) - number)
        kept += part
    return f"{head}{_closed(kept)}\n"


def _closed(text: str) -> str:
    """Return text with its last fold closed; what came from outside holds none (``md``)."""
    return f"{text}\n</details>\n" if text.count(_FOLD) > text.count("</details>") else text


def _head(result: Result, summary: Summary, previous: Previous | None, but: str) -> Iterator[str]:
    profile = PROFILES.get(summary.profile, summary.profile)
    sign = "⚠️" if but else _SIGNS[result.verdict]
    yield f"# {sign} {md(summary.decision)}: {md(summary.where)}, {md(profile)}\n"
    if but:
        yield f"**{md(but)}**\n"
    yield f"{md(summary.reason)} {md(summary.note)}\n"
    yield from (f"{md(remark)}\n" for remark in summary.remarks[:_CAUSES])
    if summary.clearance:
        yield f"This GO is {md(summary.clearance)}.\n"
    if summary.tasks:
        owners = listed(f"**{md(t.owner)}** ({len(t.causes)})" for t in summary.tasks)
        yield f"Who acts: {owners}, {md(summary.by_when)}.\n"
    if previous and not previous.problem:
        change = changes(result, previous)
        counted = (
            f"{len(change.worse)} worse, {len(change.mended)} mended, {len(change.still)} open"
        )
        zone = result.snapshot.policy.review.zone
        yield f"{since(previous, zone)} ({previous.verdict}): {counted}.\n"
    trends = trend_words(result, previous)
    stopped = sum(not sent.allowed for sent in result.evidence.sent)
    if stopped:
        yield f"The interlock stopped {plural(stopped, 'request')}.\n"
    yield from _listed("Do this next", summary.causes, trends)
    if summary.causes and all(cause.command != summary.again for cause in summary.causes):
        yield f"Then run the gate again: {code(summary.again)}\n"
    yield from _waived(summary)
    yield from _listed("To note (does not change the verdict)", summary.advice, trends)


def _listed(title: str, causes: Sequence[Cause], trends: TrendWords) -> Iterator[str]:
    """Yield causes as a numbered list, each with what to do and whose task it is."""
    if not causes:
        return
    yield f"## {title}\n"
    for number, cause in enumerate(causes[:_CAUSES], 1):
        rows = [
            f"**{md(cause.seen)}**",
            md(trends.of_cause(cause)),
            md(cause.remedy),
            code(cause.command) if cause.command else "",
            f"Whose task: **{md(cause.owner)}**",
            md(f"Rule: {cause.rule} ({shown_by(cause)})") if cause.rule else "",
            md(waiting(cause)),
        ]
        yield f"{number}. " + "  \n   ".join(row for row in rows if row) + "\n"
    if len(causes) > _CAUSES:
        yield f"and {plural(len(causes) - _CAUSES, 'more cause')}; all are in report.html\n"


def _waived(summary: Summary) -> Iterator[str]:
    if not summary.waived:
        return
    yield "## Waived\n"
    for finding in summary.waived[:_CAUSES]:
        where = md(f"({finding.name} in {finding.environment})")
        seen = f"Seen: {md(seen_of(finding))}"
        yield f"- **{md(finding.title)}** {where}  \n  {seen}  \n  {md(finding.waiver)}\n"
    if len(summary.waived) > _CAUSES:
        yield f"and {len(summary.waived) - _CAUSES} more; all are in report.html\n"


def _parts(result: Result, summary: Summary, trends: TrendWords) -> Iterator[str]:
    open_ = (*summary.blocking, *summary.noted)
    yield from _folded(
        f"{plural(len(open_), 'finding')} not met", (_long(finding, trends) for finding in open_)
    )
    met = [f for f in result.findings if f.outcome in MET]
    table = "\n| check | environment | outcome |\n|---|---|---|\n"
    rows = (f"| {' | '.join(map(md, (f.name, f.environment, WORDS[f.outcome])))} |\n" for f in met)
    yield from _folded(f"{plural(len(met), 'finding')} met", rows, table)


def _folded(title: str, texts: Iterable[str], head: str = "") -> Iterator[str]:
    """Yield texts in a fold, the first with what opens it; it is closed by what follows."""
    opened = f"\n{_FOLD}<summary>{title}</summary>\n{head}"
    found = list(texts)
    for number, text in enumerate(found, 1):
        closes = "\n</details>\n" if number == len(found) else ""
        yield (opened if number == 1 else "") + text + closes


def _long(finding: Finding, trends: TrendWords) -> str:
    rows: Iterable[tuple[str, str]] = (
        ("Must hold", "" if finding.expected == finding.title else finding.expected),
        ("Seen", finding.observed),
        ("How long", trends.of(finding)),
        ("Do next", finding.remedy),
        ("Whose call", finding.owner),
    )
    name = f"{finding.name} in {finding.environment}"
    lines = [f"\n### {md(finding.title)}\n", f"{md(WORDS[finding.outcome])}, {md(name)}\n"]
    lines += [f"- **{word}:** {md(text)}" for word, text in rows if text]
    return "\n".join(lines) + "\n"


def code(text: str) -> str:
    """Return ``text`` as one line of code, whatever is in it."""
    one_line = " ".join(cut(tidy(text), _FIELD_LIMIT).split())
    longest = max(map(len, re.findall("`+", one_line)), default=0)
    fence = "`" * (longest + 1)
    return f"{fence} {one_line} {fence}" if longest else f"`{one_line}`"

"""What GitHub Actions shows of a run: step summary, annotations, masks and outputs.

Source of the limits: GitHub's documentation of workflow commands and job summaries. A summary
above 1 MiB is not shown at all; ten errors and ten warnings of a step are.
"""

import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

from pytest_caio.base.messages import listed, plural
from pytest_caio.report.inline_text import cut, tidy
from pytest_caio.report.previous import Previous, changes
from pytest_caio.report.report_view import PROFILES, WORDS
from pytest_caio.report.summary import Summary, summarise
from pytest_caio.verdict.decide import Verdict
from pytest_caio.verdict.finding import Finding, Outcome
from pytest_caio.verdict.result import Result

SUMMARY_LIMIT = 1024 * 1024
_EACH = 9
_FIELD_LIMIT = 1_000
_SIGNS = {Verdict.GO: "✅", Verdict.NO_GO: "⛔", Verdict.CANNOT_TELL: "❓"}
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#!|~@<>&])")
_SECRET_NAME = re.compile(r"^CAIO_([A-Z0-9_]+_)?TOKEN$|^CAIO_SLACK_WEBHOOK_URL$")


def under_actions(variables: Mapping[str, str]) -> bool:
    """Return whether this is a step of GitHub Actions."""
    return variables.get("GITHUB_ACTIONS") == "true"


def masks(variables: Mapping[str, str]) -> list[str]:
    """Return the commands that keep every CAIO secret out of the log, whatever prints it."""
    values = secret_values(variables).values()
    forms = [form for value in values for form in (value, quote(value, safe=""))]
    return [f"::add-mask::{_data(form)}" for form in dict.fromkeys(forms)]


def secret_values(variables: Mapping[str, str]) -> dict[str, str]:
    """Return what must not be shown, by the name of its variable, which may be."""
    found = {n: v.strip() for n, v in sorted(variables.items()) if _SECRET_NAME.match(n)}
    return {name: value for name, value in found.items() if value}


def silence() -> tuple[str, str]:
    """Return the commands that stop and resume the reading of commands from the log."""
    word = secrets.token_hex(16)
    return f"::stop-commands::{word}", f"::{word}::"


def annotations(result: Result, folder: str = "") -> list[str]:
    """Return workflow commands at the gate files' lines: nine errors and nine warnings at most.

    ``folder`` leads from the repository to the folder that holds ``gates/``.
    """
    summary = summarise(result)
    lines = [f"::notice title=CAIO gate::{_data(summary.headline)}"]
    for kind, findings in (("error", summary.blocking), ("warning", summary.noted)):
        lines += [_annotation(kind, f, folder) for f in findings[:_EACH]]
        if len(findings) > _EACH:
            more = f"{plural(len(findings) - _EACH, 'further finding')}; all are in the report"
            lines.append(f"::{kind} title=CAIO gate::{more}")
    return lines


def _annotation(kind: str, finding: Finding, folder: str) -> str:
    where = f"file={_property(folder + finding.file)},line={finding.line}," if finding.file else ""
    title = f"{finding.name} [{finding.environment}]: {WORDS[finding.outcome]}"
    text = f"{finding.title}\nSeen: {finding.observed}\nDo next: {finding.remedy}"
    return f"::{kind} {where}title={_property(title)}::{_data(cut(text, _FIELD_LIMIT))}"


def error_command(title: str, text: str, file: str = "", line: str = "") -> str:
    """Return an annotation of an error, at a line of a file where one is given."""
    where = f"file={_property(file)},line={_property(line)}," if file else ""
    return f"::error {where}title={_property(title)}::{_data(cut(text, _FIELD_LIMIT))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(tidy(text)).replace(":", "%3A").replace(",", "%2C")


def outputs(result: Result, report: Path | None) -> str:
    """Return the lines for ``GITHUB_OUTPUT``."""
    path = " ".join(str(report or "").split("\n"))
    return f"verdict={result.verdict.value}\nreport={path}\n"


def step_summary(
    result: Result, previous: Previous | None = None, limit: int = SUMMARY_LIMIT
) -> str:
    """Return the summary in Markdown, at most ``limit`` bytes: decision first, failures first.

    What doesn't fit is left out finding by finding, from the end, and counted.
    """
    head = "\n".join(_head(result, summarise(result), previous))
    parts = list(_parts(result, summarise(result)))
    tail = "\n\n_{} more findings did not fit; all are in report.html._\n"
    size, kept = len(head.encode()) + len(tail) + 10, []
    for part in parts:
        size += len(part.encode())
        if size > limit:
            break
        kept.append(part)
    left = len(parts) - len(kept)
    return head + "".join(kept) + (tail.format(left) if left else "\n")


def _head(result: Result, summary: Summary, previous: Previous | None) -> Iterator[str]:
    profile = PROFILES.get(summary.profile, summary.profile)
    yield f"# {_SIGNS[result.verdict]} {result.verdict}: {md(summary.where)}, {md(profile)}\n"
    yield f"{md(summary.reason)} {md(summary.note)}\n"
    if summary.clearance:
        yield f"This GO is {md(summary.clearance)}.\n"
    if summary.tasks:
        owners = listed(f"**{md(t.owner)}** ({len(t.causes)})" for t in summary.tasks)
        yield f"Who acts: {owners}, {md(summary.by_when)}.\n"
    if summary.waived:
        known = listed((f"{md(f.name)} ({md(f.waiver)})" for f in summary.waived), 6)
        yield f"Waived: {known}.\n"
    if previous and not previous.problem:
        change = changes(result, previous)
        counted = (
            f"{len(change.worse)} worse, {len(change.mended)} mended, {len(change.still)} open"
        )
        yield f"Last time: {previous.verdict}; since then {counted}.\n"
    stopped = sum(not sent.allowed for sent in result.evidence.sent)
    if stopped:
        yield f"The interlock stopped {plural(stopped, 'request')}.\n"


def _parts(result: Result, summary: Summary) -> Iterator[str]:
    rest = [f for f in result.findings if f not in (*summary.blocking, *summary.noted)]
    waived = [f for f in rest if f.outcome is Outcome.WAIVED]
    for title, findings in (
        ("Must be put right", summary.blocking),
        ("Waived", waived),
        ("Advice", summary.noted),
    ):
        for number, finding in enumerate(findings):
            yield ("" if number else f"\n## {title}\n") + _long(finding)
    met = [f for f in rest if f not in waived]
    for number, finding in enumerate(met):
        head = "" if number else "\n## Met\n\n| check | environment | outcome |\n|---|---|---|\n"
        row = (finding.name, finding.environment, WORDS[finding.outcome])
        yield f"{head}| {' | '.join(map(md, row))} |\n"


def _long(finding: Finding) -> str:
    rows: Iterable[tuple[str, str]] = (
        ("Must hold", finding.expected),
        ("Seen", finding.observed),
        ("Do next", finding.remedy),
        ("Whose call", finding.owner),
        ("Waiver", finding.waiver),
    )
    name = f"{finding.name} [{finding.environment}]"
    lines = [f"\n### {md(WORDS[finding.outcome])}: {md(finding.title)}\n", f"{md(name)}\n"]
    lines += [f"- **{word}:** {md(text)}" for word, text in rows if text]
    return "\n".join(lines) + "\n"


def md(text: str) -> str:
    """Return ``text`` as one line that Markdown and HTML take for nothing but text."""
    one_line = " ".join(tidy(text).split())
    return _MARKDOWN.sub(r"\\\1", cut(one_line, _FIELD_LIMIT)).replace("://", ":\u200b//")

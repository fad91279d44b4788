"""What GitHub Actions is told of a run by commands: annotations, masks and outputs.

Source of the limits: GitHub's documentation of workflow commands. Ten errors and ten warnings of
a step are shown.
"""

import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from pytest_caio.base.messages import plural
from pytest_caio.report.cause_words import shown_by
from pytest_caio.report.inline_text import cut, tidy
from pytest_caio.report.summary import summarise
from pytest_caio.verdict.causes import Cause
from pytest_caio.verdict.result import Result
from pytest_caio.verdict.waiting_checks import waiting

_EACH = 9
_FIELD_LIMIT = 1_500
_TITLE_LIMIT = 120
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
    found = {n: v.strip() for n, v in sorted(variables.items()) if _is_secret(n, v)}
    return {name: value for name, value in found.items() if value}


def _is_secret(name: str, value: str) -> bool:
    # A ledger's URL may hold a password.
    return bool(_SECRET_NAME.match(name)) or (name == "CAIO_LEDGER" and "@" in value)


def silence() -> tuple[str, str]:
    """Return the commands that stop and resume the reading of commands from the log."""
    word = secrets.token_hex(16)
    return f"::stop-commands::{word}", f"::{word}::"


def annotations(result: Result, folder: str = "", but: str = "") -> list[str]:
    """Return workflow commands: a cause each, at the gate file's line of the check that shows it.

    Nine errors for what blocks and nine warnings for what doesn't, at most. ``folder`` leads from
    the repository to the folder that holds ``gates/``; ``but`` stands behind a GO whose session
    failed for another reason.
    """
    summary = summarise(result)
    kind = "error" if but else "notice"
    said = f"{summary.headline}. {but}" if but else summary.headline
    lines = [f"::{kind} title=CAIO gate::{_data(said)}"]
    for kind, causes in (("error", summary.causes), ("warning", summary.advice)):
        lines += [_annotation(kind, cause, folder) for cause in causes[:_EACH]]
        if len(causes) > _EACH:
            more = f"{plural(len(causes) - _EACH, 'more cause')}; all are in the report"
            lines.append(f"::{kind} title=CAIO gate::{more}")
    return lines


def _annotation(kind: str, cause: Cause, folder: str) -> str:
    first = cause.findings[0]
    where = f"file={_property(folder + first.file)},line={first.line}," if first.file else ""
    short = len(cause.seen) <= _TITLE_LIMIT
    rows = (
        ("", "" if short else cause.seen),
        ("Rule: ", cause.rule),
        ("Do next: ", cause.remedy),
        ("Command: ", cause.command),
        ("Whose task: ", cause.owner),
        ("", waiting(cause)),
        ("Check: ", shown_by(cause)),
    )
    text = "\n".join(f"{label}{cut(text, _FIELD_LIMIT)}" for label, text in rows if text)
    title = _property(cut(cause.seen, _TITLE_LIMIT))
    return f"::{kind} {where}title={title}::{_data(cut(text, _FIELD_LIMIT))}"


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


def md(text: str) -> str:
    """Return ``text`` as one line that Markdown and HTML take for nothing but text."""
    one_line = " ".join(tidy(text).split())
    return _MARKDOWN.sub(r"\\\1", cut(one_line, _FIELD_LIMIT)).replace("://", ":\u200b//")

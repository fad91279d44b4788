"""What the operator reads in the terminal: plain words, the verdict last."""

import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pytest_caio.base.messages import listed, plural
from pytest_caio.report.clearance import clearance
from pytest_caio.report.replay_view import rate_words
from pytest_caio.verdict.decide import Verdict
from pytest_caio.verdict.finding import MET, Finding, Outcome, Severity
from pytest_caio.verdict.result import REHEARSAL_NOTE, Result
from pytest_caio.verdict.sentence import decision, reason

_WIDTH = 96
_ALIKE = 3  # findings with one cause; beyond that they are shown as one
_IN_FULL = 8  # findings of one gate; a broken replay has as many as there are golden cases
_COLOURS = {Verdict.GO: "green", Verdict.NO_GO: "red", Verdict.CANNOT_TELL: "yellow"}


@dataclass(frozen=True)
class Line:
    """A line of text, and how a terminal may show it."""

    text: str
    colour: str = ""
    bold: bool = False


def block(finding: Finding) -> str:
    """Return a finding as four sentences: must hold, seen, do next, whose call."""
    rows = [
        ("must hold", finding.expected),
        ("seen", finding.observed),
        ("do next", finding.remedy),
        ("whose call", finding.owner),
        ("waiver", finding.waiver),
    ]
    return "\n".join(_row(label, text) for label, text in rows if text)


def _row(label: str, text: str) -> str:
    return textwrap.fill(
        _one_line(text),
        _WIDTH,
        initial_indent=f"    {label + ':':<12}",
        subsequent_indent=" " * 16,
        break_on_hyphens=False,
    )


def _one_line(text: str) -> str:
    """Return text without anything that could steer a terminal or a CI log."""
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(text.split())


def heading(finding: Finding) -> str:
    """Return a finding's first line: outcome, name, where, title."""
    word = {"fail": "FAILED", "cannot-tell": "CANNOT TELL", "not-run": "NOT RUN"}.get(
        finding.outcome, finding.outcome.upper()
    )
    advisory = ", advisory" if finding.severity is Severity.ADVISORY else ""
    return f"{word}{advisory}: {finding.name} [{finding.environment}]: {_one_line(finding.title)}"


def lines(result: Result, failing: bool = True) -> Iterator[Line]:
    """Yield one line per gate, then each finding that is not met, then what was not a read."""
    for gate in dict.fromkeys(f.gate for f in result.findings):
        yield gate_line(gate, [f for f in result.findings if f.gate == gate])
    for finding in result.findings:
        if "replay" in finding.facts:
            yield Line(f"  replay [{finding.environment}]: {rate_words(finding.facts['replay'])}")
            if took := finding.facts["replay"].get("usage"):
                yield Line(f"  replay [{finding.environment}]: {took}")
    waived = [f for f in result.findings if f.waiver]
    for title, findings in (
        ("Waived", waived),
        ("Must be put right", [f for f in result.findings if f.blocks and f not in waived]),
        ("Advice", [f for f in result.findings if _is_advice(f) and f not in waived]),
    ):
        if findings and failing:
            yield Line("")
            yield Line(f"{title}:", bold=True)
            yield from _finding_lines(findings)
    stopped = [sent for sent in result.evidence.sent if not sent.allowed]
    for sent in stopped:
        yield Line(f"stopped by the interlock: {sent.method} {sent.url}: {sent.why}", "yellow")


def _is_advice(finding: Finding) -> bool:
    return finding.severity is Severity.ADVISORY and finding.outcome not in MET


def _finding_lines(findings: Sequence[Finding]) -> Iterator[Line]:
    """Yield each finding in full, but a gate's many alike and all that did not run in short."""
    shown: Counter[str] = Counter()
    together = _same_cause(findings)
    for finding in findings:
        if finding.outcome is Outcome.NOT_RUN or finding in together:
            continue
        shown[finding.gate] += 1
        if shown[finding.gate] <= _IN_FULL:
            yield Line(f"  {heading(finding)}", _colour([finding]))
            for row in block(finding).splitlines():
                yield Line(row)
    for gate, number in shown.items():
        if number > _IN_FULL:
            yield Line(f"  and {number - _IN_FULL} more of {gate} (all of them are in the report)")
    yield from _together_lines("CANNOT TELL", together)
    yield from _together_lines("NOT RUN", [f for f in findings if f.outcome is Outcome.NOT_RUN])


def _cause(finding: Finding) -> str:
    """Return why nothing was seen, without which request it was that saw nothing."""
    return finding.observed.partition(": ")[2] or finding.observed


def _same_cause(findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings that could not be seen for a reason that several of them share."""
    unseen = [f for f in findings if f.outcome is Outcome.CANNOT_TELL]
    causes = Counter((f.environment, _cause(f)) for f in unseen)
    return [f for f in unseen if causes[f.environment, _cause(f)] > _ALIKE]


def _together_lines(word: str, findings: Sequence[Finding]) -> Iterator[Line]:
    """Yield findings that share a cause as one, with the remedy of the first."""
    causes: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        causes.setdefault((finding.environment, _cause(finding)), []).append(finding)
    for (environment, cause), alike in causes.items():
        yield Line(f"  {word}: {plural(len(alike), 'check')} [{environment}]", "yellow")
        names = listed((finding.name for finding in alike), 12)
        rows = (("which", names), ("seen", cause), ("do next", alike[0].remedy))
        for label, text in rows:
            for row in _row(label, text).splitlines():
                yield Line(row)


def gate_line(gate: str, findings: list[Finding]) -> Line:
    """Return a gate in one line: how many checks are met, and which are not."""
    met = sum(f.outcome in MET for f in findings)
    words = []
    for outcome in Outcome:
        named = [f"{f.check}[{f.environment}]" for f in findings if f.outcome is outcome]
        if named and outcome not in {Outcome.PASS, Outcome.NOT_APPLICABLE}:
            words.append(f"{outcome}: {listed(named, 4)}")
    rest = f"  {'; '.join(words)}" if words else ""
    return Line(f"{gate:<12} {met}/{len(findings)} met{rest}", _colour(findings))


def _colour(findings: list[Finding]) -> str:
    if any(f.blocks and f.outcome is Outcome.FAIL for f in findings):
        return "red"
    if any(f.blocks or _is_advice(f) or f.outcome is Outcome.WAIVED for f in findings):
        return "yellow"
    return "green"


def verdict_line(result: Result) -> Line:
    """Return the last line of every run: the verdict, for what, and why."""
    where = listed(p.name for p in result.snapshot.environments)
    text = f"{decision(result)}: {where}, profile {result.snapshot.profile}: {reason(result)}"
    limit = f" This GO is {clearance(result)}." if clearance(result) else ""
    note = f" {REHEARSAL_NOTE}" if result.rehearsal else ""
    return Line(_one_line(text + limit + note), _COLOURS[result.verdict], bold=True)

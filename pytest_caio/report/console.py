"""What the operator reads in the terminal: plain words, the verdict last."""

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pytest_caio.base.messages import listed, plural
from pytest_caio.report.cause_words import seen_of, shown_by
from pytest_caio.report.clearance import clearance
from pytest_caio.report.previous import Previous
from pytest_caio.report.replay_view import rate_words
from pytest_caio.report.summary import Summary, summarise
from pytest_caio.report.trend_words import TrendWords, trend_words
from pytest_caio.verdict.causes import Cause
from pytest_caio.verdict.decide import Verdict
from pytest_caio.verdict.finding import MET, Finding, Outcome, Severity
from pytest_caio.verdict.result import REHEARSAL_NOTE, Result
from pytest_caio.verdict.sentence import decision, nothing_to_mail, reason
from pytest_caio.verdict.waiting_checks import waiting

_WIDTH = 96
_IN_FULL = 12  # causes; those beyond are a line each, with the rest in the report
_LABELS = " " * 5
_TEXTS = " " * 17
_COLOURS = {Verdict.GO: "green", Verdict.NO_GO: "red", Verdict.CANNOT_TELL: "yellow"}


@dataclass(frozen=True)
class Line:
    """A line of text, and how a terminal may show it."""

    text: str
    colour: str = ""
    bold: bool = False


def block(finding: Finding) -> str:
    """Return a finding in sentences: must hold, seen, do next, whose call.

    What must hold is left out where the title above says just that.
    """
    rows = [
        ("must hold", "" if finding.expected == finding.title else finding.expected),
        ("seen", seen_of(finding)),
        ("do next", finding.remedy),
        ("whose call", finding.owner),
        ("waiver", finding.waiver if finding.outcome in MET else ""),
    ]
    return "\n".join(_row(label, text) for label, text in rows if text)


def _row(label: str, text: str) -> str:
    return filled(text, f"{_LABELS}{label + ':':<12}", _TEXTS)


def filled(text: str, first: str, following: str) -> str:
    """Return text in lines that a terminal has room for, with what stands before each."""
    return textwrap.fill(
        _one_line(text),
        _WIDTH,
        initial_indent=first,
        subsequent_indent=following,
        break_on_hyphens=False,
        break_long_words=False,
    )


def _one_line(text: str) -> str:
    """Return text without anything that could steer a terminal or a CI log."""
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(text.split())


def lines(
    result: Result, previous: Previous | None = None, *, full: bool = False
) -> Iterator[Line]:
    """Yield one line per gate, then what to do, cause by cause, then what stands beside it.

    ``full`` shows each finding that is not met as well, unless it did not run, and since when.
    """
    summary = summarise(result)
    alone = len(result.snapshot.environments) < 2
    for gate in dict.fromkeys(f.gate for f in result.findings):
        yield gate_line(gate, [f for f in result.findings if f.gate == gate], alone=alone)
    yield from _rates(result)
    yield from _proof(result, full=full)
    yield from _causes(f"Must be put right {summary.by_when}", summary.causes, alone=alone)
    if summary.causes and all(cause.command != summary.again for cause in summary.causes):
        yield Line(_one_line(f"Then run the gate again: {summary.again}"))
    yield from _causes("To note (does not change the verdict):", summary.advice, alone=alone)
    yield from _waived(summary)
    if summary.remarks:
        yield Line("")
    yield from (Line(_one_line(remark), "yellow") for remark in summary.remarks)
    if full:
        seen = (*summary.blocking, *summary.noted)
        found = [f for f in seen if f.outcome is not Outcome.NOT_RUN]
        yield from _in_full(found, trend_words(result, previous))
    for sent in result.evidence.sent:
        if not sent.allowed:
            text = f"stopped by the interlock: {sent.method} {sent.url}: {sent.why}"
            yield Line(_one_line(text), "yellow")


def _rates(result: Result) -> Iterator[Line]:
    for finding in result.findings:
        if "replay" in finding.facts:
            yield Line(f"  replay [{finding.environment}]: {rate_words(finding.facts['replay'])}")
            if took := finding.facts["replay"].get("usage"):
                yield Line(f"  replay [{finding.environment}]: {took}")


def _proof(result: Result, *, full: bool) -> Iterator[Line]:
    if not result.proof:
        return
    found = result.proof
    yield from _rows(
        filled(found.in_words, "  proof: ", _LABELS), "yellow" if found.unproven else ""
    )
    if found.unseen:
        where = "below" if full else "in report.html and verdict.json, for engineers"
        yield Line(f"{_LABELS}{plural(len(found.unseen), 'field')} read and not judged: {where}")
    for field, checks in found.unseen.items() if full else ():
        yield Line(_one_line(f"{_LABELS}- {field} ({listed(checks, 4)})"))


def _causes(title: str, causes: Sequence[Cause], *, alone: bool) -> Iterator[Line]:
    """Yield what was seen and what to do about it, one entry for each cause."""
    if not causes:
        return
    yield Line("")
    yield Line(title, bold=True)
    for number, cause in enumerate(causes, 1):
        yield from _rows(filled(cause.seen, f"{number:>3}. ", _LABELS), _colour(cause.findings))
        if number > _IN_FULL:
            continue
        if cause.rule:
            rule = f"{cause.rule} ({shown_by(cause, everywhere=alone)})"
            yield from _rows(_row("rule", rule))
        yield from _rows(_row("do next", cause.remedy)) if cause.remedy else ()
        if cause.command:
            yield Line(f"{_LABELS}{'run:':<12}{_one_line(cause.command)}")
        yield from _rows(_row("whose task", cause.owner))
        if behind := waiting(cause):
            yield from _rows(filled(behind, _LABELS, _LABELS))


def _rows(text: str, colour: str = "") -> Iterator[Line]:
    yield from (Line(row, colour) for row in text.splitlines())


def _waived(summary: Summary) -> Iterator[Line]:
    if not summary.waived:
        return
    yield Line("")
    yield Line("Waived:", bold=True)
    for finding in summary.waived:
        where = f"{finding.title} ({finding.name} in {finding.environment})"
        yield from _rows(filled(where, "  - ", _LABELS), "yellow")
        yield from _rows(_row("seen", seen_of(finding)))
        yield from _rows(_row("waiver", finding.waiver))


def _in_full(findings: Sequence[Finding], trends: TrendWords) -> Iterator[Line]:
    if not findings:
        return
    yield Line("")
    yield Line("Each check that is not met:", bold=True)
    for finding in findings:
        where = f"{finding.title} ({finding.name} in {finding.environment})"
        yield from _rows(filled(where, "  - ", _LABELS), _colour([finding]))
        yield from _rows(block(finding))
        if how_long := trends.of(finding):
            yield from _rows(_row("how long", how_long))


def gate_line(gate: str, findings: Sequence[Finding], *, alone: bool = False) -> Line:
    """Return a gate in one line: how many checks are met, and which are not.

    Where there is one environment ``alone``, checks go without its name.
    """
    held = sum(f.outcome is Outcome.PASS for f in findings)
    other = sum(f.outcome is Outcome.NOT_APPLICABLE for f in findings)
    kinds: dict[str, list[str]] = {}
    for finding in sorted(findings, key=lambda f: list(Outcome).index(f.outcome)):
        if finding.outcome not in {Outcome.PASS, Outcome.NOT_APPLICABLE}:
            kind = "to note" if _is_advice(finding) else finding.outcome.value
            name = finding.check if alone else f"{finding.check}[{finding.environment}]"
            kinds.setdefault(kind, []).append(name)
    rest = [f"{kind}: {listed(names, 4)}" for kind, names in kinds.items()]
    rest += [f"{other} {'does' if other == 1 else 'do'} not apply"] if other else []
    text = f"{gate:<12} {held}/{len(findings) - other} met  {'; '.join(rest)}"
    return Line(text.rstrip(), _colour(findings))


def _is_advice(finding: Finding) -> bool:
    return finding.severity is Severity.ADVISORY and finding.outcome not in MET


def _colour(findings: Sequence[Finding]) -> str:
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
    if result.verdict is Verdict.GO and (empty := nothing_to_mail(result)):
        text = f"{text} {empty}"
    note = f" {REHEARSAL_NOTE}" if result.rehearsal else ""
    return Line(_one_line(text + limit + note), _COLOURS[result.verdict], bold=True)

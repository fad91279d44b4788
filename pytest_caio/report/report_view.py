"""What ``report.html`` shows, as plain values: the template only lays it out."""

import base64
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pytest_caio.evidence.model import Evidence, EvidenceFile, Exchange, Sent, Unobserved
from pytest_caio.report.curl import curl
from pytest_caio.report.inline_text import cut
from pytest_caio.report.previous import Changes, Previous, changes
from pytest_caio.report.replay_view import CaseGroup, apart, golden_case
from pytest_caio.report.summary import Summary, summarise
from pytest_caio.report.times import local, utc
from pytest_caio.verdict.finding import MET, Finding, Outcome, Severity
from pytest_caio.verdict.result import Result, ShownEnvironment
from pytest_caio.verdict.whole_run_findings import GATE, releases

BODY_LIMIT = 4_000
WORDS: Mapping[Outcome, str] = {
    Outcome.PASS: "holds",
    Outcome.FAIL: "failed",
    Outcome.CANNOT_TELL: "cannot tell",
    Outcome.NOT_APPLICABLE: "does not apply",
    Outcome.WAIVED: "waived",
    Outcome.NOT_RUN: "not run",
}
_FACTS = ("queue", "sla", "log", "ramp", "replay", "parity")
PROFILES: Mapping[str, str] = {
    "preflight": "before a live cycle",
    "deploy": "after a deploy",
    "cycle": "after a live cycle",
    "all": "every check",
}


@dataclass(frozen=True)
class Shown:
    """One exchange as engineers see it."""

    anchor: str
    environment: str
    probe: str
    exchange: Exchange
    correlation: str
    curl: str
    body: str
    note: str


@dataclass(frozen=True)
class Item:
    """One finding, with its exchanges and screenshots one click below."""

    anchor: str
    finding: Finding
    word: str
    tone: str
    exchanges: tuple[Shown, ...]
    unseen: tuple[str, ...]
    pictures: tuple[tuple[str, str], ...]
    golden: Mapping[str, Any] | None


@dataclass(frozen=True)
class Row:
    """One check with its finding in each environment, None where it isn't due."""

    check: str
    title: str
    cells: tuple[Item | None, ...]


@dataclass(frozen=True)
class GateView:
    """One gate: its checks, and how many findings are met."""

    gate: str
    title: str
    rows: tuple[Row, ...]
    met: int
    total: int
    tone: str


@dataclass(frozen=True)
class Page:
    """Everything that the template shows."""

    result: Result
    summary: Summary
    profile: str
    when: str
    when_utc: str
    tally: tuple[tuple[int, str], ...]
    environments: tuple[ShownEnvironment, ...]
    releases: Mapping[str, str]
    changes: Changes | None
    previous: Previous | None
    attention: tuple[Item, ...]
    advice: tuple[Item, ...]
    cases: tuple[CaseGroup[Item], ...]
    case_advice: tuple[CaseGroup[Item], ...]
    gates: tuple[GateView, ...]
    facts: Mapping[str, tuple[tuple[str, Any], ...]]
    sent: tuple[tuple[Sent, int], ...]
    exchanges: tuple[Shown, ...]
    pictures: tuple[tuple[str, str], ...]


def page(result: Result, previous: Previous | None = None) -> Page:
    """Return the page of a result; ``previous`` is the report that it is compared with."""
    summary = summarise(result)
    shown = _exchanges(result.evidence)
    items = {f.key: _item(f, result.evidence, shown) for f in result.findings}
    known = previous is not None and not previous.problem
    attention, cases = apart(items[f.key] for f in summary.blocking)
    advice, case_advice = apart(items[f.key] for f in summary.noted)
    zone = result.snapshot.policy.review.zone
    return Page(
        result=result,
        summary=summary,
        profile=PROFILES.get(result.snapshot.profile, result.snapshot.profile),
        when=local(summary.when, zone),
        when_utc=utc(summary.when),
        tally=_tally(result),
        environments=result.snapshot.environments,
        releases=releases(result.snapshot, result.evidence),
        changes=changes(result, previous) if previous and known else None,
        previous=previous,
        attention=attention,
        advice=advice,
        cases=cases,
        case_advice=case_advice,
        gates=_gates(result, items),
        facts={name: _facts(result, name) for name in _FACTS},
        sent=tuple(Counter(result.evidence.sent).items()),
        exchanges=tuple(x for found in shown.values() for x in found),
        pictures=_pictures(result.evidence),
    )


def _tally(result: Result) -> tuple[tuple[int, str], ...]:
    required = [f for f in result.findings if f.severity is Severity.REQUIRED]
    outcomes = [f.outcome for f in required]
    numbers = (
        (sum(o is Outcome.PASS for o in outcomes), "hold"),
        (sum(o is Outcome.FAIL for o in outcomes), "failed"),
        (sum(o is Outcome.CANNOT_TELL for o in outcomes), "cannot tell"),
        (sum(o is Outcome.NOT_RUN for o in outcomes), "did not run"),
        (sum(o is Outcome.NOT_APPLICABLE for o in outcomes), "do not apply"),
        (sum(o is Outcome.WAIVED for o in outcomes), "waived"),
        (len(summarise(result).advice), "advice"),
    )
    return tuple((n, word) for n, word in numbers if n or word in {"hold", "failed"})


def _exchanges(evidence: EvidenceFile) -> dict[tuple[str, str], tuple[Shown, ...]]:
    result: dict[tuple[str, str], tuple[Shown, ...]] = {}
    number = 0
    for key, found in evidence.evidence.items():
        shown = []
        for exchange in found.exchanges:
            number += 1
            shown.append(_shown(f"exchange-{number}", key, exchange))
        result[key] = tuple(shown)
    return result


def _shown(anchor: str, key: tuple[str, str], exchange: Exchange) -> Shown:
    body = cut(exchange.body, BODY_LIMIT)
    whole = len(body) == len(exchange.body) and not exchange.truncated
    note = "" if whole else f"the beginning of {exchange.body_bytes:,} bytes; more in evidence.har"
    correlation = exchange.header("x-correlation-id") or ""
    line = curl(exchange, key[0])
    return Shown(anchor, key[0], key[1], exchange, correlation, line, body, note)


def _item(
    finding: Finding, evidence: EvidenceFile, shown: Mapping[tuple[str, str], tuple[Shown, ...]]
) -> Item:
    keys = [(finding.environment, probe) for probe in finding.probes]
    seen = [evidence.evidence[key] for key in keys if key in evidence.evidence]
    return Item(
        anchor="-".join(finding.key),
        finding=finding,
        word=WORDS[finding.outcome],
        tone=tone(finding),
        exchanges=tuple(x for key in keys for x in shown.get(key, ())),
        unseen=tuple(f"{u.probe}: {u.reason}" for u in seen if isinstance(u, Unobserved)),
        pictures=tuple(picture for found in seen for picture in _pictures(found)),
        golden=golden_case(finding),
    )


def _pictures(found: Evidence | EvidenceFile) -> tuple[tuple[str, str], ...]:
    """Return name and data URI of every screenshot."""
    attached = {} if isinstance(found, Unobserved) else found.attachments
    return tuple(
        (path, f"data:image/png;base64,{base64.b64encode(data).decode()}")
        for path, data in attached.items()
        if path.endswith(".png")
    )


def tone(finding: Finding) -> str:
    """Return the colour class of a finding: what blocks is bad or unclear, advice only noted."""
    if finding.outcome is Outcome.PASS:
        return "good"
    if finding.outcome is Outcome.NOT_APPLICABLE:
        return "quiet"
    if finding.outcome is Outcome.WAIVED or not finding.blocks:
        return "noted"
    return "bad" if finding.outcome is Outcome.FAIL else "unclear"


_TONES = ("bad", "unclear", "noted", "good", "quiet")


def _gates(result: Result, items: Mapping[tuple[str, str, str], Item]) -> tuple[GateView, ...]:
    titles = {p.gate.gate: p.gate.title for p in result.snapshot.plan} | {GATE: "The run itself"}
    gates = []
    for gate in dict.fromkeys(f.gate for f in result.findings):
        mine = [f for f in result.findings if f.gate == gate]
        worst = min((items[f.key].tone for f in mine), key=_TONES.index)
        met = sum(f.outcome in MET for f in mine)
        rows = _rows(mine, result.snapshot.environments, items)
        gates.append(GateView(gate, titles.get(gate, gate), rows, met, len(mine), worst))
    return tuple(gates)


def _rows(
    findings: Iterable[Finding],
    environments: Iterable[ShownEnvironment],
    items: Mapping[tuple[str, str, str], Item],
) -> tuple[Row, ...]:
    first = {f.check: f for f in reversed(list(findings))}
    return tuple(
        Row(f.check, f.title, tuple(items.get((f.gate, f.check, e.name)) for e in environments))
        for f in reversed(first.values())
    )


def _facts(result: Result, name: str) -> tuple[tuple[str, Any], ...]:
    """Return the facts called ``name``, once for each environment that has them."""
    found = {f.environment: f.facts[name] for f in reversed(result.findings) if f.facts.get(name)}
    return tuple((p.name, found[p.name]) for p in result.snapshot.environments if p.name in found)

"""What ``report.html`` shows, as plain values: the template only lays it out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pytest_caio.report.cause_view import CauseView, Change, cause_views, changed, who_acts
from pytest_caio.report.clearance import until
from pytest_caio.report.finding_view import (
    Item,
    Shown,
    item_of,
    pictures,
    shown_exchanges,
    with_cases,
)
from pytest_caio.report.gate_view import GateView, gate_views
from pytest_caio.report.previous import Previous, changes, since
from pytest_caio.report.replay_view import CaseGroup, case_groups
from pytest_caio.report.sent_view import SentLine, sent_lines
from pytest_caio.report.summary import Summary, summarise
from pytest_caio.report.times import local, utc, window
from pytest_caio.report.trend_words import TrendWords, trend_words
from pytest_caio.verdict.finding import MET, Outcome, Severity
from pytest_caio.verdict.proven import Proof
from pytest_caio.verdict.result import Result, ShownEnvironment
from pytest_caio.verdict.whole_run_findings import releases

_FACTS = ("queue", "sla", "log", "ramp", "replay", "parity")
_EXCHANGES = 1_000
_SOME = 500  # a megabyte and a half
PROFILES: Mapping[str, str] = {
    "preflight": "before a live cycle",
    "deploy": "after a deploy",
    "cycle": "after a live cycle",
    "all": "every check",
}


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
    changes: Mapping[str, tuple[Change, ...]] | None
    previous: Previous | None
    since: str
    how_long: TrendWords
    steps: tuple[CauseView, ...]
    advice: tuple[CauseView, ...]
    who: tuple[tuple[str, str], ...]
    runs_out: bool
    waived: tuple[Item, ...]
    cases: tuple[CaseGroup[Item], ...]
    gates: tuple[GateView, ...]
    facts: Mapping[str, tuple[tuple[str, Any], ...]]
    sent: tuple[SentLine, ...]
    exchanges: tuple[Shown, ...]
    left_out: int
    pictures: tuple[tuple[str, str], ...]
    proof: Proof | None


def page(result: Result, previous: Previous | None = None) -> Page:
    """Return the page of a result; ``previous`` is the report that it is compared with."""
    summary = summarise(result)
    shown = shown_exchanges(result.evidence)
    items = {f.key: item_of(f, result.evidence, shown) for f in result.findings}
    steps = cause_views(summary.causes)
    advice = cause_views(summary.advice, len(steps) + 1)
    unmet = (items[f.key] for f in (*summary.blocking, *summary.noted))
    cases = case_groups(each for item in unmet for each in with_cases(item))
    gates = gate_views(result, items)
    exchanges = _some(shown, gates)
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
        changes=_changes(result, previous, (*steps, *advice)),
        previous=previous,
        since=since(previous, zone) if previous else "",
        how_long=trend_words(result, previous),
        steps=steps,
        advice=advice,
        who=who_acts(summary),
        runs_out=_runs_out(result, summary),
        waived=tuple(items[f.key] for f in summary.waived),
        cases=cases,
        gates=gates,
        facts={name: _facts(result, name) for name in _FACTS},
        sent=sent_lines(result),
        exchanges=exchanges,
        left_out=sum(map(len, shown.values())) - len(exchanges),
        pictures=pictures(result.evidence),
        proof=result.proof,
    )


def _changes(
    result: Result, previous: Previous | None, views: Iterable[CauseView]
) -> Mapping[str, tuple[Change, ...]] | None:
    known = previous is not None and not previous.problem
    return changed(changes(result, previous), views) if previous and known else None


def _runs_out(result: Result, summary: Summary) -> bool:
    """Return whether a GO is no longer good when the review window opens."""
    opens, _ = window(result.snapshot.policy.review, summary.when)
    return bool(summary.clearance) and until(result) < opens


def _some(
    shown: Mapping[tuple[str, str], tuple[Shown, ...]], gates: Iterable[GateView]
) -> tuple[Shown, ...]:
    """Return the exchanges; of very many, some of those that findings that are not met rest on."""
    every = tuple(x for found in shown.values() for x in found)
    if len(every) <= _EXCHANGES:
        return every
    items = (item for gate in gates for row in gate.rows for item, *_ in row.shown)
    unmet = (item for item in items if item.finding.outcome not in MET)
    return tuple({x.anchor: x for item in unmet for x in item.exchanges}.values())[:_SOME]


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
        (len(summarise(result).advice), "to note"),
    )
    return tuple((n, word) for n, word in numbers if n or word in {"hold", "failed"})


def _facts(result: Result, name: str) -> tuple[tuple[str, Any], ...]:
    """Return the facts called ``name``, once for each environment that has them."""
    found = {f.environment: f.facts[name] for f in reversed(result.findings) if f.facts.get(name)}
    return tuple((p.name, found[p.name]) for p in result.snapshot.environments if p.name in found)

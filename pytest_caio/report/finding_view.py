"""One finding and one exchange as ``report.html`` shows them."""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pytest_caio.evidence.model import Evidence, EvidenceFile, Exchange, Unobserved
from pytest_caio.report.cause_view import anchor
from pytest_caio.report.curl import curl
from pytest_caio.report.inline_text import cut
from pytest_caio.report.replay_view import golden_case, golden_cases
from pytest_caio.verdict.finding import Finding, Outcome

BODY_LIMIT = 4_000
WORDS: Mapping[Outcome, str] = {
    Outcome.PASS: "holds",
    Outcome.FAIL: "failed",
    Outcome.CANNOT_TELL: "cannot tell",
    Outcome.NOT_APPLICABLE: "does not apply",
    Outcome.WAIVED: "waived",
    Outcome.NOT_RUN: "not run",
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


def shown_exchanges(evidence: EvidenceFile) -> dict[tuple[str, str], tuple[Shown, ...]]:
    """Return the exchanges of every probe, by environment and probe."""
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


def item_of(
    finding: Finding, evidence: EvidenceFile, shown: Mapping[tuple[str, str], tuple[Shown, ...]]
) -> Item:
    """Return a finding with what its probes saw; ``shown`` are the exchanges of the whole run."""
    keys = [(finding.environment, probe) for probe in finding.probes]
    seen = [evidence.evidence[key] for key in keys if key in evidence.evidence]
    return Item(
        anchor=anchor(finding),
        finding=finding,
        word=WORDS[finding.outcome],
        tone=tone(finding),
        exchanges=tuple(x for key in keys for x in shown.get(key, ())),
        unseen=tuple(f"{u.probe}: {u.reason}" for u in seen if isinstance(u, Unobserved)),
        pictures=tuple(picture for found in seen for picture in pictures(found)),
        golden=golden_case(finding),
    )


def with_cases(item: Item) -> Iterator[Item]:
    """Yield a finding, and after it each golden case that it says more of."""
    yield item
    for number, golden in enumerate(golden_cases(item.finding), 1):
        yield replace(item, golden=golden, anchor=f"{item.anchor}-{number}")


def pictures(found: Evidence | EvidenceFile) -> tuple[tuple[str, str], ...]:
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

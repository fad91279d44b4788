"""Whether a plan had foreseen all that a run then asked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

from pytest_caio.evidence.model import EvidenceFile, Exchange
from pytest_caio.observe.asked import ANY
from pytest_caio.verdict.foreseen import PlaceAhead, Question


def unforeseen(evidence: EvidenceFile, place: PlaceAhead) -> list[str]:
    """Return what was asked in an environment and not in its plan, or more often than that."""
    asked = list(_questions(evidence, place))
    return [*asked, *_deeds(evidence, place)]


def _questions(evidence: EvidenceFile, place: PlaceAhead) -> Iterator[str]:
    """Yield what a probe's own part of the plan doesn't have."""
    steps = {step.probe: step for step in place.steps}
    for probe, found in evidence.of(place.shown.name).items():
        if probe not in steps:
            yield f"{probe} is not in the plan"
            continue
        left = {n: q.times or 10**6 for n, q in enumerate(steps[probe].questions)}
        for exchange in (e for e in found.exchanges if e.attempt == 1):
            fits = [n for n, q in enumerate(steps[probe].questions) if left[n] and _is(q, exchange)]
            if fits:
                # What stands for any path takes what nothing else takes.
                left[min(fits, key=lambda n: ANY in steps[probe].questions[n].path)] -= 1
            else:
                yield f"{probe}: {exchange.method} {exchange.url}"


def _is(question: Question, exchange: Exchange) -> bool:
    parts = urlsplit(exchange.url)
    asked = f"{parts.path}?{parts.query}" if parts.query else parts.path
    pattern = ".*".join(map(re.escape, question.path.split(ANY)))
    # Another host's paths begin wherever it keeps them.
    pattern = f".*{pattern}" if question.elsewhere else pattern
    more = "" if "?" in question.path or exchange.method == "GET" else r"(\?.*)?"
    return exchange.method == question.method and re.fullmatch(pattern + more, asked) is not None


def _deeds(evidence: EvidenceFile, place: PlaceAhead) -> Iterator[str]:
    """Yield what the interlock let through as more than a read, beyond what the plan has of it."""
    most: Counter[str] = Counter()
    for question in (q for step in place.steps for q in step.questions if q.deed):
        most[question.deed] += question.times
    sent = Counter(s.why for s in evidence.sent if s.allowed and s.environment == place.shown.name)
    yield from (f"{n} times {why}, not {most[why]}" for why, n in sent.items() if n > most[why])

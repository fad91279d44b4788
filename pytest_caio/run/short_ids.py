"""Evidence with the ids of its cards shortened, as it leaves the operator's machine.

After the look, which needs whole ids, and before judging: so what is judged again from a report is
the same (``docs/promises.md, Reproducible``).
"""

import json
from collections.abc import Iterator
from dataclasses import replace

from pytest_caio.evidence.model import Evidence, EvidenceFile, Observed
from pytest_caio.evidence.probe_names import QUEUE_BEFORE, REPLAY, SUITE
from pytest_caio.privacy.card_ids import ShortIds, ids_in
from pytest_caio.privacy.outputs import rewritten

# Golden cases and tests have names of their own, and are nobody's cards.
_OTHERS = frozenset({REPLAY, SUITE})


def with_short_ids(evidence: EvidenceFile) -> EvidenceFile:
    """Return the evidence in which each card's id is its two ends, in every text."""
    short = ShortIds.of(card for found in evidence.evidence.values() for card in card_ids(found))
    seen = {
        key: found if key[1] in _OTHERS else rewritten(found, short.text)
        for key, found in evidence.evidence.items()
    }
    return replace(evidence, evidence=seen, sent=rewritten(evidence.sent, short.text))


def card_ids(found: Evidence) -> Iterator[str]:
    """Yield the whole ids of cards that a probe's evidence names."""
    if found.probe in _OTHERS:
        return
    for exchange in found.exchanges:
        yield from ids_in(exchange.body)
        yield from ids_in(exchange.url)
    if not isinstance(found, Observed):
        return
    yield from ids_in(json.dumps(dict(found.data), default=str, ensure_ascii=False))
    cards = found.data.get("cards") if found.probe == QUEUE_BEFORE else ()
    yield from (str(card["id"]) for card in cards or ())

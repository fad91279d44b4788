"""What was read once and isn't there any more, though nobody did anything: reading changes nothing.

Source: ``docs/checks.md, Gate smoke``.
"""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from pytest_caio.base.messages import listed, plural
from pytest_caio.base.strict_json import JsonProblem
from pytest_caio.evidence.cards import is_training
from pytest_caio.evidence.model import Observed
from pytest_caio.evidence.probe_names import DECISIONS, DISPATCHES, QUEUE, READ_TWICE
from pytest_caio.gates.request import parse_request
from pytest_caio.judge.look import Look, NoEvidence

LASTING = (READ_TWICE, DECISIONS, DISPATCHES)
# What each answer calls its entries, and those call themselves; a full list pushes out its oldest.
_ENTRIES: Mapping[str, tuple[str, str, int]] = {
    DECISIONS: ("emails", "email_id", 100),
    DISPATCHES: ("", "run_id", 200),
    QUEUE: ("pending_emails", "email_id", 20),
}
_LOOK_AGAIN = (
    "Look into /sales whether somebody decided them meanwhile, and run the gate again. For "
    "Engineering, where nobody did: find out what takes cards out of the queue when it is read, "
    "and bring them back."
)


def vanished_entries(look: Look) -> Iterator[str]:
    """Yield that a history has rejections or dispatches no more, when it is read again.

    What was approved leaves it when it is sent.
    """
    for probe, what in ((DECISIONS, "rejection"), (DISPATCHES, "dispatch report")):
        before, after = _entries(look, probe, again=False), _entries(look, probe, again=True)
        if before is None or after is None or len(before) >= _ENTRIES[probe][2]:
            continue
        approved = [name for name, one in before.items() if one.get("status") == "approved"]
        if gone := [name for name in before if name not in after and name not in approved]:
            yield f"{plural(len(gone), what)} vanished from the history by reading it"


def vanished_cards(look: Look) -> None:
    """Raise NoEvidence where a live card was listed, is so no more, and nobody decided it."""
    before, after = _entries(look, QUEUE, again=False), _entries(look, QUEUE, again=True)
    if before is None or after is None or len(before) >= _ENTRIES[QUEUE][2]:
        return
    decided = {**(_entries(look, DECISIONS, again=True) or {})}
    gone = [
        name
        for name, card in before.items()
        if name not in after and name not in decided and not is_training(card)
    ]
    if gone:
        text = f"{listed(gone)} vanished from the list while the gate looked, decided by nobody"
        raise NoEvidence(text, _LOOK_AGAIN)


def _entries(look: Look, probe: str, *, again: bool) -> dict[str, Any] | None:
    """Return the entries of a reading by their ids; None where there is no such list."""
    found = look.evidence.get(READ_TWICE if again else probe)
    if not isinstance(found, Observed):
        return None
    path = urlsplit(parse_request(probe).path).path
    exchanges = [one for one in found.exchanges if urlsplit(one.url).path == path]
    listing, name, _ = _ENTRIES[probe]
    try:
        value = exchanges[-1].json() if exchanges and exchanges[-1].status == 200 else None
    except JsonProblem:
        return None
    entries = value.get(listing) if isinstance(value, dict) and listing else value
    if not isinstance(entries, list):
        return None
    return {str(one.get(name)): one for one in entries if isinstance(one, dict)}

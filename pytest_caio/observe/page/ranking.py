"""Which control is tried first: words are hints here, and never decide what a control is."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from pytest_caio.evidence.probe_names import GATE_CARDS

Control = Mapping[str, Any]

_QUEUE = re.compile(r"queue|e-?mail|inbox|pending|approval|review|to decide|mails", re.IGNORECASE)
_OPEN = re.compile(r"edit|preview|open|view|review|detail|read|show", re.IGNORECASE)
_REJECT = re.compile(r"reject|declin|refus|turn down|discard|dismiss|\bno\b|tag|reason", re.I)
_MORE = re.compile(r"more|menu|action|option|[⋮…☰▾▼]", re.IGNORECASE)
_LAST = re.compile(
    r"approv|seed|generate|log ?out|sign ?out|refresh|reload|all low|\bsend\b|export|print", re.I
)
CLOSES = re.compile(r"^\W*(?:close|cancel|back|dismiss|hide|done|×|✕|✖|x)\W*$", re.IGNORECASE)
_LEADS_BACK = re.compile(
    r"cancel|close|undo|back|keep|no|keep \w+|not (?:yet|now)|never ?mind|(?:go )?back to .*|"
    r"go back|don.?t\b.*|no,.*|(?:log|sign) ?(?:in|out)(?: again)?",
    re.IGNORECASE,
)
_DECIDES = re.compile(r"reject|approv|declin", re.IGNORECASE)
CONFIRMS = re.compile(r"confirm|yes|reject|\bok\b|sure|continue|submit|proceed|next|send", re.I)


def leads_back(control: Control) -> bool:
    """Return whether a control reads as what takes back what was just asked for, or leads away."""
    label = str(control["label"]).strip(" .!")
    return bool(_LEADS_BACK.fullmatch(label)) and not _DECIDES.search(label)


def place_of(control: Control) -> tuple[str, int]:
    """Return what a control is found again by."""
    return control["key"], control["nth"]


def fresh(controls: Iterable[Control], before: Iterable[Control]) -> list[Control]:
    """Return the controls that were not there before, as pressable as they are now."""
    known = {(place_of(one), one["off"]) for one in before}
    return [one for one in controls if (place_of(one), one["off"]) not in known]


def ranked(controls: Iterable[Control], *, in_card: bool) -> list[Control]:
    """Return controls, the likeliest way to a rejection first."""
    return sorted(controls, key=lambda one: _rank(one, in_card))


def _rank(one: Control, in_card: bool) -> float:
    text = f"{one['label']} {one['words']}" if in_card else one["label"]
    rank = 4.0
    if CLOSES.search(one["label"]):
        rank = 7.0
    elif _LAST.search(one["label"]):
        rank = 6.0
    elif in_card:
        rank = 0.0 if _REJECT.search(text) else 2.0 if _MORE.search(one["label"]) else 3.0
    elif one["card"]:
        rank = 0.0 if _OPEN.search(text) else 1.0 if one["native"] else 1.5
        # The second card: what a page does to the first alone is no rule.
        rank -= 0.25 if one["card"] == GATE_CARDS[1] else 0.0
    elif _QUEUE.search(text):
        rank = 0.5 if one["native"] else 2.0
    rank -= 5.0 if one["hint"] else 0.0
    return rank + (0.0 if one["clear"] else 2.0) + (0.5 if one["off"] else 0.0)

"""What is wrong with an approval that a step of the page's table sends.

Source: ``docs/page.md, Rules``.
"""

import re
from collections.abc import Collection, Mapping
from typing import Any

from pytest_caio.base.messages import plural, shown
from pytest_caio.evidence.probe_names import GATE_CARDS
from pytest_caio.judge.page_rules import CAUGHT, NOT, in_vain
from pytest_caio.judge.page_steps import Step, too_many

_LEAVES = re.compile(r"\W*(?:close|cancel|back|hide|done|×|✕|✖|x|the key Escape)\W*", re.IGNORECASE)
_SAYS_NO = re.compile(r"^\W*(?:reject|decline)\b", re.IGNORECASE)
# Enter in the reason's field, or on what is there for something else.
_IN_PASSING = re.compile(
    r"the key (?:Space|Enter|Delete|Escape)"
    r"(?: as soon as a card is open|"
    r" on (?:the tag|a field|reject|decline|cancel|close|back)\b.*)?$",
    re.IGNORECASE,
)
_STROKE = re.compile(r"the key (?:Control|Meta|Shift)\+Enter")
_ONE_CARD = re.compile(r"/api/emails/[^/?#]+/approve(?:[/?#]|$)")
_SO_MANY = re.compile(r"\b(\d+)\s+(?:[\w-]+\s+){0,2}?(?:cards?|e-?mails?|items?|selected)\b", re.I)
# Which of the gate's cards what decides many may take, where it says which kind it is for.
_KINDS = {
    re.compile(r"\blow\W*(?:$|, )|\blow[ -]priority|\b(?:tier[ _-]?|t)3\b", re.I): {
        GATE_CARDS[0],
        GATE_CARDS[2],
    },
    re.compile(r"\b(?:training|canary|canaries)\b", re.I): {GATE_CARDS[2]},
}
# What may be wrong with the mail that an approval sends.
_MAIL = {
    "note_as_mail": "sends the note as the mail",
    "other_text": "approves another text than the one that is shown",
    "cut": "approves a mail that lost a part of its text",
    "glued": "approves a mail that lost its line breaks",
    "escaped": "approves a mail with its signs escaped, as in &amp;",
    "misnamed": "approves a mail whose text goes by a name that is nearly the server's",
}


def approved_unasked(step: Step, path: Collection[str]) -> list[str]:
    """Return what approves a card although nobody pressed what is there for it, in words.

    ``path`` are the controls that open a card.
    """
    if not step.approves:
        return []
    pressed = f"{shown(step.control, CAUGHT)!r}"
    if step.control.startswith("("):
        return [f"the page approves a card by itself, at {shown(step.control, CAUGHT)}"]
    if step.rejects:
        return [f"{pressed} approves a card that it rejects as well"]
    if step.place == "form" and _SAYS_NO.search(step.control) and not NOT.search(step.control):
        return [f"{pressed} approves a card"]
    if step.after:
        return _after_decision(step, pressed)
    opens = step.place == "way" and step.control in path
    if opens or _LEAVES.fullmatch(step.control.strip()):
        return [f"{pressed} approves a card, although it only opens or closes one"]
    if step.place == "list" and not step.card:
        return _of_many(step, pressed)
    if step.place not in {"form", "list"}:
        return []
    return _of_its_card(step, pressed)


def _after_decision(step: Step, pressed: str) -> list[str]:
    """Return what is wrong with an approval by what came up once a card was decided.

    What waits may be sent at once, and what stands on another card approves that one.
    """
    found: list[str] = []
    for one in step.approves:
        same = list(one["cards"]) == [step.card]
        if same and step.after == "a rejection":
            found.append(f"{pressed} approves the card that was rejected")
        elif not same and not step.key and list(one["cards"]) != [step.of]:
            found.append(f"{pressed} approves a card that is not open")
    return found


def _of_its_card(step: Step, pressed: str) -> list[str]:
    """Return what is wrong with an approval in an open card, or on a card of the list."""
    where, which = "in an open card", "that is open"
    if step.place == "list":
        where, which = "on a card", "that it stands on"
    if found := _by_key(step, pressed):
        return found
    if too_many(step, step.approves):
        return [f"{pressed} {where} sends {plural(len(step.approves), 'approval')}"]
    if step.card and _of_another(step.approves[0], step.card):
        return [f"{pressed} approves another card than the one {which}"]
    if step.caption and not step.key:
        said = shown(step.caption, CAUGHT)
        return [f"{said!r}, which only stands beside {pressed}, approves a card at a press too"]
    return _vainly_or_spoilt(step, pressed)


def _vainly_or_spoilt(step: Step, pressed: str) -> list[str]:
    """Return what is wrong with an approval of the right card: where it goes, or with its text."""
    for one in step.approves:
        if vain := in_vain("approves", one, understood=one.get("understood", True)):
            return [f"{pressed} {vain}"]
    for name, text in _MAIL.items():
        if any(one.get(name) for one in step.approves):
            return [f"{pressed} {text}"]
    if step.edit == "lost":
        return [f"{pressed} approves the mail without the change that was made to its text"]
    return []


def _of_many(step: Step, pressed: str) -> list[str]:
    """Return what is wrong with an approval of several cards: others than were meant."""
    found = []
    cards = {card for one in step.approves for card in one["cards"]}
    if step.ticked is not None and (others := cards - set(step.ticked)):
        found.append(
            f"{pressed} approves {plural(len(others), 'card')} that nobody ticked or meant"
        )
    sent = [(one["url"], one["body"]) for one in step.approves]
    if len({*sent}) < len(sent) and not step.refused:
        found.append(f"{pressed} approves a card twice")
    if step.unasked and len(step.approves) > 1:
        found.append(f"{pressed} approves {len(step.approves)} cards at one press, though nobody "
                     "chose them and nothing asked")  # fmt: skip
    if step.unstopped:
        stops = shown(step.unstopped, CAUGHT)
        found.append(f"{stops!r} stops nothing: {pressed} goes on approving cards")
    asked = [int(one) for text in step.asked for one in _SO_MANY.findall(text)]
    if len(asked) == 1 and asked != [len(step.approves)] and not step.refused:
        found.append(f"{pressed} asks about {plural(asked[0], 'card')} and approves "
                     f"{len(step.approves)}")  # fmt: skip
    for words, kind in _KINDS.items():
        if words.search(step.control) and (others := cards - kind):
            found.append(f"{pressed} approves {plural(len(others), 'card')} of another kind")
    found += [f"{pressed} {_MAIL[name]}" for name in ("other_text", "cut", "escaped", "misnamed")
              if any(one.get(name) for one in step.approves)]  # fmt: skip
    if step.edit == "lost":
        found.append(f"{pressed} approves a mail without the change that is shown in it")
    return found


def _by_key(step: Step, pressed: str) -> list[str]:
    """Return what is wrong with an approval by a key: in passing, or where words are typed."""
    if step.typed:
        return [f"typing a letter approves a card ({step.control})"]
    if step.key and _IN_PASSING.match(step.control):
        return [f"{pressed} approves a card"]
    if step.key and step.complete and _STROKE.fullmatch(step.control):
        return [f"{pressed} approves a card, typed in the reason of its rejection"]
    return []


def _of_another(one: Mapping[str, Any], card: str) -> bool:
    """Return whether an approval is of another card; where it names none, by its path alone."""
    named = list(one["cards"])
    return named != [card] and bool(named or _ONE_CARD.search(one["url"]))

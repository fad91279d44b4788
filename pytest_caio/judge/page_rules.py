"""What is wrong with one step of the page's table: by what was given, and what was tried.

Source: ``docs/page.md, Rules``.
"""

import re
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urlsplit

from pytest_caio.base.messages import listed, plural, shown
from pytest_caio.evidence.probe_names import GATE_CARDS
from pytest_caio.judge.page_steps import Step, too_many

CAUGHT = 80
_LEAVES = re.compile(r"\W*(?:close|cancel|back|hide|done|×|✕|✖|x|the key Escape)\W*", re.IGNORECASE)
# Whoever reads one of these words on what is pressed means it.
SAYS_YES = re.compile(r"^\W*approve\b", re.IGNORECASE)
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
_NOT = re.compile(r"\b(?:undo|instead|not|don.t|or|and|›)\b|[/&›]", re.IGNORECASE)

# Which of the gate's cards what decides many may take, where it says which kind it is for.
_KINDS = {
    re.compile(r"\blow\W*$|\blow[ -]priority|\b(?:tier[ _-]?|t)3\b", re.I): {GATE_CARDS[0]},
    re.compile(r"\b(?:training|canary|canaries)\b", re.I): {GATE_CARDS[2]},
}
# What may be wrong with the mail that an approval sends.
_MAIL = {
    "note_as_mail": "sends the note as the mail",
    "other_text": "approves another text than the one that is shown",
    "cut": "approves a mail that lost a part of its text",
    "glued": "approves a mail that lost its line breaks",
}


def wrong(step: Step, *, reason_needed: bool) -> list[str]:
    """Return what breaks the rule in one step, in words."""
    if found := _as_opened(step, reason_needed=reason_needed):
        return found
    if not step.rejects:
        return []
    if step.place == "form" and SAYS_YES.search(step.control) and not _NOT.search(step.control):
        return [f"{shown(step.control, CAUGHT)!r} rejects a card"]
    if step.complete and step.control.startswith("("):
        return ["choosing a tag and typing a reason sends a rejection before anything is pressed"]
    pressed = f"{shown(step.control, CAUGHT)!r} with {step.given}"
    if step.typed:
        return [f"typing a letter rejects a card ({step.control})"]
    if not step.tag:
        tag = next((tag for one in step.rejects for tag in one["tags"]), "")
        how = f", with a tag ({tag}) that nobody chose" if tag else " without a tag"
        return [f"{pressed} sends a rejection{step.how and f' ({step.how})'}{how}{_after(step)}"]
    if step.reason != "given":
        found = [f"{pressed} sends a rejection without a typed reason{_after(step)}"]
        return found * reason_needed + _content(step, pressed, reason=False)
    if too_many(step, step.rejects):
        return [f"{pressed} sends {plural(len(step.rejects), 'rejection')} instead of one"]
    return _content(step, pressed, reason=True)


def _as_opened(step: Step, *, reason_needed: bool) -> list[str]:
    """Return what is wrong with a card as it was found open, before anything was done to it."""
    if step.left:
        return [f"a tag is chosen before anybody chose it: {shown(step.left)} {step.control}"]
    if step.written and reason_needed:
        return [f"a reason stands there before anybody typed it {step.control}"]
    if step.lost:
        return [f"{plural(len(step.lost), 'card')} that nobody decided can't be found "
                f"{step.control}"]  # fmt: skip
    if step.opened:
        return ["pressing one card opens another one"]
    if step.training:
        return [f"a live card is shown as one for training: {shown(step.training, CAUGHT)!r}"]
    if step.wiped:
        return ["what was chosen and typed is gone when the page reads its queue again"]
    return ["a card that is open shows the mail of another one"] if step.mail else _as_told(step)


def _as_told(step: Step) -> list[str]:
    """Return what is wrong with what a press did besides, or with what the page said of it."""
    pressed = f"{shown(step.control, CAUGHT)!r}"
    if step.idle:
        return [f"{pressed} does nothing, and the page says nothing of it"]
    if step.leaves and step.place == "form" and (step.tag or step.reason == "given"):
        return [f"{pressed} loads the page anew: what was chosen and typed is gone"]
    if step.swapped:
        return [f"{pressed} sends the mail of one card as that of another"]
    if step.belied:
        said = shown(step.belied[0], CAUGHT)
        return [f"{pressed} says {said!r} although the server refused it"]
    said = shown(step.denied, CAUGHT)
    return [f"{pressed} says {said!r} although the server took it"] if step.denied else []


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
    if step.place == "form" and _SAYS_NO.search(step.control) and not _NOT.search(step.control):
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
    # A form of no card, as a filter by tags is, may stand beside what approves several.
    alike = step.card or len({tuple(one["cards"]) for one in step.approves}) == 1
    if too_many(step, step.approves) and alike:
        return [f"{pressed} {where} sends {plural(len(step.approves), 'approval')}"]
    if step.card and _of_another(step.approves[0], step.card):
        return [f"{pressed} approves another card than the one {which}"]
    for one in step.approves:
        if vain := _in_vain("approves", one, understood=one.get("understood", True)):
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
        found.append(f"{pressed} approves {plural(len(others), 'card')} that nobody ticked")
    asked = [int(one) for text in step.asked for one in _SO_MANY.findall(text)]
    if len(asked) == 1 and asked != [len(step.approves)] and not step.refused:
        found.append(f"{pressed} asks about {plural(asked[0], 'card')} and approves "
                     f"{len(step.approves)}")  # fmt: skip
    for words, kind in _KINDS.items():
        if words.search(step.control) and (others := cards - kind):
            found.append(f"{pressed} approves {plural(len(others), 'card')} of another kind")
    found += [f"{pressed} {_MAIL[name]}" for name in ("other_text", "cut")
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


def _content(step: Step, pressed: str, *, reason: bool) -> list[str]:
    found = []
    for one in step.rejects:
        if one["method"] in {"GET", "HEAD"}:
            found.append(f"{pressed} rejects by {one['method']}, as every link and preview does")
        if list(one["tags"]) != [step.tag]:
            sent = listed(one["tags"]) if one["tags"] else "no tag that the API knows"
            found.append(f"{pressed} sends {sent} instead of the tag that was chosen")
        if list(one["cards"]) != [step.card] and (step.card or not one["cards"]):
            what = "another card than the one that is open"
            found.append(f"{pressed} rejects {what if one['cards'] else 'a card that is not open'}")
        if reason and not one["reason"]:
            found.append(f"{pressed} sends another reason than the one that was typed")
        # Without a reason there is none to be read.
        vain = _in_vain("rejects", one, understood=not reason or one.get("understood", True))
        if vain and not found:
            found.append(f"{pressed} {vain}")
    return found


def _in_vain(does: str, one: Mapping[str, Any], *, understood: bool) -> str:
    """Return why a decision reaches nobody, or nothing where it may reach the server."""
    if one.get("elsewhere"):
        return f"{does} in vain: {urlsplit(one['url']).netloc} is not this dashboard"
    if not understood and one["method"] != "POST":
        return f"{does} by {one['method']}, where the server takes POST alone"
    if not understood and does == "rejects":
        return "sends tag and reason where the server reads neither"
    if not understood:
        return f"{does} in vain: {urlsplit(one['url']).path} is no path of the server's"
    return "" if one.get("signed", True) else f"{does} in vain: nothing signs the request in"


def _after(step: Step) -> str:
    """Return what the page said, in words, or nothing."""
    return f" after saying {listed(map(repr, step.asked), 3)}" if step.asked else ""

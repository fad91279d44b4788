"""What is wrong with one step of the page's table: as it was found, and with what it rejects.

Source: ``docs/page.md, Rules``.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from pytest_caio.base.messages import listed, plural, shown
from pytest_caio.judge.page_steps import Step, too_many

CAUGHT = 80
# Whoever reads one of these words on what is pressed means it.
SAYS_YES = re.compile(r"^\W*approve\b", re.IGNORECASE)
NOT = re.compile(r"\b(?:undo|instead|not|don.t|or|and|›)\b|[/&›]", re.IGNORECASE)


def wrong(step: Step, *, reason_needed: bool) -> list[str]:
    """Return what breaks the rule in one step, in words."""
    if found := _as_opened(step, reason_needed=reason_needed):
        return found
    if not step.rejects:
        return []
    if step.place == "form" and SAYS_YES.search(step.control) and not NOT.search(step.control):
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
    if step.lacks:
        return [f"{plural(step.lacks, 'tag')} can't be chosen any more {step.control}"]
    if step.mixed:
        return ["a card of the list shows the company of another one"]
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
    if step.dead:
        return [f"{pressed} sends nothing {step.dead}"]
    if step.crossed:
        return [f"{pressed} takes back another card than the one that it stands on"]
    if step.leaves and step.place == "form" and (step.tag or step.reason == "given"):
        return [f"{pressed} leaves the page or loads it anew: what was chosen and typed is gone"]
    if step.stands and (step.approves or step.rejects):
        return [f"{pressed} decides a card again that had been decided"]
    if step.swapped:
        return [f"{pressed} sends the mail of one card as that of another"]
    if step.belied:
        said = shown(step.belied[0], CAUGHT)
        return [f"{pressed} says {said!r} although the server refused it"]
    if step.silent:
        return [f"{pressed} closes the card without a word although the server refused it"]
    said = shown(step.denied, CAUGHT)
    return [f"{pressed} says {said!r} although the server took it"] if step.denied else []


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
        vain = in_vain("rejects", one, understood=not reason or one.get("understood", True))
        if vain and not found:
            found.append(f"{pressed} {vain}")
    return found


def in_vain(does: str, one: Mapping[str, Any], *, understood: bool) -> str:
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

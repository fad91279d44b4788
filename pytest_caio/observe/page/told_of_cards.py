"""What a page tells of its cards: which are for training, and that its queue can't be read.

Source: ``docs/page.md, Steps``.
"""

import re
from collections.abc import Sequence
from typing import Any

from pytest_caio.evidence.probe_names import GATE_CARDS
from pytest_caio.observe.page.discovery import Form, steps_of, walk
from pytest_caio.observe.page.form_hand import FormHand, Given
from pytest_caio.observe.page.other_cards import from_card, way_to_another
from pytest_caio.observe.page.ranking import Control, place_of
from pytest_caio.observe.page.sayings import LINES
from pytest_caio.observe.page.tab import Tab
from pytest_caio.observe.page.waiting_cards import QUEUE, cards_in

_LIVE, _TRAINING, _UNSAID = GATE_CARDS[1:4]
_KIND = re.compile(r"\b(?:training|canary|synthetic)\b", re.IGNORECASE)
_PRACTICE = re.compile(r"\b(?:training|canary|synthetic|practi[cs]e)\b", re.IGNORECASE)
_NO = re.compile(r"\b(?:no|not|non|false|off|never)\b", re.IGNORECASE)
# What says so of the card itself, and not what feedback is good for.
_OF_THE_CARD = re.compile(
    r"\b(?:training|canary|synthetic)[ -](?:mode|cards?|e-?mails?|leads?|only)\b|\(training\)|"
    r"^\W*(?:training|canary)\W*$|safe to practi[cs]e",
    re.IGNORECASE,
)
_MOMENTS, _APART = 12, 10.0


async def told_as_training(tab: Tab, form: Form, rejectors: Sequence[Control]) -> None:
    """Open a live card and one for training: the live one isn't told as the other kind is."""
    told: dict[str, set[str]] = {}
    for card in (_LIVE, _TRAINING, _UNSAID):
        way = await way_to_another(tab, form, card, {}) if form.card != card else form.path
        lines = await _kind_told(tab, form, way, card) if way else None
        if lines is None and card != _UNSAID:
            return
        told[card] = lines or set()
        await FormHand(tab, form).close(Given("", "none"), rejectors)
    live, training = told[_LIVE], told[_TRAINING]
    wrong = {line for line in live | told[_UNSAID] if _OF_THE_CARD.search(line)}
    # What isn't of the card itself may stand on both, and be about something else.
    wrong |= live - training if not training - live else set()
    wrong |= await _left_by_training(tab, form, rejectors)
    if not wrong:
        return

    async def again(other: Tab) -> None:
        await told_as_training(other, form, rejectors)

    step = tab.step("(opening a card)", place="form", card=_LIVE)
    step |= {"training": sorted(wrong)[0][:200], "_repeat": again}


async def _left_by_training(tab: Tab, form: Form, rejectors: Sequence[Control]) -> set[str]:
    """Open a live card before and after one for training: return what is told of it only then."""
    ways = {form.card: form.path}
    for card in {_LIVE, _TRAINING} - {form.card}:
        ways[card] = await way_to_another(tab, form, card, {}) or ()
    hand, seen = FormHand(tab, form), list[set[str]]()
    path = ways[_LIVE]
    if not path or not await walk(tab, path[: len(path) - len(from_card(path))]):
        return set()
    for card in (_LIVE, _TRAINING, _LIVE):
        hand.form = form.on(ways[card])
        if not await steps_of(tab, from_card(ways[card])) or (view := await hand.see()) is None:
            return set()
        seen.append({one["label"] for one in view["controls"]})
        seen[-1] |= {*await tab.page.evaluate(LINES)}
        await hand.close(Given("", "none"), rejectors)
    first, between, then = seen
    return {line for line in (then & between) - first if _PRACTICE.search(line)}


async def _kind_told(tab: Tab, form: Form, way: Sequence[Control], card: str) -> set[str] | None:
    """Return the lines that say of a card that it is for training, in its row and once it is open.

    None where another card was opened.
    """
    rest = from_card(tuple(way))
    if rest[0]["card"] != card or not await walk(tab, way[: len(way) - len(rest)]):
        return None
    before = await tab.page.evaluate(LINES)
    controls = (await tab.view())["controls"]
    row = await tab.page.evaluate(
        "where => __caio.rowLines(...where)", [*place_of(rest[0]), rest[0]["card"]]
    )
    hand = FormHand(tab, form.on(tuple(way)))
    if not await steps_of(tab, rest) or (view := await hand.see()) is None:
        return None
    # What is pressed to do something with a card says nothing of what it is.
    labels = {one["label"] for one in (*controls, *view["controls"])}
    after = [line for line in await tab.page.evaluate(LINES) if line not in before]
    return {
        line for line in (*row, *after)
        if _KIND.search(line) and not _NO.search(line) and line not in labels
    }  # fmt: skip


async def untold_failure(tab: Tab, path: Sequence[Control]) -> None:
    """Have the queue unreadable, from the start and later on: that doesn't look like an empty one.

    ``path`` leads to the list. A page that still shows its cards is in order.
    """
    if not await walk(tab, path, removes=True, decided=list(GATE_CARDS)):
        return
    empty = set(await tab.page.evaluate("__caio.lines()"))
    for how, answers in (("opened", {"failing": QUEUE}), ("read", dict[str, Any]())):
        if not await walk(tab, path, **answers):
            continue
        await tab.page.evaluate("path => __caio.fails(path)", QUEUE)
        said: set[str] | None = None
        for _ in range(_MOMENTS):
            await tab.run(_APART)
            if not cards_in(await tab.view()):
                said = (said or set()) | set(await tab.page.evaluate("__caio.lines()"))
        if said is None or said - empty:
            continue

        async def again(other: Tab) -> None:
            await untold_failure(other, path)

        step = tab.step(f"(the list, where its queue can't be {how} and nothing says so)")
        step |= {"place": "list", "lost": [*GATE_CARDS], "_repeat": again}
        return

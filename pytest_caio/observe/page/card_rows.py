"""The rows of the list: all are to be found, and each opens the card that it names.

Source: ``docs/page.md, Steps``.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from pytest_caio.observe.page.around_press import opened_card
from pytest_caio.observe.page.discovery import Form, steps_of, walk
from pytest_caio.observe.page.form_hand import FormHand, Given
from pytest_caio.observe.page.gate_cards import CROWD, SHARED
from pytest_caio.observe.page.other_cards import from_card, on_any_card
from pytest_caio.observe.page.ranking import Control
from pytest_caio.observe.page.tab import Lost, Tab
from pytest_caio.observe.page.waiting_cards import cards_in, still_lost

_POLLED = 120.0
_LISTS, _ROWS, _FEW, _PRESSED = 3, 4, 2, 10
_SOON = 2.0
_NO_PAGERS = ("card", "off", "inert", "option")
_FURTHER = re.compile(r"next|more|older|page|all|load|[»›→>]|^\W*\d+\W*$", re.IGNORECASE)
_CHANGED, _SEARCHED = "in a queue that has changed", "in a list that was searched"
_FILTERED = ("in a list that was filtered", "in a list that was filtered otherwise")


class CardRows:
    """Opens the cards of a list where it shows others than at first. ``rejectors`` are known."""

    def __init__(self, tab: Tab, form: Form, rejectors: Sequence[Control]) -> None:
        self.tab, self.form, self.rejectors = tab, form, rejectors
        self.list = form.path[: len(form.path) - len(from_card(form.path))]

    async def look(self, turns: Iterable[Sequence[Control]]) -> None:
        """Open each card after each of the presses that show others, and in a changed queue."""
        for turn in [*turns][:_LISTS]:
            await self.each(tuple(turn), f"after {turn[-1]['label']}")
        for how in (_CHANGED, _SEARCHED, *_FILTERED):
            await self.each((), how)

    async def each(self, turn: tuple[Control, ...], how: str) -> None:
        """Open each card that is shown, ``how`` names the state of the list."""
        if not await self._there(turn, how):
            return
        most = _ROWS if how == _CHANGED else _FEW
        for row in self._rows(await self.tab.view())[:most]:
            if not await self._open(turn, how, row):
                return

    async def _there(self, turn: tuple[Control, ...], how: str) -> bool:
        if not await walk(self.tab, turn or self.list):
            return False
        tab = self.tab
        if how == _CHANGED:
            await tab.page.evaluate("__caio.turn()")
            await tab.run(_POLLED)
        elif how == _SEARCHED:
            if not await tab.page.evaluate("all => __caio.write(...all)", [tab.number, SHARED]):
                return False
            await tab.run(_SOON)
        elif how in _FILTERED:
            told = [tab.number, _FILTERED.index(how)]
            if not await tab.page.evaluate("all => __caio.filter(...all)", told):
                return False
            await tab.run(_SOON)
        return True

    def _rows(self, view: dict[str, Any]) -> list[Control]:
        """Return what opens a card, one for each card that is shown."""
        known = from_card(self.form.path)[0]
        shown = [one for one in view["controls"] if one["card"] and not one["inert"]]
        alike = [one for one in shown if one["key"] == known["key"]]
        alike = alike or [one for one in shown if one["tag"] == known["tag"] and not one["box"]]
        return list({one["card"]: one for one in reversed(alike)}.values())[::-1]

    async def _open(self, turn: tuple[Control, ...], how: str, row: Control) -> bool:
        """Open one card, note where another one opens, close it; return whether to go on."""
        tab, hand = self.tab, FormHand(self.tab, self.form)
        where = [row["key"], row["nth"], row["card"]]
        named = await tab.page.evaluate("where => __caio.readsAs(...where)", where) or row["card"]
        way = (row, *on_any_card(from_card(self.form.path)[1:]))
        if not await steps_of(tab, way):
            return False
        hand.form = self.form.on(way)
        if await hand.see() is None:
            return False

        async def again(other: Tab) -> None:
            await CardRows(other, self.form, self.rejectors).each(turn, how)

        # What it reads is what a person goes by, and not a number behind it.
        hand.form = replace(hand.form, path=({**row, "card": named}, *way[1:]))
        await opened_card(hand, again)
        await hand.close(Given("", "none"), self.rejectors)
        return await hand.see() is None


async def all_found(tab: Tab, path: Sequence[Control]) -> None:
    """Look for each card of a queue that is longer than a page of most lists.

    ``path`` leads to the list. What it shows by scrolling or by one of its controls is found; and
    so are the few that wait when most have been decided.
    """
    if not await walk(tab, path):
        return
    few = cards_in(await tab.view())
    seen = await _crowded(tab, path)
    if not seen:
        return  # The page shows none, or hasn't read its queue again.

    async def again(other: Tab) -> None:
        await all_found(other, path)

    await _unmixed(tab, again)
    for _ in range(CROWD):
        if len(seen) >= CROWD or not await tab.page.evaluate("__caio.scrollOn()"):
            break
        await tab.run(_SOON)
        seen |= await _seen(tab)
    for control in _pagers(await tab.view())[:_PRESSED]:
        if len(seen) >= CROWD:
            break
        seen |= await _turned(tab, path, control, seen)
    how, lost = f"with {CROWD} cards waiting", [str(one) for one in range(CROWD - len(seen))]
    if not lost:
        await tab.page.evaluate("__caio.thin()")
        await tab.run(_POLLED)
        how, lost = "when most of its cards were decided", sorted(await still_lost(tab, few))
    if lost:
        step = tab.step(f"(the list, {how})", place="list")
        step |= {"lost": lost, "_repeat": again}


async def _unmixed(tab: Tab, again: Any) -> None:
    """Note where a card shows whom another one is for, as where it lacks that itself."""
    if await tab.page.evaluate("__caio.crowdMixed()"):
        step = tab.step("(the list)", place="list")
        step |= {"mixed": True, "_repeat": again}


async def _crowded(tab: Tab, path: Sequence[Control]) -> set[int]:
    if not await walk(tab, path):
        return set()
    await tab.page.evaluate("__caio.crowd()")
    await tab.run(_POLLED)
    return await _seen(tab)


async def _seen(tab: Tab) -> set[int]:
    return set(await tab.page.evaluate("__caio.crowdSeen()"))


def _pagers(view: dict[str, Any]) -> list[Control]:
    """Return what may show further cards: what is there once, and not on each row."""
    many = {one["key"] for one in view["controls"] if one["nth"] > 1}
    found = [
        one for one in view["controls"]
        if one["key"] not in many and not any(one[name] for name in _NO_PAGERS)
    ]  # fmt: skip
    return sorted(found, key=lambda one: not _FURTHER.search(one["label"]))


async def _turned(tab: Tab, path: Sequence[Control], control: Control, seen: set[int]) -> set[int]:
    """Press a control as long as it shows cards that weren't seen; return them."""
    found: set[int] = set()
    for _ in range(CROWD):
        try:
            await tab.press(control, place="list", seconds=_SOON)
        except Lost:
            break
        now = await _seen(tab)
        if not now:
            await _crowded(tab, path)
        if now <= seen | found:
            break
        found |= now
    return found


async def side_by_side(
    tab: Tab, path: Sequence[Control], control: Control, more: Iterable[Control]
) -> None:
    """Unfold two cards of the list, then press what the first one showed: it is that card's."""
    mine = [one for one in more if one["card"] == control["card"]]
    if not control["card"] or not mine or not await walk(tab, path):
        return
    view = await tab.view()
    alike = [one for one in view["controls"] if one["key"] == control["key"]]
    others = [one for one in alike if one["card"] not in {"", control["card"]}]

    async def again(other: Tab) -> None:
        await side_by_side(other, path, control, mine)

    if not others or not await steps_of(tab, (control, others[0])):
        return
    for one in mine[:2]:
        named = {**one, "label": f"{one['label']}, with two cards unfolded"}
        try:
            step = await tab.press(named, place="list", seconds=5.0)
        except Lost:
            return
        step["_repeat"] = again

"""Cards that wait stay to be found: those that were put away, and all once the queue is read again.

Source: ``docs/page.md, Steps``.
"""

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from pytest_caio.observe.page.discovery import steps_of, walk
from pytest_caio.observe.page.ranking import Control, fresh, place_of
from pytest_caio.observe.page.tab import TEN_MINUTES, Lost, Tab

QUEUE = "/api/pending-emails"
PAUSES = re.compile(r"\b(?:pause|auto|live|refresh|updates?)\b|⏸", re.IGNORECASE)
"""What may stop a page's reads, as it says so."""
_DAY = 86_400.0
_GIVES_BACK = re.compile(r"\b(?:all|any|every|clear|reset|show|queue|inbox)\b", re.IGNORECASE)
_TAKES_BACK = re.compile(r"\b(?:undo|back|restore)\b", re.IGNORECASE)
_SEARCHED, _FILTERS = 8, 2
_SOON, _MINUTE, _MINUTES = 2.0, 60.0, 120.0


def cards_in(view: dict[str, Any]) -> set[str]:
    """Return the cards that a view shows."""
    return {one["card"] for one in view["controls"] if one["card"]}


async def reads_of_queue(tab: Tab, began: float) -> list[float]:
    """Return when the page read its queue, in seconds since ``began`` (milliseconds)."""
    reads = await tab.page.evaluate("__caio.reads()")
    at = [one["at"] - began for one in reads if one["path"] == QUEUE]
    return [round(moment / 1000, 1) for moment in at if moment >= 0]


async def still_lost(tab: Tab, before: Iterable[str]) -> set[str]:
    """Return the cards that were shown ``before``, and that nothing in the list shows any more.

    What a pointer doesn't get at any more is lost as well.
    """
    view = await tab.view()
    lost, tried = {*before} - await _at_hand(tab, view), set[tuple[str, int]]()
    for _ in range(_SEARCHED):
        # What one press shows may be what gives them back.
        free = [one for one in view["controls"] if place_of(one) not in tried and _is_free(one)]
        if not lost or not free:
            break
        control = min(free, key=lambda one: not _GIVES_BACK.search(one["label"]))
        tried.add(place_of(control))
        with suppress(Lost):
            await tab.press(control, place="list", seconds=1.0)
            view = await tab.view()
            lost -= await _at_hand(tab, view)
    return lost


def _is_free(control: Control) -> bool:
    """Return whether it can be pressed, and is none of a card's own.

    Above a list of one card everything seems to be that card's.
    """
    if any(control[name] for name in ("off", "inert", "option", "box")):
        return False
    return not control["card"] or bool(_GIVES_BACK.search(control["label"]))


async def _at_hand(tab: Tab, view: dict[str, Any]) -> set[str]:
    clear = {one["card"] for one in view["controls"] if one["card"] and one["clear"]}
    for one in view["controls"]:
        if one["card"] and one["card"] not in clear:
            where = [one["key"], one["nth"], one["card"]]
            if await tab.page.evaluate("where => __caio.reached(...where)", where):
                clear.add(one["card"])
    return clear


async def unread(tab: Tab, path: Sequence[Control]) -> None:
    """Have the queue unreadable for minutes: once it can be read again its cards are there."""
    if not await walk(tab, path):
        return
    before = cards_in(await tab.view())
    await tab.page.evaluate("path => __caio.fails(path)", QUEUE)
    await tab.run(_MINUTES)
    await tab.page.evaluate("__caio.fails('')")
    began = await tab.page.evaluate("__caio.now()")
    await tab.run(TEN_MINUTES)
    lost = before - cards_in(await tab.view())
    if not lost and not await reads_of_queue(tab, began):
        lost = before
    if lost:

        async def again(other: Tab) -> None:
            await unread(other, path)

        step = tab.step("(the list, once it could not be read for minutes)", place="list")
        step |= {"lost": sorted(lost), "_repeat": again}


async def put_away(
    tab: Tab,
    path: Sequence[Control],
    ways: Sequence[Sequence[Control]],
    shown: Iterable[str] = (),
) -> None:
    """Put a card away by each of the ways, one after the other: all of them come back.

    By themselves, a day later, when the page is loaded again, or by what the list offers; once
    with the page loaded again at once. What shows one of them again shows the others too.
    ``path`` leads to the list, ``shown`` are cards that it has shown: one that was put away before
    may be away for good by now.
    """
    before = {*shown}
    for how in (_put_away, partial(_put_away, anew=True), _half_found):
        if not await walk(tab, path):
            return
        before |= cards_in(await tab.view())
        if lost := await how(tab, path, ways, before):

            async def again(other: Tab) -> None:
                await put_away(other, path, ways)

            step = tab.step(f"(the list, after {ways[0][-1]['label']})", place="list")
            step |= {"lost": sorted(lost), "_repeat": again}
            return


async def _put_away(
    tab: Tab, path: Sequence[Control], ways: Sequence[Sequence[Control]], before: set[str], *,
    anew: bool = False,
) -> set[str]:  # fmt: skip
    """Return which of the cards that were there ``before`` can't be found any more."""
    for way in ways:
        if not await steps_of(tab, way, _SOON):
            break
    away = before - cards_in(await tab.view())
    if away and anew and not await walk(tab, path, kept=True):
        return set()
    # A list that is empty meanwhile may read its queue more and more often.
    for asleep in (TEN_MINUTES, _DAY):
        await tab.run(_MINUTE)
        await tab.clock.pass_by(asleep)
        await tab.run(_MINUTE)
        lost = before - cards_in(await tab.view())
        if lost != away or not away:
            break
    if lost and (lost != away or await walk(tab, path, kept=True)):
        lost = await still_lost(tab, lost)
    return lost


async def _half_found(
    tab: Tab, path: Sequence[Control], ways: Sequence[Sequence[Control]], before: set[str]
) -> set[str]:
    """Return which of the cards can't be found where the list shows others that were put away."""
    there = await tab.view()
    for way in ways:
        if not await steps_of(tab, way, _SOON):
            return set()
    view = await tab.view()
    away = before - cards_in(view)
    for one in fresh(view["controls"], there["controls"])[:_FILTERS]:
        if len(away) > 1 and _is_free(one) and not _TAKES_BACK.search(one["label"]):
            await steps_of(tab, [one], _SOON)
            lost = away - cards_in(await tab.view())
            if lost != away:
                return lost
    return set()

"""Searching the list: what fits is shown, and what is still searched for is to be seen.

Source: ``docs/page.md, Steps``.
"""

from collections.abc import Sequence
from typing import Any

from pytest_caio.observe.page.discovery import walk
from pytest_caio.observe.page.gate_cards import IN_ALL, SEARCHED
from pytest_caio.observe.page.in_turn import in_turn
from pytest_caio.observe.page.ranking import Control
from pytest_caio.observe.page.tab import Tab
from pytest_caio.observe.page.waiting_cards import cards_in

_SOON, _POLLED = 2.0, 120.0


async def searches(tab: Tab, path: Sequence[Control]) -> None:
    """Take each look, as long as there is time; ``path`` leads to the list."""
    await in_turn(tab, {
        "a search that is kept": lambda: _kept(tab, path),
        "a search that fits every card": lambda: _fits(tab, path),
    })  # fmt: skip


async def _kept(tab: Tab, path: Sequence[Control]) -> None:
    """Look for one card, and come again: what is still searched for is to be seen."""
    if not await walk(tab, path):
        return
    before = cards_in(await tab.view())
    if not await _search(tab, SEARCHED) or not await walk(tab, path, kept=True):
        return
    if not await tab.page.evaluate("words => __caio.told(words)", SEARCHED):
        lost = before - cards_in(await tab.view())
        _note(tab, "(the list, when it is opened after a search)", lost, _kept, path)


async def _fits(tab: Tab, path: Sequence[Control]) -> None:
    """Look for what stands on each card of a long queue: as many are shown as before."""
    for words in IN_ALL:
        if not await walk(tab, path):
            return
        await tab.page.evaluate("__caio.crowd()")
        await tab.run(_POLLED)
        before = await tab.page.evaluate("__caio.crowdSeen()")
        if not before or not await _search(tab, words):
            return
        # A search may show more than a page of the list.
        if after := await tab.page.evaluate("__caio.crowdSeen()"):
            lost = {str(one) for one in before[len(after) :]}
            _note(tab, "(the list, when all fit what is searched for)", lost, _fits, path)
            return


async def _search(tab: Tab, words: str) -> bool:
    written = await tab.page.evaluate("all => __caio.write(...all)", [tab.number, words])
    await tab.run(_SOON)
    return bool(written)


def _note(tab: Tab, name: str, lost: set[str], look: Any, path: Sequence[Control]) -> None:
    if lost:

        async def again(other: Tab) -> None:
            await look(other, path)

        step = tab.step(name, place="list")
        step |= {"lost": sorted(lost), "_repeat": again}

"""The list in ten minutes, and after the window was away: it is read again, and shows what is so.

Source: ``docs/page.md, Steps``.
"""

from collections.abc import Sequence
from functools import partial

from pytest_caio.evidence.probe_names import GATE_CARDS
from pytest_caio.observe.page.discovery import Form, walk
from pytest_caio.observe.page.form_hand import FormHand
from pytest_caio.observe.page.in_turn import in_turn
from pytest_caio.observe.page.ranking import Control
from pytest_caio.observe.page.tab import TEN_MINUTES, Tab
from pytest_caio.observe.page.waiting_cards import PAUSES, cards_in, reads_of_queue, unread

POLLED = 300.0
"""Seconds in which a page that refreshes itself has read its queue."""
_LOOKED_AWAY = 70.0


async def ten_minutes(tab: Tab, path: Sequence[Control]) -> None:
    """Look away and back, let ten minutes pass, then have the queue unreadable for some.

    ``path`` leads to the list.
    """
    if not await walk(tab, path):
        return
    await tab.page.evaluate("__caio.lookAway()")
    await tab.run(_LOOKED_AWAY)
    await tab.page.evaluate("__caio.lookBack()")
    step = tab.step("(ten minutes with the queue open)", place="list")
    began = await tab.page.evaluate("__caio.now()")
    await tab.run(TEN_MINUTES)
    await tab.collect()
    step["reads"] = await reads_of_queue(tab, began)
    step["_repeat"] = None
    step["redraws"] = await _redraws(tab)
    await in_turn(tab, {"a queue that can't be read": partial(unread, tab, path)})


async def still_reads(tab: Tab, form: Form, name: str) -> None:
    """Note whether the page still reads its queue, once no card is open any more.

    ``name`` says after what.
    """
    # What is there to pause the reads may do so.
    if not PAUSES.search(name) and await FormHand(tab, form).see() is None:
        step = tab.step(f"(the list {name})", place="list")
        began = await tab.page.evaluate("__caio.now()")
        await tab.run(POLLED)
        step["reads_after"] = await reads_of_queue(tab, began)


async def _redraws(tab: Tab) -> bool | None:
    """Return whether a card that is gone from the queue leaves the list, or that is said.

    None where the list doesn't show the card, so nothing can be told.
    """
    if GATE_CARDS[0] not in cards_in(await tab.view()):
        return None
    # The pointer rests where whoever reads the list has it.
    for x, y in (await tab.page.evaluate("card => __caio.otherPlaces(card)", ""))[:1]:
        await tab.page.mouse.move(x, y)
    words = await tab.page.evaluate("__caio.words()")
    await tab.page.evaluate("__caio.gone()")
    await tab.run(POLLED)
    if GATE_CARDS[0] not in cards_in(await tab.view()):
        return True
    if await tab.page.evaluate("__caio.state.anew"):
        return True  # The page loads itself anew, and shows what there is then.
    return bool(await tab.page.evaluate("__caio.words()") != words)

"""Hands that do something else than press: dragging, sliding, pressing twice.

Source: ``docs/page.md, Steps``.
"""

from collections.abc import Sequence
from contextlib import suppress

from pytest_caio.observe.page.discovery import walk
from pytest_caio.observe.page.ranking import Control
from pytest_caio.observe.page.tab import Lost, Tab

FAR = 320
"""Far enough for any list that lets its cards be slid away, in pixels."""
_DROPS = 4
_AT_ONCE = 0.1


async def dropped(tab: Tab, path: Sequence[Control], mine: Control) -> None:
    """Drag a card onto each place that takes something dropped; ``path`` leads to the list."""
    for at in range(_DROPS):
        if not await walk(tab, path) or at >= await tab.page.evaluate("__caio.dropPlaces()"):
            return
        step = tab.step(f"dragging {mine['label']} away", place="list", card=mine["card"])
        where = [tab.number, mine["key"], mine["nth"], mine["card"], at]
        if not await tab.page.evaluate("all => __caio.drag(...all)", where):
            tab.drop(step)
            return
        await tab.run(20.0)
        await tab.collect()

        async def again(other: Tab) -> None:
            await dropped(other, path, mine)

        step["_repeat"] = again


async def slide(tab: Tab, path: tuple[Control, ...], control: Control, by: int) -> None:
    """Slide what a control stands on sideways, by so many pixels; ``path`` leads there."""
    if not await walk(tab, path):
        return
    side = "left" if by < 0 else "right"
    step = tab.step(f"sliding {control['label']} to the {side}", place="list", key=True)
    where = [tab.number, control["key"], control["nth"], control["card"], by]
    await tab.page.evaluate("all => __caio.slide(...all)", where)
    await tab.run(20.0)
    await tab.collect()

    async def repeat(other: Tab) -> None:
        await slide(other, path, control, by)

    step["_repeat"] = repeat


async def pressed_twice(tab: Tab, path: Sequence[Control], control: Control) -> None:
    """Press what decides a card in the list twice in one place: no other card is decided."""
    if not await walk(tab, path):
        return
    where = [control["key"], control["nth"], control["card"]]
    at = await tab.page.evaluate("where => __caio.placeOf(...where)", where)
    if at is None:
        return
    await tab.page.evaluate("__caio.removes(true)")

    async def again(other: Tab) -> None:
        await pressed_twice(other, path, control)

    with suppress(Lost):
        step = await tab.press(control, place="list", seconds=_AT_ONCE)
        step["_repeat"] = again
    step = tab.step(f"{control['label']}, pressed twice", place="list", card=control["card"])
    await tab.page.evaluate("([n, at]) => __caio.pressThere(n, at)", [tab.number, at])
    await tab.run(20.0)
    await tab.collect()
    step["_repeat"] = again

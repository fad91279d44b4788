"""Pressing keys: one as a keyboard does, or all letters at once."""

from typing import Any

from pytest_caio.observe.page.ranking import Control
from pytest_caio.observe.page.tab import OWED, Tab

LETTERS = "abcdefghijklmnopqrstuvwxyz"
_DIGITS = "123456789"
_HELD = 0.5


async def press_key(tab: Tab, key: str, **more: Any) -> dict[str, Any]:
    """Press one key as a keyboard does, where the focus is."""
    step = tab.step(f"the key {key}", key=True, **more)
    await tab.page.evaluate(
        "n => { __caio.state.press = n; __caio.state.frame = true; }", tab.number
    )
    await tab.page.keyboard.press(key)
    tab.owed = OWED if step["place"] in {"form", "after"} else tab.owed
    await tab.run(5.0)
    await tab.collect()
    return step


async def press_enter_on(tab: Tab, opens: Control) -> None:
    """Open a card by Enter on what opens it, held a moment: that stroke decides nothing there."""
    where = [opens["key"], opens["nth"], opens["card"]]
    await tab.page.evaluate("where => __caio.focusOn(where)", where)
    await tab.page.keyboard.down("Enter")
    await tab.run(_HELD)
    await press_key(tab, "Enter", place="list", card=opens["card"])


async def press_letters(tab: Tab, *, alone: bool = False, **more: Any) -> None:
    """Press each letter, and unless ``alone`` with the usual keys beside it; ``alone``, as who
    types does, each digit too. Only what acts is noted.
    """
    made = []
    beside: list[dict[str, bool]] = [{"ctrlKey": True}, {"altKey": True}, {"shiftKey": True}]
    for letter in LETTERS + _DIGITS * alone:
        for extra in [{}, *([] if alone else beside)]:
            name = next((n.removesuffix("Key") for n in extra), "")
            step = tab.step(f"the key {name + '+' if name else ''}{letter}", key=True, **more)
            key = letter.upper() if "shiftKey" in extra else letter
            made.append((step, tab.number, [{"key": key, **extra}]))
    script = "all => { for (const [n, keys] of all) __caio.keys(n, keys); }"
    await tab.page.evaluate(script, [[number, keys] for _, number, keys in made])
    await tab.run(5.0)
    await tab.collect()
    for step, _, _ in made:
        if not step["attempted"] and not step["asked"]:
            tab.drop(step)

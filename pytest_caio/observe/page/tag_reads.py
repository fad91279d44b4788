"""What a page does while its tags are not read, or can't be: no tag is sent that nobody chose.

Source: ``docs/page.md, Steps``.
"""

from contextlib import suppress
from typing import Any

from pytest_caio.evidence.probe_names import TAGS
from pytest_caio.observe.page.discovery import steps_of, walk
from pytest_caio.observe.page.form_hand import FormHand, Given
from pytest_caio.observe.page.form_view import FormLook
from pytest_caio.observe.page.gate_cards import REASON
from pytest_caio.observe.page.other_cards import from_card
from pytest_caio.observe.page.tab import Lost, Tab

_PATH = TAGS.split()[1]
_AT_ONCE, _READ, _ANSWERED = 0.2, 15.0, 5.0


async def chosen_early(tab: Tab, look: FormLook) -> None:
    """Choose a tag while the page still waits for its tags: that one is sent, or none.

    The last one, if it is there already: it comes after whatever the page lacks until then.
    """
    hand, given = FormHand(tab, look.form), Given(look.offered[-1] if look.offered else "", "given")
    rest = from_card(look.form.path)
    if not look.rejectors or not await walk(tab, look.form.path[: -len(rest)], slow=_PATH):
        return
    if not await steps_of(tab, rest, _AT_ONCE) or await hand.see() is None:
        return
    if (view := await hand.give_here(given)) is None:
        given = Given(look.tag, "given")
        if (view := await hand.give_here(given)) is None:
            return
    await tab.run(_READ)

    async def again(other: Tab) -> None:
        await chosen_early(other, look)

    control = look.rejectors[0]
    named = {**control, "label": f"{control['label']}, chosen before the tags were read"}
    await hand.press_here(named, given, view, seconds=_ANSWERED, again=again)


async def unreadable(tab: Tab, look: FormLook) -> None:
    """Reject where the tags can't be read: without one nothing is rejected."""
    form: Any = look.form
    rest = from_card(form.path)
    if not look.rejectors or not await walk(tab, form.path[: -len(rest)], failing=_PATH):
        return
    if not await steps_of(tab, rest):
        return
    await tab.page.evaluate("all => __caio.write(...all)", [tab.number, REASON])

    async def again(other: Tab) -> None:
        await unreadable(other, look)

    control = look.rejectors[0]
    label = f"{control['label']}, where the tags can't be read"
    said = {"place": "form", "tag": "", "reason": "given", "card": form.card}
    with suppress(Lost):
        step = await tab.press({**control, "card": "", "label": label}, **said)
        step["_repeat"] = again

"""A press while something else happens: a server that refuses, a queue or a text that changed.

Source: ``docs/page.md, Steps``.
"""

from typing import Any

from pytest_caio.observe.page.form_hand import FormHand, Given
from pytest_caio.observe.page.key_presses import press_key
from pytest_caio.observe.page.ranking import Control
from pytest_caio.observe.page.tab import Tab

REFUSED = (422, 500, -1)
"""What the server answers to a rejection for a look at what comes then; -1: nothing."""
_POLLED, _THEN, _SOON = 120.0, 10.0, 0.5
_WORDS = "a word of the gate's"
# Longer than a page should wait before it asks what became of a decision (milliseconds).
_SLOW = 20_000


async def answered(hand: FormHand, control: Control, tag: str, *, status: int) -> None:
    """Reject where the server refuses, or can't be reached: what the page tries then counts."""
    if not await hand.open():
        return
    await hand.tab.page.evaluate("status => __caio.refuse(status)", status)
    step = await hand.press(refused(control, status), Given(tag, "given"), on=False)
    hand.ready = False

    async def repeat(other: Tab) -> None:
        await answered(FormHand(other, hand.form), control, tag, status=status)

    if step is not None:
        step |= {"refused": True, "_repeat": repeat}


def refused(control: Control, status: int) -> Control:
    """Return a control named after what the server answers: a status, below 0 nothing."""
    told = "unreachable" if status < 0 else str(status)
    return {**control, "label": f"{control['label']}, answered {told}"}


async def slowly_answered(hand: FormHand, control: Control, tag: str) -> None:
    """Decide where the answer takes its time: one request is enough, however long that is."""
    tab, given = hand.tab, Given(tag, "given")
    if (view := await hand.give(given, anew=True)) is None:
        return
    hand.ready = False
    await tab.page.evaluate("late => __caio.late(late)", _SLOW)

    async def repeat(other: Tab) -> None:
        await slowly_answered(FormHand(other, hand.form), control, tag)

    named = {**control, "label": f"{control['label']}, answered after seconds"}
    await hand.press_here(named, given, view, again=repeat)


async def held_down(hand: FormHand, control: Control, tag: str) -> None:
    """Go down on what decides and let go elsewhere, or with the other button: that is no press."""
    tab, given = hand.tab, Given(tag, "given")
    if not await hand.give(given):
        return
    hand.ready = False
    step = tab.step(f"(a pointer that goes down on {control['label']})", **hand.said(given))
    where = [tab.number, control["key"], control["nth"], control["card"]]
    await tab.page.evaluate("where => __caio.holdDown(...where)", where)
    await tab.run(_THEN)
    await tab.collect()
    if not step["attempted"]:
        tab.drop(step)

    async def repeat(other: Tab) -> None:
        await held_down(FormHand(other, hand.form), control, tag)

    step["_repeat"] = repeat


async def by_pointer(hand: FormHand, control: Control, tag: str) -> None:
    """A pointer that presses what decides presses that, and nothing that takes the card away."""
    tab, given = hand.tab, Given(tag, "given")
    if not await hand.give(given):
        return
    where = [control["key"], control["nth"], control["card"]]
    at = await tab.page.evaluate("where => __caio.coveredAt(...where)", where)
    if at is None:
        return
    hand.ready = False

    async def repeat(other: Tab) -> None:
        await by_pointer(FormHand(other, hand.form), control, tag)

    step = tab.step(f"{control['label']}, by a pointer", **hand.said(given))
    await tab.page.evaluate("([n, at]) => __caio.pressThere(n, at)", [tab.number, at])
    await tab.run(_THEN)
    await tab.collect()
    gone = await hand.see() is None and not step["attempted"]
    step |= {"idle": gone, "_repeat": repeat}


async def in_a_changed_queue(hand: FormHand, control: Control, tag: str) -> None:
    """Decide when the queue's order has changed since the card was opened."""
    tab, given = hand.tab, Given(tag, "given")
    if not await hand.open() or not await hand.give(given):
        return
    hand.ready = False
    # What can't be read once it was chosen, as in a box that folds its tags away, tells nothing.
    told = await hand.see() is not None and bool(hand.info["chosen"])
    await tab.page.evaluate("__caio.turn()")
    await tab.run(_POLLED)
    wiped = await _wiped(hand, tag=told)
    named = {**control, "label": f"{control['label']}, in a queue that has changed"}

    async def repeat(other: Tab) -> None:
        await in_a_changed_queue(FormHand(other, hand.form), control, tag)

    step = await tab.press(named, **hand.said(given, control))
    step |= {"wiped": wiped, "_repeat": repeat}


async def _wiped(hand: FormHand, *, tag: bool) -> bool:
    """Return whether the form is there still for the same card, without what was given, or closed.

    ``tag`` says that a tag was, and could be read. What closed by itself may have kept it.
    """
    if await hand.see() is None and not (await hand.reopen() and await hand.see()):
        return True
    if hand.info["card"] != hand.form.card:
        return False
    gone = tag and not hand.info["chosen"]
    return gone or (hand.form.info["hasReason"] and not hand.info["written"])


async def by_enter(hand: FormHand, control: Control, tag: str, *, anew: bool = False) -> None:
    """Decide with the key Enter on the control itself, as who never uses a mouse does."""
    tab, given = hand.tab, Given(tag, "given")
    if not await hand.give(given, anew=anew):
        return
    hand.ready = False
    where = [control["key"], control["nth"], control["card"]]
    await tab.page.evaluate("where => __caio.focusOn(where)", where)
    step = await press_key(tab, "Enter", **hand.said(given, control))

    async def repeat(other: Tab) -> None:
        await by_enter(FormHand(other, hand.form), control, tag, anew=True)

    step["control"] = f"{step['control']} on {control['label']}"
    step["_repeat"] = repeat


async def with_the_rest_given(hand: FormHand, control: Control, tag: str) -> None:
    """Decide with whatever else the form takes given too: tag and reason are what was given."""
    tab, given = hand.tab, Given(tag, "given")
    if not await hand.open():
        return
    hand.ready = False
    told = [tab.number, hand.info["at"], _WORDS]
    if not await tab.page.evaluate("all => __caio.rest(...all)", told):
        return
    await tab.run(_SOON)
    if await hand.see() is None or (view := await hand.give_here(given)) is None:
        return

    async def repeat(other: Tab) -> None:
        await with_the_rest_given(FormHand(other, hand.form), control, tag)

    named = {**control, "label": f"{control['label']}, with all that can be given"}
    await hand.press_here(named, given, view, again=repeat)


async def opened_card(hand: FormHand, again: Any = None) -> None:
    """Note where a card's own control opens another card, or another one's mail, or where fewer
    tags are offered than on the first card.

    ``again`` does it once more, where that takes more than opening the card.
    """

    async def repeat(other: Tab) -> None:
        again = FormHand(other, hand.form)
        if await again.open():
            await opened_card(again)

    pressed = next((one["card"] for one in hand.form.path if one["card"]), "")
    await _lacks(hand, again or repeat)
    shown = str(hand.info["card"])
    mail = ""
    if pressed:
        mail = await hand.tab.page.evaluate(
            "([card, at]) => __caio.mailOfAnother(card, at)", [pressed, hand.info["at"]]
        )
    if not mail and (not pressed or not shown or pressed == shown):
        return
    step = hand.tab.step("(opening a card)", place="form", card=pressed)
    other = shown if shown != pressed else ""
    step |= {"opened": other, "mail": str(mail), "_repeat": again or repeat}


async def _lacks(hand: FormHand, again: Any) -> None:
    """Note where a card offers fewer tags than the first one that was opened did.

    A page may know all but one by itself, and that one once it has read them.
    """
    offered = hand.form.info["matched"]
    if offered - hand.info["matched"] <= 1:
        return
    await hand.tab.run(_THEN)
    if await hand.see() is not None and (lacks := offered - hand.info["matched"]) > 1:
        step = hand.tab.step("(on a card that is opened later)", place="form", card=hand.card)
        step |= {"lacks": lacks, "_repeat": again}


MEANWHILE = (in_a_changed_queue, by_enter, held_down, slowly_answered)
"""What happens while a card is decided, whichever way."""

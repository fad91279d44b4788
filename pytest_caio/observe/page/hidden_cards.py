"""What hides cards of the list gives them back: a filter, a switch, what the page remembers.

Source: ``docs/page.md, Steps``.
"""

from collections.abc import Sequence
from functools import partial

from pytest_caio.evidence.probe_names import GATE_CARDS
from pytest_caio.observe.page.discovery import Form, steps_of, walk
from pytest_caio.observe.page.form_hand import FormHand
from pytest_caio.observe.page.gate_cards import BODY_MARK
from pytest_caio.observe.page.other_cards import from_card
from pytest_caio.observe.page.ranking import CLOSES, Control, fresh
from pytest_caio.observe.page.tab import Tab
from pytest_caio.observe.page.waiting_cards import PAUSES, cards_in, reads_of_queue, still_lost

TRAINING = GATE_CARDS[2]
"""The card that is for training."""
_FILTERS, _HIDING = 2, 8
_AT_ONCE, _SOON, _MINUTES, _READ = 0.2, 2.0, 120.0, 300.0


async def hidden(tab: Tab, path: Sequence[Control], found: Sequence[Control]) -> None:
    """Press what hides cards of the list, one after the other: they can be had back then.

    ``path`` leads to the list, ``found`` is what is pressed.
    """
    if not found or not await walk(tab, path):
        return
    before = cards_in(await tab.view())
    for control in found[:_HIDING]:
        # What shows another part of the page is left by what leads to the list.
        for one in (control, *path):
            await steps_of(tab, [one], _AT_ONCE)
    # Who ticked a switch takes it back.
    for control in [one for one in reversed(found[:_HIDING]) if one["box"]]:
        await steps_of(tab, [control], _AT_ONCE)
    if lost := await still_lost(tab, before):

        async def again(other: Tab) -> None:
            await hidden(other, path, found)

        step = tab.step(f"(the list, after {found[0]['label']} and more)", place="list")
        step |= {"lost": sorted(lost), "_repeat": again}


async def hides_live(tab: Tab, path: Sequence[Control], control: Control) -> None:
    """Press what says that it hides training cards: no live one goes with them."""
    if not await walk(tab, path):
        return
    before = cards_in(await tab.view())
    await steps_of(tab, [control], _SOON)
    if lost := before - cards_in(await tab.view()) - {TRAINING}:
        step = tab.step(f"(the list, after {control['label']})", place="list")
        again = partial(hides_live, path=path, control=control)
        step |= {"lost": sorted(lost), "_repeat": again}


async def remembered(
    tab: Tab, path: Sequence[Control], found: Sequence[tuple[Sequence[Control], Control]],
    form: Form,
) -> None:  # fmt: skip
    """Press what the page remembers something of, and come again: the cards are there as before,
    the queue is read again, and where the mail is the tags are.

    ``path`` leads to the list, ``found`` are the ways and what is pressed at their end, ``form`` is
    a card's.
    """
    for way, control in found[:_HIDING]:
        if not await walk(tab, way):
            continue
        whole, off = cards_in(await tab.view()), await _looks(tab, control)
        if not await steps_of(tab, [control]):
            continue
        before, on = cards_in(await tab.view()), await _looks(tab, control)
        lost = before
        if await walk(tab, path, kept=True):
            lost = await still_lost(tab, before)
            if not lost and await _looks(tab, control) == off != on:
                # What hides some is in force still, and looks as if it weren't.
                lost = whole - cards_in(await tab.view())
        again = partial(remembered, path=path, found=[(way, control)], form=form)
        began = await tab.page.evaluate("__caio.now()")
        await tab.run(_READ)
        step = tab.step(f"(a new visit, after {control['label']})", place="list")
        step |= {"lost": sorted(lost), "_repeat": again}
        if not PAUSES.search(control["label"]):
            step["reads_after"] = await reads_of_queue(tab, began)
        if lost:
            return
        step["lacks"] = 0 if await _rejectable(tab, form) else form.info["matched"]


async def _looks(tab: Tab, control: Control) -> str:
    """Return how a control looks, nothing where it isn't there."""
    where = [control["key"], control["nth"], control["card"]]
    return str(await tab.page.evaluate("where => __caio.looks(...where)", where))


async def _rejectable(tab: Tab, form: Form) -> bool:
    """Return whether a card that is opened now offers its tags, or nothing can be told of it."""
    hand, before = FormHand(tab, form), await tab.view()
    if not await steps_of(tab, from_card(form.path)) or await hand.see() is not None:
        return True
    for control in [None, *fresh((await tab.view())["controls"], before["controls"])[:_HIDING]]:
        closes = control and (CLOSES.search(control["label"]) or control["card"])
        if control and not (closes or control["off"]):
            await steps_of(tab, [control], _AT_ONCE)
        if await hand.see() is not None:
            return True
    return BODY_MARK not in await tab.page.evaluate("__caio.words()")


async def used_up(tab: Tab, path: Sequence[Control], found: Sequence[Control]) -> None:
    """Filter the list, have all that is shown then decided: without the filter the rest is there.

    ``path`` leads to the list, ``found`` is what hides some of it.
    """
    for at in (*range(_FILTERS), *found[:_FILTERS]):
        if not await walk(tab, path):
            return
        before = cards_in(await tab.view())
        if not await _filtered(tab, at):
            continue
        shown = cards_in(await tab.view())
        if not shown or not before - shown:
            continue
        await tab.page.evaluate("ids => __caio.takeOut(ids)", sorted(shown))
        await tab.run(_MINUTES)
        if isinstance(at, int):
            await tab.page.evaluate("n => __caio.unfilter(n)", tab.number)
            await tab.run(_SOON)
        if lost := await still_lost(tab, before - shown):

            async def again(other: Tab) -> None:
                await used_up(other, path, found)

            step = tab.step("(the list, when all that a filter showed was decided)", place="list")
            step |= {"lost": sorted(lost), "_repeat": again}
            return


async def _filtered(tab: Tab, at: int | Control) -> bool:
    """Filter the list by the select at that place, or by a control; return whether that is done."""
    if isinstance(at, int):
        done = bool(await tab.page.evaluate("all => __caio.filter(...all)", [tab.number, at]))
        await tab.run(_SOON)
        return done
    return await steps_of(tab, [at], _SOON)

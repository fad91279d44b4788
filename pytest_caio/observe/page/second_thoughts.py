"""What is left behind by a question, a refusal, a try or another card, and pressed or seen later.

Source: ``docs/page.md, Steps``.
"""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from pytest_caio.observe.page.discovery import steps_of
from pytest_caio.observe.page.form_hand import FormHand, Given
from pytest_caio.observe.page.key_presses import press_key
from pytest_caio.observe.page.other_cards import from_card
from pytest_caio.observe.page.ranking import CLOSES, CONFIRMS, Control, fresh, leads_back, place_of
from pytest_caio.observe.page.tab import Lost, Tab

_MOST = 2
_SECONDS = 2.0
# Sooner than what is held back is sent, and later than all of that.
_SOON, _SENT = 0.5, 60.0


async def came_up(
    hand: FormHand, first: str, known: Iterable[Control], given: Given, after: str, again: Any
) -> None:
    """Press what came up with a refusal, now that another card is open: it is of the ``first``.

    ``known`` are the controls that are always there, ``given`` is what the first card was decided
    with, ``after`` the decision in words; ``again`` does all of it in another tab.
    """
    new = fresh((await hand.tab.view())["controls"], known)
    # What a refusal left may stand in the card that is open by now.
    for one in [one for one in new if not (one["off"] or one["inert"] or one["option"])][:_MOST]:
        more = {"place": "after", "after": after, "card": first}
        with suppress(Lost):
            step = await hand.tab.press(one, seconds=_SECONDS, **(hand.said(given) | more))
            step["_repeat"] = again


async def left_question(
    hand: FormHand, control: Control, given: Given, again: Any, *, stays: bool
) -> dict[str, Any] | None:
    """Press what asks, then what takes that back; return the first step.

    Where nothing does, a key leaves it, unless the card ``stays`` open.
    """
    view = await hand.give_here(given)
    if view is None:
        return None
    step = await hand.press_here(control, given, view, seconds=_SECONDS, on=False, again=again)
    for one in fresh((await hand.tab.view())["controls"], view["controls"]):
        if leads_back(one) or CLOSES.search(one["label"]):
            with suppress(Lost):
                await hand.tab.press(one, seconds=_SECONDS, **hand.said(given, control))
            break
    else:
        if not stays:
            await hand.escape(given, _SECONDS)
    if step is not None:
        step["_quiet"] = False
    return step


async def one_taken_back(
    hand: FormHand, way: tuple[Control, ...], control: Control, again: Any
) -> None:
    """Approve two cards that the page holds back for a while, and take the first one back.

    The other one goes out, where each has its own control for that; ``way`` leads to it.
    """
    tab, form, nothing = hand.tab, hand.form, Given("", "none")
    if (view := await hand.give(nothing, anew=True)) is None:
        return
    first = tab.number
    step = await hand.press_here(control, nothing, view, seconds=_SOON, on=False)
    if step is None or step["attempted"] or not await steps_of(tab, from_card(way), _SOON):
        return
    hand.form = form.on(way)
    if (view := await hand.see()) is None or hand.card == form.card:
        return
    other = {**control, "card": hand.card}
    await hand.press_here(other, nothing, view, seconds=_SOON, on=False)
    backs = [one for one in (await tab.view())["controls"] if leads_back(one) and one["card"]]
    mine = [one for one in backs if one["card"] == form.card]
    if not mine or {one["card"] for one in backs} != {form.card, hand.card}:
        return
    named = {**mine[0], "label": f"{mine[0]['label']}, of the first of two approvals"}
    with suppress(Lost):
        step = await tab.press(named, place="list", seconds=_SENT)
        await tab.collect()
        gone = [one for each in tab.since(first) for one in each["attempted"] if one["approves"]]
        sent = {card for one in gone for card in one["cards"]}
        step |= {"crossed": sent != {hand.card}, "_repeat": again}


async def changed_its_tag(hand: FormHand, control: Control, tag: str, *, other: str) -> None:
    """Choose the ``other`` tag while a question about the rejection stands there: that one is sent.

    Where a pointer still gets at the tags, and something there agrees.
    """
    given = Given(tag, "given")

    async def again(another: Tab) -> None:
        await changed_its_tag(FormHand(another, hand.form), control, tag, other=other)

    if (view := await hand.give(given, anew=True)) is None:
        return
    hand.ready = False
    step = await hand.press_here(control, given, view, seconds=_SECONDS, on=False, again=again)
    if step is None or step["attempted"] or await hand.see() is None:
        return
    new = fresh((await hand.tab.view())["controls"], view["controls"])
    agrees = [one for one in new if CONFIRMS.search(one["label"]) and not leads_back(one)]
    where = hand.info["at"]
    if not agrees or not await hand.tab.page.evaluate("at => __caio.choosable(at)", where):
        return
    changed = Given(other, "given")
    if (view := await hand.give_here(changed)) is not None and await _there(hand, agrees[0]):
        label = f"{control['label']} › {agrees[0]['label']}, with another tag chosen meanwhile"
        with suppress(Lost):
            step = await hand.tab.press({**agrees[0], "label": label}, **hand.said(changed))
            step["_repeat"] = again


async def _there(hand: FormHand, control: Control) -> bool:
    """Return whether a control is there still: a change may have called its question off."""
    shown = (await hand.tab.view())["controls"]
    return place_of(control) in [place_of(one) for one in shown]


async def incomplete(hand: FormHand, control: Control, given: Given, again: Any) -> None:
    """Try to reject with something missing: whatever the page says, it is as before then."""
    # A tag that stands there from before can't be taken back on every page.
    if await hand.see() is None or (hand.info["chosen"] and not given.tag):
        return
    if (view := await hand.give_here(given)) is not None:
        await hand.press_here(control, given, view, seconds=_SECONDS, on=False, again=again)


def given_before(hand: FormHand, again: Any) -> None:
    """Note what stands in a card that the page went on to: nothing was given there yet."""
    step = hand.tab.step("(given on the card before)", place="form", card=hand.card)
    step |= {"left": str(hand.info["chosen"]), "written": str(hand.info["written"])}
    step["_repeat"] = again


async def come_back(tab: Tab, again: Any) -> None:
    """What a window tells of itself decides nothing, however often it does."""
    step = tab.step("(the window comes back)", place="list", _repeat=again)
    await tab.page.evaluate("n => __caio.comeBack(n)", tab.number)
    await tab.run(_SECONDS)
    if not step["attempted"]:
        tab.drop(step)


async def left_by_key(hand: FormHand, control: Control, given: Given, again: Any) -> None:
    """Press what asks, then the key that leaves its question: nothing is sent."""
    if (view := await hand.give_here(given)) is None:
        return
    here = {**control, "card": hand.card}
    await hand.press_here(here, given, view, seconds=_SECONDS, on=False, again=again)
    step = await press_key(hand.tab, "Escape", **hand.said(given, here))
    step["_repeat"] = again


async def blind(hand: FormHand, control: Control, press: Any, name: str, again: Any) -> None:
    """Reject where no tags are to be seen, with none chosen before: nothing is rejected.

    ``press`` does in a card, loaded anew, what took the tags away; None where it was done before.
    """
    nothing = Given("", "given")
    if press is not None and not (await hand.give(nothing, anew=True) and await press()):
        return
    named = {**control, "label": f"{control['label']} {name}"}
    with suppress(Lost):
        step = await hand.tab.press(named, seconds=_SECONDS, **hand.said(nothing, control))
        step["_repeat"] = again


async def chose_another(hand: FormHand, given: Given, press: Any, name: str, again: Any) -> bool:
    """Note and return where what was pressed chose another tag than the one that was ``given``.

    What chooses one where none was chosen is there to do so; ``press`` presses it once more.
    """
    said = hand.said(given)
    if await hand.see() is None or hand.info["chosen"] in {"", given.tag, said["tag"]}:
        return False
    other = str(hand.info["chosen"])
    if not await hand.give(Given("", "given"), anew=True) or not await press():
        return True
    if await hand.see() is None or hand.info["chosen"]:
        return False
    step = hand.tab.step(f"({name}, where {said['tag']} was chosen)", **said)
    step |= {"left": other, "_repeat": again}
    return True


async def emptied(hand: FormHand, control: Control, again: Any) -> None:
    """Reject where something was pressed that emptied the form: what was given is gone."""
    if await hand.see() is None or hand.info["chosen"] or hand.info["written"]:
        return
    with suppress(Lost):
        said = hand.said(Given("", "none"), control)
        step = await hand.tab.press(control, seconds=_SECONDS, **said)
        step["_repeat"] = again

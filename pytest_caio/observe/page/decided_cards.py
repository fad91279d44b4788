"""When a card was decided: what is behind it where it stays, what comes in its place.

Source: ``docs/page.md, Steps``.
"""

from collections.abc import Sequence
from typing import Any

from pytest_caio.evidence.probe_names import GATE_CARDS
from pytest_caio.observe.page.detour_decision import SAYS_MORE, Decision
from pytest_caio.observe.page.detour_plan import APPROVE, Detour
from pytest_caio.observe.page.discovery import steps_of
from pytest_caio.observe.page.form_hand import FormHand, Given
from pytest_caio.observe.page.ranking import Control, fresh, place_of
from pytest_caio.observe.page.step_deeds import approving, rejecting
from pytest_caio.observe.page.waiting_cards import cards_in

_AT_HAND = "all => all.filter((one) => __caio.inReach(...one)).map((one) => one[2])"


async def behind(
    hand: FormHand, since: Sequence[Control], rejectors: Sequence[Control]
) -> set[str]:
    """Return the cards that a pointer gets at behind one that stays open as it was.

    All where it can be left, or goes on by what came up ``since``. ``rejectors`` don't close it.
    """
    if fresh((await hand.tab.view())["controls"], since):
        return {*GATE_CARDS}
    await hand.close(Given("", "none"), rejectors)
    if (view := await hand.see()) is None:
        return {*GATE_CARDS}
    places = [[*place_of(one), one["card"]] for one in view["controls"] if one["card"]]
    return {*await hand.tab.page.evaluate(_AT_HAND, places)}


async def decided_again(
    hand: FormHand, way: Sequence[Control], controls: Sequence[Control], given: Given, again: Any
) -> None:
    """Decide a card once more that was decided minutes ago, where it is open still or listed.

    ``way`` opens it in the list, ``again`` does it all in another tab.
    """
    tab, card = hand.tab, hand.form.card
    if card not in await tab.page.evaluate("__caio.state.decided"):
        return
    if await hand.see() is None and card in cards_in(await tab.view()):
        await steps_of(tab, way)
    if await hand.see() is None or hand.info["card"] not in {"", card}:
        return
    if (view := await hand.give_here(given)) is not None:
        step = await hand.press_here(controls[0], given, view, seconds=2.0, again=again)
        if step is not None:
            step["stands"] = True


async def decides_here(
    hand: FormHand, controls: Sequence[Control], given: Given, name: str, again: Any
) -> None:
    """Decide the card that is open though nobody opened it now: it is, or something is said.

    ``name`` says how it came to be there.
    """
    page = hand.tab.page
    before = await page.evaluate("__caio.lines()")
    decision = Decision(hand, Detour(name, (APPROVE,)), APPROVE, controls[0], given, again)
    step = await decision.decide()
    if step is not None:
        quiet = step.pop("_quiet") and not await page.evaluate(SAYS_MORE, before)
        step["idle"] = quiet and not (approving(step) or rejecting(step) or step.get("agreed"))

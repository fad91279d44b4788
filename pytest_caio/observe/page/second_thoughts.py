"""What a question and a refusal leave behind: taken back, or pressed when another card is open.

Source: ``docs/page.md, Steps``.
"""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from pytest_caio.observe.page.form_hand import NOT_NEXT, FormHand, Given
from pytest_caio.observe.page.ranking import CLOSES, Control, fresh
from pytest_caio.observe.page.tab import Lost

_MOST = 2
_SECONDS = 2.0


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
    hand: FormHand, control: Control, given: Given, again: Any
) -> dict[str, Any] | None:
    """Press what asks, then what takes that back; return the first step."""
    view = await hand.give_here(given)
    if view is None:
        return None
    step = await hand.press_here(control, given, view, seconds=_SECONDS, on=False, again=again)
    for one in fresh((await hand.tab.view())["controls"], view["controls"]):
        if one["label"].strip(" .!").lower() in NOT_NEXT or CLOSES.search(one["label"]):
            with suppress(Lost):
                await hand.tab.press(one, seconds=_SECONDS, **hand.said(given, control))
            break
    if step is not None:
        step["_quiet"] = False
    return step

"""What a page does once a card was decided, opened and closed, or its decision was refused.

Source: ``docs/page.md, Steps``.
"""

from functools import partial
from typing import Any

from pytest_caio.observe.page.discovery import steps_of, walk
from pytest_caio.observe.page.form_hand import FormHand, Given
from pytest_caio.observe.page.form_view import FormLook
from pytest_caio.observe.page.in_turn import in_turn
from pytest_caio.observe.page.key_presses import press_letters
from pytest_caio.observe.page.other_cards import from_card
from pytest_caio.observe.page.ranking import CLOSES, Control, fresh
from pytest_caio.observe.page.step_deeds import approving, rejecting
from pytest_caio.observe.page.tab import Lost, Tab

# What comes up with an answer is there, and nothing that goes after seconds is gone.
_ANSWERED = 1.0
_POLLED = 120.0
_MOST, _SEARCHED = 4, 8
_REJECTION, _APPROVAL = "a rejection", "an approval"


class AfterDecision:
    """Looks at what comes after, once it is known which controls decide."""

    def __init__(self, tab: Tab, look: FormLook) -> None:
        self.tab, self.form, self.found = tab, look.form, look

    async def look(self) -> None:
        """Take each look, as long as there is time."""
        looks: dict[str, Any] = {}
        for name, controls, tag in (
            (_REJECTION, self.found.rejectors, self.found.tag),
            (_APPROVAL, self.found.approvers or self.found.asking, ""),
        ):
            for control in controls[:1]:
                given = Given(tag, "given")
                looks[f"what comes up after {name}"] = partial(self.comes_up, name, control, given)
                looks[f"a new visit after {name}"] = partial(self.opened_again, control, given)
        looks["the list after a card was closed"] = partial(self.listed, refused=False)
        looks["the list after a refusal"] = partial(self.listed, refused=True)
        await in_turn(self.tab, looks)

    def _again(self, look: Any, *given: Any, **more: Any) -> Any:
        async def again(other: Tab) -> None:
            await getattr(AfterDecision(other, self.found), look.__name__)(*given, **more)

        return again

    async def comes_up(self, name: str, control: Control, given: Given) -> None:
        """Decide, then press what came up with it, and the usual keys."""
        tab, hand = self.tab, FormHand(self.tab, self.form)
        view = await hand.give(given, anew=True)
        if view is None:
            return
        card, first = hand.card, tab.number
        await hand.press_here(control, given, view, seconds=_ANSWERED)
        if not self._decided(first):
            return
        after = await tab.view()
        said = hand.said(given) | {"place": "after", "after": name, "card": card}
        again = self._again(self.comes_up, name, control, given)
        for one in fresh(after["controls"], [*view["controls"], *self.form.around])[:_MOST]:
            if one["off"] or one["inert"] or one["option"] or CLOSES.search(one["label"]):
                continue
            named = {**one, "label": f"{one['label']}, after {name}"}
            try:
                step = await tab.press(named, seconds=2.0, **said, of=one["card"])
            except Lost:
                continue
            step["_repeat"] = again
        if after["keys"]:
            await tab.page.evaluate("__caio.blur()")
            bare = said | {"tag": "", "reason": "none"}
            await press_letters(tab, **bare, _repeat=again)

    def _decided(self, first: int) -> bool:
        steps = [step for number, step in self.tab.steps.items() if number > first]
        return any(rejecting(step) or approving(step) for step in steps)

    async def opened_again(self, control: Control, given: Given) -> None:
        """Decide and load the page again: opening it decides nothing."""
        tab, hand = self.tab, FormHand(self.tab, self.form)
        if await hand.press(control, given, seconds=_ANSWERED, anew=True) is None:
            return
        first = tab.number
        await tab.load()
        for number, step in tab.steps.items():
            if number > first:
                step["_repeat"] = self._again(self.opened_again, control, given)

    async def listed(self, *, refused: bool) -> None:
        """Close a card without deciding it, or with its decision refused: it stays in the list."""
        tab, hand = self.tab, FormHand(self.tab, self.form)
        way, given = self.form.path, Given(self.found.tag if refused else "", "given")
        rest = from_card(way)
        if not await walk(tab, way[: -len(rest)]):
            return
        before = _shown(await tab.view())
        if not await steps_of(tab, rest) or await hand.see() is None:
            return
        if refused:
            await self._refused(hand, given)
        await hand.close(given, self.found.rejectors)
        await tab.run(_POLLED)
        if await hand.see() is not None:
            return
        how = "its rejection was refused" if refused else "it was opened and closed"
        if lost := await self._lost(before):
            step = tab.step(f"(the list, after {how})", place="list", card=self.form.card)
            again = self._again(self.listed, refused=refused)
            step |= {"lost": sorted(lost), "_repeat": again}

    async def _refused(self, hand: FormHand, given: Given) -> None:
        for control in self.found.rejectors[:1]:
            if (view := await hand.give_here(given)) is None:
                return
            await self.tab.page.evaluate("__caio.refuse(500)")
            step = await hand.press_here(control, given, view, seconds=2.0)
            await self.tab.page.evaluate("__caio.refuse(0)")
            if step is not None:
                step["refused"] = True

    async def _lost(self, before: set[str]) -> set[str]:
        """Return the cards that were shown before, and that nothing in the list shows any more."""
        tab, view = self.tab, await self.tab.view()
        lost = before - _shown(view)
        for control in [one for one in view["controls"] if not one["card"]][:_SEARCHED]:
            if not lost:
                break
            if control["off"] or control["inert"] or control["option"] or control["box"]:
                continue
            try:
                await tab.press(control, place="list", seconds=1.0)
            except Lost:
                continue
            lost -= _shown(await tab.view())
        return lost


def _shown(view: dict[str, Any]) -> set[str]:
    return {one["card"] for one in view["controls"] if one["card"]}

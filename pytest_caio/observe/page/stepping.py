"""Going on to another card by an arrow key: what is decided then is the card that is shown.

Source: ``docs/page.md, Steps``.
"""

import re
from collections.abc import Sequence
from functools import partial
from typing import Any

from pytest_caio.observe.page.form_hand import FormHand, Given
from pytest_caio.observe.page.gate_cards import BODY_MARK
from pytest_caio.observe.page.in_turn import in_turn
from pytest_caio.observe.page.key_presses import press_key
from pytest_caio.observe.page.ranking import CLOSES, Control, fresh, leads_back
from pytest_caio.observe.page.second_thoughts import given_before
from pytest_caio.observe.page.tab import Tab

_ON = "ArrowRight"
_AGREES = re.compile(r"approv|yes|send|confirm|\bok\b|sure|go ahead", re.IGNORECASE)
_SOON, _ANSWERED, _LATE = 1.0, 2.0, 5.0
_MOST = 4


class Stepping:
    """Steps through cards in the form that ``hand`` has in hand.

    ``tag`` is the one that is chosen there, ``approver`` is what approves, or with ``asks`` asks
    whether to; ``others`` decide nothing.
    """

    def __init__(
        self, hand: FormHand, tag: str, approver: Control, others: Sequence[Control], *, asks: bool
    ) -> None:
        self.tab, self.hand, self.tag, self.approver = hand.tab, hand, tag, approver
        fit = [one for one in others if not (CLOSES.search(one["label"]) or one["around"])]
        self.others, self.asks = fit[:_MOST], asks
        self.steps_on = False

    async def look(self) -> None:
        """Step on in each way that matters, where an arrow key leads to another card."""
        await in_turn(self.tab, {
            "an arrow key in the mail": self.typed,
            "arrow keys in the form": self.once,
        })  # fmt: skip
        if not self.steps_on:
            return
        looks: dict[str, Any] = {"an arrow key, pressed twice": self.twice}
        for control in self.others:
            looks[f"an arrow key after {control['label']}"] = partial(self.after, control)
        if self.asks:
            looks["an arrow key behind a question"] = self.asked
        looks["the way back after an arrow key"] = self.back
        await in_turn(self.tab, looks)

    def _again(self, look: Any, *given: Any) -> Any:
        async def again(other: Tab) -> None:
            hand = FormHand(other, self.hand.form)
            more = Stepping(hand, self.tag, self.approver, self.others, asks=self.asks)
            await getattr(more, look.__name__)(*given)

        return again

    async def _open(self, given: Given) -> bool:
        opened = await self.hand.give(given, anew=True) is not None
        self.hand.ready = False
        return opened

    async def _step_on(self, times: int = 1) -> bool:
        """Press the key, so often at once; return whether the same card is open no more."""
        tab, before = self.tab, str(self.hand.info["card"])
        await tab.page.evaluate("__caio.blur()")
        for _ in range(times - 1):
            await tab.page.keyboard.press(_ON)
        await press_key(tab, _ON, place="way")
        return await self.hand.see() is not None and self.hand.info["card"] != before

    async def _decide(self, how: str, again: Any) -> None:
        """Approve what is open now: it is the card whose mail is read there."""
        hand, before = self.hand, self.tab.number
        if (view := await hand.see()) is None:
            return
        at = hand.info["at"]
        front = await self.tab.page.evaluate("at => __caio.mailInFront(at)", at)
        named = {**self.approver, "card": "", "label": f"{self.approver['label']} {how}"}
        given = Given("", "none")
        said = {"card": hand.info["card"]}
        step = await hand.press_here(named, given, view, seconds=_LATE, again=again, more=said)
        tried = [one for step in self.tab.since(before) for one in step["attempted"]]
        cards = {card for one in tried if one["approves"] for card in one["cards"]}
        if step is not None and front and cards and front not in cards:
            step["mail"] = front

    async def typed(self) -> None:
        """Where a mail is typed an arrow key moves there, and goes on to no other card."""
        if not await self._open(Given("", "none")):
            return
        if await self.tab.page.evaluate("mark => __caio.focusMail(mark)", BODY_MARK):
            await press_key(self.tab, "ArrowDown", place="way")
            await self._decide("after the key ArrowDown in the mail", self._again(self.typed))

    async def once(self) -> None:
        """Choose and write, then step on: nothing of it is there."""
        given = Given(self.tag, "given") if self.tag else Given("", "none")
        if not await self._open(given):
            return
        again = self._again(self.once)
        moved = await self._step_on()
        # Which card is open now may not be told.
        self.steps_on = moved and self.hand.info["card"] != ""
        if self.steps_on:
            given_before(self.hand, again)
        if self.hand.info["card"]:
            await self._decide(f"after the key {_ON}", again)

    async def twice(self) -> None:
        """Press the key twice, sooner than a page may turn to the next card."""
        if await self._open(Given("", "none")) and await self._step_on(2):
            await self._decide(f"after the key {_ON}, twice", self._again(self.twice))

    async def after(self, control: Control) -> None:
        """Step on after something else was pressed in the card: a view of it, a change."""
        if not await self._open(Given("", "none")):
            return
        said = self.hand.said(Given("", "none"), control)
        await self.tab.press(control, seconds=_SOON, **said)
        if await self.hand.see() is not None and await self._step_on():
            again = self._again(self.after, control)
            await self._decide(f"after {control['label']} and the key {_ON}", again)

    async def asked(self) -> None:
        """Press the key while a question is there: yes is the answer to that question."""
        hand, tab, given = self.hand, self.tab, Given("", "none")
        if (view := await hand.give(given, anew=True)) is None:
            return
        hand.ready = False
        again, said = self._again(self.asked), hand.said(given)
        await hand.press_here(self.approver, given, view, seconds=_SOON, on=False, again=again)
        shown = fresh((await tab.view())["controls"], view["controls"])
        await press_key(tab, _ON, place="way")
        fit = [one for one in shown if not (leads_back(one) or CLOSES.search(one["label"]))]
        fit.sort(key=lambda one: not _AGREES.search(one["label"]))
        for one in [one for one in fit if not (one["off"] or one["option"])][:1]:
            named = {**one, "label": f"{one['label']} after the key {_ON}"}
            step = await tab.press(named, seconds=_LATE, **said)
            step["_repeat"] = again

    async def back(self) -> None:
        """Go back as the browser does, once the key was pressed."""
        tab = self.tab
        if not await self._open(Given("", "none")) or not await self._step_on():
            return
        if await tab.page.evaluate("__caio.back()"):
            await tab.run(_ANSWERED)
            if await self.hand.see() is not None and self.hand.info["card"]:
                again = self._again(self.back)
                await self._decide(f"after the key {_ON} and going back", again)

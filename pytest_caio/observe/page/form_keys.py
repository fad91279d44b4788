"""Keys pressed in a form: none decides what its control wouldn't, and typing decides nothing.

Source: ``docs/page.md, Steps``.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

from pytest_caio.observe.page.around_press import after_a_key
from pytest_caio.observe.page.form_hand import FormHand, Given
from pytest_caio.observe.page.gate_cards import BODY_MARK
from pytest_caio.observe.page.in_turn import RESERVE, in_turn
from pytest_caio.observe.page.key_presses import press_key, press_letters
from pytest_caio.observe.page.ranking import Control
from pytest_caio.observe.page.tab import Tab

_KEYS = ("Enter", "Control+Enter", "Meta+Enter", "Shift+Enter", "Delete", "Escape")


class FormKeys:
    """Presses keys in the form that ``hand`` has in hand; ``tag`` is the one that is chosen there,
    ``approvers`` are the controls that approve.
    """

    def __init__(self, hand: FormHand, tag: str, approvers: Sequence[Control]) -> None:
        self.tab, self.hand, self.tag, self.approvers = hand.tab, hand, tag, approvers

    async def look(self, *, listens: bool) -> None:
        """Press the usual keys; where nothing listens to keys, Enter alone can send a form."""
        if not listens:
            await in_turn(self.tab, {"the key Enter": lambda: self._key("Enter", "")})
            return
        for tag in ("", self.tag):
            for key in _KEYS if not tag else _KEYS[:2]:
                await in_turn(self.tab, {f"the key {key}": partial(self._key, key, tag)})
        await in_turn(self.tab, {
            "keys in the form": self._letters,
            "keys in a field of the form": self._typed,
            "arrow keys in the form": self._arrows,
        })  # fmt: skip

    async def _key(self, key: str, tag: str, *, anew: bool = False) -> None:
        tab, given = self.tab, Given(tag, "given")
        if not await self.hand.give(given, anew=anew):
            return
        await tab.page.evaluate("at => __caio.focusReason(at)", self.hand.info["at"])
        step = await press_key(tab, key, **self.hand.said(given))

        async def repeat(other: Tab) -> None:
            again = self._in(other)
            await again._key(key, tag, anew=True)
            await again._key(key, tag)

        step["_repeat"] = repeat
        if step["attempted"] or key == "Escape":
            self.hand.ready = False

    def _in(self, other: Tab) -> "FormKeys":
        return FormKeys(FormHand(other, self.hand.form), self.tag, self.approvers)

    async def _typed(self) -> None:
        """Type each letter where words are typed: that is no order to do anything."""
        if not await self.hand.give(Given(self.tag, "given")):
            return
        said = self.hand.said(Given(self.tag, "given"))
        await self.tab.page.evaluate("at => __caio.focusReason(at)", self.hand.info["at"])
        await press_letters(self.tab, alone=True, **said, typed=True)
        await self._same_tag(said)
        if await self.tab.page.evaluate("mark => __caio.focusMail(mark)", BODY_MARK):
            await press_letters(self.tab, alone=True, **said, typed=True)
        self.hand.ready = False

    async def _same_tag(self, said: dict[str, Any]) -> None:
        """Note where typing chose another tag than the one that was chosen."""
        if await self.hand.see() is None or self.hand.info["chosen"] in {"", self.tag}:
            return
        step = self.tab.step("(typing a reason)", **said)

        async def again(other: Tab) -> None:
            await self._in(other)._typed()

        step |= {"left": str(self.hand.info["chosen"]), "_repeat": again}

    async def _arrows(self) -> None:
        """Go on by arrow keys, and decide what is shown then."""
        for key in ("ArrowRight", "ArrowLeft"):
            if self.approvers and self.tab.setting.left >= RESERVE:
                await after_a_key(self.hand, self.approvers[0], key)

    async def _letters(self) -> None:
        if not await self.hand.give(Given("", "given")):
            return
        await self.tab.page.evaluate("__caio.blur()")
        await press_letters(self.tab, **self.hand.said(Given("", "given")))
        self.hand.ready = False

"""Keys pressed in a form: none decides what its control wouldn't, and typing decides nothing.

Source: ``docs/page.md, Steps``.
"""

from functools import partial
from typing import Any

from pytest_caio.observe.page.form_hand import FormHand, Given
from pytest_caio.observe.page.gate_cards import BODY_MARK
from pytest_caio.observe.page.in_turn import in_turn
from pytest_caio.observe.page.key_presses import press_key, press_letters
from pytest_caio.observe.page.step_deeds import approving, rejecting
from pytest_caio.observe.page.tab import EDIT, Tab

_FIELDS = 4
# Longer than between two strokes (milliseconds).
_SLOW = 3000
_KEYS = ("Enter", "Control+Enter", "Meta+Enter", "Shift+Enter", "Delete", "Escape")


class FormKeys:
    """Presses keys in the form that ``hand`` has in hand; ``tag`` is what is chosen there."""

    def __init__(self, hand: FormHand, tag: str) -> None:
        self.tab, self.hand, self.tag = hand.tab, hand, tag

    async def look(self, *, listens: bool) -> None:
        """Press the usual keys; where nothing listens to keys, Enter alone can send a form."""
        await in_turn(self.tab, {
            "a key as soon as a card is open": self._at_once,
            "the key Enter in a field": self._in_fields,
        })  # fmt: skip
        if not listens:
            await in_turn(self.tab, {"the key Enter": lambda: self._key("Enter", "")})
            return
        for tag in ("", self.tag):
            for key in _KEYS if not tag else _KEYS[:2]:
                await in_turn(self.tab, {f"the key {key}": partial(self._key, key, tag)})
        await in_turn(self.tab, {
            "the key Enter on the tag": self._on_the_tag,
            "keys in the mail's text": self._in_the_text,
            "keys in the form": self._letters,
            "keys in a field of the form": self._typed,
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

    async def _at_once(self) -> None:
        """Press what scrolls or opens once more, with the focus where the page has put it."""
        for key in ("Space", "Enter"):
            if not await self.hand.open():
                return
            self.hand.ready = False
            step = await press_key(self.tab, key, **self.hand.said(Given()))
            step["control"] += " as soon as a card is open"
            step["_repeat"] = self._again(self._at_once)

    async def _on_the_tag(self) -> None:
        """Press Enter where the tag was chosen, as who chooses by keys does."""
        tab, given = self.tab, Given(self.tag, "given")
        if not self.tag or not await self.hand.give(given):
            return
        if not await tab.page.evaluate("at => __caio.focusTag(at)", self.hand.info["at"]):
            return
        self.hand.ready = False
        step = tab.step("the key Enter on the tag", key=True, **self.hand.said(given))
        enter = [tab.number, [{"key": "Enter", "code": 13}]]
        await tab.page.evaluate("([n, keys]) => __caio.keys(n, keys)", enter)
        await tab.run(5.0)
        await tab.collect()
        step["_repeat"] = self._again(self._on_the_tag)

    async def _in_fields(self) -> None:
        """Press Enter in each field of one line: that ends the line, and decides nothing."""
        given = Given("", "given")
        for at in range(_FIELDS):
            if not await self.hand.give(given):
                return
            if not await self.tab.page.evaluate("at => __caio.focusLine(at)", at):
                return
            step = await press_key(self.tab, "Enter", **self.hand.said(given))
            step["control"] += " on a field of one line"
            step["_repeat"] = self._again(self._in_fields)
            self.hand.ready = self.hand.ready and not step["attempted"]

    async def _in_the_text(self) -> None:
        """Change the mail's text, then press the keys that may send it: the change goes along.

        The card was open before, and was closed: what listened then may listen still.
        """
        tab, given = self.tab, Given("", "none")
        for key in ("Control+Enter", "Meta+Enter"):
            if not await self.hand.give(given):
                return
            await self.hand.close(given, ())
            if not await self.hand.give(given):
                return
            self.hand.ready = False
            edits = (f"{BODY_MARK} {EDIT}",)
            if not await self.hand.change():
                return
            step = await press_key(tab, key, **self.hand.said(given), _edits=edits)
            step["control"] += " in the mail"
            approvals = [one for one in step["attempted"] if one["approves"]]
            if approvals:
                step["edit"] = "kept" if approvals[-1]["edits"] else "lost"
            step["_repeat"] = self._again(self._in_the_text)

    async def _again_and_again(self, letter: str) -> None:
        """Press a letter that decides twice, before the first is answered: it decides once."""
        tab, given = self.tab, Given("", "given")
        if not await self.hand.give(given, anew=True):
            return
        self.hand.ready = False
        await tab.page.evaluate("__caio.blur()")
        await tab.page.evaluate("late => __caio.late(late)", _SLOW)
        step = tab.step(f"the key {letter}, pressed twice", key=True, **self.hand.said(given))
        for _ in range(2):
            told = [tab.number, [{"key": letter}]]
            await tab.page.evaluate("([n, keys]) => __caio.keys(n, keys)", told)
            await tab.run(0.5)
        await tab.run(20.0)
        await tab.collect()
        step["_repeat"] = self._again(self._again_and_again, letter)

    def _again(self, look: Any, *given: Any) -> Any:
        async def again(other: Tab) -> None:
            await getattr(self._in(other), look.__name__)(*given)

        return again

    def _in(self, other: Tab) -> "FormKeys":
        return FormKeys(FormHand(other, self.hand.form), self.tag)

    async def _typed(self) -> None:
        """Type each letter where words are typed: that is no order to do anything."""
        if not await self.hand.give(Given(self.tag, "given")) or await self.hand.see() is None:
            return
        said, chosen = self.hand.said(Given(self.tag, "given")), self.hand.info["chosen"]
        await self.tab.page.evaluate("at => __caio.focusReason(at)", self.hand.info["at"])
        await press_letters(self.tab, alone=True, **said, typed=True)
        await self._same_tag(said, chosen)
        if await self.tab.page.evaluate("mark => __caio.focusMail(mark)", BODY_MARK):
            await press_letters(self.tab, alone=True, **said, typed=True)
            await self._same_tag(said, chosen)
        self.hand.ready = False

    async def _same_tag(self, said: dict[str, Any], chosen: str) -> None:
        """Note where typing chose another tag than ``chosen``, the one before."""
        if await self.hand.see() is None or self.hand.info["chosen"] in {"", chosen}:
            return
        step = self.tab.step("(typing a reason)", **said)

        async def again(other: Tab) -> None:
            await self._in(other)._typed()

        step |= {"left": str(self.hand.info["chosen"]), "_repeat": again}

    async def _letters(self) -> None:
        if not await self.hand.give(Given("", "given")):
            return
        await self.tab.page.evaluate("__caio.blur()")
        before = self.tab.number
        await press_letters(self.tab, **self.hand.said(Given("", "given")))
        self.hand.ready = False
        for step in self.tab.since(before):
            letter = step["control"].removeprefix("the key ")
            if len(letter) == 1 and (approving(step) or rejecting(step)):
                await self._again_and_again(letter)

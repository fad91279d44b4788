"""Whether a tag is chosen before anybody chose it, and whether each is sent as what it reads.

Source: ``docs/page.md, Steps``.
"""

from dataclasses import replace
from typing import Any

from pytest_caio.observe.page.discovery import steps_of, walk
from pytest_caio.observe.page.form_hand import FormHand, Given, other_card
from pytest_caio.observe.page.form_view import FormLook
from pytest_caio.observe.page.tab import Lost, Tab

_RESERVE = 1.5


class LeftOver:
    """What the page remembers, looked at once ``look`` has found what rejects."""

    def __init__(self, tab: Tab, look: FormLook) -> None:
        self.tab, self.form = tab, look.form
        self.tag, self.rejectors = look.tag, look.rejectors
        self.rest = [tag for tag in look.offered if tag not in {look.tag, look.other}]

    async def look(self) -> None:
        """Look at a card after another one, after a rejection, after a reload; then at each tag."""
        checks = {
            "a tag that is left over from another card": self._left_by_other_card,
            "a tag that is left over from a rejection": self._left_by_rejection,
            "a tag that is remembered": self._left_by_reload,
            "each of the tags": self._each_tag,
        }
        for name, check in checks.items():
            if self.tab.setting.left < _RESERVE:
                self.tab.setting.unexplored.append(name)
                continue
            try:
                await check()
            except Lost:
                if not self.tab.clock:
                    raise

    async def _left_by_other_card(self) -> None:
        """Choose on one card, leave it, open another: nothing is chosen there."""
        await self._left(self.tab, "chosen on another card", reject=False)

    async def _left_by_rejection(self) -> None:
        """Reject one card, open another: nothing is chosen there."""
        await self._left(self.tab, "given for the card before", reject=True)

    async def _left_by_reload(self) -> None:
        """Load the page again in the same browser: it remembers no tag."""
        hand, tab = FormHand(self.tab, self.form), self.tab
        if not await hand.give(Given(self.tag, "given"), anew=True):
            return
        await self._reject(hand, self.tag)
        if await walk(tab, self.form.path):
            await self._expect_empty(hand, "remembered from the visit before", self._left_by_reload)

    async def _left(self, tab: Tab, how: str, *, reject: bool) -> None:
        hand = FormHand(tab, self.form)
        if not await walk(tab, self.form.path[:1]):
            return
        way = other_card(self.form.path, await tab.view())
        if way is None and len(self.form.path) > 1 and await walk(tab, self.form.path[:-1]):
            way = other_card(self.form.path, await tab.view())
        if way is None or not await hand.give(Given(self.tag, "given"), anew=True):
            return
        if reject:
            await self._reject(hand, self.tag)
        else:
            await hand.close(Given(self.tag, "given"), self.rejectors)
        start = next(at for at, one in enumerate(way) if one["card"])
        # A page may go on to the next card by itself: then what is open there is looked at.
        await steps_of(tab, way[start:])
        hand.form = replace(self.form, path=way, info={**self.form.info, "card": ""})

        async def again() -> None:
            await self._left(tab, how, reject=reject)

        await self._expect_empty(hand, how, again)

    async def _reject(self, hand: FormHand, tag: str) -> None:
        if self.rejectors:
            try:
                more = hand.said(Given(tag, "given"))
                await hand.tab.press(self.rejectors[0], seconds=60.0, **more)
            except Lost:
                return

    async def _expect_empty(self, hand: FormHand, how: str, again: Any) -> None:
        tab = hand.tab
        if await hand.see() is None:
            tab.setting.unexplored.append(f"a tag {how}, as the form did not open again")
            return
        tab.step(f"(a tag {how})", place="form", card=hand.card, left=str(hand.info["chosen"]))
        if not await hand.give_here(Given("", "given")) or not self.rejectors:
            return
        control = {**self.rejectors[0], "card": hand.card}
        said = hand.said(Given("", "given")) | {"how": how}
        try:
            step = await tab.press(control, seconds=60.0, **said)
        except Lost:
            return
        step["_repeat"] = None

    async def _each_tag(self) -> None:
        """Reject with each of the other tags: what it reads is what is sent."""
        hand = FormHand(self.tab, self.form)
        for tag in self.rest:
            if self.rejectors and self.tab.setting.left > _RESERVE:
                await hand.press(self.rejectors[0], Given(tag, "given"), seconds=5.0)

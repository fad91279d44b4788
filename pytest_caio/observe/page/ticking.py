"""Ticking cards in the list, and pressing what decides those.

Source: ``docs/page.md, Steps``.
"""

from collections.abc import Sequence
from typing import Any

from pytest_caio.observe.page.discovery import walk
from pytest_caio.observe.page.form_view import FormLook
from pytest_caio.observe.page.gate_cards import SHARED
from pytest_caio.observe.page.ranking import Control, place_of
from pytest_caio.observe.page.tab import Lost, Tab

POLLED = 120.0
"""Seconds in which a page has read its queue again."""
SOON = 2.0
STATUS = 500
"""What a server answers that refuses."""
AT_ONCE, WHOLE = 0.5, 60.0
"""Seconds before any answer, and until all that was ticked is decided."""
FEW = 2


class Ticking:
    """One control of the list that approves cards. ``decided`` are those that it did first,
    ``found`` is the form of a card, ``filters`` what hides some of the list's cards.
    """

    def __init__(
        self, tab: Tab, found: FormLook, path: Sequence[Control], control: Control,
        decided: Sequence[str], filters: Sequence[Control] = (),
    ) -> None:  # fmt: skip
        self.tab, self.found, self.path, self.control = tab, found, tuple(path), control
        self.form, self.decided, self.filters = found.form, decided, filters

    def _again(self, look: Any) -> Any:
        async def again(other: Tab) -> None:
            given = (self.found, self.path, self.control, self.decided, self.filters)
            await getattr(type(self)(other, *given), look.__name__)()

        return again

    async def boxes(self) -> list[Control]:
        """Return what can be ticked for a card."""
        view = await self.tab.view()
        return [
            one for one in view["controls"]
            if one["box"] and one["card"] and not (one["off"] or one["inert"])
        ]  # fmt: skip

    async def tick(self, *boxes: Control) -> list[str]:
        """Tick some; return the cards that their rows read as, whatever is behind them."""
        return [await self._ticked(box) for box in boxes]

    async def _ticked(self, box: Control) -> str:
        where = [box["key"], box["nth"], box["card"]]
        reads = await self.tab.page.evaluate("where => __caio.readsAs(...where)", where)
        await self.tab.press(box, place="way", seconds=AT_ONCE)
        return str(reads or box["card"])

    async def press(self, how: str, again: Any, seconds: float = WHOLE, **more: Any) -> Any:
        """Press what decides; ``how`` says in which state, ``again`` is the look that does it."""
        named = {**self.control, "label": f"{self.control['label']}, {how}"}
        step = await self.tab.press(named, place="list", seconds=seconds, **more)
        step["_repeat"] = self._again(again)
        return step

    async def about_ticks(self) -> bool:
        """Return whether it decides what is ticked, and nothing else."""
        if not await walk(self.tab, self.path) or not (boxes := await self.boxes()):
            return False
        # What it decides anyway tells nothing, nor does what is ticked already.
        off = [box for box in boxes if not box["on"]]
        if not off:
            return False
        others = [box for box in off if box["card"] not in self.decided]
        ticked = [str(box["card"]) for box in boxes if box["on"]]
        ticked += await self.tick((others or off)[0])
        try:
            step = await self.tab.press(self.control, place="list", seconds=WHOLE)
        except Lost:
            return False
        done = [card for one in step["attempted"] for card in one["cards"]]
        return sorted(done) == sorted(ticked)

    async def narrow(self) -> bool:
        """Hide some of the list by a search; return whether that can be done."""
        written = [self.tab.number, SHARED]
        before = len(await self.boxes())
        if not await self.tab.page.evaluate("all => __caio.write(...all)", written):
            return False
        await self.tab.run(SOON)
        return 0 < len(await self.boxes()) < before

    async def all_ticked(self) -> bool:
        """Choose all; return whether something does that."""
        view = await self.tab.view()
        for one in view["controls"]:
            words = str(one["label"]).lower().split()
            fits = "all" in words and not (one["card"] or one["off"])
            if fits and one["key"] != self.control["key"]:
                await self.tab.press(one, place="list", seconds=AT_ONCE)
                if (boxes := await self.boxes()) and all(box["on"] for box in boxes):
                    return True
        return False

    def further(self) -> list[Control]:
        """Return what is pressed between the list and what decides."""
        listed = {place_of(one) for one in self.form.path if not one["card"]}
        return [one for one in self.path if place_of(one) not in listed]

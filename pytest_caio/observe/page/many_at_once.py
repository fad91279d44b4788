"""What decides many cards at once: those that were ticked, and as many as it says.

Source: ``docs/page.md, Steps``.
"""

from contextlib import suppress
from typing import Any

from pytest_caio.evidence.probe_names import GATE_CARDS
from pytest_caio.observe.page.discovery import steps_of, walk
from pytest_caio.observe.page.in_turn import in_turn
from pytest_caio.observe.page.sayings import LINES, says_done
from pytest_caio.observe.page.step_deeds import gather
from pytest_caio.observe.page.tab import Lost
from pytest_caio.observe.page.ticking import AT_ONCE, FEW, POLLED, SOON, STATUS, WHOLE, Ticking

_SLOW = 3000
_FILTERS = 3
_READS = "__caio.linesAsRead()"


class ManyAtOnce(Ticking):
    """Looks for which nothing but the list is needed."""

    async def look(self, *, ticks: bool) -> None:
        """Take each look, as long as there is time; ``ticks`` says that it is about those."""
        label = self.control["label"]
        looks: dict[str, Any] = {
            f"{label}, when another card has come": self.arrived,
            f"{label}, that was refused": self.refused,
            f"{label}, and no": self.declined,
            f"{label}, with one taken out": self.taken_out,
        }
        if ticks:
            looks |= {
                f"{label}, in a queue that has changed": self.turned,
                f"{label}, in a list that was narrowed": self.narrowed,
                f"{label}, with all chosen before": self.all_chosen,
                f"{label}, with all chosen but one": self.all_but_one,
                f"{label}, with all chosen that are shown": self.all_shown,
                f"{label}, while another is ticked": self.meanwhile,
            }
        await in_turn(self.tab, looks)

    async def turned(self) -> None:
        """Tick a card where the list's order has changed: it is the one that its row names.

        One that was ticked before is decided where it is shown as ticked still.
        """
        if await walk(self.tab, self.path):
            await self.tick(*(await self.boxes())[:1])
            await self.tab.page.evaluate("__caio.turn()")
            await self.tab.run(POLLED)
            boxes = await self.boxes()
            ticked = [str(one["card"]) for one in boxes if one["on"]]
            ticked += await self.tick(*[one for one in boxes if not one["on"]][-1:])
            if boxes:
                await self.press("in a queue that has changed", self.turned, ticked=ticked)

    async def narrowed(self) -> None:
        """Tick from one row to another where others are hidden: those are not meant."""
        for control in (None, *self.filters[:_FILTERS]):
            if not await walk(self.tab, self.path):
                return
            done = steps_of(self.tab, [control]) if control else self.narrow()
            if await done and FEW <= len(boxes := await self.boxes()) < len(GATE_CARDS):
                await self.tick(boxes[0], {**boxes[-1], "held": True})
                ticked = [str(one["card"]) for one in boxes]
                await self.press("in a list that was narrowed", self.narrowed, ticked=ticked)
                return

    async def _choose_all(self) -> bool:
        return await walk(self.tab, self.path) and await self.all_ticked()

    async def all_chosen(self) -> None:
        """Choose all, then hide some: as many are decided as the page asks about."""
        if await self._choose_all() and await self.narrow():
            await self.press("with all chosen before", self.all_chosen)

    async def all_but_one(self) -> None:
        """Choose all, take one out again, and wait: that one stays out."""
        if not await self._choose_all():
            return
        out = await self.tick(*(await self.boxes())[:1])
        await self.tab.run(POLLED)
        # What is on a further page was chosen as well.
        ticked = [card for card in GATE_CARDS if card not in out]
        await self.press("with all chosen but one", self.all_but_one, ticked=ticked)

    async def all_shown(self) -> None:
        """Hide some, then choose all: what is hidden is none of those."""
        if not await walk(self.tab, self.path) or not await self.narrow():
            return
        shown = [str(one["card"]) for one in await self.boxes()]
        if await self.all_ticked():
            how = "with all chosen that are shown"
            await self.press(how, self.all_shown, ticked=shown)

    async def declined(self) -> None:
        """Answer the browser's own question with no: nothing is decided."""
        if await walk(self.tab, self.path):
            await self.tick(*(await self.boxes())[:1])
            await self.tab.page.evaluate("() => { __caio.state.declines = true; }")
            step = await self.press("when the answer was no", self.declined, ticked=[])
            if not step["asked"]:
                step["ticked"] = None

    async def taken_out(self) -> None:
        """Where some are ticked from the start, take one out: that one stays out."""
        if not await walk(self.tab, self.path):
            return
        on = [one for one in await self.boxes() if one["on"]]
        if on:
            await self.tick(on[0])
            ticked = [str(one["card"]) for one in on[1:]]
            with suppress(Lost):
                await self.press("with one taken out", self.taken_out, ticked=ticked)

    async def arrived(self) -> None:
        """Press when a card has come that the page hasn't shown yet: it is none of those.

        Where the page asks a question of its own, it has come while that stood there.
        """
        asks = self.further()[-1:]
        if not await walk(self.tab, self.path[: len(self.path) - len(asks)]):
            return
        await self.tick(*(await self.boxes())[:1])
        told, page = list[str](), self.tab.page
        if asks:
            before = await page.evaluate(_READS)
            if not await steps_of(self.tab, asks):
                return
            told = [line for line in await page.evaluate(_READS) if line not in before]
        await page.evaluate("__caio.arrive()")
        if asks:
            await self.tab.run(POLLED)
            there = await page.evaluate(_READS)
            told = [line for line in told if line in there]
        step = await self.press("when another card has come", self.arrived)
        step["asked"] = [*step["asked"], *told]

    async def refused(self) -> None:
        """Press where the server refuses: the page doesn't say what it says of what was taken."""
        taken: set[str] = set()
        for status in (0, STATUS):
            if not await walk(self.tab, self.path):
                return
            await self.tick(*(await self.boxes())[:1])
            before = await self.tab.page.evaluate(LINES)
            await self.tab.page.evaluate("status => __caio.refuse(status)", status)
            step = await self.press("that was refused", self.refused, seconds=SOON)
            says = await says_done(self.tab.page, before)
            step["refused"] = bool(status)
            if status and step["attempted"] and taken and taken <= says:
                step["belied"] = sorted(taken)
            taken = says

    async def meanwhile(self) -> None:
        """Tick another card while the first ones are being decided: it is for later."""
        if not await walk(self.tab, self.path):
            return
        boxes = await self.boxes()
        if len(boxes) < FEW:
            return
        ticked = await self.tick(boxes[0])
        await self.tab.page.evaluate("late => __caio.late(late)", _SLOW)
        how = "while another is ticked"
        step = await self.press(how, self.meanwhile, seconds=AT_ONCE, ticked=ticked)
        before = self.tab.number
        try:
            await self.tick(boxes[1])
        except Lost:
            return
        await self.tab.run(WHOLE)
        await self.tab.collect()
        gather(step, self.tab.since(before))

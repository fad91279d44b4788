"""What decides many cards at once: those that were ticked, and as many as it says.

Source: ``docs/page.md, Steps``.
"""

from collections.abc import Sequence
from typing import Any

from pytest_caio.observe.page.discovery import Form, steps_of, walk
from pytest_caio.observe.page.form_hand import FormHand, Given
from pytest_caio.observe.page.gate_cards import SHARED
from pytest_caio.observe.page.in_turn import in_turn
from pytest_caio.observe.page.other_cards import from_card, way_to_another
from pytest_caio.observe.page.ranking import Control
from pytest_caio.observe.page.sayings import LINES, says_done
from pytest_caio.observe.page.step_deeds import gather
from pytest_caio.observe.page.tab import EDIT, Lost, Tab

_POLLED, _SOON, _AT_ONCE, _ALL = 120.0, 2.0, 0.5, 60.0
_SLOW, _STATUS = 3000, 500
_FEW = 2


class ManyAtOnce:
    """One control of the list that approves cards. ``decided`` are those that it did first."""

    def __init__(
        self, tab: Tab, form: Form, path: Sequence[Control], control: Control,
        decided: Sequence[str],
    ) -> None:  # fmt: skip
        self.tab, self.form, self.path, self.control = tab, form, tuple(path), control
        self.decided = decided

    async def look(self) -> None:
        """Take each look, as long as there is time."""
        label = self.control["label"]
        looks: dict[str, Any] = {
            f"{label}, after a text was changed": self.changed,
            f"{label}, when another card has come": self.arrived,
            f"{label}, that was refused": self.refused,
        }
        if await self._about_ticks():
            looks |= {
                f"{label}, in a queue that has changed": self.turned,
                f"{label}, in a list that was narrowed": self.narrowed,
                f"{label}, with all chosen before": self.all_chosen,
                f"{label}, with all chosen but one": self.all_but_one,
                f"{label}, while another is ticked": self.meanwhile,
            }
        await in_turn(self.tab, looks)

    def _again(self, look: Any) -> Any:
        async def again(other: Tab) -> None:
            more = ManyAtOnce(other, self.form, self.path, self.control, self.decided)
            await getattr(more, look.__name__)()

        return again

    async def _boxes(self) -> list[Control]:
        view = await self.tab.view()
        return [
            one for one in view["controls"]
            if one["box"] and one["card"] and not (one["off"] or one["inert"])
        ]  # fmt: skip

    async def _tick(self, *boxes: Control) -> list[str]:
        """Tick some; return the cards that their rows read as, whatever is behind them."""
        return [await self._ticked(box) for box in boxes]

    async def _ticked(self, box: Control) -> str:
        where = [box["key"], box["nth"], box["card"]]
        reads = await self.tab.page.evaluate("where => __caio.readsAs(...where)", where)
        await self.tab.press(box, place="way", seconds=_AT_ONCE)
        return str(reads or box["card"])

    async def _press(self, how: str, again: Any, seconds: float = _ALL, **more: Any) -> Any:
        named = {**self.control, "label": f"{self.control['label']}, {how}"}
        step = await self.tab.press(named, place="list", seconds=seconds, **more)
        step["_repeat"] = self._again(again)
        return step

    async def _about_ticks(self) -> bool:
        """Return whether it decides what is ticked, and nothing else."""
        if not await walk(self.tab, self.path) or not (boxes := await self._boxes()):
            return False
        ticked = await self._tick(boxes[0])
        try:
            step = await self.tab.press(self.control, place="list", seconds=_ALL)
        except Lost:
            return False
        return [card for one in step["attempted"] for card in one["cards"]] == ticked

    async def turned(self) -> None:
        """Tick a card where the list's order has changed: it is the one that its row names."""
        if await walk(self.tab, self.path):
            await self.tab.page.evaluate("__caio.turn()")
            await self.tab.run(_POLLED)
            if boxes := await self._boxes():
                ticked = await self._tick(boxes[-1])
                await self._press("in a queue that has changed", self.turned, ticked=ticked)

    async def narrowed(self) -> None:
        """Tick from one row to another where others are hidden: those are not meant."""
        if not await walk(self.tab, self.path) or not await self._narrow():
            return
        boxes = await self._boxes()
        if len(boxes) >= _FEW:
            await self._tick(boxes[0], {**boxes[-1], "held": True})
            ticked = [str(one["card"]) for one in boxes]
            await self._press("in a list that was narrowed", self.narrowed, ticked=ticked)

    async def _narrow(self) -> bool:
        written = [self.tab.number, SHARED]
        before = len(await self._boxes())
        if not await self.tab.page.evaluate("all => __caio.write(...all)", written):
            return False
        await self.tab.run(_SOON)
        return 0 < len(await self._boxes()) < before

    async def _choose_all(self) -> bool:
        if not await walk(self.tab, self.path):
            return False
        view = await self.tab.view()
        for one in view["controls"]:
            words = str(one["label"]).lower().split()
            fits = "all" in words and not (one["card"] or one["off"])
            if fits and one["key"] != self.control["key"]:
                await self.tab.press(one, place="list", seconds=_AT_ONCE)
                if (boxes := await self._boxes()) and all(box["on"] for box in boxes):
                    return True
        return False

    async def all_chosen(self) -> None:
        """Choose all, then hide some: as many are decided as the page asks about."""
        if await self._choose_all() and await self._narrow():
            await self._press("with all chosen before", self.all_chosen)

    async def all_but_one(self) -> None:
        """Choose all, take one out again, and wait: that one stays out."""
        if not await self._choose_all():
            return
        boxes = await self._boxes()
        out = await self._tick(*boxes[:1])
        await self.tab.run(_POLLED)
        ticked = [str(one["card"]) for one in boxes if one["card"] not in out]
        await self._press("with all chosen but one", self.all_but_one, ticked=ticked)

    async def arrived(self) -> None:
        """Press when a card has come that the page hasn't shown yet: it is none of those."""
        if await walk(self.tab, self.path):
            await self._tick(*(await self._boxes())[:1])
            await self.tab.page.evaluate("__caio.arrive()")
            await self._press("when another card has come", self.arrived)

    async def refused(self) -> None:
        """Press where the server refuses: the page doesn't say what it says of what was taken."""
        taken: set[str] = set()
        for status in (0, _STATUS):
            if not await walk(self.tab, self.path):
                return
            await self._tick(*(await self._boxes())[:1])
            before = await self.tab.page.evaluate(LINES)
            await self.tab.page.evaluate("status => __caio.refuse(status)", status)
            step = await self._press("that was refused", self.refused, seconds=_SOON)
            says = await says_done(self.tab.page, before)
            step["refused"] = bool(status)
            if status and step["attempted"] and taken and taken <= says:
                step["belied"] = sorted(taken)
            taken = says

    async def meanwhile(self) -> None:
        """Tick another card while the first ones are being decided: it is for later."""
        if not await walk(self.tab, self.path):
            return
        boxes = await self._boxes()
        if len(boxes) < _FEW:
            return
        ticked = await self._tick(boxes[0])
        await self.tab.page.evaluate("late => __caio.late(late)", _SLOW)
        how = "while another is ticked"
        step = await self._press(how, self.meanwhile, seconds=_AT_ONCE, ticked=ticked)
        before = self.tab.number
        try:
            await self._tick(boxes[1])
        except Lost:
            return
        await self.tab.run(_ALL)
        await self.tab.collect()
        gather(step, self.tab.since(before))

    async def changed(self) -> None:
        """Change a card's text, leave it, look again: what stands there then is what is sent."""
        tab, hand, given = self.tab, FormHand(self.tab, self.form), Given("", "none")
        way = self.form.path
        if self.form.card not in self.decided:
            way = await way_to_another(tab, self.form, self.decided[0], {}) or ()
        card = next((str(one["card"]) for one in way if one["card"]), "")
        if card not in self.decided or not await walk(tab, self.path):
            return
        hand.form = self.form.on(way)
        shown = ""
        for change in (True, False):
            if not await steps_of(tab, from_card(way)) or await hand.see() is None:
                return
            if change and not await hand.change():
                return
            shown = await tab.page.evaluate("__caio.mailShown()")
            await hand.close(given, ())
        boxes = [one for one in await self._boxes() if one["card"] == card]
        await self._tick(*boxes[:1])
        how = "after a text was changed"
        step = await self._press(how, self.changed, _shown=shown, _edits=(EDIT,))
        sent = [one for one in step["attempted"] if card in one["cards"]]
        if sent and EDIT in shown and not any(one["edits"] for one in sent):
            step["edit"] = "lost"


async def many_at_once(
    tab: Tab, form: Form, found: Sequence[tuple[Sequence[Control], Control, Sequence[str]]]
) -> None:
    """Look at each control that was found to approve cards from the list: path, control, cards."""
    for path, control, cards in found[:_FEW]:
        look = ManyAtOnce(tab, form, path, control, cards)
        await in_turn(tab, {control["label"]: look.look})

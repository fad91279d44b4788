"""What decides many at once, and a card that was opened before: what was ticked then is decided.

Source: ``docs/page.md, Steps``.
"""

import re
from collections.abc import Sequence
from functools import partial
from typing import Any

from pytest_caio.observe.page.discovery import steps_of, walk
from pytest_caio.observe.page.form_hand import FormHand, Given
from pytest_caio.observe.page.form_view import FormLook
from pytest_caio.observe.page.in_turn import in_turn
from pytest_caio.observe.page.many_at_once import ManyAtOnce
from pytest_caio.observe.page.many_waiting import ManyWaiting
from pytest_caio.observe.page.other_cards import from_card, way_to_another
from pytest_caio.observe.page.ranking import Control
from pytest_caio.observe.page.sayings import LINES
from pytest_caio.observe.page.step_deeds import outlived, rejecting
from pytest_caio.observe.page.tab import EDIT, TEN_MINUTES, Tab
from pytest_caio.observe.page.ticking import FEW, POLLED, SOON, STATUS, Ticking

# What was changed and isn't sent is said to be so, where it is kept for later.
_DRAFT = re.compile(r"\b(?:drafts?|unsent|unsaved|restored|not (?:yet )?sent)\b", re.IGNORECASE)


class ManyAndCards(Ticking):
    """Looks for which a card is opened and changed, or decided, before or after."""

    async def look(self, *, ticks: bool) -> None:
        """Take each look, as long as there is time; ``ticks`` says that it is about those."""
        label = self.control["label"]
        looks: dict[str, Any] = {
            f"{label}, after a text was changed": self.changed,
            f"{label}, after another card was open": self.opened_before,
        }
        if ticks:
            looks |= {
                f"{label}, when one that was ticked was decided": self.decided_before,
                f"{label}, and one rejected that was refused": self.rejected_then,
            }
        await in_turn(self.tab, looks)

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
        shown, before = "", set[str]()
        for change in (True, False):
            if not await steps_of(tab, from_card(way)) or await hand.see() is None:
                return
            if change and not await hand.change():
                return
            shown = await tab.page.evaluate("__caio.mailShown()")
            lines = {*await tab.page.evaluate(LINES)}
            told = any(_DRAFT.search(line) for line in lines - before)
            before = lines
            await hand.close(given, ())
        boxes = [one for one in await self.boxes() if one["card"] == card]
        await self.tick(*boxes[:1])
        how = "after a text was changed"
        step = await self.press(how, self.changed, _mail={"shown": shown}, _edits=(EDIT,))
        sent = [one for one in step["attempted"] if card in one["cards"]]
        if sent and EDIT in shown and not told and not any(one["edits"] for one in sent):
            step["edit"] = "lost"

    async def opened_before(self) -> None:
        """Open a card and leave it, then press: no other card gets its text."""
        tab, hand, rest = self.tab, FormHand(self.tab, self.form), from_card(self.form.path)
        if self.form.card in self.decided or not await walk(tab, self.path):
            return
        if not await steps_of(tab, rest) or await hand.see() is None:
            return
        await hand.close(Given("", "none"), ())
        await self.tick(*[one for one in await self.boxes() if one["card"] in self.decided][:1])
        await self.press("after another card was open", self.opened_before)

    async def _rejected(self) -> bool:
        """Open the form's card and reject it; return whether that could be done."""
        hand, given = FormHand(self.tab, self.form), Given(self.found.tag, "given")
        if not self.found.rejectors or not await steps_of(self.tab, from_card(self.form.path)):
            return False
        if await hand.see() is None or (view := await hand.give_here(given)) is None:
            return False
        step = await hand.press_here(self.found.rejectors[0], given, view, seconds=SOON)
        return rejecting(step)

    async def decided_before(self) -> None:
        """Tick a card, reject it, tick another one: that one alone is approved."""
        if not await walk(self.tab, self.path):
            return
        await self.tab.page.evaluate("__caio.removes(true)")
        first = [one for one in await self.boxes() if one["card"] == self.form.card][:1]
        if not first:
            return
        await self.tick(*first)
        if not await self._rejected():
            return
        await self.tab.run(POLLED)
        rest = [one for one in await self.boxes() if one["card"] != self.form.card]
        if rest:
            ticked = [str(one["card"]) for one in rest if one["on"]]
            ticked += await self.tick(*[one for one in rest if not one["on"]][:1])
            how = "when one that was ticked was decided"
            await self.press(how, self.decided_before, ticked=ticked)

    async def rejected_then(self) -> None:
        """Press where the server refuses, then reject one of the cards: it isn't approved later."""
        if not await walk(self.tab, self.path):
            return
        boxes = [one for one in await self.boxes() if one["card"] == self.form.card][:1]
        if not boxes:
            return
        await self.tick(*boxes)
        await self.tab.page.evaluate("status => __caio.refuse(status)", STATUS)
        first = self.tab.number
        step = await self.press("that was refused", self.rejected_then, seconds=SOON)
        step["refused"] = True
        await self.tab.page.evaluate("__caio.refuse(0)")
        if await self._rejected():
            await self.tab.run(TEN_MINUTES)
            await self.tab.collect()
            steps = self.tab.since(first)
            outlived([one for one in steps if rejecting(one)], steps)


async def many_at_once(
    tab: Tab,
    look: FormLook,
    found: Sequence[tuple[Sequence[Control], Control, Sequence[str]]],
    filters: Sequence[Control],
) -> None:
    """Look at each control that was found to approve cards from the list: path, control, cards.

    ``filters`` hide some of its cards.
    """
    for path, control, cards in found[:FEW]:
        ticks = await ManyAtOnce(tab, look, path, control, cards).about_ticks()
        for kind in (ManyAtOnce, ManyWaiting, ManyAndCards):
            more = kind(tab, look, path, control, cards, filters)
            await in_turn(tab, {control["label"]: partial(more.look, ticks=ticks)})

"""What decides many at once, where many wait or some are hidden, once more, and stopped.

Source: ``docs/page.md, Steps``.
"""

import re
from contextlib import suppress
from typing import Any

from pytest_caio.evidence.probe_names import GATE_CARDS
from pytest_caio.observe.page.discovery import steps_of, walk
from pytest_caio.observe.page.in_turn import in_turn
from pytest_caio.observe.page.ranking import fresh
from pytest_caio.observe.page.step_deeds import gather
from pytest_caio.observe.page.tab import Lost
from pytest_caio.observe.page.ticking import AT_ONCE, POLLED, SOON, WHOLE, Ticking
from pytest_caio.observe.page.waiting_cards import cards_in

_SLOW = 3000
# Milliseconds that a server takes for one of several, and seconds until all were decided, in which
# no list is read again by itself.
_WHILE, _ANSWERED = 400, 2.5
_FILTERS = 3
_SHOWN = re.compile(r"\b(?:shown|visible|listed|these|filtered)\b", re.IGNORECASE)
_STOPS = re.compile(r"\b(?:stop|cancel|abort|halt|pause)\b", re.IGNORECASE)


class ManyWaiting(Ticking):
    """Looks for which it matters what else waits in the list, and what is shown of it."""

    async def look(self, *, ticks: bool) -> None:
        """Take each look, as long as there is time; ``ticks`` says that it is about those."""
        label = self.control["label"]
        looks: dict[str, Any] = {
            f"{label}, pressed once more": self.once_more,
            f"{label}, in a long queue": self.in_a_long_queue,
            f"{label}, stopped": self.stopped,
            f"{label}, in a list that was filtered": self.filtered,
        }
        if ticks:
            looks[f"{label}, with one chosen that a filter hides"] = self.hidden_one
        await in_turn(self.tab, looks)

    async def once_more(self) -> None:
        """Press again when all was answered: nothing is decided twice.

        The server takes its time, and until it has decided a card that is in its queue.
        """
        if not await walk(self.tab, self.path):
            return
        await self.tick(*(await self.boxes())[:1])
        await self.tab.page.evaluate("__caio.removes(true)")
        await self.tab.page.evaluate("late => __caio.late(late)", _WHILE)
        first = await self.press("at first", self.once_more, seconds=_ANSWERED)
        done = {card for one in first["attempted"] for card in one["cards"]}
        if done:
            rest = [card for card in GATE_CARDS if card not in done]
            await self.press("pressed once more", self.once_more, ticked=rest)

    async def in_a_long_queue(self) -> None:
        """Press with many of the least urgent kind waiting: each of them is decided once."""
        if not await walk(self.tab, self.path):
            return
        await self.tab.page.evaluate("__caio.crowd('cool')")
        await self.tab.run(POLLED)
        chosen = await self.all_ticked()
        how = "in a long queue"
        step = await self.press(how, self.in_a_long_queue, seconds=SOON)
        # A question on the way, or a while to take it back, is one step more than a press.
        asked = chosen or self.further() or step["asked"]
        step["unasked"] = bool(step["attempted"]) and not asked
        before = self.tab.number
        await self.tab.run(WHOLE)
        await self.tab.collect()
        gather(step, self.tab.since(before))
        # How many those are is the page's affair, and not every page asks for each of them.
        step["asked"] = []

    async def stopped(self) -> None:
        """Stop it with many waiting, where that is offered: what is left then is left."""
        if not await walk(self.tab, self.path):
            return
        await self.tab.page.evaluate("__caio.crowd('cool')")
        await self.tab.run(POLLED)
        await self.all_ticked()
        before = (await self.tab.view())["controls"]
        await self.tab.page.evaluate("late => __caio.late(late)", _SLOW)
        step = await self.press("that is stopped", self.stopped, seconds=AT_ONCE)
        step["asked"] = []
        offered = fresh((await self.tab.view())["controls"], before)
        stops = [one for one in offered if _STOPS.search(one["label"]) and not one["off"]]
        if not stops or not await steps_of(self.tab, stops[:1], AT_ONCE):
            return
        await self.tab.collect()
        sent, first = len(step["attempted"]), self.tab.number
        await self.tab.run(WHOLE)
        await self.tab.collect()
        gather(step, self.tab.since(first))
        # One may be on its way, and one behind it.
        step["unstopped"] = stops[0]["label"] if len(step["attempted"]) > sent + 1 else ""

    async def filtered(self) -> None:
        """Press with some of the list hidden: none is decided that is neither meant nor shown."""
        for control in self.filters[:_FILTERS]:
            if not await walk(self.tab, self.path) or not await steps_of(self.tab, [control]):
                continue
            shown = cards_in(await self.tab.view())
            also = () if _SHOWN.search(self.control["label"]) else self.decided
            how = f"in a list that was filtered by {control['label']}"
            with suppress(Lost):
                await self.press(how, self.filtered, ticked=sorted({*shown, *also}))

    async def hidden_one(self) -> None:
        """Tick a card, hide it by a filter, tick another: as many are decided as is asked about."""
        for control in self.filters[:_FILTERS]:
            if not await walk(self.tab, self.path) or not await steps_of(self.tab, [control]):
                continue
            shown = {one["card"] for one in await self.boxes()}
            if not shown or not await walk(self.tab, self.path):
                continue
            hidden = [one for one in await self.boxes() if one["card"] not in shown][:1]
            ticked = await self.tick(*hidden)
            if hidden and await steps_of(self.tab, [control]):
                ticked += await self.tick(*[one for one in await self.boxes() if not one["on"]][:1])
                how = f"with one chosen that {control['label']} hides"
                await self.press(how, self.hidden_one, ticked=ticked)
                return

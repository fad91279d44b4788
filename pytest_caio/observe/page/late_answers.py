"""What comes late, when another card is open by then: a mail, a refusal, a reading of the queue.

Source: ``docs/page.md, Steps``.
"""

from functools import partial
from typing import Any

from pytest_caio.evidence.probe_names import GATE_CARDS
from pytest_caio.observe.page.around_press import opened_card
from pytest_caio.observe.page.decided_cards import decided_again
from pytest_caio.observe.page.discovery import steps_of, walk
from pytest_caio.observe.page.form_hand import FormHand, Given
from pytest_caio.observe.page.form_view import FormLook
from pytest_caio.observe.page.in_turn import in_turn
from pytest_caio.observe.page.left_over import LeftOver
from pytest_caio.observe.page.other_cards import Way, from_card, way_to_another
from pytest_caio.observe.page.ranking import Control
from pytest_caio.observe.page.sayings import LINES, says_more
from pytest_caio.observe.page.step_deeds import gather
from pytest_caio.observe.page.tab import Tab
from pytest_caio.observe.page.waiting_cards import reads_of_queue, still_lost

# Before any answer, and after one that is late (milliseconds for the page, seconds for its clock).
_AT_ONCE, _LATE, _THEN = 0.02, 3000, 6.0
_SLOW = 8000
# Nobody opens another card sooner after a press.
_NEXT = 0.5
# Seconds in which a page has begun to read its queue again.
_POLLED = 120


class LateAnswers:
    """Looks at answers that the page didn't wait for, once it is known what decides."""

    def __init__(self, tab: Tab, look: FormLook) -> None:
        self.tab, self.form, self.found = tab, look.form, look
        approvers = look.approvers or look.asking
        self.deciders = [
            *((one, Given(look.tag, "given")) for one in look.rejectors[:1]),
            *((one, Given("", "given")) for one in approvers[:1]),
        ]

    async def look(self) -> None:
        """Take each look, as long as there is time."""
        looks: dict[str, Any] = {"a mail that is read late": self.read_late}
        for control, given in self.deciders:
            said = control["label"]
            looks[f"{said}, refused late"] = partial(self.refused_late, control, given)
            looks[f"{said}, while the queue is read"] = partial(self.mid_reading, control, given)
            looks[f"{said}, taken late"] = partial(self.taken_late, control, given)
            looks[f"{said}, while another one is sent"] = partial(self.both, control, given)
        await in_turn(self.tab, looks)

    def _again(self, look: Any, *given: Any) -> Any:
        async def again(other: Tab) -> None:
            await getattr(LateAnswers(other, self.found), look.__name__)(*given)

        return again

    async def read_late(self) -> None:
        """Open a card, then another one, while what the page reads for the first comes late."""
        tab, hand, given = self.tab, FormHand(self.tab, self.form), Given("", "none")
        way = await way_to_another(tab, self.form, GATE_CARDS[0], self.found.ways)
        path = self.form.path
        listed = path[: len(path) - len(from_card(path))]
        if way is None or not await walk(tab, listed):
            return
        await tab.page.evaluate("late => __caio.late(60, late)", _LATE)
        if not await steps_of(tab, from_card(self.form.path), _AT_ONCE):
            return
        if await hand.see() is not None:
            await hand.close(given, self.found.rejectors, _AT_ONCE)
        if await hand.see() is not None:
            return  # It stays open in front of the others.
        await tab.page.evaluate("__caio.late(60, 40)")
        opened = await steps_of(tab, from_card(way), _AT_ONCE)
        await tab.run(_THEN)
        hand.form = self.form.on(way)
        if opened and await hand.see() is not None:
            await opened_card(hand, self._again(self.read_late))

    async def refused_late(self, control: Control, given: Given) -> None:
        """Decide a card, open another one, and only then comes the answer: a refusal.

        The other card stays in front, and nothing that was given for the first one is in it.
        """
        tab, hand = self.tab, FormHand(self.tab, self.form)
        way = await way_to_another(tab, self.form, GATE_CARDS[0], self.found.ways)
        if way is None or not await hand.open():
            return
        await tab.page.evaluate("late => { __caio.refuse(500); __caio.late(late); }", _LATE)
        step = await hand.press(control, given, seconds=_NEXT, on=False)
        if step is None:
            return
        step["refused"], before = True, tab.number
        if not await self._on(hand, way, control, given):
            return
        there = await self._other(hand, way)
        await tab.run(_THEN)
        await tab.collect()
        gather(step, tab.since(before))
        await tab.page.evaluate("__caio.refuse(0); __caio.late(60)")
        again = self._again(self.refused_late, control, given)
        if await self._other(hand, way):
            how = "given for a card that was refused"
            await LeftOver(tab, self.found).expect_empty(hand, how, again)
        elif there and await hand.see() is not None:
            await opened_card(hand, again)

    async def taken_late(self, control: Control, given: Given) -> None:
        """Decide a card, open another one, and only then comes the answer: the other one waits on.

        It may close, and is in the list then.
        """
        tab, hand = self.tab, FormHand(self.tab, self.form)
        way = await way_to_another(tab, self.form, GATE_CARDS[0], self.found.ways)
        if way is None or not await hand.open():
            return
        await tab.page.evaluate("late => { __caio.removes(true); __caio.late(late); }", _LATE)
        if await hand.press(control, given, seconds=_NEXT, on=False) is None:
            return
        if not await self._on(hand, way, control, given):
            return
        if not await self._other(hand, way):
            return
        await tab.run(_THEN)
        await tab.page.evaluate("__caio.late(60)")
        if await hand.see() is None and (lost := await still_lost(tab, {hand.card})):
            step = tab.step(f"(the list, after {control['label']} was answered late)", place="list")
            again = self._again(self.taken_late, control, given)
            step |= {"lost": sorted(lost), "_repeat": again}

    async def both(self, control: Control, given: Given) -> None:
        """Decide a card, and before the answer another one: that one is decided as well.

        The page may have it wait, and may say that it doesn't take it; then it stays open.
        """
        tab, hand = self.tab, FormHand(self.tab, self.form)
        way = await way_to_another(tab, self.form, GATE_CARDS[0], self.found.ways)
        if way is None or not await hand.open():
            return
        await tab.page.evaluate("late => { __caio.removes(true); __caio.late(late); }", _SLOW)
        first = tab.number
        if await hand.press(control, given, seconds=_NEXT, on=False) is None:
            return
        if not await self._on(hand, way, control, given):
            return
        if not await self._other(hand, way) or (view := await hand.give_here(given)) is None:
            return
        label = f"{control['label']}, with another one sent"
        named = {**control, "card": hand.card, "label": label}
        card, before = hand.card, await tab.page.evaluate(LINES)
        step = await hand.press_here(named, given, view, seconds=_NEXT, on=False)
        told = step is None or step["off"] or await says_more(tab.page, before)
        await tab.run(_POLLED)
        await tab.collect()
        sent = [one for each in tab.since(first) for one in each["attempted"]]
        if step is None or told or any(card in one["cards"] for one in sent):
            return
        if await hand.see() is None:
            again = self._again(self.both, control, given)
            step |= {"dead": "while another decision is being sent", "_repeat": again}

    async def mid_reading(self, control: Control, given: Given) -> None:
        """Decide while the queue is being read: the card doesn't come back to be decided again."""
        tab, hand = self.tab, FormHand(self.tab, self.form)
        if not await hand.open():
            return
        await tab.page.evaluate("late => { __caio.removes(true); __caio.late(60, late); }", _LATE)
        began = await tab.page.evaluate("__caio.now()")
        for _ in range(_POLLED):
            await tab.run(1.0)
            if await reads_of_queue(tab, began):
                break
        if await hand.see() is None or (view := await hand.give_here(given)) is None:
            return
        again = self._again(self.mid_reading, control, given)
        await hand.press_here(control, given, view, seconds=_NEXT, again=again)
        await tab.run(_THEN)
        await decided_again(hand, (), [control], given, again)

    async def _on(
        self, hand: FormHand, way: tuple[Control, ...], control: Control, given: Given
    ) -> bool:
        """Press another card, if need be once the first is left; return whether that is there."""
        if await steps_of(self.tab, from_card(way), _AT_ONCE):
            return True
        await hand.close(given, [*self.found.rejectors, control], _AT_ONCE)
        return await steps_of(self.tab, from_card(way), _AT_ONCE)

    async def _other(self, hand: FormHand, way: Way) -> bool:
        """Return whether another card than the first is open."""
        hand.form = self.form.on(way or ())
        return await hand.see() is not None and not hand.info["card"] == self.form.card != ""

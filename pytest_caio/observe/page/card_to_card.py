"""One card after another, and two at once: what is decided is the card that is in front.

Source: ``docs/page.md, Steps``.
"""

from contextlib import suppress
from functools import partial
from typing import Any

from playwright.async_api import Error

from pytest_caio.evidence.probe_names import GATE_CARDS
from pytest_caio.observe.page.around_press import opened_card
from pytest_caio.observe.page.changed_texts import SUBJECT, another_subject
from pytest_caio.observe.page.discovery import steps_of, walk
from pytest_caio.observe.page.form_hand import FormHand, Given
from pytest_caio.observe.page.form_view import FormLook
from pytest_caio.observe.page.in_turn import in_turn
from pytest_caio.observe.page.other_cards import Way, from_card, way_to_another
from pytest_caio.observe.page.ranking import Control, place_of
from pytest_caio.observe.page.second_thoughts import one_taken_back
from pytest_caio.observe.page.step_deeds import approving, idle
from pytest_caio.observe.page.tab import Tab

# Before any answer, and after one that is late (milliseconds for the page, seconds for its clock).
_AT_ONCE, _LATE, _THEN = 0.02, 3000, 6.0
_ANSWERED = 2.0
# Seconds in which a page has read its queue again.
_POLLED = 60.0
# Nobody opens another card sooner after a press.
_NEXT = 0.5
_LEFT, _WRITTEN, _ASKED, _APPROVED = "left", "written in", "asked about", "approved"


class CardToCard:
    """Looks for which a card's number has to stay that card's, once it is known what decides."""

    def __init__(self, tab: Tab, look: FormLook) -> None:
        self.tab, self.form, self.found = tab, look.form, look
        self.approvers = look.approvers or look.asking
        self.deciders = [
            *((one, Given(look.tag, "given")) for one in look.rejectors[:1]),
            *((one, Given("", "given")) for one in self.approvers[:1]),
        ]

    async def look(self) -> None:
        """Take each look, as long as there is time."""
        looks: dict[str, Any] = {
            f"an approval after a card that was {how}": partial(self.next_approved, how)
            for how in (_LEFT, _WRITTEN, _ASKED, _APPROVED)
        }
        looks["a second window"] = self.second_window
        looks["the first of two approvals taken back"] = self.taken_back
        for control, given in self.deciders:
            said = control["label"]
            looks[f"{said}, with the pointer over other cards"] = partial(
                self.pointed, control, given
            )
            looks[f"{said}, with other cards ticked"] = partial(self.ticked, control, given)
            looks[f"{said}, pressed twice"] = partial(self.twice, control, given)
        await in_turn(self.tab, looks)

    def _again(self, look: Any, *given: Any) -> Any:
        async def again(other: Tab) -> None:
            await getattr(CardToCard(other, self.found), look.__name__)(*given)

        return again

    async def next_approved(self, how: str) -> None:
        """Open a card and leave it so, then open another one and approve that: it is that one."""
        for control in self.approvers[: 2 if how == _LEFT else 1]:
            await self._next_approved(control, how)

    async def _next_approved(self, control: Control, how: str) -> None:
        tab, hand = self.tab, FormHand(self.tab, self.form)
        given = Given("", "none")
        way = await self._way(GATE_CARDS[-1])
        if way is None or not await self._first_card(hand, control, given, how):
            return
        row = from_card(way)[0]
        where = [*place_of(row), row["card"]]
        if how == _WRITTEN and not await tab.page.evaluate("at => __caio.inReach(...at)", where):
            return  # Nobody opens another card without closing the one that is open.
        if not await steps_of(tab, from_card(way)):
            await hand.close(given, [*self.found.rejectors, control])
            if not await steps_of(tab, from_card(way)):
                return
        again = self._again(self.next_approved, how)
        view = await self._at(hand, way)
        told = [row["card"], hand.info["at"]]
        if view is not None or await tab.page.evaluate("all => __caio.tellsOf(...all)", told):
            await opened_card(hand, again)
        if view is None:
            return
        if how == _APPROVED and await self._closes(hand, again):
            return
        named = {**control, "card": hand.card, "label": f"{control['label']} on the next card"}
        shown = await tab.page.evaluate("text => __caio.told(text)", SUBJECT)
        edited = {"_edits": (SUBJECT,)}
        step = await hand.press_here(named, given, view, seconds=20.0, again=again, more=edited)
        for one in step["attempted"] if step and not shown else ():
            one["other_text"] = one["other_text"] or bool(one["edits"])
        if step is not None and idle(step):
            alone = await FormHand(tab, hand.form).press(named, given, seconds=20.0, anew=True)
            step["dead"] = f"once another card was {how}" * approving(alone)

    async def _closes(self, hand: FormHand, again: Any) -> bool:
        """Note and return whether a card that is open, and written in, closes by itself."""
        tab = self.tab
        if await hand.give_here(Given("", "given")) is None:
            return False
        await tab.run(_POLLED)
        if await hand.see() is not None:
            return False
        step = tab.step("(a card that was opened after an approval)", place="form", card=hand.card)
        step |= {"wiped": True, "_repeat": again}
        return True

    async def _first_card(self, hand: FormHand, control: Control, given: Given, how: str) -> bool:
        """Open the first card and do with it what is wanted; return whether it could be done."""
        if how == _APPROVED:
            if (view := await hand.give(given, anew=True)) is None:
                return False
            await self.tab.page.evaluate("__caio.removes(true)")
            return await hand.press_here(control, given, view, seconds=5.0) is not None
        if how == _ASKED:
            step = await hand.press(control, given, seconds=2.0, anew=True, on=False)
            asked = step is not None and step["revealed"] > 0 and not approving(step)
        else:
            asked = await hand.give(given, anew=True) is not None
            # What was changed in the first card's text and subject stays there.
            await hand.change()
            await another_subject(hand)
        if how == _WRITTEN:
            return asked
        if asked:
            await hand.close(given, [*self.found.rejectors, control])
        return asked

    async def taken_back(self) -> None:
        """Approve two cards that the page holds back, and take the first one back."""
        way = await self._way(GATE_CARDS[-1])
        if way is not None and self.approvers:
            again = self._again(self.taken_back)
            await one_taken_back(FormHand(self.tab, self.form), way, self.approvers[0], again)

    async def _at(self, hand: FormHand, way: tuple[Control, ...]) -> Any:
        """Return the view where another card than the first is open, None where none is."""
        hand.form = self.form.on(way)
        view = await hand.see()
        return None if view is None or hand.info["card"] == self.form.card != "" else view

    async def _way(self, wanted: str) -> Way:
        return await way_to_another(self.tab, self.form, wanted, self.found.ways)

    async def _list(self) -> bool:
        path = self.form.path
        return await walk(self.tab, path[: len(path) - len(from_card(path))])

    async def second_window(self) -> None:
        """Decide a card while another one is open in a second window of the same browser."""
        if not self.deciders:
            return
        (control, given), tab = self.deciders[0], self.tab
        hand, again = FormHand(tab, self.form), self._again(self.second_window)
        way = await self._way(GATE_CARDS[0])
        if way is None or (view := await hand.give(given, anew=True)) is None:
            return
        page = await tab.pages.new_page()
        try:
            other = Tab(tab.setting, tab.pages, page, tab.clock)
            other.keeps = True
            page.on("dialog", other.say_yes)
            await other.load()
            there = FormHand(other, self.form)
            if await there.see() is not None:
                # The card that is open here opened there as well.
                await there.close(given, self.found.rejectors)
            if not await steps_of(other, way):
                return
            named = {**control, "label": f"{control['label']}, with a second window open"}
            await there.change()  # What is written there stays there.
            await tab.run(_ANSWERED)
            await hand.see()
            await opened_card(hand, again)
            await hand.press_here(named, given, view, seconds=20.0, again=again)
        finally:
            with suppress(Error):
                await page.close()

    async def pointed(self, control: Control, given: Given) -> None:
        """Decide when the pointer came over other cards on its way, where they are to be seen."""
        tab, hand = self.tab, FormHand(self.tab, self.form)
        view = await hand.give(given, anew=True)
        places = await tab.page.evaluate("card => __caio.otherPlaces(card)", hand.card)
        if view is None or not places:
            return
        for x, y in places[:3]:
            await tab.page.mouse.move(x, y)
        await tab.run(_AT_ONCE)
        named = {**control, "label": f"{control['label']}, after pointing at other cards"}
        again = self._again(self.pointed, control, given)
        await hand.press_here(named, given, view, seconds=5.0, again=again)

    async def ticked(self, control: Control, given: Given) -> None:
        """Decide a card while others are ticked: that one alone is decided."""
        tab, hand = self.tab, FormHand(self.tab, self.form)
        if not await self._list():
            return
        told = [tab.number, self.form.card]
        if not await tab.page.evaluate("([n, card]) => __caio.tick(n, card)", told):
            return
        await tab.run(_AT_ONCE)
        # What acts on those that are ticked is no answer to the press.
        hand.around = (*hand.around, *(await tab.view())["controls"])
        if not await steps_of(tab, from_card(self.form.path)) or await hand.see() is None:
            return
        view = await hand.give_here(given)
        if view is not None:
            named = {**control, "label": f"{control['label']}, with other cards ticked"}
            again = self._again(self.ticked, control, given)
            await hand.press_here(named, given, view, seconds=20.0, again=again)

    async def twice(self, control: Control, given: Given) -> None:
        """Press twice in one place, before the first press is answered."""
        tab, hand = self.tab, FormHand(self.tab, self.form)
        if not await hand.give(given, anew=True):
            return
        at = await tab.page.evaluate(
            "where => __caio.placeOf(...where)", [*place_of(control), control["card"]]
        )
        if at is None:
            return
        said = hand.said(given, control)
        await tab.press(control, seconds=_AT_ONCE, **said)
        step = tab.step(f"{control['label']}, pressed twice", **said)
        await tab.page.evaluate("([n, at]) => __caio.pressThere(n, at)", [tab.number, at])
        await tab.run(20.0)
        await tab.collect()
        step["_repeat"] = self._again(self.twice, control, given)

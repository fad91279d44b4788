"""Coming back to a card: after another one, after the page was loaded again, after a search.

Source: ``docs/page.md, Steps``.
"""

import re
from functools import partial
from typing import Any

from pytest_caio.evidence.probe_names import GATE_CARDS
from pytest_caio.observe.page.around_press import opened_card
from pytest_caio.observe.page.decided_cards import decides_here
from pytest_caio.observe.page.discovery import steps_of, walk
from pytest_caio.observe.page.form_hand import FormHand, Given
from pytest_caio.observe.page.form_view import FormLook
from pytest_caio.observe.page.in_turn import in_turn
from pytest_caio.observe.page.left_over import REMEMBERED, LeftOver
from pytest_caio.observe.page.other_cards import Way, from_card, way_to_another
from pytest_caio.observe.page.step_deeds import gather, rejecting
from pytest_caio.observe.page.tab import LEAVING, TEN_MINUTES, Tab
from pytest_caio.observe.page.tag_reads import chosen_early, unreadable

_AT_ONCE, _ANSWERED, _LATE = 0.2, 2.0, 60.0
# Longer than anybody waits who has something else to do (milliseconds).
_UNANSWERED = 3000
_POLLED = 120.0
_SEVERAL = 3
# What tells that a card is another one than it was.
_ELSEWHERE = re.compile(
    r"\b(?:decided|handled|approved|rejected|already|taken|gone|colleague|some(?:body|one)|moved)\b",
    re.IGNORECASE,
)
_ELSE = "when somebody else decided the card"
_JUST_BEFORE = "written on another card just before"


class ComingBack:
    """Looks for what a card has of another visit, once it is known what rejects."""

    def __init__(self, tab: Tab, look: FormLook) -> None:
        self.tab, self.form, self.found = tab, look.form, look
        self.tag, self.rejectors = look.tag, look.rejectors
        self.last = look.offered[-1] if look.offered else ""

    async def look(self) -> None:
        """Take each look, as long as there is time."""
        look = (self.tab, self.found)
        await in_turn(self.tab, {
            "what is written at once before another card": self.left_soon,
            "a card that was open when the page was loaded again": self.still_open,
            "a page that is loaded again before its answer": self.impatient,
            "a tag that was searched for": self.searched,
            "the way back": self.way_back,
            "a card that somebody else decided": self.decided_elsewhere,
            "a tag that is chosen before the tags are read": partial(chosen_early, *look),
            "tags that can't be read": partial(unreadable, *look),
        })  # fmt: skip

    def _again(self, look: Any) -> Any:
        async def again(other: Tab) -> None:
            await getattr(ComingBack(other, self.found), look.__name__)()

        return again

    async def _way(self) -> Way:
        return await way_to_another(self.tab, self.form, GATE_CARDS[0], self.found.ways)

    async def _expect_empty(self, hand: FormHand, how: str, again: Any) -> None:
        await LeftOver(self.tab, self.found).expect_empty(hand, how, again)

    async def left_soon(self) -> None:
        """Choose and write on one card, be on another one at once, and come back to that later."""
        tab, hand, given = self.tab, FormHand(self.tab, self.form), Given(self.tag, "given")
        way = await self._way()
        if way is None or not await hand.give(given, anew=True):
            return
        await self._narrow(hand, self.tag)
        await hand.change()
        await hand.close(given, self.rejectors, _AT_ONCE)
        if not await steps_of(tab, from_card(way), _AT_ONCE):
            return
        await tab.run(_LATE)
        hand.form = self.form.on(way)
        await hand.close(given, self.rejectors)
        closed = await hand.see() is None
        if (closed and not await steps_of(tab, from_card(way))) or await hand.see() is None:
            return
        if not closed and hand.info["card"] == self.form.card != "":
            return  # It stays open in front of the others.
        await opened_card(hand, self._again(self.left_soon))
        await self._expect_empty(hand, _JUST_BEFORE, self._again(self.left_soon))

    async def still_open(self) -> None:
        """Load the page again while a card is open: that card can be decided all the same."""
        tab, hand, given = self.tab, FormHand(self.tab, self.form), Given(self.tag, "given")
        if not self.rejectors or not await hand.give(given, anew=True):
            return
        await walk(tab, self.form.path, kept=True)
        # What kept it from somebody else may take a while to notice that nobody has it open.
        await tab.run(TEN_MINUTES)
        if await hand.see() is None:
            await steps_of(tab, from_card(self.form.path))
        view = None if await hand.see() is None else await hand.give_here(given)
        again = self._again(self.still_open)
        if view is not None:
            step = await hand.press_here(self.rejectors[0], given, view, seconds=_LATE, again=again)
            if step is not None and (rejecting(step) or step.get("then")):
                return
        step = tab.step("(to be decided, once the page was loaded again)", place="list")
        step |= {"lost": [self.form.card], "_repeat": again}

    async def impatient(self) -> None:
        """Reject, load the page again before the answer, open another card: it has its own."""
        tab, hand, given = self.tab, FormHand(self.tab, self.form), Given(self.tag, "given")
        way = await self._way()
        if way is None or not self.rejectors or not await hand.give(given, anew=True):
            return
        await tab.page.evaluate("late => { __caio.removes(true); __caio.late(late); }", _UNANSWERED)
        step = await hand.press(self.rejectors[0], given, seconds=_AT_ONCE, on=False)
        await tab.page.evaluate("__caio.keepOver()")
        tab.owed, before = 0.0, tab.number
        there = await walk(tab, way[: len(way) - len(from_card(way))], kept=True)
        # What waits for an undo may be sent when the page is left.
        leaving = [one for one in tab.since(before) if one["control"] == LEAVING]
        gather(step or {"attempted": []}, leaving)
        if not there:
            return
        hand.form, again = self.form.on(way), self._again(self.impatient)
        # By its address a page may open the card again that was open.
        if pressed := await hand.see() is None:
            pressed = await steps_of(tab, from_card(way))
        if await hand.see() is not None:
            if pressed:
                await opened_card(hand, again)
            await self._expect_empty(hand, REMEMBERED, again)

    async def way_back(self) -> None:
        """Go back as the browser does, with another card open: what is shown then is decided."""
        tab, hand, given = self.tab, FormHand(self.tab, self.form), Given(self.tag, "given")
        way = await self._way()
        if way is None or not self.rejectors or not await hand.open():
            return
        if not await tab.page.evaluate("__caio.goesBack()"):
            return
        await hand.close(given, self.rejectors)
        if not await steps_of(tab, from_card(way)):
            return
        if not await tab.page.evaluate("__caio.back()"):
            return
        await tab.run(_ANSWERED)
        hand.form = self.form.on(way)
        if await hand.see() is None or not hand.info["card"]:
            return
        if (view := await hand.give_here(given)) is not None:
            named = {**self.rejectors[0], "card": hand.card}
            named["label"] = f"{named['label']}, after going back"
            again = self._again(self.way_back)
            await hand.press_here(named, given, view, seconds=5.0, again=again)

    async def decided_elsewhere(self) -> None:
        """Have the open card decided by somebody else: no other one takes its place unsaid.

        What decides it does so then, or says something.
        """
        tab, hand, given = self.tab, FormHand(self.tab, self.form), Given("", "given")
        if not await hand.give(given, anew=True):
            return
        before = await tab.page.evaluate("__caio.lines()")
        await tab.page.evaluate("ids => __caio.takeOut(ids)", [self.form.card])
        await tab.run(_POLLED)
        view, again = await hand.see(), self._again(self.decided_elsewhere)
        controls = self.found.approvers or self.found.asking
        if view is None or not controls:
            return
        if hand.info["card"] in {"", self.form.card}:
            await decides_here(hand, controls, given, _ELSE, again)
            return
        new = {*await tab.page.evaluate("__caio.lines()")} - {*before}
        if any(_ELSEWHERE.search(line) for line in new):
            return
        label = f"{controls[0]['label']}, {_ELSE}"
        named, meant = {**controls[0], "card": "", "label": label}, {"card": self.form.card}
        await hand.press_here(named, given, view, seconds=5.0, again=again, more=meant)

    async def searched(self) -> None:
        """Narrow the tags to the last one, where they can be, then reject with it.

        Before that to some: none of those is chosen by it.
        """
        hand = FormHand(self.tab, self.form)
        if not self.rejectors or not await hand.open() or not await self._narrow(hand, self.last):
            return
        await self._narrowed_to_some(hand)
        if not await hand.open() or not await self._narrow(hand, self.last):
            return
        given, again = Given(self.last, "given"), self._again(self.searched)
        if await hand.see() is None or (view := await hand.give_here(given)) is None:
            return
        await hand.press_here(self.rejectors[0], given, view, seconds=5.0, again=again)

    async def _narrowed_to_some(self, hand: FormHand) -> None:
        """Type as much of a tag's name as others have too: none of them is chosen by that.

        With fewer left the list is none of tags any more.
        """
        names = [str(o["label"]).lower() for o in self.form.info["options"] if o["tag"]]
        begins = [name[:length] for name in names for length in (2, 1)]
        some = [one for one in begins if one and sum(one in name for name in names) >= _SEVERAL]
        if not some or not await hand.open():
            return
        # The page may draw its tags anew when they are read.
        await self.tab.run(_ANSWERED)
        if not await self._narrow(hand, "", some[0]):
            return
        if await hand.see() is None or not hand.info["chosen"]:
            return
        step = hand.tab.step("(a tag, by searching for some)", place="form", card=hand.card)
        step |= {"left": str(hand.info["chosen"]), "written": str(hand.info["written"])}
        step["_repeat"] = self._again(self.searched)

    async def _narrow(self, hand: FormHand, tag: str, text: str = "") -> bool:
        """Type a tag's name, or ``text``, where that narrows; return whether it does."""
        named = [o["label"] for o in self.form.info["options"] if o["tag"] == tag] or [text]
        told = [self.tab.number, hand.info["at"], str(named[-1])]
        narrowed = named[-1] and await self.tab.page.evaluate("all => __caio.narrow(...all)", told)
        await self.tab.run(_ANSWERED if narrowed else 0)
        return bool(narrowed)

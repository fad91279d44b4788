"""Whether a tag is chosen before anybody chose it, and whether each is sent as what it reads.

Source: ``docs/page.md, Steps``.
"""

from contextlib import suppress
from typing import Any

from pytest_caio.evidence.probe_names import GATE_CARDS
from pytest_caio.observe.page.around_press import opened_card
from pytest_caio.observe.page.decision_ends import SIGNED_OUT
from pytest_caio.observe.page.discovery import steps_of, walk
from pytest_caio.observe.page.form_hand import FormHand, Given
from pytest_caio.observe.page.form_view import FormLook
from pytest_caio.observe.page.in_turn import RESERVE, in_turn
from pytest_caio.observe.page.other_cards import Way, from_card, way_to_another
from pytest_caio.observe.page.ranking import Control
from pytest_caio.observe.page.step_deeds import approving, gather, idle, rejecting
from pytest_caio.observe.page.tab import Lost, Tab

# Sooner than any pause for an undo, and later than all of them.
_AT_ONCE, _ANSWERED, _LATE = 0.2, 2.0, 60.0
# Longer than anybody waits who has something else to do (milliseconds).
_UNANSWERED = 3000


class LeftOver:
    """What the page remembers, looked at once ``look`` has found what rejects."""

    def __init__(self, tab: Tab, look: FormLook) -> None:
        self.tab, self.form, self.found = tab, look.form, look
        self.tag, self.rejectors = look.tag, look.rejectors
        self.last = look.offered[-1] if look.offered else ""
        self.rest = [tag for tag in look.offered if tag not in {look.tag, look.other}]

    async def look(self) -> None:
        """Look at a card after another one, after a rejection, after a reload; then at each tag."""
        await in_turn(self.tab, {
            "a tag that is left over from another card": lambda: _left_by_other_card(self),
            "a tag that is left over from a rejection": lambda: _left_by_rejection(self),
            "a tag that is remembered": lambda: _left_by_reload(self),
            "a tag from before signing in": lambda: _left_by_login(self),
            "a decision that is sent later": lambda: _on_meanwhile(self),
            "each of the tags": lambda: _each_tag(self),
        })  # fmt: skip

    async def left(self, how: str, wanted: str, *, reject: bool) -> None:
        """Choose a tag on one card, open another one, and expect nothing there.

        ``wanted`` is the card to open: what a page makes of each kind of card shows there.
        """
        tab, hand = self.tab, FormHand(self.tab, self.form)
        given, way = Given(self.tag, "given"), await self.way(wanted)
        if way is None:
            return
        if not await hand.give(given, anew=True):
            tab.setting.unexplored.append(f"a tag {how}, as the form did not open")
            return
        if reject:
            await self.reject(hand)
        else:
            await hand.close(given, self.rejectors)
        # A page may go on to the next card by itself: then what is open there is looked at. It may
        # also leave the card open in front of all others.
        if not await steps_of(tab, from_card(way)) and reject:
            await hand.close(given, self.rejectors)
            await steps_of(tab, from_card(way))
        hand.form = self.form.on(way)
        seen = await hand.see()
        if seen is not None and hand.info["card"] == self.form.card != "":
            seen = None
        if seen is None:
            tab.setting.unexplored.append(f"a tag {how}, as no other card opened")
            return
        pressed = next(one["card"] for one in way if one["card"])
        if not reject or hand.info["card"] == pressed:
            await opened_card(hand, self._again(how))
        await self.expect_empty(hand, how)

    async def way(self, wanted: str) -> Way:
        """Return what leads to a card, or to any other one."""
        return await way_to_another(self.tab, self.form, wanted, self.found.ways)

    async def meanwhile(self, control: Control, read: int = 0) -> None:
        """Decide, and where nothing goes at once go on to another card: the first one counts.

        ``read`` is how late reads come by then, in milliseconds.
        """
        tab, hand = self.tab, FormHand(self.tab, self.form)
        way, given = await self.way(GATE_CARDS[0]), Given(self.tag, "given")
        if (view := await hand.give(given, anew=True)) is None:
            return
        await tab.page.evaluate("read => __caio.late(60, read)", read)
        step = await hand.press_here(control, given, view, seconds=_AT_ONCE, on=False)
        if step is None or step["off"] or rejecting(step) or approving(step):
            return
        step["control"] += ", then on to another card"
        before = tab.number
        moved = way is not None and await steps_of(tab, from_card(way), _AT_ONCE)
        if way is not None and not moved:
            await hand.close(given, self.rejectors, _AT_ONCE)
            moved = await steps_of(tab, from_card(way), _AT_ONCE)
        if not moved:
            await hand.give_here(Given(self.found.other, "blank"))
        await tab.run(_LATE)
        await tab.collect()
        gather(step, tab.since(before))

        async def again(other: Tab) -> None:
            await LeftOver(other, self.found).meanwhile(control, read)

        step["_repeat"] = again

    async def reject(self, hand: FormHand) -> None:
        """Reject with tag and reason, as far as the page can be brought to it."""
        if self.rejectors:
            await hand.press(self.rejectors[0], Given(self.tag, "given"))

    async def expect_empty(self, hand: FormHand, how: str, again: Any = None) -> None:
        """No tag is chosen in what is open, and a press without choosing one, or without typing a
        reason, rejects nothing.

        ``again`` does it once more, where ``how`` alone doesn't say it.
        """
        tab, again = hand.tab, again or self._again(how)
        step = tab.step(f"(a tag {how})", place="form", card=hand.card)
        step |= {"left": str(hand.info["chosen"]), "written": str(hand.info["written"])}
        step["_repeat"] = again
        if not self.rejectors:
            return
        control = {**self.rejectors[0], "card": hand.card}
        # What can't be chosen back is chosen last.
        for given in (Given("", "given"), Given(self.tag, "none")):
            if not await hand.give_here(given):
                return
            try:
                step = await tab.press(control, seconds=60.0, **hand.said(given), how=how)
            except Lost:
                return
            step["_repeat"] = again
        await self._on_this_card(hand, control, again)
        # A page may treat cards by their kind.
        hand.ready = False
        await hand.press(control, Given(self.tag, "none"), seconds=5.0)

    async def _on_this_card(self, hand: FormHand, control: Control, again: Any) -> None:
        """Reject what is open now: it is that card, whichever was open before."""
        if not await hand.give_here(Given(self.tag, "given")):
            return
        named = {**control, "label": f"{control['label']} on the next card"}
        with suppress(Lost):
            given = Given(self.tag, "given")
            step = await hand.tab.press(named, seconds=60.0, **hand.said(given))
            step["_repeat"] = again
            if idle(step):
                alone = await FormHand(hand.tab, hand.form).press(named, given, anew=True)
                step["dead"] = "once another card was open" * rejecting(alone)

    def _again(self, how: str) -> Any:
        check = _HOW[how]

        async def again(tab: Tab) -> None:
            await check(LeftOver(tab, self.found))

        return again


async def _on_meanwhile(look: LeftOver) -> None:
    """Decide and go on at once: what is sent later is what was given then."""
    for control in (*look.rejectors[:1], *look.found.approvers[:1]):
        for read in (0, _UNANSWERED):
            await look.meanwhile(control, read)


async def _left_by_other_card(look: LeftOver) -> None:
    """Choose on one card, leave it, open another: nothing is chosen there."""
    await look.left(_CHOSEN, GATE_CARDS[0], reject=False)


async def _left_by_rejection(look: LeftOver) -> None:
    """Reject one card, open another: nothing is chosen there."""
    await look.left(_GIVEN, GATE_CARDS[2], reject=True)


async def _left_by_reload(look: LeftOver) -> None:
    """Load the page again in the same browser: it remembers no tag."""
    hand, tab = FormHand(look.tab, look.form), look.tab
    if not await hand.give(Given(look.tag, "given"), anew=True):
        return
    await look.reject(hand)
    if not await walk(tab, look.form.path, kept=True):
        return
    if await hand.see() is None:
        tab.setting.unexplored.append(f"a tag {REMEMBERED}, as the form did not open again")
    else:
        await look.expect_empty(hand, REMEMBERED)


async def _left_by_login(look: LeftOver) -> None:
    """Be signed out in rejecting, sign in again and open another card: nothing is given there."""
    hand, tab, given = FormHand(look.tab, look.form), look.tab, Given(look.tag, "given")
    way = await look.way(GATE_CARDS[0])
    if way is None or not look.rejectors or not await hand.give(given, anew=True):
        return
    await tab.page.evaluate("status => __caio.refuse(status)", SIGNED_OUT)
    await hand.press(look.rejectors[0], given, seconds=5.0)
    if await walk(tab, way, kept=True):
        hand.form = look.form.on(way)
        if await hand.see() is not None:
            await look.expect_empty(hand, _SIGNED_IN)


async def _each_tag(look: LeftOver) -> None:
    """Reject with each of the other tags: what it reads is what is sent."""
    hand = FormHand(look.tab, look.form)
    for tag in look.rest:
        if look.rejectors and look.tab.setting.left > RESERVE:
            await hand.press(look.rejectors[0], Given(tag, "given"), seconds=5.0)


_CHOSEN, _GIVEN = "chosen on another card", "given for the card before"
REMEMBERED = "remembered from the visit before"
_SIGNED_IN = "given before signing in again"
_HOW = {
    _CHOSEN: _left_by_other_card,
    _GIVEN: _left_by_rejection,
    REMEMBERED: _left_by_reload,
    _SIGNED_IN: _left_by_login,
}

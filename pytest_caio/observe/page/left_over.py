"""Whether a tag is chosen before anybody chose it, and whether each is sent as what it reads.

Source: ``docs/page.md, Steps``.
"""

from contextlib import suppress
from dataclasses import replace
from typing import Any

from pytest_caio.evidence.probe_names import GATE_CARDS
from pytest_caio.observe.page.around_press import opened_card
from pytest_caio.observe.page.discovery import steps_of, walk
from pytest_caio.observe.page.form_hand import FormHand, Given, other_card
from pytest_caio.observe.page.form_view import FormLook, approving, rejecting
from pytest_caio.observe.page.gate_cards import BODY_MARK
from pytest_caio.observe.page.ranking import Control
from pytest_caio.observe.page.tab import EDIT, Lost, Tab

_RESERVE = 1.5
# Sooner than any pause for an undo, and later than all of them.
_AT_ONCE, _LATE = 0.2, 60.0


class LeftOver:
    """What the page remembers, looked at once ``look`` has found what rejects."""

    def __init__(self, tab: Tab, look: FormLook) -> None:
        self.tab, self.form, self.found = tab, look.form, look
        self.tag, self.rejectors = look.tag, look.rejectors
        self.rest = [tag for tag in look.offered if tag not in {look.tag, look.other}]

    async def look(self) -> None:
        """Look at a card after another one, after a rejection, after a reload; then at each tag."""
        checks = {
            "a tag that is left over from another card": _left_by_other_card,
            "a tag that is left over from a rejection": _left_by_rejection,
            "a tag that is remembered": _left_by_reload,
            "a decision that is sent later": _on_meanwhile,
            "an approval of the next card": _next_approved,
            "each of the tags": _each_tag,
        }
        for name, check in checks.items():
            if self.tab.setting.left < _RESERVE:
                self.tab.setting.unexplored.append(name)
                continue
            try:
                await check(self)
            except Lost:
                if not self.tab.clock:
                    raise

    async def left(self, how: str, wanted: str, *, reject: bool) -> None:
        """Choose a tag on one card, open another one, and expect nothing there.

        ``wanted`` is the card to open: what a page makes of each kind of card shows there.
        """
        tab, hand = self.tab, FormHand(self.tab, self.form)
        given, way = Given(self.tag, "given"), await self._way(wanted)
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
        if not await steps_of(tab, _from_card(way)) and reject:
            await hand.close(given, self.rejectors)
            await steps_of(tab, _from_card(way))
        hand.form = replace(self.form, path=way, info={**self.form.info, "card": ""})
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

    async def _way(self, wanted: str) -> tuple[Control, ...] | None:
        """Return the presses that open another card, None where no other one is to be found."""
        tab, path = self.tab, self.form.path
        if not await walk(tab, path[:1]):
            return None
        way = other_card(path, await tab.view(), wanted)
        if way is None and len(path) > 1 and await walk(tab, path[:-1]):
            way = other_card(path, await tab.view(), wanted)
        return way

    async def meanwhile(self, control: Control) -> None:
        """Decide, and where nothing goes at once go on to another card: the first one counts."""
        tab, hand = self.tab, FormHand(self.tab, self.form)
        way, given = await self._way(GATE_CARDS[0]), Given(self.tag, "given")
        step = await hand.press(control, given, seconds=_AT_ONCE, anew=True, on=False)
        if step is None or step["off"] or rejecting(step) or approving(step):
            return
        step["control"] += ", then on to another card"
        before = tab.number
        moved = way is not None and await steps_of(tab, _from_card(way), _AT_ONCE)
        if way is not None and not moved:
            await hand.close(given, self.rejectors, _AT_ONCE)
            moved = await steps_of(tab, _from_card(way), _AT_ONCE)
        if not moved:
            await hand.give_here(Given(self.found.other, "blank"))
        await tab.run(_LATE)
        await tab.collect()
        # What goes now was asked for then, whatever was pressed in between: that only opens a card.
        for later in (tab.steps[number] for number in range(before + 1, tab.number + 1)):
            step["attempted"] += [one for one in later["attempted"] if _decides(one)]
            later["attempted"] = [one for one in later["attempted"] if not _decides(one)]

        async def again(other: Tab) -> None:
            await LeftOver(other, self.found).meanwhile(control)

        step["_repeat"] = again

    async def approve_next(self, control: Control) -> None:
        """Open a card, leave it, open another one and approve that: it is that one."""
        tab, hand = self.tab, FormHand(self.tab, self.form)
        given, way = Given("", "none"), await self._way(GATE_CARDS[-1])
        if way is None or not await hand.give(given, anew=True):
            return
        # What was changed in the first card's text stays there.
        told = [tab.number, BODY_MARK, f" {EDIT}"]
        await tab.page.evaluate("([n, mark, more]) => __caio.edit(n, mark, more)", told)
        await tab.run(_AT_ONCE)
        await hand.close(given, [*self.rejectors, control])
        if not await steps_of(tab, _from_card(way)):
            return
        hand.form = replace(self.form, path=way, info={**self.form.info, "card": ""})
        if await hand.see() is None or hand.info["card"] == self.form.card:
            return
        named = {**control, "card": hand.card, "label": f"{control['label']} on the next card"}

        async def again(other: Tab) -> None:
            await LeftOver(other, self.found).approve_next(control)

        await opened_card(hand, again)
        with suppress(Lost):
            step = await tab.press(named, seconds=20.0, **hand.said(given))
            step["_repeat"] = again

    async def reject(self, hand: FormHand) -> None:
        """Reject with tag and reason, as far as the page can be brought to it."""
        if self.rejectors:
            await hand.press(self.rejectors[0], Given(self.tag, "given"))

    async def expect_empty(self, hand: FormHand, how: str) -> None:
        """No tag is chosen in what is open, and a press without choosing one rejects nothing."""
        tab = hand.tab
        step = tab.step(f"(a tag {how})", place="form", card=hand.card)
        step |= {"left": str(hand.info["chosen"]), "written": str(hand.info["written"])}
        step["_repeat"] = self._again(how)
        if not await hand.give_here(Given("", "given")) or not self.rejectors:
            return
        control = {**self.rejectors[0], "card": hand.card}
        said = hand.said(Given("", "given")) | {"how": how}
        try:
            step = await tab.press(control, seconds=60.0, **said)
        except Lost:
            return
        step["_repeat"] = self._again(how)
        await self._on_this_card(hand, control, how)
        # A page may treat cards by their kind.
        hand.ready = False
        await hand.press(control, Given(self.tag, "none"), seconds=5.0)

    async def _on_this_card(self, hand: FormHand, control: Control, how: str) -> None:
        """Reject what is open now: it is that card, whichever was open before."""
        if not await hand.give_here(Given(self.tag, "given")):
            return
        named = {**control, "label": f"{control['label']} on the next card"}
        with suppress(Lost):
            step = await hand.tab.press(named, seconds=60.0, **hand.said(Given(self.tag, "given")))
            step["_repeat"] = self._again(how)

    def _again(self, how: str) -> Any:
        check = _HOW[how]

        async def again(tab: Tab) -> None:
            await check(LeftOver(tab, self.found))

        return again


def _decides(one: dict[str, Any]) -> bool:
    return bool(one["rejects"] or one["approves"])


def _from_card(way: tuple[Control, ...]) -> tuple[Control, ...]:
    return way[next(at for at, one in enumerate(way) if one["card"]) :]


async def _on_meanwhile(look: LeftOver) -> None:
    """Decide and go on at once: what is sent later is what was given then."""
    for control in (*look.rejectors[:1], *look.found.approvers[:1]):
        await look.meanwhile(control)


async def _next_approved(look: LeftOver) -> None:
    """Approve with each control that does, on another card than the first."""
    for control in look.found.approvers[:2]:
        await look.approve_next(control)


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
    if not await walk(tab, look.form.path):
        return
    if await hand.see() is None:
        tab.setting.unexplored.append(f"a tag {_REMEMBERED}, as the form did not open again")
    else:
        await look.expect_empty(hand, _REMEMBERED)


async def _each_tag(look: LeftOver) -> None:
    """Reject with each of the other tags: what it reads is what is sent."""
    hand = FormHand(look.tab, look.form)
    for tag in look.rest:
        if look.rejectors and look.tab.setting.left > _RESERVE:
            await hand.press(look.rejectors[0], Given(tag, "given"), seconds=5.0)


_CHOSEN, _GIVEN = "chosen on another card", "given for the card before"
_REMEMBERED = "remembered from the visit before"
_HOW = {
    _CHOSEN: _left_by_other_card,
    _GIVEN: _left_by_rejection,
    _REMEMBERED: _left_by_reload,
}

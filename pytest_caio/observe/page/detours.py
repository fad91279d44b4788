"""Deciding cards after something else was pressed: whatever it was, what decides then decides.

Source: ``docs/page.md, Steps``.
"""

from functools import partial
from typing import Any

from pytest_caio.evidence.probe_names import GATE_CARDS
from pytest_caio.observe.page.around_press import opened_card
from pytest_caio.observe.page.detour_decision import Decision, went
from pytest_caio.observe.page.detour_plan import (
    APPROVE,
    LEAVE,
    NAMES,
    REJECT,
    WITHOUT,
    Detour,
    planned_detours,
)
from pytest_caio.observe.page.discovery import steps_of, walk
from pytest_caio.observe.page.form_hand import FormHand, Given
from pytest_caio.observe.page.form_view import FormLook
from pytest_caio.observe.page.gate_cards import TAKEN_OUT
from pytest_caio.observe.page.in_turn import in_turn
from pytest_caio.observe.page.list_over_time import still_reads
from pytest_caio.observe.page.other_cards import Way, from_card, way_to_another
from pytest_caio.observe.page.ranking import Control, place_of
from pytest_caio.observe.page.second_thoughts import (
    blind,
    came_up,
    chose_another,
    come_back,
    emptied,
    given_before,
    incomplete,
    left_by_key,
    left_question,
)
from pytest_caio.observe.page.step_deeds import outlived
from pytest_caio.observe.page.tab import EDIT, Lost, Tab

_OTHERS = (GATE_CARDS[-1], GATE_CARDS[0])
_AT_ONCE, _SOON, _ANSWERED, _LATE = 0.1, 1.0, 2.0, 60.0


class Detours:
    """Takes one detour after the other in one tab, once it is known which controls decide."""

    def __init__(self, tab: Tab, look: FormLook) -> None:
        self.tab, self.form, self.found = tab, look.form, look
        self.deciders: dict[str, tuple[Control, Given]] = {}
        if look.rejectors:
            self.deciders[REJECT] = (look.rejectors[0], Given(look.tag, "given"))
        for control in (look.approvers or look.asking)[:1]:
            self.deciders[APPROVE] = (control, Given("", "none"))
        path = self.form.path
        self.list = path[: len(path) - len(from_card(path))]

    async def look(self) -> None:
        """Take each detour, as long as there is time."""
        if REJECT not in self.deciders or not any(one["card"] for one in self.form.path):
            return
        # Looking for the way to another card opens the page anew.
        for wanted in _OTHERS:
            await self._way(wanted)
        if not await walk(self.tab, self.list):
            return
        view = await self.tab.view()
        asks = bool(self.found.asking and not self.found.approvers)
        known = [one for one, _ in self.deciders.values()]
        taken = [place_of(one) for one in (*known, *self.form.path)]
        planned = planned_detours(self.found.others, view["controls"], taken, asks=asks)
        await in_turn(self.tab, {one.told: partial(self.take, one) for one in planned})

    async def take(self, detour: Detour) -> None:
        """Do what the detour says, then decide its cards: each decision is that card's, once."""
        tab, first, around = self.tab, self.tab.number, list[Control]()
        if not await walk(tab, self.list):
            return
        if not await self._beside(detour):
            return
        if detour.pressed is not None and not detour.in_form:
            # What acts on what is ticked or shown now is no answer to a press in a card.
            around = (await tab.view())["controls"]
        await tab.page.evaluate("on => __caio.removes(on)", not detour.same)
        decided: list[tuple[str, dict[str, Any]]] = []
        for at, how in enumerate(detour.cards):
            step = await self._one(detour, at, how, around)
            if step is None:
                break
            decided.append((how, step))
            if step.get("_last"):
                break
        await tab.run(_LATE)
        await come_back(tab, self._again(detour))
        done = len(decided) == len(detour.cards) or any(one.get("_last") for _, one in decided)
        if LEAVE in detour.cards and done:
            await still_reads(tab, self.form, detour.name)
        for how, step in decided:
            # A page may pass over a card that it has decided, or call off what waits to be sent.
            twice = detour.same and not detour.refused
            step["idle"] = step.pop("_quiet") and not (went(step, how) or twice)
        taken = [step for how, step in decided if how == REJECT and not step["refused"]]
        outlived(taken, tab.since(first))

    async def _beside(self, detour: Detour) -> bool:
        """Do what is done beside the list; return whether it could be."""
        if detour.pressed is not None and not detour.in_form:
            return await self._press(detour)
        if not detour.typed:
            return True
        told = [self.tab.number, detour.typed]
        written = await self.tab.page.evaluate("all => __caio.write(...all)", told)
        await self.tab.run(_SOON)
        return bool(written)

    async def _one(
        self, detour: Detour, at: int, how: str, around: list[Control]
    ) -> dict[str, Any] | None:
        """Open a card and decide it; None where that can't be done there."""
        fit = how in self.deciders or how == LEAVE
        stays, at_card = detour.same and at > 0, 0 if detour.same else at
        hand = await self._opened(at_card, stays=stays) if fit else None
        if hand is None:
            return None
        hand.around = (*hand.around, *around)
        card, again = str(hand.info["card"]), self._again(detour)
        if detour.refused and at == 1:
            done = detour.cards[0]
            known, given = [*self.form.around, *self.found.controls], self.deciders[done][1]
            await came_up(hand, self.form.card, known, given, NAMES[done], again)
        if not await self._inside(hand, detour, at):
            return None
        if await hand.see() is None:
            press = partial(self._press, detour) if detour.in_form else None
            await blind(hand, self.deciders[REJECT][0], press, detour.name, again)
            return None
        # What goes on to another card is a way to it, which is decided then, and no third one.
        moved = str(hand.info["card"]) != card
        if moved and at:
            return None
        if moved and detour.in_form:
            given_before(hand, again)
        if not moved:
            await opened_card(hand, again)
        step = await self._there(hand, how, detour, at)
        if step is not None:
            step["_last"] = moved
        return step

    async def _there(
        self, hand: FormHand, how: str, detour: Detour, at: int
    ) -> dict[str, Any] | None:
        if detour.refused and detour.same and at:
            await hand.change(f" {EDIT}")
            await incomplete(hand, self.deciders[REJECT][0], Given("", "none"), self._again(detour))
        if detour.escaped and at:
            await left_by_key(hand, *self.deciders[how], self._again(detour))
            return {"attempted": [], "_quiet": False}
        if how == LEAVE:
            await hand.close(Given("", "none"), self.found.rejectors, _SOON)
            return {"attempted": [], "_quiet": False}
        if detour.without and not at:
            tag, reason = WITHOUT[detour.without]
            given = Given(self.found.tag if tag else "", reason)
            await incomplete(hand, self.deciders[REJECT][0], given, self._again(detour))
            if await hand.see() is None:
                return None
        if detour.left and not at:
            again, stays = self._again(detour), detour.same
            return await left_question(hand, *self.deciders[how], again, stays=stays)
        if how == REJECT and detour.pressed is not None:
            empty = await hand.give_here(Given("", "given"))
            if empty is not None:
                await self._decide(hand, how, detour).press(Given("", "given"), empty)
                if await hand.see() is None:
                    return None
        return await self._decide(hand, how, detour).decide(0 if at else detour.refused)

    async def _press(self, detour: Detour) -> bool:
        if detour.pressed is None:
            return False
        try:
            place = "form" if detour.in_form else "list"
            step = await self.tab.press(detour.pressed, place=place, seconds=_SOON)
        except Lost:
            return False
        step["_repeat"] = self._again(detour)
        return True

    async def _opened(self, at: int, *, stays: bool) -> FormHand | None:
        """Open one of the cards, at once after what was done before, unless it ``stays`` open."""
        tab, hand = self.tab, FormHand(self.tab, self.form)
        if stays and await hand.see() is not None:
            # A page may go on to the next card by itself.
            return hand if hand.info["card"] in {"", self.form.card} else None
        way = await self._way(_OTHERS[at - 1]) if at else self.form.path
        if way is None:
            return None
        if not await steps_of(tab, from_card(way), _AT_ONCE):
            await hand.close(Given("", "none"), self.found.rejectors, _AT_ONCE)
            if not await steps_of(tab, from_card(way), _AT_ONCE):
                return None
        hand.form = self.form.on(way)
        await tab.run(_SOON)
        if await hand.see() is None:
            return None
        wanted = next(one["card"] for one in way if one["card"])
        return hand if hand.info["card"] in {"", wanted} else None

    async def _way(self, wanted: str) -> Way:
        return await way_to_another(self.tab, self.form, wanted, self.found.ways)

    async def _inside(self, hand: FormHand, detour: Detour, at: int) -> bool:
        """Press what the detour presses in a card: its text is changed before, or after it."""
        if detour.pressed is None or not detour.in_form or (at and LEAVE in detour.cards):
            return True
        await hand.give_here(Given("" if at else self.found.tag, "given"))
        # Twice: what takes a change back leaves one for the card after.
        if not at and await hand.change(gone=TAKEN_OUT):
            await hand.change()
        if not await self._press(detour):
            return False
        if not at:
            again, press = self._again(detour), partial(self._press, detour)
            await emptied(hand, self.deciders[REJECT][0], again)
            given = Given(self.found.tag, "given")
            if await chose_another(hand, given, press, detour.name, again):
                return False
        if at > 1:
            await hand.change()
        return True

    def _decide(self, hand: FormHand, how: str, detour: Detour) -> Decision:
        control, given = self.deciders[how]
        asks = control in self.found.asking
        return Decision(hand, detour, how, control, given, self._again(detour), asks)

    def _again(self, detour: Detour) -> Any:
        async def again(other: Tab) -> None:
            await Detours(other, self.found).take(detour)

        return again

"""Pressing everything in the form: each control, each key, with each of the things given or not.

Source: ``docs/page.md, Steps``.
"""

import asyncio
import re
from collections.abc import Sequence
from functools import partial
from typing import Any

from pytest_caio.observe.page.around_press import (
    MEANWHILE,
    REFUSED,
    answered,
    by_pointer,
    opened_card,
    with_the_rest_given,
)
from pytest_caio.observe.page.changed_texts import pasted, shortened, with_a_changed_text
from pytest_caio.observe.page.discovery import Form
from pytest_caio.observe.page.form_hand import FormHand, Given
from pytest_caio.observe.page.form_keys import FormKeys
from pytest_caio.observe.page.in_turn import RESERVE, in_turn
from pytest_caio.observe.page.list_over_time import POLLED
from pytest_caio.observe.page.other_cards import Way
from pytest_caio.observe.page.ranking import CLOSES, Control, fresh, place_of
from pytest_caio.observe.page.second_thoughts import changed_its_tag, given_before
from pytest_caio.observe.page.step_deeds import approving, rejecting
from pytest_caio.observe.page.stepping import Stepping
from pytest_caio.observe.page.tab import TEN_MINUTES, Tab
from pytest_caio.observe.page.waiting_cards import reads_of_queue


class FormLook:
    """One form, explored. ``rejectors`` are the controls that rejected when both were given,
    ``approvers`` those that approved, ``asking`` those that did once more was agreed to; ``ways``
    lead to other cards.

    ``known`` is set as soon as they are.
    """

    def __init__(self, tab: Tab, form: Form, known: asyncio.Event) -> None:
        self.tab, self.form = tab, form
        self.hand = FormHand(tab, form)
        offered = list(dict.fromkeys(o["tag"] for o in form.info["options"] if o["tag"]))
        self.tag = offered[len(offered) // 3] if offered else ""
        self.other = offered[-2] if len(offered) > 1 else self.tag
        self.offered = offered
        self.rejectors: list[Control] = []
        self.approvers: list[Control] = []
        self.asking: list[Control] = []
        self.others: list[Control] = []
        self.controls: list[Control] = []
        self.ways: dict[str, Way] = {}
        self.initial, self.choosable = "", True
        self.known = known

    @property
    def short(self) -> bool:
        """Whether the time for this page is used up."""
        return self.tab.setting.left < RESERVE

    async def look(self) -> None:
        """Press everything there is, in every way that matters."""
        if not await self.hand.open():
            self.tab.setting.unexplored.append("the form, which did not open again")
            return
        self.initial = str(self.hand.info["chosen"])
        await opened_card(self.hand)
        view = await self.tab.view()
        await self.tab.picture("form")
        # What only shows when both are given is pressed as well.
        filled = await self.hand.give(Given(self.tag, "given")) if self.tag else None
        self.choosable = not self.tag or filled is not None
        later = fresh(filled["controls"], view["controls"]) if filled else []
        known = [place_of(one) for one in view["controls"]]
        later = [one for one in later if place_of(one) not in known]
        self.controls = self._controls([*view["controls"], *later])
        told = [(control, await self._both(control)) for control in self.controls]
        for control in self.others if not (self.approvers or self.asking) else ():
            # It may do so on the first card alone that is opened.
            if "approv" in control["label"].lower() and approving(
                await self._press(control, "", "given", anew=True)
            ):
                self.approvers.append(control)
        self.known.set()
        for control, steps in told:
            await self._further(control, steps)
        await in_turn(self.tab, {"ten minutes with a card open": self._minutes})
        if self.rejectors and any(one["box"] for one in self.form.path):
            await in_turn(self.tab, {"a form that was left": self._left})
        await FormKeys(self.hand, self.tag).look(listens=view["keys"])
        if view["keys"]:
            for approver in (self.approvers or self.asking)[:1]:
                asks = not self.approvers
                await Stepping(self.hand, self.tag, approver, self.others, asks=asks).look()

    def _controls(self, controls: Sequence[Control]) -> list[Control]:
        own = fresh(controls, self.form.around)
        old = [c for c in controls if c["clear"] and not c["box"] and c["nth"] < 2]
        chosen = own + [c for c in old if not any(c is one for one in own)]
        around = {place_of(one) for one in self.form.around}
        around -= {place_of(one) for one in self.form.path}
        found = [
            {**c, "around": place_of(c) in around} for c in chosen
            if not c["option"] and not c["inert"] and c["nth"] < 2
        ]  # fmt: skip
        return sorted(found, key=lambda one: (bool(CLOSES.search(one["label"])), c_order(one)))

    async def _press(self, control: Control, tag: str, reason: str, **more: Any) -> Any:
        if self.short:
            self.tab.setting.unexplored.append(control["label"])
            return None
        return await self.hand.press(control, Given(tag, reason), **more)

    async def _both(self, control: Control) -> list[dict[str, Any]]:
        """Press one control without a tag and with one; note what it is, return the steps.

        What was there before the form is pressed elsewhere as well: here only what it makes of what
        was given is of interest.
        """
        own = not control["around"]
        long, short = (60.0, 60.0) if own else (20.0, 5.0)
        first = await self._press(control, "", "given", seconds=long, on=own)
        both = None
        if self.tag:
            both = await self._press(control, self.tag, "given", seconds=short, on=own)
        if rejecting(both) or (both is not None and both.get("then")):
            self.rejectors.append(control)
        told = [one for one in (first, both) if one is not None]
        if own and any(approving(one) for one in told):
            self.approvers.append(control)
        elif own and any(one.get("agreed") for one in told):
            self.asking.append(control)
        elif own and control not in self.rejectors:
            self.others.append(control)
        return told

    async def _further(self, control: Control, told: list[dict[str, Any]]) -> None:
        """Press one control in every other way that matters; ``told`` are its presses so far."""
        own = not control["around"]
        if control in self.approvers:
            await self._approving(control, "" if approving(told[0]) else self.tag)
        acts = any(one["asked"] or (own and one["revealed"]) or _acts(one) for one in told)
        # What is off until both are given may be on with less.
        acts = acts or len({one["off"] for one in told}) > 1
        if not acts:
            return
        # Twice in a row, as who presses again does: what is tested may be remembered.
        table = [("", "none"), ("", "blank"), (self.tag, "none"), *[(self.tag, "blank")] * 2,
                 (self.other, "given"), (self.other, "none"),
                 # Once more: a page may warn the first time alone.
                 ("", "given")]  # fmt: skip
        for tag, reason in table:
            await self._press(control, tag, reason)
        held = {**control, "held": True, "label": f"{control['label']}, with Shift, Ctrl and Alt"}
        await self._press(held, "", "given")
        if control in self.rejectors:
            await self._press(control, self.tag, "given", seconds=TEN_MINUTES)
            for status in REFUSED:
                await self._also(partial(answered, status=status), control, self.tag)
            retagged = partial(changed_its_tag, other=self.other)
            for look in (*MEANWHILE, by_pointer, with_the_rest_given, retagged):
                await self._also(look, control, self.tag)

    async def _approving(self, control: Control, tag: str) -> None:
        """Press what approves while something else happens."""
        for look in (
            with_a_changed_text,
            partial(with_a_changed_text, status=500),
            partial(with_a_changed_text, status=-1),
            *MEANWHILE,
            shortened,
            pasted,
        ):
            await self._also(look, control, tag)

    async def _also(self, look: Any, control: Control, tag: str) -> None:
        await in_turn(self.tab, {control["label"]: partial(look, self.hand, control, tag)})

    async def _minutes(self) -> None:
        """Let ten minutes pass with a card open and a reason typed."""
        given = Given("", "given")
        if not await self.hand.give(given):
            return
        step = self.tab.step("(ten minutes with a card open)", **self.hand.said(given))
        await self.tab.page.evaluate("n => { __caio.state.press = n; }", self.tab.number)
        await self.tab.run(TEN_MINUTES)
        await self.tab.collect()
        step["_repeat"] = self._later
        if await self.hand.see() is not None and not self.initial:
            step["left"] = str(self.hand.info["chosen"])
        await self.hand.close(given, self.rejectors)
        reads = await self._reads()
        if reads and await self.hand.give(given):
            # Who leaves by a key leaves as well.
            await self.hand.escape(given, 1.0)
            again = await self._reads()
            reads = reads if again is None else again
        if reads is not None:
            step["reads_after"] = reads
        self.hand.ready = False

    async def _left(self) -> None:
        """Leave a form of what was ticked with all given: it is empty the next time."""
        hand, given = self.hand, Given(self.tag, "given")
        if not await hand.give(given, anew=True):
            return
        hand.ready = False
        await hand.close(given, self.rejectors)
        if await hand.see() is None and await hand.reopen() and await hand.see() is not None:

            async def again(other: Tab) -> None:
                more = FormLook(other, self.form, asyncio.Event())
                more.tag, more.rejectors = self.tag, self.rejectors
                await more._left()

            given_before(hand, again)

    async def _reads(self) -> list[float] | None:
        """Return when the page reads its queue from now on; None where the form is still there."""
        if await self.hand.see() is not None:
            return None
        began = await self.tab.page.evaluate("__caio.now()")
        await self.tab.run(POLLED)
        return await reads_of_queue(self.tab, began)

    async def _later(self, other: Tab) -> None:
        await FormLook(other, self.form, asyncio.Event())._minutes()


def _acts(step: dict[str, Any]) -> bool:
    """Return whether a step sent something else than what approving or seeding sends."""
    return any(
        not re.search(r"/(?:approve|seed_queue)(?=[/?#]|$)", one["url"]) or one["rejects"]
        for one in step["attempted"]
    )


def c_order(one: Control) -> float:
    """Return the order of a control: what is in reach goes first."""
    return (0.0 if one["clear"] else 1.0) + (0.0 if one["native"] else 0.5)

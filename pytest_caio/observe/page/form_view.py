"""Pressing everything in the form: each control, each key, with each of the things given or not.

Source: ``docs/page.md, Steps``.
"""

import asyncio
import re
from collections.abc import Sequence
from functools import partial
from typing import Any

from pytest_caio.observe.page.around_press import (
    REFUSED,
    after_a_key,
    answered,
    by_enter,
    in_a_changed_queue,
    opened_card,
    with_a_changed_text,
)
from pytest_caio.observe.page.discovery import Form
from pytest_caio.observe.page.form_hand import FormHand, Given
from pytest_caio.observe.page.gate_cards import BODY_MARK
from pytest_caio.observe.page.in_turn import RESERVE, in_turn
from pytest_caio.observe.page.key_presses import press_key, press_letters
from pytest_caio.observe.page.list_view import POLLED, reads_of_queue
from pytest_caio.observe.page.other_cards import Way
from pytest_caio.observe.page.ranking import CLOSES, Control, fresh, place_of
from pytest_caio.observe.page.step_deeds import approving, rejecting
from pytest_caio.observe.page.tab import TEN_MINUTES, Tab

_KEYS = ("Enter", "Control+Enter", "Meta+Enter", "Shift+Enter", "Delete", "Escape")


class FormLook:
    """One form, explored. ``rejectors`` are the controls that rejected when both were given,
    ``approvers`` those that approved, ``asking`` those that did once more was agreed to; ``ways``
    lead to other cards.

    ``pressed`` is set when every control has been pressed, and they are known.
    """

    def __init__(self, tab: Tab, form: Form, pressed: asyncio.Event) -> None:
        self.tab, self.form = tab, form
        self.hand = FormHand(tab, form)
        offered = list(dict.fromkeys(o["tag"] for o in form.info["options"] if o["tag"]))
        self.tag = offered[len(offered) // 3] if offered else ""
        self.other = offered[-2] if len(offered) > 1 else self.tag
        self.offered = offered
        self.rejectors: list[Control] = []
        self.approvers: list[Control] = []
        self.asking: list[Control] = []
        self.ways: dict[str, Way] = {}
        self.initial, self.choosable = "", True
        self.pressed = pressed

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
        controls = self._controls([*view["controls"], *later])
        around = {place_of(one) for one in self.form.around}
        around -= {place_of(one) for one in self.form.path}
        for control in controls:
            own = place_of(control) not in around
            await self._control({**control, "around": not own}, own=own)
        self.pressed.set()
        await in_turn(self.tab, {"ten minutes with a card open": self._minutes})
        await self._keys(view["keys"])

    def _controls(self, controls: Sequence[Control]) -> list[Control]:
        own = fresh(controls, self.form.around)
        old = [c for c in controls if c["clear"] and not c["box"] and c["nth"] < 2]
        chosen = own + [c for c in old if not any(c is one for one in own)]
        found = [c for c in chosen if not c["option"] and not c["inert"] and c["nth"] < 2]
        return sorted(found, key=lambda one: (bool(CLOSES.search(one["label"])), c_order(one)))

    async def _press(self, control: Control, tag: str, reason: str, **more: Any) -> Any:
        if self.short:
            self.tab.setting.unexplored.append(control["label"])
            return None
        return await self.hand.press(control, Given(tag, reason), **more)

    async def _control(self, control: Control, *, own: bool) -> None:
        """Press one control in every way.

        What was there before the form is pressed elsewhere as well: here only what it makes of what
        was given is of interest.
        """
        long, short = (60.0, 60.0) if own else (20.0, 5.0)
        first = await self._press(control, "", "given", seconds=long, on=own)
        both = None
        if self.tag:
            both = await self._press(control, self.tag, "given", seconds=short, on=own)
        if rejecting(both) or (both is not None and both.get("then")):
            self.rejectors.append(control)
        told = [one for one in (first, both) if one is not None]
        if own:
            await self._approving(control, told)
        acts = any(one["asked"] or (own and one["revealed"]) or _acts(one) for one in told)
        # What is off until both are given may be on with less.
        acts = acts or len({one["off"] for one in told}) > 1
        if not acts:
            return
        table = [("", "none"), ("", "blank"), (self.tag, "none"), (self.tag, "blank"),
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
            for look in (in_a_changed_queue, by_enter):
                await self._also(look, control, self.tag)

    async def _approving(self, control: Control, told: list[dict[str, Any]]) -> None:
        """Press what approves while something else happens; ``told`` are the presses so far."""
        if any(approving(one) for one in told):
            self.approvers.append(control)
            tag = "" if approving(told[0]) else self.tag
            refused = partial(with_a_changed_text, status=500)
            for look in (with_a_changed_text, refused, in_a_changed_queue, by_enter):
                await self._also(look, control, tag)
        elif any(one.get("agreed") for one in told):
            self.asking.append(control)

    async def _also(self, look: Any, control: Control, tag: str) -> None:
        await in_turn(self.tab, {control["label"]: partial(look, self.hand, control, tag)})

    async def _minutes(self) -> None:
        """Let ten minutes pass with a card open and a reason typed."""
        if not await self.hand.give(Given("", "given")):
            return
        step = self.tab.step("(ten minutes with a card open)", **self.hand.said(Given("", "given")))
        await self.tab.page.evaluate("n => { __caio.state.press = n; }", self.tab.number)
        await self.tab.run(TEN_MINUTES)
        await self.tab.collect()
        step["_repeat"] = None
        await self.hand.close(Given("", "given"), self.rejectors)
        if await self.hand.see() is None:
            began = await self.tab.page.evaluate("__caio.now()")
            await self.tab.run(POLLED)
            step["reads_after"] = await reads_of_queue(self.tab, began)
        self.hand.ready = False

    async def _keys(self, listens: bool) -> None:
        """Press the usual keys; where nothing listens to keys, Enter alone can send a form."""
        if not listens:
            await in_turn(self.tab, {"the key Enter": lambda: self._key("Enter", "")})
            return
        for tag in ("", self.tag):
            for key in _KEYS if not tag else _KEYS[:2]:
                await in_turn(self.tab, {f"the key {key}": partial(self._key, key, tag)})
        await in_turn(self.tab, {
            "keys in the form": self._letters,
            "keys in a field of the form": self._typed,
            "arrow keys in the form": self._arrows,
        })  # fmt: skip

    async def _key(self, key: str, tag: str) -> None:
        await self._key_in(self.hand, key, tag)

    @staticmethod
    async def _key_in(hand: FormHand, key: str, tag: str, *, anew: bool = False) -> None:
        if not await hand.give(Given(tag, "given"), anew=anew):
            return
        tab = hand.tab
        await tab.page.evaluate("at => __caio.focusReason(at)", hand.info["at"])
        step = await press_key(tab, key, **hand.said(Given(tag, "given")))

        async def repeat(other: Tab) -> None:
            again = FormHand(other, hand.form)
            await FormLook._key_in(again, key, tag, anew=True)
            await FormLook._key_in(again, key, tag)

        step["_repeat"] = repeat
        if step["attempted"] or key == "Escape":
            hand.ready = False

    async def _typed(self) -> None:
        """Type each letter where words are typed: that is no order to do anything."""
        if not await self.hand.give(Given(self.tag, "given")):
            return
        said = self.hand.said(Given(self.tag, "given"))
        await self.tab.page.evaluate("at => __caio.focusReason(at)", self.hand.info["at"])
        await press_letters(self.tab, alone=True, **said, typed=True)
        await self._same_tag(said)
        if await self.tab.page.evaluate("mark => __caio.focusMail(mark)", BODY_MARK):
            await press_letters(self.tab, alone=True, **said, typed=True)
        self.hand.ready = False

    async def _same_tag(self, said: dict[str, Any]) -> None:
        """Note where typing chose another tag than the one that was chosen."""
        if await self.hand.see() is None or self.hand.info["chosen"] in {"", self.tag}:
            return
        step = self.tab.step("(typing a reason)", **said)

        async def again(other: Tab) -> None:
            await FormLook(other, self.form, self.pressed)._typed()

        step |= {"left": str(self.hand.info["chosen"]), "_repeat": again}

    async def _arrows(self) -> None:
        """Go on by arrow keys, and decide what is shown then."""
        for key in ("ArrowRight", "ArrowLeft"):
            if self.approvers and not self.short:
                await after_a_key(self.hand, self.approvers[0], key)

    async def _letters(self) -> None:
        if not await self.hand.give(Given("", "given")):
            return
        await self.tab.page.evaluate("__caio.blur()")
        await press_letters(self.tab, **self.hand.said(Given("", "given")))
        self.hand.ready = False


def _acts(step: dict[str, Any]) -> bool:
    """Return whether a step sent something else than what approving or seeding sends."""
    return any(
        not re.search(r"/(?:approve|seed_queue)(?=[/?#]|$)", one["url"]) or one["rejects"]
        for one in step["attempted"]
    )


def c_order(one: Control) -> float:
    """Return the order of a control: what is in reach goes first."""
    return (0.0 if one["clear"] else 1.0) + (0.0 if one["native"] else 0.5)

"""The form under the gate's hand: open and empty before each press, then filled in as wanted."""

import contextlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from pytest_caio.observe.page.discovery import Form, form_in, steps_of, walk
from pytest_caio.observe.page.gate_cards import BODY_MARK
from pytest_caio.observe.page.ranking import CLOSES, CONFIRMS, Control, fresh, leads_back, place_of
from pytest_caio.observe.page.tab import EDIT, REASONS, Lost, Tab

_FOLLOWED = 2
_SOON, _AT_ONCE = 2.0, 0.02


@dataclass(frozen=True)
class Given:
    """What is given before a press: a tag's id or none, and a reason as ``REASONS`` names it."""

    tag: str = ""
    reason: str = "none"


class FormHand:
    """Opens one form in one tab and presses there. ``form`` is how it was found."""

    def __init__(self, tab: Tab, form: Form) -> None:
        self.tab, self.form = tab, form
        self.ready = False
        self.info: Mapping[str, Any] = form.info
        self.around: tuple[Control, ...] = form.around

    async def open(self, path: tuple[Control, ...] | None = None) -> bool:
        """Load the page anew and go to the form; return whether it is there."""
        way, of_many = path or self.form.path, not self.form.card
        self.ready = await walk(self.tab, way, ticked=of_many) and await self.see() is not None
        return self.ready

    async def reopen(self) -> bool:
        """Go back to the form without loading the page, from the deepest step that is there.

        Return False where it is open for another card, as a page may go on to the next one.
        """
        view = await self.tab.view()
        if (there := form_in(view, self.form.path)) is not None:
            return there.info["card"] in {"", self.form.card}
        shown = [place_of(one) for one in view["controls"]]
        path = self.form.path
        start = next((at for at in reversed(range(len(path))) if place_of(path[at]) in shown), 0)
        return await steps_of(self.tab, path[start:])

    async def see(self) -> Mapping[str, Any] | None:
        """Return the view where the form is shown, None where it is not; unfold its tags."""
        view = await self.tab.view()
        if self.form.opener is not None and not view["forms"]:
            if not await steps_of(self.tab, [self.form.opener]):
                return None
            view = await self.tab.view()
        found = form_in(view, self.form.path)
        if found is None:
            return None
        self.info = found.info
        return view

    async def give(self, given: Given, *, anew: bool = False) -> Mapping[str, Any] | None:
        """Have the form open, empty, and filled in with just that; return what is to be seen.

        The page is loaded anew only where its form can't be emptied, or is not to be found.
        """
        if not anew and self.ready and self.form.opener is None and await self.reopen():
            state = await self._fill(given, emptied=False)
            if state["form"] and state["cleared"] and state["tagged"]:
                return await self._given(given, state)
        if not await self.open():
            return None
        state = await self._fill(given, emptied=True)
        return await self._given(given, state) if state["form"] and state["tagged"] else None

    async def give_here(self, given: Given) -> Mapping[str, Any] | None:
        """Fill in what is open, on top of what stands there."""
        state = await self._fill(given, emptied=True)
        return await self._given(given, state) if state["form"] and state["tagged"] else None

    async def _given(self, given: Given, state: Mapping[str, Any]) -> Mapping[str, Any]:
        self.ready = True
        if self.form.opener is not None and not given.tag:
            await steps_of(self.tab, [self.form.opener])
        await self.tab.run(0.5)
        return await self.tab.view() if self.form.opener else self.tab.look(state["view"])

    async def _fill(self, given: Given, *, emptied: bool) -> Mapping[str, Any]:
        told = [self.tab.number, self.info["at"], given.tag, REASONS[given.reason], emptied]
        said = await self.tab.page.evaluate("all => JSON.stringify(__caio.fill(...all))", told)
        state: Mapping[str, Any] = json.loads(said)
        return state

    async def change(self, more: str = f" {EDIT}", gone: str = "", mark: str = BODY_MARK) -> bool:
        """Add to the text after ``mark``, take ``gone`` out; return whether that can be done."""
        told = [self.tab.number, mark, more, gone]
        changed = await self.tab.page.evaluate("all => __caio.edit(...all)", told)
        await self.tab.run(_AT_ONCE)
        return bool(changed)

    async def press(
        self, control: Control, given: Given, *, seconds: float = 60.0, anew: bool = False,
        on: bool = True,
    ) -> dict[str, Any] | None:  # fmt: skip
        """Open, fill in, press one control, with ``on`` what it then asks for; return the step."""
        choosing = self.tab.step("(choosing)", **self.said(given))
        view = await self.give(given, anew=anew)
        if not choosing["attempted"]:
            self.tab.drop(choosing)
        if view is None:
            self.ready = False
            return None
        return await self.press_here(control, given, view, seconds=seconds, on=on)

    async def press_here(
        self, control: Control, given: Given, view: Mapping[str, Any], *, seconds: float = 60.0,
        on: bool = True, again: Any = None, more: Mapping[str, Any] = MappingProxyType({}),
    ) -> dict[str, Any] | None:  # fmt: skip
        """Press one control in what is open, which ``view`` shows; the rest as ``press``.

        ``again`` does it once more in another tab, where that takes more than opening the form;
        ``more`` is what the step says besides.
        """
        depth = 0 if on else _FOLLOWED
        try:
            soon = min(seconds, _SOON)
            said = {**self.said(given, control), **more}
            step = await self.tab.press(control, seconds=soon, **said)
            step["_repeat"] = again or self.repeated(control, given)
            if step["attempted"]:
                # What it offers then may be gone a moment later.
                await self._after(step, view, given, control, depth)
            if seconds > soon and not step["off"]:
                await self.tab.run(seconds - soon)
        except Lost:
            if not self.tab.clock.runs:
                raise
            self.ready = False
            return None
        await self._after(step, view, given, control, depth)
        return step

    def said(self, given: Given, control: Control | None = None) -> dict[str, Any]:
        """Return what a step says of what was given; another card's control got nothing."""
        card = self.card
        if control is not None and control["card"] and card and control["card"] != card:
            return {"place": "form", "card": control["card"]}
        option = next((o for o in self.info["options"] if o["tag"] == given.tag), None)
        value = (
            option["value"] if option and option["value"] in self.tab.setting.tags else given.tag
        )
        return {"place": "form", "tag": value, "reason": given.reason, "card": card}

    async def _after(
        self, step: dict[str, Any], before: Mapping[str, Any], given: Given, control: Control,
        depth: int,
    ) -> None:  # fmt: skip
        """Note what the press showed; press on where it asks for one more step."""
        if any(one["rejects"] for one in step["attempted"]):
            return
        view = await self.tab.view()
        more = [c for c in fresh(view["controls"], [*before["controls"], *self.around])
                if not c["option"] and not c["off"]]  # fmt: skip
        if not self.card:
            # Beside a form of no card, what was there before is pressed by itself.
            there = {place_of(one) for one in before["controls"]}
            more = [one for one in more if place_of(one) not in there]
        step["revealed"] = len(more)
        # What takes a decision back, or only goes away, asks for nothing.
        step["_asks"] = any(not (leads_back(one) or CLOSES.search(one["label"])) for one in more)
        self.ready = not more
        now = form_in(view, self.form.path) if 0 < depth < _FOLLOWED else None
        gone = now is not None and now.info["card"] not in {"", self.card}
        # What decides another card, which was led to or came up in the list, is no answer.
        own = [] if gone else [one for one in more if one["card"] in {"", self.card}]
        for label in sorted(own, key=lambda one: not CONFIRMS.search(one["label"]))[:4]:
            if depth >= _FOLLOWED or leads_back(label) or CLOSES.search(label["label"]):
                continue
            await self._press_on(step, label, given, control, depth)
            if any(one["rejects"] for one in step["attempted"]):
                return

    async def _press_on(
        self, step: dict[str, Any], next_one: Control, given: Given, control: Control, depth: int
    ) -> None:
        tab = self.tab
        before = await tab.view()
        if given.reason == "given" and not self.info["hasReason"]:
            typed = [tab.number, REASONS["given"]]
            await tab.page.evaluate("([n, text]) => __caio.write(n, text)", typed)
        label = {**next_one, "label": f"{step['control']} › {next_one['label']}"}
        try:
            said = self.said(given, control) | {"_mail": step.get("_mail", {})}
            deeper = await tab.press(label, seconds=60.0, **said)
        except Lost:
            return
        deeper["_repeat"] = step.get("_repeat")
        await self._after(deeper, before, given, control, depth + 1)
        step["revealed"] = max(step["revealed"], 1)
        step["agreed"] = any(one["approves"] for one in deeper["attempted"]) or deeper.get("agreed")
        if any(one["rejects"] for one in deeper["attempted"]):
            step["then"] = len(deeper["attempted"])

    @property
    def card(self) -> str:
        """The card that is open now."""
        return str(self.info["card"]) or self.form.card

    async def close(self, given: Given, but: Sequence[Control], seconds: float = 2.0) -> None:
        """Leave the form as a person does: by what closes it, else by Escape.

        ``but`` are controls that reject, whatever they are called.
        """
        view = await self.tab.view()
        rejecting = [place_of(one) for one in but]
        for control in fresh(view["controls"], self.around):
            closes = CLOSES.search(control["label"]) and not control["option"]
            if closes and place_of(control) not in rejecting:
                with contextlib.suppress(Lost):
                    await self.tab.press(control, seconds=seconds, **self.said(given, control))
                return
        await self.escape(given, seconds / 2)

    async def escape(self, given: Given, seconds: float) -> None:
        """Leave the form by the key Escape; what that decides is a step of its own."""
        step = self.tab.step("the key Escape", key=True, **self.said(given))
        await self.tab.page.evaluate("n => { __caio.state.press = n; }", self.tab.number)
        await self.tab.page.keyboard.press("Escape")
        await self.tab.run(seconds)
        await self.tab.collect()
        if not step["attempted"]:
            self.tab.drop(step)

    def repeated(self, control: Control, given: Given) -> Any:
        """Return what does the same press once more, in another tab."""
        form = self.form

        async def repeat(tab: Tab) -> None:
            hand = FormHand(tab, form)
            await hand.press(control, given, anew=True)
            # A page may refuse the first time alone.
            await hand.press(control, given)

        return repeat

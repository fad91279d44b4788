"""Pressing everything that is not the form: the list, its cards' menus, the page's other parts."""

import re
from collections.abc import Iterable
from functools import partial
from typing import Any

from pytest_caio.observe.page.card_rows import side_by_side
from pytest_caio.observe.page.discovery import Form, form_in, walk
from pytest_caio.observe.page.gestures import FAR, dropped, pressed_twice, slide
from pytest_caio.observe.page.hidden_cards import TRAINING, hides_live
from pytest_caio.observe.page.in_turn import in_turn
from pytest_caio.observe.page.key_presses import press_enter_on, press_key, press_letters
from pytest_caio.observe.page.list_over_time import ten_minutes
from pytest_caio.observe.page.ranking import CONFIRMS, Control, fresh, place_of
from pytest_caio.observe.page.step_deeds import approving, rejecting
from pytest_caio.observe.page.tab import REASONS, Lost, Tab
from pytest_caio.observe.page.waiting_cards import cards_in, put_away

_DEPTH = 3
_HIDES = re.compile(
    r"\b(?:hide|without|no|exclude|skip)\b(?:\W+\w+)?\W+(?:training|canar\w+|practi[cs]e)\b"
    r"|\b(?:live|real)\W+(?:cards?|e?-?mails?|ones?)?\W*only\b|\bonly\W+(?:live|real)\b",
    re.IGNORECASE,
)
_RESERVE = 2.5
_REMOVING = ("Delete", "Backspace")
_REAL = ("Enter", "Control+Enter", "Delete", "Backspace", "Escape")
Sight = tuple[dict[str, Any] | None, dict[str, Any] | None]


class ListLook:
    """Presses each control of a view once, and what a press shows, to the third step.

    ``forms`` takes what offers tags elsewhere than in the form that is known, ``turns`` the presses
    that show other cards, ``many`` what approved cards from the list, ``kept`` what makes the page
    remember something else, ``hides`` what hides cards, and whether it leaves some.
    """

    def __init__(self, tab: Tab, cards: tuple[Control, ...], known: Form | None) -> None:
        self.tab, self.cards, self.known = tab, cards, known
        self.forms: list[Form] = []
        self.done: set[tuple[str, int, bool]] = set()
        self.last: dict[str, Any] | None = None
        self.turns: list[tuple[Control, ...]] = []
        self.many: list[tuple[tuple[Control, ...], Control, list[str]]] = []
        self.hides: list[tuple[Control, bool]] = []
        self.kept: list[tuple[tuple[Control, ...], Control]] = []

    async def look(self) -> None:
        """Press all there is, then let ten minutes pass."""
        if not await walk(self.tab, self.cards):
            return
        view = await self.tab.view()
        if self.known is None or self.known.path:
            self.forms += [Form(self.cards, form) for form in view["forms"]]
        await self._each(self.cards, view["controls"], 0)
        mine = next((one for one in view["controls"] if one["card"] and not one["box"]), None)
        if mine is not None and view["slides"]:
            for by in (-FAR, FAR):
                sliding = partial(slide, self.tab, self.cards, mine, by)
                await in_turn(self.tab, {"sliding a card": sliding})
        if mine is not None and view["drops"]:
            dragging = partial(dropped, self.tab, self.cards, mine)
            await in_turn(self.tab, {"dragging a card": dragging})
        await self._keys()
        await ten_minutes(self.tab, self.cards)

    async def _each(
        self, path: tuple[Control, ...], controls: Iterable[Control], depth: int
    ) -> None:
        order = sorted(controls, key=lambda one: (not one["box"], not one["clear"]))
        for control in order:
            mark = (*place_of(control), control["off"])
            if mark in self.done or control["nth"] > 1:
                continue
            if any(control[name] for name in ("option", "off", "inert")):
                continue
            self.done.add(mark)
            if self.tab.setting.left < _RESERVE:
                self.tab.setting.unexplored.append(control["label"])
                continue
            await self._one(path, control, depth)

    async def _one(self, path: tuple[Control, ...], control: Control, depth: int) -> None:
        before, after = await self._pressed(path, control)
        if before is None or after is None:
            return
        if self.known is None and after["fields"]:
            step = await press_with_words(self.tab, control)
            if step is not None:
                step["_repeat"] = _repeat_press(path, control, words=True)
                after = await self.tab.view()
        form = form_in(after, (*path, control), before)
        if form is not None and not before["forms"]:
            if self._another(form):
                self.forms.append(form)
            await walk(self.tab, path)
            return
        self.last = after
        await self._acted(path, control, before, after)
        if not control["card"] and cards_in(after) not in (set(), cards_in(before)):
            self.turns.append((*path, control))
        more = fresh(after["controls"], before["controls"])
        if more and depth < _DEPTH:
            first = sorted(more, key=lambda one: not CONFIRMS.search(one["label"]))
            await self._each((*path, control), first, depth + 1)
            if control["card"] and form is None:
                await side_by_side(self.tab, path, control, more)
                self.last = None

    async def _acted(
        self, path: tuple[Control, ...], control: Control, before: Any, after: Any
    ) -> None:
        """Look closer at what decides cards, or takes one out of the list."""
        step = self.tab.steps[self.tab.number]
        if after["keeps"] != before["keeps"] and not step["attempted"]:
            self.kept.append((path, control))
        if not control["card"]:
            cards = [card for one in step["attempted"] for card in one["cards"]]
            way = tuple(one for one in path if not one["box"])
            self.many += [(way, control, cards)] * (approving(step) and bool(cards))
            hidden = cards_in(before) - cards_in(after)
            if _HIDES.search(control["label"]) and hidden - {TRAINING}:
                await hides_live(self.tab, path, control)
                self.last = None
            if not step["attempted"] and hidden:
                self.hides.append((control, bool(cards_in(after))))
            return
        if after["forms"]:
            return
        if rejecting(step) or approving(step):
            await pressed_twice(self.tab, path, control)
        elif not step["attempted"] and control["card"] in cards_in(before) - cards_in(after):
            alike = [one for one in before["controls"] if one["key"] == control["key"]]
            others = [one for one in alike if one["card"] not in {"", control["card"]}]
            ways = [(control,), *((one,) for one in others[:1])]
            away = partial(put_away, self.tab, path, ways, cards_in(before))
            await in_turn(self.tab, {control["label"]: away})
        else:
            return
        self.last = None
        await walk(self.tab, path)

    def _another(self, form: Form) -> bool:
        """Return whether a form is none that is known: for no card, or with other fields."""
        if not form.card:
            return True
        known = [*self.forms, *([self.known] if self.known else [])]
        return all(_fields(form) != _fields(one) for one in known)

    async def _pressed(self, path: tuple[Control, ...], control: Control) -> Sight:
        """Press it; return what was seen before and after, None where it could not be pressed."""
        before = await self._press(path, control)
        if before is None:
            return None, None
        after = await self.tab.view()
        if _in_vain(self.tab.steps[self.tab.number], control, before, after):
            # What was ticked and doesn't look so any more was taken out by ticking it again.
            again = await walk(self.tab, path) and await self._press(path, control)
            after = await self.tab.view() if again else after
        return before, after

    async def _press(self, path: tuple[Control, ...], control: Control) -> dict[str, Any] | None:
        """Press it, on a page that is loaded anew where it is gone; return what was seen before."""
        before, self.last = self.last or await self.tab.view(), None
        if not control["box"]:
            await self.tab.page.evaluate("n => __caio.tick(n)", self.tab.number)
        for again in (False, True):
            if again:
                if not await walk(self.tab, path):
                    return None
                before = await self.tab.view()
            try:
                step = await self.tab.press(control, place="list", seconds=20.0)
            except Lost:
                if not self.tab.clock.runs:
                    raise
                continue
            step["_repeat"] = _repeat_press(path, control, words=self.known is None)
            return before
        return None

    async def _keys(self) -> None:
        """The usual keys, pressed with the list in front."""
        tab = self.tab
        if tab.setting.left < _RESERVE or not await walk(tab, self.cards):
            tab.setting.unexplored.append("keys in the list")
            return
        view = await tab.view()
        if not view["keys"]:
            return
        # A page may listen to a key alone, or for the card that has the focus.
        mine = next((one for one in view["controls"] if one["card"] and not one["box"]), None)
        for focused in (None, mine) if mine else (None,):
            where = [focused["key"], focused["nth"], focused["card"]] if focused else None
            for key in _REMOVING if focused else _REAL:
                await tab.page.evaluate("where => __caio.focusOn(where)", where)
                await press_key(tab, key, place="list")
            await tab.page.evaluate("where => __caio.focusOn(where)", where)
            await press_letters(tab, place="list")
        opens = next((one for one in self.known.path if one["card"]), None) if self.known else None
        if opens is not None and await walk(tab, self.cards):
            await press_enter_on(tab, opens)


def _fields(form: Form) -> tuple[str, ...]:
    return form.info["kind"], form.info["words"], form.info["reasonKey"]


def _in_vain(
    step: dict[str, Any], control: Control, before: dict[str, Any], after: dict[str, Any]
) -> bool:
    """Return whether a press that may be about ticked cards sent and showed nothing."""
    ticks = any(one["box"] and one["card"] for one in before["controls"])
    quiet = not (step["attempted"] or control["box"] or control["card"])
    return ticks and quiet and not fresh(after["controls"], before["controls"])


async def press_with_words(tab: Tab, control: Control) -> dict[str, Any] | None:
    """Press with something typed; None where nothing can be, or the control is gone.

    A page without tags may ask for words alone.
    """
    written = [tab.number, REASONS["given"]]
    if not await tab.page.evaluate("([n, text]) => __caio.write(n, text)", written):
        return None
    try:
        return await tab.press(control, place="list", reason="given", seconds=20.0)
    except Lost:
        return None


def _repeat_press(path: tuple[Control, ...], control: Control, *, words: bool) -> Any:
    async def repeat(tab: Tab) -> None:
        if await walk(tab, path):
            await tab.page.evaluate("n => __caio.tick(n)", tab.number)
            await tab.press(control, place="again", seconds=20.0)
            if words:
                await press_with_words(tab, control)

    return repeat

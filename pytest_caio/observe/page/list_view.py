"""Pressing everything that is not the form: the list, its cards' menus, the page's other parts."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from pytest_caio.evidence.probe_names import GATE_CARDS
from pytest_caio.observe.page.card_rows import side_by_side
from pytest_caio.observe.page.discovery import Form, form_in, walk
from pytest_caio.observe.page.gestures import FAR, dropped, pressed_twice, slide
from pytest_caio.observe.page.in_turn import in_turn
from pytest_caio.observe.page.key_presses import press_enter_on, press_key, press_letters
from pytest_caio.observe.page.ranking import CONFIRMS, Control, fresh, place_of
from pytest_caio.observe.page.step_deeds import approving, rejecting
from pytest_caio.observe.page.tab import REASONS, TEN_MINUTES, Lost, Tab
from pytest_caio.observe.page.waiting_cards import put_away, reads_of_queue, unread

_DEPTH = 3
_RESERVE = 2.5
POLLED = 300.0
"""Seconds in which a page that refreshes itself has read its queue."""
_LOOKED_AWAY = 70.0
_REMOVING = ("Delete", "Backspace")
_REAL = ("Enter", "Control+Enter", "Delete", "Backspace", "Escape")


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
        await self._ten_minutes()

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
        before = await self._press(path, control)
        if before is None:
            return
        after = await self.tab.view()
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
        if not control["card"] and _cards(after) - {""} not in (set(), _cards(before) - {""}):
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
            if not step["attempted"] and _cards(before) - _cards(after) - {""}:
                self.hides.append((control, bool(_cards(after) - {""})))
            return
        if after["forms"]:
            return
        if rejecting(step) or approving(step):
            await pressed_twice(self.tab, path, control)
        elif not step["attempted"] and control["card"] in _cards(before) - _cards(after):
            alike = [one for one in before["controls"] if one["key"] == control["key"]]
            others = [one for one in alike if one["card"] not in {"", control["card"]}]
            ways = [(control,), *((one,) for one in others[:1])]
            away = partial(put_away, self.tab, path, ways, _cards(before) - {""})
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

    async def _ten_minutes(self) -> None:
        tab = self.tab
        if not await walk(tab, self.cards):
            return
        await tab.page.evaluate("__caio.lookAway()")
        await tab.run(_LOOKED_AWAY)
        await tab.page.evaluate("__caio.lookBack()")
        step = tab.step("(ten minutes with the queue open)", place="list")
        began = await tab.page.evaluate("__caio.now()")
        await tab.run(TEN_MINUTES)
        await tab.collect()
        step["reads"] = await reads_of_queue(tab, began)
        step["_repeat"] = None
        step["redraws"] = await self._redraws()
        await in_turn(tab, {"a queue that can't be read": partial(unread, tab, self.cards)})

    async def _redraws(self) -> bool | None:
        """Return whether a card that is gone from the queue leaves the list, or that is said.

        None where the list doesn't show the card, so nothing can be told.
        """
        tab = self.tab
        if GATE_CARDS[0] not in _cards(await tab.view()):
            return None
        words = await tab.page.evaluate("__caio.words()")
        await tab.page.evaluate("__caio.gone()")
        await tab.run(POLLED)
        if GATE_CARDS[0] not in _cards(await tab.view()):
            return True
        if await tab.page.evaluate("__caio.state.anew"):
            return True  # The page loads itself anew, and shows what there is then.
        return bool(await tab.page.evaluate("__caio.words()") != words)


def _fields(form: Form) -> tuple[str, ...]:
    return form.info["kind"], form.info["words"], form.info["reasonKey"]


def _cards(view: dict[str, Any]) -> set[str]:
    return {control["card"] for control in view["controls"]}


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

"""Finding where a card is rejected: by pressing, until something offers the API's tags.

Source: ``docs/page.md, Steps``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pytest_caio.observe.page.ranking import Control, fresh, place_of, ranked
from pytest_caio.observe.page.tab import WELCOME, Lost, Tab

_DEPTH = 3
_RESERVE = 4.0


@dataclass(frozen=True)
class Form:
    """Where tags are offered: the presses that lead there, and what is offered.

    ``opener`` is what shows the tags where they are folded away; ``around`` are the controls that
    were there on the way to it.
    """

    path: tuple[Control, ...]
    info: Mapping[str, Any]
    opener: Control | None = None
    around: tuple[Control, ...] = ()

    @property
    def card(self) -> str:
        """The card that is open, empty where none is told from the others."""
        opened = next((one["card"] for one in reversed(self.path) if one["card"]), "")
        return str(self.info["card"] or opened)

    def on(self, way: tuple[Control, ...]) -> "Form":
        """Return the form as it is on another card, which ``way`` opens."""
        opener = self.opener and {**self.opener, "card": ""}
        return replace(self, path=way, opener=opener, info={**self.info, "card": ""})


@dataclass
class Discovery:
    """What was found: the form, further forms that belong to no card, and where cards are."""

    form: Form | None = None
    others: tuple[Form, ...] = ()
    cards: tuple[Control, ...] | None = None


async def discover(tab: Tab, view: Mapping[str, Any]) -> Discovery:
    """Press what is there until tags are offered for a card; ``view`` is the fresh page."""
    found = Discovery()
    found.form = await _search(tab, (), view, (), found, set())
    if found.form is None and found.others:
        found = replace(found, form=found.others[0], others=found.others[1:])
    return found


def form_in(
    view: Mapping[str, Any], path: Sequence[Control], before: Mapping[str, Any] | None = None
) -> Form | None:
    """Return the form that is to be seen, the one of the card that the path opens."""
    card = next((one["card"] for one in reversed(path) if one["card"]), "")
    offered = sorted(view["forms"], key=lambda one: (one["card"] != card, -one["matched"]))
    if not offered:
        return None
    info = offered[0]
    around = tuple(before["controls"]) if before else ()
    folded = (
        before is not None
        and info["kind"] == "buttons"
        and info["hasReason"]
        and info["reasonKey"] in before["fields"]
        and any(one["card"] for one in path[:-1])
    )
    if folded:
        return Form(tuple(path[:-1]), info, path[-1], around)
    return Form(tuple(path), info, None, around)


async def _search(
    tab: Tab,
    path: tuple[Control, ...],
    view: Mapping[str, Any],
    before: tuple[Control, ...],
    found: Discovery,
    tried: set[tuple[str, int]],
) -> Form | None:
    if found.cards is None and any(one["card"] for one in view["controls"]):
        found.cards = path
    in_card = any(one["card"] for one in path)
    for control in ranked(fresh(view["controls"], before), in_card=in_card):
        if place_of(control) in tried or control["off"] or control["option"] or (control["inert"]):
            continue
        if tab.setting.left < _RESERVE:
            tab.setting.unexplored.append("the way to the tags")
            return None
        tried.add(place_of(control))
        form = await _try(tab, path, view, (*before, *view["controls"]), control, found, tried)
        if form is not None:
            return form
    return None


async def _try(
    tab: Tab,
    path: tuple[Control, ...],
    view: Mapping[str, Any],
    known: tuple[Control, ...],
    control: Control,
    found: Discovery,
    tried: set[tuple[str, int]],
) -> Form | None:
    try:
        await tab.press(control, place="list")
    except Lost:
        if not await walk(tab, path):
            return None
        try:
            await tab.press(control, place="list")
        except Lost:
            return None
    now, here = await tab.view(), (*path, control)
    form = form_in(now, here, view)
    if form is not None and (form.card or any(one["card"] for one in here)):
        return replace(form, around=known)
    if form is not None:
        found.others = (*found.others, form)
    if len(here) < _DEPTH and fresh(now["controls"], view["controls"]):
        deeper = await _search(tab, here, now, known, found, tried)
        if deeper is not None:
            return deeper
        await walk(tab, path)
    return None


async def walk(
    tab: Tab, path: Sequence[Control], *, kept: bool = False, ticked: bool = False, **answers: Any
) -> bool:
    """Load the page anew and press what leads to a place; return whether it is reached.

    ``kept`` and ``answers`` as in :meth:`Tab.load`. With ``ticked`` the last step is pressed with
    some cards ticked, as what acts on those needs some that are.
    """
    await tab.load(kept=kept, answers=answers)
    for at, control in enumerate(path):
        if ticked and at == len(path) - 1:
            await tab.page.evaluate("n => __caio.tick(n)", tab.number)
        if not await steps_of(tab, [control]):
            # A page may show something else before its cards.
            await tab.run(WELCOME)
            if not await steps_of(tab, [control]):
                return False
            tab.setting.welcome = WELCOME
    return True


async def steps_of(tab: Tab, path: Sequence[Control], seconds: float = 2.0) -> bool:
    """Press one control after the other, so far apart; return whether each was there."""
    try:
        for control in path:
            await tab.press(control, place="way", seconds=seconds)
    except Lost:
        return False
    return True

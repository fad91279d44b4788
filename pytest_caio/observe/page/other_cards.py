"""The way to another card than the one that a form was found on."""

from collections.abc import Mapping
from typing import Any

from pytest_caio.observe.page.discovery import Form, walk
from pytest_caio.observe.page.ranking import Control
from pytest_caio.observe.page.tab import Tab

Way = tuple[Control, ...] | None


async def way_to_another(tab: Tab, form: Form, wanted: str, known: dict[str, Way]) -> Way:
    """Return the presses that open another card than the form's, None where none is to be found.

    ``wanted`` is the card to open, if it is there; ``known`` takes and gives what was found before.
    """
    if wanted not in known:
        known[wanted] = await _way(tab, form.path, wanted)
    return known[wanted]


async def _way(tab: Tab, path: tuple[Control, ...], wanted: str) -> Way:
    if not await walk(tab, path[:1]):
        return None
    way = other_card(path, await tab.view(), wanted)
    if way is None and len(path) > 1 and await walk(tab, path[:-1]):
        way = other_card(path, await tab.view(), wanted)
    return way


def from_card(way: tuple[Control, ...]) -> tuple[Control, ...]:
    """Return the presses from the one on the card on; where none is on a card, the last one."""
    last = max(len(way) - 1, 0)
    return way[next((at for at, one in enumerate(way) if one["card"]), last) :]


def other_card(
    path: tuple[Control, ...], view: Mapping[str, Any], wanted: str
) -> tuple[Control, ...] | None:
    """Return the same way to another card, as the view offers it; None where there is none.

    ``wanted`` is the card that is taken where the view offers several.
    """
    for place, control in enumerate(path):
        if not control["card"]:
            continue
        others = [
            one for one in view["controls"]
            if one["card"] not in {"", control["card"]} and one["tag"] == control["tag"]
            and not one["box"] and not one["inert"]
        ]  # fmt: skip
        # What reads alike does alike; a card that is a button itself reads otherwise on each.
        others.sort(key=lambda one: (one["key"] != control["key"], one["card"] != wanted))
        if others:
            return (*path[:place], others[0], *on_any_card(path[place + 1 :]))
    return None


def on_any_card(path: tuple[Control, ...]) -> tuple[Control, ...]:
    """Return presses in a card as they are on whichever card is open."""
    return tuple({**one, "card": ""} for one in path)

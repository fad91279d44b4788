"""The pages' templates: whole lines that are in or out, and values that are put in escaped."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from html import escape
from importlib.resources import files

_SWITCH = re.compile(r"^\s*(?:<!--|//)\s*(?:(if)\s+(!?)(\w+)|(end))\s*(?:-->)?\s*$")


@cache
def _source(name: str) -> str:
    return files(__package__).joinpath("pages", name).read_text(encoding="utf-8")


def render(name: str, switches: Mapping[str, bool], values: Mapping[str, str]) -> str:
    """The page `name` with the lines between `if x` (or `if !x`) and `end` kept where x holds.

    `{{key}}` becomes the escaped value. Raises KeyError for a switch that nobody set.
    """
    kept: list[str] = []
    shown: list[bool] = []
    for line in _source(name).splitlines():
        mark = _SWITCH.match(line)
        if mark is None:
            if all(shown):
                kept.append(line)
        elif mark[4]:
            shown.pop()
        else:
            shown.append(switches[mark[3]] != bool(mark[2]))
    text = "\n".join(kept)
    for key, value in values.items():
        text = text.replace("{{" + key + "}}", escape(value))
    return text

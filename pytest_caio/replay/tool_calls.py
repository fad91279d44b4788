"""Tool calls: which an answer made, and whether they are the wanted ones, arguments included.

Source: ``docs/replay.md, Tool calls``. The score of the tools goes by names alone; what is wanted
here a case has to meet besides.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pytest_caio.base.messages import shown


@dataclass(frozen=True, slots=True)
class Call:
    """A tool that was called or is wanted; `arguments` is None where nothing is said of them."""

    name: str
    arguments: Mapping[str, Any] | None = None

    def words(self) -> str:
        """Return the call as a person would write it."""
        if self.arguments is None:
            return self.name
        return f"{self.name} {json.dumps(self.arguments, ensure_ascii=False, sort_keys=True)}"


def entries(value: object) -> tuple[object, ...]:
    """Return a value as a list: nothing is none, a scalar is a list of one."""
    if type(value) is list:  # nearly always
        return tuple(value)
    if value is None:
        return ()
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return tuple(value)
    return (value,)


def calls(value: object) -> tuple[Call, ...]:
    """Return the calls of a tool trace; an entry that is no object with a name is a name itself."""
    return tuple(_call(entry) for entry in entries(value))


def names(value: object) -> tuple[str, ...]:
    """Return the names in a tool trace, which the score of the tools goes by."""
    return tuple(call.name for call in calls(value))


def _call(entry: object) -> Call:
    if type(entry) is str:
        return Call(entry)
    if not isinstance(entry, Mapping) or not isinstance(entry.get("name"), str):
        return Call(str(entry))
    return Call(entry["name"], _arguments(entry.get("arguments")))


def _arguments(given: object) -> Mapping[str, Any] | None:
    """Return arguments as an object; some libraries hand them on as its JSON text."""
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except (ValueError, RecursionError):
            return None
    return given if isinstance(given, Mapping) else None


def normalise_tool(name: str) -> str:
    """Return a tool's name in lower case and without any white space."""
    return "".join(name.lower().split())


def same_tool(expected: str, actual: str) -> bool:
    """Return whether two names match (``docs/replay.md, Tool selection``)."""
    e, a = normalise_tool(expected), normalise_tool(actual)
    return e in a or a in e


def unmet(wanted: Sequence[Call], made: Sequence[Call], *, in_order: bool) -> tuple[int, ...]:
    """Return the positions of wanted calls that were not made; each call made meets one at most."""

    def meets(number: int, at: int) -> bool:
        return _meets(wanted[number], made[at])

    return (_not_in_order if in_order else _not_at_all)(len(wanted), len(made), meets)


def _meets(wanted: Call, made: Call) -> bool:
    if not same_tool(wanted.name, made.name):
        return False
    return not wanted.arguments or _holds(wanted.arguments, made.arguments)


def _holds(wanted: object, given: object) -> bool:
    """Return whether a value is the wanted one; of objects, whether it has all that is wanted."""
    if isinstance(wanted, Mapping):
        return isinstance(given, Mapping) and all(
            key in given and _holds(value, given[key]) for key, value in wanted.items()
        )
    if isinstance(wanted, list):
        return (
            isinstance(given, list)
            and len(wanted) == len(given)
            and all(map(_holds, wanted, given))
        )
    if isinstance(wanted, bool) or isinstance(given, bool):
        return wanted is given  # in Python True equals 1, in JSON it doesn't
    return wanted == given


Meets = Callable[[int, int], bool]


def _not_in_order(wanted: int, made: int, meets: Meets) -> tuple[int, ...]:
    missing: list[int] = []
    start = 0
    for number in range(wanted):
        at = next((at for at in range(start, made) if meets(number, at)), None)
        if at is None:
            missing.append(number)
        else:
            start = at + 1
    return tuple(missing)


def _not_at_all(wanted: int, made: int, meets: Meets) -> tuple[int, ...]:
    """Match as many as can be: one that fits several gives way to one that fits only there."""
    taken: dict[int, int] = {}

    def find(number: int, tried: set[int]) -> bool:
        for at in range(made):
            if at not in tried and meets(number, at):
                tried.add(at)
                if at not in taken or find(taken[at], tried):
                    taken[at] = number
                    return True
        return False

    return tuple(number for number in range(wanted) if not find(number, set()))


def mistakes(value: object) -> list[str]:
    """Return what is wrong with `expected_tool_calls` of a golden case, in words."""
    if not isinstance(value, list):
        return ["expected_tool_calls must be a list of objects"]
    wrong = []
    for number, entry in enumerate(value):
        where = f"expected_tool_calls[{number}]"
        if not isinstance(entry, dict):
            wrong.append(f'{where} is {shown(entry, 40)}, it must be an object with a "name"')
            continue
        name = entry.get("name")
        if not isinstance(name, str) or not name.strip():
            wrong.append(f"{where}.name must be a text with a visible character")
        if not isinstance(entry.get("arguments", {}), dict):
            wrong.append(f"{where}.arguments must be an object")
        if unknown := sorted(entry.keys() - {"name", "arguments"}):
            wrong.append(f"{where} has an unknown key {unknown[0]!r}; name and arguments are known")
    return wrong

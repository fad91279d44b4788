"""Which of many secrets a text may hold, told in one pass over it, however many there are."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")

_WINDOW = 8
# A part stands in one such word of a text, or in none.
_WORD = re.compile(f"[a-z0-9]{{{_WINDOW},}}")


@dataclass(frozen=True)
class Parts(Generic[T]):
    """Things by a part that a text must hold, where it is to hold the thing: ``part`` is small
    letters and digits, and may be empty.
    """

    # By the first letters of their part; those whose part has fewer are searched for one by one.
    _long: dict[str, list[tuple[str, T]]] = field(default_factory=dict, repr=False)
    _short: list[tuple[str, T]] = field(default_factory=list, repr=False)

    def add(self, part: str, thing: T) -> None:
        """Take ``thing`` in, by its part."""
        if len(part) < _WINDOW:
            self._short.append((part, thing))
        else:
            self._long.setdefault(part[:_WINDOW], []).append((part, thing))

    def within(self, lowered: str) -> Iterator[T]:
        """Yield what a text in small letters may hold, each once."""
        yield from (thing for part, thing in self._short if part in lowered)
        for start in self._starts(lowered):
            yield from (thing for part, thing in self._long[start] if part in lowered)

    def _starts(self, lowered: str) -> set[str]:
        return {
            window
            for word in _WORD.findall(lowered)
            for at in range(len(word) - _WINDOW + 1)
            if (window := word[at : at + _WINDOW]) in self._long
        }

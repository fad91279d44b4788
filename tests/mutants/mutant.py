"""One mutant: where it is, what was changed, and the code that results."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import takewhile
from types import CodeType
from zlib import crc32


@dataclass(frozen=True, slots=True)
class Mutant:
    """A change of one place: `place` is a module and the function in it.

    `code` makes the module's code, `page` the page's text where its script was changed. `line` is
    for readers: the name goes by content, so that it outlives changes elsewhere.
    """

    place: str
    operator: str
    before: str
    after: str
    line: int
    code: Callable[[], CodeType] | None = None
    page: Callable[[], str] | None = None
    number: int = 1

    @property
    def name(self) -> str:
        """What a list of mutants calls it; the same for as long as the place reads the same."""
        again = f" #{self.number}" if self.number > 1 else ""
        return f"{self.place}: {self.operator}: {self.before} -> {self.after}{again}"

    @property
    def module(self) -> str:
        """The module below `deployment` that was changed."""
        return self.place.partition(".")[0]


def numbered(mutants: Iterable[Mutant]) -> Iterator[Mutant]:
    """The same mutants; those that would be called alike are counted."""
    counts: dict[str, int] = {}
    for mutant in mutants:
        counts[mutant.name] = counts.get(mutant.name, 0) + 1
        yield replace(mutant, number=counts[mutant.name])


def share(mutants: Iterable[Mutant], one_in: int) -> list[Mutant]:
    """One of so many; which ones goes by their names, so that it is the same ones in every run."""
    return [mutant for mutant in mutants if crc32(mutant.name.encode()) % one_in == 0]


def difference(before: str, after: str, around: int = 24) -> tuple[str, str]:
    """Two pieces of source on one line each, cut to where they differ and a little around it."""
    old, new = " ".join(before.split()), " ".join(after.split())
    front = _alike(old, new)
    back = _alike(old[front:][::-1], new[front:][::-1])
    return _cut(old, front, back, around), _cut(new, front, back, around)


def _alike(one: str, other: str) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _cut(text: str, front: int, back: int, around: int) -> str:
    start, end = max(0, front - around), min(len(text), len(text) - back + around)
    left, right = "…" if start else "", "…" if end < len(text) else ""
    return f"{left}{text[start:end]}{right}"

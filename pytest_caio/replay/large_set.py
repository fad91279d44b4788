"""A golden set that is too large to be held: read case by case, as often as it is gone through.

Source: ``docs/replay.md, Large sets``. It is checked whole before anything is asked; what stays in
memory are numbers and a hash of each id.
"""

from __future__ import annotations

import hashlib
import json
import re
from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from pytest_caio.replay.golden_json import JsonError, parse
from pytest_caio.replay.golden_set import Case, GoldenError, case_of, check_case, read_golden

Names = AbstractSet[str]


MOST_CHECKS = 200
"""How many categories are a check of their own; the others share one."""


def categories_of_checks(sizes: Mapping[str, int]) -> dict[str, tuple[str, ...]]:
    """Return by its name which categories a check of a large set is about, each in one of them.

    Names are such that ``-k`` can select by them. In: how many cases each category has.
    """
    found: dict[str, tuple[str, ...]] = {}
    for category in sizes:
        if len(found) >= MOST_CHECKS:
            found["other-categories"] = (*found.get("other-categories", ()), category)
            continue
        plain = re.sub(r"[^\w.-]+", "_", category) or "no-category"
        name, number = plain, 2
        while name in found or name == "other-categories":
            name, number = f"{plain}-{number}", number + 1
        found[name] = (category,)
    return found


def names_of_checks(cases: Collection[Case]) -> tuple[str, ...]:
    """Return what the checks of a set are there for: each case, of a large set each category."""
    if isinstance(cases, LargeSet):
        return tuple(categories_of_checks(cases.sizes))
    return tuple(case.id for case in cases)


def hashed(name: str) -> int:
    """Return an id as a number of 64 bits."""
    raw = hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(raw)


@dataclass(frozen=True)
class LargeSet(Collection[Case]):
    """A golden set on disk, of JSON Lines; going through it reads it anew.

    `sizes` is how many cases each category has ("" for none), `digest` that of the file, `known`
    those of the names that were looked for which are an id, a tag or a category.
    """

    path: Path
    sizes: dict[str, int]
    digest: str
    known: frozenset[str] = frozenset()
    ids: array[int] = field(default_factory=lambda: array("Q"), repr=False, compare=False)

    def __len__(self) -> int:
        return len(self.ids)

    def __contains__(self, name: object) -> bool:
        """Return whether an id, or a case's, is taken."""
        key = hashed(name.id if isinstance(name, Case) else str(name))
        at = bisect_left(self.ids, key)
        return at < len(self.ids) and self.ids[at] == key

    def __iter__(self) -> Iterator[Case]:
        """Yield the cases; raises GoldenError at the end where the file is another one by now."""
        digest = hashlib.sha256()
        with self.path.open("rb") as file:
            for number, line in enumerate(file, 1):
                digest.update(line)
                if line.strip():
                    try:
                        yield case_of(json.loads(line.decode("utf-8-sig")), number)
                    except (ValueError, KeyError, TypeError, AssertionError):
                        raise self._changed() from None
        if digest.hexdigest() != self.digest:
            raise self._changed()

    def _changed(self) -> GoldenError:
        return GoldenError(
            f"{self.path} was changed while its cases were asked. Run the gate again"
        )


def read_set(path: Path, whole: int, names: Names = frozenset()) -> Collection[Case]:
    """Read a golden set; of JSON Lines with more than `whole` cases no case is held.

    `names` are those that the policy speaks of. Raises GoldenError with every mistake, as
    `read_golden` does.
    """
    try:
        found = _lines(path, whole, names)
    except OSError:
        found = None
    # A file with a mistake is read once more, by what knows how to speak of mistakes.
    return read_golden(path) if found is None else found


def _lines(path: Path, whole: int, names: Names) -> Collection[Case] | None:
    """Return the set in JSON Lines; None where it is anything else, or has a mistake."""
    cases: list[Case] = []
    ids = array("Q")
    sizes: dict[str, int] = {}
    known: set[str] = set()
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            digest.update(line)
            if not line.strip(b" \t\r\n\xef\xbb\xbf"):
                continue
            case = _case(line, number)
            if case is None:
                return None
            ids.append(hashed(case.id))
            sizes[case.category] = sizes.get(case.category, 0) + 1
            known |= names & {case.id, case.category, *case.tags} if names else frozenset()
            if len(ids) <= whole:
                cases.append(case)
            else:
                cases.clear()
    in_order = array("Q", sorted(ids))
    if not ids or any(a == b for a, b in pairwise(in_order)):
        return None
    if len(ids) <= whole:
        return tuple(cases)
    return LargeSet(path, sizes, digest.hexdigest(), frozenset(known), in_order)


def _case(line: bytes, number: int) -> Case | None:
    try:
        item = parse(line.decode("utf-8-sig" if number == 1 else "utf-8"))
    except (JsonError, UnicodeDecodeError):
        return None
    name, wrong = check_case(item)
    return None if wrong or not name else case_of(item, number)

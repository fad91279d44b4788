"""Recorded answers by id: held where they are few, found in their file where they are many."""

from __future__ import annotations

import json
from array import array
from bisect import bisect_left
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from pytest_caio.observe.replay.case_run import KEYS, RunnerError, normalise
from pytest_caio.replay.golden_json import Broken, JsonError, numbered_items, parse
from pytest_caio.replay.large_set import hashed

MOST_HELD = 4_000_000
"""How large a file may be of which all answers are held, in bytes."""


class Answers(Protocol):
    """Finds an answer by its case's id."""

    def get(self, name: str, /) -> Mapping[str, object] | None:
        """Return the answer, in the due form; None where there is none."""


def recorded_answers(path: Path) -> Answers:
    """Return the answers in a file; ValueError with file and line where they can't be used."""
    if path.stat().st_size > MOST_HELD and (found := _Lines.of(path)):
        return found
    return _held(path)


class _Lines:
    """Answers in JSON Lines: a number for each id, and at which byte its line begins."""

    def __init__(self, path: Path, keys: array[int], places: array[int]) -> None:
        self._file = path.open("rb")
        self._keys, self._places = keys, places

    def get(self, name: str, /) -> Mapping[str, object] | None:
        key = hashed(name)
        at = bisect_left(self._keys, key)
        if at == len(self._keys) or self._keys[at] != key:
            return None
        self._file.seek(self._places[at])
        item = json.loads(self._file.readline())
        return normalise(item) if item["id"] == name else None

    def __del__(self) -> None:
        self._file.close()

    @classmethod
    def of(cls, path: Path) -> _Lines | None:
        """Return the answers of a file; None where anything about it is to be said or is odd."""
        keys, places = array("Q"), array("Q")
        place = 0
        with path.open("rb") as file:
            for line in file:
                try:
                    name, answered = _read(parse(line.decode())) if line.strip() else ("", False)
                except (JsonError, RunnerError, ValueError):
                    return None
                if answered:
                    keys.append(hashed(name))
                    places.append(place)
                place += len(line)
        order = sorted(range(len(keys)), key=keys.__getitem__)
        in_order = array("Q", [keys[n] for n in order])
        if any(a == b for a, b in pairwise(in_order)):
            return None
        return cls(path, in_order, array("Q", [places[n] for n in order]))


def _read(item: object) -> tuple[str, bool]:
    """Return whose answer a line holds, and whether it holds one; raises ValueError otherwise."""
    name = item.get("id") if isinstance(item, dict) else None
    if not isinstance(item, dict) or not isinstance(name, str):
        raise ValueError("a recorded answer is an object with an id")
    if _without_answer(item):
        return name, False
    normalise(item)
    return name, True


def _without_answer(item: Mapping[str, object]) -> bool:
    """Whether this is the line of a case that a large replay got no answer to, or kept none of."""
    return "runs" in item and not item.keys() & KEYS


def _held(path: Path) -> Mapping[str, Mapping[str, object]]:
    answers: dict[str, Mapping[str, object]] = {}
    for line, item in numbered_items(path.read_bytes().decode("utf-8-sig")):
        if isinstance(item, Broken):
            raise ValueError(f"{path}:{line}: {item.reason}")
        name = item.get("id") if isinstance(item, dict) else None
        if not isinstance(item, dict) or not isinstance(name, str):
            raise ValueError(f"{path}:{line}: a recorded answer is an object with an id")
        if name in answers:
            raise ValueError(f"{path}:{line}: {name}: recorded twice, ids are unique")
        if _without_answer(item):
            continue
        try:
            answers[name] = normalise(item)
        except RunnerError as error:
            raise ValueError(f"{path}:{line}: {name}: {error}") from None
    return MappingProxyType(answers)

"""The changes that are tried of golden cases: of all of them at once, as each scores the whole set.

A hundred thousand cases would else be scored a hundred thousand times.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from typing import Any

from pytest_caio.evidence.model import Evidence, Observed
from pytest_caio.evidence.probe_names import REPLAY
from pytest_caio.proof.mutants import Mutant
from pytest_caio.proof.other_values import Vocabulary, others
from pytest_caio.proof.place import Path, changed, value_at

_READ = ("facts", "tools", "error")
"""What is judged of a run; the rest is for people."""


@dataclass
class GoldenCases:
    """Changed replays of one environment, made once for the checks of all its cases.

    Beside each stands what judges work out of it, so that it is scored once.
    """

    evidence: Evidence | None
    known: Vocabulary
    _made: list[tuple[Mutant, dict[Any, Any]]] = field(default_factory=list)
    _more: Iterator[Mutant] | None = None

    def mutants(self) -> Iterator[tuple[Mutant, dict[Any, Any]]]:
        """Yield changed replays, each with what was worked out of it so far."""
        if self._more is None:
            self._more = _changed_replays(self.evidence, self.known)
        number = 0
        while True:
            if number == len(self._made):
                mutant = next(self._more, None)
                if mutant is None:
                    return
                self._made.append((mutant, {}))
            yield self._made[number]
            number += 1


def _changed_replays(found: Evidence | None, known: Vocabulary) -> Iterator[Mutant]:
    """Yield the replay with another value in every run: the first change of each, the second …"""
    if not isinstance(found, Observed):
        return
    if "counts" in found.data:
        yield _none_passes(found)
        return
    runs = list(found.data.get("runs", ()))
    for step in zip_longest(*(_changes(run, known) for run in runs)):
        others_of = [other or (run, "") for run, other in zip(runs, step, strict=True)]
        words = next(word for _, word in others_of if word)
        data = {**found.data, "runs": [run for run, _ in others_of]}
        yield Mutant({(found.environment, REPLAY): replace(found, data=data)}, words)


def _none_passes(found: Observed) -> Mutant:
    """Return a large replay of which no case passes: what is judged of it are its numbers."""
    counts = found.data["counts"]
    parts = {name: {**part, "passed": 0} for name, part in counts["slices"].items()}
    data = {**found.data, "counts": {**counts, "slices": parts}}
    key = (found.environment, REPLAY)
    return Mutant({key: replace(found, data=data)}, "of each category no case passes")


def _changes(run: Mapping[str, Any], known: Vocabulary) -> Iterator[tuple[Any, str]]:
    for path in (path for key in _READ for path in _leaves(run.get(key), (key,))):
        if path[0] not in run:
            continue
        name = next(key for key in reversed(path) if isinstance(key, str))
        for value in others(name, value_at(run, path), known):
            words = f"in each run {'.'.join(map(str, path))} is another"
            yield changed(run, path, value), words


def _leaves(value: Any, path: Path) -> Iterator[Path]:
    yield path
    for key, below in value.items() if isinstance(value, Mapping) else ():
        yield from _leaves(below, (*path, key))

"""The changes that are tried of a golden case: of its own runs alone, as each costs a scoring of
the whole set.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from pytest_caio.evidence.model import Observed
from pytest_caio.evidence.probe_names import REPLAY
from pytest_caio.proof.mutants import Mutant, Peers
from pytest_caio.proof.other_values import Vocabulary, others
from pytest_caio.proof.place import NOTED, Path, Place, with_value

_READ = ("facts", "tools", "error")
"""What is judged of a run; the rest is for people."""


def of_case(case: str, peers: Peers, environment: str, known: Vocabulary) -> Iterator[Mutant]:
    """Yield other answers of a case's runs, in well-typed values."""
    found = peers[environment].get(REPLAY)
    runs = found.data.get("runs", ()) if isinstance(found, Observed) else ()
    for number, run in enumerate(runs):
        if not isinstance(found, Observed) or run.get("case_id") != case:
            continue
        for key in _READ:
            for path, was in _leaves(run.get(key), (key,)):
                name = next(k for k in reversed(path) if isinstance(k, str))
                place = Place(environment, REPLAY, 0, NOTED, ("runs", number, *path))
                for value in others(name, was, known):
                    words = f"its run's {'.'.join(map(str, path))} is another"
                    change = {(environment, REPLAY): with_value(found, place, value)}
                    yield Mutant(change, words)


def _leaves(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    yield path, value
    parts = value.items() if isinstance(value, Mapping) else ()
    for key, below in parts:
        yield from _leaves(below, (*path, key))

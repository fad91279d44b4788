"""One mutant before the gate, in one scene after another, until it is no longer GO."""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from types import ModuleType

from mutants.gate import Judgement, judge
from mutants.mutant import Mutant
from mutants.mutated_code import rehearsal_with
from mutants.questions import BEYOND, answers
from mutants.reached import reached
from mutants.scenes import SCENES

Lines = Mapping[str, frozenset[int]]

KILLED = "killed"
STAYS_GO = "stays GO"
SHOWS_NOWHERE = "changes no answer that counts"
BEYOND_THE_GATE = "changes only what a gate may not ask"
# Who answers with another page is looked at in a browser too.
_PAGE = re.compile(r"GET (?:/sales|.* session)$")


@dataclass(frozen=True, slots=True)
class Baseline:
    """A scene without a mutant: what the gate says of it, its answers, and the lines that ran."""

    said: Judgement
    lines: Lines
    answers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of a mutant.

    `scene` is where it was no longer GO, and `checks` why. `differs` are the questions that it
    answers otherwise, `advised` the advisory checks that it turns red, or no longer does.
    """

    name: str
    line: int
    outcome: str
    scene: str = ""
    checks: tuple[str, ...] = ()
    differs: tuple[str, ...] = ()
    advised: tuple[str, ...] = ()


def baselines() -> dict[str, Baseline]:
    """Every scene, looked at once. Raises ValueError where one is not GO by itself."""
    found = {}
    for name, scene in SCENES.items():
        said, lines = reached(scene)
        if said.killed:
            raise ValueError(f"{name} is not GO without a mutant: {said.required}")
        with rehearsal_with("app", None) as server:
            found[name] = Baseline(said, lines, answers(server, scene))
    return found


def lines_of(found: Mapping[str, Baseline]) -> dict[str, frozenset[int]]:
    """The lines that run in any scene, by module."""
    lines: dict[str, frozenset[int]] = {}
    for one in found.values():
        for module, ran in one.lines.items():
            lines[module] = lines.get(module, frozenset()) | ran
    return lines


def try_out(mutant: Mutant, found: Mapping[str, Baseline]) -> Trial:
    """Serve the mutant in each scene in which it answers otherwise, until one is not GO.

    Whatever the gate itself raises goes through: that is a mistake of the gate.
    """
    assert mutant.code is not None
    differs: dict[str, None] = {}
    advised: dict[str, None] = {}
    with _quiet(), ExitStack() as stack:
        try:
            server = stack.enter_context(rehearsal_with(mutant.module, mutant.code()))
        except Exception as error:  # noqa: BLE001 - whatever a mutant breaks
            return Trial(mutant.name, mutant.line, KILLED, "no start", (type(error).__name__,))
        for name, usual in found.items():
            if mutant.line not in usual.lines.get(mutant.module, frozenset()):
                continue
            try:
                changed = _changed(server, name, usual)
            except Exception as error:  # noqa: BLE001 - whatever a mutant breaks
                return Trial(mutant.name, mutant.line, KILLED, "no start", (type(error).__name__,))
            differs |= dict.fromkeys(changed)
            said = _looked_at(server, name, changed)
            if any(one.killed for one in said):
                checks = tuple(check for one in said for check in one.required)
                return Trial(mutant.name, mutant.line, KILLED, name, checks, tuple(differs))
            if said:
                advised |= dict.fromkeys(said[0].advised.keys() ^ usual.said.advised.keys())
    outcome = _outcome(differs)
    return Trial(mutant.name, mutant.line, outcome, differs=tuple(differs), advised=tuple(advised))


def _changed(server: ModuleType, scene: str, usual: Baseline) -> list[str]:
    """The questions that are answered otherwise."""
    said = answers(server, SCENES[scene])
    return [one for one in {**usual.answers, **said} if usual.answers.get(one) != said.get(one)]


def _looked_at(server: ModuleType, scene: str, changed: list[str]) -> list[Judgement]:
    """What the gate says where there is something to see: over HTTP, and then of the page."""
    if all(question.startswith(BEYOND) for question in changed):
        return []
    with SCENES[scene].served(server) as running:
        said = [judge(running)]
    if not said[0].killed and any(_PAGE.match(question) for question in changed):
        with SCENES[scene].served(server) as running:
            said.append(judge(running, page=True))
    return said


def _outcome(differs: Mapping[str, None]) -> str:
    if not differs:
        return SHOWS_NOWHERE
    return BEYOND_THE_GATE if all(one.startswith(BEYOND) for one in differs) else STAYS_GO


@contextmanager
def _quiet() -> Iterator[None]:
    """What a broken server complains of is not of interest."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        logging.disable(logging.CRITICAL)
        try:
            yield
        finally:
            logging.disable(logging.NOTSET)

"""Trials on several cores: a process takes one after another, none is started for a mutant."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context

from mutants.mutant import Mutant, share
from mutants.page_mutants import page_mutants
from mutants.page_trial import try_page, usual_page
from mutants.rewrites import REWRITES, try_rewrite
from mutants.server_mutants import server_mutants
from mutants.story import begun_anew
from mutants.trial import Baseline, Trial, baselines, lines_of, try_out

REWRITE, PAGE, SERVER = "rewrites", "page", "server"
# A run takes no longer than a night's hour on two cores.
_SERVER_SHARE, _PAGE_SHARE = 3, 2


@dataclass(frozen=True, slots=True)
class Task:
    """What kind of trial, and the name of what is tried."""

    kind: str
    name: str


def tasks(kinds: Sequence[str] = (REWRITE, PAGE, SERVER)) -> list[Task]:
    """Everything there is to try of those kinds; what needs a browser comes first."""
    found: list[Task] = []
    if REWRITE in kinds:
        found += [Task(REWRITE, rewrite.name) for rewrite in REWRITES]
    if PAGE in kinds:
        found += [Task(PAGE, name) for name in _page_mutants()]
    if SERVER in kinds:
        found += [Task(SERVER, name) for name in _server_mutants()]
    return found


def try_all(
    chosen: Sequence[Task], jobs: int, tell: Callable[[Task, Trial], None]
) -> dict[Task, Trial]:
    """Try each on its own deployment; `tell` hears of each as it ends."""
    trials: dict[Task, Trial] = {}
    if jobs == 1:
        for task in chosen:
            trials[task] = _one(task)
            tell(task, trials[task])
        return trials
    with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
        waiting = {pool.submit(_one, task): task for task in chosen}
        for done in as_completed(waiting):
            trials[waiting[done]] = done.result()
            tell(waiting[done], done.result())
    return {task: trials[task] for task in chosen}


def _one(task: Task) -> Trial:
    with begun_anew():
        return _tried(task)


def _tried(task: Task) -> Trial:
    if task.kind == REWRITE:
        return try_rewrite(task.name)
    if task.kind == PAGE:
        return try_page(_page_mutants()[task.name])
    return try_out(_server_mutants()[task.name], _baselines())


@cache
def _baselines() -> Mapping[str, Baseline]:
    return baselines()


@cache
def _server_mutants() -> Mapping[str, Mutant]:
    reached = server_mutants(lines_of(_baselines()))
    return {mutant.name: mutant for mutant in share(reached, _SERVER_SHARE)}


@cache
def _page_mutants() -> Mapping[str, Mutant]:
    return {mutant.name: mutant for mutant in share(page_mutants(usual_page()), _PAGE_SHARE)}

"""The replay of a large set: cases come from the disk, and what came of them goes back to it.

Source: ``docs/replay.md, Large sets``.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import replace
from itertools import islice
from typing import Any

from pytest_caio.evidence.spool import Spool
from pytest_caio.observe.replay.case_run import CaseRun
from pytest_caio.observe.replay.engine import ask_all
from pytest_caio.observe.replay.gathering import Gathering
from pytest_caio.observe.replay.replay_order import ReplayOrder
from pytest_caio.replay import statistics
from pytest_caio.replay.golden_set import Case
from pytest_caio.replay.integrity import FEWEST, ONE_IN, mixed, planted_cases
from pytest_caio.replay.large_set import LargeSet, categories_of_checks

AT_A_TIME = 500
"""Planted cases are mixed in among so many real ones."""


async def replay_large(order: ReplayOrder, cases: LargeSet) -> tuple[dict[str, Any], Spool]:
    """Ask the cases of the chosen categories; return the evidence and the file with its lines."""
    policy = order.policy
    spool = Spool()
    gathering = Gathering(policy, replace(order.keeping, later=True), order.plan.baseline, spool)
    wanted = _chosen(cases, order.chosen)
    total = sum(cases.sizes[category] for category in wanted)
    allowed = statistics.budget(total, policy.min_pass_rate)

    def spent(run: CaseRun) -> bool:
        return gathering.failed > allowed

    manner = order.manner(spent if policy.early_stop and total == len(cases) else None)
    jobs = _jobs(cases, wanted, gathering, order.seed)
    due = (total if policy.blind else total + _planted_among(total)) * policy.repeats
    try:
        async with order.progress.shown(due):
            why = await ask_all(jobs, due, order.asker, manner, gathering.take, policy.deadline)
        ended = "" if next(jobs, None) is None else f"not run: {why}"
    finally:
        gathering.close()
    data = {
        "blind": policy.blind,
        "repeats": policy.repeats,
        **gathering.data(),
        "sizes": dict(cases.sizes),
        "known_names": sorted(cases.known),
        "ended": ended,
        "in_part": total < len(cases),
    }
    return data, spool


def _chosen(cases: LargeSet, chosen: AbstractSet[str] | None) -> AbstractSet[str]:
    """Return the categories that the chosen checks are about; None stands for all checks."""
    checks = categories_of_checks(cases.sizes)
    names = checks if chosen is None else chosen
    return {category for name in names for category in checks.get(name, ())}


def _planted_among(total: int) -> int:
    """Return about how many cases are planted among so many, for a count of what is done."""
    return max(FEWEST, total // ONE_IN)


def _jobs(
    cases: LargeSet, wanted: AbstractSet[str], gathering: Gathering, seed: str
) -> Iterator[tuple[Case, int]]:
    """Yield each case as often as it is due, one after the other: so none is waited for long."""
    source = (case for case in cases if case.category in wanted)
    repeats = range(gathering.policy.repeats)
    if gathering.policy.blind:
        yield from ((case, repeat) for case in source for repeat in repeats)
        return
    number = 0
    while some := list(islice(source, AT_A_TIME)):
        own = f"{seed}|{number}"
        planted = planted_cases(some, own, taken=cases)
        gathering.plant(planted)
        yield from ((case, repeat) for case in mixed(some, planted, own) for repeat in repeats)
        number += 1

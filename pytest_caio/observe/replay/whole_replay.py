"""The replay of a set that is held whole, as are all its runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from pytest_caio.observe.replay.case_run import CaseRun
from pytest_caio.observe.replay.engine import replay
from pytest_caio.observe.replay.replay_order import ReplayOrder
from pytest_caio.privacy.outputs import redacted
from pytest_caio.replay import statistics
from pytest_caio.replay.integrity import (
    Planted,
    copied_nonces,
    hollow_tools,
    mixed,
    planted_cases,
)
from pytest_caio.replay.scores import judge_case


async def replay_whole(order: ReplayOrder) -> dict[str, Any]:
    """Ask the chosen cases; return the evidence, with everything that judging them needs."""
    plan, policy = order.plan, order.policy
    cases = [c for c in plan.cases if order.chosen is None or c.id in order.chosen]
    in_part = len(cases) < len(plan.cases)
    planted = () if policy.blind else planted_cases(cases, order.seed)
    asked = mixed(cases, planted, order.seed)
    async with order.progress.shown(len(asked) * policy.repeats):
        runs = await replay(
            asked,
            order.runner,
            workers=policy.workers,
            case_timeout=policy.case_timeout,
            deadline=policy.deadline,
            repeats=policy.repeats,
            blind=policy.blind,
            name_of=order.name_of,
            on_progress=order.progress.told,
            stop_when=_stop_when(order) if policy.early_stop and not in_part else None,
            retries=policy.retries,
            late_hint=order.late_hint,
        )
    return {**_kept(order, runs, planted), "in_part": in_part}


def _kept(
    order: ReplayOrder, runs: Sequence[CaseRun], planted: Sequence[Planted]
) -> dict[str, Any]:
    """Return the evidence: facts of whole answers, and what may be written down of them."""
    policy, keeping, baseline = order.policy, order.keeping, order.plan.baseline
    known = {case.id: case.as_judged() for case in order.plan.cases}
    plants = [{"id": p.case.id, "nonces": p.nonces} for p in planted]
    whole = [{"case_id": run.case_id, "output": run.output} for run in runs]
    free = partial(redacted, redactor=keeping.redactor)
    return {
        "blind": policy.blind,
        "repeats": policy.repeats,
        "cases": free(list(known.values())),
        "baseline": {} if policy.private else free(dict(baseline)),
        "planted": [p.case.id for p in planted],
        "copied": list(copied_nonces(plants, whole)),
        "hollow": list(hollow_tools(whole)),
        "runs": [
            keeping.run(run, known[run.case_id], baseline.get(run.case_id))
            for run in runs
            if run.began and run.case_id in known
        ],
        "ended": next((run.error for run in runs if not run.began), ""),
    }


def _stop_when(order: ReplayOrder) -> Callable[[CaseRun], bool]:
    """Return what says that the error budget is spent and the outcome certain."""
    known = {case.id: case.as_judged() for case in order.plan.cases}
    allowed = statistics.budget(len(known), order.policy.min_pass_rate)
    failed: set[str] = set()

    def spent(run: CaseRun) -> bool:
        if run.case_id in known:
            earlier = order.plan.baseline.get(run.case_id)
            if run.error or not judge_case(known[run.case_id], run.output, earlier).passed:
                failed.add(run.case_id)
        return len(failed) > allowed

    return spent

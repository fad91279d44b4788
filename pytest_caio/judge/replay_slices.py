"""Parts of a golden set that are held to more than the rate of the whole.

Source: ``docs/replay.md, Must-pass cases and categories``.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from pytest_caio.base.messages import listed
from pytest_caio.gates.replay_policy import ReplayPolicy
from pytest_caio.judge.replay_results import CaseResult, Replayed
from pytest_caio.replay import statistics


def _names(case: Mapping[str, Any]) -> set[str]:
    """Return all by which a policy can name a case: its id, its category and its tags."""
    return {case["id"], *case.get("tags", ()), *filter(None, [case.get("category")])}


def must_pass(case: CaseResult, policy: ReplayPolicy) -> bool:
    """Return whether the set or the policy says that this case must pass, whatever the rate."""
    return bool(case.case.get("must_pass")) or not _names(case.case).isdisjoint(policy.must_pass)


def below_their_rate(replayed: Replayed, policy: ReplayPolicy) -> frozenset[str]:
    """Return the categories that miss the rate which the policy sets for them."""
    rates = replayed.categories
    return frozenset(
        name
        for name, minimum in policy.category_rates.items()
        if not statistics.meets(*rates.get(name, (0, 0)), minimum)
    )


def broken_slices(replayed: Replayed, policy: ReplayPolicy) -> Iterator[str]:
    """Yield what fails the gate by itself; a name that no case has is a mistake, not a pass."""
    failed = [case.id for case in replayed.failures if must_pass(case, policy)]
    if failed:
        yield f"must pass, and did not: {listed(failed)}"
    rates = replayed.categories
    for name in sorted(below_their_rate(replayed, policy)):
        passed, total = rates.get(name, (0, 0))
        minimum = f"{policy.category_rates[name]:g} needed"
        yield (
            f"category {name}: {passed}/{total}, {minimum}"
            if total
            else (f"no case is of the category {name}, for which replay.category_rates sets a rate")
        )
    known = {name for case in replayed.data["cases"] for name in _names(case)}
    unknown = sorted(set(policy.must_pass) - known)
    if unknown:
        yield f"replay.must_pass names {listed(unknown)}, which is no id, tag or category here"


def tolerable(case: CaseResult, replayed: Replayed, policy: ReplayPolicy) -> bool:
    """Return whether the error budget may cover this case."""
    below = below_their_rate(replayed, policy)
    return not must_pass(case, policy) and case.case.get("category") not in below

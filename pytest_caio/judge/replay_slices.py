"""Parts of a golden set that are held to more than the rate of the whole.

Source: ``docs/replay.md, Must-pass cases and categories``.
"""

from collections.abc import Iterable, Iterator

from pytest_caio.base.messages import listed
from pytest_caio.gates.replay_policy import ReplayPolicy
from pytest_caio.judge.replay_results import Replayed
from pytest_caio.replay import statistics
from pytest_caio.replay.case_results import CaseResult
from pytest_caio.replay.must_pass import must_pass, names_of
from pytest_caio.replay.tally import Ids


def must_failed(replayed: Replayed, policy: ReplayPolicy, failures: Iterable[CaseResult]) -> Ids:
    """Return the cases that must pass and did not; ``failures`` are those that are looked at."""
    if replayed.large:
        return replayed.tally.must_failed
    found = Ids()
    for case in failures:
        if must_pass(case.case, policy):
            found.add(case.id)
    return found


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
    if failed := must_failed(replayed, policy, replayed.failures):
        yield f"must pass, and did not: {failed.words()}"
    rates = replayed.categories
    for name in sorted(below_their_rate(replayed, policy)):
        passed, total = rates.get(name, (0, 0))
        minimum = f"{policy.category_rates[name]:g} needed"
        yield (
            f"category {name}: {passed}/{total}, {minimum}"
            if total
            else (f"no case is of the category {name}, for which replay.category_rates sets a rate")
        )
    known = set(replayed.data.get("known_names", ()))
    known |= {name for case in replayed.data["cases"] for name in names_of(case)}
    unknown = sorted(set(policy.must_pass) - known)
    if unknown:
        yield f"replay.must_pass names {listed(unknown)}, which is no id, tag or category here"


def tolerable(case: CaseResult, replayed: Replayed, policy: ReplayPolicy) -> bool:
    """Return whether the error budget may cover this case."""
    below = below_their_rate(replayed, policy)
    return not must_pass(case.case, policy) and case.case.get("category") not in below

"""Cases that must pass whatever the rate (``docs/replay.md, Must-pass cases and categories``)."""

from collections.abc import Mapping
from typing import Any

from pytest_caio.gates.replay_policy import ReplayPolicy


def names_of(case: Mapping[str, Any]) -> set[str]:
    """Return all by which a policy can name a case: its id, its category and its tags."""
    return {case["id"], *case.get("tags", ()), *filter(None, [case.get("category")])}


def must_pass(case: Mapping[str, Any], policy: ReplayPolicy) -> bool:
    """Return whether the set or the policy says that this case must pass, whatever the rate."""
    if case.get("must_pass"):
        return True
    return bool(policy.must_pass) and not names_of(case).isdisjoint(policy.must_pass)

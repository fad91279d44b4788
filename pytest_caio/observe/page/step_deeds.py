"""What a step of the table did, as far as others go by it."""

from collections.abc import Iterable
from typing import Any


def rejecting(step: dict[str, Any] | None) -> bool:
    """Return whether a step tried to reject."""
    return step is not None and any(one["rejects"] for one in step["attempted"])


def approving(step: dict[str, Any] | None) -> bool:
    """Return whether a step tried to approve."""
    return step is not None and any(one["approves"] for one in step["attempted"])


def gather(step: dict[str, Any], later: Iterable[dict[str, Any]]) -> None:
    """Give a step the decisions that went during later ones, which only opened a card.

    What goes then was asked for before, whatever was pressed in between.
    """
    for one in later:
        decided = [tried for tried in one["attempted"] if tried["rejects"] or tried["approves"]]
        step["attempted"] += decided
        one["attempted"] = [tried for tried in one["attempted"] if tried not in decided]

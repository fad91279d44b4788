"""What a step of the table did, as far as others go by it."""

from collections.abc import Iterable
from typing import Any


def rejecting(step: dict[str, Any] | None) -> bool:
    """Return whether a step tried to reject."""
    return step is not None and any(one["rejects"] for one in step["attempted"])


def approving(step: dict[str, Any] | None) -> bool:
    """Return whether a step tried to approve."""
    return step is not None and any(one["approves"] for one in step["attempted"])


def idle(step: dict[str, Any]) -> bool:
    """Return whether a press sent, showed and asked nothing; what is only told is no question."""
    asked = len(step["asked"]) > len(step.get("_alerts", ()))
    return not (step["off"] or step["attempted"] or step["revealed"] or step.get("agreed") or asked)


def gather(step: dict[str, Any], later: Iterable[dict[str, Any]]) -> None:
    """Give a step the decisions that went during later ones, which only opened a card.

    What goes then was asked for before, whatever was pressed in between.
    """
    for one in later:
        decided = [tried for tried in one["attempted"] if tried["rejects"] or tried["approves"]]
        step["attempted"] += decided
        one["attempted"] = [tried for tried in one["attempted"] if tried not in decided]


def outlived(rejections: Iterable[dict[str, Any]], steps: Iterable[dict[str, Any]]) -> None:
    """Give each rejection the approvals of its card that go after it, whoever asked for them."""
    others = [*steps]
    for step in rejections:
        sent = [one for one in step["attempted"] if one["rejects"]][:1]
        for other in others if sent else ():
            if other is not step:
                late = [one for one in other["attempted"] if _later(one, sent[0])]
                step["attempted"] += late
                other["attempted"] = [one for one in other["attempted"] if one not in late]


def _later(one: dict[str, Any], rejection: dict[str, Any]) -> bool:
    timed = one["at"] is not None and rejection["at"] is not None
    alike: bool = one["approves"] and one["cards"] == rejection["cards"]
    return alike and timed and one["at"] > rejection["at"]

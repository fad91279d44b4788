"""``smoke.queue-refreshes``: reading changes nothing of what was read."""

from __future__ import annotations

from typing import Any

import pytest
from deployments import CANNOT_TELL, FAIL, PASS, card, g1, g2, queue_body, ruled

from pytest_caio.evidence.model import Observed
from pytest_caio.evidence.probe_names import DECISIONS, DISPATCHES, QUEUE, READ_TWICE
from pytest_caio.testing import ENVIRONMENT, exchange, observed
from pytest_caio.verdict.finding import Outcome

CHECK = "smoke.queue-refreshes"


def decided(*names: str, status: str = "rejected") -> dict[str, Any]:
    """The history of these decisions."""
    return {"emails": [{"email_id": name, "status": status} for name in names]}


def reports(*names: str) -> list[dict[str, Any]]:
    """The reports of these dispatches."""
    return [{"run_id": name} for name in names]


def cards(*names: str, **more: Any) -> dict[str, Any]:
    """A queue of these cards."""
    return queue_body(*(card(email_id=name, **more) for name in names))


def twice(first: dict[str, Any], second: dict[str, Any]) -> list[Observed]:
    """What was read, and what was when it was read once more."""
    again = tuple(exchange(probe, body) for probe, body in second.items())
    return [
        *(observed(probe, body) for probe, body in first.items()),
        Observed(READ_TWICE, ENVIRONMENT, again, {"tries": {}}),
    ]


@pytest.mark.parametrize("generation", [g1, g2])
@pytest.mark.parametrize(
    ("first", "second", "outcome"),
    [
        ({DECISIONS: decided("a", "b")}, {DECISIONS: decided("a", "b")}, PASS),
        ({DECISIONS: decided("a")}, {DECISIONS: decided("b", "a")}, PASS),
        ({DECISIONS: decided("a", "b")}, {DECISIONS: decided("b")}, FAIL),
        ({DECISIONS: decided(*map(str, range(100)))}, {DECISIONS: decided("new")}, PASS),
        ({DECISIONS: decided("a", status="approved")}, {DECISIONS: decided()}, PASS),
        ({DECISIONS: {"emails": 7}}, {DECISIONS: decided()}, PASS),
        ({DISPATCHES: reports("r1", "r2")}, {DISPATCHES: reports("r2")}, FAIL),
        ({DISPATCHES: reports("r1")}, {DISPATCHES: {"detail": "later"}}, PASS),
        ({QUEUE: cards("a", "b")}, {QUEUE: cards("a", "b", "c")}, PASS),
        ({QUEUE: cards("a", "b")}, {QUEUE: cards("b")}, CANNOT_TELL),
        ({QUEUE: cards("a", canary=True)}, {QUEUE: cards()}, PASS),
        ({QUEUE: cards("a", "b")}, {QUEUE: cards("b"), DECISIONS: decided("a")}, PASS),
    ],
)
def test_what_was_there_is_there(
    generation: Any, first: dict[str, Any], second: dict[str, Any], outcome: Outcome
) -> None:
    """Decisions and dispatches stay in their history, and a card in the list until it is decided.

    A card may have been decided meanwhile, by what the history doesn't show.
    """
    said = ruled(CHECK, generation(), *twice(first, second))
    assert said.outcome is outcome, said.observed
    assert outcome is not CANNOT_TELL or "whether somebody decided them" in said.remedy

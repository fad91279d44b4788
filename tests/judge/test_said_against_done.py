"""What a deployment says in one place against what it says, or does, in another."""

from __future__ import annotations

from typing import Any

import pytest
from deployments import DEPENDENCIES_BODY, FAIL, PASS, card, edited, g1, g2, queue_body, ruled

from pytest_caio.evidence.probe_names import DEPENDENCIES, QUEUE, WEBHOOKS
from pytest_caio.testing import observed
from pytest_caio.verdict.finding import Outcome, Severity


def debug(**values: object) -> Any:
    """The queue with that in what it says of itself; two cards are in it."""
    body = queue_body(card(1), card(2))
    return observed(QUEUE, body | {"_shadow_queue_debug": body["_shadow_queue_debug"] | values})


@pytest.mark.parametrize("generation", [g1, g2])
@pytest.mark.parametrize(
    ("values", "outcome"),
    [
        ({"filesystem_merge_enabled": False}, PASS),
        ({"filesystem_merge_enabled": "no"}, PASS),
        ({"filesystem_merge_enabled": True}, FAIL),
    ],
)
def test_no_machines_own_files(generation: Any, values: Any, outcome: Outcome) -> None:
    """Beside a Redis that is connected nothing else is a source of the queue."""
    assert ruled("environment.redis-required", generation(), debug(**values)).outcome is outcome


@pytest.mark.parametrize(
    ("values", "outcome"),
    [
        ({"redis_returned": 2}, PASS),
        ({"redis_returned": 1}, PASS),
        ({"redis_returned": 3}, FAIL),
        ({"redis_returned": 0, "redis_returned_after_autoseed": 3}, FAIL),
        ({"redis_returned": "3"}, PASS),
        ({"redis_returned": True}, PASS),
    ],
)
def test_no_card_is_in_no_count(values: Any, outcome: Outcome) -> None:
    """What the store gave is listed or left out for a reason."""
    assert ruled("queue.sources-agree", g2(), debug(**values)).outcome is outcome


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"delivery_platform": "ghl"}, PASS),
        ({"delivery_platform": "GoHighLevel "}, PASS),
        ({"delivery_platform": "dashboard"}, PASS),
        ({"delivery_platform": None}, PASS),
        ({"delivery_platform": "instantly"}, FAIL),
        ({"canary": True, "delivery_platform": "training", "contact_id": "c1"}, PASS),
        ({"canary": True, "delivery_platform": "ghl", "contact_id": None}, PASS),
        ({"canary": True, "delivery_platform": "ghl", "contact_id": " "}, PASS),
        ({"canary": True, "delivery_platform": "ghl", "contact_id": "c1"}, FAIL),
    ],
)
def test_a_card_is_one_thing(changes: Any, outcome: Outcome) -> None:
    """For one platform, and for training or a contact of it."""
    answer = observed(QUEUE, queue_body(card(**changes)))
    assert ruled("smoke.card-contract", g2(), answer).outcome is outcome


@pytest.mark.parametrize(
    ("declared", "own", "status", "required"),
    [
        (True, {"hmac": True, "authed": True}, 400, True),
        (True, {"hmac": True, "authed": True}, 200, True),
        (True, {"hmac": True, "authed": True}, 404, False),
        (False, {"hmac": True, "authed": True}, 400, False),
        (True, {"hmac": True, "authed": True, "unsigned_allowlisted": True}, 400, False),
        (True, {"hmac": False, "authed": False}, 400, False),
        (True, None, 400, False),
    ],
)
def test_unsigned_calls_that_are_said_to_be_refused(
    declared: bool, own: Any, status: int, required: bool
) -> None:
    """Letting them in may be meant; declaring that they aren't, and letting them in, is not."""
    body = edited(DEPENDENCIES_BODY, "auth.webhook_signature_required", declared)
    body = edited(body, "dependencies.webhooks.provider_auth.heyreach", own)
    answer = observed(WEBHOOKS[-1], {"detail": "x"}, status)
    said = ruled("access.webhooks-signed", g2(), observed(DEPENDENCIES, body), answer)
    assert (said.outcome, said.severity is Severity.REQUIRED) == (FAIL, required)

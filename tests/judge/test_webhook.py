"""A webhook call with the secret that was given: whether it gets as far as its body."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from deployments import CANNOT_TELL as UNSEEN
from deployments import (
    DEPENDENCIES_BODY,
    FAIL,
    NOT_APPLICABLE,
    PASS,
    edited,
    g1,
    g2,
    redirect,
    ruled,
)

from pytest_caio.evidence.model import Evidence
from pytest_caio.evidence.probe_names import (
    BOUNCES,
    DEPENDENCIES,
    UNSUBSCRIBES,
    WEBHOOK_SECRET,
    WEBHOOKS,
)
from pytest_caio.testing import observed, unobserved
from pytest_caio.verdict.finding import Outcome, Severity

DETAIL = {"detail": "Invalid JSON payload"}
WRONG = {"detail": "Invalid bearer token for HeyReach webhook"}
NOT_GIVEN = "no webhook secret was given: set CAIO_PROD_WEBHOOK_TOKEN to have it tried"


@pytest.mark.parametrize("deployment", [g1, g2])
@pytest.mark.parametrize(
    ("evidence", "outcome", "said"),
    [
        (observed(WEBHOOK_SECRET, DETAIL, 400), PASS, "refused for its body (400)"),
        (observed(WEBHOOK_SECRET, DETAIL, 422), PASS, "refused for its body (422)"),
        (observed(WEBHOOK_SECRET, WRONG, 401), FAIL, "was refused (401: "),
        (observed(WEBHOOK_SECRET, WRONG, 403), FAIL, "was refused (403: "),
        (observed(WEBHOOK_SECRET, {"detail": "not configured"}, 503), FAIL, "refused (503: "),
        (observed(WEBHOOK_SECRET, "<h1>Bad gateway</h1>", 503), UNSEEN, "from a gateway"),
        (observed(WEBHOOK_SECRET, {"detail": "Not Found"}, 404), FAIL, "does not have it"),
        (observed(WEBHOOK_SECRET, {"detail": "Method Not Allowed"}, 405), FAIL, "405"),
        (observed(WEBHOOK_SECRET, "Internal Server Error", 500), FAIL, "500"),
        (observed(WEBHOOK_SECRET, "", 302), FAIL, "a redirect"),
        (observed(WEBHOOK_SECRET, {"status": "received"}, 200), UNSEEN, "it reads neither"),
        (observed(WEBHOOK_SECRET, "nonsense", 202), UNSEEN, "it reads neither"),
        (observed(WEBHOOK_SECRET, {"detail": "slow down"}, 429), UNSEEN, "429"),
        (unobserved(WEBHOOK_SECRET, "no answer within 10 s"), UNSEEN, "no answer"),
        (unobserved(WEBHOOK_SECRET, NOT_GIVEN), NOT_APPLICABLE, NOT_GIVEN),
    ],
)  # fmt: skip
def test_the_answers(
    deployment: Callable[[], dict[str, Evidence]], evidence: Evidence, outcome: Outcome, said: str
) -> None:
    """Refused for who sent it is a failure; where nobody gave a secret there is nothing to try."""
    found = ruled("smoke.webhook", deployment(), evidence)
    assert (found.outcome, said in found.observed) == (outcome, True), found.observed
    assert found.severity == (None if outcome is NOT_APPLICABLE else Severity.REQUIRED)


@pytest.mark.parametrize("probe", WEBHOOKS)
@pytest.mark.parametrize(("status", "lost"), [(302, True), (303, True), (401, False), (400, False)])
def test_a_call_that_is_sent_on(probe: str, status: int, lost: bool) -> None:
    """Providers follow no redirect: what they report is lost, whether a secret was given or not."""
    secret = unobserved(WEBHOOK_SECRET, NOT_GIVEN)
    found = ruled("smoke.webhook", g2(), secret, redirect(probe, "/login", status))
    assert found.outcome is (FAIL if lost else NOT_APPLICABLE)
    assert (found.severity is Severity.REQUIRED, probe in found.observed) == (lost, lost)


@pytest.mark.parametrize(("status", "open_"), [(401, False), (503, False), (400, True)])
def test_where_anybody_gets_in(status: int, open_: bool) -> None:
    """Then the secret's being taken proves little, and that is said."""
    unsigned = observed(WEBHOOKS[-1], {"detail": "x"}, status)
    found = ruled("smoke.webhook", g2(), observed(WEBHOOK_SECRET, DETAIL, 400), unsigned)
    assert (found.outcome, "doesn't show" in found.observed) == (PASS, open_)


@pytest.mark.parametrize("probe", WEBHOOKS)
@pytest.mark.parametrize(
    ("own", "status", "lost"),
    [
        ({"hmac": True}, 404, True), ({"bearer": True}, 405, True), ({"hmac": True}, 401, False),
        ({"hmac": False, "authed": True}, 404, False), ({}, 404, False), (None, 404, False),
        ("yes", 404, False),
    ],
)  # fmt: skip
def test_a_route_that_is_gone(probe: str, own: Any, status: int, lost: bool) -> None:
    """Who wants no mail comes by the first and the last; the others may be missing."""
    lost = lost and probe in {WEBHOOKS[0], WEBHOOKS[-1]}
    path = f"dependencies.webhooks.provider_auth.{probe.split('/')[2]}"
    said = observed(DEPENDENCIES, edited(DEPENDENCIES_BODY, path, own))
    answer = observed(probe, {"detail": "Not Found"}, status)
    found = ruled("smoke.webhook", g2(), unobserved(WEBHOOK_SECRET, NOT_GIVEN), said, answer)
    assert found.outcome is (FAIL if lost else NOT_APPLICABLE)
    assert (probe in found.observed) is lost


@pytest.mark.parametrize("probe", WEBHOOKS)
@pytest.mark.parametrize(
    ("status", "detail", "lost"),
    [
        (403, "Cross-origin request refused", True), (403, "CSRF token missing", True),
        (403, "Referer check failed", True), (403, "Invalid signature", False),
        (403, "Original body was altered", False), (401, "Cross-origin request refused", False),
    ],
)  # fmt: skip
def test_a_call_that_has_to_come_from_a_page(
    probe: str, status: int, detail: str, lost: bool
) -> None:
    """A provider is no page of the dashboard, whatever it signs."""
    answer = observed(probe, {"detail": detail}, status)
    found = ruled("smoke.webhook", g2(), unobserved(WEBHOOK_SECRET, NOT_GIVEN), answer)
    assert found.outcome is (FAIL if lost else NOT_APPLICABLE)
    page = observed(probe, f"<meta name=referrer content=none><h1>{detail}</h1>", status)
    found = ruled("smoke.webhook", g2(), unobserved(WEBHOOK_SECRET, NOT_GIVEN), page)
    assert found.outcome is NOT_APPLICABLE


@pytest.mark.parametrize(
    ("bounces", "unsubscribes", "lost"),
    [
        (401, 401, False), (401, 404, True), (503, 404, True), (401, 405, True),
        (404, 404, False), (404, 401, False), (None, 404, False), (401, None, False),
        (302, 404, False), (401, 503, False),
    ],
)  # fmt: skip
def test_the_route_of_unsubscribes(
    bounces: int | None, unsubscribes: int | None, lost: bool
) -> None:
    """It is missed where the route beside it is there."""
    answers = [
        observed(probe, {"detail": "as it is"}, status) if status else unobserved(probe, "lost")
        for probe, status in ((BOUNCES, bounces), (UNSUBSCRIBES, unsubscribes))
    ]
    found = ruled("smoke.webhook", g2(), unobserved(WEBHOOK_SECRET, NOT_GIVEN), *answers)
    assert found.outcome is (FAIL if lost else NOT_APPLICABLE)

"""``access.hardened: required`` makes four pieces of advice count."""

from __future__ import annotations

from typing import Any

import pytest
from deployments import FAIL, PASS, g1, g2, ruled

from pytest_caio.evidence.probe_names import DEPENDENCIES, HEALTH
from pytest_caio.gates.policy import AccessPolicy, Policy
from pytest_caio.testing import observed, unobserved
from pytest_caio.verdict.finding import Severity

CHECKS = ("query-token", "session-secret", "webhooks-signed", "heyreach-hard-auth")
REQUIRED = Policy(access=AccessPolicy("required"))


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("base", [g2, g1])
def test_severity(check: str, base: Any) -> None:
    """Advice unless the policy says otherwise; what is seen is the same."""
    plain = ruled(f"access.{check}", base())
    hard = ruled(f"access.{check}", base(), policy=REQUIRED)
    assert (plain.severity, hard.severity) == (None, Severity.REQUIRED)
    assert (plain.outcome, plain.observed) == (hard.outcome, hard.observed)


def test_what_is_not_seen_is_required_too() -> None:
    """No evidence is no pass, and here it counts."""
    gone = unobserved(DEPENDENCIES, "no answer")
    assert ruled("access.heyreach-hard-auth", g2(), gone, policy=REQUIRED).severity == "required"
    broken = observed(DEPENDENCIES, [])
    assert ruled("access.heyreach-hard-auth", g2(), broken, policy=REQUIRED).severity == "required"


@pytest.mark.parametrize(
    ("body", "outcome", "said"),
    [
        ({"status": "healthy", "agents": {"hunter": {"status": "down"}}}, PASS, "healthy"),
        ({"status": "degraded"}, FAIL, "status is degraded"),
        ({"status": "degraded", "agents": {"hunter": {"status": "down"}, "x": {"status": "ok"}},
          "integrations": {"ghl": {"status": "unhealthy"}, "y": 7}}, FAIL,
         "status is degraded: agents.hunter is down and integrations.ghl is unhealthy"),
        ({"status": "degraded", "runtime": {"status": "ready", "a": {"b": {"status": "down"}}}},
         FAIL, "status is degraded: runtime.a.b is down"),
        ({"status": "degraded", "agents": None, "integrations": [1]}, FAIL, "status is degraded"),
        ({"status": 7}, FAIL, "status"),
    ],
)  # fmt: skip
def test_health_names_its_degraded_parts(body: Any, outcome: str, said: str) -> None:
    """Whoever reads it need not look it up."""
    found = ruled("smoke.health", g2(), observed(HEALTH, body))
    assert (found.outcome, said in found.observed) == (outcome, True), found.observed

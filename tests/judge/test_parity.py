"""``smoke.parity``: each difference between two environments is named, and what was not seen."""

from __future__ import annotations

from typing import Any

import pytest
from deployments import (
    CANNOT_TELL,
    DEPENDENCIES_BODY,
    FAIL,
    NOT_APPLICABLE,
    PAGE,
    PASS,
    QUERY_ON,
    STATUS_BODY,
    TAGS_BODY,
    card,
    edited,
    g1,
    g2,
    queue_body,
    rule,
)

from pytest_caio.evidence.model import Evidence
from pytest_caio.evidence.probe_names import (
    DEPENDENCIES,
    QUEUE,
    QUEUE_AGAIN,
    SALES_SESSION,
    STATUS,
    STATUS_ANONYMOUS,
    TAGS,
)
from pytest_caio.judge.parity import JUDGES
from pytest_caio.testing import look, observed, unobserved
from pytest_caio.verdict.finding import Ruling, Severity
from pytest_caio.verdict.known_causes import ELSEWHERE

STAGING = "staging"


def compared(*changes: Evidence, base: Any = g2, own: Any = ()) -> Ruling:
    """What is said of production beside a staging with these other answers."""
    staging = {**base(STAGING), **{change.probe: change for change in changes}}
    production = {**g2(), **{change.probe: change for change in own}}
    return rule(JUDGES[0].rule, look(*production.values(), *staging.values()))


def there(probe: str, body: Any, status: int = 200) -> Evidence:
    """An answer of staging."""
    return observed(probe, body, status, environment=STAGING)


def flag(path: str, value: Any) -> Evidence:
    """Staging's dependencies with another value at ``path``."""
    declared = edited(DEPENDENCIES_BODY, "auth.environment", STAGING)
    return there(DEPENDENCIES, edited(declared, path, value))


def setting(path: str, value: Any) -> Evidence:
    """Staging's status with another value at ``path``."""
    return there(STATUS, edited(STATUS_BODY, path, value))


def aged(hours: Any) -> Evidence:
    """Staging's queue with another age limit."""
    body = queue_body(card())
    return there(QUEUE, edited(body, "_shadow_queue_debug.queue_max_age_hours", hours))


def test_agreement() -> None:
    """The same answers agree, and the facts show both sides."""
    said = compared()
    assert said.outcome is PASS
    rows = said.facts["parity"]
    assert all(row["same"] and set(row["values"]) == {"production", STAGING} for row in rows)
    assert len(rows) == 14


def test_one_environment() -> None:
    """Alone, there is nothing to compare."""
    assert rule(JUDGES[0].rule, look(*g2().values())).outcome is NOT_APPLICABLE


FEWER_TAGS = {"tags": TAGS_BODY["tags"][:-1]}
OTHER_LAST = {"tags": [*TAGS_BODY["tags"][:-2], {"id": "weak_zeal"}, TAGS_BODY["tags"][-1]]}


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (flag("auth.strict_mode", False), "DASHBOARD_AUTH_STRICT: production true and staging fal"),
        (flag("auth.strict_mode", 1), "DASHBOARD_AUTH_STRICT"),
        (flag("auth.strict_mode", "true"), "DASHBOARD_AUTH_STRICT"),
        (flag("dependencies.redis.required", False), "REDIS_REQUIRED"),
        (flag("dependencies.inngest.required", None), "INNGEST_REQUIRED"),
        (aged(168), "PENDING_QUEUE_MAX_AGE_HOURS: production 72.0 and staging 168"),
        (there(STATUS_ANONYMOUS, {"detail": QUERY_ON}, 401), "query tokens: production off"),
        (there(TAGS, FEWER_TAGS), "rejection tags"),
        (there(TAGS, OTHER_LAST), "rejection tags"),
        (setting("ramp.enabled", False), "ramp enabled"),
        (setting("ramp.mode", "calendar_days"), "ramp mode: production clean_days and staging cal"),
        (setting("ramp.clean_days_required", 2), "clean days required"),
        (setting("ramp.tier_filter", "tier_2"), "ramp tier"),
        (setting("ramp.email_limit_override", [5]), "ramp daily limit"),
        (setting("gatekeeper.required", False), "gatekeeper required"),
        (there(SALES_SESSION, PAGE + "<p>new"), "sales page"),
    ],
)
def test_difference(change: Evidence, named: str) -> None:
    """One difference is named, with both values, and nothing else is."""
    said = compared(change)
    assert (said.outcome, said.observed.count(";")) == (FAIL, 0), said.observed
    assert said.observed.startswith(named), said.observed


def test_generations() -> None:
    """A G1 beside a G2 differs in the generation first."""
    said = compared(base=g1)
    assert said.outcome is FAIL
    assert said.observed.startswith("generation: production G2 and staging G1;")


@pytest.mark.parametrize(
    "change",
    [
        aged(72),
        aged(72.0),
        there(SALES_SESSION, PAGE.replace("30000", "25000")),
        there(SALES_SESSION, PAGE.replace("<html>", "<html>Staging")),
    ],
)
def test_no_difference(change: Evidence) -> None:
    """72 is 72.0; in the page, numbers and the environment's name may differ."""
    assert compared(change).outcome is PASS


@pytest.mark.parametrize("probe", [DEPENDENCIES, STATUS, TAGS, QUEUE, SALES_SESSION])
def test_not_seen(probe: str) -> None:
    """What one side did not show is no agreement; a known difference comes first."""
    lost = unobserved(probe, "no answer", STAGING)
    assert (compared(lost).outcome, compared(lost).cause) == (CANNOT_TELL, ELSEWHERE)
    blind = compared(own=[unobserved(probe, "no answer")])
    assert (blind.outcome, blind.cause) == (CANNOT_TELL, "")
    other = there(STATUS_ANONYMOUS, {"detail": QUERY_ON}, 401)
    assert compared(lost, other).outcome is FAIL


SHARED = card(email_id="run_1", to="jane@example.com", subject="An idea")


@pytest.mark.parametrize(
    ("there_", "outcome"),
    [
        (SHARED, FAIL),
        ({**SHARED, "email_id": "run_2"}, FAIL),
        ({**SHARED, "to": "joe@example.com", "body": "Another text for another person"}, FAIL),
        ({**SHARED, "email_id": "run_2", "to": "joe@example.com"}, PASS),
        ({**SHARED, "email_id": "run_2", "subject": "Another idea"}, PASS),
        ({**SHARED, "synthetic": True}, PASS),
        ({**SHARED, "status": "rejected"}, PASS),
    ],
)
def test_same_live_card(there_: dict[str, Any], outcome: Any) -> None:
    """By its id, or as the same mail to the same person; required between the standard two."""
    here = observed(QUEUE, queue_body(SHARED))
    said = compared(there(QUEUE, queue_body(there_)), own=[here])
    assert said.outcome is outcome, said.observed
    assert (said.severity is Severity.REQUIRED) is (outcome is FAIL)
    assert said.facts["parity"]


def test_hidden_cards_count_too_and_unseen_ones_are_not_known() -> None:
    """An example of a hidden card is a card; a queue that wasn't seen is required to be."""
    body = queue_body(hidden=0)
    debug = body["_shadow_queue_debug"] | {
        "excluded_non_actionable_count": 1, "excluded_non_actionable_reasons": {"stale_gt_72h": 1},
        "excluded_non_actionable_examples": [{"email_id": "run_1"}],
    }  # fmt: skip
    here = [observed(QUEUE, queue_body(SHARED))]
    hides = [there(probe, body | {"_shadow_queue_debug": debug}) for probe in (QUEUE, QUEUE_AGAIN)]
    assert compared(*hides, own=here).outcome is FAIL
    said = compared(unobserved(QUEUE, "no answer", STAGING), own=here)
    assert (said.outcome, said.severity) == (CANNOT_TELL, Severity.REQUIRED)

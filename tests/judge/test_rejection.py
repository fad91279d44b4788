"""What the judges of the rejection gate say, situation by situation."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_caio.evidence.model import Evidence, Exchange, Observed
from pytest_caio.evidence.probe_names import (
    DEPENDENCIES,
    LOGIN_PAGE,
    QUEUE,
    REJECT_UNTAGGED,
    STATUS,
    TAGS,
)
from pytest_caio.judge.rejection import JUDGES
from pytest_caio.testing import ENVIRONMENT, exchange, observed, ruling, unobserved
from pytest_caio.verdict.finding import Outcome, Ruling, Severity

BY_NAME = {judge.name: judge for judge in JUDGES}
SERVER = BY_NAME["rejection.server-blocks"]
POST = "POST /api/emails/seed_1/reject"
CASES = (
    "neither reason nor tag",
    "a reason and no tag",
    "a reason and a blank tag",
    "a reason and an unknown tag",
)
NO_REASON = {"detail": "reason is required to reject an email"}
NO_TAG = {"detail": "rejection_tag is required. Allowed tags: other"}
CARD = {"email_id": "seed_1", "status": "pending", "synthetic": True, "tier": "tier_1", "body": "b"}
G2 = (observed(LOGIN_PAGE, "<form>"), observed(DEPENDENCIES, {"auth": {}}))
G1 = (observed(LOGIN_PAGE, {"detail": "Not Found"}, 404), observed(TAGS, {"tags": []}))
OLDER = (
    observed(LOGIN_PAGE, {"detail": "x"}, 404),
    observed(TAGS, {"detail": "x"}, 404),
    observed(STATUS, {"ramp": {"enabled": True}}),
)
HIDDEN = unobserved(LOGIN_PAGE, "no answer")


def queue_of(*cards: dict[str, Any], merged: int = 2) -> dict[str, Any]:
    """The queue's answer."""
    return {"pending_emails": list(cards), "_shadow_queue_debug": {"merged_count": merged}}


def refusals(**changes: tuple[int | None, Any]) -> list[Exchange]:
    """The four answers as they should be, except those named ``bare``, ``none``, … ``unknown``."""
    good: dict[str, tuple[int | None, Any]] = {
        "bare": (422, NO_REASON),
        "none": (422, NO_TAG),
        "blank": (422, NO_TAG),
        "unknown": (422, {"detail": "Invalid rejection_tag 'x'. Allowed tags: other"}),
    }
    return [exchange(POST, body, status) for status, body in (good | changes).values()]


def tried(
    answers: list[Exchange] | None = None,
    after: Exchange | None = None,
    before: Exchange | None = None,
) -> tuple[Evidence, ...]:
    """Evidence of the four rejections, and of the card afterwards."""
    answers = refusals() if answers is None else answers
    later = after or exchange(QUEUE, queue_of(CARD))
    first = () if before is None else (before,)
    data = {
        "card": "seed_1",
        "may_seed": True,
        "seed": None,
        "before": 0 if first else None,
        "tries": {case: len(first) + i for i, case in enumerate(CASES)},
        "after": len(first) + len(answers),
    }
    probe = Observed(REJECT_UNTAGGED, ENVIRONMENT, (*first, *answers, later), data)
    return (observed(QUEUE, queue_of(CARD)), probe, *G2)


def test_refused_and_unchanged() -> None:
    """Four times 422 that name what is missing, and the card as it was: pass."""
    said = ruling(SERVER, *tried())
    assert said.outcome is Outcome.PASS
    assert "seed_1" in said.observed


def test_the_seeded_card_is_compared_with_the_read_after_seeding() -> None:
    """Where the first read does not hold the card, the second one does."""
    evidence = tried(before=exchange(QUEUE, queue_of(CARD)))
    said = ruling(SERVER, observed(QUEUE, queue_of()), *evidence[1:])
    assert said.outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("changes", "outcome", "words"),
    [
        ({"none": (200, {"status": "rejected"})}, "fail", "a reason and no tag was accepted (200)"),
        ({"blank": (204, "")}, "fail", "a blank tag was accepted (204)"),
        ({"unknown": (422, {"detail": "No."})}, "fail", "not for what is missing"),
        ({"none": (422, NO_REASON)}, "fail", "not for what is missing"),
        ({"bare": (422, NO_TAG)}, "pass", ""),
        ({"bare": (422, {"detail": "stage missing"})}, "fail", "not for what is missing"),
        ({"none": (422, {"detail": [{"loc": ["query", "rejection_tag"]}]})}, "pass", ""),
        ({"none": (500, {"detail": "Internal Server Error"})}, "fail", "answered 500"),
        ({"none": (400, {"detail": "tag missing"})}, "fail", "not 422"),
        ({"none": (400, {"detail": "Email already rejected"})}, "cannot-tell", "decided already"),
        ({"none": (404, {"detail": "not found"})}, "cannot-tell", "404, although the queue lists"),
        ({"none": (401, {"detail": "Unauthorized"})}, "cannot-tell", "was not let in"),
        ({"none": (302, "")}, "cannot-tell", "was not let in"),
        ({"none": (429, {"detail": "slow down"})}, "cannot-tell", "429"),
        ({"none": (502, "<html>Bad Gateway")}, "cannot-tell", "gateway"),
        ({"none": (503, {"detail": "redis down"})}, "fail", "answered 503"),
        ({"none": (None, "no answer within 10 s")}, "cannot-tell", "no answer within 10 s"),
        ({"none": (200, {}), "blank": (400, {"detail": "already"})}, "fail", "accepted (200)"),
        ({"none": (200, {}), "blank": (None, "broke")}, "fail", "accepted (200)"),
    ],
)
def test_one_answer_is_different(
    changes: dict[str, tuple[int | None, Any]], outcome: str, words: str
) -> None:
    """What each answer other than the 422 that is due says of the rule."""
    said = ruling(SERVER, *tried(refusals(**changes)))
    assert said.outcome == outcome
    assert words in said.observed


@pytest.mark.parametrize(
    ("after", "outcome", "words"),
    [
        (exchange(QUEUE, queue_of()), "fail", "gone from the queue"),
        (exchange(QUEUE, queue_of(merged=20)), "cannot-tell", "newest 20"),
        (exchange(QUEUE, queue_of(CARD | {"status": "rejected"})), "fail", "is rejected"),
        (exchange(QUEUE, queue_of(CARD | {"tier": "tier_2"})), "fail", "changed afterwards: tier"),
        (exchange(QUEUE, queue_of(CARD | {"body": "c"})), "fail", "changed afterwards: body"),
        (exchange(QUEUE, queue_of(CARD | {"rejection_reason": "x"})), "fail", "rejection_reason"),
        (exchange(QUEUE, queue_of(CARD | {"age_minutes": 3})), "pass", ""),
        (exchange(QUEUE, {"detail": "Unauthorized"}, 401), "cannot-tell", "not let in"),
        (exchange(QUEUE, "no connection", None), "cannot-tell", "no connection"),
        (exchange(QUEUE, {"pending_emails": None}), "fail", "pending_emails"),
        (exchange(QUEUE, "<html>", 502), "cannot-tell", "gateway"),
    ],
)
def test_the_card_afterwards(after: Exchange, outcome: str, words: str) -> None:
    """The card has to be there, pending and unchanged."""
    said = ruling(SERVER, *tried(after=after))
    assert said.outcome == outcome
    assert words in said.observed


def test_what_is_broken_goes_before_what_is_unclear() -> None:
    """An accepted rejection fails, even where the queue could not be read again."""
    lost = exchange(QUEUE, "no connection", None)
    said = ruling(SERVER, *tried(refusals(none=(200, {})), lost))
    assert said.outcome is Outcome.FAIL
    assert "no connection" not in said.observed


def no_card(seed: Exchange | None, *generation: Evidence, may_seed: bool = True) -> Ruling:
    """What is said where there was no card to try the rule on."""
    data = {"card": None, "may_seed": may_seed, "seed": None if seed is None else 0, "before": None}
    sent = () if seed is None else (seed,)
    probe = Observed(REJECT_UNTAGGED, ENVIRONMENT, sent, data)
    return ruling(SERVER, observed(QUEUE, queue_of()), probe, *generation)


SEED = "POST /api/admin/seed_queue"
GONE = exchange(SEED, {"detail": "Not Found"}, 404)


@pytest.mark.parametrize(
    ("seed", "generation", "severity", "words"),
    [
        (None, G2, None, "the policy does not let the gate make one"),
        (None, G1, Severity.ADVISORY, "the policy does not let"),
        (None, OLDER, Severity.ADVISORY, "the policy does not let"),
        (None, (HIDDEN,), None, "the policy does not let"),
        (GONE, G1, Severity.ADVISORY, "404: this deployment does not have it"),
        (GONE, G2, None, "404: this deployment does not have it"),
        (exchange(SEED, {"detail": "no"}, 401), G2, None, "answered 401"),
        (exchange(SEED, {"detail": "no"}, 500), G1, None, "answered 500"),
        (exchange(SEED, {"seeded": 0}), G2, None, "shows none afterwards"),
        (exchange(SEED, "no connection", None), G2, None, "no connection"),
    ],
)
def test_no_training_card(
    seed: Exchange | None,
    generation: tuple[Evidence, ...],
    severity: Severity | None,
    words: str,
) -> None:
    """Cannot tell, and advice alone only where the generation has no way to make a card."""
    said = no_card(seed, *generation, may_seed=seed is not None)
    assert (said.outcome, said.severity) == (Outcome.CANNOT_TELL, severity)
    assert words in said.observed
    assert ("Seed Training Emails" in said.remedy) is (severity is None)


def test_nothing_seen() -> None:
    """A probe that was stopped is no evidence, and says why."""
    said = ruling(SERVER, unobserved(REJECT_UNTAGGED, "stopped by the interlock: card 'x'"))
    assert said.outcome is Outcome.CANNOT_TELL
    assert "stopped by the interlock" in said.observed

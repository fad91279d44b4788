"""What the judges of the rejection gate say, situation by situation."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_caio.evidence.model import Evidence, Exchange, Observed
from pytest_caio.evidence.probe_names import (
    DECISIONS,
    DEPENDENCIES,
    LOGIN_PAGE,
    QUEUE,
    REJECT_INCOMPLETE,
    STATUS,
    TAGS,
)
from pytest_caio.judge.incomplete_rejections import JUDGES
from pytest_caio.testing import ENVIRONMENT, exchange, observed, ruling, unobserved
from pytest_caio.verdict.finding import Outcome, Ruling, Severity

BY_NAME = {judge.name: judge for judge in JUDGES}
SERVER = BY_NAME["rejection.server-blocks"]
POST = "POST /api/emails/seed_1/reject"
CASES = {
    "bare": "neither reason nor tag",
    "tag": "a tag and no reason",
    "tag_empty": "a tag and an empty reason",
    "tag_blank": "a tag and a blank reason",
    "none": "a reason and no tag",
    "empty": "a reason and an empty tag",
    "blank": "a reason and a blank tag",
    "unknown": "a reason and an unknown tag",
    "part": "a reason and a part of a known tag",
}
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
    """The answers as they should be, except those named ``bare``, ``tag``, … ``part``."""
    good: dict[str, tuple[int | None, Any]] = {
        case: (422, NO_REASON if case in {"bare", "tag", "tag_empty", "tag_blank"} else NO_TAG)
        for case in CASES
    }
    return [exchange(POST, body, status) for status, body in (good | changes).values()]


def tried(
    answers: list[Exchange] | None = None,
    after: Exchange | None = None,
    before: Exchange | None = None,
    history: Exchange | None = None,
) -> tuple[Evidence, ...]:
    """Evidence of the rejections, and of the card afterwards."""
    answers = refusals() if answers is None else answers
    later = after or exchange(QUEUE, queue_of(CARD))
    first = () if before is None else (before,)
    data = {
        "card": "seed_1",
        "no_seed": "",
        "seed": None,
        "before": 0 if first else None,
        "tries": {case: len(first) + i for i, case in enumerate(CASES.values())},
        "after": len(first) + len(answers),
        "decisions": len(first) + len(answers) + 1 if history else None,
    }
    more = (history,) if history else ()
    probe = Observed(REJECT_INCOMPLETE, ENVIRONMENT, (*first, *answers, later, *more), data)
    return (observed(QUEUE, queue_of(CARD)), probe, *G2)


def test_refused_and_unchanged() -> None:
    """422 for each, and the card as it was: pass."""
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
        ({"part": (200, {})}, "fail", "a part of a known tag was accepted (200)"),
        ({"tag": (200, {})}, "fail", "a tag and no reason was accepted (200)"),
        ({"tag_blank": (200, {})}, "fail", "a tag and a blank reason was accepted (200)"),
        # In what words it is refused is the dashboard's own affair.
        ({"unknown": (422, {"detail": "No."})}, "pass", ""),
        ({"none": (422, {"detail": "Choose a category"})}, "pass", ""),
        ({"none": (422, {"detail": "A reason and a tag are needed"})}, "pass", ""),
        ({"tag": (422, "<p>Say why</p>")}, "pass", ""),
        ({"bare": (422, NO_TAG)}, "pass", ""),
        # It was refused for what it had, so whether the other is asked for doesn't show.
        ({"none": (422, NO_REASON)}, "cannot-tell", "for the reason that it had"),
        ({"tag": (422, NO_TAG)}, "cannot-tell", "for the tag that it had"),
        ({"none": (422, {"detail": [{"loc": ["query", "stage"]}]})}, "cannot-tell", "stage alone"),
        ({"tag": (422, {"detail": [{"loc": ["query", "reason"]}]})}, "pass", ""),
        ({"tag": (422, {"detail": []})}, "pass", ""),
        ({"tag": (422, {"detail": [7, {"loc": 7}]})}, "pass", ""),
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
        (exchange(QUEUE, queue_of(CARD | {"to": "else"})), "fail", "changed afterwards: to"),
        (exchange(QUEUE, queue_of(CARD | {"synthetic": None})), "fail", "afterwards: synthetic"),
        (
            exchange(QUEUE, queue_of(CARD | {"classifier": {"target_platform": "ghl"}})),
            "fail",
            "afterwards: target_platform",
        ),
        # What tells of the reading and not of the card.
        *(
            (exchange(QUEUE, queue_of(CARD | {key: 3})), "pass", "")
            for key in ("age_minutes", "position", "served_at", "views", "etag", "_debug")
        ),
        (
            exchange(QUEUE, queue_of(CARD | {"classifier": {"sync_state": "fresh"}})),
            "pass",
            "",
        ),
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


OURS = {"email_id": "seed_1", "status": "rejected", "reviewer": "caio-gate"}
OTHERS = {
    "email_id": "seed_1", "status": "rejected", "reviewer": "ann",
    "rejection_reason": "x", "rejection_tag": "other",
}  # fmt: skip


@pytest.mark.parametrize("afterwards", [queue_of(), queue_of(CARD | {"status": "rejected"})])
@pytest.mark.parametrize(
    ("emails", "outcome"),
    [
        ([OTHERS], "cannot-tell"),
        ([OTHERS | {"status": "approved", "rejection_tag": None}], "cannot-tell"),
        ([OURS], "fail"),
        # Whoever asked: no server may have taken these.
        ([OTHERS | {"rejection_tag": None}], "fail"),
        ([OTHERS | {"rejection_tag": "weak_c"}], "fail"),
        ([OTHERS | {"rejection_reason": ""}], "fail"),
        ([OTHERS | {"email_id": "seed_2"}], "fail"),
        ([], "fail"),
        ([7, None], "fail"),
    ],
)
def test_who_decided_the_card(afterwards: Any, emails: list[Any], outcome: str) -> None:
    """A card that is gone was taken by our rejections, unless the history shows who else was."""
    history = exchange("GET /api/emails/history", {"emails": emails})
    said = ruling(SERVER, *tried(after=exchange(QUEUE, afterwards), history=history))
    assert said.outcome == outcome, said.observed
    assert outcome == "fail" or "somebody else decided" in said.observed


@pytest.mark.parametrize(
    ("reasons", "outcome"),
    [
        (["stale_gt_72h"], "cannot-tell"),
        (["duplicate_recipient_subject"], "cannot-tell"),
        (["status:rejected"], "fail"),
        (None, "fail"),
        ("stale", "fail"),
    ],
)
def test_a_card_that_is_left_out_meanwhile(reasons: Any, outcome: str) -> None:
    """Hidden by age or repetition it is pending still; hidden as decided it is not."""
    body = queue_of()
    example = {"email_id": "seed_1", "reasons": reasons}
    body["_shadow_queue_debug"]["excluded_non_actionable_examples"] = [3, example]
    said = ruling(SERVER, *tried(after=exchange(QUEUE, body)))
    assert said.outcome == outcome, said.observed


def test_what_is_broken_goes_before_what_is_unclear() -> None:
    """An accepted rejection fails, even where the queue could not be read again."""
    lost = exchange(QUEUE, "no connection", None)
    said = ruling(SERVER, *tried(refusals(none=(200, {})), lost))
    assert said.outcome is Outcome.FAIL
    assert "no connection" not in said.observed


def no_card(seed: Exchange | None, *generation: Evidence, no_seed: str = "") -> Ruling:
    """What is said where there was no card to try the rule on."""
    place = None if seed is None else 0
    data = {"card": None, "no_seed": no_seed, "seed": place, "before": None}
    sent = () if seed is None else (seed,)
    probe = Observed(REJECT_INCOMPLETE, ENVIRONMENT, sent, data)
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
    why = "" if seed else "the policy does not let the gate make one here"
    said = no_card(seed, *generation, no_seed=why)
    assert (said.outcome, said.severity) == (Outcome.CANNOT_TELL, severity)
    assert words in said.observed
    assert ("caio seed --env=production," in said.remedy) is (severity is None)


def test_nothing_seen() -> None:
    """A probe that was stopped is no evidence, and says why."""
    said = ruling(SERVER, unobserved(REJECT_INCOMPLETE, "stopped by the interlock: card 'x'"))
    assert said.outcome is Outcome.CANNOT_TELL
    assert "stopped by the interlock" in said.observed


def rejected(reviewer: str = "dashboard_user", **more: Any) -> dict[str, Any]:
    """A rejection as the history tells it."""
    said = {"rejection_reason": None, "rejection_tag": None, **more}
    return {"email_id": "c1", "status": "rejected", "reviewed_at": "2026-02-24T16:00:00+00:00",
            "reviewer": reviewer, **said}  # fmt: skip


@pytest.mark.parametrize(
    ("emails", "outcome"),
    [
        ([], Outcome.PASS),
        ([rejected()], Outcome.FAIL),
        ([rejected(), rejected(rejection_reason="")], Outcome.FAIL),
        ([rejected(), rejected(rejection_reason="a word")], Outcome.PASS),
        ([rejected(), rejected(rejection_tag="other")], Outcome.PASS),
        ([rejected("caio-gate"), rejected("")], Outcome.PASS),
        ([rejected(status="approved")], Outcome.PASS),
        (["nonsense"], Outcome.PASS),
    ],
)
@pytest.mark.parametrize("generation", [G2, G1])
def test_what_the_history_tells(generation: Any, emails: list[Any], outcome: Outcome) -> None:
    """Where no rejection has its tag or reason any more they weren't kept; before G2 they may."""
    history = observed(DECISIONS, {"emails": emails, "count": len(emails)})
    found = ruling(SERVER, *tried()[:2], *generation, history)
    assert found.outcome is (outcome if generation is G2 else Outcome.PASS), found.observed

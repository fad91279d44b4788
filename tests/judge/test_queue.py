"""The queue's judges, table by table; ages are by the deployment's ``Date`` header."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_caio import testing
from pytest_caio.evidence.probe_names import QUEUE, QUEUE_AGAIN, STATUS
from pytest_caio.gates.policy import Policy, QueuePolicy
from pytest_caio.judge import live_cards, queue, sla
from pytest_caio.testing import NOW, look, observed, unobserved
from pytest_caio.verdict.finding import Outcome, Ruling

JUDGES = {
    judge.name.removeprefix("queue."): judge
    for judge in (*queue.JUDGES, *live_cards.JUDGES, *sla.JUDGES)
}
HOUR = timedelta(hours=1)


CHECKS = dict.fromkeys(("unsubscribe_present", *live_cards.COMPLIANCE), True)


def card(number: int = 1, age: timedelta = 0.1 * HOUR, **changes: Any) -> dict[str, Any]:
    born = (NOW - age).isoformat()
    return {
        "email_id": f"card_{number}",
        "status": "pending",
        "to": f"lead{number}@example.com",
        "subject": f"An idea, number {number}",
        "body": "Hello, would a call on Thursday suit you?",
        "tier": "tier_1",
        "timestamp": born,
        "created_at": born,
        "contact_id": f"c{number}",
        "classifier": {"target_platform": "ghl"},
        "campaign_ref": {"internal_id": "camp_1"},
        "synthetic": False,
        "compliance_checks": CHECKS | {"normalization_version": "v4.0"},
        **changes,
    }


def answer(*cards: Any, reasons: Any = None, **debug: Any) -> dict[str, Any]:
    reasons = {} if reasons is None else reasons
    hidden = sum(reasons.values()) if isinstance(reasons, dict) else 0
    return {
        "count": len(cards),
        "pending_emails": list(cards),
        "_shadow_queue_debug": {
            "merged_count": len(cards) + hidden,
            "excluded_non_actionable_count": hidden,
            "excluded_non_actionable_reasons": reasons,
            "excluded_non_actionable_examples": [],
            **debug,
        },
    }


def status(active: Any = True) -> dict[str, Any]:
    return {"ramp": {"active": active}}


SAME = object()


def ruled(
    name: str, body: Any, default: Any = SAME, *, ramp: Any = True, date: Any = NOW, **more: Any
) -> Ruling:
    """What is said of the full reading, and of a default one that is like it unless given."""
    evidence = (
        observed(QUEUE, body, date=date),
        observed(STATUS, status(ramp), date=date),
        observed(QUEUE_AGAIN, body if default is SAME else default, date=date),
    )
    return testing.ruling(JUDGES[name], *evidence, **more)


def outcome(name: str, body: Any, default: Any = SAME, **more: Any) -> str:
    return ruled(name, body, default, **more).outcome


PASS, FAIL, UNSEEN, NA = "pass", "fail", "cannot-tell", "n/a"
TRAINING = {"synthetic": True, "classifier": {"target_platform": "training"}}
FILLED_IN = "No Body Content\n\n--\nThe team\nUnsubscribe: https://x.example"
LONG_AGO = (NOW - 100 * HOUR).isoformat()


class TestDrift:
    @pytest.mark.parametrize(
        ("cards", "wanted"),
        [
            pytest.param([card()], PASS, id="a fresh card"),
            pytest.param([card(age=72 * HOUR)], PASS, id="exactly 72 h"),
            pytest.param([card(age=72 * HOUR + timedelta(seconds=1))], FAIL, id="over 72 h"),
            pytest.param([card(age=80 * HOUR, **TRAINING)], PASS, id="an old training card"),
            pytest.param([card(age=80 * HOUR, canary=True)], PASS, id="training by its flag"),
            pytest.param([card(age=80 * HOUR, canary="true")], FAIL, id="an unclear flag is live"),
            pytest.param([card(body="No body content")], FAIL, id="a placeholder"),
            pytest.param([card(body="   ")], FAIL, id="a blank body"),
            pytest.param([card(body=None)], FAIL, id="no body at all"),
            pytest.param([card(body=7)], FAIL, id="a body that is no text"),
            pytest.param([card(body="Hi {{first_name}}, hello")], FAIL, id="unrendered"),
            pytest.param([card(subject="Hi {{ name }}")], FAIL, id="an unrendered subject"),
            pytest.param(
                [card(body="We turn your placeholder pages into real ones by Thursday.")],
                PASS,
                id="the word alone",
            ),
            pytest.param([card(tier="tier_2")], FAIL, id="a wrong tier"),
            pytest.param([card(tier=" Tier_1 ")], PASS, id="the tier in other letters"),
            pytest.param([card(1), card(2)], PASS, id="two mails"),
            pytest.param(
                [card(1), card(2, to="LEAD1@example.com", subject="an idea, number 1 ")],
                FAIL,
                id="the same mail in other letters",
            ),
            pytest.param([card(1), card(2, to="lead1@example.com")], PASS, id="same person only"),
            pytest.param(
                [card(1, **TRAINING), card(2, to="lead1@example.com", subject="An idea, number 1")],
                PASS,
                id="the twin is a training card",
            ),
            pytest.param([card(timestamp="Unknown", created_at=None)], UNSEEN, id="Unknown"),
            pytest.param([card(timestamp=None, created_at=None)], UNSEEN, id="no time"),
            pytest.param([card(age=-HOUR)], UNSEEN, id="from the future"),
            pytest.param([card(age=-timedelta(minutes=1))], PASS, id="a clock a minute ahead"),
            pytest.param([card(timestamp="Unknown", created_at=LONG_AGO)], FAIL, id="created_at"),
            pytest.param([card(status="rejected")], FAIL, id="decided, and listed"),
            pytest.param([card(status="sent_proved")], FAIL, id="sent, and listed"),
            pytest.param([card(status=None)], FAIL, id="no status"),
            pytest.param([card(status=" Pending ")], PASS, id="pending in other letters"),
            pytest.param([card(status="approved", **TRAINING)], PASS, id="a decided training card"),
            pytest.param([card(subject="")], FAIL, id="an empty subject"),
            pytest.param([card(subject=None)], FAIL, id="no subject at all"),
            pytest.param([card(subject="No Subject")], FAIL, id="the server's subject"),
            pytest.param([card(subject="TODO")], FAIL, id="a subject to come"),
            pytest.param([card(body="Hi None,\n\na call?")], FAIL, id="a greeting of None"),
            pytest.param([card(body="Hi there,\n\na call?")], PASS, id="a greeting of there"),
            pytest.param([card(body="See [link] for it")], PASS, id="a doubtful bracket"),
            pytest.param([card(body=FILLED_IN)], FAIL, id="the server's body"),
        ],
    )
    def test_listed(self, cards: list[Any], wanted: str) -> None:
        assert outcome("no-drift", answer(*cards)) == wanted

    def test_naive_time_is_utc(self) -> None:
        old = (NOW - 73 * HOUR).replace(tzinfo=None).isoformat()
        new = (NOW - 71 * HOUR).replace(tzinfo=None).isoformat()
        assert outcome("no-drift", answer(card(timestamp=old))) == FAIL
        assert outcome("no-drift", answer(card(timestamp=new))) == PASS

    @pytest.mark.parametrize(
        "reason",
        [
            "stale_gt_72h",
            "stale_gt_24h",
            "placeholder_body",
            "unrendered_placeholder_body",
            "duplicate_recipient_subject",
            "tier_mismatch:tier_2",
            "something_new",
        ],
    )
    def test_hidden_drift(self, reason: str) -> None:
        found = ruled("no-drift", answer(card(), reasons={reason: 5}))
        assert found.outcome == FAIL
        assert "5 cards hidden" in found.observed
        assert "caio cleanup --env=production --apply" in found.remedy

    @pytest.mark.parametrize("reason", ["status:approved", "non_dispatchable:_do_not_dispatch"])
    def test_hidden_in_order(self, reason: str) -> None:
        assert outcome("no-drift", answer(card(), reasons={reason: 3})) == PASS

    @pytest.mark.parametrize(
        "debug",
        [
            {"excluded_non_actionable_count": 5},
            {"excluded_non_actionable_count": -1},
            {"excluded_non_actionable_count": "none"},
            {"excluded_non_actionable_reasons": {"stale_gt_72h": "many"}},
            {"excluded_non_actionable_reasons": {"stale_gt_72h": True}},
            {"excluded_non_actionable_reasons": []},
            {"excluded_non_actionable_reasons": {"status:approved": -1}},
            {"excluded_non_actionable_reasons": {"status:approved": -1, "status:rejected": 1}},
        ],
    )
    def test_unclear_counts_never_pass(self, debug: dict[str, Any]) -> None:
        assert outcome("no-drift", answer(card(), **debug)) == FAIL

    def test_hidden_training_cards_are_advice(self) -> None:
        full = answer(card(), reasons={"stale_gt_72h": 2, "tier_mismatch:tier_2": 1})
        default = answer(card(), reasons={"non_dispatchable:canary_training": 2})
        found = ruled("no-drift", full, default)
        assert found.outcome == PASS
        assert "advice: 2 hidden training cards older than 72 h" in found.observed
        for other in ({"non_dispatchable:canary_training": 1}, {}, {"status:approved": 2}):
            found = ruled("no-drift", full, answer(card(), reasons=other))
            assert (found.outcome, "does not account" in found.remedy) == (UNSEEN, True)

    def test_hidden_live_cards_are_those_of_the_default_reading(self) -> None:
        default = answer(card(), reasons={"stale_gt_72h": 2, "non_dispatchable:canary": 1})
        found = ruled("no-drift", answer(card(), reasons={"stale_gt_72h": 3}), default)
        assert found.outcome == FAIL
        assert "2 cards hidden" in found.observed
        assert outcome("no-drift", answer(card()), default) == FAIL

    def test_each_reading_is_held_to_the_rules(self) -> None:
        bad = [card(2, age=80 * HOUR), card(2, body="TODO"), card(2, tier="tier_2"),
               card(2, status="approved"), card(2, subject=None)]  # fmt: skip
        for one in bad:
            assert outcome("no-drift", answer(card(), one), answer(card())) == FAIL
            assert outcome("no-drift", answer(card()), answer(card(), one)) == FAIL
        assert outcome("no-drift", answer(card()), answer(card(body="TODO"))) == FAIL
        assert outcome("tier", answer(card()), answer(card(), card(2, tier="tier_2"))) == FAIL
        assert outcome("sla-decision", answer(), answer(card(age=3 * HOUR))) == FAIL

    def test_a_card_that_is_dated_anew(self) -> None:
        first, second = card(age=0.2 * HOUR), card(age=0.1 * HOUR)
        found = ruled("no-drift", answer(first), answer(second))
        assert found.outcome == FAIL
        assert "dated anew by each reading" in found.observed
        assert "card_1" in found.observed
        local = card(timestamp=second["timestamp"].replace("+00:00", "Z"))
        for one, other in [
            (second, local),
            (first | {"synthetic": True}, second | {"synthetic": True}),
            (card(timestamp="Unknown", created_at="Unknown"), second),
        ]:
            found = ruled("no-drift", answer(one), answer(other))
            assert "dated anew" not in found.observed

    @pytest.mark.parametrize(
        ("seconds", "wanted"),
        [
            ((0, 0), UNSEEN),
            ((0, 0, 0), UNSEEN),
            ((0, 1, 2), PASS),
            ((1, 1), PASS),
            ((0,), PASS),
            ((0, 60), PASS),
            ((3, 3), PASS),
        ],
    )
    def test_all_dated_by_the_reading(self, seconds: tuple[int, ...], wanted: str) -> None:
        listed = [card(at, timedelta(seconds=age)) for at, age in enumerate(seconds)]
        assert outcome("no-drift", answer(*listed), answer(*listed)) == wanted

    def test_a_card_in_one_reading_alone_is_said(self) -> None:
        gone = ruled("no-drift", answer(card(), card(2)), answer(card()))
        came = ruled("no-drift", answer(card()), answer(card(), card(2)))
        new = ruled("no-drift", answer(card()), answer(card(), card(2, age=timedelta())))
        for found in (gone, came):
            assert found.outcome == PASS
            assert "in one of the two readings alone: card_2" in found.observed
        assert (new.outcome, "advice" in new.observed) == (PASS, False)

    @pytest.mark.parametrize(
        ("default", "wanted"),
        [
            (unobserved(QUEUE_AGAIN, "no answer"), (PASS, UNSEEN)),
            (observed(QUEUE_AGAIN, "", 429), (PASS, UNSEEN)),
            (observed(QUEUE_AGAIN, "<html>"), (FAIL, FAIL)),
            (observed(QUEUE_AGAIN, {"pending_emails": 7}), (FAIL, FAIL)),
            (observed(QUEUE_AGAIN, "", 500), (FAIL, FAIL)),
        ],
    )
    def test_default_reading_unusable(self, default: Any, wanted: tuple[str, str]) -> None:
        for body, outcome_ in zip((answer(card()), answer(reasons={"stale_gt_72h": 1})), wanted,
                                  strict=True):  # fmt: skip
            seen = (observed(QUEUE, body), observed(STATUS, status()), default)
            assert testing.ruling(JUDGES["no-drift"], *seen).outcome == outcome_

    def test_a_hidden_seed_is_no_drift(self) -> None:
        seed = {"email_id": "seed_1", "reasons": ["stale_gt_72h"], "tier": "tier_1"}
        for more, wanted in ((0, PASS), (1, FAIL)):
            body = answer(card(), reasons={"stale_gt_72h": 1 + more},
                          excluded_non_actionable_examples=[seed])  # fmt: skip
            assert outcome("no-drift", body) == wanted

    def test_live_cards_hidden_as_training(self) -> None:
        flag = "non_dispatchable:_do_not_dispatch"
        tame = card(3, **TRAINING)
        for full, hidden_cards, wanted in (
            ((card(), card(2)), 1, FAIL),
            ((card(), tame), 1, PASS),
            ((card(), card(2), tame), 1, PASS),
        ):
            default = observed(QUEUE_AGAIN, answer(card(), reasons={flag: hidden_cards}))
            seen = (observed(QUEUE, answer(*full)), observed(STATUS, status()), default)
            found = testing.ruling(JUDGES["no-drift"], *seen)
            assert found.outcome == wanted
            assert ("as if for training: card_2" in found.observed) == (wanted == FAIL)

    def test_doubtful_texts_are_advice(self) -> None:
        found = ruled("no-drift", answer(card(body="Hi there,\n\nsee [link]")))
        assert found.outcome == PASS
        assert "advice: a doubtful body" in found.observed

    def test_twenty_merged(self) -> None:
        full = [card(n, **TRAINING) for n in range(20)]
        assert outcome("no-drift", answer(*full[:19])) == PASS
        assert outcome("no-drift", answer(*full)) == UNSEEN
        found = ruled("no-drift", answer(card(), reasons={"stale_gt_72h": 19}))
        assert found.outcome == FAIL
        assert "unseen" in found.observed

    def test_merged_that_is_no_number(self) -> None:
        assert outcome("no-drift", answer(card(), merged_count="1")) == UNSEEN

    def test_tier_only_while_ramping(self) -> None:
        other = answer(card(tier="tier_2"))
        assert outcome("no-drift", other, ramp=False) == PASS
        assert outcome("no-drift", answer(card()), ramp="yes") == FAIL

    def test_ramp_unseen(self) -> None:
        evidence = (observed(QUEUE, answer(card())), unobserved(STATUS, "no connection"))
        assert testing.ruling(JUDGES["no-drift"], *evidence).outcome == UNSEEN

    def test_facts_hold_the_trace(self) -> None:
        facts = ruled("no-drift", answer(card(age=3 * HOUR), card(2, **TRAINING))).facts["queue"]
        live, training = facts["cards"]
        assert (live["age_hours"], live["kind"], live["campaign"]) == (3.0, "live", "camp_1")
        assert "example" not in live["to"]
        assert training["sendability"] == "n/a_target_platform:training"

    def test_policy_decides_on_age(self) -> None:
        policy = replace(Policy(), queue=QueuePolicy(max_age_hours=24))
        assert outcome("no-drift", answer(card(age=25 * HOUR)), policy=policy) == FAIL


class TestSmallRules:
    @pytest.mark.parametrize(
        ("body", "wanted"),
        [
            (answer(), PASS),
            (answer(card()), PASS),
            (answer(card(), reasons={"status:sent": 2}), PASS),
            (answer(card(), merged_count=2), FAIL),
            (answer(card(), merged_count="1"), FAIL),
            (answer(card(), merged_count=True), FAIL),
            (answer(card(), merged_count=None), FAIL),
            (answer(card()) | {"count": 2}, FAIL),
            (answer(card(), merged_count=20), UNSEEN),
            (answer(card(), merged_count=20) | {"count": 2}, FAIL),
            ({}, FAIL),
            ([], FAIL),
        ],
    )
    def test_sources_agree(self, body: Any, wanted: str) -> None:
        assert outcome("sources-agree", body) == wanted

    @pytest.mark.parametrize(
        ("cards", "ramp", "wanted"),
        [
            ([card()], True, PASS),
            ([card(tier="tier_2")], True, FAIL),
            ([card(tier=None)], True, FAIL),
            ([card(tier=1)], True, FAIL),
            ([card(tier="tier_2", **TRAINING)], True, NA),
            ([card(tier="tier_2")], False, NA),
            ([], True, NA),
            ([card()], None, FAIL),
        ],
    )
    def test_tier(self, cards: list[Any], ramp: Any, wanted: str) -> None:
        assert outcome("tier", answer(*cards), ramp=ramp) == wanted

    @pytest.mark.parametrize(
        ("checks", "wanted"),
        [
            (CHECKS, PASS),
            (CHECKS | {"normalization_version": "v4"}, PASS),
            (CHECKS | {"address_present": False}, FAIL),
            (dict.fromkeys(live_cards.COMPLIANCE, True) | {"reply_stop_present": True}, PASS),
            (dict.fromkeys(live_cards.COMPLIANCE, True) | {"reply_stop_present": False}, FAIL),
            (dict.fromkeys(CHECKS, "true"), FAIL),
            (dict.fromkeys(live_cards.COMPLIANCE, True), FAIL),
            (None, FAIL),
            ([], FAIL),
        ],
    )
    def test_compliance(self, checks: Any, wanted: str) -> None:
        assert outcome("compliance", answer(card(compliance_checks=checks))) == wanted
        assert outcome("compliance", answer(card(compliance_checks=checks, **TRAINING))) == NA

    @pytest.mark.parametrize(
        ("changes", "wanted"),
        [
            ({}, PASS),
            ({"contact_id": None}, PASS),
            ({"contact_id": None, "to": ""}, FAIL),
            ({"contact_id": "", "to": "somebody"}, FAIL),
            ({"contact_id": None, "to": None}, FAIL),
            ({"contact_id": None, "to": "unknown@example.com"}, FAIL),
            ({"contact_id": None, "to": "Unknown <UNKNOWN@example.com>"}, FAIL),
            ({"contact_id": "c1", "to": "unknown@example.com"}, PASS),
            ({"contact_id": None, "to": "", "classifier": {"target_platform": "unknown"}}, FAIL),
            ({"contact_id": None, "to": "", "classifier": {"target_platform": "heyreach"}}, NA),
            ({"contact_id": None, "to": "", "classifier": None}, FAIL),
        ],
    )
    def test_sendable(self, changes: dict[str, Any], wanted: str) -> None:
        assert outcome("sendable", answer(card(**changes))) == wanted

    @pytest.mark.parametrize(
        "name", ["tier", "compliance", "sendable", "sla-decision", "sla-review", "expected"]
    )
    def test_full_window(self, name: str) -> None:
        bad = {
            "tier": card(2, tier="tier_2"), "compliance": card(2, compliance_checks={}),
            "sendable": card(2, contact_id=None, to=""), "sla-decision": card(2, age=3 * HOUR),
            "sla-review": card(2, age=HOUR),
        }  # fmt: skip
        good = ruled(name, answer(card(), merged_count=20))
        assert (good.outcome, "fewer than 20" in good.remedy) == (UNSEEN, True)
        only = ruled(name, answer(card()), answer(card(), merged_count=20))
        assert only.outcome == UNSEEN
        many = [bad[name]] if name in bad else list(map(card, range(2, 18)))
        assert outcome(name, answer(card(), *many, merged_count=20)) == FAIL

    def test_no_way_to_unsubscribe_is_advice(self) -> None:
        found = ruled("compliance", answer(card(1), card(2, body="A call? Unsubscribe: x.example")))
        assert found.outcome == PASS
        assert found.observed.endswith("no way to unsubscribe in the text of card_1")

    @pytest.mark.parametrize(
        ("body", "wanted"),
        [
            ("Hi Jane,\n\nThree hand-offs a week can be…", FAIL),
            ("Hi Jane,\n\nThree hand-offs a week can be...\n", FAIL),
            ("Hi Jane,\n\nOne thought…\n\nA call on Thursday?", PASS),
            ("Hi Jane, more soon...\n\nUnsubscribe: https://x.example", PASS),
            ("Unsubscribe: https://x.example ...", PASS),
            ("Hi Jane,\n\nA call on Thursday?", PASS),
        ],
    )
    def test_an_excerpt_is_no_mail(self, body: str, wanted: str) -> None:
        """A text that breaks off has no way to unsubscribe, whatever its checks tell."""
        assert outcome("compliance", answer(card(body=body))) == wanted

    @pytest.mark.parametrize(
        ("lengths", "wanted"),
        [
            ((60, 60), FAIL), ((60, 58), FAIL), ((60, 80), PASS), ((60,), PASS), ((61, 60), PASS),
            ((60, 50), PASS), ((60, 60, 0), PASS),
        ],
    )  # fmt: skip
    def test_excerpts_are_of_one_length(self, lengths: tuple[int, ...], wanted: str) -> None:
        """What is put behind an excerpt makes no mail of it; one alone may be meant so, and where
        a longer one is whole.
        """
        footer = "…\n\nBest,\nDani\nUnsubscribe: https://x.example"
        whole = f"{'a' * 90}{footer[1:]}"
        bodies = ["a" * n + footer if n else whole for n in lengths]
        found = [card(at, body=body) for at, body in enumerate(bodies)]
        assert outcome("compliance", answer(*found)) == wanted

    def test_expected(self) -> None:
        assert outcome("expected", answer()) == PASS
        assert outcome("expected", answer(*map(card, range(15)))) == PASS
        assert outcome("expected", answer(*map(card, range(16)))) == FAIL

    @pytest.mark.parametrize(
        "name", ["tier", "compliance", "sendable", "sla-decision", "sla-review"]
    )
    def test_nothing_shown_is_not_nothing(self, name: str) -> None:
        assert outcome(name, answer()) == NA
        assert outcome(name, answer(reasons={"status:approved": 3})) == NA
        assert outcome(name, answer(reasons={"stale_gt_72h": 3})) == UNSEEN
        assert outcome(name, answer(merged_count="0")) == UNSEEN


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just("email_id"),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
        ),
        max_leaves=6,
    ),
    st.sampled_from(
        ["body", "to", "tier", "timestamp", "classifier", "campaign_ref", "status", "synthetic",
         "compliance_checks", "contact_id", "subject", "email_id"]
    ),
    st.sampled_from(
        ["merged_count", "excluded_non_actionable_count", "excluded_non_actionable_reasons",
         "excluded_non_actionable_examples"]
    ),
)  # fmt: skip
def test_whatever_is_answered_is_a_ruling(junk: Any, key: str, count: str) -> None:
    good = answer(card(), card(2))
    bodies = [
        junk,
        {"pending_emails": junk, "_shadow_queue_debug": junk},
        answer(card(**{key: junk})),
        good | {"_shadow_queue_debug": good["_shadow_queue_debug"] | {count: junk}},
    ]
    for judge in JUDGES.values():
        for body in bodies:
            evidence = (
                observed(QUEUE, body),
                observed(STATUS, {"ramp": junk}),
                observed(QUEUE_AGAIN, body),
            )
            assert isinstance(testing.ruling(judge, *evidence).outcome, Outcome)


def at_gate(body: Any, off: timedelta) -> Any:
    """The full reading, with the deployment's clock so far off the gate's own."""
    seen = observed(QUEUE, body)
    asked = replace(seen.answer, started_at=(NOW - off).isoformat(), seconds=2.0)
    return replace(seen, exchanges=(asked,))


@pytest.mark.parametrize(
    ("minutes", "wanted"),
    [(0, PASS), (10, PASS), (-10, PASS), (10.1, UNSEEN), (-10.1, UNSEEN), (60 * 24 * 400, UNSEEN)],
)
@pytest.mark.parametrize("name", ["no-drift", "sla-decision", "sla-review"])
def test_clock(name: str, minutes: float, wanted: str) -> None:
    evidence = (
        at_gate(answer(card()), timedelta(minutes=minutes)), observed(STATUS, status()),
        observed(QUEUE_AGAIN, answer(card())),
    )  # fmt: skip
    found = testing.ruling(JUDGES[name], *evidence)
    assert found.outcome == wanted, found.observed
    if wanted == UNSEEN:
        assert "clock is" in found.observed
        assert "the clock" in found.remedy


def test_clock_matters_to_what_has_an_age() -> None:
    for name, body, wanted in (("no-drift", answer(), PASS), ("tier", answer(card()), PASS),
                               ("no-drift", answer(card(body="TODO")), FAIL)):  # fmt: skip
        evidence = (at_gate(body, HOUR), observed(STATUS, status()), observed(QUEUE_AGAIN, body))
        assert testing.ruling(JUDGES[name], *evidence).outcome == wanted


def test_a_card_from_the_future_is_not_for_approval() -> None:
    for name in ("no-drift", "sla-decision", "sla-review"):
        found = ruled(name, answer(card(age=-HOUR)))
        assert found.outcome == UNSEEN
        assert "card_1 dated in the future" in found.observed
        assert "pipeline" in found.remedy
        assert "pprove" not in found.remedy
        timeless = ruled(name, answer(card(timestamp="Unknown", created_at=None)))
        assert "decide them" in timeless.remedy


def test_no_date_no_age() -> None:
    assert outcome("no-drift", answer(card()), date=None) == UNSEEN
    assert outcome("sla-decision", answer(card()), date=None) == UNSEEN
    assert outcome("window", answer(card()), date=None) == UNSEEN


def test_look_is_by_environment() -> None:
    here = look(observed(QUEUE, answer(), environment="staging"))
    assert (here.environment, here.kind) == ("staging", "staging")
    assert datetime.fromisoformat(NOW.isoformat()) == NOW

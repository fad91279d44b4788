"""What a live cycle must have left behind, case by case."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_caio import testing
from pytest_caio.evidence.model import Evidence
from pytest_caio.evidence.probe_names import DECISIONS, DISPATCHES, QUEUE, SENT_MAIL, TRACES
from pytest_caio.judge import cycle
from pytest_caio.privacy.reduced_text import reduce_text
from pytest_caio.settings.cycle_start import check_since, cycle_start
from pytest_caio.settings.ghl_access import ADVICE
from pytest_caio.testing import NOW, observed, unobserved
from pytest_caio.verdict.finding import Outcome, Ruling, Severity

JUDGES = {judge.name.removeprefix("cycle."): judge for judge in cycle.JUDGES}
PASS, FAIL, UNSEEN, NA = "pass", "fail", "cannot-tell", "n/a"


def ago(minutes: float, *, naive: bool = False) -> str:
    at = NOW - timedelta(minutes=minutes)
    return (at.replace(tzinfo=None) if naive else at).isoformat()


def decision(number: int, status: str = "approved", **changes: Any) -> dict[str, Any]:
    rejected = status == "rejected"
    return {
        "email_id": f"card_{number}",
        "to": f"lead{number}@example.com",
        "status": status,
        "reviewed_at": ago(60, naive=True),
        "reviewer": "hos",
        "rejection_reason": "vague" if rejected else None,
        "rejection_tag": "weak_cta" if rejected else None,
        **changes,
    }


def report(minutes: float = 30, sent: int = 1, **changes: Any) -> dict[str, Any]:
    return {
        "run_id": f"op_{minutes:g}",
        "started_at": ago(minutes),
        "completed_at": ago(minutes - 1),
        "dry_run": False,
        "pending_approval": False,
        "errors": [],
        "instantly_report": {"total_dispatched": sent},
        **changes,
    }


def card(number: int, minutes: float, **changes: Any) -> dict[str, Any]:
    return {"email_id": f"card_{number}", "timestamp": ago(minutes), **changes}


def queue(*cards: Any, **debug: Any) -> dict[str, Any]:
    counts = {
        "merged_count": len(cards),
        "excluded_non_actionable_count": 0,
        "excluded_non_actionable_reasons": {},
    }
    return {"pending_emails": list(cards), "_shadow_queue_debug": counts | debug}


def trace(number: object, outcome: str = "sent_proved", minutes: float = 60, **asked: Any) -> Any:
    """One outcome of the feedback loop."""
    said = {
        "action": "approve_email",
        "outcome": outcome,
        "lead_email": f"lead{number}@example.com",
        "metadata": {"email_id": f"card_{number}", "approver": "hos", "rejection_tag": None},
        **asked,
    }
    return {
        "timestamp": ago(minutes),
        "tool_name": "record_email_outcome",
        "tool_input_summary": json.dumps(said),
        "tool_output_summary": json.dumps({"outcome": outcome}),
        "status": "success",
    }


def traced(*traces: Any) -> Evidence:
    """What the traces answer."""
    return observed(TRACES, {"traces": list(traces), "count": len(traces)})


def ruled(
    name: str,
    *,
    cards: Any = None,
    reports: Any = (),
    decisions: Any = (),
    traces: Any = None,
    before: Any = (),
    **more: Any,
) -> Ruling:
    evidence = (
        traced() if traces is None else traces,
        *before,
        observed(QUEUE, queue() if cards is None else cards),
        observed(DISPATCHES, list(reports) if isinstance(reports, tuple) else reports),
        observed(DECISIONS, {"emails": list(decisions)}),
    )
    return testing.ruling(JUDGES[name], *evidence, **more)


class TestDecided:
    @pytest.mark.parametrize(
        ("cards", "reports", "wanted"),
        [
            ([], [], PASS),
            ([card(1, 10)], [report(30)], PASS),
            ([card(1, 30)], [report(30)], PASS),
            ([card(1, 30 + 1 / 60)], [report(30)], FAIL),
            ([card(1, 31)], [report(30)], FAIL),
            ([card(1, 31)], [report(60), report(30)], FAIL),
            ([card(1, 31, synthetic=True)], [report(30)], PASS),
            ([card(1, 31, status="approved")], [report(30)], PASS),
            ([card(1, 60 * 40)], [report(30)], FAIL),
            ([card(1, 10)], [], UNSEEN),
            ([card(1, 10)], [report(30, dry_run=True)], UNSEEN),
            ([card(1, 10)], [report(60 * 24)], UNSEEN),
            ([card(1, 10, timestamp="Unknown")], [report(30)], UNSEEN),
            ([card(1, 10, timestamp="Unknown"), card(2, 31)], [report(30)], FAIL),
            ([card(1, 10)], [report(30, dry_run="no")], FAIL),
        ],
    )
    def test_table(self, cards: list[Any], reports: list[Any], wanted: str) -> None:
        assert ruled("decided", cards=queue(*cards), reports=tuple(reports)).outcome == wanted

    @pytest.mark.parametrize(("minutes", "wanted"), [(9, PASS), (11, FAIL)])
    def test_the_last_mail_of_an_approval_ends_the_cycle(self, minutes: int, wanted: str) -> None:
        sent = traced(trace(2, minutes=10))
        found = ruled("decided", cards=queue(card(1, minutes)), traces=sent)
        assert found.outcome == wanted

    def test_older_cards_may_be_unseen(self) -> None:
        full = [card(n, 5, synthetic=True) for n in range(20)]
        assert ruled("decided", cards=queue(*full)).outcome == UNSEEN
        assert ruled("decided", cards=queue(merged_count="0")).outcome == UNSEEN


OLD = 60 * 30
"""Minutes ago, before this cycle began."""
CUT = {"tool_input_summary": '{"action": "appro'}


class TestWhatTracesDoNotShow:
    """A dashboard that is no longer young shows its newest 200 outcomes: that hides nothing."""

    @pytest.mark.parametrize(
        ("traces", "seen"),
        [
            (traced(), True),
            (traced(*(trace(n, "rejected", OLD + n) for n in range(9, 209))), True),
            (traced(*(trace(9, "opened") for _ in range(199)), trace(9, "opened", OLD)), True),
            (traced(*(trace(9, "opened") for _ in range(199)), CUT | {"timestamp": ago(OLD)}),
             True),
            (traced(*(trace(9, "opened") for _ in range(200))), False),
            (traced(*(trace(9, "opened") for _ in range(199)), CUT), False),
            (traced(CUT | {"timestamp": ago(OLD)}), True),
            (traced(CUT | {"timestamp": ago(5)}), False),
            (traced(CUT), False),
            (traced(None), False),
            (unobserved(TRACES, "no answer"), False),
            (observed(TRACES, {"detail": "Not Found"}, 404), False),
            (observed(TRACES, {"traces": 7}), False),
        ],
    )  # fmt: skip
    def test_what_rests_on_them(self, traces: Evidence, seen: bool) -> None:
        """Unseen, no check that rests on them holds; and each says so once."""
        done = {"reports": (report(),), "decisions": [decision(1)], "traces": traces}
        mail_ = observed(SENT_MAIL, {}, data={"lookups": [lookup(mail())]})
        found = {
            "dispatch": ruled("dispatch", **done),
            "decided": ruled("decided", cards=queue(card(1, 10)), **done),
            "sent-evidence": testing.ruling(JUDGES["sent-evidence"], mail_, traces),
        }
        assert {name: said.outcome for name, said in found.items()} == dict.fromkeys(
            found, PASS if seen else UNSEEN
        )
        assert all(said.observed.count("doesn't show") == (not seen) for said in found.values())

    def test_nothing_waits(self) -> None:
        """Then nothing can be left undecided, whatever approvals sent."""
        gone = unobserved(TRACES, "no answer")
        assert ruled("decided", reports=(report(),), traces=gone).outcome == PASS


class TestTrainingApprovals:
    @pytest.mark.parametrize(
        "sign",
        [
            {"email_id": "seed_20260224_1"}, {"synthetic": True}, {"canary": True},
            {"classifier": {"target_platform": "training"}},
        ],
    )  # fmt: skip
    def test_counted_for_nothing(self, sign: dict[str, Any]) -> None:
        found = ruled("dispatch", reports=(report(),), decisions=[decision(1, **sign)])
        assert found.outcome == FAIL
        assert "approved (0; 1 approval of training cards" in found.observed
        both = [decision(1, **sign), decision(2)]
        assert ruled("dispatch", reports=(report(),), decisions=both).outcome == PASS

    def test_what_is_unclear_is_live(self) -> None:
        for sign in ({"synthetic": "true"}, {"email_id": "run_seed_1"}, {"classifier": {}}):
            found = ruled("dispatch", reports=(report(),), decisions=[decision(1, **sign)])
            assert found.outcome == PASS


class TestRejectionsTagged:
    @pytest.mark.parametrize(
        ("changes", "wanted"),
        [
            ({}, PASS),
            ({"rejection_tag": " Weak_CTA "}, PASS),
            ({"rejection_tag": None}, FAIL),
            ({"rejection_tag": ""}, FAIL),
            ({"rejection_tag": "nonsense"}, FAIL),
            ({"rejection_tag": 7}, FAIL),
            ({"rejection_reason": None}, FAIL),
            ({"rejection_reason": "  "}, FAIL),
            ({"rejection_reason": "weak_cta"}, FAIL),
            ({"rejection_reason": reduce_text("weak_cta")}, FAIL),
            ({"rejection_reason": reduce_text("vague")}, PASS),
            ({"reviewed_at": ago(60 * 24, naive=True), "rejection_tag": None}, NA),
            ({"reviewed_at": "2026-02-24T05:00:00", "rejection_tag": None}, FAIL),
            ({"reviewed_at": "2026-02-24T04:59:59", "rejection_tag": None}, NA),
            ({"reviewer": "caio-gate", "rejection_tag": None}, NA),
            ({"reviewed_at": None}, FAIL),
            ({"reviewed_at": "Unknown"}, FAIL),
            ({"status": "pending"}, FAIL),
        ],
    )
    def test_table(self, changes: dict[str, Any], wanted: str) -> None:
        found = ruled("rejections-tagged", decisions=[decision(1, "rejected") | changes])
        assert found.outcome == wanted

    def test_none(self) -> None:
        assert ruled("rejections-tagged", decisions=[decision(1)]).outcome == NA

    def test_one_that_only_the_traces_show(self) -> None:
        gone = traced(trace(7, "rejected"))
        found = ruled("rejections-tagged", decisions=[decision(1, "rejected")], traces=gone)
        assert (found.outcome, "card_7" in found.observed) == (UNSEEN, True)
        assert ruled("rejections-tagged", traces=gone).outcome == UNSEEN
        there = [decision(7, "rejected")]
        assert ruled("rejections-tagged", decisions=there, traces=gone).outcome == PASS
        earlier = traced(trace(7, "rejected", 60 * 24), trace(8, "sent_proved"))
        assert ruled("rejections-tagged", traces=earlier).outcome == NA

    def test_a_hundred_of_this_cycle(self) -> None:
        many = [decision(n, "rejected") for n in range(100)]
        assert ruled("rejections-tagged", decisions=many).outcome == UNSEEN
        many[0]["rejection_tag"] = None
        assert ruled("rejections-tagged", decisions=many).outcome == FAIL
        older = decision(1, "rejected", reviewed_at=ago(60 * 24, naive=True))
        assert ruled("rejections-tagged", decisions=[*many[1:], older]).outcome == PASS


class TestDispatch:
    @pytest.mark.parametrize(
        ("reports", "approved", "wanted"),
        [
            ([report()], 1, PASS),
            ([report(sent=2)], 2, PASS),
            ([report(sent=0)], 1, PASS),
            ([report(sent=2)], 1, FAIL),
            ([report(40), report(30)], 1, FAIL),
            ([report(30, heyreach_report={"total_dispatched": 1})], 1, FAIL),
            ([report(errors=["smtp"])], 1, FAIL),
            ([report(pending_approval=True)], 1, FAIL),
            ([], 1, FAIL),
            ([report(dry_run=True)], 1, FAIL),
            ([report(60 * 24)], 1, FAIL),
            ([report(), report(40, dry_run=True, errors=["x"], sent=9)], 1, PASS),
            ([report(), report(60 * 24, errors=["yesterday"])], 1, PASS),
            ([report(errors=None)], 1, FAIL),
            ({}, 1, FAIL),
        ],
    )
    def test_table(self, reports: Any, approved: int, wanted: str) -> None:
        reports = tuple(reports) if isinstance(reports, list) else reports
        decisions = [decision(n) for n in range(approved)]
        assert ruled("dispatch", reports=reports, decisions=decisions).outcome == wanted

    @pytest.mark.parametrize(("seconds", "wanted"), [(-1, PASS), (0, PASS), (1, FAIL)])
    def test_a_run_exactly_at_the_start(self, seconds: int, wanted: str) -> None:
        start = (NOW - timedelta(minutes=30) + timedelta(seconds=seconds)).isoformat()
        found = ruled("dispatch", reports=(report(30),), since=start)
        assert ("no live run" in found.observed) == (wanted == FAIL)

    @pytest.mark.parametrize(("minutes", "wanted"), [(59, FAIL), (60, PASS), (61, PASS)])
    def test_an_approval_exactly_at_the_start(self, minutes: int, wanted: str) -> None:
        more: dict[str, Any] = {"reports": (report(),), "decisions": [decision(1)]}
        assert ruled("dispatch", **more, since=ago(minutes)).outcome == wanted

    def test_since_names_the_start(self) -> None:
        more: dict[str, Any] = {"reports": (report(60 * 24),), "decisions": [decision(1)]}
        assert ruled("dispatch", **more).outcome == FAIL
        assert ruled("dispatch", **more, since="2026-02-23").outcome == PASS
        assert ruled("dispatch", **more, since="2026-02-24T00:00").outcome == FAIL

    @pytest.mark.parametrize(
        ("reports", "decisions", "traces", "wanted"),
        [
            ([], [], [trace(1)], PASS),
            ([], [], [trace(1, "sent_unresolved")], PASS),
            ([], [], [trace(1, "send_failed")], FAIL),
            ([], [], [trace(1, "blocked_deliverability")], FAIL),
            ([], [], [trace(1, "rejected")], NA),
            ([], [decision(1, "rejected")], [], NA),
            ([], [decision(1, "rejected")], [trace(2)], PASS),
            ([], [decision(1)], [trace(2)], FAIL),
            ([], [decision(1)], [trace(1)], PASS),
            ([], [decision(1)], [trace(1, "approved")], FAIL),
            ([], [], [trace(1, minutes=60 * 24)], FAIL),
            ([], [], [None], UNSEEN),
            ([], [], [{"tool_input_summary": "{"}], UNSEEN),
            ([report()], [decision(1)], [trace(2)], PASS),
            ([report()], [], [trace(2)], FAIL),
            ([report()], [], [trace(2), None], UNSEEN),
            ([report()], [], [trace(2, "send_failed")], PASS),
            ([report(errors=["x"])], [], [trace(2)], FAIL),
            ([], [], [trace("x", metadata={"email_id": "seed_1"})], FAIL),
        ],
    )
    def test_what_approvals_sent(
        self, reports: Any, decisions: Any, traces: Any, wanted: str
    ) -> None:
        found = ruled(
            "dispatch", reports=tuple(reports), decisions=decisions, traces=traced(*traces)
        )
        assert found.outcome == wanted, found.observed

    def test_facts_hold_the_daily_log(self) -> None:
        found = ruled("dispatch", reports=(report(),), decisions=[decision(1)])
        assert found.facts["log"] == [
            {"date": "2026-02-24", "approved": 1, "rejected": {}, "sent": 1, "runs": 1,
             "anomalies": (), "by_approval": 0, "dispatched": 1, "ends": {"sent unproved": 1},
             "sources": {"dispatch history": 1}, "top_rejection": "", "bounced": 0, "notes": ()}
        ]  # fmt: skip


def mail(**changes: Any) -> dict[str, Any]:
    at = (NOW - timedelta(minutes=50)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return {
        "id": "m1",
        "direction": "outbound",
        "messageType": "TYPE_EMAIL",
        "dateAdded": at,
        "status": "delivered",
        **changes,
    }


def lookup(*messages: Any, **changes: Any) -> dict[str, Any]:
    return {
        "email_id": "card_1",
        "to": "l…@e….com (01234567)",
        "reviewed_at": ago(60, naive=True),
        "contacts": 1,
        "messages": list(messages),
        "problem": "",
        **changes,
    }


class TestSentEvidence:
    @pytest.mark.parametrize(
        ("rows", "wanted"),
        [
            ([lookup(mail())], PASS),
            ([lookup(mail(direction="inbound"))], FAIL),
            ([lookup(mail(messageType="TYPE_SMS"))], FAIL),
            ([lookup(mail(status="failed"))], FAIL),
            ([lookup(mail(dateAdded=ago(61)))], FAIL),
            ([lookup(mail(dateAdded=ago(60)))], PASS),
            ([lookup(mail(dateAdded=ago(60)), reviewed_at=ago(60 - 0.9 / 60))], PASS),
            ([lookup(mail(dateAdded=ago(60)), reviewed_at=ago(59))], FAIL),
            ([lookup(mail(dateAdded=ago(60 + 1 / 60)), reviewed_at=ago(60 - 0.9 / 60))], FAIL),
            ([lookup(mail(dateAdded=None))], FAIL),
            ([lookup(mail(dateAdded=ago(61)), mail())], PASS),
            ([lookup(), lookup(mail())], FAIL),
            ([lookup(problem="GHL answered 503")], UNSEEN),
            ([lookup(problem="GHL answered 503"), lookup()], FAIL),
            ([lookup(mail(), problem="GHL answered 503")], PASS),
            ([], NA),
            (None, UNSEEN),
            ([None], UNSEEN),
            ([lookup(None, 7)], FAIL),
        ],
    )
    def test_table(self, rows: Any, wanted: str) -> None:
        evidence = observed(SENT_MAIL, {}, data={"lookups": rows})
        found = testing.ruling(JUDGES["sent-evidence"], evidence, traced())
        assert (found.outcome, found.severity) == (wanted, Severity.REQUIRED)

    def test_without_access(self) -> None:
        found = testing.ruling(JUDGES["sent-evidence"], unobserved(SENT_MAIL, ADVICE), traced())
        assert (found.outcome, found.severity) == (UNSEEN, None)
        assert "CAIO_GHL_TOKEN" in found.observed

    def test_with_access_and_no_answer(self) -> None:
        found = testing.ruling(JUDGES["sent-evidence"], unobserved(SENT_MAIL, "502"), traced())
        assert (found.outcome, found.severity) == (UNSEEN, Severity.REQUIRED)


@pytest.mark.parametrize(
    ("since", "now", "start"),
    [
        ("", "2026-02-24T20:30", "2026-02-24T05:00"),
        ("", "2026-02-25T04:59", "2026-02-24T05:00"),
        ("", "2026-02-25T05:00", "2026-02-25T05:00"),
        ("", "2026-07-01T12:00", "2026-07-01T04:00"),
        ("", "2026-03-08T20:00", "2026-03-08T05:00"),
        ("", "2026-11-01T20:00", "2026-11-01T04:00"),
        ("2026-02-20", "2026-02-24T20:30", "2026-02-20T05:00"),
        ("2026-02-24T15:00", "2026-02-24T20:30", "2026-02-24T20:00"),
        ("2026-02-24T15:00Z", "2026-02-24T20:30", "2026-02-24T15:00"),
        ("2026-02-24T15:00+01:00", "2026-02-24T20:30", "2026-02-24T14:00"),
    ],
)
def test_start_of_the_cycle(since: str, now: str, start: str) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    wanted = datetime.fromisoformat(start).replace(tzinfo=UTC)
    assert cycle_start(check_since(since), at, "America/New_York") == wanted


@pytest.mark.parametrize("since", ["yesterday", "24.2.2026", "0001-01-01", "15:00"])
def test_no_start(since: str) -> None:
    with pytest.raises(ValueError, match="--caio-since"):
        check_since(since)


@pytest.mark.slow
@settings(max_examples=50, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
        ),
        max_leaves=6,
    ),
    st.sampled_from(list(decision(1))),
    st.sampled_from(list(report())),
    st.sampled_from(list(lookup())),
)
def test_whatever_is_answered_is_a_ruling(junk: Any, d: str, r: str, row: str) -> None:
    for decisions in (junk, {"emails": junk}, {"emails": [decision(1, **{d: junk})]}):
        for reports in (junk, [junk], [report() | {r: junk}]):
            evidence = (
                observed(QUEUE, queue(card(1, 31, status=junk))),
                observed(DISPATCHES, reports),
                observed(DECISIONS, decisions),
                observed(SENT_MAIL, {}, data={"lookups": [lookup(mail(), junk, **{row: junk})]}),
            )
            for judge in JUDGES.values():
                assert isinstance(testing.ruling(judge, *evidence).outcome, Outcome)

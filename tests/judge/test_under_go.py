"""``cycle.approved-under-go``: an approval, the GOs that a ledger has, and what lies between."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from pytest_caio import testing
from pytest_caio.evidence.har import from_har, to_har
from pytest_caio.evidence.model import Evidence, EvidenceFile, Observed
from pytest_caio.evidence.probe_names import (
    DECISIONS,
    LEDGER,
    QUEUE,
    QUEUE_AGAIN,
    QUEUE_BEFORE,
    SENT_MAIL,
    STATUS,
    TRACES,
)
from pytest_caio.judge import under_go
from pytest_caio.judge.card_prints import prints
from pytest_caio.privacy.card_ids import hashed, short_id
from pytest_caio.privacy.outputs import redacted
from pytest_caio.privacy.redactor import Redactor, Secret
from pytest_caio.run.short_ids import with_short_ids
from pytest_caio.testing import ENVIRONMENT, NOW, observed, unobserved
from pytest_caio.verdict.decide import Verdict
from pytest_caio.verdict.finding import Outcome, Ruling, Severity
from pytest_caio.verdict.past import PastCard, PastRun
from pytest_caio.verdict.past_as_data import Past, as_data, of_data

(JUDGE,) = under_go.JUDGES
PASS, FAIL = Outcome.PASS, Outcome.FAIL
UNSEEN, NA = Outcome.CANNOT_TELL, Outcome.NOT_APPLICABLE
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
G2 = observed("GET /login as anonymous", "<form>")
REHEARSED = [("x-caio-rehearsal", "g2")]
WHOLE = "pipeline_1771960000_jane_doe_d814e4"


def ago(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)


YESTERDAY = ago(60 * 24)


def raw(number: object = 1, **changes: Any) -> dict[str, Any]:
    """A card, or a decision on it, as an answer has it."""
    card = f"card_{number}" if isinstance(number, int) else str(number)
    return {"email_id": card, "to": "lead@example.com", "subject": "An idea", **changes}


def judged(*cards: Mapping[str, Any]) -> tuple[PastCard, ...]:
    """Cards as a run remembers them."""
    return tuple(PastCard(*hashed(card["email_id"]), prints=prints(card)) for card in cards)


def run(minutes: float, *cards: Mapping[str, Any], verdict: str = "GO", **changes: Any) -> PastRun:
    """A pre-flight so many minutes ago, good for four hours."""
    at, said = ago(minutes), Verdict(verdict)
    base = PastRun(
        "", ENVIRONMENT, "preflight", at, said, said, at, at + 4 * HOUR, cards=judged(*cards)
    )
    return replace(base, **changes)


def ledger(*runs: PastRun, since: datetime | None = YESTERDAY) -> Observed:
    """What the ledger has: as it is after being written down."""
    data = json.loads(json.dumps(as_data(Past(runs, since))))
    return Observed(LEDGER, ENVIRONMENT, (), data)


def approval(minutes: float, number: object = 1, **changes: Any) -> dict[str, Any]:
    at = ago(minutes).replace(tzinfo=None).isoformat()
    return raw(number, **{"status": "approved", "reviewed_at": at, "reviewer": "hos", **changes})


def traced(minutes: float, number: object = 1, outcome: str = "sent_proved") -> dict[str, Any]:
    card = f"card_{number}" if isinstance(number, int) else str(number)
    said = {"action": "approve_email", "outcome": outcome, "lead_email": "lead@example.com",
            "metadata": {"email_id": card}}  # fmt: skip
    return {
        "timestamp": ago(minutes).isoformat(),
        "tool_input_summary": json.dumps(said),
        "tool_output_summary": json.dumps({"outcome": outcome}),
    }


def evidence(
    past: Evidence | None,
    *decided: Any,
    traces: Any = (),
    queue: Any = (),
    generation: str = "G2",
    more: tuple[Evidence, ...] = (),
    **headers: Any,
) -> tuple[Evidence, ...]:
    body = {"pending_emails": list(queue), "_shadow_queue_debug": {
        "merged_count": len(queue), "excluded_non_actionable_count": 0,
        "excluded_non_actionable_reasons": {}}}  # fmt: skip
    none = observed(TRACES, {"detail": "Not Found"}, 404)
    shown = {"traces": list(traces), "count": len(traces)}
    return (
        *((past,) if past else ()),
        observed(DECISIONS, {"emails": list(decided)}, **headers),
        observed(QUEUE, body),
        observed(QUEUE_AGAIN, body),
        none if generation == "G1" else observed(TRACES, shown),
        *generation_of(generation),
        *more,
    )


def generation_of(generation: str) -> tuple[Evidence, ...]:
    missing = observed("GET /login as anonymous", {"detail": "Not Found"}, 404)
    tags = observed("GET /api/rejection-tags", {"tags": []})
    return (missing, tags) if generation == "G1" else (G2,)


def ruled(past: Evidence | None, *decided: Any, policy: Any = None, **more: Any) -> Ruling:
    since = more.pop("since", "")
    return testing.ruling(JUDGE, *evidence(past, *decided, **more), policy=policy, since=since)


GOOD = run(60, raw(1), raw(2))


@pytest.mark.parametrize("generation", ["G1", "G2"])
class TestInTheHistory:
    """Both generations show who was approved and not yet sent."""

    @pytest.mark.parametrize(
        ("runs", "decided", "wanted", "said"),
        [
            # Under a GO, from its very second to its last.
            ([GOOD], [approval(30)], PASS, "1 approval, each of a card that a GO had judged"),
            ([GOOD], [approval(30), approval(20, 2)], PASS, "2 approvals"),
            ([GOOD], [approval(60)], PASS, ""),
            ([run(240, raw())], [approval(0)], PASS, ""),
            ([run(240.01, raw())], [approval(0)], PASS, ""),
            ([run(241, raw())], [approval(0)], FAIL, "approved at 15:30 on Tue 24 Feb: no GO held"),
            ([GOOD], [approval(61)], FAIL, "card_1, approved at 14:29 on Tue 24 Feb: no GO held"),
            ([], [approval(30)], FAIL, "no GO held at that time"),
            # What is no pre-flight, not whole or of something else gives no GO, and takes none.
            ([run(60, raw(), profile="all")], [approval(30)], PASS, ""),
            ([run(60, raw(), profile="deploy")], [approval(30)], FAIL, "no GO held"),
            ([run(60, raw(), profile="cycle")], [approval(30)], FAIL, "no GO held"),
            ([run(60, raw(), whole=False)], [approval(30)], FAIL, "no GO held"),
            ([run(60, raw(), rehearsal=True)], [approval(30)], FAIL, "no GO held"),
            ([run(60, raw(), verdict="NO-GO")], [approval(30)], FAIL, "no GO held"),
            ([run(60, raw(), verdict="CANNOT TELL")], [approval(30)], FAIL, "no GO held"),
            ([run(60, raw(), until=None)], [approval(30)], FAIL, "no GO held"),
            ([GOOD, run(40, verdict="NO-GO", profile="deploy")], [approval(30)], PASS, ""),
            ([GOOD, run(40, verdict="NO-GO", profile="cycle")], [approval(30)], PASS, ""),
            ([GOOD, run(40, verdict="NO-GO", whole=False)], [approval(30)], PASS, ""),
            ([GOOD, run(40, verdict="NO-GO", rehearsal=True)], [approval(30)], PASS, ""),
            # Another environment of that run was the reason.
            ([GOOD, run(40, verdict="NO-GO", own=Verdict.GO)], [approval(30)], PASS, ""),
            ([GOOD, run(40, verdict="CANNOT TELL")], [approval(30)], PASS, ""),
            # A later no counts from when it was said.
            ([GOOD, run(40, verdict="NO-GO")], [approval(30)], FAIL,
             "the pre-flight of 14:50 on Tue 24 Feb had said NO-GO"),
            ([GOOD, run(40, verdict="NO-GO", read_at=None)], [approval(30)], FAIL, "had said NO"),
            ([GOOD, run(40, verdict="NO-GO")], [approval(50)], PASS, ""),
            ([GOOD, run(30, verdict="NO-GO")], [approval(30)], PASS, ""),
            ([run(70, verdict="NO-GO"), GOOD], [approval(30)], PASS, ""),
            ([GOOD, run(40, verdict="NO-GO"), run(35, raw())], [approval(30)], PASS, ""),
            # A second GO: that one of the two judged the card is enough.
            ([GOOD, run(40, raw())], [approval(30)], PASS, ""),
            ([GOOD, run(40, raw(7))], [approval(30)], PASS, ""),
            ([run(60, raw(7)), run(40, raw())], [approval(30)], PASS, ""),
            ([run(60, raw(7)), run(40, raw())], [approval(50)], FAIL,
             "it was not in the queue that the GO of 14:30 on Tue 24 Feb had judged"),
            # This very card, as it was judged.
            ([GOOD], [approval(30), approval(29, 3)], FAIL, "card_3, approved at 15:01"),
            ([run(60)], [approval(30)], FAIL, "it was not in the queue"),
            ([GOOD], [approval(30, subject="Another")], FAIL, "it has another subject than the GO"),
            ([GOOD], [approval(30, to="x@example.com")], FAIL, "it has another addressee"),
            ([GOOD], [approval(30, subject="AN IDEA", to="Lead@Example.com")], PASS, ""),
            ([GOOD], [approval(30, subject=None, to="")], PASS, ""),
            ([run(60, raw(body="Hello"))], [approval(30, body="Hello")], PASS, ""),
            ([run(60, raw(body="Hello"))], [approval(30)], PASS, ""),
            ([run(60, raw(subject="Old")), run(40, raw())], [approval(30)], PASS, ""),
            # Not of this cycle, not approved, not live.
            ([], [approval(60 * 20)], NA, "no live card was approved since 00:00 on Tue 24 Feb"),
            ([], [], NA, ""),
            ([], [approval(30, status="rejected")], NA, ""),
            ([], [approval(30, synthetic=True)], NA, ""),
            ([], [approval(30, "seed_0001")], NA, ""),
        ],
    )  # fmt: skip
    def test_table(
        self, runs: list[PastRun], decided: list[Any], wanted: Outcome, said: str, generation: str
    ) -> None:
        found = ruled(ledger(*runs), *decided, generation=generation)
        assert found.outcome is wanted, found.observed
        assert said in found.observed
        assert found.severity is None

    def test_before_the_ledger_nobody_can_tell(self, generation: str) -> None:
        begins = ledger(run(60, raw(2)), since=ago(60))
        early, under, late = approval(90), approval(30, 2), approval(20, 3)
        untold = "1 approval older than what the ledger knows: not judged"
        found = ruled(begins, early, under, generation=generation)
        assert (found.outcome, untold in found.observed) == (PASS, True)
        assert ruled(begins, early, generation=generation).outcome is NA
        found = ruled(begins, early, late, generation=generation)
        assert (found.outcome, untold in found.observed) == (FAIL, True)
        assert "card_1" not in found.observed
        assert ruled(ledger(since=None), early, late, generation=generation).outcome is NA

    def test_the_history_is_cut(self, generation: str) -> None:
        """A card that is seen to be wrong is one all the same."""
        many = [approval(30) for _ in range(100)]
        found = ruled(ledger(GOOD), *many, generation=generation)
        assert (found.outcome, "newest 100" in found.observed) == (UNSEEN, True)
        assert found.severity is None
        assert ruled(ledger(GOOD), *many, approval(20, 9), generation=generation).outcome is FAIL
        older = [*many, approval(60 * 24)]
        assert ruled(ledger(GOOD), *older, generation=generation).outcome is PASS


class TestSentByApproving:
    """G2 keeps what was sent in its traces alone."""

    @pytest.mark.parametrize(
        ("decided", "traces", "wanted"),
        [
            ([], [traced(30)], PASS),
            ([], [traced(30, outcome="sent_unresolved")], PASS),
            ([], [traced(61)], FAIL),
            ([], [traced(30, 3)], FAIL),
            ([], [traced(30, 3, "blocked_deliverability")], FAIL),
            ([], [traced(30, 3, "rejected")], NA),
            ([], [traced(30, "seed_0001")], NA),
            ([approval(30, 5, synthetic=True)], [traced(30, 5)], NA),
            # What it came to is written down a little later, and is no second approval …
            ([approval(240.5)], [traced(239)], PASS),
            # … but a card may be approved again.
            ([approval(50)], [traced(30)], PASS),
            ([approval(50)], [traced(0)], PASS),
            ([], [traced(60 * 30, outcome="send_failed"), traced(70)], FAIL),
        ],
    )
    def test_table(self, decided: list[Any], traces: list[Any], wanted: Outcome) -> None:
        runs = [run(60 * 31, raw()), GOOD]
        runs = [run(470, raw()), GOOD] if decided and decided == [approval(240.5)] else runs
        assert ruled(ledger(*runs), *decided, traces=traces).outcome is wanted

    def test_what_can_not_be_seen(self) -> None:
        """Missing traces may hide an approval; what is seen to be wrong is wrong."""
        gone = unobserved(TRACES, "no answer within 10 s")
        base = [e for e in evidence(ledger(GOOD), approval(30)) if e.probe != TRACES]
        assert testing.ruling(JUDGE, *base, gone).outcome is UNSEEN
        base = [e for e in evidence(ledger(), approval(30)) if e.probe != TRACES]
        assert testing.ruling(JUDGE, *base, gone).outcome is FAIL

    def test_only_its_mail_shows(self) -> None:
        """The moment of the approval is between the earlier report and the mail."""
        card = {"id": "card_1", "to": "lead@example.com", "born": None, "contact_id": None}
        data = {"verdict": "NO-GO", "at": ago(90).isoformat(), "whole": True, "cards": [card]}
        before = Observed(QUEUE_BEFORE, ENVIRONMENT, (), data)
        message = {"direction": "outbound", "messageType": "TYPE_EMAIL", "status": "delivered"}
        sent = {**message, "dateAdded": ago(10).isoformat()}
        rows = [{"email_id": "card_1", "reviewed_at": ago(90).isoformat(), "messages": [sent]}]
        mail = Observed(SENT_MAIL, ENVIRONMENT, (), {"lookups": rows})
        assert ruled(ledger(GOOD), more=(before, mail)).outcome is PASS
        assert ruled(ledger(run(60, raw(2))), more=(before, mail)).outcome is FAIL


class TestWhichCard:
    """An id may be whole in one place and short in the other."""

    @pytest.mark.parametrize("then", [WHOLE, short_id(WHOLE), short_id(WHOLE, alone=False)])
    @pytest.mark.parametrize("now", [WHOLE, short_id(WHOLE), short_id(WHOLE, alone=False)])
    def test_short_and_whole(self, then: str, now: str) -> None:
        past = ledger(run(60, raw(then)))
        assert ruled(past, approval(30, now)).outcome is PASS

    def test_two_that_look_alike(self) -> None:
        """One of them was judged, and nobody knows which."""
        one, other = "run_1771960000_jane_d814e4", "run_1771960000_john_d814e4"
        marked = [short_id(card, alone=False) for card in (one, other)]
        found = ruled(ledger(run(60, raw(short_id(one)))), *(approval(30, c) for c in marked))
        assert (found.outcome, "look alike" in found.observed) == (FAIL, True)
        both = ledger(run(60, *(raw(card) for card in marked)))
        assert ruled(both, *(approval(30, card) for card in marked)).outcome is PASS
        assert ruled(both, approval(30, short_id(one))).outcome is PASS

    def test_another_of_the_same_look(self) -> None:
        marks = [short_id(f"run_1771960000_{name}_d814e4", alone=False) for name in ("jo", "al")]
        assert ruled(ledger(run(60, raw(marks[0]))), approval(30, marks[1])).outcome is FAIL


class TestWithoutALedger:
    """Nothing is held against anybody where there is nothing to hold it against."""

    @pytest.mark.parametrize("why", ["no ledger is named", "it is started anew each time"])
    def test_none_is_named(self, why: str) -> None:
        absent = Observed(LEDGER, ENVIRONMENT, (), as_data(Past(absent=why)))
        found = ruled(absent, approval(30))
        assert (found.outcome, found.observed) == (NA, why)
        # Whatever else can't be seen.
        assert testing.ruling(JUDGE, absent).outcome is NA

    @pytest.mark.parametrize("reason", [
        "the ledger x.sqlite is locked by somebody else",
        "the ledger postgresql://db/caio is away: no connection",
        "not seen within the run's deadline of 30 s",
    ])  # fmt: skip
    def test_it_can_not_be_read(self, reason: str) -> None:
        """It never changes a verdict, and no cause of the deployment's is made of it."""
        found = ruled(unobserved(LEDGER, reason), approval(30))
        assert (found.outcome, found.severity, found.cause) == (UNSEEN, Severity.ADVISORY, "")
        assert reason in found.observed
        assert "For Engineering: see to the ledger" in found.remedy
        assert ruled(unobserved(LEDGER, reason)).outcome is NA

    def test_nobody_looked(self) -> None:
        found = ruled(None, approval(30))
        assert (found.outcome, found.severity) == (UNSEEN, None)

    def test_the_report_that_was_named_counts_too(self) -> None:
        """The ledger may have been away when its GO was given, or its parts were joined later."""
        card = {"id": "card_1", "to": "lead@example.com", "born": None, "contact_id": None}

        def named(verdict: str, **changes: Any) -> Outcome:
            data = {"verdict": verdict, "at": ago(60).isoformat(), "whole": True,
                    "cards": [{**card, **changes}]}  # fmt: skip
            before = Observed(QUEUE_BEFORE, ENVIRONMENT, (), data)
            return ruled(ledger(), approval(30), more=(before,)).outcome

        assert named("GO") is PASS
        assert named("GO", to="x@example.com") is FAIL
        assert named("GO", id="card_2") is FAIL
        assert {named("NO-GO"), named("CANNOT TELL"), named("")} == {FAIL}


def test_a_rehearsals_go_is_for_a_rehearsal() -> None:
    """Also where one is served under another name."""
    plays = observed(STATUS, {}, headers=REHEARSED)
    of_one = ledger(run(60, raw(), rehearsal=True))
    assert ruled(of_one, approval(30), more=(plays,)).outcome is PASS
    assert ruled(ledger(GOOD), approval(30), more=(plays,)).outcome is FAIL


def test_the_cycle_began_earlier() -> None:
    past = ledger(run(60 * 40, raw()), since=ago(60 * 80))
    assert ruled(past, approval(60 * 38), since="2026-02-22").outcome is PASS
    assert ruled(past, approval(60 * 45), since="2026-02-22").outcome is FAIL


@pytest.mark.parametrize("data", [
    {},
    {"runs": []},
    {"runs": None, "since": None},
    {"runs": "x", "since": None},
    {"runs": [1], "since": None},
    {"runs": [{}], "since": None},
    {"runs": [], "since": "yesterday"},
    {"runs": [], "since": "2026-02-24T10:00:00"},
    {"runs": [], "since": 7},
    {"runs": [{**as_data(Past((GOOD,)))["runs"][0], "verdict": "MAYBE"}], "since": None},
    {"runs": [{**as_data(Past((GOOD,)))["runs"][0], "at": None}], "since": None},
    {"runs": [{**as_data(Past((GOOD,)))["runs"][0], "whole": "yes"}], "since": None},
    {"runs": [{**as_data(Past((GOOD,)))["runs"][0], "cards": [{"card": 1}]}], "since": None},
    {"runs": [{**as_data(Past((GOOD,)))["runs"][0], "cards": [None]}], "since": None},
])  # fmt: skip
def test_nonsense_is_no_evidence(data: dict[str, Any]) -> None:
    found = ruled(Observed(LEDGER, ENVIRONMENT, (), data), approval(30))
    assert (found.outcome, found.severity) == (UNSEEN, None)
    assert "what evidence has of the ledger can't be read" in found.observed


def test_it_survives_the_report() -> None:
    """Written as HAR, redacted and with short ids, and read again: the same runs."""
    past = Past((run(60, raw(WHOLE, body="Hello", tier="tier_1")), run(5)), ago(60))
    seen = Observed(LEDGER, ENVIRONMENT, (), as_data(past))
    others = evidence(None, approval(30, WHOLE))
    file = EvidenceFile(NOW, {(ENVIRONMENT, e.probe): e for e in (seen, *others)})
    told = redacted(with_short_ids(file), Redactor({"token:x": Secret("a-token-1234")}))
    again = from_har(json.loads(json.dumps(to_har(told))))
    found = again.of(ENVIRONMENT)
    assert isinstance(found[LEDGER], Observed)
    assert of_data(found[LEDGER].data, ENVIRONMENT) == past
    assert testing.ruling(JUDGE, *found.values()).outcome is PASS

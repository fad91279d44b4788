"""Whether a GO still holds: evidence of then and now, each way in which it no longer does."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from unittest.mock import patch

import pytest
from cleared import cleared

from pytest_caio.commands import guard
from pytest_caio.evidence.model import Evidence, EvidenceFile, Observed, Unobserved
from pytest_caio.evidence.probe_names import (
    DECISIONS,
    DEPENDENCIES,
    DISPATCHES,
    INNGEST,
    LOGIN_PAGE,
    QUEUE,
    QUEUE_AGAIN,
    QUEUE_STATUS,
    STATUS,
    STATUS_ANONYMOUS,
    TRACES,
)
from pytest_caio.judge.approved_since import judged_at
from pytest_caio.judge.judging import probes_of
from pytest_caio.judge.still_good import READS, Then, still_good
from pytest_caio.rehearsal.deployment.scenes import live_card
from pytest_caio.verdict.clearing import Held, Refusal
from pytest_caio.verdict.decide import Verdict
from pytest_caio.verdict.finding import Outcome
from pytest_caio.verdict.result import REHEARSAL_HEADER
from pytest_caio.verdict.run_finding import BEFORE
from pytest_caio.verdict.waivers import Waiver

NO_GO, CANNOT_TELL = Verdict.NO_GO, Verdict.CANNOT_TELL
BOTH = (QUEUE, QUEUE_AGAIN)
# That they answer is looked at, and nothing that they say.
NO_MATTER = {QUEUE_STATUS, INNGEST, LOGIN_PAGE}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Then]:
    """A GO, one card rejected since, one sent by its approval, one approved and left."""
    with cleared(tmp_path_factory.mktemp("go") / "rep") as at:
        left, sent, rejected = at.waiting
        at.approve(left)
        at.approve(sent)
        at.reject(rejected)
        made: list[Then] = []

        def kept(then: Then) -> Held | Refusal:
            made.append(then)
            return still_good(then)

        with patch.object(guard, "still_good", kept):
            asked = argparse.Namespace(env="lab", rehearsal=True, ledger=None)
            answer = guard._answer(asked, at.report)
        assert answer.held == Held(answer.held.until, 1), answer.held
        yield made[0]


Edit = Callable[[Then], Then]


def of_now(then: Then, change: Callable[[Evidence], Evidence | None], *probes: str) -> Then:
    """Return what is changed in the evidence of now; None takes it out."""
    seen = dict(then.now.evidence)
    for key in [key for key in seen if not probes or key[1] in probes]:
        changed = change(seen.pop(key))
        if changed:
            seen[key] = changed
    return replace(then, now=EvidenceFile(then.now.started_at, seen))


def answered(found: Evidence, **changes: Any) -> Observed:
    assert isinstance(found, Observed)
    last = replace(found.answer, **changes)
    return replace(found, exchanges=(*found.exchanges[:-1], last))


def body(change: Callable[[Any], Any], *probes: str) -> Edit:
    """Change the JSON of answers."""

    def one(found: Evidence) -> Evidence:
        value = json.loads(found.exchanges[-1].body)
        return answered(found, body=json.dumps(change(value) or value))

    return lambda then: of_now(then, one, *probes)


def put(path: str, value: Any, *probes: str) -> Edit:
    """Set a value in the answers."""

    def change(data: Any) -> None:
        *way, last = path.split(".")
        for step in way:
            data = data[step]
        data[last] = value

    return body(change, *probes)


def clock(**by: float) -> Edit:
    """Move the deployment's clock, and this machine's with it where ``both``."""
    both = by.pop("both", 0)

    def one(found: Evidence) -> Evidence:
        if isinstance(found, Unobserved) or not found.exchanges:
            return found
        seen = found.answer
        at = (seen.date or datetime.now(UTC)) + timedelta(**by)
        headers = [(n, v) for n, v in seen.headers if n.lower() != "date"]
        own = datetime.fromisoformat(seen.started_at) + (timedelta(**by) if both else timedelta())
        stamp = ("date", format_datetime(at, usegmt=True))
        return answered(found, headers=(*headers, stamp), started_at=own.isoformat())

    return lambda then: of_now(then, one)


def silent(*probes: str) -> Edit:
    def one(found: Evidence) -> Evidence:
        return Unobserved(found.probe, found.environment, "no answer within 10 s")

    return lambda then: of_now(then, one, *probes)


def status(code: int, *probes: str, text: str = "{}") -> Edit:
    return lambda then: of_now(then, lambda e: answered(e, status=code, body=text), *probes)


def unannounced(then: Then) -> Then:
    def one(found: Evidence) -> Evidence:
        return replace(
            found,
            exchanges=tuple(
                replace(e, headers=tuple(h for h in e.headers if h[0].lower() != REHEARSAL_HEADER))
                for e in found.exchanges
            ),
        )

    return of_now(then, one)


def asked(**changes: Any) -> Edit:
    return lambda then: replace(then, asked=replace(then.asked, **changes))


def history(**changes: Any) -> Edit:
    """Change the newest approval."""

    def change(data: Any) -> None:
        data["emails"] = [{**e, **changes} if e is _newest(data) else e for e in data["emails"]]

    return body(change, DECISIONS)


def _newest(data: Any) -> Any:
    return max(
        (e for e in data["emails"] if e["status"] == "approved"), key=lambda e: e["reviewed_at"]
    )


def at_the_go(**changes: Any) -> Edit:
    """Change every live card in the evidence of the GO itself."""

    def edit(then: Then) -> Then:
        evidence = dict(then.result.evidence.evidence)
        for probe in BOTH:
            found = evidence[("lab", probe)]
            data = json.loads(found.exchanges[-1].body)
            data["pending_emails"] = [{**e, **changes} for e in data["pending_emails"]]
            evidence[("lab", probe)] = answered(found, body=json.dumps(data))
        made = replace(then.result.evidence, evidence=evidence)
        return replace(then, result=replace(then.result, evidence=made))

    return edit


def before_the_go(then: Then) -> Then:
    """Approve a card a moment before the GO read the queue."""
    at = judged_at(then.before) - timedelta(milliseconds=1)
    return one_more_approval(reviewed_at=at.isoformat())(then)


def one_more_approval(minutes: float = 0.0, **changes: Any) -> Edit:
    """Approve a card that the GO had not seen, so many minutes before the newest approval."""

    def change(data: Any) -> None:
        newest = _newest(data)
        at = datetime.fromisoformat(newest["reviewed_at"]) - timedelta(minutes=minutes)
        more = {"email_id": "run_20990101_000000_99", "reviewed_at": at.isoformat()}
        data["emails"].append({**newest, **more, **changes})

    return body(change, DECISIONS)


def card(**changes: Any) -> dict[str, Any]:
    return {
        "email_id": "new_1", "status": "pending", "to": "a@b.example", "subject": "An idea",
        "body": "Hello, would Thursday suit you?\n\nUnsubscribe: https://example.com/u",
        "tier": "tier_1", "timestamp": NOW.isoformat(), "contact_id": "c",
        "classifier": {"target_platform": "ghl"}, "campaign_ref": {"internal_id": "camp_1"},
        "compliance_checks": dict.fromkeys(
            ("unsubscribe_present", "signature_present", "cta_present", "footer_present"), True),
        **changes,
    }  # fmt: skip


def in_queue(*probes: str, **changes: Any) -> Edit:
    def change(data: Any) -> None:
        data["pending_emails"].append(card(**changes))
        data["count"] += 1
        data["_shadow_queue_debug"]["merged_count"] += 1

    return body(change, *probes)


def trace(**changes: Any) -> Edit:
    """One more outcome of today, of a card that nobody saw."""

    def change(data: Any) -> None:
        meta = {"email_id": changes.get("id", "run_20990101_000000_98")}
        summary = json.dumps({"outcome": "sent_proved", "metadata": meta})
        entry = {"tool_input_summary": summary, "tool_output_summary": "{}"}
        at = datetime.now(UTC).isoformat()
        data["traces"].append({**entry, "timestamp": at, **changes.get("entry", {})})

    return body(change, TRACES)


def hidden(reason: str, number: int = 1) -> Edit:
    def change(data: Any) -> None:
        debug = data["_shadow_queue_debug"]
        debug["excluded_non_actionable_count"] += number
        debug["excluded_non_actionable_reasons"][reason] = number
        debug["merged_count"] += number

    return body(change, *BOTH)


def waived(expires: date) -> Edit:
    """Let the GO rest on a waiver of something that isn't looked at again."""

    def edit(then: Then) -> Then:
        found = list(then.result.findings)
        place = next(i for i, f in enumerate(found) if f.name == "smoke.sales-page")
        found[place] = replace(found[place], outcome=Outcome.WAIVED)
        waiver = Waiver("smoke.sales-page", "lab", "known", "PTO", expires)
        snapshot = replace(then.result.snapshot, waivers=(waiver,))
        return replace(then, result=replace(then.result, findings=tuple(found), snapshot=snapshot))

    return edit


def both(*edits: Edit) -> Edit:
    def edit(then: Then) -> Then:
        for each in edits:
            then = each(then)
        return then

    return edit


def lost(then: Then) -> Then:
    """A card that the GO saw is in no source any more."""
    found = then.now.evidence[("lab", DECISIONS)]
    gone = _newest(json.loads(found.exchanges[-1].body))["email_id"]

    def without(data: Any) -> None:
        for name in data.keys() & {"emails", "traces"}:
            data[name] = [each for each in data[name] if gone not in json.dumps(each)]

    return body(without, DECISIONS, TRACES)(then)


NOW = datetime.now(UTC)
TODAY = NOW.date()
HOLDS: dict[str, Edit] = {
    "nothing changed": lambda then: then,
    "a clock that goes on": both(
        clock(minutes=30, both=1), put("checked_at", "2099-01-01T00:00:00+00:00", DEPENDENCIES)
    ),
    "a clock a little off": clock(minutes=4),
    "fields that nobody knows": both(
        put("new", 1, STATUS), put("ramp.new", 1, STATUS), put("auth.new", True, DEPENDENCIES)
    ),
    "another day of the ramp": put("ramp.day", 2, STATUS),
    "a newer reading": put("refreshed_at", "2099-01-01T00:00:00+00:00", *BOTH),
    "a training card more": in_queue(*BOTH, synthetic=True),
    "hidden training cards": hidden("non_dispatchable:canary"),
    "hidden decided cards": hidden("status:approved"),
    "a subject in other capitals": history(subject=live_card(3, NOW).subject.upper()),
    "a rejection more": one_more_approval(
        status="rejected", rejection_tag="weak_cta", rejection_reason="vague"
    ),
    "an approved training card": one_more_approval(synthetic=True),
    "an approval of days ago": one_more_approval(minutes=60 * 72),
    "a contact that was found on approval": both(
        at_the_go(contact_id=None), history(contact_id="contact-99")
    ),
    "a text that shows at one end alone": both(at_the_go(body=""), history(body="Hello")),
    "an unreadable trace of yesterday": trace(
        entry={"tool_input_summary": "{", "timestamp": "2020-01-01T00:00:00+00:00"}
    ),
    "a waiver until today": waived(TODAY + timedelta(days=1)),
    "a gate's own trouble elsewhere": silent("GET /api/queue-status"),
}


@pytest.mark.parametrize("edit", HOLDS.values(), ids=HOLDS.keys())
def test_it_holds(base: Then, edit: Edit) -> None:
    """What does not matter changes nothing."""
    found = still_good(edit(base))
    assert isinstance(found, Held), found.says


GONE: dict[str, tuple[Edit, str, Verdict]] = {
    "unreachable": (silent(), "no answer within 10 s", CANNOT_TELL),
    "no status": (silent(STATUS), STATUS, CANNOT_TELL),
    "no queue": (silent(QUEUE), QUEUE, CANNOT_TELL),
    "no default reading": (silent(QUEUE_AGAIN), QUEUE_AGAIN, CANNOT_TELL),
    "no history": (silent(DECISIONS), DECISIONS, CANNOT_TELL),
    "no dispatches": (silent(DISPATCHES), DISPATCHES, CANNOT_TELL),
    "no dependencies": (silent(DEPENDENCIES), DEPENDENCIES, CANNOT_TELL),
    "no traces": (silent(TRACES), "what approvals sent since the GO", CANNOT_TELL),
    "a gateway": (status(502, STATUS, text="<html>"), "from a gateway", CANNOT_TELL),
    "not let in": (status(401, STATUS), "was not let in", CANNOT_TELL),
    "slowed down": (status(429, QUEUE), "429", CANNOT_TELL),
    "an error": (status(500, QUEUE), "answered 500", NO_GO),
    "nonsense": (body(lambda d: [1], STATUS), "an object is due", NO_GO),
    "a rehearsal under a real name": (asked(rehearsal=False), "is a rehearsal", NO_GO),
    "a real one after a rehearsal": (unannounced, "what answers now is none", NO_GO),
    "another release": (
        put("checks.new_flag", True, BEFORE), "the GO is of the release", NO_GO,
    ),
    "no release": (status(404, BEFORE), "which release is deployed doesn't show", CANNOT_TELL),
    "another word for itself": (
        put("auth.environment", "staging", DEPENDENCIES), "environment.name no longer holds", NO_GO,
    ),
    "no word for itself": (
        body(lambda d: d.pop("auth") and None, DEPENDENCIES), "environment.name", NO_GO,
    ),
    "emergency stop": (
        put("emergency_stop", True, STATUS), "ramp.emergency-stop no longer holds", NO_GO,
    ),
    "the ramp is off": (put("ramp.enabled", False, STATUS), "ramp.", NO_GO),
    "another mode": (put("ramp.mode", "calendar", STATUS), "ramp.clean-days-mode", NO_GO),
    "graduated meanwhile": (put("ramp.active", False, STATUS), "ramp.", NO_GO),
    "a higher cap": (put("ramp.email_limit_override", 25, STATUS), "ramp.limits", NO_GO),
    "a lower cap": (
        both(put("ramp.email_limit_override", 4, STATUS), put("limits.email_remaining", 0, STATUS)),
        "ramp.email_limit_override was 5 at the GO, and is 4 now", NO_GO,
    ),
    "another tier": (put("ramp.tier_filter", "tier_2", STATUS), "ramp.limits", NO_GO),
    "no gatekeeper": (put("gatekeeper.required", False, STATUS), "ramp.gatekeeper", NO_GO),
    "the operator is off": (put("enabled", False, STATUS), "enabled was true at the GO", NO_GO),
    "query tokens": (
        put("auth.query_token_enabled", True, DEPENDENCIES),
        "auth.query_token_enabled was false at the GO", NO_GO,
    ),
    "not strict": (
        put("auth.strict_mode", False, DEPENDENCIES), "auth.strict_mode was true", NO_GO,
    ),
    "Redis is down": (
        put("dependencies.redis.connected", False, DEPENDENCIES),
        "environment.redis-required", NO_GO,
    ),
    "the queue is cut otherwise": (
        put("_shadow_queue_debug.queue_max_age_hours", 96.0, *BOTH), "queue-max-age", NO_GO,
    ),
    "more dispatched than the cap": (
        put("today.outbound_email", 9, STATUS), "ramp.limits no longer holds", NO_GO,
    ),
    "no room for what is left": (
        both(put("today.outbound_email", 3, STATUS), put("limits.email_remaining", 2, STATUS)),
        "mails went out today and 1 would follow: 5 at most", NO_GO,
    ),
    "other motions": (put("today.revival", 2, STATUS), "ramp.limits", NO_GO),
    "a new live card": (in_queue(*BOTH), "1 live card is undecided", NO_GO),
    "a live card in one reading": (in_queue(QUEUE_AGAIN), "", NO_GO),
    "a card of no known flags": (
        in_queue(*BOTH, synthetic="true"), "the text true for synthetic", NO_GO,
    ),
    "a hidden live card": (hidden("stale_gt_72h"), "queue.no-drift", NO_GO),
    "a full window": (
        both(put("_shadow_queue_debug.merged_count", 20, *BOTH)), "older ones are unseen",
        CANNOT_TELL,
    ),
    "another subject": (history(subject="Free money"), "has another subject than it judged", NO_GO),
    "another addressee": (
        history(to="somebody.else@example.org"), "has another addressee than it judged", NO_GO,
    ),
    "another text": (history(body="Buy now"), "has another text than it judged", NO_GO),
    "another contact": (
        history(contact_id="contact-99"), "has another contact than it judged", NO_GO,
    ),
    "another tier of a card": (history(tier="tier_3"), "has another tier than it judged", NO_GO),
    "an unknown card was approved": (
        one_more_approval(), "was not in the queue that it judged", NO_GO,
    ),
    "a card was approved before the GO and is left": (
        before_the_go, "a card was approved before the GO, and not sent", NO_GO,
    ),
    "an unknown card was sent": (trace(), "was not in the queue that it judged", NO_GO),
    "an unreadable trace": (
        trace(entry={"tool_input_summary": "{"}), "1 trace can't be read", CANNOT_TELL,
    ),
    "a decision that can't be read": (history(reviewed_at="yesterday"), "reviewed_at", NO_GO),
    "a card is lost": (lost, "what the GO saw waiting is nowhere now", CANNOT_TELL),
    "a wrong clock": (clock(minutes=20), "ahead of the gate's own", CANNOT_TELL),
    "a clock that is behind": (clock(minutes=-20), "behind the gate's own", CANNOT_TELL),
    "a clock set back": (clock(minutes=-30, both=1), "was set back", CANNOT_TELL),
    "open to everybody": (status(200, STATUS_ANONYMOUS), "anybody gets in without a token", NO_GO),
    "run out": (clock(hours=4, both=1), "has run out by the deployment's clock", NO_GO),
    "run out by the policy in force": (
        lambda then: asked(hours=0.01)(clock(minutes=1, both=1)(then)), "has run out", NO_GO,
    ),
    "no clock": (
        lambda then: of_now(then, lambda e: answered(e, headers=()), QUEUE), "", CANNOT_TELL,
    ),
    "a waiver that has ended": (
        waived(TODAY - timedelta(days=1)), "the waiver of smoke.sales-page", NO_GO,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("edit", "said", "verdict"), GONE.values(), ids=GONE.keys())
def test_it_no_longer_holds(base: Then, edit: Edit, said: str, verdict: Verdict) -> None:
    """One sentence on what is missing, and who can give it."""
    found = still_good(edit(base))
    assert isinstance(found, Refusal)
    assert said in found.says
    assert (found.verdict, found.says) == (verdict, found.says)
    assert found.who
    assert found.do


@pytest.mark.parametrize("probe", READS)
@pytest.mark.parametrize("value", [None, [], {}, 7, "text", {"emails": 7}, {"traces": [None]}])
def test_any_answer(base: Then, probe: str, value: Any) -> None:
    """Nonsense is an answer like any other: a refusal, or where nothing is read of it no matter."""
    key = (base.asked.environment, probe)
    if not isinstance(base.now.evidence.get(key), Observed):
        pytest.skip("it has no answer")
    found = still_good(status(200, probe, text=json.dumps(value))(base))
    assert isinstance(found, Held if probe in NO_MATTER else Refusal)


def test_every_check_of_the_queue_is_judged_again(base: Then) -> None:
    """Whatever else such a check may look at, like a ledger, none is left out for it."""
    seen = base.now.of("lab")
    mine = [p for p in base.result.snapshot.plan if p.gate.gate == "queue"]
    left_out = {p.check.id for p in mine if not set(probes_of(p, base.judges)) <= seen.keys()}
    assert mine
    assert left_out == set()

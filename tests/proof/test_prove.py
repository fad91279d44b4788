"""Small checks that are proved: one that sees, ones that are blind, gate files, and waivers."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from pytest_caio.evidence.model import Evidence, EvidenceFile
from pytest_caio.gates.files import Check, Gate
from pytest_caio.gates.plan import Planned
from pytest_caio.judge.judging import judge_all
from pytest_caio.judge.look import Judge, Look
from pytest_caio.proof.prove import prove
from pytest_caio.testing import ENVIRONMENT, observed
from pytest_caio.verdict.finding import Finding, Outcome, Ruling, Severity
from pytest_caio.verdict.proven import Proof, ProvenCheck, Shown
from pytest_caio.verdict.result import ShownEnvironment, Snapshot

STATUS = "GET /api/operator/status"
BODY = {"active": True, "cap": 5, "tier": "tier_1", "note": "x", "cards": [{"id": "a"}]}


def proof_of(rule: Any = None, evidence: Evidence | None = None, **check: Any) -> Proof:
    """Prove one check on one environment's evidence."""
    judge = Judge("own", rule, (STATUS,))
    given = {"judge": "own"} if rule else {"request": STATUS}
    one = Check("one", "One check", "Mend it.", **{**given, **check})
    gate = Gate("own", "Own", "somebody", ("preflight",), (one,))
    shown = ShownEnvironment(ENVIRONMENT, ENVIRONMENT, "https://caio.example")
    snapshot = Snapshot("preflight", (shown,), (Planned(gate, one, ENVIRONMENT),))
    found = evidence or observed(STATUS, BODY)
    seen = EvidenceFile(datetime(2026, 2, 24, tzinfo=UTC), {(ENVIRONMENT, STATUS): found})
    judges = {"own": judge}
    findings = judge_all(snapshot, seen, judges, {p.key for p in snapshot.plan})
    return prove(snapshot, seen, judges, findings)


def proved(*arguments: Any, **check: Any) -> ProvenCheck:
    (found,) = proof_of(*arguments, **check).checks
    return found


def ruled(holds: bool) -> Ruling:
    return Ruling(Outcome.PASS if holds else Outcome.FAIL, "seen")


def test_a_check_that_sees() -> None:
    found = proved(lambda look: ruled(look.object(STATUS).get("cap", int) <= 5))
    assert found.shown is Shown.ABLE
    assert found.by == f"{STATUS}: cap: 5 → 6"
    assert found.seen == (f"{STATUS}: cap",)
    assert found.blind == ()


def test_a_blind_check_is_unproven() -> None:
    """It reads, and what it reads makes no difference: of another type it would be told."""

    def blind(look: Look) -> Ruling:
        look.object(STATUS).get("cap", int)
        return ruled(True)

    proof = proof_of(blind)
    (found,) = proof.checks
    assert found.shown is Shown.UNPROVEN
    assert found.blind == (f"{STATUS}: cap",)
    assert found.well_typed.red == 0 < found.well_typed.judged
    assert found.apart.red == found.apart.judged == 2
    assert proof.unseen == {f"{STATUS}: cap": ("own.one",)}
    assert "own.one in production" in proof.in_words


def test_a_check_that_looks_at_nothing_is_unproven() -> None:
    assert proved(lambda look: ruled(True)).shown is Shown.UNPROVEN


def test_what_stands_twice_is_changed_in_both() -> None:
    """Either of two is enough, so neither alone turns it red."""

    def either(look: Look) -> Ruling:
        cards = look.object(STATUS).get("cards", list)
        return ruled(any(card["ok"] for card in cards))

    found = proved(either, observed(STATUS, {"cards": [{"ok": True}, {"ok": True}]}))
    assert (found.shown, found.blind) == (Shown.ABLE, ())
    assert "everywhere" in found.by or "cards" in found.by


@pytest.mark.parametrize("severity", ["required", "advisory"])
def test_an_advisory_check_is_proved_by_a_noted_failure(severity: str) -> None:
    def holds(look: Look) -> Ruling:
        return ruled(look.object(STATUS).get("active", bool))

    assert proved(holds, severity=severity).shown is Shown.ABLE


def test_a_failure_that_is_only_advice_proves_no_required_check(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Only a judge of this package may be milder than its gate file; that blocks no GO."""

    def mild(look: Look) -> Ruling:
        active = look.object(STATUS).get("active", bool)
        return replace(ruled(active), severity=None if active else Severity.ADVISORY)

    assert proved(mild).shown is Shown.ABLE
    judge = Judge("own", mild, (STATUS,))
    monkeypatch.setattr("pytest_caio.judge.judging.standard_judges", lambda: (judge,))
    found = proved(mild)
    assert (found.shown, found.seen) == (Shown.UNPROVEN, (f"{STATUS}: active",))


@pytest.mark.parametrize(
    ("outcome", "shown"),
    [
        (Outcome.FAIL, Shown.ABLE),
        (Outcome.NOT_APPLICABLE, Shown.NOTHING),
        (Outcome.CANNOT_TELL, Shown.NOTHING),
    ],
)
def test_what_is_not_met_or_has_nothing_to_judge(outcome: Outcome, shown: Shown) -> None:
    found = proved(lambda look: Ruling(outcome, "seen"))
    assert (found.shown, found.well_typed.judged) == (shown, 0)


@pytest.mark.parametrize(
    "expect",
    [
        {"status": 200},
        {"status": {"one_of": [200, 204]}},
        {"header content-type": {"contains": "json"}},
        {"header content-type": {"exists": True}},
        {"header x-debug": {"absent": True}},
        {"text": {"contains": "tier_1"}},
        {"text": {"lacks": "secret"}},
        {"text": {"matches": "tier_\\d"}},
        {"active": True},
        {"cap": {"at_most": 5}},
        {"cap": {"at_least": 1}},
        {"cap": {"equals": 5}},
        {"tier": {"one_of": ["tier_1", "tier_9"]}},
        {"tier": {"none_of": ["tier_2"]}},
        {"tier": {"not_equals": "tier_2"}},
        {"cards[0].id": "a"},
        {"length(cards)": {"at_least": 1}},
        {"cap": {"exists": True}},
        {"error": {"absent": True}},
        {"ramp.error": {"absent": True}},
    ],
)
def test_each_expectation_is_falsified(expect: dict[str, Any]) -> None:
    found = proved(expect=[expect])
    assert found.shown is Shown.ABLE, found
    assert found.blind == ()


def test_a_redirect_is_falsified() -> None:
    evidence = observed(STATUS, "", 302, headers=[("location", "/login")])
    assert proved(None, evidence, expect=[{"redirect": "/login"}]).shown is Shown.ABLE


@pytest.mark.parametrize(
    "expect", [{"text": {"matches": ".*"}}, {"text": {"contains": ""}}, {"tier": {"matches": ""}}]
)
def test_an_expectation_that_always_holds_is_unproven(expect: dict[str, Any]) -> None:
    found = proved(expect=[expect])
    assert found.shown is Shown.UNPROVEN
    assert found.blind == (f"{STATUS}: {next(iter(expect))}",)


def test_proving_again_says_the_same() -> None:
    def rule(look: Look) -> Ruling:
        return ruled(all(card["id"] for card in look.object(STATUS).get("cards", list)))

    assert proof_of(rule) == proof_of(rule)


def test_a_waiver_hides_no_failure() -> None:
    """What is waived was judged: it is the failure behind it that counts."""
    check = Check("one", "One", "Mend it.", judge="own")
    gate = Gate("own", "Own", "somebody", ("preflight",), (check,))
    snapshot = Snapshot("preflight", (), (Planned(gate, check, ENVIRONMENT),))
    waived = Finding(
        "own", "one", ENVIRONMENT, "One", Severity.REQUIRED, Outcome.WAIVED, "", "", "", "",
        waived_from=Outcome.FAIL,
    )  # fmt: skip
    nothing = EvidenceFile(datetime(2026, 2, 24, tzinfo=UTC), {})
    (found,) = prove(snapshot, nothing, {}, [waived]).checks
    assert found.shown is Shown.ABLE

"""The matrix of faults and checks is exact: a fault turns red what it breaks, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache, partial
from unittest.mock import patch

import pytest
from foresight import unforeseen
from remedies import problems

from pytest_caio.base.strict_yaml import Document
from pytest_caio.evidence.model import EvidenceFile
from pytest_caio.gates.plan import Planned
from pytest_caio.gates.policy import parse
from pytest_caio.judge.standard_judges import standard_judges
from pytest_caio.observe import sender
from pytest_caio.observe.standard_probes import standard_probes
from pytest_caio.privacy.card_ids import short_id
from pytest_caio.rehearsal import server
from pytest_caio.rehearsal.faults.catalogue import FAULTS
from pytest_caio.run.gate_run import GateRun
from pytest_caio.run.looking_ahead import look_ahead
from pytest_caio.run.prepare import prepare
from pytest_caio.settings.options import Options
from pytest_caio.verdict.decide import Verdict
from pytest_caio.verdict.finding import Outcome, Severity
from pytest_caio.verdict.foreseen import PlaceAhead
from pytest_caio.verdict.result import Result

# Half past three on a Tuesday afternoon in New York: inside the review window.
STORY = datetime(2026, 2, 24, 20, 30, tzinfo=UTC)
# Those need a browser or the golden set; their matrices stand with their own tests.
ELSEWHERE = ("replay.", "rejection.page-")

G1_ADVICE = {"access.query-token", "access.docs-closed", "access.heyreach-hard-auth"}
# What needs the token, and what needs the generation that only the token shows.
SIGNED_IN = set(
    "access.heyreach-hard-auth access.query-token access.session-secret cycle.decided "
    "cycle.dispatch cycle.rejections-tagged cycle.sent-evidence environment.auth-strict "
    "environment.inngest-required environment.name environment.queue-max-age "
    "environment.redis-required queue.compliance queue.expected queue.no-drift queue.sendable "
    "queue.sla-decision queue.sla-review queue.sources-agree queue.tier ramp.cap-growth "
    "ramp.clean-days-mode ramp.consistent ramp.emergency-stop ramp.gatekeeper ramp.graduation "
    "ramp.limits rejection.server-blocks rejection.tags smoke.bookmark smoke.card-contract "
    "smoke.dependencies smoke.queue-refreshes smoke.sales-page".split()
)
# What can no longer be told under a fault; every other fault leaves everything visible.
AGE = {
    "environment.queue-max-age", "queue.no-drift", "queue.sla-decision", "queue.sla-review",
}  # fmt: skip
# What speaks of all cards, where some may be unseen.
ALL_CARDS = {
    "cycle.decided", "queue.compliance", "queue.expected", "queue.no-drift", "queue.sendable",
    "queue.sla-decision", "queue.sla-review", "queue.sources-agree", "queue.tier",
}  # fmt: skip
UNSEEN = {
    "card-from-the-future": {"queue.no-drift", "queue.sla-decision", "queue.sla-review"},
    "clock-wrong": AGE,
    "outside-window": AGE,
    "card-without-time": {
        "cycle.decided", "queue.no-drift", "queue.sla-decision", "queue.sla-review",
    },
    "ghl-down": {"cycle.sent-evidence"},
    "history-without-rejections-g2": {"cycle.rejections-tagged"},
    "login-locked": {"access.login", "smoke.bookmark", "smoke.sales-page"},
    "login-missing": {"smoke.bookmark", "smoke.sales-page"},
    "merged-count-text": ALL_CARDS - {"queue.sources-agree"},
    "no-live-run-g1": {"cycle.decided"},
    "no-training-card-and-no-seed": {"rejection.server-blocks"},
    # Another service's 404 is neither a refusal nor a generation.
    "not-a-dashboard": {
        "access.login", "access.no-token-echo", "access.preflight-open", "access.query-token",
        "access.session-secret", "cycle.send-hours", "cycle.sent-evidence", "environment.name",
        "rejection.server-blocks", "smoke.sales-page",
    },
    # The server's clock shows in the answer of a deployment that is ready.
    "inngest-keys-missing-g2": {"cycle.send-hours"},
    "monitor-down-g2": {"cycle.send-hours"},
    "not-ready-g2": {"cycle.send-hours"},
    "redis-down-g2": {"cycle.send-hours"},
    "traces-missing": {"cycle.decided", "cycle.dispatch", "cycle.sent-evidence"},
    "token-rotated": SIGNED_IN,
    "token-rotated-g1": {"access.login", "cycle.send-hours"},
    "twenty-merged": ALL_CARDS,
}  # fmt: skip
# Whatever else is asked of another service is answered 404.
ALSO_RED = {
    "not-a-dashboard": {
        *SIGNED_IN, "access.actions-refused", "access.reads-refused", "access.webhooks-signed",
        "environment.token-accepted", "smoke.health", "smoke.ready",
    } - UNSEEN["not-a-dashboard"],
    # G1's webhook takes no secret, so none is given.
    "not-a-dashboard-g2": {"smoke.webhook"},
}  # fmt: skip
# What nobody should have to read in order to decide: paths, fields, numbers of HTTP.
TECHNICAL = re.compile(
    r"\b(?:GET|POST|HTTP)\b|answered \d|\b[a-z]+\.[a-z]+_|\b(?!tier_)[a-z]+_[a-z]+|"
    r"is (?:true|false)\b"
)
ADVICE = {"g2": set(), "g1": G1_ADVICE, "g0": G1_ADVICE}


@pytest.fixture(autouse=True)
def afternoon() -> Iterator[None]:
    """Let each rehearsal start on that afternoon, with time going on from there."""
    start = datetime.now(UTC)

    def clock() -> datetime:
        return STORY + (datetime.now(UTC) - start)

    at = partial(server.rehearse, clock=clock)
    with patch.object(server, "rehearse", at), patch.object(sender, "utc_now", clock):
        yield


@cache
def prepared(profile: str) -> GateRun:
    """A run of that profile, read once."""
    return prepare(Options(("rehearsal",), profile), {}, standard_judges(), standard_probes())


@cache
def foreseen() -> PlaceAhead:
    """What the plan says beforehand of every run of this matrix, whatever is broken there."""
    run = prepared("all")
    (place,) = look_ahead(run, [p for p in run.plan if here(p)], 0, (), {}).places
    return place


def here(planned: Planned) -> bool:
    """Whether a check's row is in this matrix."""
    return not f"{planned.gate.gate}.{planned.check.id}".startswith(ELSEWHERE)


def rehearsed(
    *faults: str, generation: str = "g2", profile: str = "all", keep: bool = False
) -> Result:
    """What the gate finds in a deployment with these faults, keeping contents or not.

    Where a fault is one of a rule that is off by default, the policy has that rule.
    """
    base = prepared(profile)
    said = {key: value for name in faults for key, value in FAULTS[name].policy.items()}
    options = Options(
        ("rehearsal",), profile, faults=faults, generation=generation, keep_content=keep
    )
    run = replace(base, options=options, found={}, evidence=EvidenceFile(STORY, {}))
    chosen = [planned for planned in run.plan if here(planned)]
    run.snapshot = replace(run.snapshot, plan=tuple(chosen))
    if said:
        policy, mistakes = parse(Document("policy.yaml", said))
        assert not mistakes
        run.snapshot = replace(run.snapshot, policy=policy)
    run.sweep(chosen, lambda done, total: None)
    for planned in chosen:
        run.judge(planned)
    return run.result()


def named(result: Result, outcome: Outcome) -> set[str]:
    """The checks of that outcome."""
    return {f.name for f in result.findings if f.outcome is outcome}


CHECKS = {name for p in prepared("all").plan if here(p) for name in [f"{p.gate.gate}.{p.check.id}"]}
# One fault of each gate; all of them are slow.
QUICK = {
    "queue-max-age-168", "reads-open", "untagged-accepted", "self-graduated", "bookmark-404",
    "undecided-3h", "undecided-in-cycle",
}  # fmt: skip
EVERY = [
    pytest.param(
        name, generation, id=f"{name}-{generation}",
        marks=() if name in QUICK and generation == "g2" else pytest.mark.slow,
    )
    for name, fault in FAULTS.items()
    for generation in fault.generations
]  # fmt: skip


@pytest.mark.parametrize(("name", "generation"), EVERY)
def test_a_fault_turns_its_checks_red_and_no_other(name: str, generation: str) -> None:
    """What fails is what the fault declares; what can't be told is in the table above; what they
    say to do is in the list of remedies.
    """
    result = rehearsed(name, generation=generation)
    advice = ADVICE[generation]
    declared = {check for check in FAULTS[name].checks if check in CHECKS}
    failed = named(result, Outcome.FAIL)
    unseen = UNSEEN.get(name, set()) | UNSEEN.get(f"{name}-{generation}", set())
    also = ALSO_RED.get(name, set()) | ALSO_RED.get(f"{name}-{generation}", set())
    assert failed - advice == (declared | also) - advice
    assert named(result, Outcome.CANNOT_TELL) == unseen
    assert name in ALSO_RED or advice - unseen <= failed
    assert list(problems(result, f"{name}-{generation}")) == []
    assert unforeseen(result.evidence, foreseen()) == []
    assert [cause.headline for cause in result.causes if TECHNICAL.search(cause.headline)] == []
    required = {f.name for f in result.findings if f.severity is Severity.REQUIRED}
    assert result.verdict is (
        Verdict.NO_GO if failed & required else Verdict.CANNOT_TELL if unseen & required
        else Verdict.GO
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("name", "generation"), EVERY)
def test_no_privacy_setting_changes_a_finding(name: str, generation: str) -> None:
    """Whether subjects, bodies and recipients are kept or not: the same outcomes."""
    reduced = rehearsed(name, generation=generation)
    kept = rehearsed(name, generation=generation, keep=True)
    assert [(f.key, f.outcome, f.severity) for f in kept.findings] == [
        (f.key, f.outcome, f.severity) for f in reduced.findings
    ]


@pytest.mark.parametrize("profile", ["preflight", "deploy", "cycle", "all"])
@pytest.mark.parametrize("generation", ["g2", "g1"])
def test_a_deployment_in_good_order_is_go(generation: str, profile: str) -> None:
    """Faultless, each generation is GO in each profile, with no more than its known advice."""
    result = rehearsed(generation=generation, profile=profile)
    assert result.verdict is Verdict.GO
    assert named(result, Outcome.FAIL) <= ADVICE[generation]
    assert not named(result, Outcome.CANNOT_TELL)
    assert not named(result, Outcome.NOT_RUN)


@pytest.mark.parametrize("profile", ["preflight", "deploy", "all"])
def test_older_than_g1_is_no_go(profile: str) -> None:
    """Tags and ramp mode are red, and say what is missing."""
    result = rehearsed(generation="g0", profile=profile)
    seen = {f.name: f.observed for f in result.findings if f.outcome is Outcome.FAIL}
    assert result.verdict is Verdict.NO_GO
    assert seen["rejection.tags"].endswith("404: this deployment does not have it")
    assert seen["ramp.clean-days-mode"].startswith("ramp.mode is missing")
    assert not any(name.startswith(("access.", "environment.")) for name in seen.keys() - G1_ADVICE)


def test_every_check_can_fail() -> None:
    """Each packaged check is turned red by some fault; parity needs two deployments. An approval
    under no GO needs a ledger, which has nothing of this one: ``test_approved_under_go.py``.
    """
    breakable = {check for fault in FAULTS.values() for check in fault.checks}
    assert CHECKS - breakable == {"smoke.parity", "cycle.approved-under-go"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "named_"),
    [
        ("redis-not-required", "REDIS_REQUIRED: production true and staging false"),
        ("ramp-limit-25", "ramp daily limit: production 5 and staging 25"),
        ("query-token-on", "query tokens: production off and staging on"),
        ("tags-missing-one", "rejection tags"),
        ("queue-max-age-168", "PENDING_QUEUE_MAX_AGE_HOURS: production 72.0 and staging 168.0"),
        ("sales-not-wired", "sales page"),
        ("auth-undeclared", "DASHBOARD_AUTH_STRICT: production true and staging nothing (null)"),
        ("redis-down", ""),
        ("", ""),
    ],
)
def test_parity(fault: str, named_: str) -> None:
    """Two deployments that differ by a fault: the difference is named, in both environments."""
    faults = [fault] if fault else []
    with (
        server.rehearse(environment="production") as production,
        server.rehearse(environment="staging", faults=faults) as staging,
    ):
        variables = {
            "CAIO_PROD_URL": production.url, "CAIO_PROD_TOKEN": production.token,
            "CAIO_STAGING_URL": staging.url, "CAIO_STAGING_TOKEN": staging.token,
        }  # fmt: skip
        run = prepare(
            Options(("production", "staging"), "all"),
            variables, standard_judges(), standard_probes(),
        )  # fmt: skip
        chosen = [planned for planned in run.plan if here(planned)]
        run.sweep(chosen, lambda done, total: None)
        found = [run.judge(planned) for planned in chosen]
    parity = [f for f in found if f.name == "smoke.parity"]
    assert [f.outcome for f in parity] == [Outcome.FAIL if named_ else Outcome.PASS] * 2
    assert all(f.observed.startswith(named_) for f in parity)
    others = {f.name for f in found if f.environment == "production"} - {"smoke.parity"}
    assert not {
        f.name for f in found
        if f.environment == "production" and f.name in others and f.outcome is Outcome.FAIL
    }  # fmt: skip


def test_the_same_live_card_in_both_is_no_go() -> None:
    """Advice otherwise, this part of parity is required where staging and production are named."""
    shared = ["shared-store"]
    with (
        server.rehearse(environment="production", faults=shared) as production,
        server.rehearse(environment="staging", faults=shared) as staging,
    ):
        variables = {
            "CAIO_PROD_URL": production.url, "CAIO_PROD_TOKEN": production.token,
            "CAIO_STAGING_URL": staging.url, "CAIO_STAGING_TOKEN": staging.token,
        }  # fmt: skip
        options = Options(("production", "staging"), "all")
        run = prepare(options, variables, standard_judges(), standard_probes())
        chosen = [p for p in run.plan if p.name == "parity"]
        run.sweep(chosen, lambda done, total: None)
        found = [run.judge(planned) for planned in chosen]
    assert [(f.outcome, f.severity) for f in found] == [(Outcome.FAIL, Severity.REQUIRED)] * 2
    card = short_id("run_shared_09")
    assert f"production {card} and staging {card}" in found[0].observed

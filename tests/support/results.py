"""Results from a few hand-written findings, for the tests of what is shown."""

from dataclasses import replace
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any

from pytest_caio.evidence.model import Evidence, EvidenceFile, Exchange, Observed, Sent, Unobserved
from pytest_caio.gates.files import Check, Gate
from pytest_caio.gates.plan import Planned
from pytest_caio.gates.policy import Policy
from pytest_caio.verdict.decide import Verdict, decide
from pytest_caio.verdict.finding import Finding, Outcome, Severity
from pytest_caio.verdict.result import Result, ShownEnvironment, Snapshot
from pytest_caio.verdict.run_finding import AFTER, BEFORE
from pytest_caio.verdict.waivers import Waiver
from pytest_caio.verdict.whole_run_findings import findings_of_run

NOW = datetime(2026, 2, 24, 16, 40, tzinfo=UTC)
DATE = "Tue, 24 Feb 2026 16:40:00 GMT"
READY = "GET /api/health/ready as anonymous"
QUEUE = "GET /api/pending-emails?include_non_dispatchable=true"
STAGING = ShownEnvironment("staging", "staging", "https://staging.caio.example")
PRODUCTION = ShownEnvironment("production", "production", "https://caio.example")
HOSTILE = (
    "\x00\x08\x1b[31m ]]> --> </style><script>alert(1)</script> <img src=x onerror=alert(1)>\n"
    "::error file=x::gone\r\n##[error]gone\n|a|b| `x` [l](javascript:alert(1)) @channel <!here>"
    " 👩‍👩‍👧 \u202eevil\u202c שלום \ud800 %0A & \"q\" 'q' {{ 7*7 }} $(id) \ufffe"
)


def exchange(path: str = "/api/health/ready", body: str = "{}", **more: Any) -> Exchange:
    """Return one answered read."""
    given: dict[str, Any] = {
        "method": "GET",
        "url": f"https://caio.example{path}",
        "request_headers": (("X-Dashboard-Token", "[token]"), ("Accept", "*/*")),
        "started_at": "2026-02-24T16:40:00.000+00:00",
        "seconds": 0.12,
        "status": 200,
        "headers": (("Date", DATE), ("X-Correlation-ID", "a8b68626-46d2-4aae")),
        "body": body,
        "body_bytes": len(body),
    }
    return Exchange(**{**given, **more})


def seen(
    probe: str, environment: str = "production", *exchanges: Exchange, **more: Any
) -> Observed:
    """Return what a probe saw: one plain answer unless given."""
    return Observed(probe, environment, exchanges or (exchange(),), **more)


def evidence(*found: Evidence, sent: tuple[Sent, ...] = ()) -> EvidenceFile:
    """Return an evidence file of these."""
    return EvidenceFile(NOW, {(e.environment, e.probe): e for e in found}, sent)


def finding(
    name: str, outcome: str = "pass", environment: str = "production", **more: Any
) -> Finding:
    """Return a required finding called ``gate.check``."""
    gate, check = name.split(".", 1)
    given: dict[str, Any] = {
        "title": f"The rule of {name}",
        "severity": Severity.REQUIRED,
        "expected": "the rule holds",
        "observed": "it was looked at",
        "remedy": "Put it right and run the gate again.",
        "owner": "Engineering",
        "file": f"gates/{gate}.yaml",
        "line": 7,
        "probes": (READY,),
    }
    return Finding(gate, check, environment, outcome=Outcome(outcome), **{**given, **more})


def result(
    *findings: Finding,
    environments: tuple[ShownEnvironment, ...] = (PRODUCTION,),
    found: EvidenceFile | None = None,
    profile: str = "preflight",
    waivers: tuple[Waiver, ...] = (),
    unfinished: str = "",
    expect_release: str = "",
) -> Result:
    """Return the result of these findings, with a plan that fits them."""
    looked = found or evidence(*(seen(READY, p.name) for p in environments))
    plan = tuple(
        Planned(
            Gate(f.gate, f"The gate {f.gate}", f.owner, ("preflight",), (), f.file),
            Check(f.check, f.title, f.remedy, f.severity.value, ("preflight",), f.owner),
            f.environment,
        )
        for f in findings
    )
    snapshot = Snapshot(
        profile, environments, plan, Policy(), waivers, "", expect_release, unfinished
    )
    every = (*findings, *findings_of_run(snapshot, looked))
    return Result(decide(every), snapshot, every, looked)


def go() -> Result:
    """Return a GO of production with everything that a good day shows."""
    return result(
        finding("environment.reachable", title="The URL answers as a CAIO dashboard"),
        finding("access.reads-refused", title="Protected pages of the API stay closed"),
        finding("ramp.graduation", title="The clean days are in the history", facts=_RAMP),
        finding("queue.no-drift", title="Nothing stale waits in the queue", facts=_QUEUE),
        finding("queue.sla-decision", title="No card waits too long", owner="PTO", facts=_SLA),
        finding("smoke.parity", "n/a", observed="one environment", severity=Severity.ADVISORY),
        finding(
            "queue.window",
            "fail",
            severity=Severity.ADVISORY,
            owner="PTO",
            title="It is inside the review window",
        ),
        found=evidence(
            seen(BEFORE),
            seen(AFTER),
            seen(READY),
            seen(QUEUE),
            sent=(
                Sent(
                    "production", "POST", "https://caio.example/login", "anonymous", True, "login"
                ),
            ),
        ),
    )


_PRESSES = {
    "presses": [
        {"control": "Reject", "where": "card", "tag": "none", "reason": "given",
         "said": ["Select a rejection tag"], "tried": [], "rejections": 0, "off": False},
        {"control": "Skip", "where": "list", "tag": "none", "reason": "none", "said": [],
         "tried": ["POST https://caio.example/api/emails/x/reject"], "rejections": 1, "off": True},
    ]
}  # fmt: skip


def no_go() -> Result:
    """Return a NO-GO of staging and production: failures, a waiver, a check that saw nothing."""
    waiver = Waiver("smoke.ready", "staging", "known since Monday", "PTO", date(2026, 3, 1))
    both = [
        replace(f, environment=place.name)
        for place in (STAGING, PRODUCTION)
        for f in (
            finding("environment.reachable", title="The URL answers as a CAIO dashboard"),
            finding("ramp.graduation", title="The clean days are in the history", facts=_RAMP),
            finding("replay.pass-rate", title="The golden set is passed", facts=_REPLAY),
        )
    ]
    return result(
        *both,
        finding(
            "access.reads-refused",
            "fail",
            title="Protected pages of the API stay closed",
            observed="GET /api/operator/status as anonymous answered 200, not 401",
            remedy="Set DASHBOARD_AUTH_STRICT=true, redeploy and run the gate again.",
        ),
        finding(
            "rejection.page-blocks",
            "cannot-tell",
            owner="HoS",
            title="The page sends no rejection without a tag",
            observed="no Chromium",
            facts=_PRESSES,
        ),
        finding(
            "queue.no-drift",
            "fail",
            title="Nothing stale waits in the queue",
            owner="PTO",
            observed="2 stale cards are listed",
            facts=_QUEUE,
        ),
        finding(
            "smoke.ready",
            "waived",
            "staging",
            waiver=waiver.in_words,
            waived_from=Outcome.FAIL,
            title="The deployment says that it is ready",
            observed="fail: redis degraded",
        ),
        finding(
            "smoke.parity",
            "pass",
            title="Staging and production agree",
            facts=_PARITY,
            severity=Severity.ADVISORY,
        ),
        environments=(STAGING, PRODUCTION),
        found=evidence(
            *(seen(name, p.name) for p in (STAGING, PRODUCTION) for name in (BEFORE, AFTER)),
            seen(READY, "staging"),
            seen(
                READY,
                "production",
                exchange(status=None, error="no answer within 10 s"),
                exchange(attempt=2),
            ),
            Unobserved("page", "production", "no Chromium"),
            sent=(
                Sent(
                    "production",
                    "POST",
                    "https://caio.example/api/operator/trigger",
                    "token",
                    False,
                    "POST /api/operator/trigger is not among what may be sent",
                ),
            ),
        ),
        profile="deploy",
        waivers=(waiver,),
    )


def cannot_tell() -> Result:
    """Return a CANNOT TELL: nothing failed, and something was not seen."""
    return result(
        finding(
            "environment.reachable",
            "cannot-tell",
            observed="no connection: refused",
            title="The URL answers as a CAIO dashboard",
        ),
        finding("ramp.limits", "not-run", observed="it did not run"),
        found=evidence(
            Unobserved(
                READY,
                "production",
                "no connection: refused",
                (exchange(status=None, error="no connection: refused"),),
            )
        ),
    )


def hostile() -> Result:
    """Return a NO-GO in which every text comes from an enemy, and one is very long."""
    ugly = HOSTILE
    return result(
        *(
            finding(
                f"smoke.{word}",
                word,
                title=ugly,
                expected=ugly,
                observed=ugly * n,
                remedy=ugly,
                owner=ugly,
                waiver=ugly if word == "waived" else "",
            )
            for word, n in (
                ("pass", 1),
                ("fail", 2000),
                ("cannot-tell", 1),
                ("waived", 1),
                ("not-run", 1),
            )
        ),
        finding("smoke.na", "n/a", title=ugly, observed=ugly),
        finding(
            "queue.advice",
            "fail",
            title=ugly,
            severity=Severity.ADVISORY,
            facts={
                "presses": [{"control": ugly, "said": [ugly], "tried": [ugly]}],
                "queue": {
                    "cards": [{"id": ugly, "to": ugly, "age_hours": 99.0}],
                    "excluded": {"reasons": {ugly: 2}},
                },
            },
        ),
        environments=(replace(PRODUCTION, url=f"https://caio.example/{ugly}"),),
        found=evidence(
            seen(
                READY,
                "production",
                exchange(body=ugly, error=ugly, headers=(("X", ugly),)),
                exchange(body=ugly * 1500, body_bytes=400_000, attempt=2, status=500),
            ),
            sent=(Sent("production", "POST", ugly, "token", False, ugly),),
        ),
    )


BY_VERDICT = {Verdict.GO: go, Verdict.NO_GO: no_go, Verdict.CANNOT_TELL: cannot_tell}

_QUEUE = MappingProxyType(
    {
        "queue": {
            "now": NOW.isoformat(),
            "max_age_hours": 72.0,
            "cards": [
                {
                    "id": f"run_20260224_1633_{i}",
                    "to": "j…@e….com (1a2b3c4d)",
                    "tier": "tier_1",
                    "campaign": "camp_1",
                    "platform": "ghl",
                    "age_hours": age,
                    "sendability": "ready_for_live_send",
                    "kind": "training" if i == 1 else "live",
                }
                for i, age in enumerate((0.4, 3.0, 11.5, 26.0, 55.0, 80.0))
            ],
            "excluded": {"reasons": {"stale_gt_72h": 5}, "examples": [], "count": 5, "merged": 11},
        }
    }
)
_SLA = MappingProxyType({"sla": [{"id": "run_20260224_1633_1", "age_minutes": 25, "owner": "PTO"}]})
_RAMP = MappingProxyType(
    {
        "ramp": {
            "required": 3,
            "claimed": 1,
            "recounted": 1,
            "days": [
                {"date": "2026-02-24", "clean": True, "why": ""},
                {"date": "2026-02-23", "clean": False, "why": "dry runs only"},
            ],
        }
    }
)
_REPLAY = MappingProxyType(
    {
        "replay": {
            "passed": 58,
            "total": 60,
            "rate": 58 / 60,
            "minimum": 0.95,
            "margin": 1,
            "wilson": [0.886, 0.991],
            "needed": 181,
            "tolerated": True,
            "failures": [{"id": "gs_012", "scores": {}, "reasons": ["the price is missing"]}],
        }
    }
)
_PARITY = MappingProxyType(
    {
        "parity": [
            {
                "what": "rejection tags",
                "values": {"staging": "12", "production": "12"},
                "same": True,
            },
            {
                "what": "ramp mode",
                "values": {"staging": "clean_days", "production": "off"},
                "same": False,
            },
        ]
    }
)

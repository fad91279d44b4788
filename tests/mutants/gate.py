"""The gate, run in this process against one deployment that stands for a production."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache

from mutants.story import that_afternoon
from pytest_caio.evidence.model import EvidenceFile
from pytest_caio.gates.plan import Planned
from pytest_caio.judge.standard_judges import standard_judges
from pytest_caio.observe.standard_probes import standard_probes
from pytest_caio.privacy.redactor import Secret
from pytest_caio.rehearsal.server import RehearsalServer
from pytest_caio.run.gate_run import GateRun, as_shown
from pytest_caio.run.known_secrets import redactor_for
from pytest_caio.run.prepare import prepare
from pytest_caio.settings.environments import Environment
from pytest_caio.settings.ghl_access import GhlAccess
from pytest_caio.settings.options import Options
from pytest_caio.verdict.decide import Verdict
from pytest_caio.verdict.finding import Finding, Outcome, Severity

NAME = "production"
# A mutant that doesn't answer is not waited for.
_PATIENT_ENOUGH = Options((NAME,), "all", request_timeout=5.0, deadline=10.0, warm_up=0.0)
_PAGE = "rejection.page-"
_MET = {Outcome.PASS, Outcome.NOT_APPLICABLE}


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the gate said: its verdict, and the checks that are not met, each with what was seen."""

    verdict: Verdict
    required: dict[str, str]
    advised: dict[str, str]

    @property
    def killed(self) -> bool:
        """Whether the gate did not say GO."""
        return self.verdict is not Verdict.GO


@cache
def _prepared() -> GateRun:
    variables = {"CAIO_PROD_URL": "http://127.0.0.1:1", "CAIO_PROD_TOKEN": "replaced"}
    return prepare(_PATIENT_ENOUGH, variables, standard_judges(), standard_probes())


def _due(planned: Planned, *, page: bool) -> bool:
    """Whether a check is asked: none of the replay; with `page` those alone that need a browser."""
    name = f"{planned.gate.gate}.{planned.check.id}"
    if page:
        return name.startswith(_PAGE) or name == "smoke.sales-page"
    return not name.startswith((_PAGE, "replay."))


def judge(server: RehearsalServer, *, page: bool = False) -> Judgement:
    """Let the gate look at `server`: all it asks over HTTP, or with `page` in a browser."""
    base = _prepared()
    here = Environment(NAME, NAME, server.url, Secret(server.token))
    ghl = {NAME: GhlAccess(server.ghl_url, Secret(server.ghl_token), server.ghl_location_id)}
    webhooks = {NAME: Secret(server.webhook_secret)} if server.webhook_secret else {}
    chosen = tuple(planned for planned in base.plan if _due(planned, page=page))
    run = replace(
        base,
        environments=(here,),
        ghl=ghl,
        webhooks=webhooks,
        redactor=redactor_for((here,), base.options, ghl, webhooks),
        snapshot=replace(base.snapshot, environments=as_shown((here,)), plan=chosen),
        evidence=EvidenceFile(datetime.now(UTC), {}),
        found={},
    )
    with that_afternoon():
        run.sweep(chosen, lambda done, total: None)
    for planned in chosen:
        run.judge(planned)
    result = run.result()
    unmet = [finding for finding in result.findings if finding.outcome not in _MET]
    return Judgement(
        result.verdict,
        _said(unmet, Severity.REQUIRED),
        _said(unmet, Severity.ADVISORY),
    )


def _said(findings: list[Finding], severity: Severity) -> dict[str, str]:
    return {
        finding.name: f"{finding.outcome}: {finding.observed}"
        for finding in findings
        if finding.severity is severity
    }

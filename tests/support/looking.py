"""Look at a deployment for some checks of the rejection gate, and judge them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import httpx2

from pytest_caio.base.strict_yaml import load
from pytest_caio.evidence.model import Evidence, EvidenceFile, Sent
from pytest_caio.gates.files import Check, Gate, packaged_folder, parse_gate
from pytest_caio.gates.plan import Planned
from pytest_caio.gates.policy import Policy
from pytest_caio.interlock.rules import Grant, Interlock
from pytest_caio.judge.judging import judge_one
from pytest_caio.judge.standard_judges import standard_judges
from pytest_caio.observe.standard_probes import standard_probes
from pytest_caio.observe.sweep import Order, sweep
from pytest_caio.privacy.redactor import Redactor, Secret
from pytest_caio.rehearsal.server import RehearsalServer
from pytest_caio.settings.environments import Environment
from pytest_caio.verdict.finding import Finding
from pytest_caio.verdict.result import ShownEnvironment, Snapshot

JUDGES = {judge.name: judge for judge in standard_judges()}
PROBES = {probe.name: probe for probe in standard_probes()}


@dataclass(frozen=True)
class Looked:
    """What a look saw and what the judges say of it, by check id and environment."""

    findings: Mapping[tuple[str, str], Finding]
    evidence: EvidenceFile
    snapshot: Snapshot

    def __getitem__(self, check: str) -> Finding:
        """The finding of a check in the first environment."""
        return next(f for (name, _), f in self.findings.items() if name == check)

    def outcomes(self) -> dict[str, str]:
        """Outcome by check, with ``adv`` in front of what is advice only."""
        return {
            check: f"{'adv ' if f.severity == 'advisory' else ''}{f.outcome}"
            for (check, _), f in self.findings.items()
        }

    @property
    def sent(self) -> tuple[Sent, ...]:
        """The interlock's record."""
        return self.evidence.sent


def rejection_gate() -> Gate:
    """The packaged gate file ``rejection.yaml``."""
    gate, mistakes = parse_gate(load(packaged_folder() / "rejection.yaml", "gates/rejection.yaml"))
    assert gate is not None, mistakes
    return gate


def check(name: str, **settings: Any) -> Check:
    """A check of the gate, with further settings."""
    found = next(check for check in rejection_gate().checks if check.id == name)
    return replace(found, settings={**found.settings, **settings})


def place_of(server: RehearsalServer, name: str = "staging", kind: str = "") -> Environment:
    """The environment that a rehearsal's server is."""
    return Environment(name, kind or name, server.url, Secret(server.token))


def look(
    places: Environment | tuple[Environment, ...],
    *checks: Check | str,
    transport: httpx2.AsyncBaseTransport | None = None,
    policy: Policy | None = None,
    **order: Any,
) -> Looked:
    """Sweep ``places`` for ``checks`` and judge them; ``order`` are fields of ``Order``."""
    places = (places,) if isinstance(places, Environment) else places
    chosen = [check(c) if isinstance(c, str) else c for c in checks]
    gate, policy = rejection_gate(), policy or Policy()
    redactor = Redactor({f"token:{e.name}": e.token for e in places})
    grants = {
        e.name: frozenset({Grant.SEED} if e.kind in policy.seed.kinds else ()) for e in places
    }
    interlock = Interlock(places, redactor, grants, seed_kinds=policy.seed.kinds)
    needed = {probe: dict(c.settings) for c in chosen for probe in JUDGES[c.judge].probes}
    wanted = {e.name: tuple(needed) for e in places}
    seen: dict[tuple[str, str], Evidence] = {}
    asyncio.run(
        sweep(places, Order(wanted, PROBES, policy, needed, **order), interlock, redactor, seen,
              transport=transport)
    )  # fmt: skip
    evidence = EvidenceFile(datetime.now(UTC), seen, tuple(interlock.sent))
    plan = tuple(Planned(gate, c, e.name) for c in chosen for e in places)
    shown = tuple(ShownEnvironment(e.name, e.kind, e.url) for e in places)
    snapshot = Snapshot("all", shown, plan, policy)
    findings = {(p.check.id, p.environment): judge_one(p, snapshot, evidence, JUDGES) for p in plan}
    return Looked(findings, evidence, snapshot)

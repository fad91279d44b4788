"""The gate in this process, over a transport that stands where the network was."""

from __future__ import annotations

import time
from collections.abc import Coroutine, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property, partial
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from support.virtual import run_virtually

from fuzz.recorded import ASKING, GHL, START, Change, Recorded, Wire, recorded, unchanged
from fuzz.served import Asked
from pytest_caio.evidence.model import Evidence, EvidenceFile, Unobserved
from pytest_caio.gates.plan import Planned
from pytest_caio.interlock.rules import Interlock
from pytest_caio.judge.judging import probes_of
from pytest_caio.judge.standard_judges import standard_judges
from pytest_caio.observe import client, sender
from pytest_caio.observe.page import page_probes
from pytest_caio.observe.probe import Context, Probe, of_request
from pytest_caio.observe.standard_probes import standard_probes
from pytest_caio.observe.sweep import Order, Progress, resolve_probes, sweep
from pytest_caio.privacy.redactor import Redactor, Secret
from pytest_caio.run import gate_run
from pytest_caio.run.gate_run import GateRun, as_shown
from pytest_caio.run.known_secrets import redactor_for
from pytest_caio.run.prepare import prepare
from pytest_caio.run.short_ids import with_short_ids
from pytest_caio.settings.environments import Environment
from pytest_caio.settings.ghl_access import GhlAccess
from pytest_caio.settings.options import Options
from pytest_caio.verdict.decide import Verdict
from pytest_caio.verdict.finding import Finding
from pytest_caio.verdict.result import Result

DEADLINE = 30.0
_ELSEWHERE = ("replay.", "rejection.page-")
_LOOKS_EVERYWHERE = frozenset({"access.no-token-echo", "smoke.parity"})


@dataclass(frozen=True)
class Outcome:
    """What came of one run: the result, what the wire saw, and how long it took."""

    result: Result
    redactor: Redactor
    wire: Wire
    virtual: float
    real: float


Affected = Mapping[str, frozenset[str]]
"""By environment, the probes that look anew; the others saw what they saw before."""


@dataclass(frozen=True)
class State:
    """Deployments in good order, and the run that looks at them: GO when nothing is changed."""

    name: str
    deployments: tuple[Recorded, ...]
    prepared: GateRun
    before: Outcome | None = None

    def run(
        self,
        change: Change = unchanged,
        affected: Affected | None = None,
        *,
        judged_anew: bool = False,
    ) -> Outcome:
        """Let the gate look at the deployments, whose answers are changed on their way.

        With `affected` only those probes look again, and only checks that rest on what they saw
        are judged again, unless all are `judged_anew`.
        """  # fmt: skip
        wire = Wire(self.deployments, change)
        redactor = _redactor(self.deployments, self.prepared.options)
        evidence = EvidenceFile(START, {})
        if affected is not None and self.before:
            evidence = replace(self.before.result.evidence, derived=dict(self._derived))
        run = replace(self.prepared, redactor=redactor, evidence=evidence, found={})
        began = time.perf_counter()
        with _over(wire, evidence.evidence, affected) as took:
            run.sweep(run.plan, lambda _done, _total: None)
        for planned in run.plan:
            if self.before and affected is not None and self._as_before(planned, run, judged_anew):
                run.found[planned.key] = self.before_by_key[planned.key]
            else:
                run.judge(planned)
        return Outcome(run.result(), redactor, wire, sum(took), time.perf_counter() - began)

    def _as_before(self, planned: Planned, run: GateRun, judged_anew: bool) -> bool:
        """Whether all that a check rests on is the very evidence of before."""
        if judged_anew or _name(planned) in _LOOKS_EVERYWHERE:
            return False
        assert self.before is not None
        old, new = self.before.result.evidence.evidence, run.evidence.evidence
        keys = [(planned.environment, name) for name in probes_of(planned, run.judges)]
        return all(new.get(key) is old.get(key) for key in keys)

    @cached_property
    def before_by_key(self) -> Mapping[tuple[str, str, str], Finding]:
        """The findings without a change."""
        assert self.before is not None
        return {finding.key: finding for finding in self.before.result.findings}

    @property
    def _derived(self) -> dict[Any, Any]:
        return self.before.result.evidence.derived if self.before else {}

    def affected_by(self, questions: Iterable[Asked]) -> Affected:
        """The probes that ask one of the questions."""
        assert self.before is not None
        found: dict[str, set[str]] = {}
        for asked in questions:
            by = self.before.wire.asked_by.get(asked, ())
            found.setdefault(asked.environment, set()).update(by)
        return {name: frozenset(probes) for name, probes in found.items()}


def state(name: str, profile: str, *named: tuple[str, str, str]) -> State:
    """A state of deployments, each by its name, its kind and its scene.

    Raises ValueError where it is not GO when nothing is changed.
    """
    deployments = tuple(recorded(*one) for one in named)
    options = Options(tuple(one.environment for one in deployments), profile, warm_up=0.0,
                      deadline=DEADLINE)  # fmt: skip
    made = State(name, deployments, _prepared(options, deployments))
    first = made.run()
    if first.result.verdict is not Verdict.GO:
        unmet = [f"{f.name}: {f.outcome}: {f.observed}" for f in first.result.findings
                 if f.outcome not in {"pass", "n/a"}]  # fmt: skip
        raise ValueError(f"{name} is not GO by itself: {unmet}")
    answers = first.wire.answers
    known = tuple(
        replace(d, answers={a: s for a, s in answers.items() if a.environment == d.environment})
        for d in deployments
    )
    again = replace(made, deployments=known)
    return replace(again, before=again.run())


def _prepared(options: Options, deployments: tuple[Recorded, ...]) -> GateRun:
    variables = {}
    for one in deployments:
        prefix = {"production": "CAIO_PROD", "staging": "CAIO_STAGING"}[one.environment]
        variables |= {f"{prefix}_URL": one.url, f"{prefix}_TOKEN": one.token}
    base = prepare(options, variables, standard_judges(), standard_probes())
    plan = tuple(p for p in base.plan if not left_out(_name(p)))
    here = _environments(deployments)
    ghl, webhooks = _ways(deployments)
    return replace(
        base,
        environments=here,
        ghl=ghl,
        webhooks=webhooks,
        probes={**base.probes, **{p.name: _no_browser(p.name) for p in page_probes.PROBES}},
        snapshot=replace(base.snapshot, environments=as_shown(here), plan=plan),
    )  # fmt: skip


def left_out(check: str) -> bool:
    """Whether a check is left to other tests: a browser's, and the replay's."""
    return check.startswith(_ELSEWHERE)


def _name(planned: Planned) -> str:
    return f"{planned.gate.gate}.{planned.check.id}"


def _environments(deployments: tuple[Recorded, ...]) -> tuple[Environment, ...]:
    return tuple(Environment(d.environment, d.kind, d.url, Secret(d.token)) for d in deployments)


def _ways(deployments: tuple[Recorded, ...]) -> tuple[dict[str, GhlAccess], dict[str, Secret]]:
    ghl, webhooks = {}, {}
    for one in deployments:
        settings = one.deployment.settings
        ghl[one.environment] = GhlAccess(
            one.url + GHL, Secret(settings.ghl_token), settings.ghl_location_id
        )
        if settings.heyreach_bearer:
            webhooks[one.environment] = Secret(settings.heyreach_secret)
    return ghl, webhooks


def _redactor(deployments: tuple[Recorded, ...], options: Options) -> Redactor:
    """A new one for each run: it learns what is a secret."""
    return redactor_for(_environments(deployments), options, *_ways(deployments))


def _no_browser(name: str) -> Probe:
    async def observe(context: Context) -> Evidence:
        return Unobserved(name, context.environment, "no browser here")

    return Probe(name, observe)


@contextmanager
def _over(
    wire: Wire, before: Mapping[tuple[str, str], Evidence], affected: Affected | None
) -> Iterator[list[float]]:
    """Put the wire where the network was, and a clock that jumps where time was."""
    took: list[float] = []

    async def look(
        environments: Iterable[Environment], order: Order, interlock: Interlock,
        redactor: Redactor, found: dict[tuple[str, str], Evidence], progress: Progress,
    ) -> None:  # fmt: skip
        chosen = _named(order) if affected is None else _only(affected, _named(order))
        await sweep(environments, chosen, interlock, redactor, found, progress, wire)
        if affected is not None:
            closing = {chosen.closing.name} if chosen.closing else set()
            kept = {name: {*probes, *closing} for name, probes in chosen.wanted.items()}
            again = {k: e for k, e in found.items() if k[1] in kept[k[0]] or k not in before}
            found |= {**before, **again}

    def run(work: Coroutine[Any, Any, None]) -> None:
        took.append(run_virtually(work)[1])

    def shortened(seen: EvidenceFile) -> EvidenceFile:
        """What was seen before has short ids already, and stays the very same."""
        anew = {key: e for key, e in seen.evidence.items() if before.get(key) is not e}
        short = with_short_ids(replace(seen, evidence=anew))
        return replace(short, evidence={**seen.evidence, **short.evidence})

    with (
        patch.object(gate_run, "sweep", look),
        patch.object(gate_run, "with_short_ids", shortened),
        patch.object(gate_run, "asyncio", SimpleNamespace(run=run)),
        patch.object(sender, "open_client", partial(client.open_client, transport=wire)),
        patch.object(sender, "utc_now", _now),
    ):
        yield took


def _named(order: Order) -> Order:
    """Let each probe say its name when it asks."""
    known: dict[str, Probe] = {}
    for probes in order.wanted.values():
        for name in resolve_probes(probes, order.known):
            known[name] = _saying(order.known.get(name) or of_request(name))
    closing = _saying(order.closing) if order.closing else None
    return replace(order, known=known, closing=closing)


def _saying(probe: Probe) -> Probe:
    async def observe(context: Context) -> Evidence:
        ASKING.set(probe.name)
        return await probe.observe(context)

    return replace(probe, observe=observe)


def _only(affected: Affected, order: Order) -> Order:
    """Leave out every probe that asks nothing new, unless another needs it."""
    wanted = {}
    for name in order.wanted:
        chosen = set(affected.get(name, ()))
        every = resolve_probes(order.wanted[name], order.known)
        for probe in every.values():
            if chosen & {*probe.waits_for(every), *probe.beside}:
                chosen.add(probe.name)
        wanted[name] = tuple(probe for probe in every if probe in chosen)
    closing = order.closing
    if closing and not any(closing.name in probes for probes in affected.values()):
        closing = None
    return replace(order, wanted=wanted, closing=closing)


def _now() -> datetime:
    return START

"""One gate run: what was asked, what was seen, what was found."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from pytest_caio import environments as env
from pytest_caio import waivers as waiving
from pytest_caio.environments import Environment
from pytest_caio.evidence import Evidence, EvidenceFile
from pytest_caio.finding import Finding
from pytest_caio.gates import Check, Gate, GateFileError, packaged_folder, read_folder
from pytest_caio.interlock import Grant, Interlock
from pytest_caio.judge.look import Judge
from pytest_caio.judging import judge_one, not_run, probes_of
from pytest_caio.observe.gather import Order, Progress, sweep
from pytest_caio.observe.http import Limits
from pytest_caio.observe.probe import Probe
from pytest_caio.options import Options
from pytest_caio.plan import Gates, Planned, make_plan
from pytest_caio.policy import Policy, parse
from pytest_caio.redact import Redactor, Secret
from pytest_caio.result import Place, Result, Snapshot
from pytest_caio.strictyaml import Document, Mistake, load
from pytest_caio.verdict import decide
from pytest_caio.words import did_you_mean, listed

Key = tuple[str, str, str]


@dataclass
class GateRun:
    """The state of a run; everything in it that is handed on is frozen."""

    options: Options
    environments: tuple[Environment, ...]
    snapshot: Snapshot
    judges: Mapping[str, Judge]
    probes: Mapping[str, Probe]
    redactor: Redactor
    evidence: EvidenceFile
    found: dict[Key, Finding] = field(default_factory=dict)

    @property
    def plan(self) -> tuple[Planned, ...]:
        """Every check that is due."""
        return self.snapshot.plan

    def sweep(self, selected: Iterable[Planned], on_progress: Progress) -> None:
        """Look at every environment once, for the probes that ``selected`` checks need."""
        chosen = tuple(selected)
        with ExitStack() as stack:
            self._start_rehearsal(stack)
            interlock = Interlock(self.environments, self.redactor, self._grants())
            seen: dict[tuple[str, str], Evidence] = {}
            order = self._order(chosen)
            try:
                asyncio.run(
                    sweep(self.environments, order, interlock, self.redactor, seen, on_progress)
                )
            finally:
                # Also when interrupted: what was seen until then is kept.
                self.evidence = replace(self.evidence, evidence=seen, sent=tuple(interlock.sent))

    def judge(self, planned: Planned) -> Finding:
        """Judge one check by what the sweep saw, and keep the finding."""
        finding = judge_one(planned, self.snapshot, self.evidence, self.judges)
        self.found[planned.key] = finding
        return finding

    def result(self) -> Result:
        """Return verdict and findings in the plan's order; what did not report is not-run."""
        findings = tuple(
            self.found.get(p.key) or not_run(p, "it did not run", self.snapshot, self.evidence)
            for p in self.plan
        )
        return Result(decide(findings), self.snapshot, findings, self.evidence)

    def _order(self, chosen: Sequence[Planned]) -> Order:
        wanted: dict[str, dict[str, None]] = {}
        settings: dict[str, dict[str, object]] = {}
        for planned in chosen:
            for probe in probes_of(planned, self.judges):
                wanted.setdefault(planned.environment, {})[probe] = None
                settings.setdefault(probe, {}).update(planned.check.settings)
        o = self.options
        return Order(
            {name: tuple(probes) for name, probes in wanted.items()},
            self.probes,
            self.snapshot.policy,
            settings,
            o.concurrency,
            o.deadline,
            Limits(o.request_timeout, o.warm_up),
        )

    def _grants(self) -> dict[str, frozenset[Grant]]:
        kinds = self.snapshot.policy.seed.kinds
        return {
            e.name: frozenset({Grant.SEED} if e.kind in kinds else ()) for e in self.environments
        }

    def _start_rehearsal(self, stack: ExitStack) -> None:
        if env.REHEARSAL not in self.options.environments:
            return
        from pytest_caio.rehearsal.server import rehearse

        server = stack.enter_context(
            rehearse(
                generation=self.options.generation,
                faults=self.options.faults,
                redis_url=self.options.redis_url,
            )
        )
        here = Environment(env.REHEARSAL, env.REHEARSAL, server.url, Secret(server.token))
        by_name = {e.name: e for e in (*self.environments, here)}
        self.environments = tuple(by_name[name] for name in self.options.environments)
        self.redactor = redactor_for(self.environments, self.options)
        self.snapshot = replace(self.snapshot, places=places(self.environments))


def redactor_for(environments: Iterable[Environment], options: Options) -> Redactor:
    """Return a redactor that knows every token of the run."""
    secrets = {f"token:{e.name}": e.token for e in environments}
    return Redactor(secrets, options.keep_content)


def places(environments: Iterable[Environment]) -> tuple[Place, ...]:
    """Return the environments as reports show them."""
    return tuple(Place(e.name, e.kind, e.url) for e in environments)


def prepare(
    options: Options,
    variables: Mapping[str, str],
    judges: Iterable[Judge],
    probes: Iterable[Probe],
) -> GateRun:
    """Return a run that is ready to sweep.

    Raises EnvironmentProblem or GateFileError, which list everything that is wrong, before any
    request is sent.
    """
    deployed = env.resolve(options.environments, variables)
    by_name = {judge.name: judge for judge in judges}
    policy, waivers, plan = read_gates(options, by_name)
    shown = places(deployed)
    if env.REHEARSAL in options.environments:
        shown = (*shown, Place(env.REHEARSAL, env.REHEARSAL, "http://127.0.0.1"))
    return GateRun(
        options=options,
        environments=deployed,
        snapshot=Snapshot(options.profile, shown, plan, policy, waivers, options.since),
        judges=by_name,
        probes={probe.name: probe for probe in probes},
        redactor=redactor_for(deployed, options),
        evidence=EvidenceFile(datetime.now(UTC), {}),
    )


def read_gates(
    options: Options, judges: Mapping[str, Judge]
) -> tuple[Policy, tuple[waiving.Waiver, ...], tuple[Planned, ...]]:
    """Return policy, waivers and plan; raise GateFileError with every mistake in them."""
    standard, mistakes = read_folder(packaged_folder())
    own: tuple[Gate, ...] = ()
    if options.gates and options.gates.resolve() != packaged_folder().resolve():
        own, found = read_folder(options.gates)
        mistakes = (*mistakes, *found)
    gates = Gates(standard, own)
    mistakes = (*mistakes, *gates.mistakes(), *_unknown_judges(gates.in_force, judges))
    policy, found = parse(_document("policy.yaml", options.gates))
    plan = make_plan(gates, options.profile, options.environments)
    every = make_plan(gates, "all", ("any",))
    known = [f"{p.gate.gate}.{p.check.id}" for p in every]
    waivers, wrong = waiving.parse(_document("waivers.yaml", options.gates), every, known)
    mistakes = (*mistakes, *found, *wrong)
    if mistakes:
        raise GateFileError(sorted(set(mistakes)))
    return policy, waivers, plan


def _document(name: str, folder: Path | None) -> Document:
    candidates = [folder / name] if folder else []
    if name == "waivers.yaml":
        candidates += [folder.parent / name] if folder else [Path(name)]
    else:
        candidates.append(packaged_folder() / name)
    path = next((c for c in candidates if c.is_file()), None)
    if path is None:
        return Document(f"gates/{name}")
    shown = name if folder and path.parent != folder and name == "waivers.yaml" else f"gates/{name}"
    return load(path, shown)


def _unknown_judges(gates: Iterable[Gate], judges: Mapping[str, Judge]) -> Iterable[Mistake]:
    for gate in gates:
        for check in gate.checks:
            if check.judge and check.judge not in judges:
                yield Mistake(gate.file, check.line, _unknown_judge(check, judges))


def _unknown_judge(check: Check, judges: Mapping[str, Judge]) -> str:
    hint = did_you_mean(check.judge, judges)
    return f"unknown judge {check.judge!r}{hint} Known: {listed(sorted(judges), 60)}."

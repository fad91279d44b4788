"""The replay as a probe: it runs beside the sweep, and once per run where it can."""

import asyncio
import os
import secrets
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from pytest_caio.evidence.model import Evidence, Observed, Unobserved
from pytest_caio.evidence.probe_names import REPLAY
from pytest_caio.gates.replay_policy import ReplayPolicy, RunnerPolicy
from pytest_caio.observe.probe import Context, Probe
from pytest_caio.observe.replay.case_run import CaseRun, Runner, RunnerError
from pytest_caio.observe.replay.engine import replay
from pytest_caio.observe.replay.http_runner import HttpRunner, through
from pytest_caio.observe.replay.kept_runs import Keeping
from pytest_caio.observe.replay.progress import Count, Line, Progress
from pytest_caio.observe.replay.runners import CommandRunner, PythonRunner, RecordedRunner
from pytest_caio.privacy.outputs import redacted
from pytest_caio.replay import statistics
from pytest_caio.replay.earlier import identity, with_earlier
from pytest_caio.replay.golden_set import Case
from pytest_caio.replay.integrity import (
    Planted,
    copied_nonces,
    hollow_tools,
    mixed,
    opaque_id,
    planted_cases,
)
from pytest_caio.replay.replay_settings import NO_RUNNER, ReplayPlan
from pytest_caio.replay.scores import judge_case
from pytest_caio.settings.environments import REHEARSAL
from pytest_caio.verdict.run_finding import BEFORE
from pytest_caio.verdict.whole_run_findings import known_release


def child_environment() -> dict[str, str]:
    """Return the environment for a child process: this one's without the gate's own secrets."""
    return {
        name: value
        for name, value in os.environ.items()
        if not (name.startswith("CAIO_") and name.endswith(("_TOKEN", "_WEBHOOK_URL")))
        and not name.startswith("PYTEST_")
    }


def late_hint(spec: RunnerPolicy) -> str:
    """Return what to look at where no case of the first round is answered in time."""
    if spec.kind == "command" and spec.keep_alive:
        return (
            "A runner that is kept alive has to flush each answer, with a line end: in Python "
            "print(…, flush=True). If it does, raise replay.case_timeout"
        )
    if spec.kind == "command":
        return (
            "The runner gets one case on standard input, then its end: does it wait for more? "
            "If it is slow by nature, raise replay.case_timeout"
        )
    return "If the runner is slow by nature, raise replay.case_timeout"


@dataclass
class ReplayProbe:
    """Asks the runner of each environment; one that does not depend on it is asked once.

    ``count`` shows how far it is; where there is none, ``line`` gets a line from time to time.
    """

    plan: ReplayPlan
    policy: ReplayPolicy
    count: Count | None = None
    line: Line = lambda text: None
    # As it is when the probe is made: during a sweep some of it is taken away from libraries.
    child: Mapping[str, str] = field(default_factory=child_environment)
    _shared: dict[RunnerPolicy, asyncio.Task[dict[str, Any]]] = field(default_factory=dict)

    def probe(self) -> Probe:
        """Return the probe, which may take as long as the policy's replay deadline."""
        needs = (BEFORE,) if self.plan.earlier else ()
        return Probe(REPLAY, self.observe, needs, patience=self.policy.deadline)

    async def observe(self, context: Context) -> Evidence:
        """Return the runs of the chosen cases, with everything that judging them needs."""
        spec = self.plan.runners.get(context.environment)
        if spec is None:
            return Unobserved(REPLAY, context.environment, f"no runner is named. {NO_RUNNER}")
        chosen = context.settings.get("cases")
        cases = [c for c in self.plan.cases if chosen is None or c.id in chosen]
        if spec.kind == "http":
            data: Mapping[str, Any] = await self._replay(spec, cases, context)
        else:
            if spec not in self._shared:
                self._shared[spec] = asyncio.create_task(self._replay(spec, cases, context))
            data = await asyncio.shield(self._shared[spec])
        if data.get("broken"):
            return Unobserved(REPLAY, context.environment, data["broken"])
        if data["in_part"] and context.environment in self.plan.earlier:
            data = self._reused(context, data, {case.id for case in cases})
        return Observed(REPLAY, context.environment, (), data)

    def _reused(
        self, context: Context, data: Mapping[str, Any], asked: AbstractSet[str]
    ) -> Mapping[str, Any]:
        """Return the evidence with the earlier answers, where they are of this very release."""
        earlier = self.plan.earlier[context.environment]
        now = known_release(context.policy.release, context.evidence[BEFORE])
        if now == earlier.release:
            return with_earlier(data, earlier, asked)
        why = f"{earlier.report} is of another release ({earlier.release}; now {now or 'unknown'})"
        return {**data, "not_reused": why}

    async def _replay(
        self, spec: RunnerPolicy, cases: Sequence[Case], context: Context
    ) -> dict[str, Any]:
        seed = secrets.token_hex(8)
        planted = () if self.policy.blind else planted_cases(cases, seed)
        asked = mixed(cases, planted, seed)
        progress = Progress(self.count, self.line)
        try:
            runner = self._runner(spec, context)
            async with progress.shown(len(asked) * self.policy.repeats):
                runs = await replay(
                    asked,
                    runner,
                    workers=self.policy.workers,
                    case_timeout=self.policy.case_timeout,
                    deadline=self.policy.deadline,
                    repeats=self.policy.repeats,
                    blind=self.policy.blind,
                    name_of=self._name_of(spec, seed),
                    on_progress=progress.told,
                    stop_when=self._stop_when() if self._may_stop(cases) else None,
                    retries=self.policy.retries,
                    late_hint=late_hint(spec),
                )
        except (ValueError, OSError, RunnerError) as error:
            return {"broken": context.redact(f"the runner can't be used: {error}")}
        kept = self._kept(
            spec, runs, planted, Keeping(context.sender.redactor, self.policy.private)
        )
        there = context.sender.environment
        url = "" if there.kind == REHEARSAL else there.url
        same = identity(spec, url, self.plan.cases, self.plan.baseline, self.policy)
        return {**kept, "identity": same, "in_part": len(cases) < len(self.plan.cases)}

    def _kept(
        self,
        spec: RunnerPolicy,
        runs: Sequence[CaseRun],
        planted: Sequence[Planted],
        keeping: Keeping,
    ) -> dict[str, Any]:
        """Return the evidence: facts of whole answers, and what may be written down of them."""
        known = {case.id: case.as_judged() for case in self.plan.cases}
        baseline = self.plan.baseline
        plants = [{"id": p.case.id, "nonces": p.nonces} for p in planted]
        whole = [{"case_id": run.case_id, "output": run.output} for run in runs]
        free = partial(redacted, redactor=keeping.redactor)
        return {
            "runner": spec.kind,
            "blind": self.policy.blind,
            "repeats": self.policy.repeats,
            "cases": free([case.as_judged() for case in self.plan.cases]),
            "baseline": {} if self.policy.private else free(dict(baseline)),
            "planted": [p.case.id for p in planted],
            "copied": list(copied_nonces(plants, whole)),
            "hollow": list(hollow_tools(whole)),
            "runs": [
                keeping.run(run, known[run.case_id], baseline.get(run.case_id))
                for run in runs
                if run.began and run.case_id in known
            ],
            "ended": next((run.error for run in runs if not run.began), ""),
        }

    def _runner(self, spec: RunnerPolicy, context: Context) -> Runner:
        match spec.kind:
            case "command":
                return CommandRunner(
                    spec.command, keep_alive=spec.keep_alive, cwd=self.plan.folder, env=self.child
                )
            case "python":
                return PythonRunner(spec.target, cwd=self.plan.folder, env=self.child)
            case "recorded":
                return RecordedRunner(self.plan.folder / spec.file)
            case "http":
                sender = context.sender.patient(self.policy.case_timeout, self.policy.workers)
                return HttpRunner(spec.path, through(sender))

    def _name_of(self, spec: RunnerPolicy, seed: str) -> Callable[[str], str]:
        """Return what names a case to its runner; recorded answers are found by the real id."""
        if self.policy.blind and spec.kind != "recorded":
            return partial(opaque_id, nonce_seed=seed)
        return str

    def _may_stop(self, cases: Sequence[Case]) -> bool:
        return self.policy.early_stop and len(cases) == len(self.plan.cases)

    def _stop_when(self) -> Callable[[CaseRun], bool]:
        """Return what says that the error budget is spent and the outcome certain."""
        known = {case.id: case.as_judged() for case in self.plan.cases}
        allowed = statistics.budget(len(known), self.policy.min_pass_rate)
        failed: set[str] = set()

        def spent(run: CaseRun) -> bool:
            if run.case_id in known:
                earlier = self.plan.baseline.get(run.case_id)
                if run.error or not judge_case(known[run.case_id], run.output, earlier).passed:
                    failed.add(run.case_id)
            return len(failed) > allowed

        return spent

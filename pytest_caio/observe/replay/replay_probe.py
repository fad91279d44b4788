"""The replay as a probe: it runs beside the sweep, and once per run where it can."""

import asyncio
import secrets
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from pytest_caio.evidence.model import Evidence, Observed, Unobserved
from pytest_caio.evidence.probe_names import REPLAY
from pytest_caio.evidence.spool import Spool
from pytest_caio.gates.replay_policy import ReplayPolicy, RunnerPolicy
from pytest_caio.observe.probe import Context, Probe
from pytest_caio.observe.replay.case_run import Runner, RunnerError
from pytest_caio.observe.replay.child_environment import child_environment
from pytest_caio.observe.replay.cluster import on_cluster
from pytest_caio.observe.replay.http_runner import HttpRunner, through
from pytest_caio.observe.replay.kept_runs import Keeping
from pytest_caio.observe.replay.large_replay import replay_large
from pytest_caio.observe.replay.progress import Count, Line, Progress
from pytest_caio.observe.replay.replay_order import ReplayOrder
from pytest_caio.observe.replay.runners import CommandRunner, PythonRunner, RecordedRunner
from pytest_caio.observe.replay.whole_replay import replay_whole
from pytest_caio.replay.earlier import identity, with_earlier
from pytest_caio.replay.integrity import opaque_id
from pytest_caio.replay.large_set import LargeSet
from pytest_caio.replay.replay_settings import NO_RUNNER, ReplayPlan
from pytest_caio.settings.environments import REHEARSAL
from pytest_caio.verdict.run_finding import BEFORE
from pytest_caio.verdict.whole_run_findings import known_release


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


_Seen = tuple[Mapping[str, Any], Mapping[str, Spool]]
"""The data of the evidence, and the files that belong to it."""


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
    _shared: dict[RunnerPolicy, asyncio.Task[_Seen]] = field(default_factory=dict)

    def probe(self) -> Probe:
        """Return the probe, which may take as long as the policy's replay deadline."""
        needs = (BEFORE,) if self.plan.earlier else ()
        return Probe(REPLAY, self.observe, needs, patience=self.policy.deadline, asks=())

    async def observe(self, context: Context) -> Evidence:
        """Return the runs of the chosen cases, with everything that judging them needs."""
        spec = self.plan.runners.get(context.environment)
        if spec is None:
            return Unobserved(REPLAY, context.environment, f"no runner is named. {NO_RUNNER}")
        chosen = context.settings.get("cases")
        if spec.kind == "http":
            data, files = await self._replay(spec, chosen, context)
        else:
            if spec not in self._shared:
                self._shared[spec] = asyncio.create_task(self._replay(spec, chosen, context))
            data, files = await asyncio.shield(self._shared[spec])
        if data.get("broken"):
            return Unobserved(REPLAY, context.environment, data["broken"])
        if data["in_part"] and context.environment in self.plan.earlier:
            data = self._reused(context, data, chosen or frozenset())
        return Observed(REPLAY, context.environment, (), data, spooled=files)

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
        self, spec: RunnerPolicy, chosen: AbstractSet[str] | None, context: Context
    ) -> _Seen:
        files: Mapping[str, Spool] = {}
        try:
            order = self._order(spec, chosen, context)
            if isinstance(self.plan.cases, LargeSet):
                data, spool = await replay_large(order, self.plan.cases)
                files = {self._file_of(spec, context.environment): spool}
                data = {**data, "answers": next(iter(files))}
            else:
                data = await replay_whole(order)
        except (ValueError, OSError, RunnerError) as error:
            return {"broken": context.redact(f"the runner can't be used: {error}")}, {}
        there = context.sender.environment
        url = "" if there.kind == REHEARSAL else there.url
        same = identity(spec, url, self.plan.cases, self.plan.baseline, self.policy)
        return {**data, "runner": spec.kind, "identity": same}, files

    def _order(
        self, spec: RunnerPolicy, chosen: AbstractSet[str] | None, context: Context
    ) -> ReplayOrder:
        seed = secrets.token_hex(8)
        return ReplayOrder(
            self.plan,
            self.policy,
            self._runner(spec, context),
            Keeping(context.sender.redactor, self.policy.private),
            chosen,
            self._name_of(spec, seed),
            late_hint(spec),
            seed,
            Progress(self.count, self.line),
        )

    def _file_of(self, spec: RunnerPolicy, environment: str) -> str:
        """Return the name of the file of answers: the first in the plan's order has no suffix."""
        here = [name for name, runner in self.plan.runners.items() if runner == spec]
        name = environment if spec.kind == "http" else here[0]
        first = next(name for name, runner in self.plan.runners.items() if runner)
        return "answers.jsonl" if name == first else f"answers-{name}.jsonl"

    def _runner(self, spec: RunnerPolicy, context: Context) -> Runner:
        if self.plan.cluster and spec.kind in {"command", "python"}:
            return on_cluster(self.plan.cluster, spec, self.policy.case_timeout)
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

"""One gate run: what was asked, what was seen, what was found."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace

from pytest_caio.evidence.model import Evidence, EvidenceFile
from pytest_caio.evidence.probe_names import REPLAY
from pytest_caio.gates.plan import Planned
from pytest_caio.interlock.rules import Grant, Interlock
from pytest_caio.judge.judging import conclude, judge_one, not_run, probes_of
from pytest_caio.judge.look import Judge
from pytest_caio.ledger.where import Where
from pytest_caio.observe.past_runs import past_runs
from pytest_caio.observe.probe import Probe
from pytest_caio.observe.queue_before import queue_before
from pytest_caio.observe.release import reading, waiting
from pytest_caio.observe.replay.replay_probe import ReplayProbe
from pytest_caio.observe.replay.suite import SuiteProbe
from pytest_caio.observe.sender import Limits
from pytest_caio.observe.sent_mail import sent_mail
from pytest_caio.observe.sweep import Order, Progress, sweep
from pytest_caio.observe.webhook_secret import webhook_secret
from pytest_caio.privacy.outputs import redacted
from pytest_caio.privacy.redactor import Redactor, Secret
from pytest_caio.replay.replay_settings import ReplayPlan
from pytest_caio.run.known_secrets import redactor_for
from pytest_caio.run.new_baseline import write_new_baseline
from pytest_caio.run.short_ids import with_short_ids
from pytest_caio.settings import environments as env
from pytest_caio.settings.environments import Environment
from pytest_caio.settings.ghl_access import GhlAccess
from pytest_caio.settings.options import Options
from pytest_caio.verdict.finding import Finding
from pytest_caio.verdict.proven import Proof
from pytest_caio.verdict.result import Result, ShownEnvironment, Snapshot
from pytest_caio.verdict.run_finding import AFTER, BEFORE

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
    replay: ReplayPlan = field(default_factory=ReplayPlan)
    ghl: Mapping[str, GhlAccess] = field(default_factory=dict)
    webhooks: Mapping[str, Secret] = field(default_factory=dict)
    passwords: Mapping[str, Secret] = field(default_factory=dict)
    ledger: Where | None = None
    found: dict[Key, Finding] = field(default_factory=dict)
    proof: Proof | None = None

    @property
    def plan(self) -> tuple[Planned, ...]:
        """Every check that is due."""
        return self.snapshot.plan

    def sweep(
        self,
        selected: Iterable[Planned],
        on_progress: Progress,
        on_line: Callable[[str], None] = lambda text: None,
        on_cases: Progress | None = None,
        stay: ExitStack | None = None,
    ) -> None:
        """Look at every environment once, for the probes that ``selected`` checks need.

        ``on_line`` is told what is waited for; how far the replay is too, without ``on_cases``.
        The rehearsal ends with ``stay``, by default with the look.
        """
        chosen = tuple(selected)
        replay = ReplayProbe(self.replay, self.snapshot.policy.replay, on_cases, on_line).probe()
        with ExitStack() as stack:
            self.start_rehearsal(stay or stack)
            interlock = self.interlock()
            parts: list[dict[tuple[str, str], Evidence]] = []
            try:
                for order, progress in self.orders(chosen, replay, on_progress, on_line):
                    parts.append({})
                    look = sweep(
                        self.environments, order, interlock, self.redactor, parts[-1], progress
                    )
                    asyncio.run(look)
            finally:
                # Also when interrupted: what was seen until then is kept.
                seen = {key: found for part in parts for key, found in part.items()}
                looked = replace(self.evidence, evidence=seen, sent=tuple(interlock.sent))
                self.evidence = with_short_ids(looked)
        if self.options.update_baseline:
            write_new_baseline(self.replay, seen.values())

    def interrupt(self, why: str) -> None:
        """Note that the run did not end by itself: from now on its result is no GO."""
        self.snapshot = replace(self.snapshot, unfinished=why)

    def judge(self, planned: Planned) -> Finding:
        """Judge one check by what the sweep saw, and keep the finding."""
        finding = redacted(
            judge_one(planned, self.snapshot, self.evidence, self.judges), self.redactor
        )
        self.found[planned.key] = finding
        return finding

    def result(self) -> Result:
        """Return verdict and findings in the plan's order; what did not report is not-run."""
        findings = tuple(
            self.found.get(p.key) or not_run(p, "it did not run", self.snapshot, self.evidence)
            for p in self.plan
        )
        return replace(conclude(self.snapshot, self.evidence, findings), proof=self.proof)

    def orders(
        self,
        chosen: Sequence[Planned],
        replay: Probe,
        on_progress: Progress,
        on_line: Callable[[str], None],
    ) -> Iterator[tuple[Order, Progress]]:
        """Yield what to look at, in turn: wait, then the sweep with the release at both its ends.

        A part of the checks has it too: it may be joined with other parts of the same release.
        """
        order = self._order(chosen, replay)
        o = self.options
        if o.wait or o.expect_release:
            probe = waiting(o.wait, o.expect_release, on_line)
            yield _one_probe(order, probe, o.wait + o.deadline), _silent
        before = {name: (BEFORE, *probes) for name, probes in order.wanted.items()}
        known = {**order.known, BEFORE: reading(BEFORE)}
        closing = replace(reading(AFTER), after=(REPLAY,))
        yield replace(order, wanted=before, known=known, closing=closing), on_progress

    def _order(self, chosen: Sequence[Planned], replay: Probe) -> Order:
        wanted: dict[str, dict[str, None]] = {}
        settings: dict[str, dict[str, object]] = {}
        for planned in chosen:
            for probe in probes_of(planned, self.judges):
                wanted.setdefault(planned.environment, {})[probe] = None
        # Of the whole plan: a probe looks in the same way, whichever of its checks are selected.
        for planned in self.plan:
            for probe in probes_of(planned, self.judges):
                settings.setdefault(probe, {}).update(planned.check.settings)
        settings[REPLAY] = {"cases": self._cases(chosen)}
        o = self.options
        policy = self.snapshot.policy
        own = (
            replay,
            SuiteProbe(policy.replay.suite, self.replay.folder).probe(),
            sent_mail(self.ghl, self.snapshot.since),
            queue_before(o.previous),
            past_runs(self.ledger, self.snapshot.since),
            webhook_secret(self.webhooks),
        )
        return Order(
            {name: tuple(probes) for name, probes in wanted.items()},
            {**self.probes, **{probe.name: probe for probe in own}},
            policy,
            settings,
            o.concurrency,
            o.deadline,
            Limits(o.request_timeout, o.warm_up),
            str(o.browser or ""),
        )

    def _cases(self, chosen: Sequence[Planned]) -> frozenset[str] | None:
        """Return the golden cases to ask, None for the whole set.

        Chosen cases alone are asked alone, also where a check of the whole replay is chosen too.
        """
        asking = [p for p in chosen if REPLAY in probes_of(p, self.judges)]
        return frozenset(p.case for p in asking if p.case) or None

    def interlock(self) -> Interlock:
        """Return the interlock with the grants that the policy gives to each environment."""
        grants: dict[str, frozenset[Grant]] = {}
        paths: dict[str, str] = {}
        for environment in self.environments:
            runner = self.replay.runners.get(environment.name)
            seed = environment.kind in self.snapshot.policy.seed.kinds
            found = {Grant.SEED} if seed else set()
            if runner and runner.kind == "http":
                found.add(Grant.REPLAY)
                paths[environment.name] = runner.path
            grants[environment.name] = frozenset(found)
        elsewhere = {name: {ghl.origin: ghl.token} for name, ghl in self.ghl.items()}
        kinds = self.snapshot.policy.seed.kinds
        return Interlock(
            self.environments, self.redactor, grants, elsewhere, paths, kinds, self.webhooks,
            self.snapshot.policy.plain_reads,
        )  # fmt: skip

    def start_rehearsal(self, stack: ExitStack) -> None:
        """Serve the rehearsal, where this run looks at it, until ``stack`` closes."""
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
        ghl = GhlAccess(server.ghl_url, Secret(server.ghl_token), server.ghl_location_id)
        self.ghl = {**self.ghl, here.name: ghl}
        if server.webhook_secret:
            self.webhooks = {**self.webhooks, here.name: Secret(server.webhook_secret)}
        ways = self.ghl, self.webhooks, self.passwords
        self.redactor = redactor_for(self.environments, self.options, *ways)
        self.snapshot = replace(self.snapshot, environments=as_shown(self.environments))


def _silent(done: int, total: int) -> None:
    """Show nothing: a single request is over at once."""


def _one_probe(order: Order, probe: Probe, deadline: float) -> Order:
    wanted = dict.fromkeys(order.wanted, (probe.name,))
    return replace(order, wanted=wanted, known={probe.name: probe}, deadline=deadline)


def as_shown(environments: Iterable[Environment]) -> tuple[ShownEnvironment, ...]:
    """Return the environments as reports show them."""
    return tuple(ShownEnvironment(e.name, e.kind, e.url) for e in environments)

"""What a replay needs: golden set, baseline, and who answers in which environment.

Chosen by command line, then environment variable, then ``gates/policy.yaml``.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from pytest_caio.gates.files import packaged_folder
from pytest_caio.gates.replay_policy import ReplayPolicy, RunnerPolicy
from pytest_caio.replay.earlier import Earlier
from pytest_caio.replay.golden_set import Case, read_baseline, write_baseline
from pytest_caio.replay.large_set import read_set
from pytest_caio.settings.options import Options

NO_RUNNER = (
    "Name a runner: set CAIO_REPLAY_COMMAND (or --caio-replay-command) to the command that "
    "answers a case, or set replay.runner in gates/policy.yaml."
)


@dataclass(frozen=True)
class ReplayPlan:
    """The golden cases, earlier outputs, and a runner by environment (None: none is named).

    ``earlier`` has the replay of each environment whose answers stand in for what isn't asked.
    """

    cases: Collection[Case] = ()
    baseline: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    baseline_file: Path | None = None
    runners: Mapping[str, RunnerPolicy | None] = field(default_factory=dict)
    folder: Path = Path()
    earlier: Mapping[str, Earlier] = field(default_factory=dict)
    cluster: str = ""


def plan_replay(options: Options, policy: ReplayPolicy, kinds: Mapping[str, str]) -> ReplayPlan:
    """Return the replay of a run; ``kinds`` maps each environment to its kind.

    Raises GoldenError (a ValueError) for a golden set or baseline that can't be used, and
    ValueError where a runner is named incompletely.
    """
    base = options.gates.parent if options.gates else Path.cwd()
    golden = options.golden or (base / policy.golden if policy.golden else _own_golden(options))
    return ReplayPlan(
        cases=read_set(golden, policy.one_by_one, frozenset(policy.must_pass)),
        baseline=_baseline(options, policy, base),
        baseline_file=baseline_file(options, policy, base),
        runners={name: _runner(name, kind, options, policy) for name, kind in kinds.items()},
        folder=base,
        cluster=_cluster(options.replay_cluster),
    )


def _cluster(address: str) -> str:
    """Return a scheduler's address, as Dask writes it; raise ValueError for anything else."""
    if address and not re.fullmatch(r"(tcp|tls)://[^\s/@]+:\d+", address):
        text = "--caio-replay-cluster is a Dask scheduler's address, like tcp://HOST:8786"
        raise ValueError(f"{text} or tls://HOST:8786, not {address!r}")
    return address


def _own_golden(options: Options) -> Path:
    """Return the folder's golden set, else the packaged one."""
    own = options.gates / "golden" / "caio.jsonl" if options.gates else Path()
    return own if own.is_file() else packaged_folder() / "golden" / "caio.jsonl"


def baseline_file(options: Options, policy: ReplayPolicy, base: Path) -> Path | None:
    """Return where the baseline is or would be, or None where no folder could hold one."""
    if options.baseline:
        return options.baseline
    if policy.baseline:
        return base / policy.baseline
    return options.gates / "golden" / "baseline.json" if options.gates else None


def _baseline(options: Options, policy: ReplayPolicy, base: Path) -> Mapping[str, str]:
    file = baseline_file(options, policy, base)
    if file is None:
        if options.update_baseline:
            raise ValueError("--caio-update-baseline needs --caio-baseline=FILE or a gates folder")
        return {}
    if options.update_baseline and policy.private:
        raise ValueError(
            "--caio-update-baseline needs the answers, which replay.private leaves out"
        )
    named = bool(options.baseline or policy.baseline) and not options.update_baseline
    return read_baseline(file, may_be_absent=not named)


def _runner(name: str, kind: str, options: Options, policy: ReplayPolicy) -> RunnerPolicy | None:
    if options.replay_command:
        return RunnerPolicy("command", command=options.replay_command)
    runner = policy.runners.get(name) or policy.runners.get(kind) or policy.runner
    if runner is None:
        return None
    needs = {"command": "command", "http": "path", "python": "target", "recorded": "file"}
    key = needs[runner.kind]
    if not getattr(runner, key):
        text = f"gates/policy.yaml: the replay runner of kind {runner.kind!r} needs {key!r}"
        raise ValueError(text)
    return runner


def update_baseline(plan: ReplayPlan, replays: Iterable[Mapping[str, str]]) -> None:
    """Write the outputs of the first replay that has some as the new baseline.

    ``replays`` are the outputs of cases by id, one per environment. Cases that were not asked, or
    that gave no answer, keep what they had.
    """
    for outputs in replays:
        if outputs and plan.baseline_file:
            plan.baseline_file.parent.mkdir(parents=True, exist_ok=True)
            write_baseline(plan.baseline_file, {**plan.baseline, **outputs})
            return

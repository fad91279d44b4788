"""From options, variables and gate files to a run that is ready to sweep."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from pytest_caio.base.messages import did_you_mean, listed
from pytest_caio.base.strict_yaml import Document, Mistake, load
from pytest_caio.evidence.model import EvidenceFile
from pytest_caio.gates.files import Check, Gate, GateFileError, packaged_folder
from pytest_caio.gates.plan import Planned, make_plan, read_gate_files
from pytest_caio.gates.policy import Policy, parse
from pytest_caio.judge.look import Judge
from pytest_caio.ledger.where import where
from pytest_caio.observe.probe import Probe
from pytest_caio.privacy.outputs import redacted
from pytest_caio.privacy.redactor import Secret
from pytest_caio.replay.large_set import names_of_checks
from pytest_caio.replay.replay_settings import ReplayPlan, plan_replay
from pytest_caio.report.kept_report import Report
from pytest_caio.run.earlier_replays import with_earlier
from pytest_caio.run.gate_run import GateRun, as_shown
from pytest_caio.run.known_secrets import redactor_for
from pytest_caio.settings import environments as env
from pytest_caio.settings.environments import Environment
from pytest_caio.settings.ghl_access import GhlAccess, ghl_access
from pytest_caio.settings.network_variables import check_network, proxy_passwords
from pytest_caio.settings.options import Options
from pytest_caio.settings.webhook_secrets import webhook_secrets
from pytest_caio.verdict import waivers as waiving
from pytest_caio.verdict.result import ShownEnvironment, Snapshot
from pytest_caio.verdict.whole_run_findings import release_request

Unmet = Callable[[env.EnvironmentProblem], None]


def _fatal(problem: env.EnvironmentProblem) -> None:
    raise problem


def prepare(
    options: Options,
    variables: Mapping[str, str],
    judges: Iterable[Judge],
    probes: Iterable[Probe],
    replayed: Report | None = None,
    unmet: Unmet = _fatal,
) -> GateRun:
    """Return a run that is ready to sweep; ``replayed`` is the report of ``--caio-replay-from``.

    Raises EnvironmentProblem or GateFileError, which list everything that is wrong, before any
    request is sent. ``unmet`` is told what is wrong with a variable, where the run only shows its
    plan: it is then without the environments that can't be asked.
    """
    deployed = _deployed(options, variables, unmet)
    by_name = {judge.name: judge for judge in judges}
    kinds = _kinds(options, variables)
    policy, waivers, plan, replay = read_gates(options, by_name, kinds)
    ghl, webhooks, passwords = _ways(plan, deployed, variables, unmet)
    ledger = where(options.ledger, variables, policy.ledger, options.here)
    passwords |= ledger.secrets if ledger else {}
    _check_release(options, policy)
    if options.replay_from and {e.name for e in deployed} | {env.REHEARSAL} >= kinds.keys():
        replay = with_earlier(replay, options.replay_from, replayed, policy, deployed)
    redactor = redactor_for(deployed, options, ghl, webhooks, passwords)
    options = replace(options, started=redacted(options.started, redactor))
    return GateRun(
        options=options,
        environments=deployed,
        snapshot=replace(_snapshot(options, deployed, policy), plan=plan, waivers=waivers),
        judges=by_name,
        probes={probe.name: probe for probe in probes},
        redactor=redactor,
        evidence=EvidenceFile(datetime.now(UTC), {}),
        replay=replay,
        ghl=ghl,
        webhooks=webhooks,
        passwords=passwords,
        ledger=ledger,
    )


def _kinds(options: Options, variables: Mapping[str, str]) -> dict[str, str]:
    kinds = {name: env.kind_of(name, variables) for name in options.environments}
    return kinds | ({env.REHEARSAL: env.REHEARSAL} if env.REHEARSAL in kinds else {})


def _deployed(
    options: Options, variables: Mapping[str, str], unmet: Unmet
) -> tuple[Environment, ...]:
    found, problems = env.look_up(options.environments, variables)
    if problems:
        unmet(env.EnvironmentProblem("\n".join(problems)))
    return found


def _snapshot(options: Options, deployed: Iterable[Environment], policy: Policy) -> Snapshot:
    """Return what was asked for, before the plan and the waivers are there."""
    shown = as_shown(deployed)
    if env.REHEARSAL in options.environments:
        shown = (*shown, ShownEnvironment(env.REHEARSAL, env.REHEARSAL, "http://127.0.0.1"))
    return Snapshot(
        options.profile, shown, (), policy, since=options.since,
        expect_release=options.expect_release, started=options.started,
    )  # fmt: skip


def _check_release(options: Options, policy: Policy) -> None:
    release_request(policy.release)
    if options.expect_release and not (policy.release.header or policy.release.json):
        text = "--caio-expect-release needs release.header or release.json in policy.yaml"
        raise ValueError(text)


def _ways(
    plan: Iterable[Planned],
    deployed: Iterable[Environment],
    variables: Mapping[str, str],
    unmet: Unmet,
) -> tuple[dict[str, GhlAccess], dict[str, Secret], dict[str, Secret]]:
    """Return GHL's access, the webhooks' secrets and the proxies' passwords, all fit for use."""
    ghl: dict[str, GhlAccess] = {}
    webhooks: dict[str, Secret] = {}
    with _telling(unmet):
        ghl = _ghl(plan, deployed, variables)
    with _telling(unmet):
        webhooks = _webhooks(plan, deployed, variables)
    with _telling(unmet):
        urls = [e.url for e in deployed] + [access.url for access in ghl.values()]
        check_network(urls, variables)
    return ghl, webhooks, proxy_passwords(variables)


@contextmanager
def _telling(unmet: Unmet) -> Iterator[None]:
    try:
        yield
    except env.EnvironmentProblem as problem:
        unmet(problem)


def _ghl(
    plan: Iterable[Planned], deployed: Iterable[Environment], variables: Mapping[str, str]
) -> dict[str, GhlAccess]:
    """Return the access to GHL by environment, where a check of the plan looks there at all."""
    if not any(p.check.judge.startswith("cycle.") for p in plan):
        return {}
    access = ghl_access(variables)
    return {e.name: access for e in deployed} if access else {}


def _webhooks(
    plan: Iterable[Planned], deployed: Iterable[Environment], variables: Mapping[str, str]
) -> dict[str, Secret]:
    """Return the webhooks' secrets by environment, where a check of the plan tries them at all."""
    wanted = any(p.check.judge == "smoke.webhook" for p in plan)
    return webhook_secrets(deployed, variables) if wanted else {}


def read_gates(
    options: Options, judges: Mapping[str, Judge], kinds: Mapping[str, str]
) -> tuple[Policy, tuple[waiving.Waiver, ...], tuple[Planned, ...], ReplayPlan]:
    """Return policy, waivers, plan and replay; raise GateFileError with every mistake in them."""
    gates, mistakes = read_gate_files(options.gates)
    mistakes = (*mistakes, *_unknown_judges(gates.in_force, judges))
    policy, found = parse(_document("policy.yaml", options.gates))
    every = make_plan(gates, "all", ("any",), ("",))
    known = [f"{p.gate.gate}.{p.check.id}" for p in every]
    waivers, wrong = waiving.parse(_document("waivers.yaml", options.gates), every, known)
    mistakes = (*mistakes, *found, *wrong)
    if mistakes:
        raise GateFileError(sorted(set(mistakes)))
    plan = make_plan(gates, options.profile, options.environments)
    if not any(p.check.judge.startswith("replay.") for p in plan):
        return policy, waivers, plan, ReplayPlan()
    replay = plan_replay(options, policy.replay, kinds)
    plan = make_plan(gates, options.profile, options.environments, names_of_checks(replay.cases))
    return policy, waivers, plan, replay


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
    hint = ": is the package that brings it installed?" if hint == "." else hint
    return f"unknown judge {check.judge!r}{hint} Known: {listed(sorted(judges), 60)}."

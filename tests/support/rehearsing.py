"""Run the gate in this process against the embedded deployment, for tests."""

from collections.abc import Iterable

from pytest_caio.judge.standard_judges import standard_judges
from pytest_caio.observe.probe import Probe
from pytest_caio.observe.standard_probes import standard_probes
from pytest_caio.run.gate_run import GateRun
from pytest_caio.run.prepare import prepare
from pytest_caio.settings.options import Options
from pytest_caio.verdict.result import Result


def gate_run(
    options: Options,
    variables: dict[str, str] | None = None,
    probes: Iterable[Probe] | None = None,
) -> GateRun:
    """Return a run of the standard gates that has swept and judged every check of its plan."""
    probes = standard_probes() if probes is None else tuple(probes)
    run = prepare(options, variables or {}, standard_judges(), probes)
    run.sweep(run.plan, lambda done, total: None)
    for planned in run.plan:
        run.judge(planned)
    return run


def rehearse_gate(
    *faults: str, generation: str = "g2", profile: str = "all", **more: object
) -> Result:
    """Return the result of a rehearsal with these faults."""
    options = Options(("rehearsal",), profile, faults=faults, generation=generation, **more)
    return gate_run(options).result()


def red(result: Result) -> set[str]:
    """Return the checks that are not met: failed, or without evidence."""
    return {f.name for f in result.findings if f.outcome in {"fail", "cannot-tell"}}

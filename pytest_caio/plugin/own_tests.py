"""What the fixtures give to tests of a folder's own.

Source: ``docs/tests.md, Three fixtures``. They are handed copies: whatever a test does to what it
was given, the checks judge what was seen.
"""

from types import MappingProxyType

import pytest

from pytest_caio.base.messages import listed
from pytest_caio.evidence.model import Evidence
from pytest_caio.interlock.rules import Interlock
from pytest_caio.judge.look import Look
from pytest_caio.observe.sender import Limits
from pytest_caio.plugin.items import RUN
from pytest_caio.privacy.outputs import rewritten
from pytest_caio.run.gate_run import GateRun
from pytest_caio.run.reading_client import ReadingClient
from pytest_caio.settings.environments import full_name
from pytest_caio.verdict.result import ShownEnvironment

NOTHING_SEEN = (
    "No check was selected in this run, so nothing was looked at. Name the gates beside your "
    "tests: pytest --caio-env={} gates tests"
)


def parametrise(metafunc: pytest.Metafunc) -> None:
    """Let a test run once for each environment of the run, unless it names its own."""
    if any("caio_environment" in mark.args[0] for mark in _parametrised(metafunc)):
        return
    names = metafunc.config.stash[RUN].options.environments
    metafunc.parametrize("caio_environment", names, indirect=True, ids=names, scope="session")


def _parametrised(metafunc: pytest.Metafunc) -> list[pytest.Mark]:
    marks = metafunc.definition.iter_markers("parametrize")
    return [mark for mark in marks if mark.args]


def environment(config: pytest.Config, name: str) -> ShownEnvironment:
    """Return an environment of the run as reports show it: name, kind and URL."""
    # Of the environments, not of the snapshot: the rehearsal has its port once it is started.
    here = {e.name: e for e in config.stash[RUN].environments}
    found = here.get(full_name(name))
    if found is None:
        pytest.skip(f"{name} is not looked at in this run ({listed(here)})")
    return ShownEnvironment(found.name, found.kind, found.url)


def look(config: pytest.Config, shown: ShownEnvironment) -> Look:
    """Return what a judge gets of this environment: what the sweep saw, and the policy."""
    run = config.stash[RUN]
    seen = _seen(run)
    if not seen.get(shown.name):
        pytest.fail(NOTHING_SEEN.format(shown.name), pytrace=False)
    policy, since = run.snapshot.policy, run.snapshot.since
    return Look(shown.name, shown.kind, seen[shown.name], policy, MappingProxyType(seen),
                since=since)  # fmt: skip


def client(config: pytest.Config, shown: ShownEnvironment) -> ReadingClient:
    """Return a client of this environment, behind an interlock that grants nothing."""
    run = config.stash[RUN]
    here = next(e for e in run.environments if e.name == shown.name)
    interlock = Interlock(
        run.environments, run.redactor, plain_reads=run.snapshot.policy.plain_reads
    )
    limits = Limits(run.options.request_timeout, run.options.warm_up)
    return ReadingClient(here, interlock, run.redactor, limits)


def _seen(run: GateRun) -> dict[str, MappingProxyType[str, Evidence]]:
    # Rewritten with the same texts, it shares nothing that can be changed with the judges'.
    return {
        shown.name: MappingProxyType(
            {probe: rewritten(found, str) for probe, found in run.evidence.of(shown.name).items()}
        )
        for shown in run.snapshot.environments
    }

"""The pytest plugin. Loaded in every session, so its top level imports pytest alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest_caio.judge.look import Look
    from pytest_caio.run.reading_client import ReadingClient
    from pytest_caio.verdict.result import ShownEnvironment

_ACTIVE = "caio-gate"
_NUMBERS = (
    ("concurrency", 40, "requests under way at once, per environment"),
    ("timeout", 10, "seconds for one request"),
    ("deadline", 30, "seconds for the whole sweep; of more environments, for each 16 of them"),
    ("wait", 0, "seconds to wait until the deployment is ready, before anything else"),
    ("warm-up", 15, "seconds to wait for a deployment that is waking up"),
)


# Names and numbers are judged later, when an old verdict is already void: no choices here.
_TEXTS = (
    ("profile", "NAME", "preflight", "preflight: checks due before a live cycle (default); deploy: "
     "after a deploy; cycle: after a live cycle; all"),
    ("since", "WHEN", "", "when the live cycle started, as ISO date or time (default: today in the "
     "policy's zone)"),
    ("report", "DIR", None, "write verdict and evidence into DIR"),
    ("previous", "DIR", None, "an earlier report: this one says what changed since; after a cycle, "
     "the pre-flight's: what became of the cards that waited then"),
    ("expect-release", "RELEASE", "", "the release that must be deployed (policy.yaml says where "
     "it shows)"),
    ("replay-command", "COMMAND", "", "the command that answers a replay case (or "
     "CAIO_REPLAY_COMMAND)"),
    ("replay-from", "DIR", None, "an earlier report whose answers stand in for the golden cases "
     "that are not selected; never a GO"),
    ("replay-cluster", "ADDRESS", "", "a Dask scheduler whose workers ask the golden cases, like "
     "tcp://HOST:8786 (pip install 'pytest-caio[cluster]')"),
    ("golden", "FILE", None, "the golden set (or CAIO_GOLDEN_SET; default: the packaged one)"),
    ("baseline", "FILE", None, "earlier outputs of the golden set"),
    ("browser", "PATH", None, "the Chromium, Chrome or Edge that looks at the page (default: "
     "search)"),
    ("ledger", "FILE|URL", None, "remember this run there, and compare with what it remembers (or "
     "CAIO_LEDGER; pip install 'pytest-caio[ledger]')"),
    ("generation", "NAME", "g2", "which generation of dashboard the rehearsal is: g2 (default) or "
     "g1"),
    ("rehearsal-redis", "URL", None, "a real Redis for the rehearsal to depend on"),
)  # fmt: skip
_FLAGS = (
    ("faults", "list the rehearsal's faults and exit"),
    ("plan", "show what would be asked, sent and judged, and send nothing; no verdict"),
    ("keep-content", "keep subjects, bodies and recipients in evidence (your machine only)"),
    ("prove", "show of each check whether it can fail on this run's evidence"),
    ("update-baseline", "write this run's outputs as the new baseline"),
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the gate's options; none of them does anything without ``--caio-env``."""
    add = parser.getgroup("caio", "CAIO go/no-go gate").addoption
    add("--caio-env", action="append", default=[], metavar="NAMES",
        help="environments to check: prod, staging, rehearsal, a name of your own, several with "
        "commas, or all (staging, production and what the ini file names)")  # fmt: skip
    add("--caio-fault", action="append", default=[], metavar="NAME",
        help="break the rehearsal in a named way (repeatable; see --caio-faults)")  # fmt: skip
    for name, metavar, standard, text in _TEXTS:
        add(f"--caio-{name}", metavar=metavar, default=standard, help=text)
    for name, text in _FLAGS:
        add(f"--caio-{name}", action="store_true", help=text)
    for name, default, text in _NUMBERS:
        add(f"--caio-{name}", default=None, metavar="N", help=f"{text} ({default})")
        parser.addini(f"caio_{name.replace('-', '_')}", text, type="string", default=str(default))
    parser.addini("caio_environments", "further environments that 'all' means", type="args")
    parser.addini("caio_gates", "folder with gate files (default: gates)", default="gates")


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Add the extension points."""
    from pytest_caio import hookspecs

    pluginmanager.add_hookspecs(hookspecs)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Make an old verdict void before anything else can go wrong with this run."""
    asked = early_config.known_args_namespace
    if asked.caio_env and not hasattr(early_config, "workerinput"):
        from pytest_caio.plugin.last_word import have_last_word

        have_last_word(early_config)
    only_lists = asked.collectonly or asked.caio_plan
    if asked.caio_env and asked.caio_report and not only_lists:
        from pytest_caio.plugin.report_taken import take

        take(early_config)


def pytest_cmdline_main(config: pytest.Config) -> int | None:
    """List the rehearsal's faults where that is asked for."""
    if not config.getoption("caio_faults") or config.getoption("caio_plan"):
        return None
    from pytest_caio.extensions import faults
    from pytest_caio.report.fault_list import fault_list

    print(fault_list(faults(config.pluginmanager).values()))  # noqa: T201 - the answer to --caio-faults
    return 0


@pytest.fixture(scope="session")
def caio_environment(request: pytest.FixtureRequest) -> ShownEnvironment:
    """The environment that is looked at, with ``name``, ``kind`` and ``url``: each one of
    ``--caio-env`` in turn. Without that option the test is skipped.
    """
    if not request.config.pluginmanager.has_plugin(_ACTIVE):
        pytest.skip("needs a deployment: run pytest with --caio-env=NAME")
    from pytest_caio.plugin import own_tests

    return own_tests.environment(request.config, request.param)


@pytest.fixture(scope="session")
def caio_evidence(request: pytest.FixtureRequest, caio_environment: ShownEnvironment) -> Look:
    """What the gate has seen of the environment in this run, as a judge gets it."""
    from pytest_caio.plugin import own_tests

    return own_tests.look(request.config, caio_environment)


@pytest.fixture(scope="session")
def caio_client(
    request: pytest.FixtureRequest, caio_environment: ShownEnvironment
) -> ReadingClient:
    """A client that reads from the environment, signed in; each request passes the interlock."""
    from pytest_caio.plugin import own_tests

    return own_tests.client(request.config, caio_environment)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Let a test that asks for an environment run in each one that is looked at."""
    active = metafunc.config.pluginmanager.has_plugin(_ACTIVE)
    if active and "caio_environment" in metafunc.fixturenames:
        from pytest_caio.plugin.own_tests import parametrise

        parametrise(metafunc)


def pytest_configure(config: pytest.Config) -> None:
    """Take over collection and verdict where an environment is named, else do nothing."""
    if config.getoption("caio_plan"):
        from pytest_caio.plugin.plan_shown import unfit

        unfit(config)
    if config.getoption("caio_env") and not hasattr(config, "workerinput"):
        from pytest_caio.plugin.session import activate

        activate(config)

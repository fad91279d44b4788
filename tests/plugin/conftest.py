"""A deployment that stands for staging, and a folder to run the gate in."""

import importlib
import os
import pkgutil
from collections.abc import Iterator

import pytest
from gatefolder import GateFolder

import pytest_caio
from pytest_caio.observe.page import shared_browser
from pytest_caio.rehearsal.server import RehearsalServer, rehearse

_LIBRARIES = (
    "anyio._backends._asyncio",
    "httpcore2",
    "hypothesis.internal.observability",
    "jmespath.exceptions",
    "psycopg",
    "sqlalchemy.dialects.postgresql.psycopg",
    "yaml",
)
# pytester forgets what an inner run imported, and some libraries can't be imported twice: what is
# imported here is imported once.
for _name in _LIBRARIES:
    importlib.import_module(_name)
for _module in pkgutil.walk_packages(pytest_caio.__path__, "pytest_caio."):
    if not _module.name.endswith("__main__"):
        importlib.import_module(_module.name)

TOKEN = "t0ken-of-staging-for-tests"


@pytest.fixture(autouse=True)
def plain_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep whatever this machine or its CI sets out of the runs."""
    for name in os.environ:
        if name.startswith(("CAIO_", "GITHUB_", "SLACK_", "PYTEST_ADDOPTS")):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def deployment() -> Iterator[RehearsalServer]:
    """A deployment in good order, for all tests to look at."""
    with rehearse(token=TOKEN) as server:
        yield server


@pytest.fixture
def staging(deployment: RehearsalServer, monkeypatch: pytest.MonkeyPatch) -> RehearsalServer:
    """The deployment as the environment ``staging``, with no request in its record.

    Of the rehearsal's kind, as the page checks are then advice where there is no browser.
    """
    monkeypatch.setenv("CAIO_STAGING_KIND", "rehearsal")
    monkeypatch.setenv("CAIO_STAGING_URL", deployment.url)
    monkeypatch.setenv("CAIO_STAGING_TOKEN", deployment.token)
    deployment.requests.clear()
    return deployment


@pytest.fixture
def gate(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> GateFolder:
    """An empty folder, without a deployment, on a machine without a browser: they are slow."""

    async def no_browser(*_: object) -> None:
        raise shared_browser.NoBrowser("no Chromium was found")

    monkeypatch.setattr(shared_browser.SharedBrowser, "_start", no_browser)
    return GateFolder(pytester)

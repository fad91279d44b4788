"""Servers, certificates and the other host; and how many cases there were."""

from __future__ import annotations

import gc
import ssl
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
from wire import Answer, Hosts, Listening, Wire


@pytest.fixture
def tried(request: pytest.FixtureRequest) -> Iterator[list[str]]:
    """Take the names of the cases that a test tries; they are counted at the end of the run."""
    found: list[str] = []
    yield found
    request.node.user_properties += [("hostile deployment", name) for name in found]


@pytest.fixture(scope="session")
def hosts() -> Iterator[Hosts]:
    """The thread in which all servers live."""
    found = Hosts()
    yield found
    found.close()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        gc.collect()


@pytest.fixture(scope="session")
def elsewhere(hosts: Hosts) -> Iterator[Listening]:
    """Another host, which nothing must ever reach."""

    async def behave(good: Answer, wire: Wire) -> None:
        await wire.say(good.raw())

    with hosts.serving(behave) as listening:
        yield listening


@pytest.fixture(scope="session")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, ssl.SSLContext]]:
    """The authority that the gate trusts, and servers' certificates by name."""
    ours, strange = trustme.CA(), trustme.CA()
    past = datetime.now(UTC) - timedelta(days=1)
    certificates = {
        "good": ours.issue_cert("localhost"),
        "wrong": ours.issue_cert("elsewhere.example"),
        "expired": ours.issue_cert("localhost", not_after=past),
        "strange": strange.issue_cert("localhost"),
    }
    contexts = {}
    for name, certificate in certificates.items():
        contexts[name] = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        certificate.configure_cert(contexts[name])
    path = tmp_path_factory.mktemp("authority") / "ca.pem"
    ours.cert_pem.write_to_path(path)
    return path, contexts

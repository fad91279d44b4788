"""With the deployment down nothing can be told, and the run says so within its deadline."""

import socket
import time

import pytest
from gatefolder import GateFolder

from pytest_caio.rehearsal.server import RehearsalServer

# Whole gate runs, each of about a second.
pytestmark = pytest.mark.slow


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> str:
    """The URL of a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    monkeypatch.setenv("CAIO_STAGING_URL", f"http://127.0.0.1:{port}")
    monkeypatch.setenv("CAIO_STAGING_TOKEN", "t0ken-of-staging")
    return f"http://127.0.0.1:{port}"


@pytest.mark.parametrize("profile", ["preflight", "cycle"])
def test_every_check_is_cannot_tell(gate: GateFolder, closed: str, profile: str) -> None:
    """No required check passes, none fails, and each says why nothing was seen."""
    started = time.monotonic()
    judged = gate.judged(f"--caio-profile={profile}", "--caio-deadline=20")
    assert time.monotonic() - started < 20
    assert (judged.verdict, judged.code) == ("CANNOT TELL", 10)
    required = [f for f in judged.data["findings"] if f["severity"] == "required"]
    # Without a ledger there is nothing to ask of it.
    asked = [f for f in required if f["check"] != "approved-under-go"]
    assert {f["outcome"] for f in asked} == {"cannot-tell"}
    assert all(f["observed"] and f["remedy"] for f in asked)
    assert closed not in judged.result.stderr.str()


@pytest.mark.usefixtures("closed")
def test_reads_were_repeated_and_that_is_said(gate: GateFolder) -> None:
    """A connection error is worth three attempts, and a finding that needed them says so."""
    finding = gate.judged("-k", "tags").finding("rejection.tags")
    assert "no connection" in finding["observed"]
    assert finding["attempts"] == 3


def test_a_port_that_speaks_plain_http(
    gate: GateFolder, staging: RehearsalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked by https it answers, so it is not told as one where nobody listens."""
    monkeypatch.setenv("CAIO_STAGING_URL", staging.url.replace("http:", "https:"))
    judged = gate.judged("-k", "reachable")
    first = judged.data["causes"][0]
    assert first["key"] == "plain-http"
    assert first["seen"].startswith("What answers at staging (https://127.0.0.1:")
    assert "in CAIO_STAGING_URL (443 where none is named)" in first["remedy"]
    assert judged.finding("environment.reachable")["attempts"] == 1


def test_a_host_that_takes_nothing(gate: GateFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """A port that accepts and then is silent costs the time limit, not more."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("CAIO_STAGING_URL", f"http://127.0.0.1:{silent.getsockname()[1]}")
        monkeypatch.setenv("CAIO_STAGING_TOKEN", "t0ken-of-staging")
        started = time.monotonic()
        judged = gate.judged("--caio-timeout=0.3", "--caio-warm-up=0", "--caio-deadline=2")
        assert time.monotonic() - started < 10
    assert judged.verdict == "CANNOT TELL"
    assert "pass" not in {f["outcome"] for f in judged.data["findings"]}

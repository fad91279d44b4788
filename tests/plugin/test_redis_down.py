"""A required dependency goes down: a real Redis under the deployment, stopped while it runs."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from gatefolder import GateFolder

from pytest_caio.rehearsal.server import rehearse

SERVER = shutil.which("redis-server")
RED = {"environment.redis-required", "smoke.ready", "smoke.dependencies"}
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(SERVER is None, reason="no redis-server here (CI installs it)"),
]


@contextmanager
def redis(folder: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A Redis on a free port, once it takes connections, until the block is left."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(SERVER), "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    process = subprocess.Popen(
        [*command, "--dir", str(folder), "--daemonize", "no"], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if "Ready to accept connections" in line:
                break
        yield f"redis://127.0.0.1:{port}", process
    finally:
        stop(process)


def stop(process: subprocess.Popen[str]) -> None:
    """End a process and wait for it."""
    process.terminate()
    process.communicate(timeout=10)


def test_stopped_while_the_deployment_runs(
    gate: GateFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Flag and readiness checks turn red, nothing else does, and nothing hangs."""
    with redis(tmp_path) as (url, process), rehearse(redis_url=url) as server:
        monkeypatch.setenv("CAIO_STAGING_URL", server.url)
        monkeypatch.setenv("CAIO_STAGING_TOKEN", server.token)
        monkeypatch.setenv("CAIO_STAGING_KIND", "rehearsal")
        before = gate.judged()
        stop(process)
        after = gate.judged()
    assert (before.verdict, before.code) == ("GO", 0)
    assert (after.verdict, after.code) == ("NO-GO", 1)
    changed = {n for n, outcome in after.outcomes().items() if outcome != before.outcomes()[n]}
    # The server's zone shows in its readiness only, which a 503 does not have.
    assert changed == RED | {"cycle.send-hours"}
    assert {after.outcomes()[name] for name in RED} == {"fail"}


def test_under_the_rehearsal(gate: GateFolder, tmp_path: Path) -> None:
    """``--caio-rehearsal-redis`` names the Redis that the rehearsal depends on."""
    with redis(tmp_path) as (url, _):
        option = f"--caio-rehearsal-redis={url}"
        assert gate.judged(option, env="rehearsal").verdict == "GO"
    judged = gate.judged(option, "-m", "smoke or environment", env="rehearsal")
    assert {n for n, outcome in judged.outcomes().items() if outcome == "fail"} == RED

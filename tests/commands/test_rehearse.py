"""``caio rehearse``: a real process on a real port, until it is told to stop."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import httpx2
import pytest

from pytest_caio.judge.standard_judges import standard_judges
from pytest_caio.observe.standard_probes import standard_probes
from pytest_caio.rehearsal.server import rehearse
from pytest_caio.report.console import verdict_line
from pytest_caio.report.folder import verdict_json
from pytest_caio.run.prepare import prepare
from pytest_caio.settings.options import Options
from pytest_caio.verdict.result import REHEARSAL_NOTE, Result

# Whole gate runs, each of about a second.
pytestmark = pytest.mark.slow

posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")


@dataclass(frozen=True)
class Served:
    """A process that serves, and what it printed before it began to wait."""

    process: subprocess.Popen[str]
    said: str

    @property
    def variables(self) -> dict[str, str]:
        """What bash is told to set."""
        return dict(re.findall(r"^  export (\w+)=(\S+)$", self.said, re.M))


@contextmanager
def serving(*arguments: str) -> Iterator[Served]:
    """Start the command and wait until it says that it is there; end it if the test did not."""
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest_caio", "rehearse", *arguments],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        lines = iter(process.stdout.readline, "")  # type: ignore[union-attr]
        said = []
        for line in lines:
            said.append(line)
            if "ends it." in line:
                break
        yield Served(process, "".join(said))
    finally:
        process.kill()
        process.communicate()


def looked_at(url: str, token: str, kind: str = "staging") -> Result:
    """What the gate finds there, without a browser."""
    variables = {"CAIO_STAGING_URL": url, "CAIO_STAGING_TOKEN": token, "CAIO_STAGING_KIND": kind}
    run = prepare(Options(("staging",)), variables, standard_judges(), standard_probes())
    chosen = tuple(p for p in run.plan if not p.check.id.startswith("page-"))
    run.snapshot = replace(run.snapshot, plan=chosen)
    run.sweep(chosen, lambda done, total: None)
    for planned in chosen:
        run.judge(planned)
    return run.result()


@posix
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_until_it_is_told_to_stop(number: int) -> None:
    """The printed variables are enough for the gate, which says that it was a rehearsal."""
    with serving("--environment", "staging", "--port", "0", "--cards", "2") as served:
        url = served.variables["CAIO_STAGING_URL"]
        token = served.variables["CAIO_STAGING_TOKEN"]
        assert f"$env:CAIO_STAGING_URL = '{url}'" in served.said
        assert f"$env:CAIO_STAGING_TOKEN = '{token}'" in served.said
        found = looked_at(url, token)
        served.process.send_signal(number)
        rest, _ = served.process.communicate(timeout=30)
    assert (served.process.returncode, rest.strip()) == (0, "The rehearsal has ended.")
    assert (found.verdict, found.exit_code, found.rehearsal) == ("GO", 0, True)
    assert verdict_line(found).text.endswith(REHEARSAL_NOTE)
    verdict = verdict_json(found)
    assert (verdict["rehearsal"], verdict["note"]) == (True, REHEARSAL_NOTE)
    assert "good_until" not in verdict
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(f"{url}/api/health")


def test_a_real_deployment_is_no_rehearsal() -> None:
    """Nothing but the header says it: without it the same answers clear a cycle."""
    with rehearse(environment="staging", announced=False) as server:
        found = looked_at(server.url, server.token)
    assert (found.verdict, found.rehearsal) == ("GO", False)
    assert verdict_json(found)["rehearsal"] is False


def test_every_answer_owns_up() -> None:
    """Also a refusal, a redirect, a page, and what another service would say."""
    for faults in ((), ("not-a-dashboard",)):
        with rehearse(faults=faults, environment="production") as server:
            for path in ("/api/health", "/api/operator/status", "/sales", "/login", "/nowhere"):
                answer = httpx2.get(server.url + path, follow_redirects=False)
                assert answer.headers["x-caio-rehearsal"] == "true", path


def test_the_page_says_so_too() -> None:
    """Who clicks through it reads it at the top."""
    with rehearse("g1") as server:
        assert "A rehearsal: nothing here is real" in httpx2.get(f"{server.url}/sales").text


@pytest.mark.parametrize(("cards", "live"), [(None, 3), (0, 0), (1, 1), (5, 5)])
@pytest.mark.parametrize("fault", [(), ("outside-window",)])
def test_live_cards(cards: int | None, live: int, fault: tuple[str, ...]) -> None:
    """As many as are asked for, whatever the clock; the training card is there in any case."""
    with rehearse(cards=cards, faults=fault) as server:
        listed = server.deployment.queue().listed
    assert sum(not card.training for card in listed) == live
    assert sum(card.training for card in listed) == 1
    assert len({card.email_id for card in listed}) == live + 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--fault=emergncy-stop"], "Did you mean emergency-stop?"),
        (["--fault=unsendable-card", "--environment=prod"], "breaks a live card, and none waits"),
        (["--environment=slack"], "'slack' is reserved"),
        (["--environment=all"], "--environment takes one name"),
        (["--environment=a b"], "is no environment name"),
        (["--token=short"], "--token is shorter than"),
        (["--token=with a space"], "--token has a space in it"),
        (["--port=65536"], "'65536' is not a port (0 to 65535)"),
        (["--port=x"], "'x' is not a port"),
        (["--cards=-1"], "'-1' is not a number of cards (0 to 100)"),
        (["--latency=-1"], "'-1' is no time in seconds (0 to 60)"),
        (["--latency=nan"], "'nan' is no time in seconds"),
        (["--generation=g3"], "invalid choice"),
    ],
)
def test_mistakes_are_said_before_anything_starts(
    caio: Any, arguments: list[str], said: str
) -> None:
    """Exit code 4, and what would be right."""
    ran = caio("rehearse", *arguments)
    assert (ran.code, ran.out) == (4, "")
    assert said in ran.err


def test_a_port_in_use_is_named(caio: Any) -> None:
    """It says which, and how to get another."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        ran = caio("rehearse", f"--port={port}")
    assert (ran.code, ran.out) == (4, "")
    assert f"port {port} can't be had" in ran.err
    assert "0 for any that is free" in ran.err

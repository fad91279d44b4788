"""``--caio-prove`` and ``caio judge --prove``: told everywhere, with no say in the verdict."""

from __future__ import annotations

import json

import pytest
from gatefolder import GateFolder

from pytest_caio.__main__ import main
from pytest_caio.rehearsal.server import RehearsalServer

# Whole gate runs, each of about a second.
pytestmark = pytest.mark.slow

BLIND = """
from pytest_caio.api import Judge, Outcome, Ruling

STATUS = "GET /api/operator/status"


def blind(look):
    look.object(STATUS).get("emergency_stop", bool)
    return Ruling(Outcome.PASS, "read, and not looked at")


def pytest_caio_judges():
    return [Judge("own.blind", blind, (STATUS,))]
"""
GATE = """
gate: own
title: Own checks
owner: engineering
when: [preflight]
checks:
  - id: stop
    title: The emergency stop is off
    request: GET /api/operator/status
    expect: [{emergency_stop: false}]
    remedy: Release it.
  - id: blind
    title: Whatever it reads holds
    judge: own.blind
    remedy: Nothing.
"""


@pytest.fixture
def own(gate: GateFolder, staging: RehearsalServer) -> GateFolder:
    """A folder with a check that sees and one that doesn't, and with staging to look at."""
    gate.write("gates/own.yaml", GATE)
    gate.write("conftest.py", BLIND)
    return gate


def test_a_blind_check_is_told(own: GateFolder, staging: RehearsalServer) -> None:
    """It is named on the console, in verdict.json and for engineers; verdict and traffic are as
    without the proof.
    """
    before = own.judged("gates/own.yaml")
    asked = len(staging.requests)
    after = own.judged("--caio-prove", "gates/own.yaml")
    assert (before.code, before.data["verdict"]) == (after.code, after.data["verdict"])
    assert len(staging.requests) == 2 * asked
    console = " ".join(after.result.stdout.str().split())
    said = "1 of 2 checks shown able to fail on this evidence"
    assert said in console
    assert "unproven: own.blind in staging" in console
    proof = after.data["proof"]
    assert (proof["able"], proof["unproven"]) == (1, 1)
    assert [c["shown"] for c in proof["checks"] if c["gate"] == "own"] == [
        "able to fail",
        "unproven",
    ]
    page = (own.report / "report.html").read_text("utf-8")
    assert said in page
    assert "No change of what they read turned these red" in page
    assert "proof" not in before.data
    assert "shown able to fail" not in before.result.stdout.str()


def test_a_report_is_proved_again(gate: GateFolder, capsys: pytest.CaptureFixture[str]) -> None:
    """``caio judge --prove`` says of kept, reduced evidence what the run said, and neither proof
    has a say in the verdict.
    """
    ran = gate.judged("--caio-prove", "-k", "ramp or queue or tags", env="rehearsal")
    capsys.readouterr()
    assert main(["judge", str(gate.report), "--prove", "--json"]) == ran.code
    assert json.loads(capsys.readouterr().out) == ran.data
    assert main(["judge", str(gate.report), "--json"]) == ran.code
    again = json.loads(capsys.readouterr().out)
    assert again == {key: value for key, value in ran.data.items() if key != "proof"}
    assert main(["judge", str(gate.report), "--prove"]) == ran.code
    assert ran.data["proof"]["said"] in " ".join(capsys.readouterr().out.split())


def test_a_proof_that_fails_takes_no_verdict_along(
    own: GateFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said, and the run ends as it would have."""

    def broken(*_: object) -> None:
        raise RuntimeError("no proof today")

    monkeypatch.setattr("pytest_caio.proof.prove.prove", broken)
    judged = own.judged("--caio-prove", "gates/own.yaml")
    console = judged.result.stdout.str()
    assert "The proof itself failed (RuntimeError: no proof today); the verdict stands" in console
    assert "proof" not in judged.data
    assert console.splitlines()[-1].startswith(judged.data["verdict"])

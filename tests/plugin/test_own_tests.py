"""Tests of a folder's own: what the fixtures give them, and that they have no say in a verdict."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from gatefolder import GateFolder, last_line

from pytest_caio.rehearsal.server import RehearsalServer

# Whole gate runs.
pytestmark = pytest.mark.slow

PAGE = Path(__file__).parents[2] / "docs" / "tests.md"
EXAMPLES = re.findall(r"^```python\n(.*?)^```", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
STATUS = "GET /api/operator/status"


def test_three_examples() -> None:
    """One for each fixture; they are tried below."""
    assert len(EXAMPLES) == 3


@pytest.mark.usefixtures("staging")
@pytest.mark.parametrize("example", EXAMPLES)
def test_documented_examples(gate: GateFolder, example: str) -> None:
    """Each passes beside the checks that look at what it needs."""
    gate.write("tests/test_example.py", example)
    result = gate.run("gates/ramp.yaml", "tests", "-v")
    passed = [line for line in result.outlines if re.search(r"example.py::.*PASSED", line)]
    assert len(passed) == example.count("def test_")
    assert all("[staging]" in line for line in passed)


@pytest.mark.parametrize("fixture", ["caio_environment", "caio_evidence", "caio_client"])
def test_without_an_environment_it_is_skipped(gate: GateFolder, fixture: str) -> None:
    """And the reason says what to do."""
    gate.write("test_x.py", f"def test_x({fixture}): assert False")
    result = gate.pytester.runpytest_inprocess("-rs")
    result.assert_outcomes(skipped=1)
    assert "needs a deployment: run pytest with --caio-env=NAME" in result.stdout.str()


@pytest.mark.usefixtures("staging")
def test_once_for_each_environment(
    gate: GateFolder, deployment: RehearsalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the order in which they are named, each with its own evidence and client."""
    monkeypatch.setenv("CAIO_CANARY_KIND", "rehearsal")
    monkeypatch.setenv("CAIO_CANARY_URL", deployment.url)
    monkeypatch.setenv("CAIO_CANARY_TOKEN", deployment.token)
    gate.write(
        "test_x.py",
        "def test_x(caio_environment, caio_evidence, caio_client):\n"
        "    here = caio_environment.name\n"
        "    assert here == caio_evidence.environment in repr(caio_client)\n"
        "    assert caio_environment.kind == 'rehearsal'\n"
        f"    assert caio_evidence.observed({STATUS!r}).environment == here\n",
    )
    result = gate.run("gates/ramp.yaml", "test_x.py", "-v", env="staging,canary")
    found = [line for line in result.outlines if "test_x.py::" in line]
    assert [re.search(r"\[(\w+)\] (\w+)", line).groups() for line in found] == [  # type: ignore[union-attr]
        ("staging", "PASSED"), ("canary", "PASSED"),
    ]  # fmt: skip


@pytest.mark.usefixtures("staging")
def test_one_that_names_its_environments(gate: GateFolder) -> None:
    """It runs in those that are looked at, whatever they are called, and is skipped elsewhere."""
    gate.write(
        "test_x.py",
        "import pytest\n"
        "@pytest.mark.parametrize('number', [1, 2])\n"
        "@pytest.mark.parametrize('caio_environment', ['stage', 'prod'], indirect=True)\n"
        "def test_x(caio_client, number): caio_client.get('/api/health')\n",
    )
    result = gate.run("test_x.py", "-rs")
    result.assert_outcomes(passed=2, skipped=2)
    assert "prod is not looked at in this run (staging)" in result.stdout.str()
    gate.pytester.runpytest_inprocess("test_x.py").assert_outcomes(skipped=4)


def test_the_rehearsal_stays_until_they_have_run(gate: GateFolder) -> None:
    """Beside its checks, and without any."""
    gate.write("test_x.py", "def test_x(caio_client):\n    caio_client.get('/api/health')\n")
    for paths in (("gates/ramp.yaml", "test_x.py"), ("test_x.py",)):
        result = gate.run(*paths, "-v", env="rehearsal")
        assert [line for line in result.outlines if "test_x[rehearsal] PASSED" in line]
        assert last_line(result).startswith("CANNOT TELL: rehearsal")
        assert result.ret == 10


@pytest.mark.usefixtures("staging")
def test_without_a_check_nothing_was_seen(gate: GateFolder) -> None:
    """Evidence of nothing is an error that says what to name."""
    gate.write("test_x.py", "def test_x(caio_evidence): pass")
    result = gate.run("test_x.py")
    result.assert_outcomes(errors=1)
    assert "pytest --caio-env=staging gates tests" in result.stdout.str()


@pytest.mark.usefixtures("staging")
def test_what_was_not_looked_at_is_not_there(gate: GateFolder) -> None:
    """A test of it fails, whatever it goes on to say."""
    gate.write("test_x.py", f"def test_x(caio_evidence): assert not caio_evidence.json({STATUS!r})")
    result = gate.run("gates/smoke.yaml::health", "test_x.py")
    assert result.ret == 10
    assert f"NoEvidence: {STATUS}: it was not asked" in result.stdout.str()


STOPPED = {
    "POST /api/emails/approve-all": "no read, and a test only reads",
    "GET /api/emails/approve-all": "was stopped by the interlock",
    "DELETE /api/emails as anonymous": "no read, and a test only reads",
    "POST /login as anonymous": "no read, and a test only reads",
    "GET /sales as session": "only the gate itself logs in",
    "GET https://elsewhere.example/": "the host is the environment's",
}


@pytest.mark.parametrize("request_", STOPPED)
def test_nothing_but_reads(gate: GateFolder, staging: RehearsalServer, request_: str) -> None:
    """What else a test asks for never leaves the process; no token stands in the traceback."""
    gate.write("test_x.py", f"def test_x(caio_client): caio_client.ask({request_!r})")
    result = gate.run("test_x.py", "--showlocals", "--tb=long")
    text = result.stdout.str()
    assert STOPPED[request_] in text
    assert staging.token not in text
    assert staging.requests == []


def test_no_answer_is_no_evidence(gate: GateFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a test that something is not the case would pass where nobody answers."""
    monkeypatch.setenv("CAIO_STAGING_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("CAIO_STAGING_TOKEN", "t0ken-of-staging-for-tests")
    gate.write(
        "test_x.py", "def test_x(caio_client): assert caio_client.get('/docs').status != 200"
    )
    result = gate.run("test_x.py", "-l")
    result.assert_outcomes(failed=1)
    assert "NoEvidence: GET /docs: " in result.stdout.str()
    assert "t0ken-of-staging" not in result.stdout.str()


@pytest.mark.usefixtures("staging")
def test_people_and_tokens_stay_hidden(gate: GateFolder, deployment: RehearsalServer) -> None:
    """What a failing test prints of an answer is redacted, with its request."""
    gate.write(
        "test_x.py",
        "def test_x(caio_client):\n"
        "    seen = caio_client.get('/api/pending-emails')\n"
        "    assert seen.json()['pending_emails'] and seen == 0\n",
    )
    text = gate.run("test_x.py", "-vv", "-l").stdout.str()
    cards = [c for c in deployment.deployment.state.cards.values() if c.queued]
    assert "token:staging" in text
    assert [c.to for c in cards if c.to in text] == []
    assert [c.email_id for c in cards if c.email_id in text] == []
    assert deployment.token not in text


@pytest.mark.usefixtures("staging")
def test_within_an_event_loop(gate: GateFolder) -> None:
    """A coroutine may ask too."""
    gate.write(
        "test_x.py",
        "import asyncio\n"
        "def test_x(caio_client):\n"
        "    async def ask(): return caio_client.get('/api/health')\n"
        "    assert asyncio.run(ask()).status == 200\n",
    )
    gate.run("test_x.py").assert_outcomes(passed=1)


FALSIFIED = f"""
def test_x(caio_evidence, request):
    status = caio_evidence.json({STATUS!r})
    status.update(emergency_stop=False)
    for peer in caio_evidence.peers.values():
        peer[{STATUS!r}].answer.json().update(emergency_stop=False)
    caio_evidence.derived.clear()
"""


@pytest.mark.parametrize("test", [FALSIFIED, "def test_x(): pass"])
def test_no_test_makes_a_go(gate: GateFolder, test: str) -> None:
    """Passing beside a NO-GO, or doing what it likes to what it was given: the verdict stays."""
    gate.write("test_x.py", test)
    judged = gate.judged("test_x.py", "gates", "-v", "--caio-fault=emergency-stop", env="rehearsal")
    assert (judged.code, judged.verdict) == (1, "NO-GO")
    assert judged.finding("ramp.emergency-stop")["outcome"] == "fail"
    assert re.search(r"test_x.py::test_x\S* PASSED", judged.result.stdout.str())


@pytest.mark.usefixtures("staging")
def test_one_that_fails_beside_a_go(gate: GateFolder) -> None:
    """The verdict speaks of the deployment, the exit code of the session, the last line of both."""
    gate.write("test_x.py", "def test_x(caio_evidence): assert False")
    judged = gate.judged("gates", "test_x.py")
    assert (judged.code, judged.verdict) == (1, "GO")
    assert "But the session itself failed for another reason" in last_line(judged.result)

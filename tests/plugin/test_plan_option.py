"""``--caio-plan``: what a run would do, and that nothing of it is done."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from gatefolder import GateFolder

from pytest_caio.interlock.deeds import WHY_HARMLESS, Deed
from pytest_caio.interlock.rules import Grant
from pytest_caio.rehearsal.server import RehearsalServer

END = "A plan and no verdict: nothing was sent, started or written."
# What a process could reach others by, or leave behind; the first word of what Python audits.
WATCHED = """
import os, sys, tempfile
DONE = []
# What pytest catches output with has no name there.
UNNAMED = tempfile.gettempdir()

def note(event, args):
    if event in {"socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto",
                 "subprocess.Popen", "os.system", "os.posix_spawn", "os.exec", "sqlite3.connect"}:
        DONE.append(f"{event} {args}")
    writes = event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+")
    if writes and args[0] not in {UNNAMED, os.devnull}:
        DONE.append(f"open {args[0]} {args[1]}")

sys.addaudithook(note)
from pytest_caio.__main__ import main
sys.dont_write_bytecode = True
code = main(sys.argv[1:])
print("DONE:", DONE)
sys.exit(code)
"""


def shown(gate: GateFolder, *args: str, env: str = "staging") -> str:
    """The plan, of a run that ends well."""
    result = gate.run("--caio-plan", *args, env=env)
    assert result.ret == 0
    text = result.stdout.str()
    assert END in text
    return text


def short(text: str) -> str:
    """What the owner reads: all before the tables, in one line."""
    return " ".join(text.partition("Asked of ")[0].split())


def test_nothing_is_sent_started_or_written(tmp_path: Path, staging: RehearsalServer) -> None:
    """Not by the browser, the webhooks, a replay's command, the ledger or Slack either; the report,
    the JUnit file and the ledger of the last run stay as they are.
    """
    last = {name: tmp_path / name for name in ("out/verdict.json", "junit.xml", "runs.sqlite")}
    (tmp_path / "out").mkdir()
    for path in last.values():
        path.write_text("the last run's", "utf-8")
    (tmp_path / "watched.py").write_text(WATCHED, "utf-8")
    variables = {
        **os.environ,
        "CAIO_STAGING_WEBHOOK_TOKEN": "webhook-secret-of-staging",
        "CAIO_SLACK_WEBHOOK_URL": "http://127.0.0.1:9/slack",
        "CAIO_REPLAY_COMMAND": "python run_case.py",
        "GITHUB_ACTIONS": "true",
    }
    arguments = ["run", "--caio-env=staging,rehearsal", "--caio-profile=all", "--caio-report=out",
                 "--caio-ledger=runs.sqlite", "--junitxml=junit.xml", "--caio-wait=5",
                 "-p", "no:cacheprovider", "--caio-plan"]  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-B", "watched.py", *arguments],
        cwd=tmp_path, env=variables, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert END in done.stdout
    assert done.stdout.splitlines()[-1] == "DONE: []"
    assert [path.read_text("utf-8") for path in last.values()] == ["the last run's"] * 3
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["verdict.json"]
    assert not staging.requests
    # GitHub takes these lines as what it has to hide.
    told = [line for line in done.stdout.splitlines() if not line.startswith("::add-mask::")]
    for secret in (staging.token, "webhook-secret-of-staging"):
        assert secret not in "\n".join(told) + done.stderr


def test_an_owner_reads_the_beginning(gate: GateFolder, staging: RehearsalServer) -> None:
    """Where, how much, what counts, and why what is no plain read can't touch a live contact."""
    told = short(shown(gate))
    assert "Profile preflight: what is due before a live cycle. Nothing has been sent." in told
    assert f"staging ({staging.url}; should be: rehearsal)" in told
    assert "decide on GO or NO-GO" in told
    assert f"{Deed.REFUSED_REJECTION} (9 at most): {WHY_HARMLESS[Deed.REFUSED_REJECTION]}" in told
    assert f"{Grant.SEED} (1 at most)" in told
    assert "Approving, dispatching, or rejecting a live card is not among them" in told
    assert "smoke.webhook: does not apply: no webhook secret was given" in told
    assert "In the way" not in told


def test_an_engineer_reads_the_tables(gate: GateFolder, staging: RehearsalServer) -> None:
    """Each request with its round, and each check with the numbers of what it looks at."""
    rows = [line.split() for line in shown(gate).splitlines()]
    asked = {
        (" ".join(row[3:5]), "anonymous" in row): row[:3] for row in rows if row[2:3] == ["1x"]
    }
    turn, number, _ = asked["GET /api/rejection-tags", False]
    assert turn == "1"
    # What a cache would give away shows only once somebody was let in to read it.
    assert asked["GET /api/rejection-tags", True][0] == "2"
    tags = next(row for row in rows if row[:1] == ["rejection.tags"])
    assert tags[1:4] == ["required", "Engineering", number]
    login = next(row for row in rows if row[:3] == ["1x", "POST", "/login"])
    assert "login" in login


@pytest.mark.usefixtures("staging")
def test_selection_and_profile(gate: GateFolder) -> None:
    """Only what is selected would be asked; what is due and left out is said."""
    told = shown(gate, "gates/rejection.yaml::tags")
    assert "judged: 1 check." in told
    assert "Everything that would be sent is a plain read." in told
    assert "Such a run is never a GO." in short(told)
    assert "/api/operator/history" not in told
    told = shown(gate, "-m", "ramp", "--caio-profile=cycle")
    assert "No check is selected here, so nothing would be asked." in told
    assert "cycle.decided" in short(told)
    assert "ramp.limits (preflight, deploy)" in short(told)


def test_missing_variables_are_said(gate: GateFolder) -> None:
    """They are what a plan is for: what they hold isn't needed to show it."""
    told = short(shown(gate, "--caio-profile=all", env="prod"))
    for text in (
        "In the way: a run would end before anything is sent (exit code 4):",
        "environment 'production': set CAIO_PROD_URL",
        "environment 'production': set CAIO_PROD_TOKEN",
        "production (address not given; should be: production)",
        "cycle.sent-evidence: can't be told: no access to GHL",
        "replay.deterministic and replay.limits: can't be told: no runner is named. Name a runner",
        "smoke.parity: does not apply: one environment only",
    ):
        assert text in told
    assert str(Grant.SEED) not in told


def test_a_malformed_variable_is_said_and_not_shown(
    gate: GateFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also one that has a token where none belongs."""
    monkeypatch.setenv("CAIO_PROD_URL", "https://user:s3cret-in-url@caio.example.com")
    monkeypatch.setenv("CAIO_PROD_TOKEN", "'t0ken-in-quotes'")
    monkeypatch.setenv("CAIO_GHL_TOKEN", "t0ken-of-ghl")
    told = shown(gate, "--caio-profile=all", env="prod")
    for text in ("CAIO_PROD_URL holds a user name", "CAIO_PROD_TOKEN has quotes",
                 "set CAIO_GHL_LOCATION_ID too"):  # fmt: skip
        assert text in told
    for secret in ("s3cret-in-url", "t0ken-in-quotes", "t0ken-of-ghl"):
        assert secret not in told


OURS = """\
gate: ours
title: Ours
owner: PTO
when: [preflight]
checks:
  - id: harm
    title: Nobody can send
    request: POST /api/operator/trigger as anonymous
    expect:
      - status: {equals: 401}
    remedy: Close it.
"""
WAIVER = """\
- check: ramp.limits
  environment: staging
  reason: Agreed with the team
  owner: PTO
  expires: 2026-01-01
"""


@pytest.mark.usefixtures("staging")
def test_what_is_stopped_waived_or_of_ones_own(gate: GateFolder) -> None:
    """The interlock itself is asked about a request of one's own."""
    gate.write("gates/ours.yaml", OURS)
    gate.write("gates/waivers.yaml", WAIVER)
    gate.write("test_ours.py", "def test_it(caio_environment): raise AssertionError\n")
    told = short(shown(gate, "gates", "test_ours.py"))
    assert "staging: POST /api/operator/trigger: an anonymous POST" in told
    assert "ramp.limits: was waived by PTO until Thu 1 Jan, expired: Agreed with the team" in told
    assert "1 test of your own would run too" in told


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--caio-prove"], "--caio-prove changes evidence"),
        (["--caio-update-baseline"], "--caio-update-baseline writes answers"),
        (["--co"], "--co lists what would run"),
        (["--caio-faults"], "--caio-faults lists the rehearsal's faults"),
        (["--caio-profile=prefligt"], "did you mean 'preflight'?"),
        (["gates/rump.yaml"], "did you mean 'gates/ramp.yaml'?"),
    ],
)
@pytest.mark.usefixtures("staging")
def test_mistakes(gate: GateFolder, args: list[str], said: str) -> None:
    """What doesn't fit a plan, and what is wrong as it would be in a run; the report stays."""
    last = gate.write("out/verdict.json", "the last run's")
    result = gate.run("--caio-plan", "--caio-report=out", *args)
    assert result.ret == 4
    assert said in result.stderr.str() + result.stdout.str()
    assert last.read_text("utf-8") == "the last run's"


def test_of_which_environments(pytester: pytest.Pytester) -> None:
    """Without an environment it would run the folder's whole tests instead."""
    pytester.makepyfile("def test_it(): raise AssertionError")
    result = pytester.runpytest_inprocess("--caio-plan")
    assert result.ret == 4
    result.stderr.fnmatch_lines(["*Say --caio-env=NAMES*"])


def test_an_unknown_environment_is_a_mistake(gate: GateFolder) -> None:
    """It may be a misspelt one: of that no plan is of use."""
    result = gate.run("--caio-plan", env="prodution")
    assert result.ret == 4
    assert "did you mean" in result.stderr.str()


def test_a_probe_that_says_nothing(gate: GateFolder, staging: RehearsalServer) -> None:
    """One of another package may not say what it asks; then the plan says that."""
    gate.write("gates/theirs.yaml", OURS.replace("ours", "theirs").replace(
        "request: POST /api/operator/trigger as anonymous\n    expect:\n"
        "      - status: {equals: 401}", "judge: theirs"))  # fmt: skip
    gate.write("conftest.py", textwrap.dedent("""
        from pytest_caio.api import Asked, Judge, Outcome, Probe, Ruling

        async def observe(context):
            raise AssertionError("nothing is asked")

        def pytest_caio_probes():
            asks = (Asked("POST /api/ours", why="harmless"), Asked("POST /api/…/it", why="fine"))
            return [Probe("their look", observe), Probe("their deed", observe, asks=asks)]

        def pytest_caio_judges():
            return [Judge("theirs", lambda look: Ruling(Outcome.PASS, "fine"),
                          ("their look", "their deed"))]
    """))  # fmt: skip
    told = shown(gate)
    assert "staging: POST /api/ours: POST /api/ours is not among what may be sent" in short(told)
    assert "fine (1 at most): its package says so" in short(told)
    assert "their look: doesn't say what it asks; the interlock holds for it too" in told
    assert not staging.requests

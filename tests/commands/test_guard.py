"""``caio guard``: a command that runs only while a GO holds, over a real socket."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cleared import Cleared, cleared, preflight
from legs import edit, sealed
from past import deeds_in, runs_in

from pytest_caio.commands import after_dispatch, guard
from pytest_caio.judge.still_good import READS
from pytest_caio.rehearsal.deployment import middleware
from pytest_caio.rehearsal.deployment.scenes import live_card
from pytest_caio.rehearsal.server import rehearse
from pytest_caio.report.folder_lock import dispatching

pytestmark = pytest.mark.slow  # Whole reports, written and read again.

posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")


@dataclass(frozen=True)
class Guarded:
    """A deployment with a GO in which every card is decided, and a command that leaves a trace."""

    at: Cleared
    ran: Path
    caio: Any

    @property
    def command(self) -> list[str]:
        """A harmless dispatch."""
        return [sys.executable, "-c", f"open({str(self.ran)!r}, 'w'); raise SystemExit(7)"]

    def ask(self, *more: str, report: Path | None = None, env: str = "lab") -> Any:
        """Run the guard in front of the command; with ``--check`` in front of none."""
        given = ["guard", f"--env={env}", f"--report={report or self.at.report}", *more]
        command = [] if "--check" in more else ["--", *self.command]
        return self.caio(*given, *command)

    def refused(self, *more: str, **options: Any) -> str:
        """Ask, see that nothing was started, and return what was said."""
        ran = self.ask(*more, **options)
        assert ran.code == 125, ran.err
        assert not self.ran.exists()
        return str(ran.err)


@pytest.fixture(scope="module")
def gone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cleared]:
    """One deployment for all that change nothing of it for good."""
    with cleared(tmp_path_factory.mktemp("go") / "rep") as at:
        at.decide_all()
        yield at


@pytest.fixture
def on(gone: Cleared, tmp_path: Path, caio: Any, monkeypatch: pytest.MonkeyPatch) -> Guarded:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(guard.VARIABLE, raising=False)
    return Guarded(gone, tmp_path / "ran", caio)


@pytest.fixture
def copied(on: Guarded, tmp_path: Path) -> Path:
    """A copy of the report, to be spoilt."""
    import shutil

    return Path(shutil.copytree(on.at.report, tmp_path / "copy"))


def test_it_runs_while_the_go_holds(on: Guarded) -> None:
    """With the command's own exit code; what holds is said, on the error stream."""
    ran = on.ask("--rehearsal")
    assert ran.code == 7
    assert on.ran.exists()
    assert ran.out == ""
    assert "caio guard: GO holds until " in ran.err
    assert "A rehearsal clears no live cycle." in ran.err


def test_check(on: Guarded) -> None:
    """The same answer without a command, as text and as JSON."""
    ran = on.ask("--rehearsal", "--check")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("GO holds until ")
    found = on.ask("--rehearsal", "--check", "--json")
    assert (found.code, found.json["holds"], found.json["left"]) == (0, True, 0)
    assert on.ask("--check").code == 1
    refused = on.ask("--check", "--json")
    assert refused.json["verdict"] == "NO-GO"
    assert refused.json["who"] == "PTO"


def test_a_rehearsal_needs_its_word(on: Guarded) -> None:
    assert "which clears no live cycle; PTO: " in on.refused()


def test_reads_alone_all_at_once(on: Guarded) -> None:
    """One request for each, none that could do anything; nothing waits for another."""
    before = len(on.at.server.requests)
    assert on.ask("--rehearsal", "--check").code == 0
    sent = on.at.server.requests[before:]
    assert {request.method for request in sent} == {"GET"}
    assert len(sent) == len(READS)


@pytest.mark.slow
def test_one_round_of_latency(tmp_path: Path, caio: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last request of the look is there before the first one can have been answered."""
    monkeypatch.chdir(tmp_path)
    began: list[float] = []

    def arrived(*told: Any) -> middleware.Arrived:
        began.append(time.monotonic())
        return known(*told)

    known, latency = middleware.Arrived, 1.5
    with cleared(tmp_path / "rep", latency=latency, cards=0) as at:
        monkeypatch.setattr(middleware, "Arrived", arrived)
        ran = caio("guard", "--env=lab", f"--report={at.report}", "--rehearsal", "--check")
        assert ran.code == 0, ran.out
        assert len(began) == len(READS)
        assert began[-1] - began[0] < latency


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([], "--env"),
        (["--env=lab", "--", "x"], "which report? Say --report=DIR, or set CAIO_REPORT"),
        (["--env=lab", "--report=rep"], "name a command after --"),
        (["--env=lab", "--report=rep", "--"], "name a command after --"),
        (["--env=lab", "--report=", "--", "x"], "is a variable not set?"),
        (["--env=lab", "--report=rep", "x"], "unrecognized arguments"),
        (["--env=lab", "--report=rep", "--bogus", "--", "x"], "unrecognized arguments"),
        (["--env=lab", "--report=rep", "--then=deploy", "--", "x"], "invalid choice"),
        (["--env=lab", "--report=rep", "--json", "--", "x"], "name a command"),
        (["--env=lab", "--report=none", "--", "x"], "there is no folder none"),
        (["--env=nowhere", "--report=REP", "--", "x"], "unknown environment"),
        (["--env=rehearsal", "--report=REP", "--", "x"], "is started anew by each command"),
        (["--env=lab,lab2", "--report=REP", "--", "x"], ""),
    ],
)
def test_mistakes_start_nothing(on: Guarded, given: list[str], said: str) -> None:
    """And have no code that could be the command's."""
    ran = on.caio("guard", *(a.replace("REP", str(on.at.report)) for a in given))
    assert ran.code == 125
    assert said in ran.err


def test_mistakes_of_a_check(on: Guarded) -> None:
    """They have the gate's own code, and are no GO."""
    assert on.caio("guard", "--check", "--env=lab", "--report=none").code == 4
    assert on.caio("guard", "--check", "--env=lab", "--bogus").code == 4
    assert on.caio("guard", "--check", "--env=lab", "--report=none", "--", "x").code == 4


def test_help_of_the_command_is_its_own(on: Guarded) -> None:
    """What stands after ``--`` is not ours to read, nor is a second ``--``."""
    script = "import sys; sys.exit(sys.argv[1:] == ['-h', '--check', '--', '--help'])"
    command = [sys.executable, "-c", script, "-h", "--check", "--", "--help"]
    ran = on.caio("guard", "--env=lab", f"--report={on.at.report}", "--rehearsal", "--", *command)
    assert ran.code == 1


def test_the_report_by_its_variable(on: Guarded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(guard.VARIABLE, str(on.at.report))
    assert on.caio("guard", "--env=lab", "--rehearsal", "--check").code == 0


def test_no_such_command(on: Guarded) -> None:
    ran = on.caio(
        "guard", "--env=lab", f"--report={on.at.report}", "--rehearsal", "--", "no-such-program"
    )
    assert ran.code == 125
    assert "nothing is started: no-such-program" in ran.err


def test_two_at_once(on: Guarded) -> None:
    """Both would see the same cards left: the second starts nothing. A check is free to look."""
    with dispatching(on.at.report):
        assert "another guarded command is under way" in on.refused("--rehearsal")
        assert on.ask("--rehearsal", "--check").code == 0
    assert on.ask("--rehearsal").code == 7


def test_a_report_that_is_written_anew(on: Guarded, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was judged and what was decided on must be the same report, to the end of the look."""
    found = iter([{"verdict.json": "of then"}, {"verdict.json": "of now"}])
    monkeypatch.setattr(guard, "bound_to", lambda folder: next(found))
    assert "was written anew while it was read" in on.refused("--rehearsal")


def test_after_the_command_nothing_is_a_refusal(
    on: Guarded, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has run, whatever becomes of the look afterwards; also from within the report's folder."""
    monkeypatch.setattr(after_dispatch.run_gate, "run", lambda arguments: 1 / 0)
    monkeypatch.chdir(on.at.report)
    given = ["guard", "--env=lab", "--report=.", "--rehearsal", "--then=cycle", "--"]
    ran = on.caio(*given, sys.executable, "-c", "pass")
    assert ran.code == 10
    assert "no cycle was seen: ZeroDivisionError" in ran.err
    assert on.caio(*given, *on.command).code == 7


@pytest.mark.slow
def test_an_older_generation(tmp_path: Path, caio: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """G1 keeps no traces and declares nothing: the GO holds of it as of a G2."""
    monkeypatch.chdir(tmp_path)
    with cleared(tmp_path / "rep", generation="g1") as at:
        at.decide_all()
        ran = caio("guard", "--env=lab", "--report=rep", "--rehearsal", "--check")
        assert ran.code == 0, ran.out
        assert "2 approved cards left for a dispatch" in ran.out


def test_a_mistake_of_ours(on: Guarded, monkeypatch: pytest.MonkeyPatch) -> None:
    """It starts nothing either, and does not look like the command's own end."""
    monkeypatch.setattr(guard, "still_good", lambda then: 1 / 0)
    assert "the guard itself failed (ZeroDivisionError)" in on.refused("--rehearsal")


def _cut(folder: Path) -> None:
    path = folder / "evidence.har"
    path.write_bytes(path.read_bytes() + b" ")


def _better(folder: Path) -> None:
    verdict = json.loads((folder / "verdict.json").read_text("utf-8"))
    edit(folder, "verdict.json", {**verdict, "good_until": "2099-01-01T00:00:00+00:00"})
    sealed(folder)


def _other_release(folder: Path) -> None:
    plan = json.loads((folder / "plan.json").read_text("utf-8"))
    plan["environments"][0]["url"] = "https://other.example"
    edit(folder, "plan.json", plan)
    sealed(folder)


EDITED: dict[str, tuple[Callable[[Path], object], str]] = {
    "evidence": (_cut, "is not what the run wrote"),
    "verdict, with its digest": (_better, "the report is CANNOT TELL"),
    "address, with its digest": (_other_release, "the report is CANNOT TELL"),
    "no verdict": (lambda folder: (folder / "verdict.json").unlink(), "is missing"),
    "no attestation": (lambda folder: (folder / "attestation.json").unlink(), "is missing"),
    "an empty folder": (lambda folder: [f.unlink() for f in folder.glob("*.*")], "is missing"),
}


@pytest.mark.parametrize(("spoil", "said"), EDITED.values(), ids=EDITED.keys())
def test_an_edited_report(
    on: Guarded, copied: Path, spoil: Callable[[Path], object], said: str
) -> None:
    spoil(copied)
    assert said in on.refused("--rehearsal", report=copied)


def test_a_joined_report(on: Guarded, tmp_path: Path) -> None:
    """It has no evidence of its own to be judged again."""
    out = tmp_path / "joint"
    assert on.caio("merge", str(on.at.report), f"--out={out}").code == 0
    assert "evidence.har is missing" in on.refused("--rehearsal", report=out)


def test_decisions(on: Guarded, copied: Path, tmp_path: Path) -> None:
    """Where the policy asks for one; a no-go always counts, and the last word does."""
    (tmp_path / "gates").mkdir()
    (tmp_path / "gates" / "policy.yaml").write_text("decision: {required: true}\n")
    assert "nobody decided on this report" in on.refused("--rehearsal", report=copied)

    def decide(word: str) -> None:
        assert on.caio("decide", str(copied), word, "--by=Pat", "--rehearsal").code == 0

    decide("--go")
    ran = on.ask("--rehearsal", "--check", report=copied)
    assert ran.code == 0
    assert "; decided: go, by Pat (as typed); " in ran.out
    decide("--no-go")
    (tmp_path / "gates" / "policy.yaml").unlink()
    assert "the decision is no-go, by Pat" in on.refused("--rehearsal", report=copied)
    decide("--go")
    assert on.ask("--rehearsal", "--check", report=copied).code == 0
    path = copied / "decisions.jsonl"
    path.write_bytes(path.read_bytes()[:-5])
    ran = on.ask("--rehearsal", "--check", report=copied)
    assert ran.code == 10
    assert "its last line is cut" in ran.out


@pytest.mark.slow
def test_another_reports_decision(on: Guarded, copied: Path, tmp_path: Path) -> None:
    (tmp_path / "gates").mkdir()
    (tmp_path / "gates" / "policy.yaml").write_text("decision: {required: true}\n")
    preflight(on.at.server, tmp_path / "second")
    assert on.caio("decide", str(copied), "--go", "--by=Pat", "--rehearsal").code == 0
    (tmp_path / "second" / "decisions.jsonl").write_bytes((copied / "decisions.jsonl").read_bytes())
    assert "nobody decided" in on.refused("--rehearsal", report=tmp_path / "second")


def test_another_address(on: Guarded, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is even asked there."""
    with rehearse() as other:
        monkeypatch.setenv("CAIO_LAB_URL", other.url)
        monkeypatch.setenv("CAIO_LAB_TOKEN", other.token)
        assert f"and lab is {other.url} (rehearsal) here" in on.refused("--rehearsal")
        assert other.requests == []


def test_a_clock_past_expiry(on: Guarded, monkeypatch: pytest.MonkeyPatch) -> None:
    """By this machine's clock; the deployment isn't asked."""

    class Later(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return datetime.now(tz) + timedelta(hours=5)

    monkeypatch.setattr(guard, "datetime", Later)
    assert "the GO is older than 4 h" in on.refused("--rehearsal")


def test_a_wrong_token(on: Guarded, monkeypatch: pytest.MonkeyPatch) -> None:
    """No token is in what is said."""
    monkeypatch.setenv("CAIO_LAB_TOKEN", "a-wrong-token-9")
    said = on.refused("--rehearsal")
    assert "was not let in" in said
    assert "a-wrong-token-9" not in said
    assert on.at.server.token not in said


def _settings(**changes: Any) -> Callable[[Cleared], None]:
    def apply(at: Cleared) -> None:
        deployment = at.server.deployment
        deployment.settings = replace(deployment.settings, **changes)

    return apply


def _new_card(at: Cleared) -> None:
    # Approving does not send there, so the day's cap is not in question.
    made = live_card(9, datetime.now(UTC) - timedelta(minutes=1), platform="instantly")
    at.server.deployment.state.add(made)


def _approved_new(at: Cleared) -> None:
    _new_card(at)
    (card,) = at.waiting
    at.approve(card)


CHANGED: dict[str, tuple[Callable[[Cleared], None], str]] = {
    "emergency stop": (_settings(emergency_stop=True), "ramp.emergency-stop no longer holds"),
    "a deploy": (_settings(health="degraded", heyreach_bearer=False), ""),
    "query tokens": (_settings(query_token_enabled=True), "query_token_enabled was false"),
    "another word for itself": (_settings(environment="staging"), "environment.name"),
    "no rehearsal any more": (_settings(announced=False), "what answers now is none"),
    "a new live card": (_new_card, "1 live card is undecided"),
    "an approved new card": (_approved_new, "was not in the queue that it judged"),
}


@pytest.mark.parametrize(("change", "said"), CHANGED.values(), ids=CHANGED.keys())
def test_what_changed_since(on: Guarded, change: Callable[[Cleared], None], said: str) -> None:
    """In the deployment's own state; when it is as it was, the GO holds as before."""
    deployment = on.at.server.deployment
    settings, cards = deployment.settings, dict(deployment.state.cards)
    decisions, mails = list(deployment.state.decisions), list(deployment.state.mails)
    try:
        change(on.at)
        assert said in on.refused("--rehearsal")
    finally:
        deployment.settings = settings
        deployment.state.cards, deployment.state.decisions = cards, decisions
        deployment.state.mails = mails
    assert on.ask("--rehearsal", "--check").code == 0


@pytest.mark.slow
def test_cards_that_were_changed(tmp_path: Path, caio: Any, monkeypatch: Any) -> None:
    """Another subject under the same id, approved; and a card that was edited by approving."""
    for way in ("changed before", "edited by approving", "left as it was"):
        folder = tmp_path / way
        folder.mkdir()
        monkeypatch.chdir(folder)
        with cleared(folder / "rep") as at:
            card, *rest = at.waiting  # for a platform that approving does not send to
            for other in rest:
                at.reject(other)
            if way == "changed before":
                card = at.change(card, subject="Free money")
            edits = {"subject": "Free money"} if way == "edited by approving" else {}
            at.approve(card, **edits)
            ran = caio("guard", "--env=lab", "--report=rep", "--rehearsal", "--check")
            if way == "left as it was":
                assert ran.code == 0
                assert "1 approved card left for a dispatch" in ran.out
            else:
                assert ran.code == 1
                assert "has another subject than it judged" in ran.out


@pytest.mark.slow
def test_a_deployment_that_is_down(tmp_path: Path, caio: Any, monkeypatch: Any) -> None:
    """CANNOT TELL, and nothing starts."""
    monkeypatch.chdir(tmp_path)
    with cleared(tmp_path / "rep", cards=0) as at:
        variables = at.variables
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    ran = caio("guard", "--env=lab", "--report=rep", "--rehearsal", "--check")
    assert ran.code == 10
    assert caio("guard", "--env=lab", "--report=rep", "--rehearsal", "--", "x").code == 125


def process(on: Guarded, script: str, *more: str, **options: Any) -> subprocess.Popen[str]:
    """Start the guard as a process, in front of a script."""
    return subprocess.Popen(
        [
            sys.executable, "-m", "pytest_caio", "guard", "--env=lab", "--rehearsal",
            f"--report={on.at.report}", *more, "--", sys.executable, "-c", script,
        ],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "OTHER_SECRET": "kept", "PYTHONPATH": os.pathsep.join(sys.path)},
        start_new_session=True, **options,
    )  # fmt: skip


@pytest.mark.slow
def test_a_real_process(on: Guarded) -> None:
    """``echo yes | caio guard …``: input, output, variables and exit code are the command's."""
    script = "import os, sys; print(input(), os.environ['OTHER_SECRET']); sys.exit(3)"
    with process(on, script) as started:
        out, err = started.communicate("yes\n", timeout=60)
    assert (started.returncode, out) == (3, "yes kept\n")
    assert on.at.server.token not in out + err
    assert "holds until" in err


@posix
@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_to_a_real_process(on: Guarded, number: signal.Signals) -> None:
    """The command hears it, and its end is the guard's."""
    script = (
        f"import signal, sys; signal.signal({int(number)}, lambda *_: sys.exit(5))\n"
        "print('ready', flush=True); signal.pause()"
    )
    with process(on, script) as started:
        assert started.stdout
        started.stdout.readline()
        started.send_signal(number)
        assert started.wait(30) == 5


@pytest.mark.slow
def test_then_cycle(tmp_path: Path) -> None:
    """When the command has ended the cycle is looked at since the GO, and the log is written.

    What was approved while it ran, and what no GO had seen, is a NO-GO of the cycle. The command's
    own code goes first.
    """
    with cleared(tmp_path / "rep") as at:
        at.decide_all()
        on = Guarded(at, tmp_path / "ran", None)
        folder = tmp_path / "rep-cycle"
        for code, said, verdict in ((6, 6, "GO"), (0, 1, "NO-GO")):
            script = f"print('ready', flush=True); input(); raise SystemExit({code})"
            with process(on, script, "--then=cycle", cwd=tmp_path) as started:
                assert started.stdout
                started.stdout.readline()
                if verdict == "NO-GO":
                    _approved_new(at)
                out, err = started.communicate("go\n", timeout=120)
            assert started.returncode == said, out + err
            found = json.loads((folder / "verdict.json").read_text("utf-8"))
            assert (found["verdict"], found["profile"]) == (verdict, "cycle")
            assert "# Daily log: lab" in (folder / "daily-log.md").read_text("utf-8")
            assert at.server.token not in out + err


def test_a_ledger_keeps_each_dispatch(on: Guarded, tmp_path: Path) -> None:
    """That it began, and how it ended; that it was refused. None of its words."""
    path = tmp_path / "l.sqlite"
    on.ask("--rehearsal", f"--ledger={path}")
    on.ask(f"--ledger={path}")
    found = [(deed.kind, deed.environment, dict(deed.data)) for deed in deeds_in(path)]
    assert found == [
        ("guard", "lab", {"started": True}),
        ("guard", "lab", {"started": True, "exit_code": 7}),
        ("guard", "lab", {"started": False}),
    ]


def test_a_guard_that_is_killed_has_begun(on: Guarded, tmp_path: Path) -> None:
    """Nothing that was recorded is lost with it: a beginning without an end tells of it."""
    path = tmp_path / "l.sqlite"
    code = "print('ready', flush=True); import time; time.sleep(60)"
    given = ["guard", "--env=lab", f"--report={on.at.report}", "--rehearsal", f"--ledger={path}"]
    command = [sys.executable, "-m", "pytest_caio", *given, "--", sys.executable, "-c", code]
    with subprocess.Popen(
        command, env={**os.environ, **on.at.variables}, stdout=subprocess.PIPE, text=True,
        start_new_session=os.name == "posix",
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        os.killpg(process.pid, signal.SIGKILL) if os.name == "posix" else process.kill()
    assert [dict(deed.data) for deed in deeds_in(path)] == [{"started": True}]
    on.ask("--rehearsal", f"--ledger={path}")
    assert len(deeds_in(path)) == 3


@pytest.mark.parametrize("cut", ["all of it", "the last line"])
def test_a_decision_that_was_taken_out(on: Guarded, copied: Path, tmp_path: Path, cut: str) -> None:
    """The file alone can't tell; the ledger can."""
    path, file = tmp_path / "l.sqlite", copied / "decisions.jsonl"
    for word in ("--go", "--no-go"):
        ran = on.caio("decide", str(copied), word, "--by=Pat", "--rehearsal", f"--ledger={path}")
        assert ran.code == 0, ran.err
    if cut == "all of it":
        file.unlink()
    else:
        file.write_bytes(file.read_bytes().splitlines(keepends=True)[0])
    assert on.ask("--rehearsal", report=copied).code == 7
    on.ran.unlink()
    said = on.refused("--rehearsal", f"--ledger={path}", report=copied)
    assert "the ledger has a decision of " in said
    assert "that is not in it" in said


@pytest.mark.parametrize("again", [False, True], ids=["the cycle", "a new pre-flight"])
def test_a_run_that_is_killed_is_no_go(
    on: Guarded, copied: Path, tmp_path: Path, again: bool
) -> None:
    """What was recorded before it stays; its own folder has no verdict that clears anything."""
    path = tmp_path / "l.sqlite"
    after = ["--then=cycle", f"--cycle-report={tmp_path / 'cycle'}"]
    given = ["guard", "--env=lab", f"--report={copied}", "--rehearsal", f"--ledger={path}", *after]
    given += ["--", sys.executable, "-c", "pass"]
    if again:
        given = ["run", "--caio-env=lab", f"--caio-report={copied}", f"--caio-ledger={path}"]
    asked = len(on.at.server.requests) + (0 if again else len(READS))
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest_caio", *given], env={**os.environ, **on.at.variables},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while len(on.at.server.requests) <= asked and time.monotonic() < deadline:  # polled
        time.sleep(0.002)
    process.kill()
    assert process.wait(30) != 0
    started = [{"started": True}, {"started": True, "exit_code": 0}]
    assert [dict(deed.data) for deed in deeds_in(path)] == ([] if again else started)
    assert runs_in(path) == ()
    folder = copied if again else tmp_path / "cycle"
    assert on.caio("judge", str(folder)).code != 0
    assert bool(on.ask("--rehearsal", "--check", report=copied).code) is again

"""``caio decide``: what it takes, what it records, and what shows it."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from legs import leg, three_checks
from past import deeds_in
from pytest_httpserver import HTTPServer
from results import PRODUCTION

from pytest_caio.report import decision_file, folder_lock
from pytest_caio.report.decision_file import NAME, bound_to, words_in
from pytest_caio.run import slack_webhook
from pytest_caio.verdict.owners_word import digest_of, line_of
from pytest_caio.verdict.result import REHEARSAL, ShownEnvironment

__all__ = ["three_checks"]
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("three_checks")]
NOW = datetime.now(UTC).replace(microsecond=0)
LAB = ShownEnvironment("lab", REHEARSAL, "http://127.0.0.1:1")
FILES = ("verdict.json", "evidence.har", "plan.json", "attestation.json")


@pytest.fixture(autouse=True)
def outside_github(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever runs the tests."""
    for name in ("GITHUB_ACTIONS", "GITHUB_ACTOR", "GITHUB_TRIGGERING_ACTOR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def report(tmp_path: Path) -> Path:
    return leg(tmp_path / "rep", PRODUCTION, now=NOW)


def test_a_go_is_recorded_and_shown(report: Path, caio: Any) -> None:
    """Beside the evidence, which stays as it is; first on the page."""
    before = {name: (report / name).read_bytes() for name in FILES}
    ran = caio("decide", str(report), "--go", "--by=Pat", "--note=<b>fine</b>")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("production: Decided: go, by Pat (as typed), ")
    assert {name: (report / name).read_bytes() for name in FILES} == before
    (word,) = words_in(report).of(bound_to(report))
    assert (word.decision, word.by, word.note) == ("go", "Pat", "<b>fine</b>")
    page = (report / "report.html").read_text("utf-8")
    shown = page.index("Decided: go, by Pat (as typed)")
    assert shown < page.index("<h1>")
    assert "&lt;b&gt;fine&lt;/b&gt;" in page
    assert caio("judge", str(report)).code == 0


def test_the_last_word_counts(report: Path, caio: Any) -> None:
    """It stands first, the ones before it below."""
    for argument in ("--go", "--no-go"):
        assert caio("decide", str(report), argument, "--by=Pat").code == 0
    page = (report / "report.html").read_text("utf-8")
    assert page.index("Decided: no-go") < page.index("Before that: Decided: go")
    assert page.count("<!--decisions-->") == 1
    assert [w.go for w in words_in(report).every] == [True, False]


NO_GO: dict[str, tuple[Callable[[Path], Path], list[str], int, str]] = {
    "NO-GO": (lambda f: leg(f, PRODUCTION, "fail", now=NOW), [], 1, "the report is NO-GO"),
    "CANNOT TELL": (
        lambda f: leg(f, PRODUCTION, "cannot-tell", now=NOW), [], 10, "the report is CANNOT TELL",
    ),
    "a part": (lambda f: leg(f, PRODUCTION, "not-run", now=NOW), [], 10, "is CANNOT TELL"),
    "no longer good": (
        lambda f: leg(f, PRODUCTION, now=NOW - timedelta(hours=5)), [], 1, "this GO was good until",
    ),
    "a rehearsal": (lambda f: leg(f, LAB, now=NOW), [], 1, "a rehearsal clears no live cycle"),
}  # fmt: skip


@pytest.mark.parametrize(("made", "more", "code", "said"), NO_GO.values(), ids=NO_GO.keys())
def test_a_go_is_for_a_go_only(
    tmp_path: Path, caio: Any, made: Any, more: list[str], code: int, said: str
) -> None:
    """Nothing is recorded, and it is said why; a no-go is for any report."""
    folder = made(tmp_path / "rep")
    ran = caio("decide", str(folder), "--go", "--by=Pat", *more)
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err
    assert not (folder / NAME).exists()
    assert caio("decide", str(folder), "--no-go", "--by=Pat").code == 0


def test_a_rehearsals_go_with_its_word(tmp_path: Path, caio: Any) -> None:
    folder = leg(tmp_path / "rep", LAB, now=NOW)
    assert caio("decide", str(folder), "--go", "--by=Pat", "--rehearsal").code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--by=Pat"], "one of the arguments --go --no-go is required"),
        (["--go", "--no-go", "--by=Pat"], "not allowed with"),
        (["--go"], "whose word is it? Say --by=NAME"),
        (["--go", "--by=  "], "whose word is it?"),
        (["--go", f"--by={'x' * 101}"], "--by takes 100 characters"),
        (["--go", "--by=Pat", f"--note={'x' * 1001}"], "--note 1,000"),
    ],
)
def test_mistakes(report: Path, caio: Any, arguments: list[str], said: str) -> None:
    ran = caio("decide", str(report), *arguments)
    assert ran.code == 4
    assert said in ran.err
    assert not (report / NAME).exists()


def test_no_report(tmp_path: Path, caio: Any) -> None:
    """No folder is made for a decision."""
    ran = caio("decide", str(tmp_path / "none"), "--go", "--by=Pat")
    assert ran.code == 4
    assert "there is no folder" in ran.err
    assert not (tmp_path / "none").exists()


def test_an_edited_report_takes_no_go(report: Path, caio: Any) -> None:
    (report / "evidence.har").write_bytes((report / "evidence.har").read_bytes() + b" ")
    ran = caio("decide", str(report), "--go", "--by=Pat")
    assert ran.code == 4
    assert "is not what the run wrote" in ran.err


def test_a_broken_chain_is_said(report: Path, caio: Any) -> None:
    """Nothing is hung on to it, and none of it is shown as a decision."""
    assert caio("decide", str(report), "--go", "--by=Pat").code == 0
    path = report / NAME
    path.write_bytes(path.read_bytes()[:-9])
    ran = caio("decide", str(report), "--no-go", "--by=Pat")
    assert ran.code == 4
    assert "its last line is cut" in ran.err
    assert "Keep it under another name, and decide again" in ran.err
    path.rename(report / "kept")
    assert caio("decide", str(report), "--no-go", "--by=Pat").code == 0


def test_a_new_run_in_the_folder_has_no_decision(report: Path, caio: Any) -> None:
    """The line stays, as nothing is ever taken out, and is none on the new report."""
    assert caio("decide", str(report), "--go", "--by=Pat").code == 0
    leg(report, PRODUCTION, now=NOW + timedelta(seconds=1))
    assert words_in(report).every
    assert words_in(report).of(bound_to(report)) == ()
    assert "Decided:" not in (report / "report.html").read_text("utf-8")


def test_on_github(report: Path, caio: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who started the run is GitHub's word, in one of its steps alone."""
    monkeypatch.setenv("GITHUB_ACTOR", "octocat")
    assert caio("decide", str(report), "--go").code == 4
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    ran = caio("decide", str(report), "--go")
    assert "by octocat (who started the run on GitHub)" in ran.out
    monkeypatch.setenv("GITHUB_TRIGGERING_ACTOR", "hubot")
    ran = caio("decide", str(report), "--go", "--by=Pat", "--json")
    assert (ran.json["by"], ran.json["actor"]) == ("Pat", "hubot")


def test_no_token_gets_in(report: Path, caio: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even where somebody pastes one into the note."""
    monkeypatch.setenv("CAIO_PROD_TOKEN", "s3cret-token-value")
    ran = caio("decide", str(report), "--go", "--by=Pat", "--note=used s3cret-token-value\x1b[2J")
    everything = ran.out + (report / NAME).read_text() + (report / "report.html").read_text("utf-8")
    assert "s3cret" not in everything
    assert "\x1b" not in everything


def test_slack_is_told_once(
    report: Path, caio: Any, monkeypatch: pytest.MonkeyPatch, httpserver: HTTPServer
) -> None:
    """One message; what goes wrong there changes nothing."""
    monkeypatch.setenv(slack_webhook.VARIABLE, httpserver.url_for("/hook"))
    httpserver.expect_request("/hook", method="POST").respond_with_data("ok")
    assert caio("decide", str(report), "--no-go", "--by=<!here>", "--note=no").code == 0
    (request,) = [request for request, _ in httpserver.log]
    body = json.loads(request.data)
    assert "production: Decided: no-go, by &lt;!here&gt; (as typed)" in body["text"]
    assert body["blocks"][0]["text"]["text"].startswith(":no_entry: ")
    httpserver.clear()
    ran = caio("decide", str(report), "--go", "--by=Pat")
    assert ran.code == 0
    assert "Slack answered 500" in ran.err


def test_a_page_without_a_place_for_it(report: Path, caio: Any) -> None:
    (report / "report.html").write_text("<html>of an older version</html>")
    ran = caio("decide", str(report), "--go", "--by=Pat")
    assert ran.code == 0
    assert "report.html does not show it" in ran.err


def test_the_log_shows_it_first(start: Any, report: Path, caio: Any) -> None:
    """In each form; a folder without a decision says nothing."""
    start()
    more = ["log", "--env=lab", f"--previous={report}"]
    assert "Decided" not in caio(*more).out
    assert caio("decide", str(report), "--no-go", "--by=Pat|Kim").code == 0
    lines = caio(*more).out.splitlines()
    assert lines[2].startswith("Decided: no-go, by Pat\\|Kim (as typed)")
    assert caio(*more, "--json").json["decision"].startswith("Decided: no-go")
    assert "Decided: no-go" in caio(*more, "--format=csv").err
    (report / NAME).write_bytes(b"{}\n")
    assert "No decision counts: decisions.jsonl was changed" in caio(*more).out


def test_two_at_once_lose_nothing(report: Path, caio: Any) -> None:
    """The second waits until the first has its line."""
    give_back = folder_lock.hold(report, "")
    codes: list[int] = []
    thread = threading.Thread(
        target=lambda: codes.append(caio("decide", str(report), "--go", "--by=Pat").code)
    )
    thread.start()
    assert not (report / NAME).exists()
    give_back()
    thread.join(20)
    assert codes == [0]
    assert len(words_in(report).every) == 1


SUPPORT = str(Path(__file__).parents[1] / "support")
PROCESS = f"""
import sys
sys.path.insert(0, {SUPPORT!r})
import legs
from pytest_caio.__main__ import main
from pytest_caio.commands import judge_again
judge_again.standard_gates = lambda: legs.STANDARD
"""


@pytest.mark.slow
def test_eight_processes_at_once(report: Path) -> None:
    """Each is in the chain, once."""
    script = f"{PROCESS}sys.exit(main(sys.argv[1:]))"
    started = [
        subprocess.Popen(
            [sys.executable, "-c", script, "decide", str(report), "--go", f"--by=P{n}"]
        )
        for n in range(8)
    ]
    assert [process.wait(60) for process in started] == [0] * 8
    found = words_in(report)
    assert found.problem == ""
    assert {word.by for word in found.every} == {f"P{n}" for n in range(8)}


class Killed(BaseException):
    """Stands for a process that is ended at this very step."""


@pytest.mark.parametrize("step", ["before the new file", "in the new file", "in its place"])
def test_killed_in_the_middle(report: Path, caio: Any, monkeypatch: Any, step: str) -> None:
    """The old decisions are there, whole, or the new ones are; and one can decide again."""
    assert caio("decide", str(report), "--go", "--by=First").code == 0
    real = decision_file.write_atomically

    def killed(path: Path, content: bytes) -> None:
        if step == "in the new file":
            path.with_name(f".{path.name}.1").write_bytes(content[:-20])
        if step == "in its place":
            real(path, content)
        raise Killed

    monkeypatch.setattr(decision_file, "write_atomically", killed)
    with pytest.raises(Killed):
        caio("decide", str(report), "--no-go", "--by=Second")
    names = [word.by for word in words_in(report).every]
    assert names == (["First", "Second"] if step == "in its place" else ["First"])
    monkeypatch.setattr(decision_file, "write_atomically", real)
    assert caio("decide", str(report), "--no-go", "--by=Third").code == 0
    assert [word.by for word in words_in(report).every] == [*names, "Third"]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_killed_at_any_moment(report: Path) -> None:
    """A real process, ended by SIGKILL after ever longer times: the chain can always be read."""
    script = (
        f"{PROCESS}print('ready', flush=True)\n"
        "while True: main(['decide', sys.argv[1], '--go', '--by=Pat']); print(flush=True)"
    )
    number = 0
    for milliseconds in range(10, 210, 20):
        process = subprocess.Popen(
            [sys.executable, "-c", script, str(report)], stdout=subprocess.PIPE
        )
        assert process.stdout
        process.stdout.readline()
        if milliseconds == 190:
            # The last one has decided at least once, however busy the machine is.
            process.stdout.readline()
        try:
            process.wait(milliseconds / 1000)
        except subprocess.TimeoutExpired:
            process.kill()
        process.wait()
        process.stdout.close()
        found = words_in(report)
        assert found.problem == ""
        assert len(found.every) >= number
        number = len(found.every)
    assert number


def test_a_ledger_keeps_it_too(report: Path, caio: Any, tmp_path: Path) -> None:
    """Bound to the report and to its line; an address in a name is hidden."""
    path = tmp_path / "l.sqlite"
    ran = caio("decide", str(report), "--go", "--by=pat@corp.example.com", f"--ledger={path}")
    assert (ran.code, ran.err) == (0, "")
    (deed,) = deeds_in(path)
    (word,) = words_in(report).every
    assert (deed.kind, deed.environment, deed.at) == ("decision", "production", word.at)
    assert deed.report == word.report["verdict.json"]
    assert deed.data["line"] == digest_of(line_of(word))
    assert "pat@corp" not in str(deed.data)


def test_a_ledger_that_is_away_keeps_nobody_from_deciding(report: Path, caio: Any) -> None:
    ran = caio("decide", str(report), "--go", "--by=Pat", "--ledger=postgresql://a:b@127.0.0.1:1/c")
    assert ran.code == 0
    assert "is away: nothing answers there; this is not in it" in ran.err
    assert len(words_in(report).every) == 1

"""The first answers of every output: who acts, by when, what nobody saw, what changed."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from results import BY_VERDICT, finding, go, no_go, result

from pytest_caio.gates.policy import ReviewPolicy
from pytest_caio.privacy.redactor import Redactor
from pytest_caio.report.console import verdict_line
from pytest_caio.report.folder import write_report, write_unfinished
from pytest_caio.report.inline_text import cut, tidy
from pytest_caio.report.previous import Previous, changes, read_previous
from pytest_caio.report.summary import summarise
from pytest_caio.report.times import deadline
from pytest_caio.verdict.decide import Verdict
from pytest_caio.verdict.finding import Outcome, Severity


@pytest.mark.parametrize(
    ("utc", "words"),
    [
        ("2026-02-24T16:40", "before the review window opens: Tue 24 Feb 2026, 15:00 EST"),
        ("2026-02-24T20:00", "now: the review window is open until Tue 24 Feb 2026, 17:00 EST"),
        ("2026-02-24T21:59", "now: the review window is open until Tue 24 Feb 2026, 17:00 EST"),
        ("2026-02-24T22:00", "before the review window opens: Wed 25 Feb 2026, 15:00 EST"),
        ("2026-03-07T23:00", "before the review window opens: Sun 08 Mar 2026, 15:00 EDT"),
        ("2026-07-01T18:59", "before the review window opens: Wed 01 Jul 2026, 15:00 EDT"),
        ("2026-10-31T22:00", "before the review window opens: Sun 01 Nov 2026, 15:00 EST"),
        ("2026-02-25T03:00", "before the review window opens: Wed 25 Feb 2026, 15:00 EST"),
    ],
)
def test_deadline_is_the_next_review_window(utc: str, words: str) -> None:
    """15:00 in New York, in summer and winter, and on the days when the clocks change."""
    now = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert deadline(ReviewPolicy(), now) == words


def test_failures_come_before_what_nobody_saw() -> None:
    """The order of work: failed, cannot tell, not run; owners in that order too."""
    made = result(
        finding("a.a", "not-run", owner="C"),
        finding("b.b", "cannot-tell", owner="B"),
        finding("c.c", "fail", owner="A"),
        finding("d.d", "fail", severity=Severity.ADVISORY),
    )
    summary = summarise(made)
    assert [f.name for f in summary.blocking] == ["c.c", "b.b", "a.a"]
    assert [task.owner for task in summary.tasks] == ["A", "B", "C"]
    assert [f.name for f in summary.noted] == ["d.d"]
    assert {f.name for f in summary.unseen} == {"a.a", "b.b"}


def test_only_a_go_is_good_until() -> None:
    """The console says it too; other verdicts have no time limit."""
    assert "This GO is good until Tue 24 Feb 2026, 15:40 EST" in verdict_line(go()).text
    for verdict in (Verdict.NO_GO, Verdict.CANNOT_TELL):
        assert summarise(BY_VERDICT[verdict]()).clearance == ""


def test_previous_report_is_read_back(tmp_path: Path) -> None:
    """Verdict and outcomes of an earlier report, as this version writes it."""
    write_report(tmp_path, no_go(), Redactor())
    earlier = read_previous(tmp_path)
    assert (earlier.verdict, earlier.problem) == (Verdict.NO_GO, "")
    assert earlier.outcomes["access", "reads-refused", "production"] is Outcome.FAIL
    assert changes(no_go(), earlier).worse == ()
    assert changes(no_go(), earlier).mended == ()


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"verdict": "MAYBE", "findings": []}'])
def test_previous_that_is_no_report_is_said(tmp_path: Path, text: str) -> None:
    """Whatever lies there, the run goes on."""
    (tmp_path / "verdict.json").write_text(text)
    assert read_previous(tmp_path).problem == "The earlier report can't be read."
    assert read_previous(tmp_path / "none").problem.startswith("There is no earlier report")


def test_an_unfinished_run_is_an_earlier_report_too(tmp_path: Path) -> None:
    """A crash before this run counts as CANNOT TELL, so a GO now is an all-clear."""
    write_unfinished(tmp_path, "preflight")
    assert read_previous(tmp_path).verdict is Verdict.CANNOT_TELL


def test_new_trouble_of_the_run_itself_is_worse() -> None:
    """Findings of the run as a whole appear only with trouble; that is a change."""
    made = result(finding("a.a"), unfinished="the run was interrupted")
    worse = changes(made, Previous(Verdict.GO, "", {("a", "a", "production"): Outcome.PASS})).worse
    assert [f.name for f in worse] == ["run.finished"]


def test_started_run_leaves_no_old_report(tmp_path: Path) -> None:
    """A file that says GO must not outlive the start of the next run."""
    write_report(tmp_path, go(), Redactor())
    write_unfinished(tmp_path, "preflight")
    assert {p.name for p in tmp_path.iterdir()} == {"verdict.json", "evidence.har"}
    assert json.loads((tmp_path / "verdict.json").read_text())["verdict"] == "CANNOT TELL"


def test_steering_characters_leave_a_mark() -> None:
    """Control and direction characters are seen, emoji and other scripts stay."""
    assert tidy("a\x00b\u202ec\u2066\x9b") == "a�b�c��"
    assert tidy("👩‍👩‍👧 שלום\n\té") == "👩‍👩‍👧 שלום\n\té"
    assert (cut("abcdef", 4), cut("abcd", 4)) == ("abc…", "abcd")

import csv
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from past import past

from pytest_caio.ledger.where import where
from pytest_caio.ledger.writing import add_deeds, add_runs
from pytest_caio.verdict.past import PastDeed, PastEnd

pytestmark = pytest.mark.slow  # Whole reports, written and read again.


def test_markdown(start: Any, caio: Any) -> None:
    start()
    ran = caio("log", "--env=lab")
    assert ran.code == 0
    assert "| 3 | 1 (weak_cta 1) | 3 (1 by approval, 2 dispatched) | 1 | none |" in ran.out


def test_csv(start: Any, caio: Any) -> None:
    start("unknown-tag-in-history")
    ran = caio("log", "--env=lab", "--format=csv")
    (row,) = csv.DictReader(io.StringIO(ran.out))
    assert ran.code == 1
    assert (row["approved"], row["rejected"], row["sent"]) == ("3", "1", "3")
    assert row["rejected:not_a_tag"] == "1"
    assert "the unknown tag not_a_tag" in row["anomalies"]


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("dispatch-errors", "op_second had 1 error"),
        ("dispatch-held", "op_second waits for approval"),
        ("dispatch-more-than-approved", "4 dispatched, but 2 approved for it"),
        ("untagged-rejection-in-history", "rejected with no tag"),
        ("reasonless-rejection-in-history", "without a reason"),
    ],
)
def test_anomalies(start: Any, caio: Any, fault: str, said: str) -> None:
    start(fault)
    ran = caio("log", "--env=lab", "--json")
    assert ran.code == 1
    (day,) = ran.json["days"]
    assert any(said in text for text in day["anomalies"])


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["--env=lab"], ["no access to GHL", "no report of the pre-flight"]),
        (["--env=rehearsal", "--fault=ghl-down"],
         ["GHL did not show 3 contacts: GHL answered 503", "no report of the pre-flight"]),
        (["--env=rehearsal", "--generation=g1"],
         ["this generation keeps no traces", "no report of the pre-flight"]),
        (["--env=rehearsal", "--fault=traces-missing"],
         ["what approvals sent may be missing here", "no report of the pre-flight"]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("command", ["log", "trace"])
def test_what_is_not_seen_is_said_once(
    start: Any, caio: Any, command: str, argv: list[str], said: list[str]
) -> None:
    """Each source that isn't there, by name; and nothing else of it."""
    start()
    ran = caio(command, *argv)
    assert [ran.out.count(text) for text in said] == [1] * len(said)
    unseen = ("no access", "no report", "did not show", "keeps no traces", "may be missing")
    assert sum(ran.out.count(text) for text in unseen) == len(said)


def test_a_rehearsal_says_that_it_is_one(start: Any, caio: Any) -> None:
    """Under any name, as every output does; a real deployment is called nothing."""
    note = "A rehearsal clears no live cycle."
    start()
    for form in ("markdown", "json"):
        assert caio("log", "--env=lab", f"--format={form}").out.count(note) == 1
    ran = caio("log", "--env=lab", "--format=csv")
    assert (ran.out.count(note), ran.err.count(note)) == (0, 1)
    assert caio("trace", "--env=lab").out.count(note) == 1
    start(announced=False)
    for command in ("log", "trace"):
        ran = caio(command, "--env=lab")
        assert note not in ran.out + ran.err


def test_range(start: Any, caio: Any) -> None:
    start("graduated-cap-jump")
    today = caio("log", "--env=lab", "--json").json["days"][0]["date"]
    ran = caio("log", "--env=lab", "--json", "--from=2000-01-01", "--to=2000-01-03")
    assert [day["date"] for day in ran.json["days"]] == ["2000-01-01", "2000-01-02", "2000-01-03"]
    assert sum(day["runs"] for day in ran.json["days"]) == 0
    assert caio("log", "--env=lab", f"--day={today}", "--json").json["days"][0]["approved"] == 3


@pytest.mark.parametrize(
    "argv",
    [
        ["--day=yesterday"],
        ["--day=0001-01-01"],
        ["--day=2999-12-31"],
        ["--to=9999-12-31"],
        ["--from=2026-02-02", "--to=2026-02-01"],
        ["--from=2000-01-01", "--to=2026-02-01"],
        ["--day=2026-02-01", "--from=2026-02-01"],
        ["--format=pdf"],
    ],
)
def test_usage(start: Any, caio: Any, argv: list[str]) -> None:
    start()
    ran = caio("log", "--env=lab", *argv)
    assert ran.code == 4
    assert "isoformat" not in ran.err


def test_a_day_that_is_none_is_said_in_words(start: Any, caio: Any) -> None:
    start()
    assert (
        "'yesterday' is no date of a log: write one like"
        in caio("log", "--env=lab", "--day=yesterday").err
    )
    assert (
        "2999-12-31 has not come yet: today is " in caio("log", "--env=lab", "--day=2999-12-31").err
    )


def test_could_not_see(start: Any, caio: Any) -> None:
    start("token-rotated")
    ran = caio("log", "--env=lab")
    assert (ran.code, ran.out) == (10, "")
    assert "401" in ran.err


def test_no_address_leaves_the_process(start: Any, caio: Any) -> None:
    server = start("untagged-rejection-in-history")
    ran = caio("log", "--env=lab")
    assert not any(d.to in ran.out for d in server.deployment.state.decisions)
    assert {r.method for r in server.requests} == {"GET"}


def test_a_ledger_adds_verdicts_decisions_and_dispatches(
    start: Any, caio: Any, tmp_path: Path
) -> None:
    """By day, in each form; the columns of the log itself stay as they are."""
    start()
    path, now = tmp_path / "l.sqlite", datetime.now(UTC)
    ledger = where(str(path), {}, "", tmp_path)
    assert ledger is not None
    add_runs(ledger, [past(now, environment="lab", ends=(PastEnd("aa", now, True),))])
    add_deeds(ledger, [
        PastDeed("decision", "lab", now, "d", {"decision": "go", "by": "Pat (as typed)"}),
        PastDeed("guard", "lab", now, "d", {"started": True}),
        PastDeed("guard", "lab", now, "d", {"started": True, "exit_code": 3}),
        PastDeed("guard", "elsewhere", now, "d", {"started": False}),
        PastDeed("clean-up", "lab", now, "", {"rejected": 2}),
    ])  # fmt: skip
    text = caio("log", "--env=lab", f"--ledger={path}").out
    assert text.startswith(caio("log", "--env=lab").out.partition("\n## Not looked at")[0])
    for said in (
        "pre-flight: GO", "decided: go, by Pat (as typed)", "dispatch: started",
        "dispatch: ended, exit code 3", "clean-up: 2 cards rejected",
        "as seen by our runs: 1 approved, 0 rejected",
    ):  # fmt: skip
        assert text.count(said) == 1, said
    assert "refused" not in text
    (row,) = csv.DictReader(
        io.StringIO(caio("log", "--env=lab", f"--ledger={path}", "--format=csv").out)
    )
    assert row["decisions"].endswith("decided: go, by Pat (as typed)")
    assert row["dispatches"].count(";") == 1
    (day,) = caio("log", "--env=lab", f"--ledger={path}", "--json").json["days"]
    assert day["ledger"]["approved"] == 1
    away = caio("log", "--env=lab", "--ledger=postgresql://a:b@127.0.0.1:1/c")
    assert (away.code, "is away" in away.err) == (0, True)

"""A ledger in a file and in a real PostgreSQL database: what is written is read, whoever writes."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from past import HOUR, THEN, past

from pytest_caio.ledger.database import LedgerProblem, connected
from pytest_caio.ledger.reading import deeds, ends, runs
from pytest_caio.ledger.tables import METADATA, RUNS
from pytest_caio.ledger.upgrades import STEPS
from pytest_caio.ledger.where import Where, where
from pytest_caio.ledger.writing import add_deeds, add_runs, forget
from pytest_caio.verdict.past import PastDeed

DEED = PastDeed("decision", "production", THEN, "d" * 64, {"decision": "go", "by": "Pat"})


def test_what_is_written_is_read(ledger: Where) -> None:
    """To the microsecond, in the order of time; the decided cards apart."""
    later = past(THEN + HOUR, environment="staging", read_at=None, until=None, replay_rate=0.9)
    add_runs(ledger, [later, past()])
    bare = [replace(run, ends=()) for run in (past(), later)]
    assert list(runs(ledger)) == bare
    assert list(runs(ledger, ["staging"])) == bare[1:]
    assert list(runs(ledger, since=THEN + HOUR)) == bare[1:]
    assert ends(ledger, "production") == past().ends
    assert ends(ledger, "elsewhere") == ()


def test_each_decided_card_is_kept_once(ledger: Where) -> None:
    """Every run sees the decisions of earlier ones again."""
    add_runs(ledger, [past(), past(THEN + HOUR, ends=past().ends)])
    assert ends(ledger, "production") == past().ends


def test_deeds(ledger: Where) -> None:
    add_deeds(ledger, [DEED])
    assert deeds(ledger, ["production"]) == (DEED,)
    assert deeds(ledger, ["staging"]) == deeds(ledger, since=THEN + HOUR) == ()


def test_forgetting(ledger: Where) -> None:
    """What is older goes with all that hangs on it; the rest stays."""
    new = past(THEN + 48 * HOUR, ends=())
    add_runs(ledger, [past(), new])
    add_deeds(ledger, [DEED])
    assert forget(ledger, THEN + HOUR) == 2
    assert runs(ledger) == (new,)
    assert (ends(ledger, "production"), deeds(ledger)) == ((), ())
    with connected(ledger) as connection:
        left = {t.name: len(connection.execute(t.select()).all()) for t in METADATA.sorted_tables}
    assert left == {
        "caio_run": 1, "caio_check": 2, "caio_card": 2, "caio_waiver": 1, "caio_end": 0,
        "caio_deed": 0, "caio_version": 1,
    }  # fmt: skip


def test_a_run_is_written_whole_or_not_at_all(ledger: Where) -> None:
    broken = past(environment="staging", profile=None)
    with pytest.raises(LedgerProblem):
        add_runs(ledger, [past(), broken])
    assert runs(ledger) == ()


def test_the_schema_is_the_tables(ledger: Where) -> None:
    """Step by step one comes to the tables as they are used, in both kinds of database."""
    from sqlalchemy import inspect

    with connected(ledger) as connection:
        seen = inspect(connection)
        for table in METADATA.sorted_tables:
            there = {c["name"]: c["nullable"] for c in seen.get_columns(table.name)}
            wanted = {c.name: bool(c.nullable) for c in table.columns}
            assert there == wanted, table.name
            keys = set(seen.get_pk_constraint(table.name)["constrained_columns"])
            assert keys == {c.name for c in table.primary_key}, table.name
            indexes = {i["name"] for i in seen.get_indexes(table.name)}
            assert indexes == {i.name for i in table.indexes}, table.name


def test_an_older_ledger_is_upgraded_and_keeps_its_rows(ledger: Where) -> None:
    from sqlalchemy import text

    made = (
        "INSERT INTO caio_run (id, run, environment, profile, at, verdict, own, release,"
        " generation, rehearsal, whole, report) VALUES ('1', 'r', 'production', 'preflight',"
        " '2026-02-24 20:00:00.000250', 'GO', 'GO', '', 'G2', FALSE, TRUE, '')"
    )
    _as_it_was(ledger, 1, made)
    (run,) = runs(ledger)
    assert (run.at, run.environment, run.replay_rate, run.whole) == (
        THEN, "production", None, True,
    )  # fmt: skip
    add_runs(ledger, [past()])
    assert len(runs(ledger)) == 2
    with connected(ledger) as connection:
        assert connection.execute(text("SELECT version FROM caio_version")).scalars().all() == [2]


def test_a_newer_ledger_is_left_alone(ledger: Where) -> None:
    _as_it_was(ledger, len(STEPS) + 1)
    with pytest.raises(LedgerProblem, match="of version 3, and this pytest-caio knows 2"):
        add_runs(ledger, [past()])


def _as_it_was(ledger: Where, version: int, *more: str) -> None:
    """Make a database of an earlier or a later version, by what that version did."""
    from sqlalchemy import text

    from pytest_caio.ledger.database import _engine

    with _engine(ledger.url.reveal()).begin() as connection:
        connection.execute(text("CREATE TABLE caio_version (version INTEGER PRIMARY KEY)"))
        for statement in (s for step in STEPS[:version] for s in step):
            connection.execute(text(statement))
        for statement in (f"INSERT INTO caio_version VALUES ({version})", *more):
            connection.execute(text(statement))


_WRITING = """
import sys
sys.path.insert(0, sys.argv[2])
from datetime import timedelta
from pathlib import Path
from past import HOUR, THEN, past
from pytest_caio.ledger.where import where
from pytest_caio.ledger.writing import add_runs
ledger, number = where(sys.argv[1], {}, "", Path()), int(sys.argv[3])
for n in range(5):
    at = THEN + number * HOUR + n * timedelta(minutes=1)
    add_runs(ledger, [past(at, environment=f"env{number}")])
"""
SUPPORT = str(Path(__file__).parents[1] / "support")


def given_as(ledger: Where) -> str:
    """Return what names a ledger on a command line."""
    return ledger.url.reveal().removeprefix("sqlite:///").replace("+psycopg", "")


@pytest.mark.slow
def test_ten_processes_write_at_once(ledger: Where) -> None:
    """Into a database that isn't there yet: all of them upgrade it, one does."""
    command = [sys.executable, "-c", _WRITING, given_as(ledger), SUPPORT]
    at_work = [subprocess.Popen([*command, str(number)]) for number in range(10)]
    assert [process.wait(120) for process in at_work] == [0] * 10
    assert len(runs(ledger)) == 50
    assert all(len(run.checks) == 2 for run in runs(ledger))


_KILLED = """
import sys, itertools
sys.path.insert(0, sys.argv[2])
from datetime import timedelta
from pathlib import Path
from past import THEN, past
from pytest_caio.ledger.where import where
from pytest_caio.ledger.writing import add_runs
ledger = where(sys.argv[1], {}, "", Path())
for n in itertools.count():
    at = THEN + timedelta(minutes=n)
    add_runs(ledger, [past(at), past(at, environment="staging")])
    print(n, flush=True)
"""


@pytest.mark.slow
def test_a_writer_that_is_killed_loses_nothing(ledger: Where) -> None:
    """What it said was written is there, whole, and the next one can write."""
    command = [sys.executable, "-c", _KILLED, given_as(ledger), SUPPORT]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(3)]
        process.send_signal(signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
        rest = process.stdout.read().splitlines()
    written = int((rest or said)[-1].split()[0]) + 1
    found = runs(ledger)
    assert len(found) % 2 == 0
    assert len(found) >= 2 * written
    assert all(len(run.checks) == 2 and len(run.cards) == 2 for run in found)
    add_runs(ledger, [past(THEN + 99 * HOUR)])
    assert len(runs(ledger)) == len(found) + 1


@pytest.mark.slow
def test_one_that_is_locked_is_said(ledger: Where, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a while, and in words."""
    monkeypatch.setattr("pytest_caio.ledger.database.PATIENCE", 1)
    add_runs(ledger, [past()])
    began = time.monotonic()
    with connected(ledger) as holder:
        if holder.dialect.name == "postgresql":
            from sqlalchemy import text

            holder.execute(text("LOCK TABLE caio_run IN ACCESS EXCLUSIVE MODE"))
        with pytest.raises(LedgerProblem, match="is locked by somebody else"):
            add_runs(ledger, [past()])
    assert time.monotonic() - began < 30
    assert len(runs(ledger)) == 1


@pytest.mark.parametrize(
    "spoilt",
    [
        "UPDATE caio_run SET verdict = 'MAYBE'",
        "UPDATE caio_check SET outcome = 'perhaps'",
        "UPDATE caio_waiver SET until = 'soon'",
        "UPDATE caio_card SET prints = '{'",
        "UPDATE caio_run SET at = 'some time'",
    ],
)
def test_a_row_that_is_none_of_ours_is_said(tmp_path: Path, spoilt: str) -> None:
    """Whatever hand it was: no traceback."""
    path = tmp_path / "l.sqlite"
    ledger = where(str(path), {}, "", tmp_path)
    assert ledger is not None
    add_runs(ledger, [past()])
    with closing(sqlite3.connect(path, isolation_level=None)) as hand:
        hand.execute(spoilt)
    with pytest.raises(LedgerProblem, match="holds something that is no entry of ours"):
        runs(ledger)


def test_a_deed_that_is_none_of_ours_is_said(tmp_path: Path) -> None:
    path = tmp_path / "l.sqlite"
    ledger = where(str(path), {}, "", tmp_path)
    assert ledger is not None
    add_deeds(ledger, [DEED])
    with closing(sqlite3.connect(path, isolation_level=None)) as hand:
        hand.execute("UPDATE caio_deed SET data = 'go'")
    with pytest.raises(LedgerProblem, match="holds something that is no entry of ours"):
        deeds(ledger)


_FULL = """
import resource, sys
sys.path.insert(0, sys.argv[2])
from pathlib import Path
from past import past
from pytest_caio.ledger.database import LedgerProblem
from pytest_caio.ledger.where import where
from pytest_caio.ledger.writing import add_runs
ledger = where(sys.argv[1], {}, "", Path())
most = Path(sys.argv[1]).stat().st_size + 8192
resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
try:
    for _ in range(2000):
        add_runs(ledger, [past()])
except LedgerProblem as problem:
    print(problem)
"""


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows has no such limit")
def test_a_full_disk_is_said(tmp_path: Path) -> None:
    """And what was there before it was full can be read."""
    path = tmp_path / "l.sqlite"
    ledger = where(str(path), {}, "", tmp_path)
    assert ledger is not None
    add_runs(ledger, [past()])
    ran = subprocess.run(
        [sys.executable, "-c", _FULL, str(path), SUPPORT],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "can't be written: the disk is full" in ran.stdout
    assert all(len(run.checks) == 2 for run in runs(ledger))
    add_runs(ledger, [past()])


def test_nothing_of_people_is_in_it() -> None:
    """The columns are all there are: no text, no address, no id as it is."""
    names = {column.name for column in RUNS.columns}
    assert names.isdisjoint({"to", "subject", "body", "email_id", "url", "token", "observed"})

"""``--caio-ledger``: the run is remembered and compared, and a ledger never changes a verdict."""

import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from gatefolder import GateFolder
from past import runs_in

pytestmark = [
    pytest.mark.slow,  # Whole gate runs, each of about a second.
    pytest.mark.usefixtures("staging"),
]

PLAIN = ("-p", "no:cacheprovider", "-k", "ramp")


def test_each_run_is_remembered(gate: GateFolder, staging: Any) -> None:
    """By environment, with what its checks came to and hashes of the cards; without any text."""
    ran = gate.run("--caio-ledger=l.sqlite", "--caio-report=rep")
    (run,) = runs_in(gate.path / "l.sqlite")
    assert (run.environment, run.profile, run.rehearsal) == ("staging", "preflight", True)
    assert {c.name for c in run.checks} >= {"ramp.limits", "queue.tier", "smoke.ready"}
    assert run.cards
    assert run.report
    assert len(run.release) == 8
    assert str(run.verdict) in ran.stdout.str()
    kept = (gate.path / "l.sqlite").read_bytes()
    for card in staging.deployment.state.cards.values():
        for text in (card.email_id, card.to, card.subject):
            assert text.encode() not in kept
    assert staging.token.encode() not in kept


def test_the_next_one_is_compared_with_it(gate: GateFolder) -> None:
    """Without naming a folder."""
    gate.run("--caio-ledger=l.sqlite")
    gate.run("--caio-ledger=l.sqlite", "--caio-report=rep")
    page = (gate.path / "rep" / "report.html").read_text("utf-8")
    assert "No earlier report was named" not in page
    assert len(runs_in(gate.path / "l.sqlite")) == 2


def test_a_part_is_remembered_as_one(gate: GateFolder) -> None:
    gate.run(*PLAIN, "--caio-ledger=l.sqlite")
    (run,) = runs_in(gate.path / "l.sqlite")
    assert (run.whole, run.preflight) == (False, False)


def _locked(path: Path) -> Any:
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    return holder


@pytest.mark.parametrize(
    "trouble",
    ["locked", "something else", "read-only", "away", "a strange row", "a mistake of ours"],
)
def test_one_that_cannot_be_written_changes_no_verdict(
    gate: GateFolder, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    """It is said, the exit code is the verdict's, and the last line too."""
    monkeypatch.setattr("pytest_caio.ledger.database.PATIENCE", 1)
    path, named = gate.path / "l.sqlite", "l.sqlite"
    plain = gate.run(*PLAIN)
    if trouble == "something else":
        path.write_bytes(b"no database" * 900)
    elif trouble == "away":
        named = "postgresql://caio:hunter2hunter2@127.0.0.1:1/caio"
    elif trouble == "a strange row":
        gate.run(*PLAIN, "--caio-ledger=l.sqlite")
        with closing(sqlite3.connect(path, isolation_level=None)) as hand:
            hand.execute("UPDATE caio_check SET outcome = 'perhaps'")
    elif trouble == "a mistake of ours":
        monkeypatch.setattr("pytest_caio.run.ledger_entry.remembered", lambda *_: 1 / 0)
    elif trouble == "read-only":
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            pytest.skip("root writes everywhere")
        gate.run(*PLAIN, "--caio-ledger=l.sqlite")
        path.chmod(stat.S_IREAD)
    holder = _locked(path) if trouble == "locked" else sqlite3.connect(":memory:")
    with closing(holder):
        ran = gate.run(*PLAIN, f"--caio-ledger={named}")
    assert ran.ret == plain.ret
    assert ran.outlines[-1] == plain.outlines[-1]
    (said,) = [line for line in ran.outlines if "the verdict stands, this run is not in it" in line]
    assert said.startswith("the ledger ")
    assert "hunter2" not in ran.stdout.str()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("mysql://a:hunter2hunter2@b/c", "--caio-ledger is no ledger: its URL begins with 'mysql'"),
        ("nowhere/l.sqlite", "--caio-ledger: there is no folder"),
    ],
)
def test_a_mistake_is_one(gate: GateFolder, given: str, said: str) -> None:
    ran = gate.run(*PLAIN, f"--caio-ledger={given}")
    assert ran.ret == pytest.ExitCode.USAGE_ERROR
    assert said in ran.stderr.str() + ran.stdout.str()
    assert "hunter2" not in ran.stderr.str() + ran.stdout.str()


def test_the_policy_names_one(gate: GateFolder) -> None:
    gate.write("gates/policy.yaml", "ledger: kept.sqlite\n")
    gate.run(*PLAIN)
    assert len(runs_in(gate.path / "kept.sqlite")) == 1


def test_a_policy_holds_no_password(gate: GateFolder) -> None:
    gate.write("gates/policy.yaml", "ledger: postgresql://a:hunter2hunter2@b/c\n")
    ran = gate.run(*PLAIN)
    assert ran.ret == pytest.ExitCode.USAGE_ERROR
    assert "have no business in a policy" in ran.stderr.str() + ran.stdout.str()


def test_without_one_nothing_of_it_is_loaded() -> None:
    """Neither the database's library nor our own part."""
    code = (
        "import sys, pytest;"
        "pytest.main(['--caio-env=rehearsal', '-k', 'ramp', '-q', '-p', 'no:cacheprovider']);"
        "print([m for m in sys.modules if m.startswith(('sqlalchemy', 'psycopg'))])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[-1] == "[]"

"""Reports and a ledger of earlier versions, kept as data, are read by whatever reads kept reports.

``tests/data/reports`` holds one of the first format that names its version, of a pre-flight, and
one of everything with a ledger. Each is what ``pytest --caio-env=rehearsal --caio-report=DIR``
wrote then.
"""

from __future__ import annotations

import json
import sqlite3
import zipfile
from pathlib import Path
from typing import Any

import pytest

from pytest_caio.commands.judge_again import judge_again
from pytest_caio.observe.queue_before import read_before
from pytest_caio.report.kept_report import read_report
from pytest_caio.report.previous import read_previous

DATA = Path(__file__).parents[1] / "data" / "reports"
OLDEST, WITH_LEDGER = "0.1.0.dev1", "0.1.0.dev2"
VERSIONS = sorted(path.stem for path in DATA.glob("*.zip"))
# What speaks of an older report as such: its findings stand, its clearance has lapsed.
OF_ANOTHER_VERSION = {"run.as-reported", "run.standard-gates"}


@pytest.fixture
def kept(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """The folder with a kept report."""
    with zipfile.ZipFile(DATA / f"{request.param}.zip") as archive:
        archive.extractall(tmp_path / "report")
    return tmp_path / "report"


every = pytest.mark.parametrize("kept", VERSIONS, indirect=True)
last = pytest.mark.parametrize("kept", [WITH_LEDGER], indirect=True)


def test_they_are_kept() -> None:
    """Whoever changes a format keeps a report of the one before: docs/upgrading.md."""
    assert {OLDEST, WITH_LEDGER} <= set(VERSIONS)


@every
def test_judged_again(kept: Path) -> None:
    """Its findings stay as they were; where today's rules say otherwise, that is added."""
    written = json.loads((kept / "verdict.json").read_text("utf-8"))
    again = judge_again(kept)
    found = {f.name: (f.outcome.value, f.observed) for f in again.findings}
    for finding in written["findings"]:
        name = f"{finding['gate']}.{finding['check']}"
        assert found.pop(name) == (finding["outcome"], finding["observed"])
    assert set(found) <= OF_ANOTHER_VERSION
    assert again.verdict == (written["verdict"] if not found else "CANNOT TELL")


@every
def test_commands_that_read_it(kept: Path, caio: Any) -> None:
    """None of them takes it for a mistake, and none clears anything by it."""
    assert caio("judge", str(kept)).code in {0, 10}
    assert caio("judge", str(kept), "--json").code in {0, 10}
    joint = caio("merge", str(kept), f"--out={kept.parent / 'joint'}")
    assert joint.code in {0, 10}, joint.err
    decided = caio("decide", str(kept), "--go", "--by=Pat")
    assert decided.code in {1, 10}, decided.err
    assert not (kept / "decisions.jsonl").exists()


@every
def test_what_a_run_takes_from_it(kept: Path) -> None:
    """What changed since, and which cards waited then."""
    previous = read_previous(kept)
    assert previous.problem == ""
    assert previous.outcomes
    before = read_before(kept, "rehearsal")
    assert isinstance(before, dict), before


@last
def test_its_replay_scored_again(kept: Path, caio: Any) -> None:
    """With the packaged set, as it is today."""
    golden = Path(__file__).parents[2] / "gates" / "golden" / "caio.jsonl"
    scored = caio("judge", str(kept), f"--golden={golden}")
    assert "Scores only" in scored.out, scored.err
    assert "71 of 71 cases pass" in scored.out


@last
def test_its_ledger(kept: Path, caio: Any) -> None:
    """It is upgraded, shown and shortened."""
    ledger = kept / "ledger.sqlite"
    with sqlite3.connect(ledger) as database:
        database.executescript((kept / "ledger.sql").read_text("utf-8"))
    database.close()
    shown = caio("history", f"--ledger={ledger}", "--json")
    assert shown.code == 0, shown.err
    assert "rehearsal" in shown.out
    forgotten = caio("forget", "--older-than=1", f"--ledger={ledger}")
    assert forgotten.code == 0, forgotten.err


@pytest.mark.parametrize("kept", [OLDEST], indirect=True)
def test_what_is_older_is_told(kept: Path) -> None:
    """A report without a version is told as what it is, and not called a forgery."""
    plan = json.loads((kept / "plan.json").read_text("utf-8"))
    del plan["version"]
    (kept / "plan.json").write_text(json.dumps(plan), "utf-8")
    (kept / "attestation.json").unlink()
    with pytest.raises(ValueError, match="which is not read any more"):
        read_report(kept)

"""A NO-GO stays one: no edit of any one file of its report makes a GO of it, or a traceback."""

import json
import shutil
from pathlib import Path
from unittest.mock import patch

import pytest
from forging import FILE_EDITS, Edit, some
from legs import edit, sealed
from rehearsing import gate_run

from pytest_caio.__main__ import main
from pytest_caio.commands.merge import merge, read_leg
from pytest_caio.observe.page import shared_browser
from pytest_caio.observe.queue_before import read_before
from pytest_caio.report.folder import write_report
from pytest_caio.report.previous import read_previous
from pytest_caio.settings.options import Options
from pytest_caio.verdict.decide import Verdict

FILES = (
    "attestation.json", "evidence.har", "gates.junit.xml", "plan.json", "report.html",
    "verdict.json",
)  # fmt: skip
JUDGED = ("attestation.json", "evidence.har", "plan.json", "verdict.json")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a real NO-GO, with one failure alone: nothing else keeps it from being GO."""

    async def no_browser(*_: object) -> None:
        raise shared_browser.NoBrowser("no Chromium was found")

    with patch.object(shared_browser.SharedBrowser, "_start", no_browser):
        run = gate_run(Options(("rehearsal",), "preflight", faults=("emergency-stop",)))
    result = run.result()
    assert result.verdict is Verdict.NO_GO
    assert [f.name for f in result.findings if f.blocks] == ["ramp.emergency-stop"]
    folder = tmp_path_factory.mktemp("written")
    write_report(folder, result, run.redactor)
    assert tuple(sorted(path.name for path in folder.iterdir())) == FILES
    return folder


@pytest.fixture
def report(written: Path, tmp_path: Path) -> Path:
    """A copy of it to edit."""
    return Path(shutil.copytree(written, tmp_path / "report"))


def test_it_is_a_report(report: Path) -> None:
    """As it was written, both commands say what the run said."""
    assert main(["judge", str(report)]) == 1
    assert main(["merge", str(report), "--out", str(report.parent / "out")]) == 1


@pytest.mark.parametrize("how", FILE_EDITS)
@pytest.mark.parametrize("name", FILES)
def test_a_whole_file(
    report: Path, name: str, how: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Deleted, emptied, cut, replaced: no GO, no traceback, and one line that names the file."""
    FILE_EDITS[how](report / name)
    code = main(["judge", str(report)])
    said = capsys.readouterr()
    leg = read_leg(report)
    if name in JUDGED and (name, how) != ("attestation.json", "without its last byte"):
        assert code == 4
        assert said.err.startswith("caio judge: ")
        assert len(said.err.splitlines()) == 1
        assert name in said.err
        assert "Name the folder" in said.err or "run the gate again" in said.err
        assert leg.problem
        assert merge([leg], []).verdict is Verdict.CANNOT_TELL
    else:
        # For people to read, and no verdict is made of it; or what was lost is the last line's end.
        assert code == 1
        assert merge([leg], []).verdict is Verdict.NO_GO


@pytest.mark.parametrize("how", FILE_EDITS)
@pytest.mark.parametrize("name", ["evidence.har", "verdict.json"])
def test_an_earlier_report(report: Path, name: str, how: str) -> None:
    """What only says what was before is no reason to end a run; it is said, and nothing taken."""
    FILE_EDITS[how](report / name)
    whole = how == "without its last byte"  # which ends the last line
    assert isinstance(read_before(report, "rehearsal"), dict if whole else str)
    assert bool(read_previous(report).problem) is (name == "verdict.json" and not whole)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["evidence.har", "verdict.json"])
def test_a_node_of_an_earlier_report(report: Path, name: str) -> None:
    """Wrong types at every depth: an answer or a sentence, never an exception."""
    original = (report / name).read_bytes()
    for one in some(json.loads(original), 60, seed=1):
        edit(report, name, one.of(json.loads(original)))
        assert isinstance(read_before(report, "rehearsal"), dict | str)
        assert isinstance(read_previous(report).problem, str)


def looked_at(report: Path, name: str, edits: list[Edit], *, seal: bool) -> dict[str, int]:
    """Apply one edit after the other; return how often which verdict came out of both commands."""
    original = (report / name).read_bytes()
    statement = (report / "attestation.json").read_bytes()
    document = json.loads(original)
    counted: dict[str, int] = {}
    for one in edits:
        edit(report, name, one.of(document))
        if seal:
            sealed(report)
        # What `caio judge` says, or its error.
        leg = read_leg(report)
        verdict = leg.result.verdict if leg.result else "an error"
        joint = merge([leg], []).verdict
        assert joint is (leg.result.verdict if leg.result else Verdict.CANNOT_TELL), one
        assert joint is not Verdict.GO, one
        assert leg.result or str(report) in leg.problem, (one, leg.problem)
        counted[verdict] = counted.get(verdict, 0) + 1
        (report / name).write_bytes(original)
        (report / "attestation.json").write_bytes(statement)
    return counted


@pytest.mark.slow
@pytest.mark.parametrize("name", ["evidence.har", "plan.json", "verdict.json"])
def test_a_node_of_one_file(report: Path, name: str) -> None:
    """Its digest, which lies in another file, finds each edit."""
    edits = some(json.loads((report / name).read_bytes()), 60)
    assert looked_at(report, name, edits, seal=False) == {"an error": len(edits)}


@pytest.mark.slow
def test_a_node_of_the_attestation(report: Path) -> None:
    """What doesn't name the files as they are ends in an error; the rest stays NO-GO."""
    edits = some(json.loads((report / "attestation.json").read_bytes()), 60)
    counted = looked_at(report, "attestation.json", edits, seal=False)
    assert counted.keys() == {"an error", "NO-GO"}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["evidence.har", "plan.json", "verdict.json"])
def test_a_node_of_one_file_with_digests_that_fit(report: Path, name: str) -> None:
    """Evidence, plan and verdict are held against each other: whoever edits one of them and the
    digests has not made a GO either, nor a traceback.
    """
    looked_at(report, name, some(json.loads((report / name).read_bytes()), 200), seal=True)

"""A gate run and its report folder: another run that writes there, and a disk that is full."""

import errno
import json
import os
from pathlib import Path

import pytest
from gatefolder import GateFolder

from pytest_caio.rehearsal.server import RehearsalServer
from pytest_caio.report import folder, folder_lock
from pytest_caio.report.folder_lock import hold


def test_a_second_run_is_a_usage_error(gate: GateFolder, staging: RehearsalServer) -> None:
    """It asks nothing, and leaves the first run's folder as it is."""
    gate.write("out/verdict.json", '{"verdict": "of the first"}')
    give_back = hold(gate.report, "--caio-report")
    result = gate.run("--caio-report=out", "-k", "tags")
    give_back()
    assert result.ret == 4
    assert "another run is writing into" in " ".join(result.errlines)
    assert "INTERNALERROR" not in result.stderr.str() + result.stdout.str()
    assert not staging.requests
    assert "of the first" in (gate.report / "verdict.json").read_text("utf-8")


@pytest.mark.parametrize("where", ["file", "file/below"])
def test_a_file_in_the_place_of_the_folder(
    gate: GateFolder, staging: RehearsalServer, where: str
) -> None:
    """It is named in words, and stays as it was; nothing is asked."""
    path = gate.write("file", "mine")
    result = gate.run(f"--caio-report={where}")
    said = " ".join(result.errlines)
    assert result.ret == 4
    assert f"can't be a folder, as {path} is a file. Name another folder" in said
    assert "Errno" not in said
    assert path.read_text("utf-8") == "mine"
    assert not staging.requests


@pytest.mark.usefixtures("staging")
def test_runs_one_after_the_other(gate: GateFolder) -> None:
    """The folder is given back at the end, also of a run that ended in a usage error."""
    assert gate.run("--caio-report=out", "--caio-profile=nonsense").ret == 4
    assert gate.judged("-k", "tags and not page").code == 10
    assert gate.judged("-k", "tags and not page").code == 10


@pytest.mark.parametrize("what", ["verdict", "lock"])
def test_no_old_go_on_a_full_disk(
    gate: GateFolder, staging: RehearsalServer, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """Exit code 4, no request, and no verdict; the error says both."""

    def no_room(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    gate.write("out/verdict.json", '{"verdict": "GO"}')
    monkeypatch.setattr(folder, "write_atomically", no_room)
    if what == "lock":
        monkeypatch.setattr(folder_lock.FileLock, "acquire", no_room)
    result = gate.run("--caio-report=out")
    said = " ".join(result.errlines)
    assert result.ret == 4
    assert "no verdict can be written" in said
    assert "no earlier one is left" in said
    assert not staging.requests
    assert not (gate.report / "verdict.json").exists()


@pytest.mark.usefixtures("staging")
def test_no_old_go_where_an_earlier_report_can_not_be_read(
    gate: GateFolder, tmp_path: Path
) -> None:
    """What is wrong with another report is no reason to leave this one's verdict."""
    gate.write("out/verdict.json", '{"verdict": "GO"}')
    result = gate.run("--caio-report=out", f"--caio-replay-from={tmp_path / 'nothing'}")
    assert result.ret == 4
    assert "there is no folder" in " ".join(result.errlines)
    verdict = json.loads((gate.report / "verdict.json").read_text("utf-8"))
    assert verdict["verdict"] == "CANNOT TELL"

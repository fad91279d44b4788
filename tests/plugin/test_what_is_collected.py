"""Which items a command line means."""

from pathlib import Path

import pytest
from gatefolder import GateFolder, last_line

from pytest_caio.gates.files import packaged_folder
from pytest_caio.rehearsal.server import RehearsalServer

pytestmark = pytest.mark.usefixtures("staging")
LIMITS = "gates/ramp.yaml::limits[staging]"


def collected(gate: GateFolder, *args: str) -> list[str]:
    """The node ids that ``--co`` shows."""
    result = gate.run("--co", "-q", *args)
    assert result.ret == 0, result.outlines + result.errlines
    return [line for line in result.outlines if "::" in line]


@pytest.fixture
def test_file(gate: GateFolder) -> Path:
    """A test beside the gates, which leaves a trace when it runs."""
    return gate.write(
        "test_x.py", "import pathlib\ndef test_x(): pathlib.Path('ran').write_text('')"
    )


@pytest.mark.usefixtures("test_file")
def test_only_gates_without_a_path(gate: GateFolder) -> None:
    """With ``--caio-env`` and no path, a test beside the gates isn't run."""
    assert gate.run().ret == 0
    assert not (gate.path / "ran").exists()


@pytest.mark.usefixtures("test_file")
@pytest.mark.parametrize("paths", [("gates", "test_x.py"), (".",), ("./gates", "./test_x.py")])
def test_both_with_paths(gate: GateFolder, paths: tuple[str, ...]) -> None:
    """With paths to both, both run."""
    assert gate.run(*paths).ret == 0
    assert (gate.path / "ran").exists()


@pytest.mark.usefixtures("test_file")
def test_a_path_that_holds_no_gate(gate: GateFolder) -> None:
    """With a path to tests alone no gate runs, and that is not a GO."""
    result = gate.run("test_x.py")
    assert result.ret == 10
    assert (gate.path / "ran").exists()


def test_ids(gate: GateFolder) -> None:
    """An id is gate file, check and environment, wherever the file is."""
    ids = collected(gate)
    assert LIMITS in ids
    assert all(i.startswith("gates/") and i.endswith("[staging]") for i in ids)
    assert len(ids) == len(set(ids))


def test_every_id_can_be_pasted_back(gate: GateFolder) -> None:
    """What ``--co`` shows is what can be asked for."""
    ids = collected(gate)
    assert collected(gate, *ids) == ids


@pytest.mark.parametrize("own", [False, True], ids=["packaged", "own"])
@pytest.mark.parametrize(
    ("path", "check"),
    [
        ("gates/ramp.yaml", ""),
        ("./gates/ramp.yaml", ""),
        (r"gates\ramp.yaml", ""),
        (r".\gates\ramp.yaml", "::limits[staging]"),
        ("gates/ramp.yaml", "::limits"),
        ("gates/ramp.yaml", "::limits[staging]"),
        ("{folder}/ramp.yaml", ""),
        ("{folder}/ramp.yaml", "::limits[staging]"),
    ],
)
def test_a_file_or_a_check_by_its_path(gate: GateFolder, path: str, check: str, own: bool) -> None:
    """Packaged and own gates alike, as one writes them on Linux and on Windows."""
    if own:
        gate.write("gates/ramp.yaml", (packaged_folder() / "ramp.yaml").read_text("utf-8"))
    folder = gate.path / "gates" if own else packaged_folder()
    ids = collected(gate, path.format(folder=folder) + check)
    assert ids == [LIMITS] if check else len(ids) > 1
    assert all(i.startswith("gates/ramp.yaml::") for i in ids)


@pytest.mark.parametrize("path", ["gates", "gates/", "./gates", "{folder}"])
def test_the_folder(gate: GateFolder, path: str) -> None:
    """``gates`` means every gate, also where they are packaged."""
    assert collected(gate, path.format(folder=gate.path / "gates") if gate.gate("own") else path)
    assert collected(gate, "gates") == collected(gate)


def test_an_own_gate_is_added(gate: GateFolder) -> None:
    """A folder's own gate stands after the standard ones."""
    gate.gate("zeal", ["first", "second"])
    ids = collected(gate)
    assert ids[-2:] == ["gates/zeal.yaml::first[staging]", "gates/zeal.yaml::second[staging]"]
    assert collected(gate, "gates/zeal.yaml::second[staging]") == ids[-1:]


@pytest.mark.parametrize(
    ("arg", "said"),
    [
        ("gates/rampp.yaml", "did you mean 'gates/ramp.yaml'?"),
        ("gates/ramp.yaml::limit[staging]", "did you mean 'limits[staging]'?"),
        ("gates/ramp.yaml::limits[production]", "did you mean 'limits[staging]'?"),
        ("gates/ramp.yaml::nothing-like-it", "no check 'nothing-like-it' of gates/ramp.yaml"),
    ],
)
def test_what_does_not_exist(
    gate: GateFolder, staging: RehearsalServer, arg: str, said: str
) -> None:
    """A file or a check that isn't there is a usage error, before any request."""
    result = gate.run(arg)
    assert result.ret == 4
    assert said in " ".join(result.errlines)
    assert not staging.requests


def test_a_check_of_another_profile(gate: GateFolder) -> None:
    """A check that is not due says so."""
    result = gate.run("gates/ramp.yaml::emergency-stop", "--caio-profile=deploy")
    assert result.ret == 4
    assert "is due in this profile" in " ".join(result.errlines)


def test_another_root_folder(gate: GateFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Called from below the root, the root's gates count, and ids stay what they are."""
    gate.gate("zeal")
    gate.write("pytest.ini", "[pytest]\n")
    below = gate.path / "below"
    below.mkdir()
    monkeypatch.chdir(below)
    assert "gates/zeal.yaml::stop[staging]" in collected(gate)
    assert collected(gate, "gates/zeal.yaml::stop[staging]") == ["gates/zeal.yaml::stop[staging]"]
    assert collected(gate, "../gates/zeal.yaml") == ["gates/zeal.yaml::stop[staging]"]


def test_a_folder_with_spaces_and_letters_beyond_ascii(
    gate: GateFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The operator's folder is called what the operator likes."""
    folder = gate.path / "Go – no go, ‘žluťoučký’"
    folder.mkdir()
    monkeypatch.chdir(folder)
    gate.write(f"{folder.name}/gates/zeal.yaml", gate.gate("zeal").read_text("utf-8"))
    result = gate.run("--caio-report=réport", "--junitxml=j.xml")
    assert result.ret == 0, result.outlines
    assert (folder / "réport" / "verdict.json").is_file()


def test_options_from_the_ini_file(gate: GateFolder) -> None:
    """``addopts`` switches the gate on as the command line does."""
    gate.write("pytest.ini", "[pytest]\naddopts = --caio-env=staging --caio-profile=deploy\n")
    result = gate.pytester.runpytest_inprocess()
    assert result.ret == 0
    assert last_line(result).startswith("GO: staging, profile deploy: ")


def test_another_gates_folder(gate: GateFolder) -> None:
    """The ini file names another folder; ids still begin with ``gates/``."""
    gate.gate("zeal")
    (gate.path / "gates").rename(gate.path / "our gates")
    gate.write("pytest.ini", "[pytest]\ncaio_gates = our gates\n")
    assert "gates/zeal.yaml::stop[staging]" in collected(gate, "our gates")

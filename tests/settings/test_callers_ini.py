"""Of the caller's pytest configuration the gate's own settings are read, and nothing else."""

from pathlib import Path

import pytest

from pytest_caio.settings.callers_ini import CallersIni, read

WANTED = {"caio_gates": "ops/gates", "caio_timeout": "5"}
INI = "addopts = -x\ncaio_gates = ops/gates\ncaio_timeout = 5\nunknown = %(x)s\n"
TOML = 'addopts = ["-x"]\ncaio_gates = "ops/gates"\ncaio_timeout = "5"\n'
FILES = {
    "pytest.toml": f"[pytest]\n{TOML}",
    ".pytest.toml": f"[pytest]\n{TOML}",
    "pytest.ini": f"[pytest]\n{INI}",
    ".pytest.ini": f"[pytest]\n{INI}",
    "pyproject.toml": f"[tool.pytest]\n{TOML}",
    "tox.ini": f"[tox]\n[pytest]\n{INI}",
    "setup.cfg": f"[tool:pytest]\n{INI}",
}


@pytest.mark.parametrize("name", FILES)
def test_each_kind_of_file(tmp_path: Path, name: str) -> None:
    """All that pytest reads, also from a folder below."""
    (tmp_path / name).write_text(FILES[name])
    (tmp_path / "below").mkdir()
    assert read(tmp_path / "below") == CallersIni(tmp_path, WANTED)


def test_lists_and_the_older_table(tmp_path: Path) -> None:
    """A list becomes what `-o` takes, whatever is in it; ``ini_options`` counts too."""
    text = '[tool.pytest.ini_options]\ncaio_environments = ["lab", "my lab"]\n'
    (tmp_path / "pyproject.toml").write_text(text)
    assert read(tmp_path).settings == {"caio_environments": "lab 'my lab'"}


def test_the_nearest_configuration_counts(tmp_path: Path) -> None:
    """As for pytest: an empty ``pytest.ini`` is one, a ``tox.ini`` of tox's alone is none."""
    (tmp_path / "pytest.ini").write_text(FILES["pytest.ini"])
    below = tmp_path / "below"
    below.mkdir()
    (below / "tox.ini").write_text("[tox]\n")
    (below / "pyproject.toml").write_text("[project]\n")
    assert read(below).root == tmp_path
    (below / "pytest.ini").write_text("")
    assert read(below) == CallersIni(below)


@pytest.mark.parametrize("sign", ["pyproject.toml", "setup.py"])
def test_the_root_without_a_configuration(tmp_path: Path, sign: str) -> None:
    """Where a project begins, as for pytest, so that its ``gates/`` is found."""
    (tmp_path / sign).write_text("")
    (tmp_path / "a" / "b").mkdir(parents=True)
    assert read(tmp_path / "a" / "b") == CallersIni(tmp_path)


BROKEN = {
    "pytest.ini": "caio_gates = ops\n[pytest",
    "pyproject.toml": "[tool.pytest\ncaio_gates = ops",
    "pytest.toml": 'pytest = "caio_gates"',
}


@pytest.mark.parametrize("name", BROKEN)
def test_settings_that_would_be_missed(tmp_path: Path, name: str) -> None:
    """A file that can't be read and may name the gates is a mistake; any other changes nothing."""
    (tmp_path / name).write_text(BROKEN[name])
    with pytest.raises(ValueError, match=f"{name} can't be read, and it has settings of the gate"):
        read(tmp_path)
    (tmp_path / name).write_text(BROKEN[name].replace("caio_gates", "other"))
    assert read(tmp_path) == CallersIni(tmp_path)

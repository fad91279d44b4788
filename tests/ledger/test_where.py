"""Where a ledger is, what is said of what is none, and that no password shows."""

from pathlib import Path

import pytest
from postgres import PASSWORD, url

from pytest_caio.ledger.database import LedgerProblem, connected
from pytest_caio.ledger.where import where

DB = "postgresql://caio:hunter2hunter2@db.example.com:6543/caio"


def test_nobody_names_one(tmp_path: Path) -> None:
    assert where(None, {"CAIO_LEDGER": " "}, "", tmp_path) is None


@pytest.mark.parametrize(
    ("given", "variable", "policy", "shown"),
    [
        ("a.sqlite", DB, "c.sqlite", "a.sqlite"),
        (None, "b.sqlite", "c.sqlite", "b.sqlite"),
        (None, "", "c.sqlite", "c.sqlite"),
        ("sqlite:///a.sqlite", "", "", "a.sqlite"),
    ],
)
def test_the_nearest_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str, variable: str, policy: str,
    shown: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    found = where(given, {"CAIO_LEDGER": variable}, policy, tmp_path)
    assert found is not None
    assert Path(found.shown).name == shown


def test_a_password_never_shows(tmp_path: Path) -> None:
    found = where(None, {"CAIO_LEDGER": DB}, "", tmp_path)
    assert found is not None
    assert "hunter2" not in f"{found!r}{found.shown}{found}"
    assert found.shown == "postgresql://db.example.com:6543/caio"
    assert [s.reveal() for s in found.secrets.values()] == ["hunter2hunter2"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("mysql://u:hunter2hunter2@h/d", "begins with 'mysql'"),
        ("postgre://u:hunter2hunter2@h/d", "did you mean 'postgresql'"),
        ("postgresql://u:hunter2hunter2@h", "is no URL of a database"),
        ("postgresql://u:hunter2hunter2@h:port/d", "is no URL of a database"),
        ("postgresql:///d", "is no URL of a database"),
        ("postgresql://u:hunter2hunter2@[h/d", "is no URL of a database"),
        ("nowhere/ledger.sqlite", "there is no folder"),
        (".", "is a folder"),
    ],
)
def test_what_is_none_is_said_without_a_password(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ValueError, match="CAIO_LEDGER") as caught:
        where(None, {"CAIO_LEDGER": text}, "", tmp_path)
    assert said in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_without_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What to install is said, before anything is asked."""
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ValueError, match=r"pip install 'pytest-caio\[ledger\]'"):
        where("a.sqlite", {}, "", tmp_path)


def test_a_file_of_something_else(tmp_path: Path) -> None:
    path = tmp_path / "photo.sqlite"
    path.write_bytes(b"no database at all" * 400)
    assert "is no ledger" in problem(str(path))
    assert path.read_bytes() == b"no database at all" * 400


def test_a_database_that_is_away(tmp_path: Path) -> None:
    said = problem("postgresql://caio:hunter2hunter2@127.0.0.1:1/caio")
    assert said == "the ledger postgresql://127.0.0.1:1/caio is away: nothing answers there"


def test_a_host_that_is_not_there(tmp_path: Path) -> None:
    said = problem("postgresql://caio:hunter2hunter2@nowhere.invalid/caio")
    assert "is not to be found" in said
    assert "hunter2" not in said


@pytest.mark.slow
def test_a_wrong_password_and_a_missing_database(server: str) -> None:
    assert "does not let us in" in problem(url(server, "hunter2hunter2"))
    assert "has no such database" in problem(url(server).removesuffix("caio") + "other")
    assert PASSWORD not in problem(url(server).removesuffix("caio") + "other")


def problem(text: str) -> str:
    found = where(text, {}, "", Path())
    assert found is not None
    with pytest.raises(LedgerProblem) as caught, connected(found):
        pass
    return str(caught.value)

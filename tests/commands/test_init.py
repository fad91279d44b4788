"""``caio init``: what it writes is sound, what is there stays, and a second run changes nothing."""

import subprocess
import sys
from pathlib import Path

import pytest

from pytest_caio.__main__ import main

ROOT = Path(__file__).parents[2]
SOURCE = f"--source=acme/pytest-caio@{'0123456789' * 4}"


def test_twice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["init", str(tmp_path), SOURCE, '--replay-command=python "run case.py"', "--yes"]
    assert main(asked) == 0
    assert "CAIO_PROD_TOKEN" in capsys.readouterr().out
    assert main(["check", str(tmp_path / "gates")]) == 0
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    capsys.readouterr()
    assert main(asked) == 0
    assert "Nothing to change" in capsys.readouterr().out
    assert before == {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}


def test_nobody_said_yes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    assert main(["init", str(tmp_path), SOURCE]) == 1
    assert not list(tmp_path.iterdir())


def test_what_is_there_stays(tmp_path: Path) -> None:
    (tmp_path / "gates").mkdir()
    policy, tox = tmp_path / "gates" / "policy.yaml", tmp_path / "tox.ini"
    policy.write_text("ramp: {daily_limit: 4}\n")
    tox.write_text("[tox]")
    assert main(["init", str(tmp_path), SOURCE, "--yes"]) == 1
    assert policy.read_text() == "ramp: {daily_limit: 4}\n"
    assert tox.read_text().startswith("[tox]\n\n[testenv:{staging,production}]\n")
    assert main(["init", str(tmp_path), SOURCE, "--yes", "--force"]) == 0
    assert "daily_limit" not in policy.read_text()


@pytest.mark.parametrize("source", ["", "acme/pytest-caio", "acme/pytest-caio@main"])
def test_a_source_that_can_move(tmp_path: Path, source: str) -> None:
    with pytest.raises(SystemExit, match="4"):
        main(["init", str(tmp_path), f"--source={source}", "--yes"])


def test_the_preflight_is_our_own() -> None:
    """But for where the gate comes from, and the page that explains the live step."""
    ours = (ROOT / ".github/workflows/preflight.yml").read_text("utf-8").splitlines()
    starter = ROOT / "pytest_caio" / "commands" / "starter" / "caio-preflight.yml"
    theirs = starter.read_text("utf-8").splitlines()
    assert len(ours) == len(theirs)
    other = [a for a, b in zip(ours, theirs, strict=True) if a != b]
    assert all("uses: $/" in line or "docs/guard.md" in line for line in other)


@pytest.mark.slow
def test_linters_are_content(tmp_path: Path) -> None:
    main(["init", str(tmp_path), SOURCE, "--yes"])
    folder, tools = tmp_path / ".github", Path(sys.executable).parent
    files = map(str, sorted(folder.rglob("*.yml")))
    for command in (
        ["zizmor", "--offline", "--persona", "pedantic", str(folder)],
        ["check-jsonschema", "--builtin-schema", "vendor.github-workflows", *files],
        ["tox", "config", "-c", str(tmp_path / "tox.ini"), "-e", "staging", "-k", "commands"],
    ):
        done = subprocess.run([tools / command[0], *command[1:]], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr

"""``caio check`` and ``caio explain``: without a deployment, in the words of a run."""

from pathlib import Path

import pytest

from pytest_caio.__main__ import main

OURS = """gate: ours
title: What our team insists on
owner: PTO
when: [preflight]
checks:
  - id: room
    title: There is room for mails
    request: GET /api/operator/status
    expect:
      - limits.email_remaining: {at_least: 1}
    remedy: Wait until tomorrow.
"""


@pytest.fixture
def gates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of one's own, without a mistake."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "gates"
    folder.mkdir()
    (folder / "ours.yaml").write_text(OURS, encoding="utf-8")
    return folder


def test_no_mistakes(gates: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0
    assert main(["check", "gates/ours.yaml"]) == 0
    assert "No mistakes in gates/ours.yaml." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("ours.yaml", OURS.replace("at_least", "at_leats"), "gates/ours.yaml:10: "),
        ("ours.yaml", OURS + "    judge: ramp.limtis\n", "gates/ours.yaml:6: "),
        ("policy.yaml", "ramp:\n  daily_limt: 5\n", "gates/policy.yaml:2: "),
        ("policy.yaml", "replay:\n  runner: {kind: command}\n", "command"),
        ("policy.yaml", "replay:\n  golden: none.jsonl\n", "none.jsonl"),
        ("waivers.yaml", "- check: ours.rom\n", "gates/waivers.yaml:1: "),
        ("new.yml", OURS, "rename it to new.yaml"),
    ],
)
def test_mistakes(
    gates: Path, name: str, text: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the folder and by the file, with file and line."""
    (gates / name).write_text(text, encoding="utf-8")
    for asked in (["check"], ["check", f"gates/{name}"]):
        assert main(asked) == 4
        assert said in capsys.readouterr().err


def test_a_file_alone_is_not_blamed_for_its_neighbours(gates: Path) -> None:
    (gates / "policy.yaml").write_text("ramp: {daily_limt: 5}\n", encoding="utf-8")
    assert main(["check", "gates/ours.yaml"]) == 0


def test_a_golden_set(gates: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (gates / "set.jsonl").write_text('{"id": 1}\n', encoding="utf-8")
    assert main(["check", "gates/set.jsonl"]) == 4
    assert "set.jsonl:1" in capsys.readouterr().err


def test_nothing_to_look_at_is_not_fine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["check"]) == 4


@pytest.mark.parametrize("name", ["ours.room", "room"])
def test_own_check_explained(gates: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", name]) == 0
    said = capsys.readouterr().out
    for part in ("limits.email_remaining is at least 1", "GET /api/operator/status", "PTO",
                 "gates/ours.yaml, line 6", "no fault"):  # fmt: skip
        assert part in said
    assert "docs/checks.md" not in said


def test_standard_checks_explained(gates: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every one that the list names; each has a fault that turns it red, or says so."""
    assert main(["explain"]) == 0
    names = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert {"ramp.limits", "smoke.ready", "ours.room"} <= set(names)
    for name in names:
        assert main(["explain", name]) == 0
    assert main(["explain", "ramp.limits"]) == 0
    said = capsys.readouterr().out
    assert "docs/checks.md#gate-ramp" in said
    assert "--caio-fault=" in said


def test_unknown_check(gates: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "ramp.limts"]) == 4
    assert "did you mean 'ramp.limits'?" in capsys.readouterr().err

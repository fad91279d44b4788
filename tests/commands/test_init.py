"""``caio init``: what it writes is sound, what is there stays, and a second run changes nothing."""

from __future__ import annotations

import configparser
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from pytest_caio.__main__ import main
from pytest_caio.base.strict_yaml import load
from pytest_caio.gates.policy import Policy, parse

ROOT = Path(__file__).parents[2]
SOURCE = f"--source=acme/pytest-caio@{'0123456789' * 4}"
DISPATCH = """python run.py --to "a b" --note='it''s # {x}: é' \\"""
Answering = Callable[..., list[str]]


def workflow(folder: Path, name: str) -> dict[str, Any]:
    """Return a workflow that was written."""
    text = (folder / ".github" / "workflows" / f"caio-{name}.yml").read_text("utf-8")
    data: dict[str, Any] = yaml.safe_load(text)
    return data


def policy(folder: Path) -> Policy:
    """Return the policy that was written, as a run reads it."""
    found, mistakes = parse(load(folder / "gates" / "policy.yaml", "policy.yaml"))
    assert mistakes == ()
    return found


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Answering:
    """Somebody in front of a terminal, who gives these answers in this order."""

    def gives(*answers: str | type[BaseException]) -> list[str]:
        asked: list[str] = []
        left = iter(answers)

        def answer(prompt: str) -> str:
            asked.append(prompt)
            given = next(left)
            if isinstance(given, str):
                return given
            raise given

        monkeypatch.delenv("CI", raising=False)
        monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
        monkeypatch.setattr("builtins.input", answer)
        return asked

    return gives


@pytest.fixture(autouse=True)
def nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is asked, whatever these tests are started from."""
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)


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


def test_nobody_said_yes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", str(tmp_path), SOURCE]) == 1
    assert not list(tmp_path.iterdir())
    said = capsys.readouterr().out
    assert "Assumed: --envs=staging,prod\nAssumed: --owner=PTO\n" in said
    assert "+[testenv:{staging,production}]" in said


def test_a_terminal_in_ci_is_not_asked(
    tmp_path: Path, terminal: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody sits there, and the job would wait until it is killed."""
    asked = terminal()
    monkeypatch.setenv("CI", "true")
    assert main(["init", str(tmp_path), SOURCE]) == 1
    assert main(["init", str(tmp_path), SOURCE, "--yes"]) == 0
    assert asked == []


def test_what_is_asked(
    tmp_path: Path, terminal: Answering, capsys: pytest.CaptureFixture[str]
) -> None:
    """What no option says, again where it can't be, and an empty answer is what stands there."""
    asked = terminal("main", SOURCE.partition("=")[2], "prod, ghl", "lab,prod", "", DISPATCH, "y")
    assert main(["init", str(tmp_path), "--replay-command=python case.py"]) == 0
    assert [prompt.partition("[")[2] for prompt in asked] == [
        "", "", "staging,prod] ", "staging,prod] ", "PTO] ", "none] ", "y/N] ",
    ]  # fmt: skip
    said = capsys.readouterr().out
    assert "That can't be: 'main' is not OWNER/REPOSITORY@ and 40 hex digits." in said
    assert "That can't be: 'ghl' is reserved" in said
    assert "Assumed" not in said
    assert policy(tmp_path).review.owner == "PTO"
    assert workflow(tmp_path, "preflight")["jobs"]["live"]["steps"][-1]["with"]["command"] == (
        DISPATCH
    )


@pytest.mark.parametrize("leaves", [EOFError, KeyboardInterrupt])
@pytest.mark.parametrize("answers", [0, 4])
def test_who_leaves(
    tmp_path: Path, terminal: Answering, answers: int, leaves: type[BaseException]
) -> None:
    """At the first question, or at the last: nothing is written."""
    terminal(*[""] * answers, leaves)
    assert main(["init", str(tmp_path), SOURCE]) == 1
    assert not list(tmp_path.iterdir())


def test_what_answers_lead_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each stands where it does something."""
    options = ("--envs=stage,prod,lab-2", '--owner=Pat "O\'Hara" <pat>', "--replay-command=a 'b c'")
    told = f"--dispatch-command={DISPATCH}"
    assert main(["init", str(tmp_path), SOURCE, *options, told, "--yes"]) == 0
    said = capsys.readouterr().out
    assert "Assumed" not in said
    assert 'production-live, with Pat "O\'Hara" <pat> as its required reviewer' in said
    assert policy(tmp_path).review.owner == 'Pat "O\'Hara" <pat>'
    runner = policy(tmp_path).replay.runner
    assert runner is not None
    assert runner.command == "a 'b c'"
    live = workflow(tmp_path, "preflight")["jobs"]["live"]
    assert live["environment"] == "production-live"
    assert live["if"] == "needs.gate.outputs.verdict == 'GO'"
    assert live["steps"][-1]["with"]["command"] == DISPATCH
    assert "/.github/actions/guard@" in live["steps"][-1]["uses"]
    deploy = workflow(tmp_path, "deploy")["jobs"]["gate"]
    assert deploy["steps"][-1]["with"]["environments"] == "staging,production,lab-2"
    given = deploy["steps"][-1]["env"]
    assert given["CAIO_LAB_2_TOKEN"] == "${{ secrets.CAIO_LAB_2_TOKEN }}"
    assert given["CAIO_STAGING_URL"] == "${{ secrets.CAIO_STAGING_URL }}"
    ini = configparser.ConfigParser(interpolation=None)
    ini.read(tmp_path / "tox.ini")
    assert ini.sections() == ["testenv:{staging,production,lab-2}"]


def test_without_a_command(tmp_path: Path) -> None:
    """The live step is there, and skipped until the repository's variable names one."""
    assert main(["init", str(tmp_path), SOURCE, "--yes"]) == 0
    live = workflow(tmp_path, "preflight")["jobs"]["live"]
    assert live["if"].endswith("vars.CAIO_DISPATCH_COMMAND != ''")
    assert live["steps"][-1]["with"]["command"] == "${{ vars.CAIO_DISPATCH_COMMAND }}"
    assert policy(tmp_path) == Policy()


def test_without_production(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """There is nothing that a live cycle would start from."""
    assert main(["init", str(tmp_path), SOURCE, "--envs=staging", "--yes"]) == 0
    assert "No pre-flight and no live step" in capsys.readouterr().out
    assert not (tmp_path / ".github/workflows/caio-preflight.yml").exists()
    assert (tmp_path / "tox.ini").read_text("utf-8").startswith("[testenv:staging]\n")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--envs=",), "has an empty name: name staging, prod, or one of your own"),
        (("--envs=staging,,prod",), "has an empty name"),
        (("--envs=rehearsal",), "the rehearsal starts itself"),
        (("--envs=slack",), "'slack' is reserved"),
        (("--envs=my lab",), "is no environment name: letters, digits, '-' and '_'"),
        (("--envs=a-b,a_b",), "share variables"),
        (("--envs=${{ x }}",), "is no environment name"),
        (("--owner=",), "is no name: one line of at most 60 characters, like Pat"),
        (("--owner=Pat\nname: x",), "is no name"),
        ((f"--owner={'P' * 61}",), "is no name"),
        (("--dispatch-command=a\nb",), "a command is one line"),
        (("--dispatch-command=a \udc80",), "a command is one line"),
        (("--dispatch-command=a ${{ secrets.X }}",), "has no ${{ … }}"),
        (("--replay-command=python 'case.py",), "no closing quotation"),
        (("--envs=staging", "--dispatch-command=a"), "goes with prod among --envs"),
    ],
)
def test_what_cannot_be(
    tmp_path: Path, options: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is said what is allowed, and nothing is written."""
    try:
        code = main(["init", str(tmp_path), SOURCE, *options, "--yes"])
    except SystemExit as stop:
        code = int(stop.code or 0)
    assert code == 4
    assert said in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_no_source(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody can guess it."""
    assert main(["init", str(tmp_path), "--yes"]) == 4
    assert "say --source=OWNER/REPOSITORY@COMMIT" in capsys.readouterr().err


def test_schemas_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """They go beside what names them, are renewed by force, and accept what is written there."""
    assert main(["init", str(tmp_path), "--schemas", "--yes"]) == 0
    assert "lines, as the package has them" in capsys.readouterr().out
    schema = tmp_path / "gates" / "policy.schema.json"
    assert sorted(p.name for p in tmp_path.rglob("*.*")) == [
        "gate.schema.json", "policy.schema.json",
    ]  # fmt: skip
    schema.write_text("{}")
    assert main(["init", str(tmp_path), "--schemas", "--yes"]) == 1
    assert schema.read_text() == "{}"
    assert main(["init", str(tmp_path), "--schemas", "--force", "--yes"]) == 0
    assert main(["init", str(tmp_path), SOURCE, "--owner=Pat", "--yes"]) == 0
    written = load(tmp_path / "gates" / "policy.yaml", "policy.yaml")
    jsonschema.validate(written.data, json.loads(schema.read_text("utf-8")))
    text = (tmp_path / "gates" / "policy.yaml").read_text("utf-8")
    assert text.startswith("# yaml-language-server: $schema=policy.schema.json\n")


def test_tox_has_some_of_them(tmp_path: Path) -> None:
    """A section is for what is missing; the file's own bytes stay, whatever ends its lines."""
    tox = tmp_path / "tox.ini"
    tox.write_bytes(b"[testenv:{py311,staging}]\r\nskip_install = true")
    assert main(["init", str(tmp_path), SOURCE, "--yes"]) == 0
    text = tox.read_bytes()
    assert text.startswith(b"[testenv:{py311,staging}]\r\nskip_install = true\n")
    assert text.count(b"[testenv:production]") == 1
    assert text.count(b"staging") == 1


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", "[tool.tox]\nenv_list = []\n"),
        ("setup.cfg", "[tox:tox]\n"),
        ("tox.toml", ""),
    ],
)
def test_tox_elsewhere(
    tmp_path: Path, name: str, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A tox.ini would be read in its place, and what the repository has would be gone."""
    (tmp_path / name).write_text(text)
    assert main(["init", str(tmp_path), SOURCE, "--yes"]) == 0
    assert f"tox is set up in {name}" in capsys.readouterr().out
    assert not (tmp_path / "tox.ini").exists()


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


def test_the_deploy_gate_is_our_own(tmp_path: Path) -> None:
    """What the reusable gate does before it, the job does as well."""
    assert main(["init", str(tmp_path), SOURCE, "--yes"]) == 0
    theirs = workflow(tmp_path, "deploy")["jobs"]["gate"]
    ours = yaml.safe_load((ROOT / ".github/workflows/gate.yml").read_text("utf-8"))["jobs"]["gate"]
    checkout, fetch, gate = ours["steps"]
    assert theirs["steps"][0] == checkout
    assert {**fetch, **theirs["steps"][1]} == theirs["steps"][1]
    assert theirs["steps"][2]["with"].keys() <= gate["with"].keys()
    assert theirs["permissions"] == ours["permissions"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--envs=lab,staging,prod", f"--dispatch-command={DISPATCH}", "--owner=Pat: #1"),
        ("--envs=staging",),
    ],
    ids=["assumed", "said", "without production"],
)
def test_linters_are_content(tmp_path: Path, options: tuple[str, ...]) -> None:
    main(["init", str(tmp_path), SOURCE, *options, "--yes"])
    folder, tools = tmp_path / ".github", Path(sys.executable).parent
    files = map(str, sorted(folder.rglob("*.yml")))
    for command in (
        ["zizmor", "--offline", "--persona", "pedantic", str(folder)],
        ["check-jsonschema", "--builtin-schema", "vendor.github-workflows", *files],
        ["tox", "config", "-c", str(tmp_path / "tox.ini"), "-e", "staging", "-k", "commands"],
    ):
        done = subprocess.run([tools / command[0], *command[1:]], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr

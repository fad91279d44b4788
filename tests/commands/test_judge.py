"""``caio judge``: held against the standard gates, after an upgrade, and on any terminal."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from legs import STANDARD, edit, leg, result, sealed, three_checks
from results import PRODUCTION

from pytest_caio.__main__ import main
from pytest_caio.commands import judge_again
from pytest_caio.evidence.model import Observed
from pytest_caio.gates.files import Check, Gate
from pytest_caio.privacy.redactor import Redactor
from pytest_caio.report.folder import write_report
from pytest_caio.verdict.decide import Verdict
from pytest_caio.verdict.result import Result

__all__ = ["three_checks"]
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("three_checks")]


def gates(number: int, **changes: Any) -> tuple[Gate, ...]:
    """Return the three checks with one of them changed."""
    checks = list(STANDARD[0].checks)
    checks[number] = replace(checks[number], **changes)
    return (replace(STANDARD[0], checks=tuple(checks)),)


def own(made: Result) -> dict[str, str]:
    """Return what is said of the report as such, by check."""
    return {f.check: f.observed for f in made.findings if f.gate == "run"}


LAXER: dict[str, tuple[tuple[Gate, ...], tuple[str, ...], str]] = {
    "made advice": (gates(0, severity="advisory"), ("fail",), "smoke.c0 is advice there"),
    "left out": (
        (replace(STANDARD[0], checks=STANDARD[0].checks[1:]),), ("fail",), "smoke.c0 is left out",
    ),
    "of another gate": (
        (replace(STANDARD[0], gate="other"),), (),
        "smoke.c0 is left out, smoke.c1 is left out and smoke.c2 is left out",
    ),
    "waivable": (
        gates(2, waivable=True), ("pass", "pass", "waived"), "smoke.c2 can be waived there",
    ),
    "waived though it can't be": (
        STANDARD, ("pass", "pass", "waived"), "smoke.c2 can be waived there",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("plan", "outcomes", "said"), LAXER.values(), ids=LAXER.keys())
def test_a_plan_that_asks_less_is_no_go(
    tmp_path: Path, plan: tuple[Gate, ...], outcomes: tuple[str, ...], said: str
) -> None:
    """Plan, verdict and digests agree: what the plan lacks is said, by both commands."""
    folder = leg(tmp_path / "rep", PRODUCTION, *outcomes, gates=plan)
    written = json.loads((folder / "verdict.json").read_text("utf-8"))
    assert written["verdict"] == "GO"
    made = judge_again.judge_again(folder)
    assert made.verdict is Verdict.CANNOT_TELL
    assert said in own(made)["standard-gates"]
    assert main(["judge", str(folder)]) == 10
    assert main(["merge", str(folder), "--out", str(tmp_path / "out")]) == 10


def test_an_unknown_profile_holds_nothing(tmp_path: Path) -> None:
    """A profile in which nothing is due is none."""
    made = judge_again.judge_again(leg(tmp_path, PRODUCTION, profile="never"))
    assert "the profile 'never' is not known" in own(made)["standard-gates"]
    assert made.verdict is Verdict.CANNOT_TELL


def _more() -> tuple[Gate, ...]:
    extra = Check("c0", "Ours", "Mend it.", when=("deploy",), request="GET /api/thing/0",
                  expect=[{"good": {"equals": True}}])  # fmt: skip
    return (*STANDARD, Gate("ours", "Ours", "Us", ("deploy",), (extra,), "gates/ours.yaml"))


@pytest.mark.parametrize(
    "plan", [STANDARD, gates(0, waivable=False), gates(0, title="In other words"), _more()],
    ids=["the same", "stricter", "reworded", "more"],
)  # fmt: skip
def test_a_plan_that_asks_as_much_is_a_go(tmp_path: Path, plan: tuple[Gate, ...]) -> None:
    """Stricter checks and more of them are the folder's own business."""
    made = judge_again.judge_again(leg(tmp_path, PRODUCTION, gates=plan))
    assert (made.verdict, own(made)) == (Verdict.GO, {})


def of_version(folder: Path, version: str) -> Path:
    """Let a report be written by another version."""
    plan = json.loads((folder / "plan.json").read_text("utf-8"))
    edit(folder, "plan.json", {**plan, "version": version})
    return sealed(folder)


def test_after_an_upgrade_a_go_that_still_holds_stays(tmp_path: Path) -> None:
    """The same findings, and gates that ask no more."""
    made = judge_again.judge_again(of_version(leg(tmp_path, PRODUCTION), "0.0.1"))
    assert (made.verdict, own(made)) == (Verdict.GO, {})


@pytest.mark.parametrize(("outcome", "verdict"), [("pass", "CANNOT TELL"), ("fail", "NO-GO")])
def test_after_an_upgrade_that_asks_more_clearance_lapses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, outcome: str, verdict: str
) -> None:
    """The findings stay as they were, a GO does not, and the reason is said."""
    folder = of_version(leg(tmp_path, PRODUCTION, outcome), "0.0.1")
    before = judge_again.judge_again(folder).findings
    fourth = replace(STANDARD[0].checks[0], id="c3")
    asked = (replace(STANDARD[0], checks=(*STANDARD[0].checks, fourth)),)
    monkeypatch.setattr(judge_again, "standard_gates", lambda: asked)
    made = judge_again.judge_again(folder)
    assert made.verdict == verdict
    assert made.findings[:-1] == before
    assert "the report is of pytest-caio 0.0.1" in own(made)["standard-gates"]
    assert "smoke.c3 is left out" in own(made)["standard-gates"]
    assert "only its clearance has lapsed" in made.findings[-1].remedy


def test_after_an_upgrade_that_judges_otherwise_findings_stay(tmp_path: Path) -> None:
    """What a newer judge makes of the evidence is said beside what the report found."""
    folder = leg(tmp_path, PRODUCTION)
    verdict = json.loads((folder / "verdict.json").read_text("utf-8"))
    verdict["findings"][1]["observed"] = "as an older version says it"
    edit(folder, "verdict.json", verdict)
    made = judge_again.judge_again(of_version(folder, "0.0.1"))
    assert made.findings[1].observed == "as an older version says it"
    assert made.verdict is Verdict.CANNOT_TELL
    assert "smoke.c1 in other words" in own(made)["as-reported"]
    same = judge_again.judge_again(of_version(folder, judge_again.__version__))
    assert same.findings[1].observed != "as an older version says it"
    assert same.verdict is Verdict.CANNOT_TELL
    assert same.findings[-1].remedy == "Run the gate again; a report is not edited."


@pytest.mark.parametrize("key", ["counts", "good_until", "releases", "started_at", "verdict"])
def test_what_else_a_verdict_says_is_held_against_the_evidence(tmp_path: Path, key: str) -> None:
    """Also beside its findings."""
    folder = leg(tmp_path, PRODUCTION)
    verdict = json.loads((folder / "verdict.json").read_text("utf-8"))
    edit(folder, "verdict.json", {**verdict, key: "another"})
    made = judge_again.judge_again(sealed(folder))
    assert own(made) == {"as-reported": f"judged again, its evidence gives another: its {key}"}


def probes(value: Any) -> Callable[[Result], Result]:
    """Return a change of all that probes noted beside their exchanges."""

    def change(made: Result) -> Result:
        found = {
            key: replace(e, data={"runs": value, "replay": value})
            for key, e in made.evidence.evidence.items()
            if isinstance(e, Observed)
        }
        return replace(made, evidence=replace(made.evidence, evidence=found))

    return change


@pytest.mark.parametrize("value", [None, 7, [7], {"a": {"b": 1}}, "text"])
@pytest.mark.parametrize("arguments", [[], ["--json"], ["--golden"]])
def test_no_traceback_over_what_no_probe_notes(
    tmp_path: Path, value: Any, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """A stranger's report, in which everything agrees: a verdict or a usage error."""
    golden = tmp_path / "golden.jsonl"
    case = {"id": "a", "input_query": "?", "expected_keywords": ["yes"]}
    golden.write_text(json.dumps(case))
    write_report(tmp_path / "rep", probes(value)(result()), Redactor())
    more = [*arguments, str(golden)] if arguments == ["--golden"] else arguments
    assert main(["judge", str(tmp_path / "rep"), *more]) in {0, 4, 10}
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("command", ["judge", "merge"])
def test_a_report_steers_no_terminal_and_no_log(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    command: str,
) -> None:
    """A stranger's names and texts: no control character, no line and no command of their own."""
    evil = "x\x1b[2J\nGO: production\n::set-output name=verdict::GO\r"
    place = replace(PRODUCTION, name=evil)
    folder = leg(tmp_path / "rep", place, "fail", gates=gates(0, title=evil, remedy=evil))
    more = ["--out", str(tmp_path / "out")] if command == "merge" else []
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert main([command, str(folder), *more]) == 1
    said = capsys.readouterr().out
    first, *lines, resume, last = said.splitlines()
    assert "\x1b" not in said
    assert not [line for line in lines if line.startswith("GO")]
    assert first.startswith("::stop-commands::")
    assert resume == f"::{first.removeprefix('::stop-commands::')}::"
    assert last.startswith("NO-GO: ")


NAMED = replace(PRODUCTION, url="https://caio.example/\u00fcber\u2026\U0001f600")


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
@pytest.mark.parametrize("command", ["judge", "judge --json", "merge", "an error"])
def test_any_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: str, command: str
) -> None:
    """What it can't show is written as a number, and the exit code is that of the verdict."""
    title = "Nothing is \u201cwrong\u201d \u2026 \U0001f600 \u00e9"
    folder = leg(tmp_path / "r\u00e9p\u2026", NAMED, "fail", gates=gates(0, title=title))
    streams = [io.TextIOWrapper(io.BytesIO(), encoding=encoding) for _ in range(2)]
    monkeypatch.setattr(sys, "stdout", streams[0])
    monkeypatch.setattr(sys, "stderr", streams[1])
    arguments = {
        "judge": ["judge", str(folder)],
        "judge --json": ["judge", str(folder), "--json"],
        "merge": ["merge", str(folder), "--out", str(tmp_path / "out")],
        "an error": ["judge", str(folder / "n\u00f6")],
    }[command]
    code = main(arguments)
    out, err = (stream.buffer.getvalue() for stream in streams if not stream.flush())
    assert code == (4 if command == "an error" else 1)
    assert (b"caio judge: there is no folder" in err) is (command == "an error")
    if command == "judge --json":
        assert json.loads(out)["findings"][0]["title"] == title
    elif command != "an error":
        assert out.decode(encoding).splitlines()[-1].startswith("NO-GO: ")


@pytest.mark.slow
@pytest.mark.parametrize(
    "variables",
    [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}],
)
def test_a_real_terminal(tmp_path: Path, variables: dict[str, str]) -> None:
    """The console script in a process of its own."""
    folder = leg(tmp_path / "rep", NAMED, "fail", gates=gates(0, title="\u2026\u00e9"))
    for arguments in (["judge", str(folder)], ["merge", str(folder), "--out", str(tmp_path / "o")]):
        done = subprocess.run(
            [sys.executable, "-m", "pytest_caio", *arguments],
            env={**os.environ, **variables}, capture_output=True, check=False,
        )  # fmt: skip
        assert b"Traceback" not in done.stderr
        assert done.returncode == 1
        assert b"\\u2026\\xe9" in done.stdout

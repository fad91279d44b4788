"""The verdict follows from what is in the report folder: judged again, the same findings."""

import json
from pathlib import Path

import pytest
import time_machine
from gatefolder import GateFolder

from pytest_caio.__main__ import main
from pytest_caio.commands.judge_again import judge_again
from pytest_caio.report.folder import verdict_json

# Whole gate runs, each of about a second.
pytestmark = pytest.mark.slow

RUNS = {
    "GO": (),
    "NO-GO": ("--caio-fault=emergency-stop", "--caio-fault=reads-open"),
    "in part": ("-k", "ramp or tags"),
    "G1": ("--caio-generation=g1",),
    "deploy": ("--caio-profile=deploy", "-k", "not replay"),
    "cycle": ("--caio-profile=cycle",),
    "content kept": ("--caio-keep-content",),
}
PROFILES = ["2019-01-01T00:00:00+00:00", "2031-06-15T12:00:00+00:00"]


def findings(folder: Path) -> str:
    """The findings of a folder's evidence, as the report writes them."""
    return json.dumps(verdict_json(judge_again(folder))["findings"], default=str)


@pytest.mark.parametrize("args", RUNS.values(), ids=RUNS.keys())
def test_the_same_findings_byte_for_byte(gate: GateFolder, args: tuple[str, ...]) -> None:
    """Offline, and also years before and after."""
    gate.write("waivers.yaml", "")
    judged = gate.judged(*args, env="rehearsal")
    written = json.dumps(judged.data["findings"])
    assert findings(gate.report) == written
    for moment in PROFILES:
        with time_machine.travel(moment):
            assert findings(gate.report) == written


def test_the_command(gate: GateFolder, capsys: pytest.CaptureFixture[str]) -> None:
    """``caio judge DIR`` ends as the run did: same last line, same exit code."""
    judged = gate.judged("--caio-fault=emergency-stop", env="rehearsal")
    capsys.readouterr()
    assert main(["judge", str(gate.report)]) == judged.code == 1
    assert capsys.readouterr().out.splitlines()[-1] == judged.result.outlines[-1]
    assert main(["judge", str(gate.report), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["verdict"] == "NO-GO"


def test_the_command_as_it_was_started(
    gate: GateFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the gate's options and no other's, in the run as when judged again; no password."""
    options = ("--caio-replay-command", "ask it", "--caio-rehearsal-redis=redis://:pw@h")
    judged = gate.judged("-k", "ramp", "-q", *options, "--caio-keep-content", env="rehearsal")
    again = (
        "pytest --caio-env=rehearsal --caio-report=out --caio-replay-command='ask it' "
        "--caio-rehearsal-redis='…' --caio-keep-content"
    )
    commands = [cause["command"] for cause in judged.data["causes"] if cause["key"] == "not-run"]
    assert commands == [again]
    assert again in judged.result.stdout.str()
    capsys.readouterr()
    assert main(["judge", str(gate.report), "--json"]) == judged.code
    assert json.loads(capsys.readouterr().out)["causes"] == judged.data["causes"]


@pytest.mark.parametrize("name", ["evidence.har", "plan.json"])
@pytest.mark.parametrize(
    "text", [None, "", "{}", "[]", "null", '{"log": []}', '{"log": {"entries": 1}}']
)
def test_a_folder_that_is_no_report(
    gate: GateFolder, capsys: pytest.CaptureFixture[str], name: str, text: str | None
) -> None:
    """A usage error in one line, not a traceback."""
    gate.judged("-k", "tags and not page", env="rehearsal")
    path = gate.report / name
    path.unlink() if text is None else path.write_text(text)
    capsys.readouterr()
    assert main(["judge", str(gate.report)]) == 4
    said = capsys.readouterr().err
    assert said.startswith("caio judge: ")
    assert len(said.splitlines()) == 1

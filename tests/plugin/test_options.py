"""Options and what is wrong with them: a usage error before any request, with the way out."""

import json

import pytest
from gatefolder import GateFolder, last_line

from pytest_caio.rehearsal.server import RehearsalServer

WRONG = {
    "profile": (["--caio-profile=deplo"], "--caio-profile is 'deplo'; did you mean 'deploy'?"),
    "generation": (["--caio-generation=g9"], "--caio-generation is 'g9'"),
    "concurrency of none": (["--caio-concurrency=0"], "--caio-concurrency"),
    "half a request at once": (["--caio-concurrency=1.5"], "whole number"),
    "no number": (["--caio-timeout=soon"], "--caio-timeout (ini: caio_timeout) is 'soon'"),
    "no time at all": (["--caio-timeout=0"], "--caio-timeout"),
    "time without end": (["--caio-deadline=inf"], "--caio-deadline"),
    "not a number": (["--caio-deadline=nan"], "--caio-deadline"),
    "negative": (["--caio-warm-up=-1"], "--caio-warm-up"),
    "negative wait": (["--caio-wait=-1"], "--caio-wait"),
    "fault without rehearsal": (["--caio-fault=not-ready"], "add --caio-env=rehearsal"),
    "unknown option": (["--caio-profil3=x"], "--caio-profil3"),
    "unknown environment": (["--caio-env=stagin"], "did you mean 'staging'?"),
    "missing browser": (["--caio-browser=no/such/file"], "--caio-browser"),
}


@pytest.mark.parametrize(("args", "said"), WRONG.values(), ids=WRONG.keys())
def test_usage_error(
    gate: GateFolder, staging: RehearsalServer, args: list[str], said: str
) -> None:
    """Exit code 4, the reason, no request, and no old GO left behind."""
    gate.write("out/verdict.json", '{"verdict": "GO"}')
    result = gate.run("--caio-report=out", *args)
    assert result.ret == 4
    assert said in " ".join(result.errlines)
    assert "Traceback" not in result.stderr.str() + result.stdout.str()
    assert not staging.requests
    data = json.loads((gate.path / "out/verdict.json").read_text())
    assert (data["schema"], data["verdict"], data["findings"]) == (2, "CANNOT TELL", [])


@pytest.mark.usefixtures("staging")
@pytest.mark.parametrize(
    "broken", ["conftest.py:raise ValueError", "pytest.ini:[pytest", "gates/ramp.yaml:x"], ids=str
)
def test_no_old_go_survives_a_broken_folder(gate: GateFolder, broken: str) -> None:
    """Whatever ends the run early, ``verdict.json`` says CANNOT TELL."""
    gate.write("out/verdict.json", '{"verdict": "GO"}')
    name, _, text = broken.partition(":")
    gate.write(name, text)
    assert gate.run("--caio-report=out").ret != 0
    if name != "pytest.ini":  # which pytest reads before it knows of any plugin
        assert json.loads((gate.path / "out/verdict.json").read_text())["verdict"] == "CANNOT TELL"


def test_the_report_can_t_be_a_file(gate: GateFolder, staging: RehearsalServer) -> None:
    """A report folder that can't be made is a usage error, before any request."""
    gate.write("out", "a file")
    result = gate.run("--caio-report=out")
    assert result.ret == 4
    assert not staging.requests


def test_a_gates_folder_that_is_not_there(gate: GateFolder, staging: RehearsalServer) -> None:
    """The ini file's own gates would be missed, and a GO would mean less than it says."""
    gate.write("pytest.ini", "[pytest]\ncaio_gates = our-gates\n")
    result = gate.run()
    assert result.ret == 4
    assert "caio_gates is 'our-gates'" in " ".join(result.errlines)
    assert not staging.requests


@pytest.mark.usefixtures("staging")
def test_numbers_from_the_ini_file(gate: GateFolder) -> None:
    """The ini file sets numbers; a wrong one there says where it stands."""
    gate.write("pytest.ini", "[pytest]\ncaio_timeout = 5\ncaio_concurrency = 4\n")
    assert gate.run().ret == 0
    gate.write("pytest.ini", "[pytest]\ncaio_timeout = soon\n")
    result = gate.run()
    assert result.ret == 4
    assert "ini: caio_timeout" in " ".join(result.errlines)


@pytest.mark.parametrize("profile", ["preflight", "deploy", "cycle", "all"])
def test_profiles(gate: GateFolder, profile: str) -> None:
    """Each profile is told by the verdict, and holds its own checks alone."""
    ids = gate.run("--co", "-q", f"--caio-profile={profile}", env="rehearsal").outlines
    assert ("gates/ramp.yaml::emergency-stop[rehearsal]" in ids) is (
        profile in {"preflight", "all"}
    )
    assert ("gates/smoke.yaml::bookmark[rehearsal]" in ids) is (profile in {"deploy", "all"})


@pytest.mark.usefixtures("staging")
def test_a_deploy_profile(gate: GateFolder) -> None:
    """The verdict names the profile that it is about."""
    judged = gate.judged("--caio-profile=deploy", "-m", "smoke")
    assert judged.data["profile"] == "deploy"
    assert last_line(judged.result).startswith("CANNOT TELL: staging, profile deploy: ")
    assert judged.finding("smoke.bookmark")["outcome"] == "pass"


@pytest.mark.slow
@pytest.mark.parametrize("generation", ["g2", "g1"])
def test_both_generations_rehearse_to_a_go(gate: GateFolder, generation: str) -> None:
    """A faultless rehearsal is GO, and says that it clears no live cycle."""
    judged = gate.judged(f"--caio-generation={generation}", env="rehearsal")
    assert (judged.code, judged.verdict) == (0, "GO")
    assert judged.data["environments"][0]["kind"] == "rehearsal"
    assert "clears no live cycle" in judged.data["note"]

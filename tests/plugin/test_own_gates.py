"""A folder's own gate files: what they may change, and what keeps them from a cheap GO."""

import re

import pytest
from gatefolder import GateFolder

from pytest_caio.commands.judge_again import judge_again
from pytest_caio.gates.files import packaged_folder
from pytest_caio.rehearsal.server import RehearsalServer

# Whole gate runs, each of about a second.
pytestmark = [pytest.mark.usefixtures("staging"), pytest.mark.slow]


def replaced(gate: GateFolder, old: str, new: str, name: str = "ramp") -> None:
    """Put the packaged gate file into the folder, with a change."""
    text = (packaged_folder() / f"{name}.yaml").read_text("utf-8")
    assert old in text
    gate.write(f"gates/{name}.yaml", text.replace(old, new))


def test_the_same_file_is_the_same_gate(gate: GateFolder) -> None:
    """A copy of a packaged file changes nothing."""
    replaced(gate, "gate: ramp", "gate: ramp")
    judged = gate.judged()
    assert (judged.verdict, judged.code) == ("GO", 0)


def test_an_added_gate_counts(gate: GateFolder) -> None:
    """A gate of the folder's own is required like any other."""
    path = gate.gate("zeal", ["fine", "broken"])
    first, second = path.read_text().split("  - id: broken")
    path.write_text(first + "  - id: broken" + second.replace("equals: false", "equals: true"))
    judged = gate.judged()
    assert (judged.verdict, judged.code) == ("NO-GO", 1)
    finding = judged.finding("zeal.broken")
    assert finding["expected"] == "emergency_stop is true"
    assert finding["observed"] == "emergency_stop is false"
    assert judged.outcomes()["zeal.fine"] == "pass"


def test_a_deleted_standard_check_is_not_run(gate: GateFolder) -> None:
    """What a folder's file leaves out stays in the denominator."""
    text = (packaged_folder() / "ramp.yaml").read_text("utf-8")
    without = re.sub(r"  - id: limits\n(?:    .*\n)+", "", text)
    assert without != text
    gate.write("gates/ramp.yaml", without)
    judged = gate.judged()
    assert (judged.verdict, judged.code) == ("CANNOT TELL", 10)
    finding = judged.finding("ramp.limits")
    assert finding["outcome"] == "not-run"
    assert finding["observed"] == "gates/ramp.yaml leaves out the standard check 'limits'"


def test_a_renamed_gate_leaves_its_checks_undone(gate: GateFolder) -> None:
    """A file that replaces a packaged one under another name is not that gate."""
    replaced(gate, "gate: ramp", "gate: slope")
    judged = gate.judged()
    assert judged.verdict == "CANNOT TELL"
    assert judged.outcomes()["ramp.limits"] == "not-run"
    assert judged.outcomes()["slope.limits"] == "pass"


def test_a_lowered_severity_stays_required(gate: GateFolder) -> None:
    """A folder may be stricter than the standard, not laxer."""
    replaced(gate, "  - id: emergency-stop\n", "  - id: emergency-stop\n    severity: advisory\n")
    judged = gate.judged("--caio-fault=emergency-stop", env="rehearsal")
    assert judged.finding("ramp.emergency-stop")["severity"] == "required"
    assert judged.verdict == "NO-GO"


def test_a_narrower_when_is_not_a_way_out(gate: GateFolder) -> None:
    """A standard check that a folder moves to another moment did not run."""
    replaced(gate, "  - id: limits\n", "  - id: limits\n    when: [cycle]\n")
    judged = gate.judged()
    assert judged.verdict == "CANNOT TELL"
    assert judged.outcomes()["ramp.limits"] == "not-run"


def test_an_own_gate_for_another_moment(gate: GateFolder) -> None:
    """``when`` decides in which profile an own gate is due."""
    gate.gate("zeal", when="[cycle]")
    assert "zeal.stop" not in gate.judged("-k", "zeal").outcomes()
    ids = gate.run("--co", "-q", "--caio-profile=cycle").outlines
    assert "gates/zeal.yaml::stop[staging]" in ids


def test_a_request_that_the_interlock_stops(gate: GateFolder, staging: RehearsalServer) -> None:
    """A gate file that asks for something harmful sees nothing, and the console says why."""
    gate.gate("zeal")
    path = gate.path / "gates/zeal.yaml"
    path.write_text(
        path.read_text().replace("GET /api/operator/status", "POST /api/operator/trigger")
    )
    judged = gate.judged("-m", "zeal")
    assert judged.outcomes()["zeal.stop"] == "cannot-tell"
    assert "stopped by the interlock" in judged.finding("zeal.stop")["observed"]
    assert "stopped by the interlock: POST " in judged.result.stdout.str()
    assert not [r for r in staging.requests if r.method == "POST"]


def test_a_judge_of_another_plugin(gate: GateFolder) -> None:
    """A conftest adds judges and probes through the hooks, and its gate file names them."""
    gate.write(
        "conftest.py",
        "from pytest_caio.judge.look import Judge, verdict_on\n"
        "def ours(look):\n"
        "    answer = look.answer('GET /sales as anonymous')\n"
        "    return verdict_on([] if answer.status == 302 else ['open'], 'closed')\n"
        "def pytest_caio_judges():\n"
        "    return [Judge('ours.closed', ours, ('GET /sales as anonymous',))]\n",
    )
    gate.write(
        "gates/ours.yaml",
        "gate: ours\ntitle: Ours\nowner: Us\nwhen: [preflight]\nchecks:\n"
        "  - {id: closed, title: Closed, judge: ours.closed, remedy: Close it.}\n",
    )
    judged = gate.judged()
    assert judged.outcomes()["ours.closed"] == "pass"
    assert judged.verdict == "GO"
    with pytest.raises(ValueError, match=r"unknown judge ours\.closed: is the package"):
        judge_again(gate.report)


@pytest.mark.parametrize("error", ["KeyError('x')", "RecursionError()", "AssertionError('no')"])
def test_a_judge_that_raises(gate: GateFolder, error: str) -> None:
    """A mistake in a judge is missing evidence for its own check, and loses nothing else."""
    gate.write(
        "conftest.py",
        "from pytest_caio.judge.look import Judge\n"
        f"def ours(look): raise {error}\n"
        "def pytest_caio_judges(): return [Judge('ours.bad', ours, ())]\n",
    )
    gate.write(
        "gates/ours.yaml",
        "gate: ours\ntitle: Ours\nowner: Us\nwhen: [preflight]\nchecks:\n"
        "  - {id: bad, title: Bad, judge: ours.bad, remedy: Mend it.}\n",
    )
    judged = gate.judged()
    assert (judged.verdict, judged.code) == ("CANNOT TELL", 10)
    assert judged.finding("ours.bad")["observed"].startswith("the judge itself failed: ")
    assert judged.data["counts"]["not-run"] == 0
    assert "Traceback" not in judged.result.stdout.str()

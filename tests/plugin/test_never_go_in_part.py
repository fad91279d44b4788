"""A part of the gate is never a GO: what did not run stays in the denominator."""

import pytest
from gatefolder import GateFolder

from pytest_caio.rehearsal.server import RehearsalServer

# Whole gate runs, each of about a second.
pytestmark = [pytest.mark.usefixtures("staging"), pytest.mark.slow]
SELECTIONS = {
    "-k": ("-k", "tags"),
    "-k not": ("-k", "not limits"),
    "-m": ("-m", "ramp"),
    "-m not": ("-m", "not ramp"),
    "--deselect": ("--deselect", "gates/ramp.yaml::limits[staging]"),
    "--ignore": ("--ignore", "gates/ramp.yaml"),
    "--ignore-glob": ("--ignore-glob", "*/ramp.yaml"),
    "a file": ("gates/ramp.yaml",),
    "a check": ("gates/ramp.yaml::limits[staging]",),
    "nothing": ("-k", "no-such-check"),
    "a test alone": ("test_x.py",),
}


@pytest.mark.parametrize("args", SELECTIONS.values(), ids=SELECTIONS.keys())
@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["plain", "-n 2"])
def test_a_selection(gate: GateFolder, args: tuple[str, ...], workers: tuple[str, ...]) -> None:
    """Whatever keeps a required check from running, the verdict is CANNOT TELL and counts it."""
    gate.write("test_x.py", "def test_x(): pass")
    judged = gate.judged(*args, *workers)
    assert (judged.verdict, judged.code) == ("CANNOT TELL", 10)
    assert judged.data["counts"]["not-run"] == len(judged.outcomes()) - len(judged.ran()) > 0
    assert judged.data["counts"]["total"] == len(judged.data["findings"])


@pytest.mark.parametrize("marker", ["ramp", "rejection", "smoke", "environment", "access"])
def test_each_gate_is_a_marker(gate: GateFolder, marker: str) -> None:
    """``-m`` picks a gate, also where unknown markers are errors."""
    judged = gate.judged("-m", marker, "--strict-markers", "-W", "error")
    assert {name.partition(".")[0] for name in judged.ran()} == {marker}


def test_an_own_gate_is_a_marker_too(gate: GateFolder) -> None:
    """As is one with a dash and a dot in its name."""
    gate.gate("my-own.gate", ["one"])
    judged = gate.judged("-m", "my-own.gate", "--strict-markers")
    assert judged.ran() == {"my-own.gate.one"}


def test_browser_is_a_marker(gate: GateFolder) -> None:
    """``-m "not browser"`` is the gate without a browser."""
    judged = gate.judged("-m", "not browser", "--strict-markers")
    skipped = set(judged.outcomes()) - judged.ran()
    assert skipped
    assert all(name.startswith("rejection.page-") for name in skipped)


def test_stop_at_the_first(gate: GateFolder) -> None:
    """``-x`` ends the run; what is left did not run, and the failure decides."""
    result = gate.judged("-x", "--caio-fault=not-ready", env="rehearsal")
    assert (result.verdict, result.code) == ("NO-GO", 1)
    assert "not-run" in result.outcomes().values()


def test_last_failed(gate: GateFolder) -> None:
    """``--lf`` runs what failed and nothing else, which is not a GO."""
    first = gate.judged("--caio-fault=emergency-stop", env="rehearsal")
    assert first.verdict == "NO-GO"
    again = gate.judged("--lf", env="rehearsal")
    assert again.verdict == "CANNOT TELL"
    assert again.ran() == {"ramp.emergency-stop"}
    assert again.finding("ramp.emergency-stop")["outcome"] == "pass"


def test_a_finding_that_did_not_run_says_what_to_do(gate: GateFolder) -> None:
    """Must hold, seen, do next, whose call: also where nothing was seen."""
    finding = gate.judged("-k", "tags").finding("ramp.limits")
    assert finding["observed"] == "it did not run"
    assert "without -k" in finding["remedy"]
    assert finding["owner"] == "PTO"


def test_only_what_is_needed_is_sent(gate: GateFolder, staging: RehearsalServer) -> None:
    """``-k`` sends the requests that its checks need and the release at both ends, no other."""
    release = ["/api/health/ready"] * 2
    gate.run("gates/rejection.yaml::tags")
    assert {r.method for r in staging.requests} == {"GET"}
    assert sorted(r.path for r in staging.requests) == [*release, "/api/rejection-tags"]
    staging.requests.clear()
    gate.run("-k", "tags and not page or emergency")
    paths = sorted(r.path for r in staging.requests)
    assert paths == [*release, "/api/operator/status", "/api/rejection-tags"]


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["plain", "-n 2"])
def test_each_request_is_sent_once(
    gate: GateFolder, staging: RehearsalServer, workers: tuple[str, ...]
) -> None:
    """The union of what all checks need, whoever asks for it, in one process."""
    gate.run("-m", "not browser", "-k", "not server-blocks and not queue-refreshes", *workers)
    sent = [
        (r.method, r.path, r.query, r.headers.get("x-dashboard-token"), r.headers.get("cookie"))
        for r in staging.requests
        # Wrong logins have a look at the page of their own: its cookies open nothing either.
        if r.path != "/login"
    ]
    assert len(sent) > 10
    # The release is read at both ends, and once what a proxy would add comes with the question.
    twice = [each for each in set(sent) if sent.count(each) > 1]
    assert sorted((path, sent.count(each)) for each in twice for path in each[1:2]) == [
        ("/api/emails/caio-gate-unknown-0000/reject", 2), ("/api/health/ready", 2),
        ("/api/operator/status", 2),
    ]  # fmt: skip


def test_one_process_is_said(gate: GateFolder) -> None:
    """``-n`` is not used, and the header says so."""
    result = gate.run("-n", "2", "-k", "tags")
    result.stdout.fnmatch_lines(["caio: a gate run is one process; -n is not used"])
    assert not [line for line in result.outlines if "[gw0]" in line or "workers" in line]

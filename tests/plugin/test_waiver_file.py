"""``waivers.yaml``: a known failure that its owner accepts for a while."""

from datetime import UTC, datetime, timedelta

import pytest
from gatefolder import GateFolder

from pytest_caio.rehearsal.server import RehearsalServer

# Whole gate runs, each of about a second.
pytestmark = pytest.mark.slow

STOP = "ramp.emergency-stop"
FAULT = "--caio-fault=emergency-stop"


def entry(
    check: str = STOP, days: int = 10, environment: str = "rehearsal", reason: str = "known"
) -> str:
    """A waiver that ends in so many days, as an item of a list."""
    expires = (datetime.now(UTC) + timedelta(days=days)).date().isoformat()
    return (
        f"- check: {check}\n  environment: {environment}\n  reason: {reason}\n"
        f"  owner: PTO\n  expires: {expires}\n"
    )


def indented(text: str) -> str:
    """The list under a key."""
    return "waivers:\n" + "".join(f"  {line}\n" for line in text.splitlines())


@pytest.mark.parametrize("name", ["waivers.yaml", "gates/waivers.yaml"])
@pytest.mark.parametrize("form", [str, indented], ids=["list", "under waivers:"])
def test_a_waived_failure_is_go(gate: GateFolder, name: str, form: type[str]) -> None:
    """It counts as met, and is shown first, with who decided and until when."""
    gate.write(name, form(entry()))
    judged = gate.judged(FAULT, env="rehearsal")
    assert (judged.verdict, judged.code) == ("GO", 0)
    finding = judged.finding(STOP)
    assert finding["outcome"] == "waived"
    assert finding["observed"].startswith("fail: ")
    assert finding["waiver"].startswith("waived by PTO until ")
    assert judged.data["counts"]["waived"] == 1
    judged.result.stdout.fnmatch_lines(
        ["Waived:", "*(ramp.emergency-stop in rehearsal)", "*seen: *emergency_stop is true"]
    )


@pytest.mark.parametrize("days", [-1, -400])
def test_an_expired_waiver_is_a_failure(gate: GateFolder, days: int) -> None:
    """Even of a check that passes: somebody has to take it out."""
    gate.write("waivers.yaml", entry(days=days))
    judged = gate.judged(env="rehearsal")
    assert (judged.verdict, judged.code) == ("NO-GO", 1)
    assert judged.finding(STOP)["observed"].startswith("the waiver expired on ")


@pytest.mark.parametrize(
    ("days", "verdict"), [(0, "GO"), (30, "GO"), (31, "NO-GO"), (999, "NO-GO")]
)
def test_at_most_thirty_days_ahead(gate: GateFolder, days: int, verdict: str) -> None:
    """The last day still holds; more than thirty days is no waiver."""
    gate.write("waivers.yaml", entry(days=days))
    judged = gate.judged(FAULT, env="rehearsal")
    assert judged.verdict == verdict
    assert ("more than 30 days" in judged.finding(STOP)["observed"]) is (verdict == "NO-GO")


def test_missing_evidence_is_waived_too(gate: GateFolder) -> None:
    """A check that can't be seen, or does not run, is waived like one that fails."""
    gate.write("waivers.yaml", entry("ramp.limits"))
    judged = gate.judged("--deselect", "gates/ramp.yaml::limits[rehearsal]", env="rehearsal")
    assert (judged.verdict, judged.code) == ("GO", 0)
    assert judged.finding("ramp.limits")["observed"] == "not-run: it did not run"
    gate.write("waivers.yaml", entry("smoke.card-contract"))
    judged = gate.judged("-k", "card-contract", "--caio-fault=queue-flood", env="rehearsal")
    assert judged.finding("smoke.card-contract")["outcome"] in {"pass", "waived"}


def test_a_waiver_that_is_no_longer_needed(gate: GateFolder) -> None:
    """The check passes, and the report says that the waiver can go."""
    gate.write("waivers.yaml", entry())
    judged = gate.judged(env="rehearsal")
    assert judged.finding(STOP)["outcome"] == "pass"
    assert judged.finding(STOP)["waiver"].startswith("no longer needed")


@pytest.mark.usefixtures("staging")
@pytest.mark.parametrize(
    ("environment", "waived"),
    [("rehearsal", True), ("all", True), ("staging", False), ("prod", False)],
)
def test_a_waiver_is_for_one_environment(gate: GateFolder, environment: str, waived: bool) -> None:
    """Or for all of them, where it says so."""
    gate.write("waivers.yaml", entry(environment=environment))
    judged = gate.judged(FAULT, "-k", "emergency", env="rehearsal")
    assert (judged.finding(STOP)["outcome"] == "waived") is waived


WRONG = {
    "unwaivable": (entry("access.reads-refused"), "access.reads-refused can't be waived"),
    "unwaivable live-contact check": (entry("ramp.gatekeeper"), "ramp.gatekeeper can't be waived"),
    "unknown check": (entry("ramp.limit"), "'ramp.limit'; did you mean 'ramp.limits'?"),
    "no environment": (entry(environment='""'), "environment is empty"),
    "no reason": (entry(reason='""'), "reason is empty"),
    "no end": (entry().replace("expires", "until"), "waivers.expires is missing"),
    "no date": (entry().replace("expires: 2", "expires: soon 2"), "waivers.expires: "),
    "no list": ("nonsense", "waivers"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "said"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_waiver(gate: GateFolder, staging: RehearsalServer, text: str, said: str) -> None:
    """A usage error with file and line, before any request."""
    gate.write("gates/waivers.yaml", text)
    result = gate.run()
    assert result.ret == 4
    assert said in " ".join(result.errlines)
    assert "gates/waivers.yaml:" in result.stderr.str()
    assert not staging.requests


def test_an_own_gate_can_t_make_a_check_waivable(gate: GateFolder) -> None:
    """What stands between a mistake and a live contact stays unwaivable in every folder."""
    from pytest_caio.gates.files import packaged_folder

    text = (packaged_folder() / "ramp.yaml").read_text("utf-8")
    gate.write("gates/ramp.yaml", text.replace("waivable: false", "waivable: true"))
    gate.write("gates/waivers.yaml", entry("ramp.gatekeeper"))
    result = gate.run(env="rehearsal")
    assert result.ret == 4
    assert "can't be waived" in result.stderr.str()

"""Pytest's own ``--junitxml`` carries what a check found."""

import junitparser
import pytest
from gatefolder import GateFolder
from junit_readers import READERS, jenkins, place, read

from pytest_caio.rehearsal.server import RehearsalServer

pytestmark = pytest.mark.slow  # Whole reports, written and read again.

KEYS = {
    "check",
    "gate",
    "environment",
    "severity",
    "outcome",
    "owner",
    "expected",
    "observed",
    "remedy",
}


def cases(gate: GateFolder, *args: str, env: str = "rehearsal") -> dict[str, junitparser.TestCase]:
    """The test cases of a run by check and environment."""
    gate.run("--junitxml=j.xml", *args, env=env)
    suites = junitparser.JUnitXml.fromfile(str(gate.path / "j.xml"))
    found = [(properties(case), case) for suite in suites for case in suite]
    return {f"{said['check']}[{said['environment']}]": case for said, case in found}


def properties(case: junitparser.TestCase) -> dict[str, str]:
    """The properties of a case."""
    return {p.name: p.value for block in case.iterchildren(junitparser.Properties) for p in block}


@pytest.mark.parametrize("family", ["xunit1", "xunit2", "legacy"])
def test_properties(gate: GateFolder, family: str) -> None:
    """Gate, environment, severity, owner, expected, observed, remedy: of every check."""
    found = cases(gate, "-o", f"junit_family={family}", "-k", "ramp")
    assert len(found) >= 5
    assert all(set(properties(case)) == KEYS for case in found.values())
    limits = properties(found["ramp.limits[rehearsal]"])
    assert (limits["gate"], limits["environment"], limits["owner"]) == ("ramp", "rehearsal", "PTO")
    assert (limits["severity"], limits["outcome"]) == ("required", "pass")


def test_a_broken_rule_is_a_failure(gate: GateFolder) -> None:
    """With what must hold and what was seen in its text."""
    case = cases(gate, "--caio-fault=emergency-stop", "-k", "emergency")[
        "ramp.emergency-stop[rehearsal]"
    ]
    assert [type(r) for r in case.result] == [junitparser.Failure]
    assert "must hold:  emergency_stop is false" in case.result[0].text
    assert "seen:       emergency_stop is true" in case.result[0].text
    assert properties(case)["observed"] == "emergency_stop is true"


def test_missing_evidence_is_an_error(gate: GateFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """And an error is not a failure: nobody can say that the rule is broken."""
    monkeypatch.setenv("CAIO_STAGING_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("CAIO_STAGING_TOKEN", "t0ken-of-staging")
    case = cases(gate, "-k", "emergency", env="staging")["ramp.emergency-stop[staging]"]
    assert [type(r) for r in case.result] == [junitparser.Error]
    assert properties(case)["outcome"] == "cannot-tell"


def test_a_rule_that_does_not_apply_is_skipped(gate: GateFolder) -> None:
    """With the reason."""
    case = cases(gate, "-k", "parity")["smoke.parity[rehearsal]"]
    assert [type(r) for r in case.result] == [junitparser.Skipped]
    assert case.result[0].message.startswith("n/a: ")


@pytest.mark.usefixtures("staging")
@pytest.mark.parametrize("flags", [(), ("--runxfail",)], ids=["plain", "--runxfail"])
def test_advice_is_no_failure(gate: GateFolder, flags: tuple[str, ...]) -> None:
    """What doesn't change the verdict is tolerated, with its text."""
    case = cases(gate, "--caio-fault=query-token-on", "-k", "query-token", *flags)
    result = case["access.query-token[rehearsal]"].result
    assert [type(r) for r in result] == [junitparser.Skipped]
    assert properties(case["access.query-token[rehearsal]"])["severity"] == "advisory"


def test_text_of_a_stranger_stays_text(gate: GateFolder, staging: RehearsalServer) -> None:
    """What a deployment says can't break the file, or steer a terminal."""
    shape = staging.deployment.behaviour.reshape
    hostile = "\x1b[31m]]>\x00 <x>&\u2028::error::\r\n"
    shape["/api/operator/status"] = lambda body: {**body, "emergency_stop": hostile}
    try:
        found = cases(gate, "-k", "emergency", env="staging")
        console = gate.run("-k", "emergency", "-v", env="staging").stdout.str()
    finally:
        del shape["/api/operator/status"]
    assert "emergency_stop is " in properties(found["ramp.emergency-stop[staging]"])["observed"]
    assert "\x1b[31m" not in console
    assert not [line for line in console.splitlines() if line.startswith("::error")]


@pytest.mark.parametrize("family", ["xunit1", "xunit2"])
def test_staging_and_production_are_told_apart(
    gate: GateFolder, monkeypatch: pytest.MonkeyPatch, family: str
) -> None:
    """As in our own file, by each reader; file and line of each case are in xunit1 alone."""
    for name in ("STAGING", "PROD"):
        monkeypatch.setenv(f"CAIO_{name}_URL", "http://127.0.0.1:9")
        monkeypatch.setenv(f"CAIO_{name}_TOKEN", f"t0ken-of-{name}")
    gate.run("--junitxml=j.xml", "-o", f"junit_family={family}", "-k", "ramp", env="staging,prod")
    every = read((gate.path / "j.xml").read_bytes())
    for reader in READERS:
        assert len(set(map(reader, every))) == len(every)
    names = [jenkins(one) for one in every]
    title = "The ramp counts clean days, not calendar days"
    assert ("staging", "ramp", f"{title} [staging]") in names
    assert ("production", "ramp", f"{title} [production]") in names
    if family == "xunit1":
        assert {place(one)[0] for one in every} == {"gates/ramp.yaml"}
        assert min(place(one)[1] for one in every) > 1
        assert len({place(one) for one in every}) == len(every) / 2

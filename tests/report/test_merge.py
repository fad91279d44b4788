"""``caio merge``: the legs of a matrix, and what happens when one is missing."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from junitparser import JUnitXml
from results import PRODUCTION, STAGING, evidence, exchange, finding, result, seen

from pytest_caio.__main__ import main
from pytest_caio.privacy.redactor import Redactor
from pytest_caio.report.folder import write_report, write_unfinished
from pytest_caio.verdict.finding import Severity
from pytest_caio.verdict.result import Result, ShownEnvironment
from pytest_caio.verdict.whole_run_findings import BEFORE


def leg(folder: Path, place: ShownEnvironment, *outcomes: str, body: str = '{"a": 1}') -> Path:
    """Write a report of one environment; return its folder."""
    checks = [finding(f"smoke.c{i}", outcome, place.name) for i, outcome in enumerate(outcomes)]
    read = seen(BEFORE, place.name, exchange(body=body))
    made: Result = result(*checks, environments=(place,), found=evidence(read), profile="deploy")
    write_report(folder, made, Redactor())
    return folder


def merged(out: Path, *arguments: object) -> tuple[int, dict[str, object]]:
    """Merge; return the exit code and the content of verdict.json."""
    code = main(["merge", *map(str, arguments), "--out", str(out)])
    return code, json.loads((out / "verdict.json").read_text(encoding="utf-8"))


BOTH = ("--expect", "staging", "--expect", "prod")


@pytest.mark.parametrize(
    ("staging", "production", "verdict", "code"),
    [
        ("pass", "pass", "GO", 0),
        ("pass", "fail", "NO-GO", 1),
        ("cannot-tell", "pass", "CANNOT TELL", 10),
        ("cannot-tell", "fail", "NO-GO", 1),
        ("waived", "n/a", "GO", 0),
    ],
)
def test_joint_verdict(
    tmp_path: Path, staging: str, production: str, verdict: str, code: int
) -> None:
    """The legs' findings together make the verdict, and the exit code says it."""
    legs = (leg(tmp_path / "s", STAGING, staging), leg(tmp_path / "p", PRODUCTION, production))
    found, data = merged(tmp_path / "out", *legs, *BOTH)
    assert (found, data["verdict"]) == (code, verdict)
    assert [place["name"] for place in data["environments"]] == ["staging", "production"]


def test_all_formats_are_written(tmp_path: Path) -> None:
    """One JUnit file, one page, one verdict, one attestation."""
    legs = (leg(tmp_path / "s", STAGING, "pass"), leg(tmp_path / "p", PRODUCTION, "fail"))
    merged(tmp_path / "out", *legs, *BOTH)
    written = {path.name for path in (tmp_path / "out").iterdir()}
    assert written == {"verdict.json", "gates.junit.xml", "report.html", "attestation.json"}
    suites = JUnitXml.fromfile(str(tmp_path / "out" / "gates.junit.xml"))
    assert [suite.name for suite in suites] == ["smoke [staging]", "smoke [production]"]
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "<h1>NO-GO</h1>" in page


def test_missing_leg_is_cannot_tell(tmp_path: Path) -> None:
    """An environment that was expected and has no report."""
    code, data = merged(tmp_path / "out", leg(tmp_path / "s", STAGING, "pass"), *BOTH)
    assert (code, data["verdict"]) == (10, "CANNOT TELL")
    last = data["findings"][-1]
    assert (last["gate"], last["environment"], last["outcome"]) == ("run", "production", "not-run")


def unfinished_leg(folder: Path) -> None:
    """Write what a killed run leaves."""
    write_unfinished(folder, "deploy")


def broken_leg(folder: Path) -> None:
    """Write a report that was cut short."""
    leg(folder, PRODUCTION, "pass")
    (folder / "evidence.har").write_text("{")


def edited_leg(folder: Path) -> None:
    """Write a report whose verdict somebody changed."""
    leg(folder, PRODUCTION, "fail")
    path = folder / "verdict.json"
    path.write_text(path.read_text("utf-8").replace('"verdict": "NO-GO"', '"verdict": "GO"'))


@pytest.mark.parametrize("spoil", [unfinished_leg, broken_leg, edited_leg, Path.mkdir])
def test_leg_that_is_no_report_is_cannot_tell(tmp_path: Path, spoil) -> None:
    """A leg that was killed, cut short, edited or is an empty folder counts as missing."""
    spoil(tmp_path / "p")
    code, data = merged(tmp_path / "out", leg(tmp_path / "s", STAGING, "pass"), tmp_path / "p")
    assert (code, data["verdict"]) == (10, "CANNOT TELL")


def test_no_readable_leg_at_all(tmp_path: Path) -> None:
    """Nothing to merge is CANNOT TELL, not an error and not a GO."""
    code, data = merged(tmp_path / "out", tmp_path / "nothing", "--expect", "production")
    assert (code, data["verdict"]) == (10, "CANNOT TELL")


def test_legs_may_share_an_environment(tmp_path: Path) -> None:
    """Of the same check, what ran counts before what did not, and the worst before the rest."""
    first = leg(tmp_path / "a", PRODUCTION, "pass", "not-run", "pass")
    second = leg(tmp_path / "b", PRODUCTION, "not-run", "pass", "fail")
    _, data = merged(tmp_path / "out", first, second)
    assert [f["outcome"] for f in data["findings"]] == ["pass", "pass", "fail"]


def test_legs_about_two_deployments_are_cannot_tell(tmp_path: Path) -> None:
    """A deploy between two legs of the same environment: their findings don't belong together."""
    first = leg(tmp_path / "a", PRODUCTION, "pass")
    second = leg(tmp_path / "b", PRODUCTION, "pass", body='{"a": 1, "b": true}')
    code, data = merged(tmp_path / "out", first, second)
    assert (code, data["findings"][-1]["check"]) == (10, "one-release")


def test_profiles_and_rehearsal_are_named(tmp_path: Path) -> None:
    """The joint verdict says of which profiles it is, and that a rehearsal clears nothing."""
    rehearsal = replace(PRODUCTION, name="rehearsal", kind="rehearsal")
    _, data = merged(tmp_path / "out", leg(tmp_path / "r", rehearsal, "pass"))
    assert data["profile"] == "deploy"
    assert data["note"] == "A rehearsal clears no live cycle."


@pytest.mark.parametrize("order", [1, -1])
def test_advice_of_one_leg_hides_nothing_that_blocks_in_another(tmp_path: Path, order: int) -> None:
    """An advisory failure is a worse outcome than cannot-tell, and matters less."""
    legs = []
    for severity, outcome in ((Severity.ADVISORY, "fail"), (Severity.REQUIRED, "cannot-tell")):
        findings = (finding("smoke.ready"), finding("ours.one", outcome, severity=severity))
        legs.append(tmp_path / severity)
        write_report(legs[-1], result(*findings, profile="deploy"), Redactor())
    code, data = merged(tmp_path / "out", *legs[::order])
    assert (code, data["verdict"]) == (10, "CANNOT TELL")

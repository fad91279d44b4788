"""``gates.junit.xml``, read back by the tools that its readers use."""

import re
from pathlib import Path

import junitparser
import pytest
from lxml import etree
from results import (
    BY_VERDICT,
    HOSTILE,
    evidence,
    exchange,
    finding,
    go,
    hostile,
    no_go,
    result,
    seen,
)

from pytest_caio.report.junit import element, junit
from pytest_caio.verdict.decide import Verdict
from pytest_caio.verdict.finding import Severity
from pytest_caio.verdict.result import Result

SCHEMA = etree.XMLSchema(file=Path(__file__).parents[1] / "data" / "jenkins-junit-10.xsd")


def cases(xml: str) -> dict[str, junitparser.TestCase]:
    """Return the test cases by environment and check, as junitparser reads them."""
    suites = junitparser.JUnitXml.fromstring(xml.encode())
    every = [case for suite in suites for case in suite]
    checks = [re.search(r"\[\[PROPERTY\|check=(.*)\]\]", case.system_out)[1] for case in every]
    environments = [case.classname.partition(".")[0] for case in every]
    return {f"{e}.{c}": case for e, c, case in zip(environments, checks, every, strict=True)}


@pytest.mark.parametrize("make", [*BY_VERDICT.values(), hostile, lambda: result()])
def test_valid_against_the_jenkins_schema(make) -> None:
    """Whatever the findings hold, the file is valid."""
    SCHEMA.assertValid(etree.fromstring(junit(make()).encode()))


def test_schema_refuses_what_jenkins_refuses() -> None:
    """The schema is no rubber stamp: properties in a test case are not valid."""
    case = '<testcase name="b"><properties/></testcase>'
    xml = f'<testsuite name="a" tests="1" failures="0" errors="0">{case}</testsuite>'
    assert not SCHEMA.validate(etree.fromstring(xml))


def test_suite_per_environment_and_gate() -> None:
    """Every environment and gate is a suite, every check a case in it."""
    xml = junit(no_go())
    names = [suite.name for suite in junitparser.JUnitXml.fromstring(xml.encode())]
    assert names[:4] == [
        "environment [staging]",
        "ramp [staging]",
        "replay [staging]",
        "smoke [staging]",
    ]
    assert len(cases(xml)) == len(no_go().findings)


@pytest.mark.parametrize(
    ("outcome", "severity", "expected"),
    [
        ("pass", Severity.REQUIRED, ""),
        ("fail", Severity.REQUIRED, "failure"),
        ("cannot-tell", Severity.REQUIRED, "error"),
        ("not-run", Severity.REQUIRED, "error"),
        ("n/a", Severity.REQUIRED, "skipped"),
        ("waived", Severity.REQUIRED, "skipped"),
        ("fail", Severity.ADVISORY, "skipped"),
        ("cannot-tell", Severity.ADVISORY, "skipped"),
        ("not-run", Severity.ADVISORY, "skipped"),
    ],
)
def test_outcome_as_junit_says_it(outcome: str, severity: Severity, expected: str) -> None:
    """Failures and errors alone give a JUnit reader the verdict."""
    one = finding("ramp.mode", outcome, severity=severity)
    found = cases(junit(result(one)))["production.ramp.mode"].result
    assert element(one) == expected
    assert [type(entry).__name__.lower() for entry in found] == ([expected] if expected else [])


@pytest.mark.parametrize("verdict", list(Verdict))
def test_failures_and_errors_give_the_verdict(verdict: Verdict) -> None:
    """A reader that counts failures and errors comes to the same verdict."""
    suites = junitparser.JUnitXml.fromstring(junit(BY_VERDICT[verdict]()).encode())
    suites.update_statistics()
    read = (
        Verdict.NO_GO if suites.failures else Verdict.CANNOT_TELL if suites.errors else Verdict.GO
    )
    assert read is verdict


def test_totals_are_those_of_the_cases() -> None:
    """The counts in the attributes are the ones that a recount gives."""
    root = etree.fromstring(junit(no_go()).encode())
    assert root.get("tests") == str(len(root.findall(".//testcase")))
    assert root.get("failures") == str(len(root.findall(".//failure")))
    assert root.get("errors") == str(len(root.findall(".//error")))


def test_properties_of_suite_and_check() -> None:
    """Severity, owner, waiver, profile and deployment are there to filter by."""
    suites = junitparser.JUnitXml.fromstring(junit(no_go()).encode())
    smoke = next(suite for suite in suites if suite.name == "smoke [staging]")
    found = {p.name: p.value for p in smoke.properties()}
    assert found["profile"] == "deploy"
    assert found["verdict"] == "NO-GO"
    assert found["release"].startswith("fingerprint ")
    assert found["ready.severity"] == "required"
    assert found["ready.owner"] == "Engineering"
    assert found["ready.waiver"].startswith("waived by PTO until Sun 1 Mar")
    case = cases(junit(no_go()))["staging.smoke.ready"]
    assert "[[PROPERTY|severity=required]]" in case.system_out
    assert (
        "[[ATTACHMENT|report/evidence.har]]"
        in cases(junit(no_go(), "report"))["staging.smoke.ready"].system_out
    )


def test_repeated_read_is_flaky_where_it_held_in_the_end() -> None:
    """A repeated read is a flakyFailure of a pass and a rerunFailure of a failure."""

    def tags(outcome: str) -> list[str]:
        retried = seen(
            "GET /a", "production", exchange(status=None, error="no answer"), exchange(attempt=2)
        )
        made = result(finding("ramp.mode", outcome, probes=("GET /a",)), found=evidence(retried))
        xml = etree.fromstring(junit(made).encode())
        return [e.tag for e in xml.iter("flakyFailure", "rerunFailure")]

    assert tags("pass") == ["flakyFailure"]
    assert tags("fail") == ["rerunFailure"]


def test_hostile_text_survives_as_text() -> None:
    """What an enemy wrote is read back as text, control characters marked."""
    case = cases(junit(hostile()))["production.smoke.fail"]
    assert "<script>alert(1)</script>" in case.system_out
    assert "]]>" in case.system_out
    assert "👩‍👩‍👧" in case.system_out
    assert not set(HOSTILE) & set("\x00\x08\x1b\ud800") & set(case.system_out)
    assert len(case.result[0].message) <= 500


def test_same_result_same_bytes() -> None:
    """The file follows from the result alone."""
    one: Result = go()
    assert junit(one) == junit(go())

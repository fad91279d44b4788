"""``gates.junit.xml``: a suite per environment and gate, a case per check.

Built with junit-xml and finished until it is valid against the Jenkins ``junit-10.xsd``. That
schema has no properties in a test case, so a check's own stand in its suite's properties
(``limits.severity``) and, as test managers read them, as ``[[PROPERTY|…]]`` in its output. Nor does
it know a case's file and line: a suite is one gate's and has its file; a failure's text has both.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice, pairwise
from typing import Any

from pytest_caio.evidence.model import Exchange, Observed
from pytest_caio.report.console import block
from pytest_caio.report.junit_names import Case, case_names
from pytest_caio.report.replay_view import case_rows, golden_case, golden_cases
from pytest_caio.verdict.finding import MET, Finding, Outcome, Severity
from pytest_caio.verdict.result import Result
from pytest_caio.verdict.whole_run_findings import releases

_MESSAGE_LIMIT = 500
_MOST_CASES = 50
_SUITE_ATTRIBUTES = frozenset(
    "name tests failures errors skipped time timestamp package file".split()
)
_CASE_ATTRIBUTES = frozenset({"name", "classname", "time"})
# A single control character makes a whole file unreadable, and some readers then show green.
_NOT_XML = re.compile("[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """Return ``text`` without what XML 1.0 can't hold, and without control characters."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def junit(result: Result, folder: str = "") -> str:
    """Return the XML document; ``folder`` is where the report lies, as attachments name it."""
    root = ET.Element("testsuites", {"name": clean(f"caio {result.snapshot.profile}")})
    release = releases(result.snapshot, result.evidence)
    gates: dict[str, dict[str, list[Finding]]] = {}
    for finding in result.findings:
        gates.setdefault(finding.environment, {}).setdefault(finding.gate, []).append(finding)
    for shown in result.snapshot.environments:
        where = {
            "environment": shown.name,
            "url": shown.url,
            "profile": result.snapshot.profile,
            "verdict": result.verdict.value,
            "release": release.get(shown.name, "unknown"),
        }
        for gate, mine in gates.get(shown.name, {}).items():
            root.append(_suite(result, {"gate": gate, **where}, mine, folder))
    for total in ("tests", "failures", "errors"):
        root.set(total, str(sum(int(suite.get(total, 0)) for suite in root)))
    ET.indent(root)
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _suite(
    result: Result, where: Mapping[str, str], findings: list[Finding], folder: str
) -> ET.Element:
    from junit_xml import TestSuite

    cases = [Case(f.gate, f.check, f.environment, f.title) for f in findings]
    suite: ET.Element = TestSuite(
        clean(f"{where['gate']} [{where['environment']}]"),
        [
            _case(result, finding, name, folder)
            for finding, name in zip(findings, case_names(cases), strict=True)
        ],
        package=clean(where["environment"]),
        file=clean(next((f.file for f in findings if f.file), "")) or None,
        timestamp=result.evidence.started_at.replace(tzinfo=None).isoformat(timespec="seconds"),
        properties=_clean_all(_suite_properties(where, findings)),
    ).build_xml_doc()
    suite.set("time", f"{sum(_seconds(result, f) for f in findings):.3f}")
    _only(suite, _SUITE_ATTRIBUTES)
    for case, finding in zip(suite.iter("testcase"), findings, strict=True):
        case.set("time", f"{_seconds(result, finding):.3f}")
        _only(case, _CASE_ATTRIBUTES)
        case[:0] = list(_repeated(result, finding))
    return suite


def _only(element: ET.Element, attributes: frozenset[str]) -> None:
    for name in set(element.attrib) - attributes:
        del element.attrib[name]


def _clean_all(pairs: Mapping[str, str]) -> dict[str, str]:
    return {clean(name): clean(value) for name, value in pairs.items()}


def _suite_properties(where: Mapping[str, str], findings: Iterable[Finding]) -> dict[str, str]:
    own = dict(where)
    for finding in findings:
        own |= {f"{finding.check}.{k}": v for k, v in case_properties(finding).items()}
    return own


def case_properties(finding: Finding) -> dict[str, str]:
    """Return what a reader filters by."""
    shown = {
        "check": finding.name,
        "outcome": finding.outcome.value,
        "severity": finding.severity.value,
        "owner": finding.owner,
    }
    return {**shown, "waiver": finding.waiver} if finding.waiver else shown


def _case(result: Result, finding: Finding, name: str, folder: str) -> Any:
    from junit_xml import TestCase

    case = TestCase(
        clean(name),
        classname=clean(f"{finding.environment}.{finding.gate}"),
        stdout=clean("\n".join(_output(result, finding, folder))),
    )
    details = clean("\n".join([block(finding), *_where(finding)]))
    message = clean(finding.observed)[:_MESSAGE_LIMIT]
    match element(finding):
        case "failure":
            case.add_failure_info(message, details, finding.severity.value)
        case "error":
            case.add_error_info(message, details, finding.outcome.value)
        case "skipped":
            word = "advisory" if finding.outcome not in MET else finding.outcome.value
            case.add_skipped_info(f"{word}: {message}", details)
    return case


def element(finding: Finding) -> str:
    """Return how JUnit says a finding: failure, error, skipped, or nothing for a pass.

    What doesn't change the verdict is skipped with its reason, so that a reader that looks at
    failures and errors alone comes to the same verdict.
    """
    if finding.outcome is Outcome.PASS:
        return ""
    if finding.outcome in MET or finding.severity is Severity.ADVISORY:
        return "skipped"
    return "failure" if finding.outcome is Outcome.FAIL else "error"


def _where(finding: Finding) -> Iterator[str]:
    """Yield where the check stands, as readers search a failure for it: a blank, file:line."""
    if finding.file:
        yield f"    {'check:':<12}{finding.name}, {finding.file}:{finding.line}"


def _output(result: Result, finding: Finding, folder: str) -> Iterator[str]:
    yield finding.title
    yield block(finding)
    yield from _where(finding)
    if case := golden_case(finding):
        yield from case_rows(case)
    for case in islice(golden_cases(finding), _MOST_CASES):
        yield f"{case['id']}: {case['reasons']}"
        yield from (f"    {row}" for row in case_rows(case))
    for name, value in case_properties(finding).items():
        yield f"[[PROPERTY|{name}={' '.join(value.split())}]]"
    seen = result.evidence.of(finding.environment)
    found = [seen[probe] for probe in finding.probes if probe in seen]
    files = [name for o in found if isinstance(o, Observed) for name in o.attachments]
    for name in ("report.html", "evidence.har", *files):
        yield f"[[ATTACHMENT|{f'{folder}/' if folder else ''}{name}]]"


def _exchanges(result: Result, finding: Finding) -> Iterator[tuple[Exchange, ...]]:
    seen = result.evidence.of(finding.environment)
    yield from (seen[probe].exchanges for probe in finding.probes if probe in seen)


def _seconds(result: Result, finding: Finding) -> float:
    if case := golden_case(finding):
        return float(case["seconds"])
    return sum(e.seconds for exchanges in _exchanges(result, finding) for e in exchanges)


def _repeated(result: Result, finding: Finding) -> Iterator[ET.Element]:
    """Yield an element for each attempt that had to be repeated."""
    tag = "flakyFailure" if finding.outcome in MET else "rerunFailure"
    for why in (golden_case(finding) or {}).get("retried", ()):
        attributes = {"message": clean(why)[:_MESSAGE_LIMIT], "type": "repeated case"}
        repeated = ET.Element(tag, attributes)
        repeated.text = clean(why)
        yield repeated
    for exchanges in _exchanges(result, finding):
        for one, following in pairwise(exchanges):
            if following.attempt == one.attempt + 1:
                why = clean(one.error or f"answered {one.status}")
                attributes = {"message": why[:_MESSAGE_LIMIT], "type": "repeated read"}
                repeated = ET.Element(tag, attributes)
                repeated.text = clean(f"{one.method} {one.url}, attempt {one.attempt}: {why}")
                yield repeated

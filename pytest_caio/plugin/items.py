"""Gate files and checks as pytest sees them."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from pytest_caio.evidence.probe_names import BROWSER
from pytest_caio.gates.plan import Planned
from pytest_caio.judge.judging import probes_of
from pytest_caio.report.console import block
from pytest_caio.report.junit_names import Case, case_names
from pytest_caio.run.gate_run import GateRun
from pytest_caio.verdict.finding import Finding, Outcome, Severity

RUN = pytest.StashKey[GateRun]()


class GateFile(pytest.File):
    """A gate file; its path may be in the wheel, its node id is always ``gates/<file>.yaml``."""

    planned: tuple[Planned, ...] = ()

    @classmethod
    def of(cls, session: pytest.Session, file: str, path: Path, planned: Iterable[Planned]) -> Any:
        """Return the collector of the checks in ``planned``, all of one file."""
        node = cls.from_parent(session, path=path, name=path.name, nodeid=file)
        node.planned = tuple(planned)
        return node

    def collect(self) -> Iterable["CheckItem"]:
        """Return an item for each check in each environment."""
        return [
            CheckItem.of(self, planned, name)
            for planned, name in zip(
                self.planned, case_names(map(_case, self.planned)), strict=True
            )
            if not planned.absent
        ]


class CheckItem(pytest.Item):
    """One check in one environment: a pure function call once the sweep has ended."""

    planned: Planned
    junit_name: str
    finding: Finding | None = None

    @classmethod
    def of(cls, parent: GateFile, planned: Planned, junit_name: str) -> "CheckItem":
        """Return the item of a planned check."""
        name = planned.item_name
        # The id is given as text: pytest would not tell the brackets of a name from a parameter's.
        item: CheckItem = cls.from_parent(parent, name=name, nodeid=planned.node_id)
        item.planned = planned
        item.junit_name = junit_name
        item.add_marker(planned.gate.gate)
        if BROWSER in probes_of(planned, parent.config.stash[RUN].judges):
            item.add_marker("browser")
        return item

    def setup(self) -> None:
        """Judge; missing evidence is an error (JUnit), not a failure."""
        _call_in_junit(self)
        finding = self.config.stash[RUN].judge(self.planned)
        self.finding = finding
        self.user_properties += list(properties(finding).items())
        if finding.outcome is Outcome.CANNOT_TELL:
            _report(finding)

    def runtest(self) -> None:
        """Report the finding."""
        if self.finding is not None:
            _report(self.finding)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return where the check stands in its gate file (line from 0), and its name."""
        return self.path, self.planned.check.line - 1, self.name


def _case(planned: Planned) -> Case:
    return Case(planned.gate.gate, planned.name, planned.environment, planned.check.title)


def _call_in_junit(item: CheckItem) -> None:
    """Let ``--junitxml`` call an item as our own file does, with its place in the gate file.

    As the fixture ``record_xml_attribute`` does, which only test functions can have. The families
    of pytest's say which of the attributes are kept: file and line in xunit1 alone.
    """
    case, check = _case(item.planned), item.planned.check
    for plugin in item.config.pluginmanager.get_plugins():
        if hasattr(plugin, "node_reporter") and hasattr(plugin, "prefix"):
            reporter = plugin.node_reporter(item.nodeid)
            classname = ".".join(filter(None, (plugin.prefix, case.classname)))
            reporter.add_attribute("classname", classname)
            reporter.add_attribute("name", item.junit_name)
            reporter.add_attribute("file", item.planned.gate.file)
            reporter.add_attribute("line", str(check.line))


def properties(finding: Finding) -> dict[str, str]:
    """Return what JUnit readers get of a finding."""
    shown = {
        "check": finding.name,
        "gate": finding.gate,
        "environment": finding.environment,
        "severity": finding.severity.value,
        "outcome": finding.outcome.value,
        "owner": finding.owner,
        "expected": finding.expected,
        "observed": finding.observed,
        "remedy": finding.remedy,
    }
    return {**shown, "waiver": finding.waiver} if finding.waiver else shown


def _report(finding: Finding) -> None:
    """Raise what pytest shows for a finding; without a traceback, which would show locals."""
    match finding.outcome:
        case Outcome.PASS:
            return
        case Outcome.NOT_APPLICABLE:
            pytest.skip(f"n/a: {finding.observed}")
        case Outcome.WAIVED:
            raise pytest.xfail.Exception(
                f"waived: {finding.observed} ({finding.waiver})", pytrace=False
            )
    if finding.severity is Severity.ADVISORY:
        raise pytest.xfail.Exception(f"noted: {finding.observed}", pytrace=False)
    pytest.fail(f"{finding.title}\n{block(finding)}", pytrace=False)

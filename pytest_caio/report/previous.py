"""What changed since an earlier report: read from its ``verdict.json``."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from pytest_caio.evidence.report_files import as_written, content, parsed
from pytest_caio.report.times import at
from pytest_caio.verdict.decide import Verdict
from pytest_caio.verdict.finding import MET, Finding, Outcome, Severity
from pytest_caio.verdict.result import Result
from pytest_caio.verdict.trends import Key, Trend


@dataclass(frozen=True)
class Previous:
    """An earlier verdict and its outcomes; ``problem`` says why there is none.

    ``trends`` are those of findings that are not met, as far as a ledger knows them.
    """

    verdict: Verdict | None = None
    started_at: str = ""
    outcomes: Mapping[Key, Outcome] = field(default_factory=lambda: MappingProxyType({}))
    problem: str = ""
    trends: Mapping[Key, Trend] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Changes:
    """A run against an earlier one; checks that only one of them had are not compared."""

    worse: tuple[Finding, ...]
    mended: tuple[Finding, ...]
    still: tuple[Finding, ...]


def read_previous(folder: Path) -> Previous:
    """Return the earlier report in ``folder``; a report that can't be read is said, not raised:
    the first run of all has none.
    """
    path = folder / "verdict.json"
    if not path.exists():
        return Previous(problem="There is no earlier report to compare with.")
    try:
        data = parsed(path, content(folder, path.name))
        with as_written(path):
            outcomes = {
                (f["gate"], f["check"], f["environment"]): Outcome(f["outcome"])
                for f in data["findings"]
            }
            return Previous(Verdict(data["verdict"]), str(data["started_at"]), outcomes)
    except ValueError:
        return Previous(problem="The earlier report can't be read.")


def since(previous: Previous, zone: str) -> str:
    """Return ``Since the run of Tue 24 Feb, 15:04``, as the reviewers read a clock."""
    try:
        return f"Since the run of {at(datetime.fromisoformat(previous.started_at), zone)}"
    except ValueError:
        return "Since the earlier run"


def changes(result: Result, previous: Previous) -> Changes:
    """Return which findings got worse, which are met again, and which still are not."""
    worse: list[Finding] = []
    mended: list[Finding] = []
    still: list[Finding] = []
    for finding in result.findings:
        before = previous.outcomes.get(finding.key)
        if finding.outcome is Outcome.WAIVED:
            continue  # Neither mended nor forgotten: it is shown as what it is.
        now_met = finding.outcome in MET
        if before is None or (now_met and before in MET):
            # A finding of the run as a whole is there only while something is wrong.
            if not now_met and before is None and finding.severity is Severity.REQUIRED:
                worse.append(finding)
        elif before in MET:
            worse.append(finding)
        else:
            (mended if now_met else still).append(finding)
    return Changes(tuple(worse), tuple(mended), tuple(still))

"""``caio merge DIR…``: one verdict out of several reports, like the legs of a matrix."""

import argparse
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from pytest_caio.evidence.har import from_har
from pytest_caio.evidence.model import Evidence, EvidenceFile, Unobserved
from pytest_caio.report import console
from pytest_caio.report.folder import (
    finding_from_json,
    snapshot_from_json,
    write_unfinished,
    write_views,
)
from pytest_caio.settings.environments import full_name
from pytest_caio.verdict.decide import decide
from pytest_caio.verdict.finding import Finding, Outcome
from pytest_caio.verdict.result import Result, ShownEnvironment, Snapshot
from pytest_caio.verdict.whole_run_findings import changed, releases, unfinished

NAME = "merge"
HELP = "join reports into one verdict; a report that is missing makes it CANNOT TELL"
_WORST_FIRST = (
    Outcome.FAIL,
    Outcome.CANNOT_TELL,
    Outcome.WAIVED,
    Outcome.NOT_APPLICABLE,
    Outcome.PASS,
    Outcome.NOT_RUN,
)


@dataclass(frozen=True)
class Leg:
    """One report that was read; ``problem`` says why it counts as missing."""

    folder: Path
    result: Result | None = None
    problem: str = ""


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("folders", nargs="+", type=Path, metavar="DIR", help="a report")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where to write")
    parser.add_argument(
        "--expect",
        action="append",
        default=[],
        metavar="NAME",
        help="an environment that must be among the reports (repeatable)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Write the joint verdict, JUnit and page into --out; return the joint verdict's exit code."""
    legs = [read_leg(folder) for folder in arguments.folders]
    write_unfinished(arguments.out, "merged")
    result = merge(legs, [full_name(name) for name in arguments.expect])
    write_views(arguments.out, result)
    for line in (*console.lines(result), console.verdict_line(result)):
        print(line.text)  # noqa: T201
    return result.exit_code


def read_leg(folder: Path) -> Leg:
    """Return the report in ``folder``, or why there is none that could be joined."""
    try:
        verdict = json.loads((folder / "verdict.json").read_text(encoding="utf-8"))
        findings = tuple(finding_from_json(data) for data in verdict["findings"])
        plan = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
        snapshot, _ = snapshot_from_json(plan)
        evidence = from_har(json.loads((folder / "evidence.har").read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        return Leg(folder, problem=f"{Path(error.filename).name} is missing; it did not finish")
    except (OSError, ValueError, KeyError, TypeError):
        return Leg(folder, problem="nothing can be read")
    result = Result(decide(findings), snapshot, findings, evidence)
    if result.verdict != verdict["verdict"]:
        return Leg(folder, problem="the verdict is not that of its findings")
    return Leg(folder, result)


def merge(legs: Sequence[Leg], expected: Iterable[str]) -> Result:
    """Return the joint result: each check of any leg, and a finding for each missing leg."""
    results = [leg.result for leg in legs if leg.result]
    there = {shown.name for result in results for shown in result.snapshot.environments}
    missing = {name: "no report of it is there" for name in expected if name not in there}
    missing |= {leg.folder.name: f"of this report {leg.problem}" for leg in legs if not leg.result}
    snapshot = _snapshot(results, missing)
    owner = snapshot.policy.review.owner
    findings = (
        *_findings(results),
        *_two_releases(results),
        *(unfinished(name, why, owner) for name, why in missing.items()),
    )
    return Result(decide(findings), snapshot, findings, _evidence(results))


def _snapshot(results: Sequence[Result], missing: Iterable[str]) -> Snapshot:
    snapshots = [result.snapshot for result in results]
    environments = {p.name: p for s in snapshots for p in s.environments}
    environments |= {
        name: ShownEnvironment(name, name, "") for name in missing if name not in environments
    }
    first = snapshots[0] if snapshots else Snapshot("", (), ())
    return replace(
        first,
        profile="+".join(dict.fromkeys(s.profile for s in snapshots)) or "none",
        environments=tuple(environments.values()),
        plan=tuple(p for s in snapshots for p in s.plan),
        waivers=tuple(dict.fromkeys(w for s in snapshots for w in s.waivers)),
        unfinished="",
    )


def _findings(results: Iterable[Result]) -> tuple[Finding, ...]:
    """Return one finding a check: of several the worst, and one that ran before one that did not.

    So the legs may share an environment and each run a part of its checks. What is advice in one
    leg does not hide what blocks in another.
    """
    kept: dict[tuple[str, str, str], Finding] = {}
    for finding in (f for result in results for f in result.findings):
        other = kept.get(finding.key)
        if other is None or _rank(finding) < _rank(other):
            kept[finding.key] = finding
    return tuple(kept.values())


def _rank(finding: Finding) -> tuple[bool, bool, int]:
    not_run = finding.outcome is Outcome.NOT_RUN
    return not_run, not finding.blocks, _WORST_FIRST.index(finding.outcome)


def _two_releases(results: Iterable[Result]) -> Iterable[Finding]:
    first: dict[str, str] = {}
    for result in results:
        for name, label in releases(result.snapshot, result.evidence).items():
            if first.setdefault(name, label) != label:
                yield changed(name, first[name], label)


def _evidence(results: Iterable[Result]) -> EvidenceFile:
    files = [result.evidence for result in results]
    kept: dict[tuple[str, str], Evidence] = {}
    for key, found in (item for file in files for item in file.evidence.items()):
        if key not in kept or isinstance(kept[key], Unobserved):
            kept[key] = found
    started = min((file.started_at for file in files), default=datetime.now(UTC))
    return EvidenceFile(started, kept, tuple(s for file in files for s in file.sent))

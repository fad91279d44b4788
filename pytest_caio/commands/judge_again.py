"""``caio judge DIR``: judge a report's evidence again, offline."""

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from pathlib import Path

from pytest_caio import __version__
from pytest_caio.base.messages import listed
from pytest_caio.commands.said import folder, in_lines
from pytest_caio.evidence.report_files import as_written
from pytest_caio.extensions import gather, installed
from pytest_caio.gates.below_standard import below_standard
from pytest_caio.gates.files import Gate, packaged_folder, read_folder
from pytest_caio.gates.plan import Planned
from pytest_caio.judge.judging import conclude, judge_all
from pytest_caio.judge.look import Judge
from pytest_caio.judge.standard_judges import standard_judges
from pytest_caio.report.folder import verdict_bytes, verdict_json
from pytest_caio.report.kept_report import Report, findings_in, read_report
from pytest_caio.settings.environments import full_name
from pytest_caio.verdict.decide import decide
from pytest_caio.verdict.finding import Finding
from pytest_caio.verdict.report_findings import as_reported, laxer, otherwise
from pytest_caio.verdict.result import Result, Snapshot

NAME = "judge"
HELP = "judge a report's evidence again, offline: the same evidence gives the same findings"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("folder", type=folder, metavar="DIR", help="a folder of --caio-report")
    parser.add_argument("--json", action="store_true", help="print verdict.json")
    parser.add_argument(
        "--prove",
        action="store_true",
        help="show of each check whether it can fail on this evidence",
    )
    parser.add_argument(
        "--golden",
        type=Path,
        metavar="FILE",
        help="score the replay's answers by this golden set instead: scores only, never a verdict",
    )


def run(arguments: argparse.Namespace) -> int:
    """Print the verdict that the evidence in the folder gives; return its exit code."""
    folder: Path = arguments.folder
    if arguments.golden:
        from pytest_caio.commands import score_again

        return score_again.run(folder, arguments.golden, as_json=arguments.json)
    result = judge_again(folder, proving=arguments.prove)
    with as_written(folder):
        text = in_lines(result)
        if arguments.json:
            text = json.dumps(verdict_json(result), indent=1, ensure_ascii=True)
    print(text)  # noqa: T201
    return result.exit_code


def judge_again(folder: Path, *, proving: bool = False) -> Result:
    """Return the result of the evidence and the snapshot in ``folder``.

    A report that was edited, or that asks less than the standard gates of this version, is never a
    GO, and a finding says why. One of another version keeps its own findings. ``proving`` adds the
    proof, which changes nothing else. Raises OSError or ValueError where there is no report.
    """
    report = read_report(folder)
    snapshot, evidence = report.snapshot, report.evidence
    judges = judges_of(folder, {p.check.judge for p in snapshot.plan if p.check.judge})
    with as_written(folder):
        again = conclude(snapshot, evidence, judge_all(snapshot, evidence, judges, report.ran))
        extra = (*_laxer(report, standard_gates()), *_otherwise(report, again))
        kept = again.findings if report.version == __version__ else report.findings
        findings = (*kept, *extra)
        again = replace(again, findings=findings, verdict=decide(findings))
        return _proved(again, judges) if proving else again


def _proved(result: Result, judges: Mapping[str, Judge]) -> Result:
    from pytest_caio.proof.prove import prove

    proof = prove(result.snapshot, result.evidence, judges, result.findings)
    return replace(result, proof=proof)


def standard_gates() -> tuple[Gate, ...]:
    """Return the gates that every plan is held against."""
    gates, _ = read_folder(packaged_folder())
    return gates


def _laxer(report: Report, standard: Sequence[Gate]) -> Iterator[Finding]:
    snapshot = report.snapshot
    named = [*(p.name for p in snapshot.environments), *(p.environment for p in snapshot.plan)]
    plans: dict[str, list[Planned]] = {name: [] for name in named}
    for planned in snapshot.plan:
        plans[planned.environment].append(planned)
    for name, plan in plans.items():
        waived = _waived(snapshot, name)
        below = below_standard(plan, snapshot.profile, name, standard, waived)
        if found := list(below):
            yield laxer(name, found, report.version, __version__)


def _waived(snapshot: Snapshot, environment: str) -> set[str]:
    there = {environment, "all"}
    return {w.check for w in snapshot.waivers if full_name(w.environment) in there}


def _otherwise(report: Report, again: Result) -> Iterator[Finding]:
    """Yield what the report says otherwise than its evidence; of this version, in any word."""
    versions = (report.version, __version__)
    judged_again = verdict_bytes(again)
    if judged_again == report.written and report.version == __version__:
        return
    now = json.loads(judged_again)
    # A run may have been proved, which says nothing of its findings.
    said = {key: value for key, value in report.verdict.items() if key != "proof"}
    written, judged = report.findings, findings_in(now)
    found: list[Finding] = []
    for name in dict.fromkeys(f.environment for f in (*written, *judged)):
        found += as_reported(name, written, judged, *versions)
    if not found and report.version == __version__ and now != said:
        other = listed([key for key in {**now, **said} if _differ(key, now, said)], 6)
        found.append(otherwise(_any_environment(again), f"its {other}", *versions))
    yield from found


def _differ(key: str, now: Mapping[str, object], said: Mapping[str, object]) -> bool:
    return key not in now or key not in said or now[key] != said[key]


def _any_environment(result: Result) -> str:
    return next((shown.name for shown in result.snapshot.environments), "report")


def judges_of(folder: Path, named: AbstractSet[str]) -> Mapping[str, Judge]:
    """Return the judges that a plan names, those of other packages where they are installed."""
    standard = {judge.name: judge for judge in standard_judges()}
    if named <= standard.keys():
        return standard
    judges = gather(installed()).judges
    unknown = sorted(named - judges.keys())
    if unknown:
        text = (
            f"{folder}: unknown judge {listed(unknown)}: is the package that brings it installed? "
        )
        raise ValueError(text + "(A judge of a conftest.py has to move into a package.)")
    return judges

"""``caio merge DIR…``: one verdict out of several reports, like the legs of a matrix."""

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from pytest_caio.commands.judge_again import judge_again
from pytest_caio.commands.said import folder, in_lines
from pytest_caio.evidence.model import Evidence, EvidenceFile, Unobserved
from pytest_caio.evidence.report_files import as_written
from pytest_caio.report.folder import write_atomically, write_unfinished, write_views
from pytest_caio.report.folder_lock import hold
from pytest_caio.report.kept_pictures import apart, with_pictures
from pytest_caio.settings.environments import full_name
from pytest_caio.verdict.decide import decide
from pytest_caio.verdict.finding import Finding, Outcome
from pytest_caio.verdict.joined_parts import Part, findings_of_parts
from pytest_caio.verdict.result import Result, ShownEnvironment, Snapshot
from pytest_caio.verdict.run_finding import absent

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
    """One report that was judged again; ``problem`` says why it counts as missing."""

    folder: Path
    result: Result | None = None
    problem: str = ""


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("folders", nargs="+", type=folder, metavar="DIR", help="a report")
    parser.add_argument("--out", type=folder, required=True, metavar="DIR", help="where to write")
    parser.add_argument(
        "--expect",
        action="append",
        default=[],
        metavar="NAME",
        help="an environment that must be among the reports (repeatable)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Write the joint verdict, JUnit and page into --out; return the joint verdict's exit code."""
    out: Path = arguments.out
    _refuse_a_report(out, arguments.folders)
    release = hold(out, "--out")
    try:
        write_unfinished(out, "merged")
        legs = [read_leg(folder) for folder in arguments.folders]
        with as_written(Path("one of the reports")):
            result = merge(legs, [full_name(name) for name in arguments.expect])
            pictures = result.evidence.attachments
            for name, data in pictures.items():
                write_atomically(out / name, data)
            write_views(out, result, beside=pictures)
            text = in_lines(result)
    finally:
        release()
    print(text)  # noqa: T201
    return result.exit_code


def _refuse_a_report(out: Path, folders: Iterable[Path]) -> None:
    """Raise ValueError where writing to --out would spoil a run's own report."""
    same = any(out.exists() and folder.exists() and out.samefile(folder) for folder in folders)
    if same or any((out / name).exists() for name in ("evidence.har", "plan.json")):
        text = f"--out={out} holds the report of a run, which the joint verdict would spoil"
        raise ValueError(f"{text}. Name another folder")


def read_leg(folder: Path) -> Leg:
    """Return the report in ``folder``, judged again, or why there is none that could be joined."""
    try:
        result = judge_again(folder)
        return Leg(folder, replace(result, evidence=with_pictures(result.evidence, folder)))
    except (OSError, ValueError) as error:
        return Leg(folder, problem=" ".join(str(error).split()))


def merge(legs: Sequence[Leg], expected: Iterable[str]) -> Result:
    """Return the joint result: each check of any leg, and a finding for each missing leg."""
    there = [leg for leg in legs if leg.result]
    results = [leg.result for leg in legs if leg.result]
    names = {shown.name for result in results for shown in result.snapshot.environments}
    missing = {name: "no report of it is there" for name in expected if name not in names}
    for leg in legs:
        if not leg.result:
            missing[leg.folder.resolve().name] = f"its report can't be read: {leg.problem}"
    snapshot = _snapshot(results, missing)
    findings = (
        *_findings(results),
        *_apart(there),
        *(absent(name, why) for name, why in missing.items()),
    )
    return Result(
        decide(findings),
        snapshot,
        findings,
        _evidence(there),
        {name: kind for result in results for name, kind in result.generations.items()},
        tuple(results),
    )


def _snapshot(results: Sequence[Result], missing: Iterable[str]) -> Snapshot:
    snapshots = [result.snapshot for result in results]
    environments = {p.name: p for s in snapshots for p in s.environments}
    environments |= {
        name: ShownEnvironment(name, name, "") for name in missing if name not in environments
    }
    first = snapshots[0] if snapshots else Snapshot("", (), ())
    profiles = tuple(dict.fromkeys(s.profile for s in snapshots))
    return replace(
        first,
        profile="+".join(profiles) or "none",
        environments=tuple(environments.values()),
        plan=tuple(p for s in snapshots for p in s.plan),
        waivers=tuple(dict.fromkeys(w for s in snapshots for w in s.waivers)),
        unfinished="",
        started=_started(snapshots, environments, profiles),
    )


def _started(
    legs: Iterable[Snapshot], environments: Iterable[str], profiles: Sequence[str]
) -> tuple[str, ...]:
    """Return the command that does all that the legs did; nothing where there is none."""
    programs = {leg.started[:1] for leg in legs}
    if len(programs) != 1 or not (program := programs.pop()):
        return ()
    profile = profiles[0] if len(profiles) == 1 else "all"
    return (*program, f"--caio-env={','.join(environments)}", f"--caio-profile={profile}")


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


def _apart(legs: Iterable[Leg]) -> Iterable[Finding]:
    """Yield what keeps the parts of an environment from being joined."""
    parts: dict[str, list[Part]] = {}
    for leg in legs:
        if leg.result:
            part = Part(leg.folder.resolve().name, leg.result.snapshot, leg.result.evidence)
            for shown in part.snapshot.environments:
                parts.setdefault(shown.name, []).append(part)
    for environment, those in parts.items():
        yield from findings_of_parts(environment, those)


def _evidence(legs: Iterable[Leg]) -> EvidenceFile:
    files = []
    kept: dict[tuple[str, str], Evidence] = {}
    taken: dict[str, bytes] = {}
    for leg in legs:
        assert leg.result
        files.append(leg.result.evidence)
        for key, found in leg.result.evidence.evidence.items():
            new = _names_apart(found, leg.folder.resolve().name, taken)
            if key not in kept or isinstance(kept[key], Unobserved):
                kept[key] = new
            else:
                kept[key] = _with_pictures_of(kept[key], new)
    started = min((file.started_at for file in files), default=datetime.now(UTC))
    return EvidenceFile(started, kept, tuple(s for file in files for s in file.sent))


def _names_apart(found: Evidence, leg: str, taken: dict[str, bytes]) -> Evidence:
    """Return evidence whose pictures have names that no earlier leg's has; ``taken`` grows."""
    if isinstance(found, Unobserved) or not found.attachments:
        return found
    mine = {}
    for name, data in found.attachments.items():
        new = apart(name, leg, taken)
        mine[new] = taken[new] = data
    return replace(found, attachments=mine)


def _with_pictures_of(kept: Evidence, other: Evidence) -> Evidence:
    if isinstance(kept, Unobserved) or isinstance(other, Unobserved) or not other.attachments:
        return kept
    return replace(kept, attachments={**kept.attachments, **other.attachments})

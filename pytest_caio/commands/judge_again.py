"""``caio judge DIR``: judge a report's evidence again, offline."""

import argparse
import json
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path

from pytest_caio.base.messages import listed
from pytest_caio.commands import score_again
from pytest_caio.extensions import gather, installed
from pytest_caio.judge.judging import conclude, judge_all
from pytest_caio.judge.look import Judge
from pytest_caio.judge.standard_judges import standard_judges
from pytest_caio.report import console
from pytest_caio.report.folder import read_report, verdict_json
from pytest_caio.verdict.result import Result

NAME = "judge"
HELP = "judge a report's evidence again, offline: the same evidence gives the same findings"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="a folder of --caio-report")
    parser.add_argument("--json", action="store_true", help="print verdict.json")
    parser.add_argument(
        "--golden",
        type=Path,
        metavar="FILE",
        help="score the replay's answers by this golden set instead: scores only, never a verdict",
    )


def run(arguments: argparse.Namespace) -> int:
    """Print the verdict that the evidence in the folder gives; return its exit code."""
    if arguments.golden:
        return score_again.run(arguments.folder, arguments.golden, as_json=arguments.json)
    result = judge_again(arguments.folder)
    if arguments.json:
        print(json.dumps(verdict_json(result), indent=1, ensure_ascii=False))  # noqa: T201
        return result.exit_code
    for line in (*console.lines(result), console.verdict_line(result)):
        print(line.text)  # noqa: T201
    return result.exit_code


def judge_again(folder: Path) -> Result:
    """Return the result of the evidence and the snapshot in ``folder``.

    Raises OSError or ValueError where they are not a report's.
    """
    report = read_report(folder)
    snapshot, evidence = report.snapshot, report.evidence
    judges = _judges({p.check.judge for p in snapshot.plan if p.check.judge})
    return conclude(snapshot, evidence, judge_all(snapshot, evidence, judges, report.ran))


def _judges(named: AbstractSet[str]) -> Mapping[str, Judge]:
    """Return the judges that a plan names, those of other packages where they are installed."""
    standard = {judge.name: judge for judge in standard_judges()}
    if named <= standard.keys():
        return standard
    judges = gather(installed()).judges
    unknown = sorted(named - judges.keys())
    if unknown:
        text = f"unknown judge {listed(unknown)}: is the package that brings it installed? "
        raise ValueError(text + "(A judge of a conftest.py has to move into a package.)")
    return judges

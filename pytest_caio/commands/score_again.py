"""``caio judge DIR --golden=FILE``: score a report's answers by another golden set.

Source: ``docs/replay.md, Answers of an earlier replay``. Scores only: nobody was asked, so this is
no verdict, and its exit code is never that of a GO.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pytest_caio.base.messages import listed, plain, plural
from pytest_caio.evidence.model import Observed
from pytest_caio.evidence.probe_names import REPLAY
from pytest_caio.evidence.report_files import as_written
from pytest_caio.judge.replay_results import work_out
from pytest_caio.replay.case_results import why
from pytest_caio.replay.golden_set import Case, read_golden
from pytest_caio.replay.kept_answers import as_answer
from pytest_caio.replay.scores import judge_case
from pytest_caio.report.kept_report import read_report

NOTE = "Scores only, nobody was asked: this is no verdict. Run the gate for one."
EXIT_CODE = 10
"""That of CANNOT TELL, whatever the scores are."""


@dataclass(frozen=True)
class Rescored:
    """A case by the other set: whether it passes and passed, and why it does not pass.

    ``unknown`` are words of which nobody knows whether the context supports them.
    """

    id: str
    passes: bool
    passed: bool | None
    overall_score: float | None
    reason: str
    unknown: tuple[str, ...] = ()


def run(folder: Path, golden: Path, *, as_json: bool) -> int:
    """Print the scores; raises ValueError where the report keeps no answers."""
    found = scores(folder, golden)
    if as_json:
        shown = {name: [asdict(case) for case in cases] for name, cases in found.items()}
        print(json.dumps({"note": NOTE, "scores": shown}, indent=1, ensure_ascii=True))  # noqa: T201
        return EXIT_CODE
    for line in _lines(found):
        print(plain(line))  # noqa: T201
    return EXIT_CODE


def scores(folder: Path, golden: Path) -> dict[str, list[Rescored]]:
    """Return each case of the set, scored by the answers in a report, by environment."""
    cases = read_golden(golden)
    replays = {
        environment: found
        for (environment, probe), found in read_report(folder).evidence.evidence.items()
        if probe == REPLAY and isinstance(found, Observed)
    }
    if any("counts" in found.data for found in replays.values()):
        text = f"{folder} is of a large set, of which it keeps numbers"
        raise ValueError(f"{text}: replay its answers.jsonl by a runner of the kind recorded")
    with as_written(folder):
        kept = [run for found in replays.values() for run in found.data["runs"] if "answer" in run]
        if not kept:
            text = f"{folder} holds no answers: none were given, or replay.private is set"
            raise ValueError(text)
        return {name: list(_scored(found, cases)) for name, found in replays.items()}


def _scored(observed: Observed, cases: Sequence[Case]) -> Iterator[Rescored]:
    before = work_out(observed).cases
    runs: dict[str, list[Mapping[str, Any]]] = {}
    for one in observed.data["runs"]:
        runs.setdefault(one["case_id"], []).append(one)
    for case in cases:
        then = before.get(case.id)
        passed = then.passed if then else None
        if then is None or not runs.get(case.id):
            yield Rescored(case.id, False, passed, None, "it was not asked")
        elif then.case["input_query"] != case.input_query:
            yield Rescored(case.id, False, passed, None, "another question was asked")
        else:
            earlier = observed.data["baseline"].get(case.id)
            yield _worst(case, then.case, runs[case.id], earlier, passed)


def _worst(
    case: Case,
    then: Mapping[str, Any],
    runs: Sequence[Mapping[str, Any]],
    earlier: str | None,
    passed: bool | None,
) -> Rescored:
    """Return the first run that does not pass, else the last."""
    result = Rescored(case.id, False, passed, None, "it was not asked")
    for one in runs:
        if "answer" not in one:
            return Rescored(case.id, False, passed, None, one["error"] or "no answer is kept")
        score = judge_case(case.as_judged(), as_answer(one, then), earlier)
        new = set() if "context" in one else set(score.unsupported_claims)
        unknown = tuple(sorted(new - set(then["positive_constraints"])))
        reason = "" if score.passed else why(score)
        result = Rescored(case.id, score.passed, passed, score.overall_score, reason, unknown)
        if not score.passed:
            return result
    return result


def _lines(found: Mapping[str, Sequence[Rescored]]) -> Iterator[str]:
    for name, cases in found.items():
        for case in cases:
            if case.passes is not case.passed or not case.passes:
                word = "passes" if case.passes else "fails"
                was = {True: "passed", False: "failed", None: "was not in the set"}[case.passed]
                reason = f": {case.reason}" if case.reason else ""
                yield f"  {case.id} {word} (it {was}){reason}"
        passing = sum(case.passes for case in cases)
        before = sum(bool(case.passed) for case in cases)
        yield f"replay [{name}]: {passing} of {plural(len(cases), 'case')} pass, {before} did"
        unknown = [case.id for case in cases if case.unknown]
        if unknown:
            yield (
                f"  new words count as unsupported in {listed(unknown)}: the context is kept with "
                "--caio-keep-content only"
            )
    yield NOTE

"""A large replay's lines: what ``answers.jsonl`` holds of each case, and what it adds up to.

Source: ``docs/replay.md, Large sets``. A line is a recorded answer with more beside it: the case
that it was held against, and the facts of its runs. So it can be read by a runner of the kind
`recorded`, and judged again without the golden set.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pytest_caio.gates.replay_policy import ReplayPolicy
from pytest_caio.replay.case_results import CaseResult, case_result
from pytest_caio.replay.kept_answers import as_answer
from pytest_caio.replay.must_pass import must_pass
from pytest_caio.replay.tally import Tally

_ASKED = ("id", "input_query")
_WORDS = ("answer", "arguments", "context")


def line_of(case: Mapping[str, Any], runs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the line of a case; of its answers the first is kept, where one is."""
    first = next((run for run in runs if "answer" in run), None)
    answer: Mapping[str, Any] = {}
    if first is not None:
        answer = {**as_answer(first, case), "metadata": first["numbers"]}
    return {
        **{key: case[key] for key in _ASKED},
        **answer,
        "case": {key: value for key, value in case.items() if value and key not in _ASKED},
        "runs": [{k: v for k, v in run.items() if k not in _WORDS} for run in runs],
    }


def as_bytes(line: Mapping[str, Any]) -> bytes:
    """Return a line as it is written."""
    return (json.dumps(line, ensure_ascii=False) + "\n").encode()


def add_line(
    tally: Tally, line: Mapping[str, Any], data: Mapping[str, Any], policy: ReplayPolicy
) -> CaseResult:
    """Take a line into the numbers, and return what came of its case."""
    case = {**{key: line[key] for key in _ASKED}, **line["case"]}
    runs = line["runs"]
    result = case_result(case, runs, data)
    tally.add(result, runs, must=must_pass(case, policy))
    return result


def recount(lines: Iterable[Any], data: Mapping[str, Any], policy: ReplayPolicy) -> Tally:
    """Return the numbers that the lines of a replay with this `data` add up to; raises KeyError,
    TypeError or ValueError where they are none.
    """
    tally = Tally()
    facts = {"repeats": data["repeats"], "ended": "", "baseline": {}}
    for line in lines:
        add_line(tally, line, facts, policy)
    return tally

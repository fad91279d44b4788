"""What a finding tells to do, held against a list that people have gone through.

A row of the list says which checks, with which outcome and for which cause, have which remedy, and
names one run that shows it.
"""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pytest_caio.verdict.finding import MET, Finding, Outcome
from pytest_caio.verdict.result import Result

LIST = Path(__file__).parents[1] / "rehearsal" / "remedies.toml"
# Which cards are meant is told apart from what to do with them.
_IDS = " Ids of cards are shortened here: caio trace --env="


class Row(NamedTuple):
    """One remedy: of which check, with which outcome, for which cause (its own is empty)."""

    check: str
    outcome: str
    cause: str
    says: str


@cache
def reviewed() -> dict[Row, str]:
    """The list, with the run that each row names."""
    data = tomllib.loads(LIST.read_text(encoding="utf-8"))
    return {
        Row(check, entry["outcome"], entry.get("cause", ""), entry.get("says", "")): entry["from"]
        for entry in data["remedy"]
        for check in entry["checks"]
    }


def found(result: Result) -> set[Row]:
    """The rows that a result shows."""
    return {row(finding, cause.key) for cause in result.causes for finding in cause.findings}


def row(finding: Finding, cause: str) -> Row:
    """The row that a finding shows."""
    name = _plain(finding.name)
    own = "" if _plain(cause) == name else cause
    return Row(name, finding.outcome.value, own, finding.remedy.partition(_IDS)[0])


def _plain(name: str) -> str:
    return re.sub(r"\[.*\]", "", name)


def problems(result: Result, run: str) -> Iterator[str]:
    """Yield what the list lacks of a run's result, and what it has of this run that is gone."""
    rows = found(result)
    yield from (f"not in the list: {one}" for one in sorted(rows - reviewed().keys()))
    due = {one for one, source in reviewed().items() if source == run}
    yield from (f"no longer seen in {run}: {one}" for one in sorted(due - rows))
    for finding in result.findings:
        if finding.outcome in MET and finding.outcome is not Outcome.WAIVED and finding.remedy:
            yield f"{finding.name} is met and has a remedy: {finding.remedy}"
        if finding.outcome not in MET and not finding.remedy:
            yield f"{finding.name} is not met and has no remedy"

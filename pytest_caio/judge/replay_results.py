"""A replay, worked out: each golden case with its runs judged (``docs/replay.md, Judge``)."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pytest_caio.evidence.model import Observed
from pytest_caio.replay.case_results import CaseResult, case_result
from pytest_caio.replay.tally import Tally
from pytest_caio.replay.usage import Usage, usage


@dataclass(frozen=True)
class Replayed:
    """A replay, judged: ``whole`` is False where only a part of the set was asked."""

    cases: Mapping[str, CaseResult]
    whole: bool
    data: Mapping[str, Any]
    tally: Tally

    @property
    def large(self) -> bool:
        """Whether ``cases`` are only those of many that have something to be said of."""
        return "counts" in self.data

    @property
    def passed(self) -> int:
        """How many cases passed."""
        return self.tally.passed

    @property
    def failed(self) -> int:
        """How many cases did not pass; what was not asked has not."""
        return self.total - self.passed

    @cached_property
    def usage(self) -> Usage:
        """What the runs took."""
        return self.tally.took.usage() if self.large else usage(self.data["runs"])

    @property
    def in_part(self) -> bool:
        """Whether only some cases were asked because only they were selected."""
        return bool(self.data.get("in_part"))

    @cached_property
    def reused(self) -> int:
        """How many cases have their answers from an earlier report."""
        return len({run["case_id"] for run in self.data["runs"] if run.get("reused")})

    @cached_property
    def failures(self) -> list[CaseResult]:
        """The cases that did not pass, in the set's order; of very many, as many as are kept."""
        return [case for case in self.cases.values() if not case.passed]

    @cached_property
    def categories(self) -> Mapping[str, tuple[int, int]]:
        """How many cases passed, of how many, by category; cases without one are left out."""
        parts = self.tally.slices
        return {
            name: (parts[name].passed if name in parts else 0, size)
            for name, size in self.sizes.items()
            if name
        }

    @property
    def total(self) -> int:
        """How many cases the golden set has: the denominator."""
        return sum(self.sizes.values())

    @cached_property
    def sizes(self) -> Mapping[str, int]:
        """How many cases the golden set has of each category; "" are those without one."""
        if self.large:
            return self.data["sizes"]  # type: ignore[no-any-return]
        return Counter(case.get("category") or "" for case in self.data["cases"])

    @property
    def hollow(self) -> tuple[str, ...]:
        """The cases whose runner named a tool without a visible character."""
        return tuple(self.data["hollow"])

    @property
    def copied(self) -> tuple[str, ...]:
        """The planted cases whose made-up words came back."""
        return tuple(self.data["copied"])


def work_out(observed: Observed) -> Replayed:
    """Return the cases of the evidence, judged."""
    data = observed.data
    runs: dict[str, list[Mapping[str, Any]]] = {}
    for run in data["runs"]:
        runs.setdefault(run["case_id"], []).append(run)
    cases = {
        case["id"]: case_result(case, runs.get(case["id"], ()), data) for case in data["cases"]
    }
    if "counts" in data:
        tally = Tally.of_json(data["counts"])
        whole = tally.ran == sum(data["sizes"].values())
    else:
        tally = Tally()
        for name, case in cases.items():
            if name in runs:
                tally.add(case, runs[name], must=bool(case.case.get("must_pass")))
        whole = all(case.ran for case in cases.values())
    return Replayed(cases, whole and not data.get("in_part"), data, tally)

"""A replay in numbers: all that is to be said of cases of which no more is kept.

Source: ``docs/replay.md, Large sets``. Each case is added once; the order does not matter but for
which ids are named as examples. Judged again, the lines of ``answers.jsonl`` give the same numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from pytest_caio.base.messages import listed
from pytest_caio.replay.case_results import CaseResult
from pytest_caio.replay.usage import Usage, tokens_of

NAMED = 20
"""How many ids are kept of those that are counted, as examples."""


@dataclass
class Ids:
    """Some cases: how many, and the first of them by name."""

    count: int = 0
    first: list[str] = field(default_factory=list)

    def add(self, name: str) -> None:
        """Take in one more."""
        self.count += 1
        if len(self.first) < NAMED:
            self.first.append(name)

    def words(self, limit: int = 8) -> str:
        """Return the first names, and how many more there are."""
        if self.count <= limit:
            return listed(self.first, limit)
        return f"{', '.join(self.first[: limit - 1])} and {self.count - limit + 1} more"

    def __len__(self) -> int:
        return self.count


@dataclass
class Slice:
    """The cases of one category: how many were asked, ran whole, passed, and why others failed."""

    asked: int = 0
    ran: int = 0
    passed: int = 0
    must_failed: int = 0
    causes: dict[str, Ids] = field(default_factory=dict)


def joined(parts: Iterable[Slice]) -> Slice:
    """Return several categories as one."""
    whole = Slice()
    for part in parts:
        whole.asked += part.asked
        whole.ran += part.ran
        whole.passed += part.passed
        whole.must_failed += part.must_failed
        for cause, ids in part.causes.items():
            both = whole.causes.setdefault(cause, Ids())
            both.count += ids.count
            both.first = [*both.first, *ids.first][:NAMED]
    return whole


@dataclass
class Took:
    """What the runs took: how many had so many milliseconds, and the sums of what they report."""

    milliseconds: dict[int, int] = field(default_factory=dict)
    cost_usd: float = 0.0
    with_cost: int = 0
    tokens: float = 0.0
    with_tokens: int = 0

    def add(self, run: Mapping[str, Any]) -> None:
        """Take in one run."""
        time = round(run["seconds"] * 1000)
        self.milliseconds[time] = self.milliseconds.get(time, 0) + 1
        numbers = run.get("numbers", {})
        if "cost_usd" in numbers:
            self.cost_usd += numbers["cost_usd"]
            self.with_cost += 1
        if (tokens := tokens_of(numbers)) is not None:
            self.tokens += tokens
            self.with_tokens += 1

    def usage(self) -> Usage:
        """Return it in the form in which it is judged."""
        runs = sum(self.milliseconds.values())
        median = (self._nth((runs + 1) // 2) + self._nth(runs // 2 + 1)) / 2
        p95 = self._nth(-(-95 * runs // 100))
        cost = round(self.cost_usd, 6)
        return Usage(runs, median, p95, cost, self.with_cost, self.tokens, self.with_tokens)

    def _nth(self, place: int) -> float:
        """Return the seconds of the run that is at this place, from 1, from the fastest up."""
        for time, runs in sorted(self.milliseconds.items()):
            place -= runs
            if place <= 0:
                return time / 1000
        return 0.0


@dataclass
class Tally:
    """The numbers of a replay; ``slices`` are by category, "" for cases that have none."""

    slices: dict[str, Slice] = field(default_factory=dict)
    must_failed: Ids = field(default_factory=Ids)
    unanswered: Ids = field(default_factory=Ids)
    asked_again: Ids = field(default_factory=Ids)
    different: Ids = field(default_factory=Ids)
    compared: int = 0
    took: Took = field(default_factory=Took)

    def add(self, case: CaseResult, runs: Sequence[Mapping[str, Any]], *, must: bool) -> None:
        """Take in a case that was asked; `must` says that it must pass whatever the rate."""
        part = self.slices.setdefault(case.case.get("category") or "", Slice())
        part.asked += 1
        part.ran += case.ran
        part.passed += case.passed
        if not case.passed:
            part.causes.setdefault(case.cause, Ids()).add(case.id)
            part.must_failed += must
            if must:
                self.must_failed.add(case.id)
            if case.run.get("passing"):
                self.unanswered.add(case.id)
        if any(run.get("retried") for run in runs):
            self.asked_again.add(case.id)
        self.compared += len(case.digests) > 1
        if len(set(case.digests)) > 1:
            self.different.add(case.id)
        for run in runs:
            self.took.add(run)

    @property
    def asked(self) -> int:
        """How many cases were asked."""
        return sum(part.asked for part in self.slices.values())

    @property
    def ran(self) -> int:
        """How many cases ran as often as was due."""
        return sum(part.ran for part in self.slices.values())

    @property
    def passed(self) -> int:
        """How many cases passed."""
        return sum(part.passed for part in self.slices.values())

    @property
    def causes(self) -> dict[str, Ids]:
        """Why cases failed, over all categories."""
        return joined(self.slices.values()).causes

    def as_json(self) -> dict[str, Any]:
        """Return the numbers as JSON."""
        data = asdict(self)
        data["took"]["milliseconds"] = [
            list(pair) for pair in sorted(self.took.milliseconds.items())
        ]
        return data

    @classmethod
    def of_json(cls, data: Mapping[str, Any]) -> Tally:
        """Return the numbers that `as_json` wrote; raises KeyError or TypeError for others."""
        took = data["took"]
        pairs = {int(time): int(runs) for time, runs in took["milliseconds"]}
        return cls(
            slices={name: _slice(part) for name, part in data["slices"].items()},
            must_failed=Ids(**data["must_failed"]),
            unanswered=Ids(**data["unanswered"]),
            asked_again=Ids(**data["asked_again"]),
            different=Ids(**data["different"]),
            compared=data["compared"],
            took=Took(**{**took, "milliseconds": pairs}),
        )


def _slice(data: Mapping[str, Any]) -> Slice:
    return Slice(**{**data, "causes": {cause: Ids(**ids) for cause, ids in data["causes"].items()}})

"""The runs of a large replay, as they come in: judged, written to a file, counted, and let go.

Source: ``docs/replay.md, Large sets``. In memory stay the numbers, and of the cases that failed
as many as a report shows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pytest_caio.evidence.spool import Spool
from pytest_caio.gates.replay_policy import ReplayPolicy
from pytest_caio.observe.replay.case_run import CaseRun
from pytest_caio.observe.replay.kept_runs import Keeping
from pytest_caio.privacy.outputs import already_free, redacted
from pytest_caio.replay.case_lines import add_line, as_bytes, line_of
from pytest_caio.replay.golden_set import Case
from pytest_caio.replay.integrity import Planted, copied_nonces, hollow_tools
from pytest_caio.replay.tally import Tally

MOST_WHOLE = 1_000
"""How many cases that failed are in the evidence whole; all are in ``answers.jsonl``."""

_Kept = tuple[int, Mapping[str, Any], list[dict[str, Any]], str | None]


@dataclass
class Gathering:
    """Takes runs one by one; `planted` holds the planted cases that are still being asked."""

    policy: ReplayPolicy
    keeping: Keeping
    baseline: Mapping[str, str]
    spool: Spool
    tally: Tally = field(default_factory=Tally)
    planted: dict[str, Planted] = field(default_factory=dict)
    plants: list[str] = field(default_factory=list)
    copied: list[str] = field(default_factory=list)
    hollow: list[str] = field(default_factory=list)
    _open: dict[str, list[CaseRun]] = field(default_factory=dict)
    _cases: dict[str, Case] = field(default_factory=dict)
    _failed: list[_Kept] = field(default_factory=list)

    def plant(self, planted: Sequence[Planted]) -> None:
        """Take note of planted cases, before they are asked."""
        self.planted |= {plant.case.id: plant for plant in planted}
        self.plants += [plant.case.id for plant in planted]

    def take(self, case: Case, run: CaseRun) -> None:
        """Take a run; with the last one that is due of its case, the case is written down."""
        runs = self._open.setdefault(case.id, [])
        runs.append(run)
        self._cases[case.id] = case
        if len(runs) == self.policy.repeats:
            self._ended(case.id)

    def close(self) -> None:
        """Write down the cases of which a run is missing."""
        for name in list(self._open):
            self._ended(name)
        self.spool.close()

    @property
    def failed(self) -> int:
        """How many cases failed until now."""
        return self.tally.asked - self.tally.passed

    def data(self) -> dict[str, Any]:
        """Return the evidence: the numbers, and some of the cases that failed, whole."""
        kept = sorted(self._failed, key=lambda each: each[0])
        return {
            "counts": self.tally.as_json(),
            "cases": [case for _, case, _, _ in kept],
            "runs": [run for _, _, runs, _ in kept for run in runs],
            "baseline": {case["id"]: text for _, case, _, text in kept if text is not None},
            "planted": self.plants,
            "copied": self.copied,
            "hollow": self.hollow,
        }

    def _ended(self, name: str) -> None:
        case, whole = self._cases.pop(name), self._open.pop(name)
        outputs = [{"case_id": run.case_id, "output": run.output} for run in whole]
        self.hollow += hollow_tools(outputs) if len(self.hollow) < MOST_WHOLE else ()
        if plant := self.planted.pop(name, None):
            self.copied += copied_nonces([{"id": name, "nonces": plant.nonces}], outputs)
            return
        judged, earlier = case.as_judged(), self.baseline.get(name)
        runs = [self.keeping.run(run, judged, earlier) for run in whole]
        line = self._free(line_of(judged, runs))
        self.spool.write(as_bytes(line))
        facts = {"repeats": self.policy.repeats, "ended": "", "baseline": {}}
        result = add_line(self.tally, line, facts, self.policy)
        if not result.passed and len(self._failed) < MOST_WHOLE:
            known = None if self.policy.private else earlier
            kept = self._free([judged, runs, known])
            self._failed.append((case.line, kept[0], kept[1], kept[2]))

    def _free(self, value: Any) -> Any:
        redactor = self.keeping.redactor
        return value if already_free(value, redactor) else redacted(value, redactor)

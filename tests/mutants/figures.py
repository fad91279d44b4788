"""What came out, in numbers: printed, and kept in docs/mutants.md."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from mutants.side_by_side import PAGE, REWRITE, SERVER, Task
from mutants.survivors import MOST, REASONS, stale, unexplained
from mutants.trial import BEYOND_THE_GATE, KILLED, SHOWS_NOWHERE, STAYS_GO, Trial

DOCUMENT = Path(__file__).parents[2] / "docs" / "mutants.md"
_BLOCK = re.compile(r"(?<=<!-- figures -->\n).*?(?=<!-- end of figures -->)", re.DOTALL)
KILLED_AT_LEAST = 0.98


@dataclass(frozen=True, slots=True)
class Figures:
    """A run's trials beside the list of survivors."""

    trials: Mapping[Task, Trial]
    reasons: Mapping[str, str]

    @property
    def mutants(self) -> list[Trial]:
        """The mutants that are counted: each changes an answer that a gate may see, or the page."""
        left_out = {SHOWS_NOWHERE, BEYOND_THE_GATE}
        return [t for t in self._of(SERVER, PAGE) if t.outcome not in left_out]

    @property
    def listed(self) -> list[Trial]:
        """The survivors that have a reason."""
        alive = [trial for trial in self.mutants if trial.outcome == STAYS_GO]
        return [trial for trial in alive if trial.name in self.reasons]

    @property
    def false_alarms(self) -> list[Trial]:
        """Harmless differences that were not GO."""
        return [trial for trial in self._of(REWRITE) if trial.outcome == KILLED]

    @property
    def problems(self) -> list[str]:
        """What has to be dealt with, in words."""
        work = unexplained(self.reasons, self.mutants)
        found = [f"stays GO, and nobody says why: {trial.name}" for trial in work]
        found += [f"listed, and no survivor: {name}" for name in stale(self.reasons, self.mutants)]
        found += [f"false alarm: {alarm.name}: {alarm.checks}" for alarm in self.false_alarms]
        if len(self.listed) > MOST * len(self.mutants):
            found.append(
                f"{len(self.listed)} of {len(self.mutants)} are listed: at most one in ten"
            )
        return found

    def rows(self) -> Iterator[tuple[str, str]]:
        """The figures, each with what it counts."""
        mutants = self.mutants
        by = Counter(trial.outcome for trial in mutants)
        advised = [
            t for t in mutants if t.outcome == STAYS_GO and t.advised and t not in self.listed
        ]
        due = len(mutants) - len(self.listed) - len(advised)
        reasons = Counter(self.reasons[trial.name] for trial in self.listed)
        every = Counter(trial.outcome for trial in self._of(SERVER))
        yield "mutants of the server's code that a gate run reaches", str(every.total())
        yield f"of those {SHOWS_NOWHERE}", str(every[SHOWS_NOWHERE])
        yield f"of those {BEYOND_THE_GATE}", str(every[BEYOND_THE_GATE])
        yield "mutants of the page's script", str(len(self._of(PAGE)))
        yield "**mutants that count**", f"**{len(mutants)}**"
        yield "killed: the gate did not say GO", str(by[KILLED])
        yield "shown as advice, as the tables want it", str(len(advised))
        for reason in REASONS:
            yield f"stay GO: {reason}", str(reasons[reason])
        yield "stay GO, work to do", str(len(unexplained(self.reasons, mutants)))
        yield "**killed of those that ought to be**", f"**{by[KILLED] / due:.1%}**" if due else "–"
        yield "harmless rewrites", str(len(self._of(REWRITE)))
        yield "**false alarms**", f"**{len(self.false_alarms)}**"

    def table(self) -> str:
        """The figures as a Markdown table."""
        lines = [f"| {what} | {number} |" for what, number in self.rows()]
        return "\n".join(["| | |", "|---|---|", *lines, ""])

    def write(self) -> None:
        """Put the table into the document, in the place of the last one."""
        text = DOCUMENT.read_text("utf-8")
        DOCUMENT.write_text(_BLOCK.sub(lambda _old: self.table(), text), "utf-8")

    def _of(self, *kinds: str) -> list[Trial]:
        return [trial for task, trial in self.trials.items() if task.kind in kinds]

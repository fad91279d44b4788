"""``python -m mutants``: try every mutant and every harmless rewrite, and print what came out."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence

from mutants.figures import Figures
from mutants.side_by_side import PAGE, REWRITE, SERVER, Task, tasks, try_all
from mutants.survivors import FILE, read
from mutants.trial import KILLED, STAYS_GO, Trial


def main(given: Sequence[str] | None = None) -> int:
    """Return 0 where nothing is left to do."""
    parser = argparse.ArgumentParser("python -m mutants", description=__doc__)
    parser.add_argument("--jobs", type=int, default=2, help="processes (2)")
    parser.add_argument("--only", choices=[SERVER, PAGE, REWRITE], help="one kind alone")
    parser.add_argument("--part", type=int, default=1, help="every N-th alone")
    parser.add_argument("--name", default="", help="those whose name has this in it")
    parser.add_argument("--write", action="store_true", help="keep the figures in docs/mutants.md")
    asked = parser.parse_args(given)
    chosen = tasks([asked.only] if asked.only else (REWRITE, PAGE, SERVER))
    chosen = [task for task in chosen if asked.name in task.name][:: asked.part]
    whole = not (asked.only or asked.name or asked.part > 1)
    began = time.monotonic()
    trials = try_all(chosen, asked.jobs, _Teller(len(chosen)))
    reasons = read(FILE.read_text("utf-8"))
    tried = {task.name for task in trials}
    figures = Figures(
        trials, reasons if whole else {n: r for n, r in reasons.items() if n in tried}
    )
    print(figures.table())
    print(f"{len(chosen)} trials in {(time.monotonic() - began) / 60:.0f} minutes")
    for problem in figures.problems:
        print(problem)
    if asked.write:
        if not whole:
            print("--write keeps whole runs only", file=sys.stderr)
            return 2
        figures.write()
    return 1 if figures.problems else 0


class _Teller:
    """Says what is going on: a line for each that needs a look, and one now and then."""

    def __init__(self, due: int) -> None:
        self._due, self._done = due, 0

    def __call__(self, task: Task, trial: Trial) -> None:
        self._done += 1
        if task.kind == REWRITE and trial.outcome == KILLED:
            print(f"false alarm: {trial.name}", flush=True)
        if task.kind != REWRITE and trial.outcome == STAYS_GO and not trial.advised:
            print(
                f"stays GO: {trial.line} {trial.name} ({'; '.join(trial.differs[:3])})", flush=True
            )
        if self._done % 100 == 0:
            print(f"{self._done} of {self._due}", flush=True)


if __name__ == "__main__":
    sys.exit(main())

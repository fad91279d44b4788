"""``python -m fuzz``: try mutants of a deployment's answers, and print what came out."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence

from fuzz.figures import Figures
from fuzz.invariants import INVARIANTS
from fuzz.trial import Trial, states, try_out


def main(given: Sequence[str] | None = None) -> int:
    """Return 0 where no invariant was broken."""
    parser = argparse.ArgumentParser("python -m fuzz", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="the first seed (1)")
    parser.add_argument("--count", type=int, default=10_000, help="how many seeds (10,000)")
    parser.add_argument("--only", choices=INVARIANTS, help="show violations of one kind alone")
    parser.add_argument("--whole", action="store_true", help="make all outputs of each mutant")
    parser.add_argument("--write", action="store_true", help="add the figures to docs/fuzz.md")
    parser.add_argument("--anew", action="store_true", help="with --write: forget those before")
    asked = parser.parse_args(given)
    states()
    figures, began = Figures(), time.process_time()
    for seed in range(asked.seed, asked.seed + asked.count):
        trial = try_out(seed, whole=asked.whole or None)
        figures.add(trial)
        _tell(trial, asked.only)
        if asked.count <= 5:
            print(f"{trial.mutant}: {trial.verdict}")
        if figures.tried % 1000 == 0:
            print(f"{figures.tried} of {asked.count}", flush=True)
    figures.seconds = time.process_time() - began
    print(figures.table())
    if asked.write:
        figures.write(anew=asked.anew)
    return 1 if figures.violations else 0


def _tell(trial: Trial, only: str | None) -> None:
    for invariant, what in trial.broken:
        if only in {None, invariant}:
            print(f"{invariant}: {what}\n    {trial.mutant}", flush=True)


if __name__ == "__main__":
    sys.exit(main())

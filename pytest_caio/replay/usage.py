"""What a replay took: seconds by the gate's own clock, money and tokens as its runner reports them.

Source: ``docs/replay.md, Time and money``.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from pytest_caio.base.messages import plural

TOKENS = (
    ("total_tokens",),
    ("tokens",),
    ("input_tokens", "output_tokens"),
    ("prompt_tokens", "completion_tokens"),
)
"""Under which keys of `metadata` a run's tokens are: the first of these that there are."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What the runs of a replay took in all, and a single one in seconds.

    `cost_usd` and `tokens` are sums over `with_cost` and `with_tokens` of the `runs`; the others
    report none.
    """

    runs: int
    median_seconds: float
    p95_seconds: float
    cost_usd: float
    with_cost: int
    tokens: float
    with_tokens: int

    def words(self) -> str:
        """Return what the replay took in half a sentence."""
        parts = [
            plural(self.runs, "run"),
            f"median {self.median_seconds:.1f} s",
            f"95th percentile {self.p95_seconds:.1f} s",
        ]
        if self.with_cost:
            parts.append(f"{self.cost_usd:.2f} USD")
        if self.with_tokens:
            parts.append(plural(round(self.tokens), "token"))
        return ", ".join(parts)


def usage(runs: Sequence[Mapping[str, Any]]) -> Usage:
    """Return what these runs took; those that are taken from an earlier report took nothing."""
    own = [run for run in runs if not run.get("reused")]
    seconds = sorted(run["seconds"] for run in own)
    costs = [n["cost_usd"] for run in own if "cost_usd" in (n := run.get("numbers", {}))]
    tokens = [found for run in own if (found := tokens_of(run.get("numbers", {}))) is not None]
    return Usage(
        len(own),
        statistics.median(seconds) if seconds else 0.0,
        seconds[ceil(0.95 * len(seconds)) - 1] if seconds else 0.0,
        round(sum(costs), 6),
        len(costs),
        sum(tokens),
        len(tokens),
    )


def tokens_of(numbers: Mapping[str, float]) -> float | None:
    """Return how many tokens a run reports; None where it reports none."""
    for names in TOKENS:
        found = [numbers[name] for name in names if name in numbers]
        if found:
            return sum(found)
    return None

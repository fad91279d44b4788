"""An earlier replay, whose answers stand in for those that are not asked again.

Source: ``docs/replay.md, Answers of an earlier replay``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass
from typing import Any

from pytest_caio.gates.replay_policy import ReplayPolicy, RunnerPolicy
from pytest_caio.replay.golden_set import Case
from pytest_caio.replay.large_set import LargeSet


@dataclass(frozen=True)
class Earlier:
    """The replay of one environment in an earlier report, and the release that it was asked of."""

    report: str
    release: str
    data: Mapping[str, Any]


def identity(
    spec: RunnerPolicy,
    url: str,
    cases: Collection[Case],
    baseline: Mapping[str, str],
    policy: ReplayPolicy,
) -> dict[str, str]:
    """Return what a replay depends on, each as a short hash by its name in messages.

    Answers are interchangeable where all of them are equal. `url` is the deployment's.
    """
    asked_at = url if spec.kind == "http" else ""
    return {
        "runner": _digest([asdict(spec), asked_at, policy.blind]),
        "golden set": cases.digest[:16]
        if isinstance(cases, LargeSet)
        else _digest([case.as_judged() for case in cases]),
        "baseline": _digest(sorted(baseline.items())),
        "number of repeats": str(policy.repeats),
    }


def _digest(value: object) -> str:
    text = json.dumps(value, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def with_earlier(
    data: Mapping[str, Any], earlier: Earlier, asked: AbstractSet[str]
) -> dict[str, Any]:
    """Return a replay's evidence with the earlier runs of all cases that were not asked.

    What speaks against the earlier replay as a whole (a copying runner) is taken over with it.
    """
    taken = [
        {**run, "reused": run.get("reused") or earlier.report}
        for run in earlier.data["runs"]
        if run["case_id"] not in asked
    ]
    both = {
        key: list(dict.fromkeys((*data[key], *earlier.data[key]))) for key in ("planted", "copied")
    }
    hollow = [name for name in earlier.data["hollow"] if name not in asked]
    return {
        **data,
        **both,
        "hollow": [*data["hollow"], *hollow],
        "runs": [*data["runs"], *taken],
    }

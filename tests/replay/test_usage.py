"""What a replay took: median, 95th percentile and sums, of what was asked in this run."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_caio.replay.usage import Usage, tokens_of, usage


def run(seconds: float, **more: Any) -> dict[str, Any]:
    """A run as the evidence keeps it."""
    return {"seconds": seconds, "numbers": {}, **more}


@pytest.mark.parametrize(
    ("seconds", "median", "p95"),
    [
        ([], 0, 0),
        ([2], 2, 2),
        ([1, 2], 1.5, 2),
        (list(range(1, 21)), 10.5, 19),
        (list(range(1, 22)), 11, 20),
        (list(range(1, 101)), 50.5, 95),
    ],
)
def test_seconds(seconds: list[float], median: float, p95: float) -> None:
    """The percentile is the smallest that 95 of 100 do not exceed; no value is made up."""
    found = usage([run(s) for s in reversed(seconds)])
    assert (found.median_seconds, found.p95_seconds) == (median, p95)


@pytest.mark.parametrize(
    ("numbers", "tokens"),
    [
        ({}, None),
        ({"total_tokens": 5, "input_tokens": 3}, 5),
        ({"tokens": 0}, 0),
        ({"input_tokens": 3, "output_tokens": 4}, 7),
        ({"prompt_tokens": 3, "completion_tokens": 4, "input_tokens": 1}, 1),
        ({"output_tokens": 4}, 4),
        ({"cached_tokens": 4, "cost_usd": 1}, None),
    ],
)
def test_tokens(numbers: dict[str, float], tokens: float | None) -> None:
    """Two names for one thing are not added up."""
    assert tokens_of(numbers) == tokens


def test_sums_count_who_reports() -> None:
    """Errors and silent runs report nothing; what was taken from elsewhere took nothing."""
    runs = [
        run(1, numbers={"cost_usd": 0.1, "tokens": 10}),
        run(3, numbers={"cost_usd": 0.2}),
        {"seconds": 120, "error": "late"},
        run(9, numbers={"cost_usd": 5.0}, reused="report"),
    ]
    found = usage(runs)
    assert found == Usage(3, 3, 120, 0.3, 2, 10, 1)
    assert found.words() == "3 runs, median 3.0 s, 95th percentile 120.0 s, 0.30 USD, 10 tokens"
    assert usage([run(1)]).words() == "1 run, median 1.0 s, 95th percentile 1.0 s"

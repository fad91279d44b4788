"""What a large replay took, in numbers: exactly what the runs themselves say."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from pytest_caio.replay.case_results import case_result
from pytest_caio.replay.tally import NAMED, Ids, Tally, Took
from pytest_caio.replay.usage import usage


def runs(total: int) -> list[dict[str, Any]]:
    """Runs with seconds in milliseconds, as the evidence has them; some report nothing."""
    chance = random.Random(total)
    return [
        {
            "seconds": round(chance.random() * 3, 3),
            "numbers": {"cost_usd": 0.25, "total_tokens": 9} if n % 3 else {},
        }
        for n in range(total)
    ]


@pytest.mark.parametrize("total", [0, 1, 2, 3, 19, 20, 21, 100, 333])
def test_usage_is_the_same(total: int) -> None:
    """Median, percentile and sums, for any number of runs."""
    took = Took()
    for run in runs(total):
        took.add(run)
    found, due = took.usage(), usage(runs(total))
    assert found.median_seconds == pytest.approx(due.median_seconds)
    assert found.p95_seconds == due.p95_seconds
    assert (found.runs, found.cost_usd, found.tokens) == (due.runs, due.cost_usd, due.tokens)
    assert (found.with_cost, found.with_tokens) == (due.with_cost, due.with_tokens)


def test_ids_are_counted_beyond_those_that_are_named() -> None:
    """And said in the same words, however many are kept."""
    ids = Ids()
    for number in range(50):
        ids.add(f"C{number}")
    assert (ids.count, len(ids.first)) == (50, NAMED)
    assert ids.words() == "C0, C1, C2, C3, C4, C5, C6 and 43 more"


def test_numbers_survive_json() -> None:
    """Whatever is in them."""
    data = {"repeats": 2, "ended": "", "baseline": {}}
    case = {"id": "a", "input_query": "q", "category": "c"}
    failed = {"seconds": 1.5, "error": "late: x", "retried": ["429"], "passing": True}
    tally = Tally()
    tally.add(case_result(case, [failed], data), [failed], must=True)
    assert Tally.of_json(json.loads(json.dumps(tally.as_json()))) == tally
    assert (tally.asked, tally.ran, tally.passed) == (1, 0, 0)
    assert tally.must_failed.first == tally.unanswered.first == tally.asked_again.first == ["a"]
    assert {cause: ids.count for cause, ids in tally.causes.items()} == {"late": 1}

"""What else could stand there: of the same type, another one, and the words that matter."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_caio.proof.other_values import Vocabulary, others, vocabulary

SCALARS = st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
VALUES = SCALARS | st.lists(SCALARS) | st.dictionaries(st.text(), st.integers())


@given(st.text(), VALUES)
def test_they_are_of_the_same_type_and_others(name: str, value: Any) -> None:
    found = list(others(name, value, Vocabulary()))
    assert found
    assert all(type(other) is type(value) and other != value for other in found)


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (True, False),
        (3, 2),
        (3, 4),
        (3, 0),
        (3, 1030),
        (0.5, 1.5),
        ("pending", "rejected"),
        ("2026-02-24", "2026-02-23"),
        ("2026-02-24T20:30:00+00:00", "2026-02-24T17:30:00+00:00"),
        ("[62 characters, 1a2b3c4d]", "[62 characters, 00000000, unrendered]"),
        ([1, 2], []),
        ([1, 2], [2]),
        ([1, 2], [1]),
        ([1, 2], [1, 1, 2]),
        ([], ["another"]),
        ({"stale": 2}, {}),
        ({"stale": 2}, {"stale": 2, "another": 2}),
        (datetime(2026, 2, 24, tzinfo=UTC), datetime(2026, 2, 23, tzinfo=UTC)),
    ],
)
def test_what_a_dashboard_could_answer(value: Any, wanted: Any) -> None:
    assert wanted in list(others("", value, Vocabulary()))


@pytest.mark.parametrize("value", [None, {"required": True, "status": "ready"}])
def test_of_nothing_and_of_a_record_no_other_is_known(value: Any) -> None:
    """What type stands where null does isn't known, and a record has fields of its own."""
    assert list(others("", value, Vocabulary())) == []


def test_words_of_the_same_name_come_first() -> None:
    known = vocabulary([{"cards": [{"tier": "tier_1"}, {"tier": "tier_9"}]}, {"tiers": ["x"]}])
    assert next(others("tier", "tier_1", known)) == "tier_9"
    assert next(others("cards", [], known)) == [{"tier": "tier_1"}]


@given(st.datetimes(timezones=st.just(UTC)))
def test_times_are_moved_or_left_alone(at: datetime) -> None:
    """A time near either end of the calendar has fewer others, and raises nothing."""
    known = set(others("", at.isoformat(), Vocabulary()))
    day = timedelta(days=1)
    assert at < datetime(1, 1, 2, tzinfo=UTC) or (at - day).isoformat() in known

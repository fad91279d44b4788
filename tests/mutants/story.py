"""The afternoon on which everything here happens: the same at whatever hour it is run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from unittest.mock import patch

from pytest_caio.observe import sender

START = datetime(2026, 2, 24, 20, 30, tzinfo=UTC)
"""Half past three on a Tuesday in New York: inside the review window."""
_BEGAN = datetime.now(UTC)


def clock() -> datetime:
    """That afternoon's time; it goes on as time does."""
    return START + (datetime.now(UTC) - _BEGAN)


@contextmanager
def begun_anew() -> Iterator[None]:
    """Let that afternoon begin now: a run of hours would leave the review window otherwise."""
    with patch(f"{__name__}._BEGAN", datetime.now(UTC)):
        yield


@contextmanager
def that_afternoon() -> Iterator[None]:
    """Let the gate believe that it is that afternoon."""
    with patch.object(sender, "utc_now", clock):
        yield

"""What a run keeps is looked at once, so that one environment more costs as much as the first."""

from __future__ import annotations

import gc
import sys

import pytest

from pytest_caio.base.left_overs import seldom_searched


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="there, each search has a bit of all")
def test_what_stays_is_searched_once() -> None:
    """Two million things that stay, as of a hundred environments, and no second look at any."""
    searched: list[int] = []

    def note(phase: str, about: dict[str, int]) -> None:
        if phase == "start":
            searched.append(about["generation"])

    gc.collect()  # What has been made before is due for a search of its own, and so it is after.
    with seldom_searched():
        gc.callbacks.append(note)
        try:
            stays: list[list[int]] = [[] for _ in range(2_000_000)]
        finally:
            gc.callbacks.remove(note)
    assert stays
    assert searched
    assert set(searched) == {0}


def test_what_is_left_over_is_found() -> None:
    """Seldom is not never: what nobody has any more does not pile up."""

    class Round:
        alive = 0

        def __init__(self) -> None:
            self.itself = self
            Round.alive += 1

        def __del__(self) -> None:
            Round.alive -= 1

    with seldom_searched():
        for _ in range(300_000):
            Round()
        assert Round.alive < 200_000

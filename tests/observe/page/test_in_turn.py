"""Looks one after the other: what one of them loses is its own, and no other's."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

pytest.importorskip("playwright.async_api")

from playwright.async_api import Error

from pytest_caio.observe.page.in_turn import in_turn
from pytest_caio.observe.page.tab import Lost


def taken(*problems: Exception | None, left: float = 60.0, runs: bool = True) -> tuple[Any, ...]:
    """Take a look for each problem; return which were begun, and what is not explored."""
    begun: list[str] = []
    setting = SimpleNamespace(left=left, unexplored=[])
    tab: Any = SimpleNamespace(setting=setting, clock=SimpleNamespace(runs=runs))

    async def look(name: str, problem: Exception | None) -> None:
        begun.append(name)
        if problem is not None:
            raise problem

    def bound(at: int, problem: Exception | None) -> Any:
        return lambda: look(f"look {at}", problem)

    asyncio.run(in_turn(tab, {f"look {at}": bound(at, one) for at, one in enumerate(problems)}))
    return begun, setting.unexplored


def test_a_page_that_is_lost_is_the_next_look_s_matter() -> None:
    assert taken(Lost("gone"), None) == (["look 0", "look 1"], [])


def test_what_the_browser_gave_up_on_is_named() -> None:
    begun, unexplored = taken(Error("it went elsewhere\nCall log: …"), None)
    assert begun == ["look 0", "look 1"]
    assert unexplored == ["look 0, as it went elsewhere"]


def test_without_time_each_is_named() -> None:
    assert taken(None, None, left=1.0) == ([], ["look 0", "look 1"])


def test_without_its_clock_the_page_is_lost() -> None:
    with pytest.raises(Lost):
        taken(Lost("its timers never end"), None, runs=False)

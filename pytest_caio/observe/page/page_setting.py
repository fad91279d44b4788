"""What all tabs of one visit share, and how long they may take together."""

import asyncio
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Browser

from pytest_caio.observe.page.page_network import PageNetwork
from pytest_caio.privacy.redactor import Redactor

BUDGET = 100.0
"""Seconds for exploring a page, on a machine that has nothing else to do."""
_BUSIEST = 3.0
# So many that each processor always has something to do while others wait for an answer.
_SIDE_BY_SIDE = 4


def busy() -> float:
    """Return by how many times more a page may take here: on a busy machine up to twice more."""
    if not hasattr(os, "getloadavg"):
        return 0.0
    load = os.getloadavg()[0] / (os.cpu_count() or 1)
    return min(max(load, 1.0), _BUSIEST) - 1.0


@dataclass
class Setting:
    """What all tabs of a visit share. ``script`` makes the agent's script, with all reads so far.

    ``before`` are further scripts, ``hints`` selectors of the gate file; ``ends`` is when
    the time for the page is used up. ``shown`` are the gate's cards that were seen anywhere,
    ``tabs`` is held for each tab that is open. ``welcome`` is how many seconds
    longer than others the page takes to show its cards, as far as it is known; ``anew`` after how
    many its own head loads it anew, None for never; ``barred`` are fields that a press
    didn't get into, ``entered`` those that one did.
    """

    browser: Browser
    network: PageNetwork
    redactor: Redactor
    url: str
    tags: tuple[str, ...]
    script: Callable[[], str]
    before: tuple[str, ...]
    ends: float
    hints: tuple[str, ...] = ()
    steps: list[dict[str, Any]] = field(default_factory=list)
    pictures: dict[str, bytes] = field(default_factory=dict)
    delays: list[str] = field(default_factory=list)
    unexplored: list[str] = field(default_factory=list)
    errors: dict[str, None] = field(default_factory=dict)
    blocked: dict[str, None] = field(default_factory=dict)
    barred: dict[str, None] = field(default_factory=dict)
    entered: dict[str, None] = field(default_factory=dict)
    clock: bool = True
    welcome: float = 0.0
    anew: float | None = None
    shown: set[str] = field(default_factory=set)
    tabs: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_SIDE_BY_SIDE))

    @property
    def left(self) -> float:
        """The seconds that are left for this page."""
        return self.ends - time.monotonic()

"""The clock of a tab's pages, which stands still unless the gate runs it.

From inside of a page it is run in one go with a press, and with taking what came of it. The
browser's library runs it from outside: for several pages or frames at once, for a page that opened
itself anew, and where it can't be had inside.
"""

import asyncio
import json
import re
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from playwright.async_api import BrowserContext, Error, Page

from pytest_caio.observe.page.page_setting import busy

_RUN_SECONDS = 2.0
# What a page asks the network for comes between two slices, in milliseconds.
_SLICE = 30_000
# Without its clock a page gets this much real time after a press.
_REAL_WAIT = 0.3
_GONE = re.compile(r"closed|destroyed|detached|navigat|crash", re.IGNORECASE)
# As text: the browser's library checks and unwraps whatever else it is given, value by value.
_GO = "async given => window.__caio ? JSON.stringify(await __caio.go(...given)) : null"
_AWAY: dict[str, Any] = {"found": None, "told": False, "threw": [], "taken": None}
_NOWHERE: Mapping[str, Any] = _AWAY | {"found": {"found": False, "off": False, "reached": False}}


class PageClock:
    """The clock of all pages of one context; without ``runs`` they go by the real one.

    ``errors`` takes what the pages' timers throw.
    """

    def __init__(self, pages: BrowserContext, errors: dict[str, None], *, runs: bool) -> None:
        self._pages, self._errors, self.runs = pages, errors, runs
        self._now = round(time.time() * 1000)

    async def install(self) -> None:
        """Have every page of the context go by this clock, which doesn't go by itself."""
        if self.runs:
            await self._pages.clock.install(time=self._seconds)
            await self._pages.clock.pause_at(self._seconds)

    async def carry_over(self) -> None:
        """Have the next page begin at the time at which this one ends."""
        if self.runs:
            await self._pages.clock.set_system_time(self._seconds)

    async def pass_by(self, seconds: float) -> None:
        """Let so much time pass at once, as where a machine was asleep: what was due goes once."""
        if self.runs:
            self._now += round(seconds * 1000)
            with suppress(Error):
                await self._pages.clock.fast_forward(round(seconds * 1000))

    @property
    def _seconds(self) -> float:
        # The library cuts off what is less than a millisecond.
        return (self._now + 0.5) / 1000

    async def go(
        self, page: Page, press: Sequence[Any] | None, seconds: float
    ) -> Mapping[str, Any]:
        """Press, unless ``press`` is None, and run the clock; return what was found and taken.

        ``found`` is None where the page went away meanwhile, ``taken`` where it is still to be
        taken. Nothing is run where nothing could be pressed. Raises ``TimeoutError`` where the
        page's timers come to no end.
        """
        slices = _slices(seconds) if self.runs else []
        inside = len(self._pages.pages) == 1 and len(page.frames) == 1
        async with asyncio.timeout(_RUN_SECONDS * (1 + busy()) * max(len(slices), 1)):
            said = await self._inside(page, press, slices if inside else [])
            found = said["found"]
            if found and (not found["found"] or found["off"]):
                return said
            if not said["told"]:
                await self._outside(slices)
        self._now += sum(slices)
        return said

    async def _inside(
        self, page: Page, press: Sequence[Any] | None, slices: list[int]
    ) -> Mapping[str, Any]:
        try:
            text = await page.evaluate(_GO, [press, slices])
        except Error as error:
            if page.is_closed() or not _GONE.search(str(error)):
                raise
            return _AWAY
        if text is None:
            # No page of the dashboard: there is nothing to press.
            return _NOWHERE if press else _AWAY
        said: Mapping[str, Any] = json.loads(text)
        self._errors.update(dict.fromkeys(said["threw"]))
        return said

    async def _outside(self, slices: list[int]) -> None:
        if not self.runs:
            await asyncio.sleep(_REAL_WAIT)
            return
        await self.carry_over()
        for one in slices:
            try:
                await self._pages.clock.run_for(one)
            except Error as error:
                # What a timer of the page's throws; all the others have been run by then.
                text = str(error).splitlines()[0]
                if _GONE.search(text):
                    raise
                self._errors[text.removeprefix("Clock.run_for: ")] = None


def _slices(seconds: float) -> list[int]:
    """Return so many seconds as milliseconds, in slices: a long run is no endless one."""
    whole = round(seconds * 1000)
    return [min(_SLICE, whole - done) for done in range(0, whole, _SLICE)]

"""A limit on what is under way at once, in which the longest chain goes first.

A plain semaphore serves in order of arrival: the second step of a chain would wait behind every
single read, and the sweep would take a round of latency longer than its longest chain.
"""

import asyncio
import heapq
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Slots:
    """``limit`` slots, given to the waiting request with the most that depends on it."""

    def __init__(self, limit: int) -> None:
        self._free = limit
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._arrivals = 0

    @asynccontextmanager
    async def slot(self, depth: int) -> AsyncIterator[None]:
        """Hold a slot; ``depth`` is how many further steps wait for this one."""
        if self._free > 0:
            self._free -= 1
        else:
            await self._wait(depth)
        try:
            yield
        finally:
            self._release()

    async def _wait(self, depth: int) -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._arrivals += 1
        heapq.heappush(self._waiting, (-depth, self._arrivals, turn))
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._release()
            raise

    def _release(self) -> None:
        while self._waiting:
            _, _, turn = heapq.heappop(self._waiting)
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1

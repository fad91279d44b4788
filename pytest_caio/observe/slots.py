"""A limit on what is under way at once, in which the longest chain goes first.

A plain semaphore serves in order of arrival: the second step of a chain would wait behind every
single read, and the sweep would take a round of latency longer than its longest chain.
"""

import asyncio
import heapq
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Slots:
    """``limit`` slots, given to the waiting request with the most that depends on it.

    ``reserved`` of them are for requests that something depends on: when a chain's next step
    comes, single reads must not hold every slot for another round.
    """

    def __init__(self, limit: int, reserved: int = 0) -> None:
        self._free = limit
        self._free_for_singles = limit - reserved
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._arrivals = 0

    @asynccontextmanager
    async def slot(self, depth: int) -> AsyncIterator[None]:
        """Hold a slot; ``depth`` is how many further steps wait for this one."""
        if self._may(depth):
            self._take(depth, 1)
        else:
            await self._wait(depth)
        try:
            yield
        finally:
            self._release(depth)

    def _may(self, depth: int) -> bool:
        return self._free > 0 and (depth > 0 or self._free_for_singles > 0)

    def _take(self, depth: int, number: int) -> None:
        self._free -= number
        self._free_for_singles -= 0 if depth else number

    async def _wait(self, depth: int) -> None:
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._arrivals += 1
        heapq.heappush(self._waiting, (-depth, self._arrivals, turn))
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._release(depth)
            raise

    def _release(self, depth: int) -> None:
        self._take(depth, -1)
        while self._waiting and self._may(-self._waiting[0][0]):
            waited, _, turn = heapq.heappop(self._waiting)
            if not turn.done():
                self._take(-waited, 1)
                turn.set_result(None)

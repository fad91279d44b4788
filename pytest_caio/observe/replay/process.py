"""A child process with bounded memory that never outlives its owner, nor do its children.

asyncio's own `Process` is not used: up to Python 3.12 its `wait()` hangs when a grandchild holds
the pipes, and its streams leave no public way to close them. The protocol below sees the exit,
the end of output and each chunk by itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import cast

from pytest_caio.observe.replay.case_run import (
    MOST_OUTPUT,
    MOST_SAID,
    RunnerError,
    TransientError,
    cut,
)

GRACE = 0.5
"""How long output may still trickle in after the process itself has ended, in seconds."""

TEMPORARY = 75
"""The exit status of an error that passes by itself, as `sysexits.h` has it (EX_TEMPFAIL)."""

REAP = 5.0
"""How long a killed process may take to be gone, in seconds; nothing waits for longer."""


class Child(asyncio.SubprocessProtocol):
    """One process: start it, send, wait for a line or for the end, stop it."""

    def __init__(self) -> None:
        self.returncode: int | None = None
        self.too_much = False
        self._out = bytearray()
        self._err = bytearray()
        self._ended = False
        self._closed = False
        self._changed = asyncio.Event()
        self._transport: asyncio.SubprocessTransport | None = None

    @classmethod
    async def start(
        cls,
        argv: Sequence[str],
        *,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
    ) -> Child:
        """Start a command without a shell, in a process group of its own; RunnerError if it can't.

        `env` replaces the whole environment; None hands down this process's.
        """
        loop = asyncio.get_running_loop()
        child = cls()
        try:
            if sys.platform == "win32":
                await loop.subprocess_exec(
                    lambda: child,
                    *argv,
                    cwd=cwd,
                    env=env,
                    creationflags=subprocess.CREATE_NEW_PROCESS_GROUP,
                )
            else:
                await loop.subprocess_exec(
                    lambda: child, *argv, cwd=cwd, env=env, start_new_session=True
                )
        except (OSError, ValueError) as error:
            raise RunnerError(f"the runner can't be started: {argv[0]}: {error}") from None
        return child

    def send(self, data: bytes, *, last: bool = False) -> None:
        """Write to the child's standard input; `last` closes it. Quiet when the child is gone."""
        pipe = cast("asyncio.WriteTransport | None", self._pipe(0))
        if pipe is not None and not pipe.is_closing():
            pipe.write(data)
            if last:
                pipe.close()

    async def line(self) -> bytes:
        """Wait for one whole line of output, without its end; RunnerError when none will come."""
        await self._until(lambda: b"\n" in self._out or self._over())
        if b"\n" not in self._out:
            await self._settle()  # the exit may be known before the last words are
        self._check_size()
        line, end, rest = bytes(self._out).partition(b"\n")
        if not end:
            raise self._failed(f"the runner ended{self.said(with_output=True)}")
        self._out = bytearray(rest)
        return line

    async def rest(self) -> bytes:
        """Wait until the child has ended and return its output; RunnerError on a non-zero exit."""
        await self._until(self._over)
        await self._settle()
        self._check_size()
        if self.returncode != 0:
            raise self._failed(f"the runner failed{self.said(with_output=True)}")
        return bytes(self._out)

    @property
    def babbled(self) -> bool:
        """Whether the child has said something that it wasn't asked for."""
        return bool(self._out)

    @property
    def fit(self) -> bool:
        """Whether the child is alive, and has said nothing that it wasn't asked for."""
        return self.returncode is None and not self._ended and not self.babbled

    def said(self, *, with_output: bool = False) -> str:
        """Return exit status and last words, as the tail of a message."""
        status = "" if self.returncode is None else f" with exit status {self.returncode}"
        words = cut(bytes(self._err)) or (cut(bytes(self._out)) if with_output else "")
        return f"{status}: {words}" if words else status

    async def stop(self) -> None:
        """Kill the child with its children, reap it and close its pipes. May be called twice."""
        transport = self._transport
        if transport is None:
            return
        await _kill_tree(transport.get_pid(), alive=self.returncode is None)
        # Closing before the exit is known would poll the process behind asyncio's back.
        await self._within(REAP, lambda: self.returncode is not None)
        transport.close()
        await self._within(REAP, lambda: self._closed)

    async def _settle(self) -> None:
        """Once output or process has ended, wait for the other.

        A process may close its output and go on: the case's time-out is for that. When the
        process has ended but a child of its own still holds the pipe, a moment must do.
        """
        await self._until(lambda: self.returncode is not None or self.too_much)
        await self._within(GRACE, lambda: self._ended or self.too_much)

    async def _within(self, seconds: float, holds: Callable[[], bool]) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._until(holds)

    def _check_size(self) -> None:
        if self.too_much:
            raise RunnerError(f"the runner wrote more than {MOST_OUTPUT} bytes")

    def _failed(self, text: str) -> RunnerError:
        return TransientError(text) if self.returncode == TEMPORARY else RunnerError(text)

    def _over(self) -> bool:
        return self.too_much or self._ended or self.returncode is not None

    def _pipe(self, number: int) -> asyncio.BaseTransport | None:
        return None if self._transport is None else self._transport.get_pipe_transport(number)

    async def _until(self, holds: Callable[[], bool]) -> None:
        while not holds():
            self._changed.clear()
            await self._changed.wait()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport (asyncio calls this)."""
        self._transport = cast("asyncio.SubprocessTransport", transport)

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        """Keep output up to the limit and the tail of the errors (asyncio calls this)."""
        if fd == 2:
            self._err += data
            del self._err[: -4 * MOST_SAID]  # a character has at most four bytes
            return
        if len(self._out) + len(data) > MOST_OUTPUT:
            self.too_much = True
            self._out.clear()
            if (pipe := self._pipe(1)) is not None:
                pipe.close()
        else:
            self._out += data
        self._changed.set()

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        """Note the end of output (asyncio calls this)."""
        if fd == 1:
            self._ended = True
            self._changed.set()

    def process_exited(self) -> None:
        """Note the exit (asyncio calls this)."""
        if self._transport is not None:
            self.returncode = self._transport.get_returncode()
        self._changed.set()

    def connection_lost(self, exc: Exception | None) -> None:
        """Note that nothing is left open (asyncio calls this)."""
        self._closed = True
        self._changed.set()


async def _kill_tree(pid: int, *, alive: bool) -> None:
    """Kill a process and its children.

    On POSIX the group, which outlives its leader; a grandchild that starts a session of its own
    gets away. On Windows the tree as long as its root is alive.
    """
    if sys.platform == "win32":
        if alive:
            command = ["taskkill", "/T", "/F", "/PID", str(pid)]
            await asyncio.to_thread(subprocess.run, command, capture_output=True, check=False)
    else:
        # PermissionError: macOS, when only zombies are left of the group.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)

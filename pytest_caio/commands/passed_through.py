"""A command of the caller's, run as if nothing stood in front of it: without a shell, on the same
console, with the signals that come and the exit code that it gives.
"""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from types import FrameType

# What a terminal sends, it sends to the command as well.
_BY_TERMINAL = ("SIGINT", "SIGQUIT", "SIGHUP")
_NAMES = (*_BY_TERMINAL, "SIGTERM", "SIGUSR1", "SIGUSR2", "SIGBREAK")


class _Forwarder:
    """Hands signals on to the command; ``early`` are those that came before there was one."""

    def __init__(self) -> None:
        self.child: subprocess.Popen[bytes] | None = None
        self.early: list[int] = []

    def __call__(self, number: int, _frame: FrameType | None) -> None:
        if self.child is None:
            self.early.append(number)
        else:
            self.hand_on(number)

    def hand_on(self, number: int) -> None:
        """Send it, unless the command has it already."""
        assert self.child
        # On Windows a console tells all its processes, and to send is to end.
        if os.name == "nt" or (signal.Signals(number).name in _BY_TERMINAL and _in_foreground()):
            return
        with suppress(ProcessLookupError):
            self.child.send_signal(number)


def run_through(command: Sequence[str]) -> int:
    """Run a command to its end and return its exit code: 128 and the number where a signal ended
    it. Raises OSError where it can't be started.
    """
    forwarder = _Forwarder()
    with _handled(forwarder):
        if forwarder.early:
            return 128 + forwarder.early[0]
        # Open files that the caller handed over go on to the command; our own don't.
        forwarder.child = subprocess.Popen(_found(command), close_fds=False)  # noqa: S603
        for number in forwarder.early:
            forwarder.hand_on(number)
        code = forwarder.child.wait()
    return 128 - code if code < 0 else code


def _found(command: Sequence[str]) -> list[str]:
    """Return the command; Windows finds ``npm.cmd`` by no other name without a shell."""
    first, *rest = command
    return [(shutil.which(first) or first) if os.name == "nt" else first, *rest]


@contextmanager
def _handled(forwarder: _Forwarder) -> Iterator[None]:
    """Let signals come to the forwarder until the block is left; one that is ignored stays so."""
    numbers = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
    heard = [n for n in numbers if signal.getsignal(n) is not signal.SIG_IGN]
    before = {number: signal.signal(number, forwarder) for number in heard}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _in_foreground() -> bool:
    """Return whether a terminal's own signals come to this process, and so to the command too."""
    with suppress(OSError):
        terminal = os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY)
        try:
            return os.tcgetpgrp(terminal) == os.getpgrp()
        finally:
            os.close(terminal)
    return False

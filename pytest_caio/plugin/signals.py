"""SIGTERM ends a gate run as Ctrl-C does, so that what was seen is still reported."""

import signal
import threading
from collections.abc import Callable
from types import FrameType


def end_as_ctrl_c() -> Callable[[], None]:
    """Make SIGTERM do what Ctrl-C does, and return what restores the former state.

    Outside the main thread, where Python allows no handlers, it changes nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        return lambda: None
    former = signal.signal(signal.SIGTERM, _interrupt)
    return lambda: _restore(former)


def _restore(former: Callable[[int, FrameType | None], object] | int | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL if former is None else former)


def _interrupt(number: int, frame: FrameType | None) -> None:
    # An event loop puts a handler of its own there, which lets its tasks end first. A shell that
    # starts a job in the background has it ignored.
    handler = signal.getsignal(signal.SIGINT)
    if callable(handler):
        handler(signal.SIGINT, frame)
    else:
        raise KeyboardInterrupt

"""One run, one report folder: a second one that writes there at the same time is a mistake."""

from collections.abc import Callable
from pathlib import Path

from filelock import FileLock, Timeout

NAME = ".lock"
"""It stays when a run has ended: it holds nothing, and the operating system keeps who has it."""


def hold(folder: Path, option: str) -> Callable[[], None]:
    """Take the folder for this run and return what gives it back.

    Raises ValueError where another run writes there, OSError where it can't be taken.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / NAME, blocking=False)
    try:
        lock.acquire()
    except Timeout:
        text = f"another run is writing into {folder}. Wait until it has ended, or name another"
        raise ValueError(f"{text} folder with {option}") from None
    except OSError as error:
        text = f"{folder / NAME} can't be taken ({error.strerror})"
        raise OSError(f"{text}. Remove it, or name another folder with {option}") from None
    return lock.release

"""One run, one report folder: a second one that writes there at the same time is a mistake."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

NAME = ".lock"
"""It stays when a run has ended: it holds nothing, and the operating system keeps who has it."""
DISPATCH = ".dispatch"
"""The same, for a guarded dispatch."""


def hold(folder: Path, option: str, wait: float = 0.0) -> Callable[[], None]:
    """Take the folder for this run and return what gives it back; ``wait`` is for how many seconds
    another one may keep it.

    Raises ValueError where another run writes there, OSError where it can't be taken.
    """
    _make(folder, option)
    lock = FileLock(folder / NAME, timeout=wait)
    try:
        lock.acquire()
    except Timeout:
        text = f"another run is writing into {folder}. Wait until it has ended, or name another"
        raise ValueError(f"{text} folder with {option}") from None
    except OSError as error:
        text = f"{folder / NAME} can't be taken ({error.strerror})"
        raise OSError(f"{text}. Remove it, or name another folder with {option}") from None
    return lock.release


@contextmanager
def dispatching(folder: Path) -> Iterator[None]:
    """Keep every other guarded dispatch on this report out until the block is left: two at once
    would both see the same cards left. Raises ValueError where one is under way.
    """
    try:
        with FileLock(folder / DISPATCH, timeout=0):
            yield
    except Timeout:
        raise ValueError(f"another guarded command is under way with {folder}") from None


def _make(folder: Path, option: str) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        file = next((path for path in (folder, *folder.parents) if path.is_file()), folder)
        text = f"{option}={folder} can't be a folder, as {file} is a file"
        raise ValueError(f"{text}. Name another folder") from None
    except OSError as error:
        text = f"{folder} can't be made ({error.strerror})"
        raise OSError(f"{text}. Name another folder with {option}") from None

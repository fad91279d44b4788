"""Files of a report folder, read as what a stranger may have put there.

A report comes out of an artifact store or a colleague's mail: nothing in it leads out of its
folder, and whatever is wrong is said in a sentence that names the file.
"""

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pytest_caio.base import strict_json

MAX_BYTES = 1 << 30
MAX_LINE = 1 << 26
# Evidence quotes parsed answers, which are nested MAX_DEPTH deep themselves.
MAX_DEPTH = strict_json.MAX_DEPTH + 50
_WRONG = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
_WAY_OUT = "Name the folder of --caio-report, as the run wrote it, or run the gate again"


def content(folder: Path, name: str) -> bytes:
    """Return a file's bytes; raise ValueError where there is none that can be read."""
    path = folder / name
    try:
        status = path.lstat()
        problem = _problem(status.st_mode, status.st_size)
        if not problem:
            return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        problem = "is missing: the run did not finish, or the folder is no report"
    except OSError as error:
        problem = f"can't be read ({error.strerror})"
    raise ValueError(f"{path} {problem}. {_WAY_OUT}")


def lines(folder: Path, name: str) -> Iterator[bytes]:
    """Yield the lines of a file that may be too large to be held; raise ValueError as `content`."""
    path = folder / name
    try:
        problem = _problem(path.lstat().st_mode, 0)
        if not problem:
            with path.open("rb") as file:
                while line := file.readline(MAX_LINE + 1):
                    if len(line) > MAX_LINE:
                        raise ValueError(f"{path} has a line of more than {MAX_LINE:,} bytes")
                    yield line
            return
    except (FileNotFoundError, NotADirectoryError):
        problem = "is missing"
    except OSError as error:
        problem = f"can't be read ({error.strerror})"
    raise ValueError(f"{path} {problem}. {_WAY_OUT}")


def _problem(mode: int, size: int) -> str:
    if stat.S_ISLNK(mode):
        return "is a link, which may lead anywhere: a report's files lie in its folder"
    if not stat.S_ISREG(mode):
        return "is not a file"
    return f"is larger than {MAX_BYTES:,} bytes" if size > MAX_BYTES else ""


def parsed(path: Path, data: bytes) -> Any:
    """Return the strict JSON in a file's bytes; raise ValueError where it is none."""
    try:
        return strict_json.loads(data.decode(), MAX_DEPTH)
    except UnicodeDecodeError:
        raise ValueError(f"{path} is not UTF-8. {_WAY_OUT}") from None
    except strict_json.JsonProblem as problem:
        raise ValueError(f"{path} is {problem}. {_WAY_OUT}") from None


@contextmanager
def as_written(what: Path) -> Iterator[None]:
    """Make a usage error of whatever goes wrong because a report's content is no run's."""
    try:
        yield
    except _WRONG as error:
        if str(error).startswith(str(what)):
            raise
        said = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        text = f"{what} holds what no run of the gate writes ({said}). {_WAY_OUT}"
        raise ValueError(text) from None

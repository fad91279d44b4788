"""Evidence that is too large to be held: a file beside the process until the report is written."""

import os
import tempfile
import weakref
from pathlib import Path
from typing import BinaryIO


class Spool:
    """A file that only this user can read, and that goes when nobody holds it any more."""

    def __init__(self) -> None:
        number, name = tempfile.mkstemp(prefix="caio-", suffix=".jsonl")
        os.close(number)
        self.path = Path(name)
        self._file: BinaryIO | None = None
        weakref.finalize(self, self.path.unlink, missing_ok=True)

    def write(self, line: bytes) -> None:
        """Add a line; raises OSError where there is no room."""
        if self._file is None:
            self._file = self.path.open("ab")
        self._file.write(line)

    def close(self) -> None:
        """End the writing."""
        if self._file is not None:
            self._file.close()
            self._file = None

"""A rehearsal on a real socket that the commands are pointed at, as at any deployment."""

import io
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pytest_caio.__main__ import main
from pytest_caio.rehearsal.server import RehearsalServer, rehearse


@dataclass(frozen=True)
class Ran:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Start = Callable[..., RehearsalServer]
Caio = Callable[..., Ran]


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Start]:
    """Start a deployment that the environment ``lab`` then means."""
    monkeypatch.chdir(tmp_path)
    with ExitStack() as stack:

        def starts(*faults: str, **more: Any) -> RehearsalServer:
            server = stack.enter_context(rehearse(faults=faults, **more))
            monkeypatch.setenv("CAIO_LAB_URL", server.url)
            monkeypatch.setenv("CAIO_LAB_TOKEN", server.token)
            return server

        yield starts


@pytest.fixture
def caio() -> Caio:
    """Run a command in this process."""

    def runs(*argv: str) -> Ran:
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            try:
                code = main(argv)
            except SystemExit as stop:
                code = int(stop.code or 0)
        return Ran(code, out.getvalue(), err.getvalue())

    return runs

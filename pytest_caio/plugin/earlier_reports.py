"""Earlier reports that a run refers to, read before this run makes its own folder void."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_caio.plugin.command_line import folder
from pytest_caio.report.kept_report import Report, read_report
from pytest_caio.report.previous import Previous, read_previous

PREVIOUS = pytest.StashKey[Previous | None]()
REPLAYED = pytest.StashKey[Report | None]()


def keep(config: pytest.Config) -> None:
    """Read what --caio-previous and --caio-replay-from name; raises ValueError or OSError."""
    asked, here = config.known_args_namespace, config.invocation_params.dir
    if asked.caio_previous:
        config.stash[PREVIOUS] = read_previous(Path(here, asked.caio_previous))
    if asked.caio_replay_from:
        config.stash[REPLAYED] = read_report(Path(here, asked.caio_replay_from))


def previous(config: pytest.Config) -> Previous | None:
    """Return the report that --caio-previous names."""
    if PREVIOUS not in config.stash:
        there = folder(config, "caio_previous")
        config.stash[PREVIOUS] = read_previous(there) if there else None
    return config.stash[PREVIOUS]


def replayed(config: pytest.Config) -> Report | None:
    """Return the report that --caio-replay-from names; raises ValueError or OSError."""
    if REPLAYED not in config.stash:
        there = folder(config, "caio_replay_from")
        config.stash[REPLAYED] = read_report(there) if there else None
    return config.stash[REPLAYED]

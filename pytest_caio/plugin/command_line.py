"""Options from pytest's command line and ini file."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pytest_caio.base.messages import did_you_mean, listed
from pytest_caio.gates.files import PROFILES
from pytest_caio.plugin.started_as import started_as
from pytest_caio.settings import environments
from pytest_caio.settings.cycle_start import check_since
from pytest_caio.settings.options import Options

if TYPE_CHECKING:
    import pytest

    from pytest_caio.rehearsal.faults.fault import Fault

Name = TypeVar("Name", bound=str)


def read_options(
    config: pytest.Config, variables: Mapping[str, str], report: Path | None
) -> Options:
    """Return the options of command line and ini file; raise ValueError for a bad value."""
    ini = config.getini("caio_environments")
    names = environments.names(config.getoption("caio_env"), ini, variables)
    if config.getoption("caio_fault") and environments.REHEARSAL not in names:
        raise ValueError("--caio-fault breaks the rehearsal: add --caio-env=rehearsal")
    return Options(
        environments=names,
        profile=_one_of("--caio-profile", config.getoption("caio_profile"), (*PROFILES, "all")),
        report=report,
        gates=gates_folder(config),
        faults=_faults(config),
        generation=_one_of("--caio-generation", config.getoption("caio_generation"), ("g2", "g1")),
        redis_url=config.getoption("caio_rehearsal_redis"),
        concurrency=_whole_number(config, "concurrency", 1),
        request_timeout=_number(config, "timeout", 0.01),
        deadline=_number(config, "deadline", 0.01),
        warm_up=_number(config, "warm-up", 0),
        keep_content=config.getoption("caio_keep_content"),
        wait=_number(config, "wait", 0),
        expect_release=config.getoption("caio_expect_release").strip(),
        since=check_since(config.getoption("caio_since")),
        previous=_path(config, config.getoption("caio_previous")),
        replay_command=config.getoption("caio_replay_command")
        or variables.get("CAIO_REPLAY_COMMAND", ""),
        replay_from=_path(config, config.getoption("caio_replay_from")),
        replay_cluster=config.getoption("caio_replay_cluster"),
        golden=_path(config, config.getoption("caio_golden") or variables.get("CAIO_GOLDEN_SET")),
        baseline=_path(config, config.getoption("caio_baseline")),
        update_baseline=config.getoption("caio_update_baseline"),
        prove=config.getoption("caio_prove"),
        ledger=config.getoption("caio_ledger") or "",
        here=config.invocation_params.dir,
        browser=_browser(_path(config, config.getoption("caio_browser"))),
        started=started_as(config),
    )


def _browser(given: Path | None) -> Path | None:
    if given and not given.is_file():
        raise ValueError(f"--caio-browser: there is no file {given}")
    return given


def _path(config: pytest.Config, given: str | None) -> Path | None:
    return Path(config.invocation_params.dir, given) if given else None


def _faults(config: pytest.Config) -> tuple[Fault, ...]:
    names: list[str] = config.getoption("caio_fault")
    if not names:
        return ()
    from pytest_caio.extensions import faults

    known = faults(config.pluginmanager)
    for name in names:
        if name not in known:
            close = difflib.get_close_matches(name, known, 3)
            hint = f"; did you mean {' or '.join(map(repr, close))}?" if close else ""
            raise ValueError(f"unknown fault {name!r}{hint} (pytest --caio-faults lists them)")
    return tuple(known[name] for name in names)


def _one_of(option: str, given: str, known: tuple[Name, ...]) -> Name:
    for name in known:
        if name == given:
            return name
    hint = did_you_mean(given, known)
    raise ValueError(f"{option} is {given!r}{hint} One of: {listed(known)}.")


def _whole_number(config: pytest.Config, name: str, least: int) -> int:
    value = _number(config, name, least)
    if not value.is_integer():
        raise ValueError(f"--caio-{name} is {value:g}; a whole number ≥ {least}")
    return int(value)


def _number(config: pytest.Config, name: str, least: float) -> float:
    option = name.replace("-", "_")
    given = config.getoption(f"caio_{option}")
    text = config.getini(f"caio_{option}") if given is None else str(given)
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not least <= value < float("inf"):
        raise ValueError(f"--caio-{name} (ini: caio_{option}) is {text!r}; a number ≥ {least:g}")
    return value


def gates_folder(config: pytest.Config) -> Path | None:
    """Return the folder with gate files: beside the caller, else at the root; None for neither.

    Raises ValueError where the ini file names one that is not there: its gates would be missed.
    """
    name: str = config.getini("caio_gates")
    for base in (config.invocation_params.dir, config.rootpath):
        if (folder := base / name).is_dir():
            return folder
    if name != "gates":
        raise ValueError(f"ini: caio_gates is {name!r}, and there is no such folder")
    return None


def folder(config: pytest.Config, option: str) -> Path | None:
    """Return the folder that an option names, seen from where pytest was called."""
    name = config.getoption(option)
    return Path(config.invocation_params.dir, name) if name else None

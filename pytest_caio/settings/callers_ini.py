"""The gate's own settings (`caio_…`) in the caller's pytest configuration, and nothing else of it.

`caio run` does not let pytest read that configuration (``docs/ci.md, What caio run leaves out``).
"""

import configparser
import shlex
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PREFIX = "caio_"
# In pytest's order. The first two kinds are its configuration also where they are empty.
_ALWAYS = ("pytest.toml", ".pytest.toml", "pytest.ini", ".pytest.ini")
_SECTIONS = {"tox.ini": "pytest", "setup.cfg": "tool:pytest"}
_NAMES = (*_ALWAYS, "pyproject.toml", *_SECTIONS)


@dataclass(frozen=True)
class CallersIni:
    """The folder that pytest would call the root, and the gate's settings there."""

    root: Path
    settings: Mapping[str, str] = field(default_factory=dict)


def read(folder: Path) -> CallersIni:
    """Return what holds for a run in ``folder``: of the nearest configuration upwards, as pytest.

    Raises ValueError where it can't be read and has settings of the gate's: they would be missed.
    """
    places = (folder, *folder.parents)
    for place in places:
        for name in _NAMES:
            section = _section(place / name) if (place / name).is_file() else None
            if section is not None:
                ours = {k: _text(v) for k, v in section.items() if k.startswith(PREFIX)}
                return CallersIni(place, ours)
    for sign in ("pyproject.toml", "setup.py"):
        for place in places:
            if (place / sign).is_file():
                return CallersIni(place)
    return CallersIni(folder)


def _section(path: Path) -> Mapping[str, Any] | None:
    """Return pytest's part of a file; None where it has none, as for a file of something else."""
    text = path.read_text(encoding="utf-8", errors="replace")
    try:
        found = _toml(path.name, text) if path.suffix == ".toml" else _ini(path.name, text)
    except (tomllib.TOMLDecodeError, configparser.Error, AttributeError, TypeError) as error:
        if PREFIX in text:
            first = str(error).splitlines()[0]
            text = f"{path} can't be read, and it has settings of the gate ({PREFIX}…): {first}"
            raise ValueError(text) from None
        found = None
    return {} if found is None and path.name in _ALWAYS else found


def _toml(name: str, text: str) -> Mapping[str, Any] | None:
    content: dict[str, Any] = tomllib.loads(text)
    if name != "pyproject.toml":
        return {**content["pytest"]} if "pytest" in content else None
    tool = content.get("tool", {})
    if "pytest" not in tool:
        return None
    return {**tool["pytest"], **tool["pytest"].get("ini_options", {})}


def _ini(name: str, text: str) -> Mapping[str, Any] | None:
    parser = configparser.RawConfigParser(strict=False, allow_no_value=True)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(text)
    section = _SECTIONS.get(name, "pytest")
    return dict(parser[section]) if parser.has_section(section) else None


def _text(value: object) -> str:
    """Return a setting as `-o` takes it."""
    if isinstance(value, list):
        return shlex.join(map(str, value))
    return "" if value is None else str(value)

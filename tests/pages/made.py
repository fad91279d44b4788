"""What is made: the options' table out of the parser, the fault matrix out of the catalogue."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

import pytest
from _pytest.config.argparsing import Parser

from pytest_caio.gates.files import packaged_folder, read_folder
from pytest_caio.plugin import pytest_addoption
from pytest_caio.rehearsal.faults.catalogue import FAULTS, Fault

DOCS = Path(__file__).parents[2] / "docs"
NOTHING = "Nothing turns red; something can no longer be told"
_CASES = 6


def options() -> str:
    """Return the table of the gate's options and ini keys, as ``pytest --help`` knows them."""
    parser = Parser(_ispytest=True)
    pytest_addoption(parser)
    ini = {name: _plain(text or "") for name, (text, *_) in parser._inidict.items()}
    rows = ["| option | ini file | what it says |", "|---|---|---|"]
    for option in parser.getgroup("caio").options:
        (name,) = option.names()
        told = option.attrs()
        key = name.removeprefix("--").replace("-", "_")
        value = f"={told['metavar']}" if told.get("metavar") else ""
        own = f"`{key}`" if ini.pop(key, None) is not None else ""
        rows.append(f"| `{_plain(name + value)}` | {own} | {_plain(told['help'])} |")
    return "\n".join([*rows, *(f"| | `{key}` | {text} |" for key, text in ini.items())])


def faults() -> str:
    """Return a table of faults for each gate: by the gate of the first check that turns red."""
    gates, _mistakes = read_folder(packaged_folder())
    parts = []
    for gate in sorted(each.gate for each in gates):
        parts += _table(
            f"## Gate {gate}", lambda checks, g=gate: checks[:1] and _of(checks[0]) == g
        )
    return "\n".join([*parts, *_table(f"## {NOTHING}", lambda checks: not checks)]).strip()


def _table(heading: str, wanted: Callable[[tuple[str, ...]], object]) -> list[str]:
    rows = [
        f"| `{f.name}` | {_plain(f.description)} | {_listed(f.checks)} | {_only(f)} |"
        for f in FAULTS.values()
        if wanted(f.checks)
    ]
    head = "| fault | what is broken | turns red | only |"
    return [heading, "", head, "|---|---|---|---|", *rows, ""]


def _only(fault: Fault) -> str:
    """Return when it does: in one generation, with a rule that the policy leaves off."""
    generation = [fault.generations[0].upper()] if len(fault.generations) == 1 else []
    rules = ", ".join(f"`{key}`" for key in fault.policy)
    return "; ".join([*generation, *([f"with {rules} in the policy"] if rules else [])])


def _of(check: str) -> str:
    return check.partition(".")[0]


def _listed(checks: tuple[str, ...]) -> str:
    shown = [f"`{check}`" for check in checks]
    more = f" and {len(shown) - _CASES} more" if len(shown) > _CASES + 1 else ""
    return ", ".join(shown[: _CASES if more else None]) + more


def _plain(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")


def policy() -> str:
    """Return the packaged policy, with its comments."""
    text = (packaged_folder() / "policy.yaml").read_text("utf-8").strip()
    return f"```yaml\n{text}\n```"


MADE: Mapping[str, tuple[str, Callable[[], str]]] = MappingProxyType(
    {
        "options": ("reference.md", options),
        "policy": ("reference.md", policy),
        "faults": ("faults.md", faults),
    }
)
"""What is made, by its mark in a page: the page, and who makes it."""


def with_made(text: str, mark: str, made: str) -> str:
    """Return a page with what is made between its two marks; both have to be there once."""
    begin, end = f"<!-- {mark} -->", f"<!-- end of {mark} -->"
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    result, found = pattern.subn(lambda _: f"{begin}\n{made}\n{end}", text)
    if found != 1:
        raise pytest.UsageError(f"{begin} … {end} stands {found} times in the page")
    return result

"""Gate files: YAML in, frozen :class:`Gate` and :class:`Check` out, every mistake at once.

The wheel carries the standard gates; a folder's ``gates/<file>.yaml`` replaces the packaged
file of that name or adds a gate.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from pytest_caio.base.strict_yaml import FORBID_EXTRA, Document, Mistake, load
from pytest_caio.gates.expectations import Expectation, parse_expectations
from pytest_caio.gates.request import Request, RequestProblem, parse_request

Profile = Literal["preflight", "deploy", "cycle"]
PROFILES: tuple[Profile, ...] = ("preflight", "deploy", "cycle")
RESERVED = ("policy.yaml", "waivers.yaml")
# A field that is not a key of the file.
BY_LOADER = MappingProxyType({"by_loader": True})
_ID = re.compile(r"[a-z0-9][a-z0-9._-]*")


@dataclass(frozen=True)
class Check:
    """One rule of a gate, as its owner wrote it.

    Either ``request`` with ``expect`` or ``judge``. ``settings`` are passed to the judge and to
    the probes that it names. ``line`` is where the check starts in its file.
    """

    __pydantic_config__ = FORBID_EXTRA

    id: str
    title: str
    remedy: str
    severity: Literal["required", "advisory"] = "required"
    when: tuple[Profile, ...] = ()
    owner: str = ""
    expected: str = ""
    request: str = ""
    expect: Any = None
    judge: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    waivable: bool = True
    line: int = field(default=0, metadata=BY_LOADER)

    @property
    def expectations(self) -> tuple[Expectation, ...]:
        """The parsed ``expect``; the loader has made sure that it parses."""
        return parse_expectations(self.expect)[0]

    @property
    def parsed_request(self) -> Request:
        """The parsed ``request``; the loader has made sure that it parses."""
        return parse_request(self.request)


@dataclass(frozen=True)
class Gate:
    """A file of checks with one owner."""

    __pydantic_config__ = FORBID_EXTRA

    gate: str
    title: str
    owner: str
    when: tuple[Profile, ...]
    checks: tuple[Check, ...]
    file: str = field(default="", metadata=BY_LOADER)

    def due(self, profile: str) -> tuple[Check, ...]:
        """Return the checks that are due in ``profile`` (``all``: every one)."""
        return tuple(c for c in self.checks if profile == "all" or profile in c.when)


class GateFileError(ValueError):
    """Mistakes in gate files, policy or waivers; ``str`` is one ``file:line: text`` a line."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(map(str, self.mistakes)))


def packaged_folder() -> Path:
    """Return the folder of the standard gates: in the wheel, or beside an editable install."""
    package = Path(str(files("pytest_caio")))
    in_wheel = package / "standard_gates"
    return in_wheel if in_wheel.is_dir() else package.parent / "gates"


def read_folder(folder: Path) -> tuple[tuple[Gate, ...], tuple[Mistake, ...]]:
    """Return the gates of a folder's ``*.yaml`` files by name, and every mistake in them."""
    gates: list[Gate] = []
    mistakes: list[Mistake] = []
    for path in sorted(p for p in folder.iterdir() if p.suffix.lower() in {".yaml", ".yml"}):
        name = f"gates/{path.name}"
        if path.suffix != ".yaml":
            mistakes.append(Mistake(name, 1, f"rename it to {path.stem}.yaml to have it read"))
        elif path.name not in RESERVED:
            gate, found = parse_gate(load(path, name))
            mistakes += found
            gates += [gate] if gate else []
    return tuple(gates), tuple(mistakes)


def parse_gate(document: Document) -> tuple[Gate | None, tuple[Mistake, ...]]:
    """Return the gate that a YAML document describes, and every mistake in it."""
    from pytest_caio.gates.validation import problems, validate

    data = document.data
    if not isinstance(data, dict):
        text = "a gate file is a mapping with the keys gate, title, owner, when and checks"
        return None, document.mistakes or (Mistake(document.file, 1, text),)
    data, mistakes = _without_loader_keys(document, data)
    gate, errors = validate(Gate, data)
    mistakes += problems(document, errors, Gate)
    gate = gate or _what_is_valid(data)
    if not _ID.fullmatch(gate.gate):
        line = document.line(("gate",))
        mistakes.append(Mistake(document.file, line, f"gate: {gate.gate!r} {_ID_RULE}"))
    checks = {i: c for i, raw in enumerate(_raw_checks(data)) if (c := _readable(raw, i))}
    placed = {
        i: replace(
            check,
            line=document.line(("checks", i, "id")),
            when=check.when or gate.when,
            owner=check.owner or gate.owner,
        )
        for i, check in checks.items()
    }
    mistakes += _check_mistakes(document, placed)
    return replace(gate, checks=tuple(placed.values()), file=document.file), tuple(mistakes)


def _raw_checks(data: Mapping[str, Any]) -> list[Any]:
    checks = data.get("checks")
    return checks if isinstance(checks, list) else []


def _readable(raw: Any, index: int) -> Check | None:
    """Return a check, or what can be read of it, so that its other mistakes are found as well."""
    from pytest_caio.gates.validation import validate

    check, errors = validate(Check, raw)
    wrong = {e["loc"][0] for e in errors if e["loc"]}
    if check or not isinstance(raw, dict) or wrong & {"request", "expect", "judge"}:
        return check
    kept = {key: value for key, value in raw.items() if key not in wrong}
    return validate(Check, {"id": f"unnamed-{index}", "title": "-", "remedy": "-"} | kept)[0]


def _what_is_valid(data: Mapping[str, Any]) -> Gate:
    """Return what can be read of a broken gate, so that its other mistakes are found as well."""
    name = data.get("gate")
    return Gate(name if isinstance(name, str) else "unnamed", "", "", (), ())


_ID_RULE = "is not a name: small letters, digits, '.', '_' and '-', starting with a letter or digit"


def _without_loader_keys(
    document: Document, data: dict[str, Any]
) -> tuple[dict[str, Any], list[Mistake]]:
    """Take out ``file:`` and ``line:``: the loader sets them, in a file they are mistakes."""
    found: list[tuple[str | int, ...]] = [("file",)] if "file" in data else []
    plain = {key: value for key, value in data.items() if key != "file"}
    checks = _raw_checks(data)
    found += [
        ("checks", i, "line") for i, c in enumerate(checks) if isinstance(c, dict) and "line" in c
    ]
    if checks:
        plain["checks"] = [
            {k: v for k, v in c.items() if k != "line"} if isinstance(c, dict) else c
            for c in checks
        ]
    lines = ((path, document.line(path)) for path in found)
    return plain, [Mistake(document.file, n, f"unknown key {path[-1]!r}.") for path, n in lines]


def _check_mistakes(document: Document, checks: Mapping[int, Check]) -> list[Mistake]:
    found: list[Mistake] = []
    first: dict[str, int] = {}
    for i, check in checks.items():
        for key, text in _problems(check):
            found.append(Mistake(document.file, document.line(("checks", i, *key)), text))
        if check.id in first:
            text = f"the id {check.id!r} stands twice (first on line {first[check.id]})"
            found.append(Mistake(document.file, check.line, text))
        first.setdefault(check.id, check.line)
    return found


def _problems(check: Check) -> Iterable[tuple[tuple[str | int, ...], str]]:
    if not _ID.fullmatch(check.id):
        yield ("id",), f"id: {check.id!r} {_ID_RULE}"
    for key in ("title", "remedy"):
        if not getattr(check, key).strip():
            yield (key,), f"{key} is empty: its owner reads it"
    if bool(check.request) == bool(check.judge):
        yield (), f"{check.id}: needs either request with expect, or judge"
    if check.request:
        try:
            parse_request(check.request)
        except RequestProblem as problem:
            yield ("request",), f"request: {problem}"
        expectations, problems = parse_expectations(check.expect)
        if not expectations and not problems:
            yield (), f"{check.id}: expect is missing: without it the check could never fail"
        for path, text in problems:
            yield ("expect", *path), text
    elif check.expect is not None:
        yield ("expect",), f"{check.id}: expect goes with request, not with judge"

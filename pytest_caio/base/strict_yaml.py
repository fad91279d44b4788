"""YAML without surprises, with the line of every value.

The usual loader reads ``15:00`` as 900, ``NO`` as false, ``on:`` as true and ``010`` as 8, and
lets the second of two equal keys win. Here each of those is a mistake that is named.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_NULL = re.compile(r"^(?:~|null|)$")
_NUMBER_HINT = 'write "{}" if it is text, or the number in plain digits'
_BOOL = re.compile(r"^(?:true|false)$", re.IGNORECASE)
_INT = re.compile(r"^[-+]?(?:0|[1-9][0-9]{0,17})$")
_FLOAT = re.compile(r"^[-+]?(?:0|[1-9][0-9]*)\.[0-9]+(?:[eE][-+]?[0-9]+)?$")
_AMBIGUOUS = (
    (re.compile(r"^(?:yes|no|on|off|y|n)$", re.IGNORECASE), 'write true or false, or "{}" as text'),
    (re.compile(r"^[-+]?0[0-9]+$"), 'a number has no leading zero; write "{}" as text'),
    (re.compile(r"^[-+]?[0-9]+(?::[0-9]{1,2})+$"), 'write "{}": without quotes it may be a number'),
    (re.compile(r"^[-+]?(?:0x[0-9a-f_]+|0o[0-7_]+|0b[01_]+)$", re.IGNORECASE), _NUMBER_HINT),
    (re.compile(r"^[-+]?(?=.*[0-9])[0-9_]*_[0-9_.]*$"), _NUMBER_HINT),
    (re.compile(r"^[-+]?(?:[0-9]+e[-+]?[0-9]+|\.[0-9]+|[0-9]+\.)$", re.IGNORECASE), _NUMBER_HINT),
    (re.compile(r"^(?:[-+]?\.inf|\.nan)$", re.IGNORECASE), "that is no number to compare with"),
    (re.compile(r"^(?:Null|NULL)$"), 'write null, or "{}" as text'),
)

Path_ = tuple[str | int, ...]

# What a dataclass that is read from a file tells pydantic, without importing it.
FORBID_EXTRA = {"extra": "forbid"}


@dataclass(frozen=True, order=True)
class Mistake:
    """One mistake in a file: where, and what to do about it."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}"


@dataclass(frozen=True)
class Document:
    """A file's data, the line (from 1) of each value by its path, and the mistakes in it."""

    file: str
    data: Any = None
    lines: Mapping[Path_, int] = field(default_factory=dict)
    mistakes: tuple[Mistake, ...] = ()

    def line(self, path: Path_) -> int:
        """Return the line of the value at ``path``, or of the nearest one around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def load(path: Path, name: str) -> Document:
    """Read the YAML file at ``path``, called ``name`` in messages; mistakes are in the result."""
    import yaml

    loader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        reader = loader(path.read_bytes())
        try:
            node = reader.get_single_node()
        finally:
            reader.dispose()
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        text = ", ".join(part for part in (error.context, error.problem) if part)
        if "nesting depth" in text:
            text = "nested too deeply"
        return Document(name, mistakes=(Mistake(name, line, f"not YAML: {text}"),))
    except (yaml.YAMLError, RecursionError, UnicodeError) as error:
        text = str(error).splitlines()[0] if str(error) else "nested too deeply"
        return Document(name, mistakes=(Mistake(name, 1, f"not YAML: {text}"),))
    except OSError as error:
        return Document(name, mistakes=(Mistake(name, 1, f"can't be read: {error.strerror}"),))
    builder = _Builder(name)
    try:
        data = builder.build(node, ()) if node is not None else None
    except RecursionError:
        return Document(name, mistakes=(Mistake(name, 1, "not YAML: nested too deeply"),))
    return Document(name, data, builder.lines, tuple(builder.mistakes))


class _Builder:
    """Turns a tree of YAML nodes into plain data, noting lines and mistakes on the way."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[Path_, int] = {}
        self.mistakes: list[Mistake] = []
        self._seen: set[int] = set()

    def build(self, node: Any, path: Path_) -> Any:
        line = node.start_mark.line + 1
        self.lines.setdefault(path, line)
        if id(node) in self._seen:
            self._mistake(line, "anchors and aliases are not used here; write the value out")
            return None
        self._seen.add(id(node))
        if node.id == "scalar":
            return self._scalar(node, line)
        if not node.tag.endswith((":map", ":seq")):
            self._mistake(line, f"the tag {node.tag} is not used here")
        if node.id == "sequence":
            return [self.build(item, (*path, i)) for i, item in enumerate(node.value)]
        return self._mapping(node, path)

    def _mapping(self, node: Any, path: Path_) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            key = self._scalar(key_node, line) if key_node.id == "scalar" else None
            if not isinstance(key, str):
                self._mistake(line, "a key must be text")
                continue
            if key in result:
                first = self.lines[(*path, key)]
                self._mistake(line, f"the key {key!r} stands twice (first on line {first})")
                continue
            self.lines[(*path, key)] = line
            result[key] = self.build(value_node, (*path, key))
        return result

    def _scalar(self, node: Any, line: int) -> Any:
        text: str = node.value
        if node.tag.startswith("!") or node.tag.startswith("tag:yaml.org,2002:python"):
            self._mistake(line, f"the tag {node.tag} is not used here")
            return None
        if node.style in {"'", '"', "|", ">"}:
            return text
        for pattern, hint in _AMBIGUOUS:
            if pattern.match(text):
                self._mistake(line, f"{text!r} is ambiguous in YAML: {hint.format(text)}")
                return text
        return _plain(text)

    def _mistake(self, line: int, text: str) -> None:
        self.mistakes.append(Mistake(self.file, line, text))


def _plain(text: str) -> Any:
    if _NULL.match(text):
        return None
    if _BOOL.match(text):
        return text.lower() == "true"
    if _INT.match(text):
        return int(text)
    if _FLOAT.match(text):
        return float(text)
    return text

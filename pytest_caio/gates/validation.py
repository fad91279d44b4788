"""Text from outside, held against frozen dataclasses: pydantic's errors in the gate's words.

Imported only when a gate runs, as pydantic takes a third of a second to import.
"""

import dataclasses
import types
import typing
from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from pytest_caio.base.messages import did_you_mean, listed, shown
from pytest_caio.base.strict_yaml import Document, Mistake

T = TypeVar("T")


def adapter(kind: type[T]) -> TypeAdapter[T]:
    """Return a validator for a frozen dataclass (its own config forbids unknown keys)."""
    made: TypeAdapter[T] = _made(typing.cast(typing.Hashable, kind))
    return made


@cache
def _made(kind: Any) -> TypeAdapter[Any]:
    """Make a validator once: that takes longer than all the validating."""
    return TypeAdapter(kind)


def validate(kind: type[T], data: Any) -> tuple[T | None, list[ErrorDetails]]:
    """Return ``data`` as ``kind``, or None with every mistake in it."""
    try:
        return adapter(kind).validate_python(data), []
    except ValidationError as error:
        return None, error.errors(include_url=False, include_context=False)


def problems(
    document: Document, errors: list[ErrorDetails], kind: type[Any]
) -> tuple[Mistake, ...]:
    """Return a document's own mistakes and those of its validation, each with its line."""
    seen = dict.fromkeys(
        Mistake(document.file, document.line(tuple(e["loc"])), _say(e, kind)) for e in errors
    )
    return (*document.mistakes, *seen)


def _say(error: ErrorDetails, kind: type[Any]) -> str:
    path = error["loc"]
    name = ".".join(str(part) for part in path if not isinstance(part, int)) or "the file"
    match error["type"]:
        case "missing":
            return f"{name} is missing"
        case "extra_forbidden" | "unexpected_keyword_argument":
            known = _keys_at(kind, path[:-1])
            return (
                f"unknown key {str(path[-1])!r}{did_you_mean(str(path[-1]), known)} "
                f"Allowed here: {listed(known, 30)}."
            )
        case "string_pattern_mismatch":
            return f"{name}: {shown(error['input'])!r} is not allowed here ({error['msg']})"
    message = error["msg"].removeprefix("Value error, ")
    hint = ""
    if error["type"] == "literal_error" and isinstance(error["input"], str):
        hint = did_you_mean(error["input"], _quoted(message))
    value = error["input"]
    seen = f" (is {shown(value, 60)})" if not isinstance(value, dict | list) else ""
    return f"{name}: {message[:1].lower()}{message[1:]}{seen}{hint}"


def _quoted(message: str) -> list[str]:
    return message.split("'")[1::2]


def _keys_at(kind: Any, path: tuple[int | str, ...]) -> list[str]:
    """Return the keys that a dataclass knows at ``path``, walking through its annotations."""
    for part in path:
        if isinstance(part, int):
            kind = next(iter(typing.get_args(kind)), kind)
        elif dataclasses.is_dataclass(_bare(kind)):
            kind = typing.get_type_hints(_bare(kind)).get(str(part), kind)
    kind = _bare(kind)
    if not dataclasses.is_dataclass(kind):
        return []
    return [f.name for f in dataclasses.fields(kind) if not f.metadata.get("by_loader")]


def _bare(kind: Any) -> Any:
    if isinstance(kind, types.UnionType) or typing.get_origin(kind) is typing.Union:
        return next((k for k in typing.get_args(kind) if dataclasses.is_dataclass(k)), kind)
    if typing.get_origin(kind) in (tuple, list):
        return _bare(typing.get_args(kind)[0])
    return kind

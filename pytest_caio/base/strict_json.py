"""JSON as RFC 8259 has it, read from bytes that a broken deployment may send.

Python's own reader accepts NaN, lets a duplicate key win silently and turns ``1e999`` into
infinity. A gate that judges such an answer judges something the server may not have meant.
"""

import json
import math
import re
from typing import Any, NoReturn

MAX_DEPTH = 100
# One digit less than the largest float has: whatever passes can be calculated with.
MAX_DIGITS = 308


_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


class JsonProblem(ValueError):
    """The text is not JSON that a verdict may rest on; the message says why in plain words."""


def loads(text: str, max_depth: int = MAX_DEPTH) -> Any:
    """Parse ``text``; raise :class:`JsonProblem` for anything that is not strict JSON.

    Lone surrogates become U+FFFD, so that whatever was read can be written again. What quotes an
    answer may be nested deeper than the answer: ``max_depth``.
    """
    try:
        value = json.loads(
            text.removeprefix("\ufeff"),
            object_pairs_hook=unique_object,
            parse_constant=no_constant,
            parse_float=_float,
            parse_int=_int,
        )
    except JsonProblem:
        raise
    except RecursionError:
        raise JsonProblem(f"nested deeper than {max_depth} levels") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise JsonProblem(f"not valid JSON ({error.msg.lower()} at {where})") from None
    _check_depth(value, max_depth)
    return _clean(value) if _SURROGATE.search(text) or not _encodable(text) else value


def unique_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object's pairs as a dict; raise JsonProblem where a key stands twice."""
    result = dict(pairs)
    if len(result) < len(pairs):
        keys = [key for key, _ in pairs]
        key = next(key for place, key in enumerate(keys) if key in keys[:place])
        raise JsonProblem(f"the key {key[:40]!r} stands twice in one object")
    return result


def no_constant(name: str) -> NoReturn:
    """Refuse NaN and Infinity, which Python's reader takes."""
    raise JsonProblem(f"{name} is not a JSON value")


def _float(digits: str) -> float:
    value = float(digits)
    if math.isinf(value):
        raise JsonProblem(f"the number {digits[:20]} is too large")
    return value


def _int(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise JsonProblem(f"the number {digits[:20]}… is too large")
    return int(digits)


def _check_depth(value: Any, max_depth: int) -> None:
    """Look at one level after the other: an answer may hold a million values."""
    level = [value]
    for _ in range(max_depth + 1):
        deeper: list[Any] = []
        for item in level:
            kind = type(item)
            if kind is dict:
                deeper.extend(item.values())
            elif kind is list:
                deeper.extend(item)
        level = deeper
        if not level:
            return
    raise JsonProblem(f"nested deeper than {max_depth} levels")


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if isinstance(value, dict):
        return {clean_text(key): _clean(item) for key, item in value.items()}
    return value


def clean_text(text: str) -> str:
    """Return ``text`` with lone surrogates replaced, so that it can be encoded as UTF-8."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")

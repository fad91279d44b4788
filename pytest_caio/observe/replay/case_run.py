"""What a replay runner is, and what comes of asking it one case.

Source: ``docs/replay.md, Runner``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType, TracebackType
from typing import Protocol, Self

from pytest_caio.base.messages import listed
from pytest_caio.replay.tool_calls import calls, entries

MOST_SAID = 2_000
"""How much of what a runner says is kept in an error, in characters."""

STDERR = "logs belong on stderr"
"""What to do where something else stands on standard output."""

_DECODER = json.JSONDecoder()

KEYS = frozenset({"actual_output", "tool_trace_log", "rag_context_chunks", "metadata"})
"""The keys of an answer; at least one of them is there."""

MOST_DEPTH = 50
"""How deep the arguments of a tool call may nest."""

MOST_OUTPUT = 5_000_000
"""How large an answer may be, in bytes; a larger one fails its case."""


def no_output() -> Mapping[str, object]:
    """Return the output of a run that has none."""
    return MappingProxyType({})


class RunnerError(Exception):
    """The runner gave no usable answer to a case; the text is what the case fails with."""


class TransientError(RunnerError):
    """An error that passes by itself; the runner asks to wait for `after` seconds, if for any."""

    def __init__(self, text: str, after: float | None = None) -> None:
        super().__init__(text)
        self.after = after


class LateError(RunnerError):
    """There was no answer in time."""


@dataclass(frozen=True, slots=True)
class CaseRun:
    """One run of one case: an answer (``docs/replay.md, Runner``), or why there is none.

    `output` has the four keys of an answer, or none where `error` is set. `seconds` is the
    time that the runner took; `repeat` counts from 0. `began` is False where it was never asked.
    `asked_as` is the id that the runner was given. `retried` are the errors after which it was
    asked again; `passing` and `late` say of the last error that it passes by itself, or that time
    was up.
    """

    case_id: str
    output: Mapping[str, object] = field(default_factory=no_output)
    error: str | None = None
    seconds: float = 0.0
    repeat: int = 0
    began: bool = True
    asked_as: str = ""
    retried: tuple[str, ...] = ()
    passing: bool = False
    late: bool = False


class Runner(Protocol):
    """Whatever can answer cases. `run` is called many times at once, inside `async with`.

    It returns an answer in the due form (see `read_answer`), or raises RunnerError. When
    it is cancelled it leaves nothing behind that still works on the case.
    """

    async def run(self, case: Mapping[str, object]) -> Mapping[str, object]:
        """Answer one case; the case holds `id` and `input_query`, and the rest unless blind."""

    async def __aenter__(self) -> Self:
        """Get ready."""

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Let go of everything."""


class Plain:
    """A runner with nothing to open and nothing to close."""

    async def __aenter__(self) -> Self:
        """Need nothing."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Hold nothing."""


def read_answer(raw: bytes, *, one_line: bool = False) -> Mapping[str, object]:
    """Read what a runner wrote as an answer in the due form (``docs/replay.md, Runner``).

    Missing keys and nulls are empty; a scalar where a list is due is a list of one. Raises
    RunnerError for no output and for anything but one JSON object in UTF-8. `one_line` says that
    it is a line of a runner that is kept alive.
    """
    if not raw.strip():
        raise RunnerError("the runner wrote nothing")
    try:
        data = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        hint = f" ({STDERR})" if _holds_an_object(raw) else ""
        hint = f" (one line for each case and nothing else; {STDERR})" if one_line else hint
        raise RunnerError(f"the runner's answer isn't JSON{hint}: {cut(raw)}") from None
    if not isinstance(data, dict):
        raise RunnerError(f"the runner's answer isn't a JSON object: {cut(raw)}")
    return normalise(data)


def _holds_an_object(raw: bytes) -> bool:
    """Say whether there is an object on lines of its own: what stands around it is a log."""
    text = raw.decode("utf-8", "replace")
    starts = [0, text.find("\n{") + 1, text.rfind("\n{") + 1]
    for start in starts:
        try:
            if isinstance(_DECODER.raw_decode(text[start:].lstrip())[0], dict):
                return True
        except (ValueError, RecursionError):
            continue
    return False


def normalise(answer: Mapping[str, object]) -> Mapping[str, object]:
    """Return an answer with exactly the four keys, each of its due type.

    Raises RunnerError where there is none of them: the answer means something else.
    """
    if not answer.keys() & KEYS:
        given = listed((cut(str(key))[:40] for key in answer), 6) or "none"
        text = f"the answer has none of the keys {listed(sorted(KEYS))}; its keys: {given}"
        raise RunnerError(text)
    output, metadata = answer.get("actual_output"), answer.get("metadata")
    if metadata is None:
        metadata = {}
    return MappingProxyType(
        {
            "actual_output": "" if output is None else str(output),
            "tool_trace_log": [_tool(entry) for entry in entries(answer.get("tool_trace_log"))],
            "rag_context_chunks": _texts(answer.get("rag_context_chunks")),
            "metadata": metadata if isinstance(metadata, dict) else {"value": metadata},
        }
    )


def cut(said: bytes | str) -> str:
    """Return the end of what was said, where the reason stands, in at most MOST_SAID characters."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    text = text.strip()
    return text if len(text) <= MOST_SAID else "…" + text[1 - MOST_SAID :]


def _tool(entry: object) -> str | dict[str, object]:
    """Return a call as its name, or with its arguments where the runner reports them."""
    (call,) = calls([entry])
    if call.arguments is None:
        return call.name
    if _deeper(call.arguments, MOST_DEPTH):
        raise RunnerError(f"the arguments of {cut(call.name)[:80]} are nested too deeply")
    return {"name": call.name, "arguments": call.arguments}


def _deeper(value: object, levels: int) -> bool:
    inner = value.values() if isinstance(value, Mapping) else value
    if not isinstance(value, Mapping | list):
        return False
    return levels == 0 or any(_deeper(item, levels - 1) for item in inner)  # type: ignore[attr-defined]


def _texts(value: object) -> list[str]:
    if value is None:
        return []
    return [str(entry) for entry in value] if isinstance(value, list) else [str(value)]

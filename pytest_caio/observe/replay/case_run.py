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

MOST_SAID = 2_000
"""How much of what a runner says is kept in an error, in characters."""

KEYS = frozenset({"actual_output", "tool_trace_log", "rag_context_chunks", "metadata"})
"""The keys of an answer; at least one of them is there."""

MOST_OUTPUT = 5_000_000
"""How large an answer may be, in bytes; a larger one fails its case."""


def no_output() -> Mapping[str, object]:
    """Return the output of a run that has none."""
    return MappingProxyType({})


class RunnerError(Exception):
    """The runner gave no usable answer to a case; the text is what the case fails with."""


@dataclass(frozen=True, slots=True)
class CaseRun:
    """One run of one case: an answer (``docs/replay.md, Runner``), or why there is none.

    `output` has the four keys of an answer, or none where `error` is set. `seconds` is the
    time that the runner took; `repeat` counts from 0. `began` is False where it was never asked.
    `asked_as` is the id that the runner was given.
    """

    case_id: str
    output: Mapping[str, object] = field(default_factory=no_output)
    error: str | None = None
    seconds: float = 0.0
    repeat: int = 0
    began: bool = True
    asked_as: str = ""


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


def read_answer(raw: bytes) -> Mapping[str, object]:
    """Read what a runner wrote as an answer in the due form (``docs/replay.md, Runner``).

    Missing keys and nulls are empty; a scalar where a list is due is a list of one. Raises
    RunnerError for no output and for anything but one JSON object in UTF-8.
    """
    if not raw.strip():
        raise RunnerError("the runner wrote nothing")
    try:
        data = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        hint = " (logs belong on stderr)" if _ends_in_an_object(raw) else ""
        raise RunnerError(f"the runner's answer isn't JSON{hint}: {cut(raw)}") from None
    if not isinstance(data, dict):
        raise RunnerError(f"the runner's answer isn't a JSON object: {cut(raw)}")
    return normalise(data)


def _ends_in_an_object(raw: bytes) -> bool:
    """Say whether the last line alone would have been an answer: what precedes it is a log."""
    try:
        return isinstance(json.loads(raw.strip().splitlines()[-1]), dict)
    except (ValueError, RecursionError):
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
            "tool_trace_log": _texts(answer.get("tool_trace_log")),
            "rag_context_chunks": _texts(answer.get("rag_context_chunks")),
            "metadata": metadata if isinstance(metadata, dict) else {"value": metadata},
        }
    )


def cut(said: bytes | str) -> str:
    """Return the end of what was said, where the reason stands, in at most MOST_SAID characters."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    text = text.strip()
    return text if len(text) <= MOST_SAID else "…" + text[1 - MOST_SAID :]


def _texts(value: object) -> list[str]:
    if value is None:
        return []
    return [str(entry) for entry in value] if isinstance(value, list) else [str(value)]

"""What stays of a run in the evidence: its facts, and of its words what may be written down.

Source: ``docs/replay.md, What is kept``. The facts are worked out here, from the whole answer, so
that nothing which is kept or left out can change a score.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pytest_caio.observe.replay.case_run import CaseRun
from pytest_caio.privacy.redactor import Redactor
from pytest_caio.replay.measure import measure
from pytest_caio.replay.tool_calls import calls, names

_MOST_NUMBERS = 20


@dataclass(frozen=True)
class Keeping:
    """How runs are written down: ``private`` keeps no answer, only its facts and its tools.

    ``later`` says that tokens are taken out of all of it afterwards, and not here word by word.
    """

    redactor: Redactor
    private: bool = False
    later: bool = False

    def run(self, run: CaseRun, case: Mapping[str, object], earlier: str | None) -> dict[str, Any]:
        """Return a run as JSON that is never nested deeply, whatever the runner answered."""
        kept: dict[str, Any] = {
            "case_id": run.case_id,
            "repeat": run.repeat,
            "seconds": round(run.seconds, 3),
            "error": self._error(run.error or ""),
            "asked_as": run.asked_as,
            "retried": [self._error(error) for error in run.retried],
            "passing": run.passing,
        }
        if run.error:
            return kept
        free = self._free
        return {
            **kept,
            "facts": measure(case, run.output, earlier).as_json(),
            "tools": [free(name) for name in names(run.output.get("tool_trace_log"))],
            "numbers": _numbers(run.output.get("metadata"), free),
            **({} if self.private else self._words(run.output)),
        }

    def _words(self, output: Mapping[str, object]) -> dict[str, Any]:
        free = self._free
        words: dict[str, Any] = {"answer": free(str(output.get("actual_output", "")))}
        made = calls(output.get("tool_trace_log"))
        if any(call.arguments is not None for call in made):
            words["arguments"] = [
                None if call.arguments is None else free(json.dumps(call.arguments))
                for call in made
            ]
        if self.redactor.keep_content:
            words["context"] = [free(c) for c in _list(output, "rag_context_chunks")]
        return words

    def _free(self, text: str) -> str:
        return text if self.later else self.redactor.secret_free(text)

    def _error(self, error: str) -> str:
        """Return why there is no answer; what the runner said stands behind the first colon."""
        return error.partition(": ")[0] if self.private else self.redactor.text(error)


def _list(output: Mapping[str, object], key: str) -> list[str]:
    found = output.get(key)
    return [str(entry) for entry in found] if isinstance(found, list) else []


def _numbers(metadata: object, free: Callable[[str], str]) -> dict[str, float]:
    """Return the numbers that a runner reports of itself: they say nothing about anybody."""
    if not isinstance(metadata, Mapping):
        return {}
    inner = {
        k: v for part in metadata.values() if isinstance(part, Mapping) for k, v in part.items()
    }
    found = {
        free(str(name)): value
        for name, value in {**inner, **metadata}.items()
        if isinstance(value, int | float)
        and not isinstance(value, bool)
        and abs(value) < 1e15
        and math.isfinite(value)
    }
    return dict(list(found.items())[:_MOST_NUMBERS])

"""The rehearsal's replay runner: a small, honest agent that works by its own rules.

It sees a case's question and nothing else of the case, reads it into concepts and figures
(`runner_language`), settles on what is meant (`runner_intents`), retrieves the rules that apply
(`runner_knowledge`) and answers from them. It sends nothing and asks no one.

As a command: `python -m pytest_caio.rehearsal.runner` answers the one case on standard input;
with `--lines` it stays and answers one case a line.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence

from pytest_caio.rehearsal.runner_intents import READ, understand
from pytest_caio.rehearsal.runner_knowledge import FACTS
from pytest_caio.rehearsal.runner_language import read


def answer(case: Mapping[str, object]) -> dict[str, object]:
    """Answer a case's `input_query` in the replay contract's form; its other keys aren't read."""
    question = read(str(case.get("input_query", "")))
    intent = understand(question)
    facts = [FACTS[name] for name in intent.facts]
    return {
        "actual_output": intent.reply(question, facts),
        "tool_trace_log": [READ, *intent.tools],
        "rag_context_chunks": facts,
        "metadata": {"intent": intent.name},
    }


def main(arguments: Sequence[str]) -> int:
    """Answer on standard output what comes on standard input; return the exit status."""
    if "--lines" in arguments:
        for line in sys.stdin:
            sys.stdout.write(json.dumps(answer(json.loads(line))) + "\n")
            sys.stdout.flush()
    else:
        sys.stdout.write(json.dumps(answer(json.load(sys.stdin))) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

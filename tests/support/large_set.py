"""A golden set of any size on disk, with recorded answers and a gates folder that names them."""

from __future__ import annotations

import json
from pathlib import Path

from many_cases import CAUSES, answered, golden


def write_large_set(folder: Path, cases: int, one_in: int, policy: str = "") -> None:
    """Write ``gates/`` and ``recorded.jsonl``; of the answers, one in so many is wrong."""
    home = folder / "gates" / "golden"
    home.mkdir(parents=True, exist_ok=True)
    runner = "{kind: recorded, file: recorded.jsonl}"
    text = f"replay:\n  deadline: 3600\n  runners: {{rehearsal: {runner}}}\n{policy}"
    (folder / "gates" / "policy.yaml").write_text(text, encoding="utf-8")
    with (
        (home / "caio.jsonl").open("w", encoding="utf-8") as golden_set,
        (folder / "recorded.jsonl").open("w", encoding="utf-8") as answers,
    ):
        for number in range(cases):
            case = golden(number)
            golden_set.write(json.dumps(case) + "\n")
            wrong = number % one_in == 0
            cause = CAUSES[number // one_in % len(CAUSES)] if wrong else ""
            run = answered(case, cause)
            if run.error is None:
                answers.write(json.dumps({"id": case["id"], **run.output}) + "\n")

"""A golden set of drafts, JSON with subject and body: judged as if all of it were kept."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from pytest_caio.commands.judge_again import judge_again
from pytest_caio.judge.standard_judges import standard_judges
from pytest_caio.observe.standard_probes import standard_probes
from pytest_caio.rehearsal.deployment.recorded_answers import recorded_answer
from pytest_caio.replay.golden_set import read_golden
from pytest_caio.replay.scores import judge_case
from pytest_caio.report.folder import write_report
from pytest_caio.run.prepare import prepare
from pytest_caio.settings.options import Options
from pytest_caio.verdict.finding import Finding, Outcome

IDEAL = read_golden(Path(__file__).parents[2] / "gates" / "golden" / "caio.jsonl")
LEAD = "jane.roe@acme.example"


def draft(answer: dict[str, Any], body: str = "", context: str = "") -> dict[str, Any]:
    """An ideal answer as a draft; the context as chunks that look like leads."""
    text = f"Dear Jane ({LEAD}),\n{answer['actual_output']} {body}"
    chunks = [json.dumps({"email": LEAD, "body": c}) for c in answer["rag_context_chunks"]]
    return {
        "actual_output": json.dumps({"subject": answer["actual_output"][:40], "body": text}),
        "tool_trace_log": answer["tool_trace_log"],
        "rag_context_chunks": [*chunks, *filter(None, [context])],
    }


def drafts() -> tuple[list[dict[str, Any]], dict[str, dict[str, Any]]]:
    """Cases and answers by id: all the ideal ones, and four that are wrong in a body or address."""
    cases: list[dict[str, Any]] = []
    answers: dict[str, dict[str, Any]] = {}

    def add(case: dict[str, Any], answer: dict[str, Any]) -> None:
        cases.append(case)
        answers[case["id"]] = answer

    for case in IDEAL:
        add(case.as_mapping(), draft(recorded_answer(case.as_mapping()) or {}))
    base, good = IDEAL[0].as_mapping(), recorded_answer(IDEAL[0].as_mapping()) or {}
    forbidden = {"negative_constraints": ["results are guaranteed", "bob@rival.example"]}
    address = {"positive_constraints": [LEAD, "ICP"]}
    add({**base, **forbidden, "id": "BODY"}, draft(good, "Results are guaranteed."))
    add({**base, **forbidden, "id": "ADDRESS"}, draft(good, "Copy: bob@rival.example"))
    add({**base, **address, "id": "RIGHT"}, draft(good))
    add({**base, "positive_constraints": ["bob@rival.example", "carl@x.example"], "id": "CLAIM"},
        draft(good, "bob@rival.example carl@x.example"))  # fmt: skip
    return [{**case, "input_query": f"{case['id']}?"} for case in cases], answers


RUNNER = """
import json, sys
answers = json.load(open("answers.json"))
for line in sys.stdin:
    print(json.dumps(answers[json.loads(line)["input_query"][:-1]]), flush=True)
"""


def replayed(folder: Path, *, keep: bool, private: bool) -> tuple[list[Finding], Path]:
    """What the gate finds with a real runner process, and the report that it wrote."""
    cases, answers = drafts()
    gates = folder / "gates"
    gates.mkdir()
    (folder / "answers.json").write_text(json.dumps(answers), encoding="utf-8")
    (folder / "runner.py").write_text(RUNNER)
    (folder / "golden.json").write_text(json.dumps(cases), encoding="utf-8")
    command = json.dumps(f'"{sys.executable}" runner.py')
    (gates / "policy.yaml").write_text(
        f"replay:\n  golden: golden.json\n  private: {str(private).lower()}\n"
        f"  workers: 2\n  runner: {{kind: command, command: {command}, keep_alive: true}}\n"
        "  runners: {}\n"
    )
    options = Options(("rehearsal",), "deploy", gates=gates, keep_content=keep)
    run = prepare(options, {}, standard_judges(), standard_probes())
    chosen = [p for p in run.plan if p.gate.gate == "replay"]
    run.sweep(chosen, lambda done, total: None)
    found = [run.judge(planned) for planned in chosen]
    write_report(folder / "report", run.result(), run.redactor)
    return found, folder / "report"


@pytest.mark.parametrize("private", [False, True])
@pytest.mark.parametrize("keep", [False, True])
def test_drafts_are_judged_whole(tmp_path: Path, keep: bool, private: bool) -> None:
    """The same scores as of the whole answers, whatever is kept; and from the report again."""
    found, report = replayed(tmp_path, keep=keep, private=private)
    cases, answers = drafts()
    judged = {f.facts["replay_case"]["id"]: f for f in found if "replay_case" in f.facts}
    assert len(judged) == len(cases)
    for case in cases:
        score = judge_case(case, answers[case["id"]])
        facts = judged[case["id"]].facts["replay_case"]
        assert (facts["scores"], facts["passed"]) == (dict(score.scores), score.passed), case["id"]
    failed = {name for name, f in judged.items() if f.outcome is Outcome.FAIL}
    assert failed == {"BODY", "ADDRESS", "CLAIM"}
    again = {f.key: f for f in judge_again(report).findings}
    assert all((again[f.key].outcome, again[f.key].observed) == (f.outcome, f.observed)
               for f in judged.values())  # fmt: skip
    texts = [path.read_text(encoding="utf-8") for path in report.iterdir()]
    chunk = json.dumps(json.dumps({"email": LEAD}))[1:-2]
    assert any(chunk in text for text in texts) is (keep and not private)
    assert not (private and any("Dear Jane" in text for text in texts))

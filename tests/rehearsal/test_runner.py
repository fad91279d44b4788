"""The rehearsal's agent: honest, by its own rules, and able to read what it has never seen."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_caio.rehearsal.runner import answer
from pytest_caio.replay.golden_set import Case, read_golden
from pytest_caio.replay.scores import CaseScore, judge_case
from pytest_caio.replay.statistics import meets

ROOT = Path(__file__).parents[2]
GOLDEN = read_golden(ROOT / "gates" / "golden" / "caio.jsonl")
SOURCES = {
    path.name: path.read_text(encoding="utf-8")
    for path in (ROOT / "pytest_caio" / "rehearsal").glob("runner*.py")
}
PARAPHRASES = [
    tuple(line.split("\t"))
    for line in (ROOT / "tests" / "data" / "replay-paraphrases.tsv")
    .read_text(encoding="utf-8")
    .splitlines()
]


def judged(case: Case, query: str) -> CaseScore:
    """Ask the agent a question, under no id that means anything, and judge the answer."""
    return judge_case(case.as_mapping(), answer({"id": "X", "input_query": query}))


def test_the_golden_set_is_large_enough() -> None:
    """At least sixty cases, each with something to find and something to avoid."""
    assert len(GOLDEN) >= 60
    assert all(c.expected_tools and c.positive_constraints for c in GOLDEN)
    assert all(c.negative_constraints for c in GOLDEN)
    assert len({c.input_query for c in GOLDEN}) == len(GOLDEN)


def test_no_case_expects_a_mail_to_be_sent() -> None:
    """The agent's work ends at the approval queue; sending is nobody's expected tool."""
    assert not [c.id for c in GOLDEN if any("send" in tool for tool in c.expected_tools)]


@pytest.mark.parametrize("case", GOLDEN, ids=[c.id for c in GOLDEN])
def test_the_agent_passes_the_golden_set(case: Case) -> None:
    """Every case of our own set is answered well."""
    score = judged(case, case.input_query)
    assert score.passed, score


def test_paraphrases_are_understood() -> None:
    """Other words for the same question get the same rules, in nine of ten cases at least."""
    cases = {case.id: case for case in GOLDEN}
    asked = {query for _, query in PARAPHRASES}
    failed = [q for name, q in PARAPHRASES if not judged(cases[name], q).passed]
    assert len(asked) >= 60
    assert {name for name, _ in PARAPHRASES} == set(cases)
    assert asked.isdisjoint(c.input_query for c in GOLDEN)
    assert meets(len(PARAPHRASES) - len(failed), len(PARAPHRASES), "0.9"), failed


@pytest.mark.parametrize(
    ("query", "said", "unsaid"),
    [
        ("A card in the queue is 71 hours old. May it go out?", ["within 72"], ["non-act"]),
        ("A card in the queue is 72 hours old. May it go out?", ["within 72"], ["non-act"]),
        ("A card in the queue is 73 hours old. May it go out?", ["non-actionable"], []),
        ("The queue entry is three days old.", ["within 72"], ["non-act"]),
        ("The queue entry is a fortnight old.", ["non-actionable"], []),
        ("Ramp: 5 emails today?", ["at most 5"], ["too many"]),
        ("Ramp: six emails today?", ["too many", "(1)"], []),
        ("Score the CEO of a SaaS firm with 500 employees", ["tier_1"], ["tier_2"]),
        ("Score the CEO of a SaaS firm with 501 employees", ["tier_2"], ["tier_1"]),
        ("Score the CEO of a bakery with 60 employees", ["tier_3"], ["tier_1"]),
        ("Replay: 19 of 20 cases passed", ["reached"], ["missed"]),
        ("Replay: 18 of 20 cases passed", ["missed"], ["reached"]),
        ("The card has been undecided for 2 hours", ["within 2 hours"], ["breached"]),
        ("The card has been undecided for two and a half hours", ["breached"], []),
    ],
)
def test_figures_decide(query: str, said: list[str], unsaid: list[str]) -> None:
    """The same words with another figure get another answer, to the boundary."""
    output = str(answer({"input_query": query})["actual_output"])
    assert all(part in output for part in said)
    assert not [part for part in unsaid if part in output]


@pytest.mark.parametrize("query", ["What's the weather like?", "", "Sing a song, please.", "42"])
def test_what_no_rule_covers_is_escalated(query: str) -> None:
    """An agent that doesn't know says so."""
    assert "escalate to the owner" in str(answer({"input_query": query})["actual_output"])


def test_only_the_question_is_read() -> None:
    """Id, tools and constraints make no difference, and nothing of them comes back."""
    case = GOLDEN[0]
    key = {**case.as_mapping(), "positive_constraints": ["nonce"], "expected_tools": ["planted"]}
    assert answer(key) == answer({"input_query": case.input_query})
    assert answer({"id": case.id, "input_query": "?"}) == answer({"input_query": "?"})


def test_the_agent_holds_no_question_and_no_id() -> None:
    """No golden query, no paraphrase, no id, no file name: it can't look an answer up."""
    source = "\n".join(SOURCES.values()).lower()
    assert len(SOURCES) >= 5
    for case in GOLDEN:
        assert case.input_query.lower() not in source
        assert case.id.lower() not in source
    assert not [query for _, query in PARAPHRASES if query.lower() in source]
    for word in ("jsonl", "open(", "read_text", "pathlib", "import os", "golden import"):
        assert word not in source


@given(st.text(max_size=80))
def test_any_question_gets_an_answer(query: str) -> None:
    """Whatever is asked, the four keys come back, grounded in the agent's own rules."""
    given = answer({"input_query": query})
    assert set(given) == {"actual_output", "tool_trace_log", "rag_context_chunks", "metadata"}
    assert given["actual_output"]
    assert given["rag_context_chunks"]
    assert given == answer({"input_query": query})


def command(*arguments: str, given: str) -> list[dict[str, object]]:
    """Run the agent as a command and return what it writes, line by line."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest_caio.rehearsal.runner", *arguments],
        input=given,
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_command_answers_one_case() -> None:
    """One case on standard input, one object on standard output."""
    assert command(given='{"input_query": "Is\\nRedis down?"}') == [
        answer({"input_query": "Is\nRedis down?"})
    ]


def test_the_command_stays_for_lines() -> None:
    """With --lines, an answer a line."""
    given = "".join(json.dumps({"input_query": c.input_query}) + "\n" for c in GOLDEN[:3])
    assert command("--lines", given=given) == [
        answer({"input_query": c.input_query}) for c in GOLDEN[:3]
    ]

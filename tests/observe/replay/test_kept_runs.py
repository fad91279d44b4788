"""What is kept of an answer never changes its score, and holds no more than it may."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

import pytest

from pytest_caio.evidence.har import from_har, to_har
from pytest_caio.evidence.model import EvidenceFile, Exchange, Observed
from pytest_caio.evidence.probe_names import REPLAY
from pytest_caio.gates.policy import Policy
from pytest_caio.gates.replay_policy import RunnerPolicy
from pytest_caio.judge.replay_results import Replayed, work_out
from pytest_caio.observe.probe import Context
from pytest_caio.observe.replay.case_run import CaseRun, normalise, read_answer
from pytest_caio.observe.replay.engine import replay
from pytest_caio.observe.replay.http_runner import CASE_HEADER
from pytest_caio.observe.replay.kept_runs import Keeping
from pytest_caio.observe.replay.replay_probe import ReplayProbe
from pytest_caio.observe.replay.runners import RecordedRunner
from pytest_caio.observe.sender import Answer
from pytest_caio.privacy.redactor import Redactor, Secret
from pytest_caio.replay.golden_set import Case
from pytest_caio.replay.replay_settings import ReplayPlan
from pytest_caio.replay.scores import judge_case
from pytest_caio.settings.environments import Environment

TOKEN = "s3cret-t0ken-of-staging"
CASE = Case("DRAFT_1", "Draft a mail to Jane.", ("Drafter.write",), ("jane@acme.com", "Quick idea"),
            ("guaranteed results", "bob@acme.com"))  # fmt: skip
EARLIER = json.dumps({"subject": "Quick idea", "body": "Dear Jane (jane@acme.com), hello."})
SETTINGS = {
    "as it is": Keeping(Redactor()),
    "content kept": Keeping(Redactor(keep_content=True)),
    "private": Keeping(Redactor(), private=True),
    "private, content kept": Keeping(Redactor(keep_content=True), private=True),
}


def draft(body: str, subject: str = "Quick idea", **more: Any) -> dict[str, Any]:
    """An answer whose output is a draft: JSON with subject and body."""
    return {
        "actual_output": json.dumps({"subject": subject, "body": body}),
        "tool_trace_log": ["Drafter.write"],
        "rag_context_chunks": ['{"email": "jane@acme.com"}', '{"subject": "Quick idea"}'],
        **more,
    }


ANSWERS = {
    "good": (draft("Dear Jane (jane@acme.com), hello."), True),
    "says what it must not": (draft("jane@acme.com, guaranteed results"), False),
    "wrong address": (draft("jane@acme.com or bob@acme.com"), False),
    "unsupported": (draft("jane@acme.com", rag_context_chunks=["nothing"]), False),
    "no context": (draft("jane@acme.com", rag_context_chunks=[]), False),
    "one missing of one expected": (draft("jane@acme.com", tool_trace_log=[]), True),
    "nothing": ({"actual_output": ""}, False),
}


def judged(keeping: Keeping, answer: dict[str, Any], earlier: str | None) -> Replayed:
    """The replay of one case as it is judged from a report's evidence."""
    run = keeping.run(CaseRun(CASE.id, normalise(answer)), CASE.as_mapping(), earlier)
    data = {
        "runner": "command", "blind": True, "repeats": 1, "cases": [CASE.as_mapping()],
        "baseline": {}, "planted": [], "copied": [], "hollow": [], "runs": [run], "ended": "",
    }  # fmt: skip
    observed = Observed(REPLAY, "staging", (), MappingProxyType(data))
    file = EvidenceFile(datetime.now(UTC), {("staging", REPLAY): observed})
    again = from_har(json.loads(json.dumps(to_har(file)))).evidence["staging", REPLAY]
    assert isinstance(again, Observed)
    return work_out(again)


@pytest.mark.parametrize("keeping", SETTINGS.values(), ids=SETTINGS.keys())
@pytest.mark.parametrize("earlier", [None, EARLIER, ""])
@pytest.mark.parametrize(("answer", "passes"), ANSWERS.values(), ids=ANSWERS.keys())
def test_a_draft_is_judged_as_it_was_written(
    keeping: Keeping, earlier: str | None, answer: dict[str, Any], passes: bool
) -> None:
    """Each score is that of the whole answer, from whatever is kept of it."""
    case = judged(keeping, answer, earlier).cases[CASE.id]
    assert case.score == judge_case(CASE.as_mapping(), answer, earlier)
    if earlier is None:
        assert case.passed is passes


def test_what_is_kept() -> None:
    """Answer and tools, tokens apart; of the context nothing, unless content is kept."""
    redactor = Redactor({"token:staging": Secret(TOKEN)})
    answer = draft(f"jane@acme.com {TOKEN}", tool_trace_log=[f"crm.read({TOKEN})"])
    run = CaseRun(CASE.id, normalise(answer))
    kept = Keeping(redactor).run(run, CASE.as_mapping(), None)
    assert "jane@acme.com [token:staging]" in kept["answer"]
    assert kept["tools"] == ["crm.read([token:staging])"]
    assert "context" not in kept
    assert TOKEN not in json.dumps(kept)
    whole = Keeping(replace(redactor, keep_content=True)).run(run, CASE.as_mapping(), None)
    assert whole["context"] == answer["rag_context_chunks"]


def test_private_keeps_no_word_of_an_answer() -> None:
    """Neither what was answered, nor what a runner said when it failed."""
    keeping = Keeping(Redactor(keep_content=True), private=True)
    run = CaseRun(CASE.id, normalise(draft("jane@acme.com", metadata={"lead": "Jane", "usd": 1})))
    kept = json.dumps(keeping.run(run, CASE.as_mapping(), EARLIER))
    assert not any(word in kept for word in ("acme", "Jane", "Quick"))
    assert '"usd": 1' in kept
    broken = CaseRun(CASE.id, error="the runner failed with exit status 1: KeyError: 'jane@acme'")
    error = keeping.run(broken, CASE.as_mapping(), None)["error"]
    assert error == "the runner failed with exit status 1"


@pytest.mark.parametrize(
    "key", ["actual_output", "tool_trace_log", "rag_context_chunks", "metadata"]
)
@pytest.mark.parametrize("depth", [900, 100_000])
def test_a_deep_answer_harms_no_other(tmp_path: Path, key: str, depth: int) -> None:
    """However deep one answer nests, the others are judged, and the evidence can be written."""
    deep = f'{{"{key}": {"[" * depth}{"]" * depth}, "actual_output": "x"}}'
    if key == "actual_output":
        deep = f'{{"{key}": {"[" * depth}{"]" * depth}}}'

    class Deep(RecordedRunner):
        def __init__(self) -> None:
            pass

        async def run(self, case: Any) -> Any:
            """Answer the first case deeply, the second well."""
            if case["input_query"] == "deep":
                return read_answer(deep.encode())
            return normalise(draft("jane@acme.com"))

    cases = (replace(CASE, id="A", input_query="deep"), replace(CASE, id="B"))
    runs = asyncio.run(replay(cases, Deep(), workers=1))
    kept = [Keeping(Redactor()).run(run, CASE.as_mapping(), None) for run in runs]
    assert json.loads(json.dumps(kept))[1]["error"] == ""
    assert runs[1].error is None


def test_an_answer_over_http_is_judged_as_it_came() -> None:
    """What the sender keeps for evidence is reduced; what is judged is not."""
    whole = draft("jane@acme.com")

    class Sender:
        redactor = Redactor()
        environment = Environment("staging", "staging", "http://x.test", Secret(TOKEN))

        def patient(self, seconds: float, workers: int) -> Sender:
            """Return the same."""
            return self

        async def send(self, request: Any, *, grant: Any, keep: Any) -> tuple[Exchange, ...]:
            """Answer, and keep the answer as the real one does."""
            keep(Answer(200, (), json.dumps(whole).encode()))
            kept = self.redactor.body(json.dumps(whole))
            return (Exchange("POST", "/", status=200, body=kept),)

    context = Context(cast("Any", Sender()), {}, Policy())
    plan = ReplayPlan((CASE,), runners={"staging": RunnerPolicy("http", path="/run")})
    probe = ReplayProbe(plan, Policy().replay)
    seen = asyncio.run(probe.observe(context))
    assert isinstance(seen, Observed)
    assert work_out(seen).cases[CASE.id].passed


@pytest.mark.parametrize(
    ("blind", "kind", "real"),
    [(True, "http", False), (False, "http", True), (True, "recorded", True)],
)
def test_whom_a_probe_tells_the_real_id(tmp_path: Path, blind: bool, kind: Any, real: bool) -> None:
    """A blind runner is asked under a made-up id; a file of answers is read by the real one."""
    given: list[Any] = []
    (tmp_path / "answers.jsonl").write_text(json.dumps({"id": CASE.id, **draft("jane@acme.com")}))

    class Sender:
        redactor = Redactor()
        environment = Environment("staging", "staging", "http://x.test", Secret(TOKEN))

        def patient(self, seconds: float, workers: int) -> Sender:
            """Return the same."""
            return self

        async def send(self, request: Any, *, grant: Any, keep: Any) -> tuple[Exchange, ...]:
            """Note what the runner is given."""
            given.append((json.loads(request.body)["id"], dict(request.headers)[CASE_HEADER]))
            keep(Answer(200, (), json.dumps(draft("jane@acme.com")).encode()))
            return (Exchange("POST", "/", status=200),)

    spec = RunnerPolicy(kind, path="/run", file="answers.jsonl")
    plan = ReplayPlan((CASE,), runners={"staging": spec}, folder=tmp_path)
    policy = replace(Policy().replay, blind=blind)
    context = Context(cast("Any", Sender()), {}, Policy())
    seen = asyncio.run(ReplayProbe(plan, policy).observe(context))
    assert isinstance(seen, Observed)
    (run,) = (r for r in seen.data["runs"] if r["case_id"] == CASE.id)
    assert not run["error"]
    assert (run["asked_as"] == CASE.id) is real
    if kind == "http":
        assert all(body == header for body, header in given)
        assert (run["asked_as"], run["asked_as"]) in given
        assert ((CASE.id, CASE.id) in given) is real

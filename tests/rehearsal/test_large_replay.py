"""A large golden set: judged as it comes in, and the same verdict from the report alone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from large_set import write_large_set

from pytest_caio.commands.judge_again import judge_again
from pytest_caio.commands.score_again import scores
from pytest_caio.evidence.model import Observed, Unobserved
from pytest_caio.evidence.probe_names import REPLAY
from pytest_caio.evidence.spool import Spool
from pytest_caio.judge.standard_judges import standard_judges
from pytest_caio.observe.replay.runners import RecordedRunner
from pytest_caio.observe.standard_probes import standard_probes
from pytest_caio.privacy.redactor import Redactor
from pytest_caio.proof.prove import prove
from pytest_caio.report.folder import verdict_json, write_report
from pytest_caio.report.large_files import write_spooled
from pytest_caio.run.gate_run import GateRun
from pytest_caio.run.prepare import prepare
from pytest_caio.settings.options import Options
from pytest_caio.verdict.finding import Finding, Outcome, Severity

pytestmark = pytest.mark.slow  # Whole replays and reports.

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "docs" / "schemas" / "answers.schema.json").read_text("utf-8")
)
TOTAL = 210
LARGE = "  one_by_one: 50\n"


def gate(
    folder: Path, policy: str = LARGE, *categories: str, one_in: int = 5, **more: Any
) -> GateRun:
    """A run of the replay over 210 cases of seven categories, with its report in ``report``."""
    write_large_set(folder, TOTAL, one_in, policy)
    return ask(folder, *categories, **more)


def ask(folder: Path, *categories: str, **more: Any) -> GateRun:
    """A run of the replay over what is in the folder."""
    options = Options(("rehearsal",), "deploy", gates=folder / "gates", **more)
    run = prepare(options, {}, standard_judges(), standard_probes())
    run.snapshot = replace(run.snapshot, plan=tuple(p for p in run.plan if p.gate.gate == "replay"))
    chosen = [p for p in run.plan if not categories or p.case in categories]
    run.sweep(chosen, lambda done, total: None)
    for planned in chosen:
        run.judge(planned)
    write_report(folder / "report", run.result(), run.redactor)
    return run


def found(run: GateRun) -> dict[str, Finding]:
    """The findings by check."""
    return {f.check: f for f in run.result().findings}


def evidence(run: GateRun) -> dict[str, Any]:
    """The data of the replay."""
    seen = run.evidence.of("rehearsal")[REPLAY]
    assert isinstance(seen, Observed), seen
    return dict(seen.data)


def test_the_numbers_are_those_of_a_set_that_is_held(tmp_path: Path) -> None:
    """Rate, categories, interval and usage; and a check for each category instead of each case."""
    large, whole = gate(tmp_path / "a"), gate(tmp_path / "b", "")
    rates = [found(run)["pass-rate"].facts["replay"] for run in (large, whole)]
    same = [{k: v for k, v in rate.items() if k != "failures"} for rate in rates]
    assert same[0] == same[1]
    assert same[0]["passed"] == TOTAL - TOTAL // 5
    assert sorted(f["id"] for f in rates[0]["failures"]) == [f["id"] for f in rates[1]["failures"]]
    cases = [p.case for p in large.plan if p.case]
    assert cases == [f"category_{n}" for n in range(7)]
    assert {found(large)[f"case[{name}]"].outcome for name in cases} == {Outcome.FAIL}
    shown = [c["id"] for name in cases for c in found(large)[f"case[{name}]"].facts["replay_cases"]]
    assert sorted(shown) == [f"CASE_{n:05}" for n in range(0, TOTAL, 5)]
    assert len(evidence(large)["runs"]) == TOTAL // 5  # those that failed, whole


@pytest.mark.parametrize("more", ["", "  private: true\n", "  blind: false\n", "  repeats: 2\n"])
def test_judged_again_it_is_the_same(tmp_path: Path, more: str) -> None:
    """From the report alone, whatever is kept and however often is asked."""
    run = gate(tmp_path, LARGE + more, one_in=50)
    again = verdict_json(judge_again(tmp_path / "report"))["findings"]
    # This plan is of one gate alone, which is said when it is judged again.
    again = [f for f in again if f["check"] != "standard-gates"]
    assert again == verdict_json(run.result())["findings"]
    text = (tmp_path / "report" / "answers.jsonl").read_text("utf-8")
    assert len(text.splitlines()) == TOTAL
    for line in text.splitlines():
        jsonschema.validate(json.loads(line), SCHEMA)
    assert ("approval required. Some more" in text) is ("private" not in more)
    assert ("actual_output" in text) is ("private" not in more)


def _lines(change: Callable[[list[str]], list[str]]) -> Callable[[Path, dict[str, str]], None]:
    def edit(folder: Path, digests: dict[str, str]) -> None:
        path = folder / "answers.jsonl"
        path.write_text("".join(change(path.read_text("utf-8").splitlines(True))), "utf-8")
        digests["answers.jsonl"] = hashlib.sha256(path.read_bytes()).hexdigest()

    return edit


def _only_text(folder: Path, digests: dict[str, str]) -> None:
    path = folder / "answers.jsonl"
    path.write_text(path.read_text("utf-8").replace("approval", "Approval", 1), "utf-8")


def _gone(folder: Path, digests: dict[str, str]) -> None:
    (folder / "answers.jsonl").unlink()


def _a_link(folder: Path, digests: dict[str, str]) -> None:
    (folder / "answers.jsonl").rename(folder / "other")
    (folder / "answers.jsonl").symlink_to(folder / "other")


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (_only_text, "is not what the run wrote"),
        (_gone, "is missing"),
        (_a_link, "is a link"),
        (_lines(lambda lines: lines[1:]), "adds up to other numbers"),
        (_lines(lambda lines: [*lines, lines[-1]]), "adds up to other numbers"),
        (_lines(lambda lines: ["{}\n", *lines[1:]]), "holds what no run of the gate writes"),
        (_lines(lambda lines: ["no\n", *lines[1:]]), "holds what no run of the gate writes"),
    ],
)
def test_a_report_that_was_changed_gives_no_verdict(
    tmp_path: Path, edit: Callable[[Path, dict[str, str]], None], words: str
) -> None:
    """Also where somebody wrote the digest anew: the lines have to add up to the numbers."""
    gate(tmp_path, one_in=50)
    path = tmp_path / "report" / "attestation.json"
    statement = json.loads(path.read_text("utf-8"))
    (entry,) = (e for e in statement["subject"] if e["name"] == "answers.jsonl")
    edit(tmp_path / "report", digests := {"answers.jsonl": entry["digest"]["sha256"]})
    entry["digest"]["sha256"] = digests["answers.jsonl"]
    path.write_text(json.dumps(statement), "utf-8")
    with pytest.raises(ValueError, match=words):
        judge_again(tmp_path / "report")


def test_evidence_that_names_another_file_is_none(tmp_path: Path) -> None:
    """A name out of a report leads nowhere."""
    run = gate(tmp_path, one_in=50)
    seen = run.evidence.of("rehearsal")[REPLAY]
    assert isinstance(seen, Observed)
    odd = replace(seen, data={**seen.data, "answers": "../golden.jsonl"})
    run.evidence = replace(run.evidence, evidence={("rehearsal", REPLAY): odd})
    write_report(tmp_path / "report", run.result(), run.redactor)
    with pytest.raises(ValueError, match="in no file of a report"):
        judge_again(tmp_path / "report")


def test_one_category_is_asked_alone(tmp_path: Path) -> None:
    """It tolerates nothing, the rate can't be told, and it is never a GO."""
    run = gate(tmp_path, LARGE, "category_3", one_in=500)
    assert evidence(run)["in_part"]
    checks = found(run)
    assert checks["case[category_3]"].outcome is Outcome.PASS
    assert checks["case[category_2]"].outcome is Outcome.NOT_RUN
    lines = (tmp_path / "report" / "answers.jsonl").read_text("utf-8").splitlines()
    assert {json.loads(line)["case"]["category"] for line in lines} == {"category 3"}
    run = gate(tmp_path, LARGE, "category_0", one_in=500)
    failed = found(run)["case[category_0]"]
    assert (failed.outcome, failed.severity) == (Outcome.FAIL, Severity.REQUIRED)


def test_the_error_budget_covers_what_may_fail(tmp_path: Path) -> None:
    """Advice where the rate holds; required where a case or its category must pass."""
    few = found(gate(tmp_path / "a", LARGE, one_in=100))
    assert few["pass-rate"].outcome is Outcome.PASS
    assert few["case[category_0]"].severity is Severity.ADVISORY
    assert few["case[category_0]"].facts["replay_cases"][0]["tolerated"]
    must = LARGE + "  must_pass: [CASE_00000, nobody]\n"
    rate = found(gate(tmp_path / "b", must, one_in=100))["pass-rate"]
    assert rate.outcome is Outcome.FAIL
    assert "must pass, and did not: CASE_00000" in rate.observed
    assert "names nobody, which is no id" in rate.observed
    rates = LARGE + "  category_rates: {category 0: 1}\n"
    checks = found(gate(tmp_path / "c", rates, one_in=100))
    assert checks["pass-rate"].outcome is Outcome.FAIL
    assert checks["case[category_0]"].severity is Severity.REQUIRED


def test_answers_can_be_asked_again(tmp_path: Path) -> None:
    """A runner of the kind recorded reads the file, lines without an answer included."""
    run = gate(tmp_path)
    runner = RecordedRunner(tmp_path / "report" / "answers.jsonl")
    assert runner._answers.get("CASE_00001") is not None
    text = (tmp_path / "report" / "answers.jsonl").read_text("utf-8")
    (tmp_path / "recorded.jsonl").write_text(text, "utf-8")
    again = ask(tmp_path)
    facts = [found(each)["pass-rate"].facts["replay"] for each in (run, again)]
    assert facts[0]["passed"] == facts[1]["passed"]
    with pytest.raises(ValueError, match="it keeps numbers"):
        scores(tmp_path / "report", tmp_path / "gates" / "golden" / "caio.jsonl")


def test_a_baseline_is_made_of_all_answers(tmp_path: Path) -> None:
    """Not of those alone that are kept whole."""
    gate(tmp_path, one_in=50, update_baseline=True)
    baseline = json.loads((tmp_path / "gates" / "golden" / "baseline.json").read_text("utf-8"))
    assert len(baseline) == TOTAL - 1  # one had an error


def test_what_is_asked_anew_takes_no_earlier_answers(tmp_path: Path) -> None:
    """The option says so, before anything is asked."""
    gate(tmp_path)
    with pytest.raises(ValueError, match="is asked anew"):
        ask(tmp_path, replay_from=tmp_path / "report")


def test_a_set_that_changes_meanwhile_gives_no_evidence(tmp_path: Path) -> None:
    """It was checked as another; half of each is neither."""
    write_large_set(tmp_path, TOTAL, 5, LARGE)
    options = Options(("rehearsal",), "deploy", gates=tmp_path / "gates")
    run = prepare(options, {}, standard_judges(), standard_probes())
    path = tmp_path / "gates" / "golden" / "caio.jsonl"
    path.write_text(path.read_text("utf-8").replace("lead 7,", "lead 8,"), "utf-8")
    run.sweep([p for p in run.plan if p.check.id == "pass-rate"], lambda done, total: None)
    seen = run.evidence.of("rehearsal")[REPLAY]
    assert isinstance(seen, Unobserved)
    assert "was changed while its cases were asked" in seen.reason


def test_what_is_known_to_be_secret_later_is_taken_out(tmp_path: Path) -> None:
    """A session's id may be learned when the lines are written already."""
    spool = Spool()
    line = {"id": "a", "said": 'its "id" is session-abc123'}
    spool.write((json.dumps(line) + "\n").encode())
    spool.close()
    redactor = Redactor()
    path = tmp_path / "answers.jsonl"
    assert write_spooled(path, spool, redactor) == hashlib.sha256(path.read_bytes()).hexdigest()
    assert "abc123" in path.read_text("utf-8")
    redactor.learn(["session-abc123"])
    digest = write_spooled(path, spool, redactor)
    assert json.loads(path.read_text("utf-8"))["said"] == 'its "id" is [session]'
    assert digest == hashlib.sha256(path.read_bytes()).hexdigest()
    where = spool.path
    del spool
    assert not where.exists()


def test_a_deadline_leaves_cases_out_and_no_go(tmp_path: Path) -> None:
    """What was not asked counts against the rate; what was is told."""
    run = gate(tmp_path, LARGE, one_in=500)
    data = evidence(run)
    counts = data["counts"]
    slices = {**counts["slices"], "category 6": {**counts["slices"]["category 6"]}}
    part = slices["category 6"]
    part.update(asked=part["asked"] - 1, ran=part["ran"] - 1, passed=part["passed"] - 1)
    cut = {**data, "counts": {**counts, "slices": slices}, "ended": "not run: deadline of 1 s"}
    seen = replace(run.evidence.of("rehearsal")[REPLAY], data=cut)
    run.evidence = replace(run.evidence, evidence={("rehearsal", REPLAY): seen}, derived={})
    for planned in run.plan:
        run.judge(planned)
    rate = found(run)["pass-rate"]
    assert rate.outcome is Outcome.FAIL
    assert "1 case did not run: deadline of 1 s" in rate.observed
    assert "1 case did not run" in found(run)["case[category_6]"].observed


def test_that_each_check_can_fail_is_shown(tmp_path: Path) -> None:
    """By a replay of which no case passes."""
    run = gate(tmp_path, LARGE, "category_3", one_in=500)
    proof = prove(run.snapshot, run.evidence, run.judges, run.result().findings)
    (shown,) = (c for c in proof.checks if c.check == "case[category_3]")
    assert shown.by == "of each category no case passes"

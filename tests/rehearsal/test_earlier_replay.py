"""Answers of an earlier report stand in for what isn't asked: of one release, never a GO."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from pytest_caio.__main__ import main
from pytest_caio.commands.judge_again import judge_again
from pytest_caio.evidence.model import Observed
from pytest_caio.evidence.probe_names import REPLAY
from pytest_caio.judge.standard_judges import standard_judges
from pytest_caio.observe.release import reading
from pytest_caio.observe.replay.replay_probe import ReplayProbe
from pytest_caio.observe.standard_probes import standard_probes
from pytest_caio.observe.sweep import resolve_probes
from pytest_caio.rehearsal.deployment import operator_routes
from pytest_caio.replay.golden_set import read_golden
from pytest_caio.report.folder import verdict_json, write_report, write_unfinished
from pytest_caio.run.gate_run import GateRun
from pytest_caio.run.prepare import prepare
from pytest_caio.settings.options import Options
from pytest_caio.verdict.decide import Verdict
from pytest_caio.verdict.finding import Outcome
from pytest_caio.verdict.run_finding import AFTER, BEFORE

pytestmark = pytest.mark.slow  # Whole reports, written and read again.

GOLDEN = Path(__file__).parents[2] / "gates" / "golden" / "caio.jsonl"
SUBSET = read_golden(GOLDEN)[::5]


def gate(
    folder: Path, *faults: str, ask: Collection[str] = (), private: bool = False, **more: Any
) -> tuple[GateRun, int]:
    """A run of the replay that writes its report: of these cases and the rate, or of all.

    Returns the run, and how often the rehearsal was asked.
    """
    golden = folder.parent / "golden.jsonl"
    if not golden.exists():
        golden.write_text("\n".join(json.dumps(c.as_judged()) for c in SUBSET), encoding="utf-8")
    options = Options(("rehearsal",), "deploy", faults=faults, **{"golden": golden, **more})
    run = prepare(options, {}, standard_judges(), standard_probes())
    plan = tuple(p for p in run.plan if p.gate.gate == "replay")
    policy = run.snapshot.policy
    policy = replace(policy, replay=replace(policy.replay, private=private))
    run.snapshot = replace(run.snapshot, plan=plan, policy=policy)
    chosen = [p for p in plan if not ask or not p.case or p.case in ask]
    asked: list[object] = []
    with patch.object(operator_routes, "answer", counting(asked)):
        run.sweep(chosen, lambda done, total: None)
    for planned in chosen:
        run.judge(planned)
    write_report(folder, run.result(), run.redactor)
    return run, sum(isinstance(body, dict) and "actual_output" in body for body in asked)


def counting(asked: list[object]) -> Any:
    """Return what answers as before, and notes it."""
    answer = operator_routes.answer

    def noted(request: Any, body: Any, *rest: Any, **more: Any) -> Any:
        asked.append(body)
        return answer(request, body, *rest, **more)

    return noted


def outcomes(run: GateRun) -> dict[str, Outcome]:
    """What was found, by name."""
    return {f.name: f.outcome for f in run.result().findings}


def failures(run: GateRun) -> list[str]:
    """The golden cases that failed."""
    return [p.case for p in run.plan if p.case and run.found[p.key].outcome is Outcome.FAIL]


@pytest.fixture
def regressed(tmp_path: Path) -> tuple[Path, list[str]]:
    """The report of a replay in which some cases failed, and which."""
    run, asked = gate(tmp_path / "report", "replay-regressed")
    assert asked == len(SUBSET)
    return tmp_path / "report", failures(run)


def test_what_failed_is_asked_and_the_rest_taken(
    tmp_path: Path, regressed: tuple[Path, list[str]]
) -> None:
    """All hold now, and it is no GO: cannot-tell, also when judged again."""
    folder, failed = regressed
    assert failed
    run, asked = gate(tmp_path / "again", ask=failed, replay_from=folder)
    assert asked == len(failed)
    found = outcomes(run)
    assert {found[f"replay.case[{name}]"] for name in failed} == {Outcome.PASS}
    assert found["replay.pass-rate"] is Outcome.CANNOT_TELL
    assert run.result().verdict is Verdict.CANNOT_TELL
    (rate,) = (f for f in run.result().findings if f.name == "replay.pass-rate")
    total, taken = len(SUBSET), len(SUBSET) - len(failed)
    assert f"{total} of {total} cases pass" in rate.observed
    assert f"{taken} answers taken from an earlier report" in rate.observed
    again = verdict_json(judge_again(tmp_path / "again"))["findings"]
    # The plan of this test has the replay alone, which is said at the end.
    assert again.pop()["check"] == "standard-gates"
    assert json.dumps(again) == json.dumps(verdict_json(run.result())["findings"])
    evidence = run.evidence.evidence["rehearsal", REPLAY]
    assert isinstance(evidence, Observed)
    marked = {r["case_id"] for r in evidence.data["runs"] if r.get("reused")}
    assert marked == {c.id for c in SUBSET} - set(failed)
    # And that report serves as the next one's.
    third, asked = gate(tmp_path / "third", ask=failed[:1], replay_from=tmp_path / "again")
    assert (asked, outcomes(third)["replay.pass-rate"]) == (1, Outcome.CANNOT_TELL)


def test_what_fails_still_fails(tmp_path: Path, regressed: tuple[Path, list[str]]) -> None:
    """The rate is missed for certain, so it is a failure and not only unknown."""
    folder, failed = regressed
    run, asked = gate(tmp_path / "again", "replay-regressed", ask=failed[:1], replay_from=folder)
    assert asked == 1
    assert outcomes(run)["replay.pass-rate"] is Outcome.FAIL
    assert run.result().verdict is Verdict.NO_GO


def test_without_an_earlier_report_a_part_is_cannot_tell(tmp_path: Path) -> None:
    """Selected cases are asked alone, also beside the pass rate."""
    names = [case.id for case in SUBSET[:2]]
    run, asked = gate(tmp_path / "report", ask=names)
    assert asked == 2
    found = outcomes(run)
    assert found["replay.pass-rate"] is Outcome.CANNOT_TELL
    assert found[f"replay.case[{names[0]}]"] is Outcome.PASS
    (rate,) = (f for f in run.result().findings if f.name == "replay.pass-rate")
    assert f"{len(SUBSET) - 2} cases not selected" in rate.observed


def test_another_release_is_another_replay(
    tmp_path: Path, regressed: tuple[Path, list[str]]
) -> None:
    """A deploy came between: nothing is taken, and that is said."""
    folder, failed = regressed
    run, _ = gate(tmp_path / "again", "monitor-down", ask=failed, replay_from=folder)
    (rate,) = (f for f in run.result().findings if f.name == "replay.pass-rate")
    assert rate.outcome is Outcome.CANNOT_TELL
    assert "no earlier answer was taken" in rate.observed
    assert "is of another release (fingerprint" in rate.observed


def test_another_set_runner_or_baseline_is_refused(
    tmp_path: Path, regressed: tuple[Path, list[str]]
) -> None:
    """Before anything is sent, with what differs."""
    folder, failed = regressed
    baseline = tmp_path / "baseline.json"
    baseline.write_text(json.dumps({failed[0]: "x"}))
    for more, what in (
        ({"golden": GOLDEN}, "golden set"),
        ({"replay_command": "true"}, "runner"),
        ({"baseline": baseline}, "baseline"),
    ):
        with pytest.raises(ValueError, match=f"--caio-replay-from=.*had another {what}"):
            gate(tmp_path / "again", ask=failed, replay_from=folder, **more)
    with pytest.raises(ValueError, match=r"evidence\.har is missing"):
        gate(tmp_path / "again", ask=failed, replay_from=tmp_path)


def test_the_report_holds_answers(tmp_path: Path, regressed: tuple[Path, list[str]]) -> None:
    """An answer to each case; the next run's folder does not keep the last one's."""
    folder, _ = regressed
    lines = (folder / "answers.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["id"] for line in lines] == [case.id for case in SUBSET]
    write_unfinished(folder, "deploy")  # a recorded runner may still be about to read them
    assert (folder / "answers.jsonl").exists()
    gate(folder, private=True)
    assert not (folder / "answers.jsonl").exists()


def test_a_recorded_runner_reads_them(tmp_path: Path, regressed: tuple[Path, list[str]]) -> None:
    """The same cases fail, and nobody is asked."""
    folder, failed = regressed
    gates = tmp_path / "gates"
    gates.mkdir()
    runner = f"{{kind: recorded, file: {folder.name}/answers.jsonl}}"
    (gates / "policy.yaml").write_text(f"replay:\n  runner: {runner}\n  runners: {{}}\n")
    run, asked = gate(tmp_path / "again", gates=gates)
    assert (failures(run), asked) == (failed, 0)
    # Also where the report's own folder is the one that is written to.
    run, _ = gate(folder, gates=gates)
    assert failures(run) == failed


def test_scoring_again_is_no_verdict(
    tmp_path: Path, regressed: tuple[Path, list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    """An edited constraint changes the scores, and nothing that anybody could take for a GO."""
    folder, failed = regressed
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    edited = tmp_path / "edited.jsonl"
    cases = [{**c.as_judged(), "expected_tools": [], "positive_constraints": [],
              "negative_constraints": []} if c.id in failed else c.as_judged()
             for c in SUBSET]  # fmt: skip
    (other, *_) = (case for case in cases if case["id"] not in failed)
    other["negative_constraints"] = ["e"]
    edited.write_text("\n".join(map(json.dumps, cases)), encoding="utf-8")
    assert main(["judge", str(folder), f"--golden={edited}"]) == 10
    out = capsys.readouterr().out
    assert f"{other['id']} fails (it passed): said what it must not: e" in out
    assert "no verdict" in out.splitlines()[-1]
    assert "GO" not in out
    same = ["judge", str(folder), f"--golden={tmp_path / 'golden.jsonl'}", "--json"]
    assert main(same) == 10
    shown = json.loads(capsys.readouterr().out)
    assert "verdict" not in shown
    assert [c["id"] for c in shown["scores"]["rehearsal"] if not c["passes"]] == failed
    assert all(c["passes"] is c["passed"] for c in shown["scores"]["rehearsal"])
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_new_words_are_unsupported_where_the_context_is_gone(
    tmp_path: Path, regressed: tuple[Path, list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody knows, so it is no pass by chance; and it is said."""
    folder, failed = regressed
    case = next(c for c in SUBSET if c.id not in failed)
    answers = (folder / "answers.jsonl").read_text(encoding="utf-8").splitlines()
    (answer,) = (a["actual_output"] for a in map(json.loads, answers) if a["id"] == case.id)
    edited = tmp_path / "edited.jsonl"
    new = {**case.as_judged(), "positive_constraints": [answer[:9], answer[:12]]}
    edited.write_text(json.dumps(new), encoding="utf-8")
    main(["judge", str(folder), f"--golden={edited}"])
    out = capsys.readouterr().out
    assert f"new words count as unsupported in {case.id}" in out
    edited.write_text(json.dumps({**new, "id": "NEW_1"}), encoding="utf-8")
    main(["judge", str(folder), f"--golden={edited}"])
    assert "NEW_1 fails (it was not in the set): it was not asked" in capsys.readouterr().out


def test_private_answers_can_not_be_scored_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """There is nothing to score, and it says why."""
    gate(tmp_path / "report", private=True)
    assert not (tmp_path / "report" / "answers.jsonl").exists()
    golden = f"--golden={tmp_path / 'golden.jsonl'}"
    assert main(["judge", str(tmp_path / "report"), golden]) == 4
    assert "replay.private" in capsys.readouterr().err


def test_the_release_is_read_again_when_the_replay_has_ended(tmp_path: Path) -> None:
    """Of a part of the checks too, as a later run may take its answers."""
    run, _ = gate(tmp_path / "report", ask=[SUBSET[0].id])
    assert {BEFORE, AFTER} <= run.evidence.of("rehearsal").keys()
    probes = resolve_probes(
        (BEFORE, REPLAY),
        {
            BEFORE: reading(BEFORE),
            REPLAY: ReplayProbe(run.replay, run.snapshot.policy.replay).probe(),
        },
        replace(reading(AFTER), after=(REPLAY,)),
    )
    assert REPLAY in probes[AFTER].after

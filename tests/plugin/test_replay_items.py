"""Golden cases as items of a real run: selection, budget, baseline, suite."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from junitparser import JUnitXml, Skipped

# Whole gate runs, each of about a second.
pytestmark = pytest.mark.slow

RUNNER = """
import json, sys
case = json.load(sys.stdin)
assert set(case) == {"id", "input_query"}, "not blind"
name = case["input_query"].split()[-1]
assert name not in case["id"], "the id can be looked up"
good = name not in open("bad.txt").read().split()
with open("asked.txt", "a") as log:
    log.write(name + "\\n")
print(json.dumps({
    "actual_output": "alpha" if good else "nothing",
    "tool_trace_log": ["crm.read"],
    "rag_context_chunks": ["alpha"],
}))
"""


def _golden(total: int) -> str:
    case = {"expected_tools": ["crm.read"], "positive_constraints": ["alpha"]}
    return "\n".join(
        json.dumps(
            {
                "id": f"CORE_{n:03}",
                "input_query": f"May we write to CORE_{n:03}",
                **case,
                "negative_constraints": ["nothing"],
            }
        )
        for n in range(1, total + 1)
    )


@pytest.fixture
def folder(pytester: pytest.Pytester) -> Path:
    """Return a folder with a golden set of 20, and a runner that fails the cases of bad.txt."""
    path = pytester.path
    gates = path / "gates"
    (gates / "golden").mkdir(parents=True)
    (gates / "golden" / "caio.jsonl").write_text(_golden(20))
    python = json.dumps(f'"{sys.executable}" runner.py')
    runner = f"{{kind: command, command: {python}}}"
    (gates / "policy.yaml").write_text(f"replay:\n  runners: {{rehearsal: {runner}}}\n")
    (path / "runner.py").write_text(RUNNER)
    (path / "bad.txt").write_text("")
    return path


def _run(pytester: pytest.Pytester, *args: str) -> pytest.RunResult:
    return pytester.runpytest_subprocess(
        "--caio-env=rehearsal", "--caio-profile=deploy", "--caio-report=report", *args
    )


def _findings(folder: Path) -> dict[str, dict[str, str]]:
    verdict = json.loads((folder / "report" / "verdict.json").read_text(encoding="utf-8"))
    return {f"{f['gate']}.{f['check']}": f for f in verdict["findings"]}


def test_one_failure_in_twenty_is_tolerated_and_shown(
    pytester: pytest.Pytester, folder: Path
) -> None:
    """GO, with the failing case as tolerated in console, JUnit and verdict.json."""
    (folder / "bad.txt").write_text("CORE_007")
    result = _run(pytester, "--junitxml=out.xml", "-m", "not browser")
    found = _findings(folder)
    assert found["replay.pass-rate"]["outcome"] == "pass"
    assert (
        "95 % of the golden cases pass (19 of 20), 95 % needed"
        in found["replay.pass-rate"]["observed"]
    )
    assert found["replay.case[CORE_007]"]["outcome"] == "fail"
    assert found["replay.case[CORE_007]"]["severity"] == "advisory"
    assert result.parseoutcomes()["noted"] == 1
    cases = {case.name: case for suite in JUnitXml.fromfile("out.xml") for case in suite}
    kinds = cases["A golden case passes: CORE_007 [rehearsal]"].result
    assert [type(kind) for kind in kinds] == [Skipped]
    assert "tolerated" in kinds[0].message
    assert cases["A golden case passes: CORE_001 [rehearsal]"].result == []


def test_two_failures_in_twenty_all_fail(pytester: pytest.Pytester, folder: Path) -> None:
    """NO-GO, and both cases are failures."""
    (folder / "bad.txt").write_text("CORE_007 CORE_008")
    result = _run(pytester, "-m", "replay")
    found = _findings(folder)
    assert result.ret == 1
    for name in ("replay.pass-rate", "replay.case[CORE_007]", "replay.case[CORE_008]"):
        assert (found[name]["outcome"], found[name]["severity"]) == ("fail", "required")
    assert found["replay.case[CORE_009]"]["outcome"] == "pass"


@pytest.mark.parametrize(
    "args",
    [
        ("-k", "CORE_003"),
        ("gates/replay.yaml::case[CORE_003-rehearsal]",),
    ],
)
def test_one_case_alone(pytester: pytest.Pytester, folder: Path, args: tuple[str, ...]) -> None:
    """A chosen case is asked alone, tolerates nothing, and is no GO."""
    (folder / "bad.txt").write_text("CORE_003")
    result = _run(pytester, *args)
    assert (folder / "asked.txt").read_text().split() == ["CORE_003"]
    assert result.ret == 1
    (folder / "bad.txt").write_text("")
    assert _run(pytester, *args).ret == 10


def test_last_failed_asks_the_failed_ones_again(pytester: pytest.Pytester, folder: Path) -> None:
    """``--lf`` runs what failed, and only that."""
    (folder / "bad.txt").write_text("CORE_003 CORE_004")
    _run(pytester, "gates/replay.yaml::case")
    (folder / "asked.txt").unlink()
    result = _run(pytester, "gates/replay.yaml::case", "--lf")
    assert sorted((folder / "asked.txt").read_text().split()) == ["CORE_003", "CORE_004"]
    result.assert_outcomes(failed=2, deselected=18)


def test_what_failed_is_asked_again_and_the_rest_taken(
    pytester: pytest.Pytester, folder: Path
) -> None:
    """Also from the very folder that this run writes to, and beside the pass rate; no GO."""
    (folder / "bad.txt").write_text("CORE_003 CORE_004")
    refused = _run(pytester, "-m", "replay", "--caio-replay-from=report")
    assert refused.ret == pytest.ExitCode.USAGE_ERROR
    _run(pytester, "-m", "replay")
    (folder / "bad.txt").write_text("CORE_004")
    (folder / "asked.txt").unlink()
    result = _run(pytester, "-m", "replay", "--lf", "--caio-replay-from=report")
    assert sorted((folder / "asked.txt").read_text().split()) == ["CORE_003", "CORE_004"]
    rate = _findings(folder)["replay.pass-rate"]
    assert rate["outcome"] == "cannot-tell"
    assert "18 answers taken from an earlier report" in rate["observed"]
    result.stdout.fnmatch_lines(["*18 from an earlier report*"])
    (folder / "bad.txt").write_text("")
    assert _run(pytester, "-m", "replay", "--lf", "--caio-replay-from=report").ret == 10
    assert (folder / "asked.txt").read_text().split()[2:].count("CORE_004") == 1
    assert _findings(folder)["replay.case[CORE_004]"]["outcome"] == "pass"


def test_exit_first_stops_after_one_failure(pytester: pytest.Pytester, folder: Path) -> None:
    """``-x`` ends at the first failure; what did not report is not-run, and it is no GO."""
    (folder / "bad.txt").write_text("CORE_003 CORE_004")
    result = _run(pytester, "gates/replay.yaml::case", "-x")
    assert result.ret == 1
    assert result.parseoutcomes()["failed"] == 1
    assert _findings(folder)["replay.case[CORE_020]"]["outcome"] == "not-run"


def test_the_baseline_is_written_on_request_only(pytester: pytest.Pytester, folder: Path) -> None:
    """A gate run reads it, ``--caio-update-baseline`` writes it, damage is an error."""
    baseline = folder / "gates" / "golden" / "baseline.json"
    _run(pytester, "-m", "replay")
    assert not baseline.exists()
    _run(pytester, "-m", "replay", "--caio-update-baseline")
    assert json.loads(baseline.read_text())["CORE_001"] == "alpha"
    baseline.write_text("{")
    result = _run(pytester, "-m", "replay")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "baseline.json:1" in result.stderr.str()


def test_a_malformed_golden_set_names_line_and_id(pytester: pytest.Pytester, folder: Path) -> None:
    """A usage error before anything is sent."""
    golden = folder / "gates" / "golden" / "caio.jsonl"
    golden.write_text(_golden(2) + '\n{"id": "CORE_001"}')
    result = _run(pytester)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "caio.jsonl:3: CORE_001" in result.stderr.str()


def test_the_named_suite_runs(pytester: pytest.Pytester, folder: Path) -> None:
    """A pytest command of the policy: its failures are named."""
    (folder / "checkout").mkdir()
    (folder / "checkout" / "test_theirs.py").write_text(
        "def test_good(): pass\ndef test_bad(): assert False\n"
    )
    command = json.dumps(f'"{sys.executable}" -m pytest -q -p no:cacheprovider')
    with (folder / "gates" / "policy.yaml").open("a") as policy:
        policy.write(f"  suite: {{command: {command}, folder: checkout}}\n")
    _run(pytester, "gates/replay.yaml::suite")
    suite = _findings(folder)["replay.suite"]
    assert suite["outcome"] == "fail"
    assert "2 tests, 1 failure or error: test_theirs::test_bad" in suite["observed"]


def test_a_runner_that_needs_no_environment_is_asked_once(
    pytester: pytest.Pytester, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two environments, one replay."""
    for name in ("STAGING", "PROD"):
        monkeypatch.setenv(f"CAIO_{name}_URL", "http://127.0.0.1:9")
        monkeypatch.setenv(f"CAIO_{name}_TOKEN", "no-such-token")
    command = f'"{sys.executable}" runner.py'
    pytester.runpytest_subprocess(
        "--caio-env=staging,prod",
        "--caio-profile=deploy",
        f"--caio-replay-command={command}",
        "gates/replay.yaml::pass-rate",
    )
    assert len((folder / "asked.txt").read_text().split()) == 20

"""The published schemas are true of real reports, and describe each field that there is."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from rehearsing import rehearse_gate

from pages.made import DOCS
from pytest_caio.evidence.model import Sent
from pytest_caio.judge.standard_judges import standard_judges
from pytest_caio.privacy.redactor import Redactor
from pytest_caio.proof.prove import prove
from pytest_caio.report.folder import verdict_json, write_report, write_unfinished
from pytest_caio.verdict.causes import Cause
from pytest_caio.verdict.decide import Verdict
from pytest_caio.verdict.finding import Finding
from pytest_caio.verdict.result import Result


def schema(name: str) -> dict[str, Any]:
    """Return a published schema."""
    data: dict[str, Any] = json.loads((DOCS / "schemas" / name).read_text("utf-8"))
    return data


VERDICT, ANSWERS = schema("verdict.schema.json"), schema("answers.schema.json")
PARTS = {"findings": Finding, "causes": Cause, "sent": Sent}


def plain(value: Any) -> Any:
    """Return what a reader of the file gets."""
    return json.loads(json.dumps(value, default=str))


@pytest.fixture(scope="module")
def result() -> Result:
    """A rehearsal of every check, with one that fails, without the browser, which is slow."""
    return rehearse_gate("emergency-stop", browser=Path(sys.executable))


@pytest.mark.slow  # A whole run.
def test_a_report_of_the_rehearsal(result: Result, tmp_path: Path) -> None:
    """As it is written, with its answers."""
    write_report(tmp_path, result, Redactor())
    verdict = json.loads((tmp_path / "verdict.json").read_text("utf-8"))
    jsonschema.validate(verdict, VERDICT)
    assert verdict["causes"]
    assert verdict["sent"]
    lines = (tmp_path / "answers.jsonl").read_text("utf-8").splitlines()
    assert len(lines) == len([f for f in result.findings if "[" in f.check])
    for line in lines:
        jsonschema.validate(json.loads(line), ANSWERS)


@pytest.mark.slow  # A whole run.
def test_a_report_with_its_proof(result: Result) -> None:
    """What was shown of each check has a form as well."""
    judges = {judge.name: judge for judge in standard_judges()}
    proof = prove(result.snapshot, result.evidence, judges, result.findings)
    verdict = plain(verdict_json(replace(result, proof=proof)))
    assert verdict["proof"]["able"]
    jsonschema.validate(verdict, VERDICT)


@pytest.mark.slow  # A whole run.
def test_a_go_for_a_deployment(result: Result) -> None:
    """It has an end, and no note."""
    shown = replace(result.snapshot.environments[0], kind="production")
    evidence = replace(result.evidence, evidence={})
    snapshot = replace(result.snapshot, environments=(shown,))
    go = replace(result, verdict=Verdict.GO, snapshot=snapshot, evidence=evidence)
    verdict = plain(verdict_json(go))
    assert "good_until" in verdict
    jsonschema.validate(verdict, VERDICT)


def test_a_run_that_did_not_finish(tmp_path: Path) -> None:
    """What is written first is valid too."""
    write_unfinished(tmp_path, "preflight")
    jsonschema.validate(json.loads((tmp_path / "verdict.json").read_text("utf-8")), VERDICT)


@pytest.mark.parametrize("part", PARTS)
def test_each_field_is_described(part: str) -> None:
    """Neither more nor fewer than there are."""
    described = VERDICT["properties"][part]["items"]["properties"]
    assert set(described) == set(PARTS[part].__dataclass_fields__)
    assert all(field.get("description") for field in described.values())


MISTAKES: dict[str, dict[str, Any]] = {
    "a verdict that there isn't": {"verdict": "MAYBE"},
    "a field that there isn't": {"verdicts": "GO"},
    "another schema": {"schema": 3},
    "counts of less": {"counts": {"pass": 1}},
}


@pytest.mark.parametrize("case", MISTAKES)
def test_what_is_no_verdict(tmp_path: Path, case: str) -> None:
    """A reader notices what it doesn't know."""
    write_unfinished(tmp_path, "preflight")
    verdict = json.loads((tmp_path / "verdict.json").read_text("utf-8"))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**verdict, **MISTAKES[case]}, VERDICT)

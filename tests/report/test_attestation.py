"""``attestation.json`` against the protobuf definition of in-toto."""

import hashlib
import json
from pathlib import Path
from unittest.mock import patch

import pytest
from google.protobuf.json_format import ParseDict
from in_toto_attestation.predicates.test_result.v0 import test_result_pb2
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.statement import Statement
from results import BY_VERDICT, no_go

from pytest_caio.privacy.redactor import Redactor
from pytest_caio.report import folder
from pytest_caio.report.folder import write_report
from pytest_caio.report.kept_report import read_report
from pytest_caio.verdict.decide import Verdict


@pytest.mark.parametrize("verdict", list(Verdict))
def test_valid_for_in_toto(verdict: Verdict, tmp_path: Path) -> None:
    """The statement and its predicate parse strictly, and name the verdict."""
    write_report(tmp_path, BY_VERDICT[verdict](), Redactor())
    data = json.loads((tmp_path / "attestation.json").read_text(encoding="utf-8"))
    parsed = ParseDict(data, statement_pb2.Statement())
    Statement.copy_from_pb(parsed).validate()
    predicate = ParseDict(data["predicate"], test_result_pb2.TestResult())
    assert predicate.result == ("PASSED" if verdict is Verdict.GO else "FAILED")
    assert data["subject"][0]["annotations"]["verdict"] == verdict.value


def test_digests_are_those_of_the_files(tmp_path: Path) -> None:
    """Each named file has the digest that is attested."""
    write_report(tmp_path, no_go(), Redactor())
    data = json.loads((tmp_path / "attestation.json").read_text(encoding="utf-8"))
    named = [*data["subject"], *data["predicate"]["configuration"]]
    views = ["report.html", "gates.junit.xml"]
    assert [e["name"] for e in named] == ["verdict.json", "evidence.har", *views, "plan.json"]
    for entry in named:
        content = (tmp_path / entry["name"]).read_bytes()
        assert entry["digest"]["sha256"] == hashlib.sha256(content).hexdigest()


def test_digests_are_those_of_what_the_run_wrote(tmp_path: Path) -> None:
    """Whoever changes a file while the report is being written is found by its digest."""
    original = folder.write_atomically

    def changed_at_once(path: Path, content: bytes) -> None:
        original(path, content)
        if path.name in {"evidence.har", "plan.json"}:
            path.write_bytes(content.replace(b"200", b"201"))

    with patch.object(folder, "write_atomically", changed_at_once):
        write_report(tmp_path, no_go(), Redactor())
    with pytest.raises(ValueError, match=r"evidence\.har is not what the run wrote"):
        read_report(tmp_path)


def test_failed_and_waived_tests_are_listed(tmp_path: Path) -> None:
    """What failed, what is waived and what holds are told apart."""
    write_report(tmp_path, no_go(), Redactor())
    data = json.loads((tmp_path / "attestation.json").read_text(encoding="utf-8"))["predicate"]
    assert "access.reads-refused[production]" in data["failedTests"]
    assert "smoke.ready[staging]" in data["warnedTests"]
    assert "smoke.ready[staging]" not in data["passedTests"]

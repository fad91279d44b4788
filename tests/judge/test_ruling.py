"""What becomes of a ruling: its severity, and what is not for a judge to say."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from pytest_caio.evidence.model import EvidenceFile
from pytest_caio.gates.files import Check, Gate
from pytest_caio.gates.plan import Planned
from pytest_caio.judge.judging import conclude, judge_one
from pytest_caio.judge.look import Judge, Look
from pytest_caio.judge.standard_judges import standard_judges
from pytest_caio.verdict.finding import Finding, Outcome, Ruling, Severity
from pytest_caio.verdict.result import ShownEnvironment, Snapshot

# In the rehearsal, without a browser, this one calls itself advice.
MILD = next(judge for judge in standard_judges() if judge.name == "rejection.page-blocks")


def judged(judge: Judge, severity: str = "required") -> tuple[Finding, str]:
    """Return the finding of a check with this judge and severity, and a run's verdict on it."""
    check = Check("one", "Title", "Mend it.", severity=severity, judge=judge.name)
    gate = Gate("ours", "Ours", "Us", ("preflight",), (check,), "gates/ours.yaml")
    planned = Planned(gate, check, "rehearsal")
    shown = ShownEnvironment("rehearsal", "rehearsal", "http://127.0.0.1")
    snapshot = Snapshot("preflight", (shown,), (planned,))
    evidence = EvidenceFile(datetime(2026, 2, 24, tzinfo=UTC), {})
    finding = judge_one(planned, snapshot, evidence, {judge.name: judge})
    sure = replace(finding, check="sure", severity=Severity.REQUIRED, outcome=Outcome.PASS)
    return finding, conclude(snapshot, evidence, (finding, sure)).verdict


def foreign(ruling: Any) -> Judge:
    """Return a judge of another package that says this."""

    def say(look: Look) -> Ruling:
        return ruling

    return Judge("other.judge", say, ())


@pytest.mark.parametrize(
    ("of_file", "of_ruling", "severity", "verdict"),
    [
        ("required", None, "required", "NO-GO"),
        ("required", Severity.REQUIRED, "required", "NO-GO"),
        ("required", "required", "required", "NO-GO"),
        ("advisory", None, "advisory", "GO"),
        ("advisory", Severity.REQUIRED, "required", "NO-GO"),
        ("advisory", "required", "required", "NO-GO"),
        ("advisory", Severity.ADVISORY, "advisory", "GO"),
        ("required", Severity.ADVISORY, "required", "NO-GO"),
        ("required", "advisory", "required", "NO-GO"),
    ],
)
def test_severity_of_a_ruling(of_file: str, of_ruling: Any, severity: str, verdict: str) -> None:
    """A judge of another package may be stricter than the gate file, never milder."""
    judge = foreign(Ruling(Outcome.FAIL, "broken", severity=of_ruling))
    finding, decided = judged(judge, of_file)
    assert (finding.severity.value, decided) == (severity, verdict)
    milder = severity == "required" and of_ruling == "advisory"
    assert ("its gate file requires it" in finding.observed) == milder


def test_a_standard_judge_is_milder_where_its_table_says_so() -> None:
    """Without a browser the page's checks are advice in the rehearsal."""
    finding, decided = judged(MILD)
    assert (finding.outcome, finding.severity) == (Outcome.CANNOT_TELL, Severity.ADVISORY)
    assert decided == "GO"


def test_its_name_alone_makes_no_standard_judge() -> None:
    """A judge that is called like a standard one may not be milder for that."""
    judge = replace(foreign(Ruling(Outcome.FAIL, "x", severity=Severity.ADVISORY)), name=MILD.name)
    assert judged(judge)[0].severity is Severity.REQUIRED


@pytest.mark.parametrize(
    "said",
    [
        None,
        True,
        "pass",
        (Outcome.PASS, "fine"),
        Ruling(Outcome.WAIVED, "fine"),
        Ruling("waived", "fine"),
        Ruling(Outcome.NOT_RUN, "fine"),
        Ruling("fine", "fine"),
        Ruling(Outcome.PASS, "fine", severity="severe"),
        Ruling(Outcome.PASS, "fine", facts={"seen": {1, 2}}),
        Ruling(Outcome.PASS, "fine", facts=None),
    ],
)
def test_what_is_no_ruling(said: Any) -> None:
    """Whatever else a judge says is no evidence for its own check, and loses nothing else."""
    finding, decided = judged(foreign(said))
    assert (finding.outcome, decided) == (Outcome.CANNOT_TELL, "CANNOT TELL")
    assert finding.observed.startswith("the judge itself failed: ")


@pytest.mark.parametrize(("said", "verdict"), [("pass", "GO"), ("fail", "NO-GO")])
def test_an_outcome_as_text(said: str, verdict: str) -> None:
    """Outcomes may be written as gate reports write them."""
    assert judged(foreign(Ruling(said, "seen")))[1] == verdict

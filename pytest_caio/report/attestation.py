"""``attestation.json``: an in-toto Statement v1 that a gate ran, on what, and with which result.

Unsigned: the pipeline that runs the gate signs it, where it has a means to.
"""

import hashlib
from pathlib import Path
from typing import Any

from pytest_caio.verdict.decide import Verdict
from pytest_caio.verdict.finding import MET, Finding, Outcome, Severity
from pytest_caio.verdict.result import Result

STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "https://in-toto.io/attestation/test-result/v0.1"


def attestation(result: Result, folder: Path, verdict: str) -> dict[str, Any]:
    """Return the statement about the report in ``folder``; ``verdict`` is its ``verdict.json``.

    The predicate knows no third result, so CANNOT TELL is FAILED there, and the annotation of
    the subject says which of the three it was.
    """
    annotations = {"verdict": result.verdict.value, "profile": result.snapshot.profile}
    subject = {"name": "verdict.json", "digest": _digest(verdict.encode())}
    files = [_descriptor(folder / name) for name in ("evidence.har",) if (folder / name).is_file()]
    plan = [_descriptor(folder / name) for name in ("plan.json",) if (folder / name).is_file()]
    required = [f for f in result.findings if f.severity is Severity.REQUIRED]
    warned = [f for f in result.findings if f.outcome is Outcome.WAIVED or _is_advice(f)]
    return {
        "_type": STATEMENT,
        "subject": [{**subject, "annotations": annotations}, *files],
        "predicateType": PREDICATE,
        "predicate": {
            "result": "PASSED" if result.verdict is Verdict.GO else "FAILED",
            "configuration": plan,
            "passedTests": [_name(f) for f in required if f.outcome in MET and f not in warned],
            "warnedTests": [_name(f) for f in warned],
            "failedTests": [_name(f) for f in required if f.outcome not in MET],
        },
    }


def _is_advice(finding: Finding) -> bool:
    return finding.severity is Severity.ADVISORY and finding.outcome not in MET


def _name(finding: Finding) -> str:
    return f"{finding.name}[{finding.environment}]"


def _descriptor(path: Path) -> dict[str, Any]:
    return {"name": path.name, "digest": _digest(path.read_bytes())}


def _digest(data: bytes) -> dict[str, str]:
    return {"sha256": hashlib.sha256(data).hexdigest()}

"""``attestation.json``: an in-toto Statement v1 that a gate ran, on what, and with which result.

Unsigned: the pipeline that runs the gate signs it, where it has a means to.
"""

import hashlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from pytest_caio.verdict.decide import Verdict
from pytest_caio.verdict.finding import MET, Finding, Outcome, Severity
from pytest_caio.verdict.result import Result

STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "https://in-toto.io/attestation/test-result/v0.1"
_PLAN = "plan.json"


def attestation(
    result: Result,
    verdict: bytes,
    files: Mapping[str, bytes],
    large: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, Any]:
    """Return the statement about a report: ``verdict`` is its ``verdict.json``, ``files`` the
    others by name, as the run has them in hand and not as they lie on a disk. Of those that are too
    ``large`` for that it has the digests.

    The predicate knows no third result, so CANNOT TELL is FAILED there, and the annotation of
    the subject says which of the three it was.
    """
    annotations = {"verdict": result.verdict.value, "profile": result.snapshot.profile}
    subject = {**_descriptor("verdict.json", verdict), "annotations": annotations}
    seen = [_descriptor(name, data) for name, data in files.items() if name != _PLAN]
    seen += [_named(name, known) for name, known in large.items()]
    plan = [_descriptor(_PLAN, files[_PLAN])] if _PLAN in files else []
    required = [f for f in result.findings if f.severity is Severity.REQUIRED]
    warned = [f for f in result.findings if f.outcome is Outcome.WAIVED or _is_advice(f)]
    return {
        "_type": STATEMENT,
        "subject": [subject, *seen],
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


def _descriptor(name: str, data: bytes) -> dict[str, Any]:
    return _named(name, digest(data))


def _named(name: str, known: str) -> dict[str, Any]:
    return {"name": name, "digest": {"sha256": known}}


def digest(data: bytes) -> str:
    """Return the digest of a file that stands in the statement."""
    return hashlib.sha256(data).hexdigest()


def attested(statement: Mapping[str, Any]) -> dict[str, str]:
    """Return each named file's digest. Raises KeyError or TypeError where it is no statement."""
    named = [*statement["subject"], *statement["predicate"]["configuration"]]
    return {entry["name"]: entry["digest"]["sha256"] for entry in named}

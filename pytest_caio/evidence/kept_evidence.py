"""Evidence out of a report folder, where each value of it is what it should be."""

from functools import cache
from pathlib import Path
from typing import Any

from pytest_caio.evidence.har import from_har
from pytest_caio.evidence.model import Evidence, EvidenceFile, Sent
from pytest_caio.evidence.moments import moment_of
from pytest_caio.evidence.report_files import as_written, parsed


def evidence_of(path: Path, data: bytes) -> EvidenceFile:
    """Return the evidence in the bytes of an ``evidence.har``; raise ValueError for anything else.

    ``path`` is where it lies, for the error.
    """
    document = parsed(path, data)
    with as_written(path):
        evidence = from_har(document)
        seen, sent = _types()
        seen.validate_python(evidence.evidence)
        sent.validate_python(evidence.sent)
        if evidence.started_at.tzinfo is None:
            raise ValueError("_started_at has no time zone")
        if moment_of(evidence.started_at) is None:
            raise ValueError("_started_at is no date that a run can have")
    return evidence


@cache
def _types() -> tuple[Any, Any]:
    """Make the validators once: that takes longer than all the validating."""
    from pydantic import ConfigDict, TypeAdapter

    exact = ConfigDict(strict=True, revalidate_instances="always", arbitrary_types_allowed=True)
    seen: Any = TypeAdapter(dict[tuple[str, str], Evidence], config=exact)
    return seen, TypeAdapter(tuple[Sent, ...], config=exact)

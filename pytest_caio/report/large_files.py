"""Evidence that is too large to be held: from its spool into the report folder, and read back.

Source: ``docs/replay.md, Large sets``. Neither way is a file in memory; its digest stands in
``attestation.json`` as that of every other.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from pytest_caio.base import strict_json
from pytest_caio.evidence.model import EvidenceFile, Observed
from pytest_caio.evidence.report_files import as_written, lines
from pytest_caio.evidence.spool import Spool
from pytest_caio.gates.replay_policy import ReplayPolicy
from pytest_caio.privacy.outputs import redacted
from pytest_caio.privacy.redactor import Redactor
from pytest_caio.replay.case_lines import recount

_WAY_OUT = "Take the report as it was, or run the gate again"


def spooled(evidence: EvidenceFile) -> dict[str, Spool]:
    """Return the files of a run that wait to be written, by their names in the report folder."""
    seen = (found for found in evidence.evidence.values() if isinstance(found, Observed))
    return {name: spool for found in seen for name, spool in found.spooled.items()}


def write_spooled(path: Path, spool: Spool, redactor: Redactor) -> str:
    """Write a spool as a file of the report, whole or not at all; return its digest."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    digest = hashlib.sha256()
    try:
        beside.unlink(missing_ok=True)
        with spool.path.open("rb") as source, beside.open("xb") as file:
            for line in _free(source, redactor):
                digest.update(line)
                file.write(line)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return digest.hexdigest()


def _free(source: Iterable[bytes], redactor: Redactor) -> Iterator[bytes]:
    """Yield the lines; those that hold what was learned to be secret only later, without it."""
    for line in source:
        text = line.decode()
        if redactor.learned and redactor.secret_free(text) != text:
            line = (
                json.dumps(redacted(json.loads(text), redactor), ensure_ascii=False) + "\n"
            ).encode()
        yield line


def check_large(
    folder: Path, evidence: EvidenceFile, attested: Mapping[str, str], policy: ReplayPolicy | None
) -> None:
    """Raise ValueError where a large replay's lines are not what the run wrote, or, judged by the
    policy, add up to other numbers than ``evidence.har`` says; without one they are not judged.
    """
    for (environment, _), found in evidence.evidence.items():
        if not isinstance(found, Observed) or "counts" not in found.data:
            continue
        with as_written(folder / "evidence.har"):
            name = str(found.data["answers"])
            # A name leads nowhere else; several environments may share a file.
            own = {f"answers-{shown}.jsonl" for shown, _ in evidence.evidence}
            if name not in {"answers.jsonl", *own}:
                raise ValueError(f"the answers of {environment} are in no file of a report")
        _check(folder, name, found, attested, policy)


def _check(
    folder: Path,
    name: str,
    found: Observed,
    attested: Mapping[str, str],
    policy: ReplayPolicy | None,
) -> None:
    path = folder / name
    digest = hashlib.sha256()
    if policy is None:
        for line in lines(folder, name):
            digest.update(line)
        counted = None
    else:
        with as_written(path):
            counted = recount(_parsed(folder, name, digest), found.data, policy).as_json()
    if attested.get(name) != digest.hexdigest():
        text = f"{path} is not what the run wrote: its digest in attestation.json is another"
        raise ValueError(f"{text}. {_WAY_OUT}")
    if counted is not None and counted != found.data["counts"]:
        text = f"{path} adds up to other numbers than evidence.har holds"
        raise ValueError(f"{text}. {_WAY_OUT}")


def _parsed(folder: Path, name: str, digest: "hashlib._Hash") -> Iterator[object]:
    for line in lines(folder, name):
        digest.update(line)
        yield strict_json.loads(line.decode())

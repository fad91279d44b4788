"""The screenshots of a report, read back from its folder as the run wrote them."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from pytest_caio.evidence.model import EvidenceFile, Observed
from pytest_caio.evidence.report_files import as_written, content, parsed
from pytest_caio.report.attestation import attested, digest

_FOLDER = "screenshots"
_NAME = re.compile(rf"{_FOLDER}/[A-Za-z0-9][A-Za-z0-9._-]*\.png")
_PNG = b"\x89PNG\r\n\x1a\n"


def with_pictures(evidence: EvidenceFile, folder: Path) -> EvidenceFile:
    """Return a report's evidence with the screenshots that each probe noted.

    One that is not there any more is left out. Raises ValueError for one that is not the run's.
    """
    written = _written(folder)
    found = {}
    for key, seen in evidence.evidence.items():
        noted = seen.data.get(_FOLDER) if isinstance(seen, Observed) else None
        if isinstance(seen, Observed) and isinstance(noted, list):
            names = [name for name in noted if isinstance(name, str) and name in written]
            there = {name: data for name in names if (data := _picture(folder, name, written))}
            found[key] = replace(seen, attachments=MappingProxyType(there))
    return replace(evidence, evidence={**evidence.evidence, **found})


def _written(folder: Path) -> Mapping[str, str]:
    """Return the digests of the screenshots in a report's attestation."""
    path = folder / "attestation.json"
    statement = parsed(path, content(folder, path.name))
    with as_written(path):
        return {name: sha for name, sha in attested(statement).items() if _NAME.fullmatch(name)}


def _picture(folder: Path, name: str, written: Mapping[str, str]) -> bytes:
    path = folder / name
    if path.parent.is_symlink() or not path.exists():
        return b""
    data = content(folder, name)
    if digest(data) != written[name] or not data.startswith(_PNG):
        text = f"{path} is not what the run wrote: its digest in attestation.json is another"
        raise ValueError(f"{text}. Take the report as it was, or run the gate again")
    return data


def apart(name: str, leg: str, taken: Mapping[str, bytes]) -> str:
    """Return a name for a leg's picture that none of ``taken`` has: its own, else with the leg's.

    Only letters, digits and ``._-`` of the leg's folder are kept, as it becomes a file's name.
    """
    path = PurePosixPath(name)
    beside = re.sub(r"[^A-Za-z0-9._-]+", "-", leg).strip(".-") or "leg"
    names = [name, *(f"{_FOLDER}/{beside}{n or ''}-{path.name}" for n in range(len(taken) + 1))]
    return next(each for each in names if each not in taken)

"""What a report was judged by, read back from its folder, where nothing of it was changed since.

Digests in ``attestation.json`` find what happened by accident: a file that was edited, cut or
taken from another run. Who edits several files so that they agree is found by a signature alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pytest_caio import __version__
from pytest_caio.evidence.kept_evidence import evidence_of
from pytest_caio.evidence.model import EvidenceFile
from pytest_caio.evidence.report_files import as_written, content, parsed
from pytest_caio.gates.plan import plan_from_json
from pytest_caio.gates.policy import Policy
from pytest_caio.report.attestation import attested as attested_in
from pytest_caio.report.attestation import digest
from pytest_caio.report.large_files import check_large
from pytest_caio.verdict.again import as_started
from pytest_caio.verdict.finding import Finding
from pytest_caio.verdict.result import ShownEnvironment, Snapshot
from pytest_caio.verdict.waivers import Waiver

Key = tuple[str, str, str]
_FILES = ("evidence.har", "plan.json", "verdict.json")


@dataclass(frozen=True)
class Report:
    """What a report was judged by: evidence, snapshot, and which checks had reported.

    ``version`` is that of the pytest-caio that wrote it, ``verdict`` its ``verdict.json``.
    """

    evidence: EvidenceFile
    snapshot: Snapshot
    ran: frozenset[Key]
    version: str
    verdict: Mapping[str, Any]
    written: bytes

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings as the run wrote them; raises KeyError or ValueError where they are none."""
        return findings_in(self.verdict)


def findings_in(verdict: Mapping[str, Any]) -> tuple[Finding, ...]:
    """Return the findings in a ``verdict.json``."""
    from pytest_caio.gates.validation import adapter

    return adapter(tuple[Finding, ...]).validate_python(verdict["findings"])


def read_report(folder: Path) -> Report:
    """Return what is in a report folder; raise ValueError where it is none, or was changed."""
    if not folder.is_dir():
        what = f"{folder} is a file" if folder.is_file() else f"there is no folder {folder}"
        raise ValueError(f"{what}. Name the folder of --caio-report")
    _no_joint_report(folder)
    files = {name: content(folder, name) for name in _FILES}
    _not_too_old(folder, files["plan.json"])
    attested = _unchanged(folder, files)
    evidence = evidence_of(folder / "evidence.har", files["evidence.har"])
    plan, verdict = (parsed(folder / name, files[name]) for name in ("plan.json", "verdict.json"))
    with as_written(folder / "plan.json"):
        snapshot, ran = snapshot_from_json(plan)
        version = str(plan["version"])
    with as_written(folder / "verdict.json"):
        findings_in(verdict)
    # Another version's rules may score otherwise; what it wrote is held against its digest alone.
    policy = snapshot.policy.replay if version == __version__ else None
    check_large(folder, evidence, attested, policy)
    return Report(evidence, snapshot, ran, version, verdict, files["verdict.json"])


def _not_too_old(folder: Path, plan: bytes) -> None:
    """Raise ValueError for a format that named no version (``docs/upgrading.md, Reports``)."""
    data = parsed(folder / "plan.json", plan)
    if isinstance(data, Mapping) and {"plan", "ran"} <= data.keys() and "version" not in data:
        text = f"{folder} is a report of a pytest-caio before 0.1.0, which is not read any more"
        raise ValueError(f"{text}. Run the gate again")


def _no_joint_report(folder: Path) -> None:
    """Raise ValueError where a folder holds a verdict of ``caio merge``, and no evidence."""
    if any((folder / name).exists() for name in ("evidence.har", "plan.json")):
        return
    try:
        verdict = parsed(folder / "verdict.json", content(folder, "verdict.json"))
    except ValueError:
        return
    # That of a run that did not finish has none.
    if isinstance(verdict, Mapping) and verdict.get("findings"):
        text = f"{folder} is a joint report, as caio merge writes it: it has no evidence of its own"
        raise ValueError(f"{text}. Name the reports that it was joined of, one by one")


def _unchanged(folder: Path, files: Mapping[str, bytes]) -> Mapping[str, str]:
    """Return the digest of each file of the report; raise ValueError where one was changed."""
    path = folder / "attestation.json"
    statement = parsed(path, content(folder, path.name))
    with as_written(path):
        written = attested_in(statement)
    for name, data in files.items():
        if name not in written:
            raise ValueError(f"{path} has no digest of {name}. Run the gate again")
        if written[name] != digest(data):
            text = (
                f"{folder / name} is not what the run wrote: its digest in {path.name} is another"
            )
            raise ValueError(f"{text}. Take the report as it was, or run the gate again")
    return written


def snapshot_from_json(data: Mapping[str, Any]) -> tuple[Snapshot, frozenset[Key]]:
    """Return the snapshot that was written, and which checks had reported."""
    from pytest_caio.gates.validation import adapter

    text = adapter(str)
    waivers = adapter(tuple[Waiver, ...]).validate_python(data["waivers"])
    snapshot = Snapshot(
        text.validate_python(data["profile"]),
        adapter(tuple[ShownEnvironment, ...]).validate_python(data["environments"]),
        plan_from_json(data["plan"]),
        adapter(Policy).validate_python(data["policy"]),
        waivers,
        since=text.validate_python(data["since"]),
        expect_release=text.validate_python(data["expect_release"]),
        unfinished=text.validate_python(data["unfinished"]),
        # Older reports don't say it.
        started=as_started(adapter(tuple[str, ...]).validate_python(data.get("started", ()))),
    )
    return snapshot, frozenset((key[0], key[1], key[2]) for key in data["ran"])

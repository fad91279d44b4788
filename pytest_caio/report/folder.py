"""The report folder: verdict, evidence, and the snapshot that they were judged by."""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pytest_caio import __version__
from pytest_caio.evidence.har import to_har
from pytest_caio.evidence.model import EvidenceFile, Observed
from pytest_caio.evidence.probe_names import REPLAY
from pytest_caio.gates.plan import plan_to_json
from pytest_caio.gates.policy import to_json
from pytest_caio.privacy.outputs import redacted
from pytest_caio.privacy.redactor import Redactor
from pytest_caio.replay.kept_answers import recorded
from pytest_caio.report.clearance import until
from pytest_caio.report.large_files import spooled, write_spooled
from pytest_caio.report.previous import Previous
from pytest_caio.report.proof_view import proof_json
from pytest_caio.verdict.causes import Cause
from pytest_caio.verdict.decide import Verdict, counts
from pytest_caio.verdict.finding import Finding
from pytest_caio.verdict.result import REHEARSAL_NOTE, Result, Snapshot
from pytest_caio.verdict.whole_run_findings import releases

_VIEWS = ("report.html", "gates.junit.xml", "attestation.json")


def write_atomically(path: Path, content: bytes) -> None:
    """Write ``content`` so that a reader sees either the old file or the new one, whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.unlink(missing_ok=True)
        # Made anew: what somebody put there may be a link to somewhere else.
        with beside.open("xb") as file:
            file.write(content)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def write_unfinished(folder: Path, profile: str) -> None:
    """Write CANNOT TELL before anything else happens: an old GO must not outlive a crash.

    The old verdict goes first, as there may be no room for a new one. Raises OSError where that
    can't be written, ValueError where the old one can't even be removed.
    """
    _remove_old(folder)
    verdict = {
        "schema": 2,
        "verdict": Verdict.CANNOT_TELL,
        "profile": profile,
        "started_at": datetime.now(UTC).isoformat(),
        "environments": [],
        "counts": counts(()),
        "findings": [],
        "note": "This run did not finish.",
    }
    try:
        write_atomically(folder / "verdict.json", _dump(verdict))
    except OSError as error:
        text = f"no verdict can be written into {folder} ({error.strerror}), and no earlier one"
        raise OSError(f"{text} is left there. Make room, or name another folder") from None


def _remove_old(folder: Path) -> None:
    for name in ("verdict.json", *_VIEWS, "plan.json"):
        path = folder / name
        try:
            path.unlink(missing_ok=True)
        except NotADirectoryError:
            return
        except OSError as error:
            if not _emptied(path):
                text = f"{path} is of an earlier run and can't be removed ({error.strerror})"
                way_out = f"Don't rely on what it says; make {folder} writable or name another"
                raise ValueError(f"{text}. {way_out} folder") from None


def _emptied(path: Path) -> bool:
    """Empty a file that its folder does not let go of; return whether that was possible."""
    if path.is_symlink():
        return False
    try:
        path.write_bytes(b"")
    except OSError:
        return False
    return True


def write_report(
    folder: Path, result: Result, redactor: Redactor, previous: Previous | None = None
) -> None:
    """Write evidence and snapshot first, and the verdict last."""
    attachments, large = dict(result.evidence.attachments), spooled(result.evidence)
    result = redacted(result, redactor)
    answers = answer_files(result.evidence)
    for shown in result.snapshot.environments:
        # Those of an earlier run: not removed before, as a recorded runner may read them.
        for name in (
            {"answers.jsonl", f"answers-{shown.name}.jsonl"} - answers.keys() - large.keys()
        ):
            (folder / name).unlink(missing_ok=True)
    files = {
        "evidence.har": _dump(to_har(result.evidence), indent=None),
        "plan.json": _dump(snapshot_json(result.snapshot, result)),
        **{name: text.encode() for name, text in answers.items()},
        **attachments,
    }
    for name, content in files.items():
        write_atomically(folder / name, content)
    digests = {name: write_spooled(folder / name, s, redactor) for name, s in large.items()}
    write_views(folder, result, previous, files, digests)


def write_views(
    folder: Path,
    result: Result,
    previous: Previous | None = None,
    beside: Mapping[str, bytes] = MappingProxyType({}),
    large: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Write what people and tools read of a redacted result; ``verdict.json`` last.

    ``beside`` is what was written of it before, ``large`` the digests of what is not held. Where
    something can't be written, no view is left that says another verdict than ``verdict.json``.
    """
    from pytest_caio.report.attestation import attestation
    from pytest_caio.report.html import html
    from pytest_caio.report.junit import junit

    views = {
        "report.html": html(result, previous).encode(),
        "gates.junit.xml": junit(result, folder.name).encode(),
    }
    verdict = verdict_bytes(result)
    views["attestation.json"] = _dump(attestation(result, verdict, {**beside, **views}, large))
    try:
        for name, content in {**views, "verdict.json": verdict}.items():
            write_atomically(folder / name, content)
    except OSError:
        for name in _VIEWS:
            with suppress(OSError):
                (folder / name).unlink(missing_ok=True)
        raise


def answer_files(evidence: EvidenceFile) -> dict[str, str]:
    """Return the replay's answers by file name: ``answers.jsonl``, and where another environment
    answered otherwise, ``answers-NAME.jsonl`` (``docs/replay.md, Answers of an earlier replay``).
    """
    files: dict[str, str] = {}
    for (environment, probe), found in evidence.evidence.items():
        if probe == REPLAY and isinstance(found, Observed) and not found.spooled:
            lines = [json.dumps(a, ensure_ascii=False) + "\n" for a in recorded(found.data)]
            name = f"answers-{environment}.jsonl" if files else "answers.jsonl"
            if lines and "".join(lines) not in files.values():
                files[name] = "".join(lines)
    return files


def verdict_bytes(result: Result) -> bytes:
    """Return ``verdict.json`` as it is written."""
    return _dump(verdict_json(result))


def verdict_json(result: Result) -> dict[str, Any]:
    """Return the content of ``verdict.json``, schema 2."""
    note = {"note": REHEARSAL_NOTE} if result.rehearsal else {}
    return {
        "schema": 2,
        "verdict": result.verdict,
        "profile": result.snapshot.profile,
        "started_at": result.evidence.started_at.isoformat(),
        "rehearsal": result.rehearsal,
        **note,
        "environments": [
            {**asdict(shown), "generation": result.generations.get(shown.name, "unobserved")}
            for shown in result.snapshot.environments
        ],
        "releases": releases(result.snapshot, result.evidence),
        **_good_until(result),
        "counts": counts(result.findings),
        "causes": [_cause_json(cause) for cause in result.causes],
        "findings": [finding_json(finding) for finding in result.findings],
        "sent": [asdict(sent) for sent in result.evidence.sent],
        **({"proof": proof_json(result.proof)} if result.proof else {}),
    }


def _good_until(result: Result) -> dict[str, str]:
    if result.verdict is not Verdict.GO or result.rehearsal:
        return {}
    return {"good_until": until(result).isoformat()}


def _cause_json(cause: Cause) -> dict[str, Any]:
    """Return a cause as JSON values; its findings stand in full beside it."""
    data = {name: getattr(cause, name) for name in cause.__dataclass_fields__}
    return {**data, "findings": [list(finding.key) for finding in cause.findings]}


def finding_json(finding: Finding) -> dict[str, Any]:
    """Return a finding as JSON values."""
    data = {name: getattr(finding, name) for name in finding.__dataclass_fields__}
    return {**data, "probes": list(finding.probes), "facts": dict(finding.facts)}


def snapshot_json(snapshot: Snapshot, result: Result) -> dict[str, Any]:
    """Return what the evidence was judged by, and which checks reported."""
    return {
        "schema": 1,
        "version": __version__,
        "profile": snapshot.profile,
        "since": snapshot.since,
        "expect_release": snapshot.expect_release,
        "unfinished": snapshot.unfinished,
        "started": list(snapshot.started),
        "environments": [asdict(shown) for shown in snapshot.environments],
        "policy": to_json(snapshot.policy),
        "waivers": [asdict(waiver) for waiver in snapshot.waivers],
        "ran": [f.key for f in result.findings if f.outcome != "not-run"],
        "plan": plan_to_json(snapshot.plan),
    }


def _dump(value: Any, indent: int | None = 1) -> bytes:
    """Return JSON; without an indent, which nobody needs who opens it with a tool, in no time."""
    return (json.dumps(value, indent=indent, ensure_ascii=False, default=_plain) + "\n").encode()


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not JSON")

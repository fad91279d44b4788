"""The report folder: verdict, evidence, and the snapshot that they were judged by."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from pytest_caio.evidence.har import from_har, to_har
from pytest_caio.evidence.model import EvidenceFile, Observed
from pytest_caio.evidence.probe_names import REPLAY
from pytest_caio.gates.plan import plan_from_json, plan_to_json
from pytest_caio.gates.policy import Policy, to_json
from pytest_caio.privacy.outputs import redacted
from pytest_caio.privacy.redactor import Redactor
from pytest_caio.replay.kept_answers import recorded
from pytest_caio.report.previous import Previous
from pytest_caio.verdict.decide import Verdict, counts
from pytest_caio.verdict.finding import Finding
from pytest_caio.verdict.result import REHEARSAL_NOTE, Result, ShownEnvironment, Snapshot
from pytest_caio.verdict.waivers import Waiver
from pytest_caio.verdict.whole_run_findings import good_until, releases

Key = tuple[str, str, str]


def write_atomically(path: Path, content: str | bytes) -> None:
    """Write ``content`` so that a reader sees either the old file or the new one, whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(content if isinstance(content, bytes) else content.encode())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def write_unfinished(folder: Path, profile: str) -> None:
    """Write CANNOT TELL before anything else happens: an old GO must not outlive a crash."""
    for name in ("report.html", "gates.junit.xml", "attestation.json", "plan.json"):
        (folder / name).unlink(missing_ok=True)
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
    write_atomically(folder / "verdict.json", _dump(verdict))


def write_report(
    folder: Path, result: Result, redactor: Redactor, previous: Previous | None = None
) -> None:
    """Write evidence and snapshot first, and the verdict last."""
    for name, content in result.evidence.attachments.items():
        write_atomically(folder / name, content)
    result = redacted(result, redactor)
    answers = answer_files(result.evidence)
    for shown in result.snapshot.environments:
        # Those of an earlier run: not removed before, as a recorded runner may read them.
        for name in {"answers.jsonl", f"answers-{shown.name}.jsonl"} - answers.keys():
            (folder / name).unlink(missing_ok=True)
    for name, text in answers.items():
        write_atomically(folder / name, text)
    write_atomically(folder / "evidence.har", _dump(to_har(result.evidence)))
    write_atomically(folder / "plan.json", _dump(snapshot_json(result.snapshot, result)))
    write_views(folder, result, previous)


def write_views(folder: Path, result: Result, previous: Previous | None = None) -> None:
    """Write what people and tools read of a redacted result; ``verdict.json`` last."""
    from pytest_caio.report.attestation import attestation
    from pytest_caio.report.html import html
    from pytest_caio.report.junit import junit

    write_atomically(folder / "report.html", html(result, previous))
    write_atomically(folder / "gates.junit.xml", junit(result, folder.name))
    verdict = _dump(verdict_json(result))
    write_atomically(folder / "attestation.json", _dump(attestation(result, folder, verdict)))
    write_atomically(folder / "verdict.json", verdict)


def answer_files(evidence: EvidenceFile) -> dict[str, str]:
    """Return the replay's answers by file name: ``answers.jsonl``, and where another environment
    answered otherwise, ``answers-NAME.jsonl`` (``docs/replay.md, Answers of an earlier replay``).
    """
    files: dict[str, str] = {}
    for (environment, probe), found in evidence.evidence.items():
        if probe == REPLAY and isinstance(found, Observed):
            lines = [json.dumps(a, ensure_ascii=False) + "\n" for a in recorded(found.data)]
            name = f"answers-{environment}.jsonl" if files else "answers.jsonl"
            if lines and "".join(lines) not in files.values():
                files[name] = "".join(lines)
    return files


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
        "findings": [finding_json(finding) for finding in result.findings],
        "sent": [asdict(sent) for sent in result.evidence.sent],
    }


def _good_until(result: Result) -> dict[str, str]:
    if result.verdict is not Verdict.GO or result.rehearsal:
        return {}
    return {"good_until": good_until(result.snapshot, result.evidence).isoformat()}


def finding_json(finding: Finding) -> dict[str, Any]:
    """Return a finding as JSON values."""
    data = {name: getattr(finding, name) for name in finding.__dataclass_fields__}
    return {**data, "probes": list(finding.probes), "facts": dict(finding.facts)}


def finding_from_json(data: Mapping[str, Any]) -> Finding:
    """Return the finding that :func:`finding_json` wrote."""
    from pytest_caio.gates.validation import adapter

    return adapter(Finding).validate_python(dict(data))


def snapshot_json(snapshot: Snapshot, result: Result) -> dict[str, Any]:
    """Return what the evidence was judged by, and which checks reported."""
    return {
        "schema": 1,
        "profile": snapshot.profile,
        "since": snapshot.since,
        "expect_release": snapshot.expect_release,
        "unfinished": snapshot.unfinished,
        "environments": [asdict(shown) for shown in snapshot.environments],
        "policy": to_json(snapshot.policy),
        "waivers": [asdict(waiver) for waiver in snapshot.waivers],
        "ran": [f.key for f in result.findings if f.outcome != "not-run"],
        "plan": plan_to_json(snapshot.plan),
    }


@dataclass(frozen=True)
class Report:
    """What a report was judged by: evidence, snapshot, and which checks had reported."""

    evidence: EvidenceFile
    snapshot: Snapshot
    ran: frozenset[Key]


def read_report(folder: Path) -> Report:
    """Return what is in a report folder; raise OSError or ValueError where it is none."""
    try:
        evidence = from_har(json.loads((folder / "evidence.har").read_text(encoding="utf-8")))
        snapshot, ran = snapshot_from_json(
            json.loads((folder / "plan.json").read_text(encoding="utf-8"))
        )
    except (AttributeError, KeyError, TypeError) as error:
        text = f"what is in {folder} is no report of the gate ({type(error).__name__}: {error})"
        raise ValueError(text) from None
    return Report(evidence, snapshot, ran)


def _dump(value: Any) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False, default=_plain) + "\n"


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not JSON")


def snapshot_from_json(data: Mapping[str, Any]) -> tuple[Snapshot, frozenset[Key]]:
    """Return the snapshot that was written, and which checks had reported."""
    from pytest_caio.gates.validation import adapter

    waivers = adapter(tuple[Waiver, ...]).validate_python(data["waivers"])
    snapshot = Snapshot(
        data["profile"],
        tuple(ShownEnvironment(**shown) for shown in data["environments"]),
        plan_from_json(data["plan"]),
        adapter(Policy).validate_python(data["policy"]),
        waivers,
        data["since"],
        data["expect_release"],
        data["unfinished"],
    )
    return snapshot, frozenset((key[0], key[1], key[2]) for key in data["ran"])

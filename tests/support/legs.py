"""Reports that can be judged again, of a few made-up checks, for the tests of what joins them."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from results import NOW, PRODUCTION, exchange

from pytest_caio.commands import judge_again
from pytest_caio.evidence.model import Evidence, EvidenceFile, Unobserved
from pytest_caio.gates.files import Check, Gate
from pytest_caio.gates.plan import Gates, make_plan
from pytest_caio.gates.policy import Policy
from pytest_caio.judge.judging import conclude, judge_all
from pytest_caio.judge.standard_judges import standard_judges
from pytest_caio.privacy.redactor import Redactor
from pytest_caio.report.folder import write_report
from pytest_caio.testing import observed
from pytest_caio.verdict.result import Result, ShownEnvironment, Snapshot
from pytest_caio.verdict.run_finding import AFTER, BEFORE
from pytest_caio.verdict.waivers import Waiver

WHEN = ("preflight", "deploy", "cycle")


def _check(number: int) -> Check:
    return Check(
        id=f"c{number}",
        title=f"The thing {number} is in order",
        remedy="Put it right and run the gate again.",
        when=WHEN,
        request=f"GET /api/thing/{number}",
        expect=[{"good": {"equals": True}}],
        waivable=number != 2,
        line=7,
    )


STANDARD = (
    Gate(
        "smoke", "Three things", "Engineering", WHEN, tuple(map(_check, range(3))), "gates/x.yaml"
    ),
)


@pytest.fixture
def three_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the standard gates be those three checks."""
    monkeypatch.setattr(judge_again, "standard_gates", lambda: STANDARD)


def result(
    place: ShownEnvironment = PRODUCTION,
    outcomes: Iterable[str] = ("pass", "pass", "pass"),
    release: tuple[str, str] = ('{"a": 1}', '{"a": 1}'),
    now: datetime = NOW,
    profile: str = "deploy",
    policy: Policy | None = None,
    gates: tuple[Gate, ...] = STANDARD,
    started: tuple[str, ...] = (),
) -> Result:
    """Return the result of the three checks; ``release`` is what the release read at both ends."""
    words = list(outcomes)
    waivers = tuple(
        Waiver(f"smoke.c{i}", place.name, "known", "PTO", date(2026, 3, 1))
        for i, word in enumerate(words)
        if word == "waived"
    )
    plan = make_plan(Gates(gates), profile, (place.name,))
    snapshot = Snapshot(profile, (place,), plan, policy or Policy(), waivers, started=started)
    clock = (("Date", format_datetime(now, usegmt=True)),)
    found: list[Evidence] = [
        replace(
            observed(probe, {}, environment=place.name),
            exchanges=(exchange(body=body, headers=clock),),
        )
        for probe, body in zip((BEFORE, AFTER), release, strict=True)
        if body
    ]
    for i, word in enumerate(words):
        probe = STANDARD[0].checks[i].parsed_request.name
        if word == "cannot-tell":
            found.append(Unobserved(probe, place.name, "no connection: refused"))
        elif word != "not-run":
            body = {"good": word == "pass"}
            found.append(observed(probe, body, date=now, environment=place.name))
    evidence = EvidenceFile(now, {(e.environment, e.probe): e for e in found})
    judges = {judge.name: judge for judge in standard_judges()}
    ran = {
        p.key
        for p in plan
        if not p.check.id.startswith("c") or words[int(p.check.id[1:])] != "not-run"
    }
    return conclude(snapshot, evidence, judge_all(snapshot, evidence, judges, ran))


PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


def leg_with_pictures(folder: Path, place: ShownEnvironment, *names: str, **more: Any) -> Path:
    """Write a report of one environment whose first probe took screenshots."""
    made = result(place, **more)
    key = (place.name, STANDARD[0].checks[0].parsed_request.name)
    seen = made.evidence.evidence[key]
    pictures = {f"screenshots/{name}.png": PIXEL + folder.name.encode() for name in names}
    noted = replace(seen, data={"screenshots": list(pictures)}, attachments=pictures)
    evidence = replace(made.evidence, evidence={**made.evidence.evidence, key: noted})
    write_report(folder, replace(made, evidence=evidence), Redactor())
    return folder


def leg(folder: Path, place: ShownEnvironment, *outcomes: str, **more: Any) -> Path:
    """Write a report of one environment; outcomes that are not given are passes."""
    words = (*outcomes, *("pass",) * (3 - len(outcomes)))
    write_report(folder, result(place, words, **more), Redactor())
    return folder


def edit(folder: Path, name: str, data: Any) -> None:
    """Write other JSON into a file, as its editor would."""
    (folder / name).write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")


def sealed(folder: Path) -> Path:
    """Make the digests fit the files again, as somebody would who knows of them."""
    path = folder / "attestation.json"
    statement = json.loads(path.read_text(encoding="utf-8"))
    for entry in (*statement["subject"], *statement["predicate"]["configuration"]):
        content = (folder / entry["name"]).read_bytes()
        entry["digest"]["sha256"] = hashlib.sha256(content).hexdigest()
    edit(folder, path.name, statement)
    return folder

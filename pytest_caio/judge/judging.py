"""From evidence and a snapshot of plan and policy to findings: the same ones, every time."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from pytest_caio.evidence.model import EvidenceFile, attempts
from pytest_caio.gates.files import Check
from pytest_caio.gates.plan import Planned
from pytest_caio.gates.request import Identity
from pytest_caio.judge.generation import generation
from pytest_caio.judge.look import Judge, Look, NoEvidence
from pytest_caio.judge.ruling import rule
from pytest_caio.judge.standard_judges import standard_judges
from pytest_caio.judge.table_rules import judge_expectations
from pytest_caio.privacy.card_ids import GAP
from pytest_caio.settings.environments import with_variables
from pytest_caio.verdict import waivers as waiving
from pytest_caio.verdict.causes import with_remedies_of_causes
from pytest_caio.verdict.decide import decide
from pytest_caio.verdict.finding import MET, Finding, Outcome, Ruling, Severity
from pytest_caio.verdict.known_causes import NOT_RUN
from pytest_caio.verdict.result import Result, Snapshot, places_of
from pytest_caio.verdict.whole_run_findings import findings_of_run


def probes_of(planned: Planned, judges: Mapping[str, Judge]) -> tuple[str, ...]:
    """Return the names of the probes that a check needs."""
    if planned.check.judge:
        return judges[planned.check.judge].probes
    return (planned.check.parsed_request.name,)


def judge_one(
    planned: Planned, snapshot: Snapshot, evidence: EvidenceFile, judges: Mapping[str, Judge]
) -> Finding:
    """Return the finding of one check in one environment."""
    ruling = ruling_of(planned, look_of(planned, snapshot, evidence), judges)
    probes = probes_of(planned, judges)
    seen = evidence.of(planned.environment)
    tries = max((attempts(seen[p]) for p in probes if p in seen), default=1)
    return _finding(planned, ruling, snapshot, evidence, probes, tries)


def not_run(planned: Planned, why: str, snapshot: Snapshot, evidence: EvidenceFile) -> Finding:
    """Return the finding of a check that was due and did not report."""
    remedy = "Run the whole gate, without -k, -m, --lf or --deselect; restore what was removed."
    ruling = Ruling(Outcome.NOT_RUN, planned.absent or why, remedy=remedy, cause=NOT_RUN)
    return _finding(planned, ruling, snapshot, evidence, (), 1)


def judge_all(
    snapshot: Snapshot,
    evidence: EvidenceFile,
    judges: Mapping[str, Judge],
    ran: Collection[tuple[str, str, str]],
) -> tuple[Finding, ...]:
    """Return every finding of a run again, from what was written down; ``ran`` is who reported."""
    return tuple(
        judge_one(p, snapshot, evidence, judges)
        if p.key in ran
        else not_run(p, "it did not run", snapshot, evidence)
        for p in snapshot.plan
    )


def conclude(snapshot: Snapshot, evidence: EvidenceFile, findings: Iterable[Finding]) -> Result:
    """Return the result of a run: the plan's findings, what speaks of the run as a whole, and
    the verdict on both together.
    """
    found = (*findings, *findings_of_run(snapshot, evidence))
    generations = _generations(snapshot, evidence)
    places = places_of(snapshot, generations)
    explained = with_remedies_of_causes(found, places)
    return Result(decide(found), snapshot, explained, evidence, generations)


def _generations(snapshot: Snapshot, evidence: EvidenceFile) -> dict[str, str]:
    """Return which generation of dashboard each environment showed itself to be."""
    found: dict[str, str] = {}
    for shown in snapshot.environments:
        look = Look(shown.name, shown.kind, evidence.of(shown.name), snapshot.policy)
        try:
            found[shown.name] = generation(look).value
        except NoEvidence:
            found[shown.name] = "unobserved"
    return found


def look_of(planned: Planned, snapshot: Snapshot, evidence: EvidenceFile) -> Look:
    """Return what a check is given to look at."""
    return Look(
        planned.environment,
        snapshot.kinds.get(planned.environment, ""),
        evidence.of(planned.environment),
        snapshot.policy,
        evidence.side_by_side(snapshot.kinds),
        {**planned.check.settings, "case": planned.case},
        snapshot.since,
        evidence.derived,
    )


def ruling_of(planned: Planned, look: Look, judges: Mapping[str, Judge]) -> Ruling:
    """Return what a check says of a look, before any waiver."""
    return _not_milder(_ruling(planned, look, judges), planned.check, judges)


def _ruling(planned: Planned, look: Look, judges: Mapping[str, Judge]) -> Ruling:
    check = planned.check
    if check.judge:
        return rule(judges[check.judge].rule, look)
    request = check.parsed_request
    signed_in = request.identity is not Identity.ANONYMOUS
    must = "; ".join(e.in_words for e in check.expectations)
    ruling = rule(
        lambda this: judge_expectations(
            this, request.name, check.expectations, signed_in=signed_in
        ),
        look,
    )
    return ruling if ruling.expected else replace(ruling, expected=must)


def _not_milder(ruling: Ruling, check: Check, judges: Mapping[str, Judge]) -> Ruling:
    """Return the ruling without a mildness that is not its judge's to grant.

    A judge may always be stricter than its gate file, but milder only where a table says so, and
    the tables speak of the standard judges (``docs/checks.md, Severity``).
    """
    milder = ruling.severity is Severity.ADVISORY and check.severity == "required"
    if not milder or judges.get(check.judge) in standard_judges():
        return ruling
    said = " (advice to its judge, but its gate file requires it)"
    observed = ruling.observed + ("" if ruling.outcome in MET else said)
    return replace(ruling, severity=None, observed=observed)


# Names stand in the ids of cards, so what leaves the operator's machine has them shortened.
_WHOLE_IDS = " Ids of cards are shortened here: caio trace --env={} --all shows them whole."


def _finding(
    planned: Planned,
    ruling: Ruling,
    snapshot: Snapshot,
    evidence: EvidenceFile,
    probes: tuple[str, ...],
    tries: int,
) -> Finding:
    check = planned.check
    finding = Finding(
        gate=planned.gate.gate,
        check=planned.name,
        environment=planned.environment,
        title=check.title,
        severity=ruling.severity or Severity(check.severity),
        outcome=ruling.outcome,
        expected=ruling.expected or check.expected or check.title,
        observed=ruling.observed + (f" (after {tries} attempts)" if tries > 1 else ""),
        remedy=_remedy(planned, ruling),
        owner=check.owner or planned.gate.owner,
        attempts=tries,
        file=planned.gate.file,
        line=check.line,
        probes=probes,
        facts=ruling.facts,
        cause="" if ruling.outcome in MET else ruling.cause,
    )
    now = evidence.now(planned.environment) or evidence.started_at
    return waiving.apply(finding, snapshot.waivers, now)


def _remedy(planned: Planned, ruling: Ruling) -> str:
    """Return what to do: nothing about what is met, and what the gate file says of a failure."""
    if ruling.outcome in MET:
        return ""
    mending = " ".join(planned.check.remedy.split()) if ruling.outcome is Outcome.FAIL else ""
    ids = _WHOLE_IDS.format(planned.environment) if f"_{GAP}_" in ruling.observed else ""
    return with_variables(ruling.remedy or mending, [planned.environment]) + ids

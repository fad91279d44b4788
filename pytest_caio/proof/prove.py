"""Prove a run: change its evidence, judge again, and see which checks turn red.

Source: ``docs/proof.md``. Pure as judging is: no traffic, no clock, the same evidence gives the
same proof.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from pytest_caio.base.strict_json import JsonProblem
from pytest_caio.evidence.model import Evidence, EvidenceFile
from pytest_caio.evidence.probe_names import REPLAY
from pytest_caio.gates.expectations import Expectation
from pytest_caio.gates.files import Check
from pytest_caio.gates.plan import Planned
from pytest_caio.judge.judging import look_of, ruling_of
from pytest_caio.judge.look import Judge, Look
from pytest_caio.proof.falsified import falsified
from pytest_caio.proof.golden_case import GoldenCases
from pytest_caio.proof.mutants import (
    Change,
    Field,
    Mutant,
    another_answer,
    apart,
    fields,
    has_others,
    well_typed,
)
from pytest_caio.proof.other_values import Vocabulary, vocabulary
from pytest_caio.proof.place import JSON, NOTED
from pytest_caio.proof.watched import Reads, watched
from pytest_caio.verdict.finding import Finding, Outcome, Ruling, Severity
from pytest_caio.verdict.proven import Proof, ProvenCheck, Shown, Tally
from pytest_caio.verdict.result import Snapshot

_APART = 4
"""So many fields of a check are retyped and removed: enough to tell that it turns red by that."""


def prove(
    snapshot: Snapshot,
    evidence: EvidenceFile,
    judges: Mapping[str, Judge],
    findings: Iterable[Finding],
) -> Proof:
    """Return which of the plan's findings are shown able to fail on this evidence."""
    planned = {p.key: p for p in snapshot.plan}
    bench = _Bench.of(snapshot, evidence, judges)
    return Proof(tuple(bench.proven(planned[f.key], f) for f in findings if f.key in planned))


@dataclass
class _Count:
    judged: int = 0
    red: int = 0

    def tally(self) -> Tally:
        return Tally(self.judged, self.red)


@dataclass(frozen=True)
class _Bench:
    """What all checks of a run are proved with."""

    snapshot: Snapshot
    evidence: EvidenceFile
    judges: Mapping[str, Judge]
    reads: Reads
    watched: Mapping[str, Mapping[str, Evidence]]
    known: Vocabulary
    golden: Mapping[str, GoldenCases]

    @classmethod
    def of(
        cls, snapshot: Snapshot, evidence: EvidenceFile, judges: Mapping[str, Judge]
    ) -> "_Bench":
        reads = Reads()
        peers = {shown.name: evidence.of(shown.name) for shown in snapshot.environments}
        seen = {name: watched(found, reads) for name, found in peers.items()}
        known = _vocabulary(evidence)
        golden = {name: GoldenCases(found.get(REPLAY), known) for name, found in peers.items()}
        return cls(snapshot, evidence, judges, reads, seen, known, golden)

    def proven(self, planned: Planned, finding: Finding) -> ProvenCheck:
        key = finding.key
        outcome = finding.waived_from or finding.outcome
        if outcome is Outcome.FAIL:
            return ProvenCheck(*key, Shown.ABLE, by="it fails on this evidence as it is")
        if outcome is not Outcome.PASS:
            return ProvenCheck(*key, Shown.NOTHING)
        look = look_of(planned, self.snapshot, self.evidence)
        trial = _Trial(planned, look, self.judges)
        if planned.case:
            trial.by_case(self.golden[planned.environment])
        elif planned.check.judge:
            trial.by_reads(self._read(planned, look), self.known)
        else:
            trial.by_expectations()
        return trial.result(key)

    def _read(self, planned: Planned, look: Look) -> tuple[Field, ...]:
        """Return what the check's judge reads of this evidence."""
        self.reads.take()
        seen = replace(
            look,
            evidence=self.watched[look.environment],
            peers=MappingProxyType({name: self.watched[name] for name in look.peers}),
            derived={},
        )
        ruling_of(planned, seen, self.judges)
        return fields(self.reads.take(), look.peers, look.environment)


class _Trial:
    """One check, and what changed evidence made of it."""

    def __init__(self, planned: Planned, look: Look, judges: Mapping[str, Judge]) -> None:
        self._planned, self._look, self._judges = planned, look, judges
        self._base = Severity(planned.check.severity)
        self._before = self._severity_of(ruling_of(planned, look, judges))
        self._by = ""
        self._seen: list[str] = []
        self._blind: list[str] = []
        self._well_typed, self._apart = _Count(), _Count()

    def result(self, key: tuple[str, str, str]) -> ProvenCheck:
        """Return what the trial came to."""
        shown = Shown.ABLE if self._by else Shown.UNPROVEN
        return ProvenCheck(
            *key, shown, self._by, tuple(self._seen), tuple(self._blind),
            self._well_typed.tally(), self._apart.tally(),
        )  # fmt: skip

    def by_reads(self, read: tuple[Field, ...], known: Vocabulary) -> None:
        """Give each field that was read other values, until one makes another finding; then go on
        with those that do, until one turns the check red.
        """
        peers = self._look.peers
        more: list[Iterator[Mutant]] = []
        for field in (f for f in read if not f.door and has_others(f, peers)):
            mutants = well_typed(field, peers, known)
            if any(self._differs(mutant) for mutant in mutants):
                self._seen.append(field.name)
                more.append(mutants)
            else:
                self._blind.append(field.name)
        if not any(place.part in {JSON, NOTED} for field in read for place in field.places):
            probes = self._judges[self._planned.check.judge].probes
            more.append(another_answer(probes, self._look.environment, peers, known))
        for mutants in more:
            while not self._by and (mutant := next(mutants, None)):
                self._differs(mutant)
        for field in read[:_APART]:
            for mutant in apart(field, peers):
                self._count(self._apart, self._ruling(mutant))

    def by_case(self, golden: GoldenCases) -> None:
        """Change what the golden cases were answered, until this one fails."""
        for mutant, derived in golden.mutants():
            if self._differs(mutant, derived) and self._by:
                return

    def by_expectations(self) -> None:
        """Falsify each expectation of a gate file alone."""
        check = self._planned.check
        found = self._look.observed(check.parsed_request.name)
        for expectation in check.expectations:
            alone = replace(self._planned, check=_with_expectation(self._planned, expectation))
            for words, answer in falsified(found.answer, expectation):
                mutant = replace(found, exchanges=(*found.exchanges[:-1], answer))
                change = {(mutant.environment, mutant.probe): mutant}
                ruling = ruling_of(alone, self._with(change), self._judges)
                if self._count(self._well_typed, ruling):
                    self._by = self._by or f"{expectation.in_words}, and got {words}"
                    self._seen.append(f"{found.probe}: {expectation.target}")
                    break
            else:
                self._blind.append(f"{found.probe}: {expectation.target}")

    def _differs(self, mutant: Mutant, derived: dict[Any, Any] | None = None) -> bool:
        """Judge a mutant; return whether it made another finding."""
        ruling = self._ruling(mutant, derived)
        if self._count(self._well_typed, ruling) and not self._by:
            self._by = mutant.words
        return ruling.outcome is not Outcome.PASS or self._severity_of(ruling) != self._before

    def _count(self, count: _Count, ruling: Ruling) -> bool:
        red = ruling.outcome is Outcome.FAIL and (
            self._before is Severity.ADVISORY or self._severity_of(ruling) is Severity.REQUIRED
        )
        count.judged += 1
        count.red += red
        return red

    def _severity_of(self, ruling: Ruling) -> Severity:
        return ruling.severity or self._base

    def _ruling(self, mutant: Mutant, derived: dict[Any, Any] | None = None) -> Ruling:
        return ruling_of(self._planned, self._with(mutant.change, derived), self._judges)

    def _with(self, change: Change, derived: dict[Any, Any] | None = None) -> Look:
        """Return the look with changed evidence of some probes."""
        look, peers = self._look, dict(self._look.peers)
        for (where, probe), found in change.items():
            peers[where] = {**peers[where], probe: found}
        return replace(
            look,
            evidence=peers[look.environment],
            peers=MappingProxyType(peers),
            derived={} if derived is None else derived,
        )


def _with_expectation(planned: Planned, expectation: Expectation) -> Check:
    """Return the check with one of its expectations alone."""
    alone = [{expectation.target: {expectation.comparison: expectation.value}}]
    return replace(planned.check, expect=alone)


def _vocabulary(evidence: EvidenceFile) -> Vocabulary:
    trees, bodies = [], []
    for _, exchange in evidence.exchanges():
        try:
            trees.append(exchange.json())
        except JsonProblem:
            bodies.append(exchange.body)
    return vocabulary(trees, bodies)

"""What a ledger keeps of a run: outcomes, hashes of cards and times, made of its result."""

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from pytest_caio.judge.approved_since import judged_at
from pytest_caio.judge.card_prints import prints
from pytest_caio.judge.decisions import decisions
from pytest_caio.judge.look import BadAnswer, Look, NoEvidence
from pytest_caio.judge.queue_cards import all_cards
from pytest_caio.privacy.card_ids import hashed
from pytest_caio.privacy.reduced_text import digest
from pytest_caio.verdict.decide import decide
from pytest_caio.verdict.finding import Finding, Outcome
from pytest_caio.verdict.past import PastCard, PastCheck, PastEnd, PastRun
from pytest_caio.verdict.result import Result, ShownEnvironment
from pytest_caio.verdict.run_finding import BEFORE
from pytest_caio.verdict.waivers import waiver_of
from pytest_caio.verdict.whole_run_findings import good_until, known_release


def remembered(result: Result, report: str = "") -> tuple[PastRun, ...]:
    """Return a row for each environment; ``report`` is the digest of the run's ``verdict.json``."""
    run = uuid4().hex
    return tuple(_row(result, shown, run, report) for shown in result.snapshot.environments)


def _row(result: Result, shown: ShownEnvironment, run: str, report: str) -> PastRun:
    snapshot, seen = result.snapshot, result.evidence.of(shown.name)
    mine = [f for f in result.findings if f.environment == shown.name]
    look = Look(shown.name, shown.kind, seen, snapshot.policy)
    ramp, replay = _facts(mine, "ramp"), _facts(mine, "replay")
    return PastRun(
        run=run,
        environment=shown.name,
        profile=snapshot.profile,
        at=result.evidence.started_at,
        verdict=result.verdict,
        own=decide(mine),
        read_at=_or_none(lambda: judged_at(look)),
        until=good_until(snapshot, result.evidence),
        release=_hash(known_release(snapshot.policy.release, seen.get(BEFORE))),
        generation=result.generations.get(shown.name, ""),
        rehearsal=result.rehearsal,
        whole=all(f.outcome is not Outcome.NOT_RUN for f in result.findings),
        report=report,
        replay_rate=_number(replay, "rate", float),
        clean_claimed=_number(ramp, "claimed", int),
        clean_recounted=_number(ramp, "recounted", int),
        checks=tuple(_check(f) for f in mine if "replay_case" not in f.facts),
        waivers={f.name: w.expires for f in mine if (w := waiver_of(f, snapshot.waivers))},
        cards=_or_none(lambda: tuple(_cards(look))) or (),
        ends=_or_none(lambda: tuple(_ends(look))) or (),
    )


def _hash(text: str) -> str:
    return digest(text) if text else ""


def _or_none(call: Any) -> Any:
    try:
        return call()
    except (NoEvidence, BadAnswer):
        return None


def _facts(findings: Iterable[Finding], name: str) -> dict[str, Any]:
    return next((dict(f.facts[name]) for f in findings if isinstance(f.facts.get(name), dict)), {})


def _number(facts: dict[str, Any], name: str, kind: type) -> Any:
    value = facts.get(name)
    return kind(value) if isinstance(value, int | float) else None


def _check(finding: Finding) -> PastCheck:
    return PastCheck(finding.name, finding.severity, finding.outcome, finding.cause)


def _cards(look: Look) -> Iterable[PastCard]:
    for card in all_cards(look):
        if not card.training:
            name, mark = hashed(card.id)
            yield PastCard(name, mark, card.born, card.waits, prints(card.raw))


def _ends(look: Look) -> Iterable[PastEnd]:
    for one in decisions(look):
        if not one.training:
            name, mark = hashed(one.id)
            # A stranger's word may be anything.
            tag = one.tag if one.tag in (*look.policy.rejection_tags, "") else "unknown"
            yield PastEnd(name, one.at, one.approved, tag, mark)

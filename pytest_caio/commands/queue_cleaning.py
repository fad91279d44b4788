"""Queue hygiene at work: reject the cards that a rule names, and no other.

Source: ``docs/regimen.md, Stale cards``.

A card is read again right before its rejection. Each step is on paper before and after it is
taken, so that a run that is killed half-way leaves nothing unknown, and running it again finishes.
"""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, Protocol
from urllib.parse import quote, urlencode

from pytest_caio.base.messages import in_words, listed
from pytest_caio.evidence.model import Evidence, Unobserved
from pytest_caio.evidence.probe_names import QUEUE, STATUS
from pytest_caio.gates.request import Request
from pytest_caio.interlock.rules import Grant
from pytest_caio.judge.hygiene import (
    WINDOW,
    Named,
    excluded,
    merged,
    named_hidden,
    named_listed,
    ramp_tier,
    rule_words,
)
from pytest_caio.judge.look import BadAnswer, Look, NoEvidence, answered
from pytest_caio.judge.queue_cards import cards
from pytest_caio.observe.probe import Context, Probe, ask
from pytest_caio.privacy.redactor import Redactor
from pytest_caio.settings.environments import Environment

TAG = "queue_hygiene_non_actionable"
APPROVER = "caio-cleanup"
# A deployment that makes up new stale cards for ever must not keep this going for ever.
MAX_ROUNDS = 200

Outcome = Literal["rejected", "skipped", "failed"]


class Deployment(Protocol):
    """What clean-up needs of a deployment."""

    @property
    def environment(self) -> Environment:
        """Which one it is."""

    @property
    def redactor(self) -> Redactor:
        """What takes tokens and people's data out of the journal."""

    def look(self, *wanted: str) -> Look:
        """Return a look at what the wanted probes see now."""

    def reject(self, card_id: str, probe: Probe) -> Evidence:
        """Send the one rejection of ``card_id`` that the probe holds, and return what came."""


@dataclass(frozen=True)
class Step:
    """What was done about one card, and why."""

    card: str
    to: str
    rules: tuple[str, ...]
    outcome: Outcome
    detail: str


@dataclass(frozen=True)
class Left:
    """What hygiene still has to say of the queue; ``unseen``: older cards were not shown."""

    named: tuple[Named, ...]
    hidden: dict[str, int]
    unseen: bool


@dataclass(frozen=True)
class Cleaned:
    """The steps of a run, why it stopped early (or nothing), and what is left (None: unseen)."""

    steps: tuple[Step, ...]
    problem: str
    left: Left | None


@dataclass(frozen=True)
class Journal:
    """Lines of JSON, appended, each on the disk before the next thing happens."""

    path: Path
    redactor: Redactor
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))

    def write(self, **line: Any) -> None:
        """Append one line. Raises OSError where it can't be kept."""
        entry = {"at": self.now().isoformat(timespec="milliseconds"), **line}
        text = self.redactor.secret_free(json.dumps(entry, ensure_ascii=True))
        with self.path.open("a+b") as file:
            torn = file.seek(0, os.SEEK_END) and not _ends_with_newline(file)
            file.write((b"\n" if torn else b"") + text.encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())


def _ends_with_newline(file: Any) -> bool:
    file.seek(-1, os.SEEK_END)
    return bool(file.read(1) == b"\n")


def named(look: Look) -> tuple[Named, ...]:
    """Return every card that a rule names: the listed ones, then the hidden ones that show."""
    tier = ramp_tier(look)
    return (*named_listed(look, tier), *named_hidden(look, tier))


def left(look: Look) -> Left:
    """Return what hygiene has to say of the queue now."""
    number = merged(look)
    unseen = number is None or number >= WINDOW
    return Left(named(look), dict(excluded(look).drift), unseen)


def clean(deployment: Deployment, journal: Journal) -> Cleaned:
    """Reject what the rules name, round by round, until none is left or a round rejects nothing.

    The server shows five hidden cards at a time, so a round may bring up further ones.
    """
    steps: list[Step] = []
    try:
        _rounds(deployment, journal, steps)
    except (NoEvidence, BadAnswer, OSError) as problem:
        return Cleaned(tuple(steps), in_words(problem), None)
    failed = [step for step in steps if step.outcome == "failed"]
    try:
        remains = left(deployment.look(QUEUE, STATUS))
    except (NoEvidence, BadAnswer) as problem:
        return Cleaned(tuple(steps), failed[0].detail if failed else str(problem), None)
    return Cleaned(tuple(steps), failed[0].detail if failed else "", remains)


def _rounds(deployment: Deployment, journal: Journal, steps: list[Step]) -> None:
    settled: set[str] = set()
    for _ in range(MAX_ROUNDS):
        rejected = False
        for card in named(deployment.look(QUEUE, STATUS)):
            if card.id in settled:
                continue
            step, done = _one(deployment, journal, card)
            steps.append(step)
            if step.outcome == "failed":
                return
            rejected = rejected or step.outcome == "rejected"
            settled |= {card.id} if done else set()
        if not rejected:
            return


def _one(deployment: Deployment, journal: Journal, card: Named) -> tuple[Step, bool]:
    """Read the card once more, and reject it if it is what it was; also say if that settles it."""
    look = deployment.look(QUEUE, STATUS)
    now = next((found for found in named(look) if found.id == card.id), None)
    if now is None:
        shown = any(found.id == card.id for found in cards(look))
        why = "no rule names it any more" if shown else "it was decided, or is not shown any more"
        return _noted(deployment, journal, card, "skipped", why), shown
    if now.print != card.print:
        return _noted(deployment, journal, now, "skipped", "it changed meanwhile"), True
    reason = f"Queue hygiene: {listed(rule_words(rule, look) for rule in now.rules)}" + (
        f" ({', '.join(now.rules)})"
    )
    _write(deployment, journal, now, "rejecting", reason)
    outcome, detail = _reject(deployment, now.id, reason)
    return _noted(deployment, journal, now, outcome, detail), True


def _reject(deployment: Deployment, card_id: str, reason: str) -> tuple[Outcome, str]:
    query = urlencode({"reason": reason, "rejection_tag": TAG, "approver": APPROVER})
    request = Request("POST", f"/api/emails/{quote(card_id, safe='')}/reject?{query}")
    name = f"reject {card_id}"

    async def observe(context: Context) -> Evidence:
        return await ask(context, request, name, Grant.CLEANUP)

    found = deployment.reject(card_id, Probe(name, observe))
    if isinstance(found, Unobserved):
        return "failed", f"whether it was rejected is not known: {found.reason}"
    match found.answer.status:
        case 200:
            return "rejected", reason
        case 400:
            return "skipped", "somebody decided it meanwhile"
        case 404:
            return "skipped", "the deployment does not have it any more"
    return "failed", f"the deployment answered {answered(found.answer)}"


def _noted(
    deployment: Deployment, journal: Journal, card: Named, outcome: Outcome, detail: str
) -> Step:
    _write(deployment, journal, card, outcome, detail)
    return Step(card.id, card.to, card.rules, outcome, detail)


def _write(
    deployment: Deployment, journal: Journal, card: Named, outcome: str, detail: str
) -> None:
    environment = deployment.environment
    journal.write(
        environment=environment.name,
        url=environment.url,
        card=card.id,
        to=card.to,
        rules=card.rules,
        tag=TAG,
        approver=APPROVER,
        outcome=outcome,
        detail=detail,
    )

"""``caio cleanup``: show, and with ``--apply`` reject, what queue hygiene names."""

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pytest_caio.base.messages import listed, plural
from pytest_caio.commands.deployed import (
    COULD_NOT_SEE,
    FINE,
    FOUND,
    Deployed,
    add_arguments,
    complain,
    deployed,
    say,
    table,
)
from pytest_caio.commands.in_ledger import add_ledger, ledger_of, note
from pytest_caio.commands.queue_cleaning import Cleaned, Journal, Left, clean, left
from pytest_caio.evidence.model import Evidence
from pytest_caio.evidence.probe_names import QUEUE, STATUS
from pytest_caio.interlock.rules import Grant
from pytest_caio.judge.hygiene import WINDOW, Named
from pytest_caio.judge.look import BadAnswer, NoEvidence
from pytest_caio.judge.queue_cards import age_words
from pytest_caio.observe.probe import Probe
from pytest_caio.privacy.card_ids import hashed
from pytest_caio.verdict.past import PastDeed

NAME = "cleanup"
HELP = "show which cards queue hygiene would reject and why; with --apply, reject them"
JOURNAL = Path("caio-cleanup.jsonl")


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add_arguments(parser)
    add_ledger(parser)
    parser.add_argument("--apply", action="store_true",
                        help="reject them; without it nothing is changed")  # fmt: skip
    parser.add_argument("--journal", type=Path, default=JOURNAL, metavar="FILE",
                        help=f"note each step here, a JSON object a line ({JOURNAL})")  # fmt: skip


@dataclass(frozen=True)
class _Cleaning(Deployed):
    """A deployment whose named cards may be rejected, one at a time."""

    def reject(self, card_id: str, probe: Probe) -> Evidence:
        """Send the rejection of one card, which is the only one allowed meanwhile."""
        name = self.environment.name
        self.interlock.allow_cleanup(name, [card_id])
        try:
            return self.observe([probe.name], [probe])[(name, probe.name)]
        finally:
            self.interlock.allow_cleanup(name, [])


def run(arguments: argparse.Namespace) -> int:
    """Clean up; return 0 where nothing is left, 1 where something is, 10 where it can't be seen."""
    # Without --apply the grant isn't even held.
    grants = (Grant.CLEANUP,) if arguments.apply else ()
    if arguments.apply:
        _check_journal(arguments.journal)
    with deployed(arguments, grants) as found:
        deployment = _Cleaning(**vars(found))
        if arguments.apply:
            journal = Journal(arguments.journal, deployment.redactor)
            ledger = ledger_of(arguments, deployment.policy)
            done = clean(deployment, journal)
            if done.steps:
                note(ledger, NAME, _deed(deployment, done))
            return _report_applied(arguments, done)
        try:
            remains = left(deployment.look(QUEUE, STATUS))
        except (NoEvidence, BadAnswer) as problem:
            complain(NAME, str(problem))
            return COULD_NOT_SEE
    return _report_dry(arguments, remains)


def _deed(deployment: Deployed, done: Cleaned) -> PastDeed:
    """Return what a ledger keeps of a clean-up: numbers, and hashes of the cards."""
    rejected = [step for step in done.steps if step.outcome == "rejected"]
    cards = " ".join(hashed(step.card)[0] for step in rejected)
    data: dict[str, int | str] = {
        "rejected": len(rejected),
        "steps": len(done.steps),
        "cards": cards,
    }
    return PastDeed("clean-up", deployment.environment.name, datetime.now(UTC), data=data)


def _check_journal(path: Path) -> None:
    """Raise ValueError, before anything is asked, where no line could be written."""
    above = path.absolute().parent
    if path.is_dir():
        raise ValueError(f"--journal={path} is a folder. Name a file")
    if not above.is_dir():
        raise ValueError(f"--journal={path}: there is no folder {above}. Make it, or name another")


def _report_dry(arguments: argparse.Namespace, remains: Left) -> int:
    if arguments.json:
        _dump({"environment": arguments.env, "applied": False, "left": _left(remains)})
    else:
        for line in _dry_lines(arguments.env, remains):
            say(line)
    return _code(remains)


def _dry_lines(environment: str, remains: Left) -> Iterator[str]:
    if remains.named:
        yield f"Queue hygiene would reject {plural(len(remains.named), 'card')}:"
        yield from table([_row(card) for card in remains.named], _HEADS)
        yield f"Nothing was changed. To reject them: caio cleanup --env={environment} --apply"
    else:
        yield "Queue hygiene names no card that is shown."
    yield from _rest(remains)


_HEADS = ("card", "to", "tier", "age", "where", "rules")


def _row(card: Named) -> list[str]:
    where = "hidden" if card.hidden else "listed"
    return [card.id, card.to, card.tier, age_words(card.age), where, ", ".join(card.rules)]


def _rest(remains: Left) -> Iterator[str]:
    if remains.hidden:
        counts = listed(f"{reason} {number}" for reason, number in remains.hidden.items())
        yield f"Hidden from the list in all: {counts} (the server shows five at a time)."
    if remains.unseen:
        yield f"The server looks at its newest {WINDOW} cards only: older ones are unseen."


def _report_applied(arguments: argparse.Namespace, done: Cleaned) -> int:
    remains = done.left
    if arguments.json:
        _dump(
            {
                "environment": arguments.env,
                "applied": True,
                "steps": [asdict(step) for step in done.steps],
                "problem": done.problem,
                "left": _left(remains) if remains else None,
                "journal": str(arguments.journal),
            }
        )
    else:
        for line in _applied_lines(arguments.journal, done):
            say(line)
    if done.problem:
        complain(NAME, f"it stopped: {done.problem}. Running it again goes on from here.")
    if remains is None:
        return COULD_NOT_SEE
    return FOUND if done.problem else _code(remains)


def _applied_lines(journal: Path, done: Cleaned) -> Iterator[str]:
    if done.steps:
        rows = [[s.outcome, s.card, s.to, s.detail] for s in done.steps]
        yield from table(rows, ("outcome", "card", "to", "why"))
    number = sum(step.outcome == "rejected" for step in done.steps)
    yield f"{plural(number, 'card')} rejected" + (f"; noted in {journal}." if done.steps else ".")
    if done.left is None:
        yield "What is left could not be seen."
        return
    if done.left.named:
        yield f"Left: {listed((card.id for card in done.left.named), 20)}"
    yield from _rest(done.left)
    if _code(done.left) == FINE:
        yield "Nothing is left."


def _code(remains: Left) -> int:
    if remains.named or remains.hidden:
        return FOUND
    return COULD_NOT_SEE if remains.unseen else FINE


def _left(remains: Left) -> dict[str, Any]:
    return {
        "cards": [
            {
                "id": card.id,
                "to": card.to,
                "tier": card.tier,
                "age_hours": None
                if card.age is None
                else round(card.age.total_seconds() / 3600, 2),
                "hidden": card.hidden,
                "rules": list(card.rules),
            }
            for card in remains.named
        ],
        "hidden": remains.hidden,
        "unseen": remains.unseen,
    }


def _dump(value: dict[str, Any]) -> None:
    say(json.dumps(value, indent=1, ensure_ascii=True))

"""``caio trace``: the queue, card by card, with what is hidden from the list."""

import argparse
import json
from collections.abc import Iterator
from typing import Any

from pytest_caio.base.messages import listed
from pytest_caio.commands.deployed import (
    COULD_NOT_SEE,
    FINE,
    FOUND,
    add_arguments,
    complain,
    deployed,
    say,
    table,
)
from pytest_caio.evidence.probe_names import QUEUE, QUEUE_AGAIN, STATUS
from pytest_caio.judge.look import BadAnswer, NoEvidence, rule
from pytest_caio.judge.queue import no_drift
from pytest_caio.judge.queue_trace import trace
from pytest_caio.verdict.finding import Outcome, Ruling

NAME = "trace"
HELP = "show the queue: each card, its age and what would happen to it, and what is hidden"
_HEADS = ("card", "to", "tier", "campaign", "platform", "age", "sendability", "kind")
_CODES = {Outcome.PASS: FINE, Outcome.FAIL: FOUND}


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Print the trace; return 0 without drift, 1 with drift, 10 where it could not be seen."""
    with deployed(arguments) as deployment:
        look = deployment.look(QUEUE, QUEUE_AGAIN, STATUS)
    try:
        found = trace(look)
    except (NoEvidence, BadAnswer) as problem:
        complain(NAME, str(problem))
        return COULD_NOT_SEE
    ruling = rule(no_drift, look)
    if arguments.json:
        drift = {"outcome": ruling.outcome, "seen": ruling.observed, "remedy": ruling.remedy}
        answer = {"environment": look.environment, "queue": found, "drift": drift}
        say(json.dumps(answer, indent=1, ensure_ascii=True))
    else:
        for line in _lines(found, ruling):
            say(line)
    return _CODES.get(ruling.outcome, COULD_NOT_SEE)


def _lines(found: dict[str, Any], ruling: Ruling) -> Iterator[str]:
    limit = found["max_age_hours"]
    yield f"The queue at {found['now'] or 'an unknown time'}; a card is stale after {limit:g} h."
    if found["cards"]:
        yield from table([_row(card, limit) for card in found["cards"]], _HEADS)
    else:
        yield "No card is listed."
    hidden = found["excluded"]
    if hidden["count"]:
        reasons = listed(f"{reason} {number}" for reason, number in hidden["reasons"].items())
        yield f"Hidden from the list: {hidden['count']} ({reasons})."
    yield f"Drift: {ruling.outcome}: {ruling.observed}"
    if ruling.outcome is Outcome.FAIL:
        yield f"Do next: {ruling.remedy}"


def _row(card: dict[str, Any], limit: float) -> list[str]:
    hours = card["age_hours"]
    age = "unknown" if hours is None else f"{hours:.1f} h{' !' if hours > limit else ''}"
    return [
        card["id"],
        card["to"],
        card["tier"],
        card["campaign"],
        card["platform"],
        age,
        card["sendability"],
        card["kind"],
    ]

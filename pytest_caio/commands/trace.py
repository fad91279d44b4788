"""``caio trace``: the queue, card by card, with what is hidden from the list."""

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from pytest_caio.base.messages import listed, plain, plural
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
_COLUMNS = ("id", "to", "tier", "run", "campaign", "contact", "platform", "sync", "age",
            "sendability", "kind")  # fmt: skip
_SUMMED = ("tier", "platform", "sendability")
_LIMIT = 10
_CODES = {Outcome.PASS: FINE, Outcome.FAIL: FOUND}


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add_arguments(parser)
    parser.add_argument("--limit", type=int, default=_LIMIT, metavar="N",
                        help=f"show so many cards, newest first (default: {_LIMIT})")  # fmt: skip
    parser.add_argument("--all", action="store_true", help="show every listed card")
    parser.add_argument("--show", action="store_true",
                        help="recipients and subjects too: on a terminal only")  # fmt: skip


def run(arguments: argparse.Namespace) -> int:
    """Print the trace; return 0 without drift, 1 with drift, 10 where it could not be seen."""
    if arguments.show and not on_a_terminal():
        raise ValueError("--show prints people's data: on a terminal only, into no file and no CI")
    if arguments.limit < 1:
        raise ValueError("--limit is a whole number ≥ 1")
    with deployed(arguments, keep_content=arguments.show) as deployment:
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
        columns = (*_COLUMNS[:2], "subject", *_COLUMNS[2:]) if arguments.show else _COLUMNS
        limit = len(found["cards"]) if arguments.all else arguments.limit
        for line in _lines(found, ruling, columns, limit):
            say(line)
    return _CODES.get(ruling.outcome, COULD_NOT_SEE)


def on_a_terminal() -> bool:
    """Return whether a person reads along: no file, no pipe, no CI."""
    return sys.stdout.isatty() and not os.environ.get("CI")


def _lines(
    found: dict[str, Any], ruling: Ruling, columns: Sequence[str], most: int
) -> Iterator[str]:
    limit, cards = found["max_age_hours"], found["cards"]
    yield f"The queue at {found['now'] or 'an unknown time'}; a card is stale after {limit:g} h."
    if cards:
        yield from table([_row(card, limit, columns) for card in cards[:most]], columns)
    else:
        yield "No card is listed."
    if len(cards) > most:
        yield f"{plural(len(cards) - most, 'more card')}: --all shows them."
    for name in _SUMMED if cards else ():
        counts = Counter(card[name] or "none" for card in cards)
        most_first = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        yield f"By {name}: {listed(f'{what} {number}' for what, number in most_first)}."
    hidden = found["excluded"]
    if hidden["count"]:
        reasons = listed(f"{reason} {number}" for reason, number in hidden["reasons"].items())
        yield f"Hidden from the list: {hidden['count']} ({reasons})."
    yield f"Drift: {ruling.outcome}: {ruling.observed}"
    if ruling.outcome is Outcome.FAIL:
        yield f"Do next: {ruling.remedy}"


def _row(card: dict[str, Any], limit: float, columns: Sequence[str]) -> list[str]:
    hours = card["age_hours"]
    age = "unknown" if hours is None else f"{hours:.1f} h{' !' if hours > limit else ''}"
    return [plain(str({**card, "age": age}[column])) for column in columns]

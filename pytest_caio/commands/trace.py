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
    add_previous,
    complain,
    deployed,
    rehearsal_note,
    say,
    table,
)
from pytest_caio.judge.ended_cards import ended_cards
from pytest_caio.judge.look import BadAnswer, Look, NoEvidence
from pytest_caio.judge.queue import no_drift
from pytest_caio.judge.queue_trace import trace
from pytest_caio.judge.ruling import rule
from pytest_caio.verdict.finding import Outcome, Ruling

NAME = "trace"
HELP = "show the queue: each card, what would happen to it, what is hidden, and how others ended"
_COLUMNS = ("id", "to", "tier", "run", "campaign", "contact", "platform", "sync", "age",
            "sendability", "kind")  # fmt: skip
_SUMMED = ("tier", "platform", "sendability")
_ENDED = ("id", "end", "seen in", "at", "tag")
_LIMIT = 10
_CODES = {Outcome.PASS: FINE, Outcome.FAIL: FOUND}


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add_arguments(parser)
    add_previous(parser)
    parser.add_argument("--limit", type=_limit, default=_LIMIT, metavar="N",
                        help=f"show so many cards, newest first (default: {_LIMIT})")  # fmt: skip
    parser.add_argument("--all", action="store_true", help="show every listed card")
    parser.add_argument("--show", action="store_true",
                        help="recipients and subjects too: on a terminal only")  # fmt: skip


def _limit(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text[:9]) >= 1):
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number ≥ 1")
    return int(text[:9])


def run(arguments: argparse.Namespace) -> int:
    """Print the trace; return 0 where nothing is wrong, 1 with drift or a card that went astray,
    10 where it could not be seen.
    """
    if arguments.show and not on_a_terminal():
        raise ValueError("--show prints people's data: on a terminal only, into no file and no CI")
    with deployed(arguments, keep_content=arguments.show) as deployment:
        look = deployment.reconciled(previous=arguments.previous, since="")
    try:
        found = trace(look)
    except (NoEvidence, BadAnswer) as problem:
        complain(NAME, str(problem))
        return COULD_NOT_SEE
    ruling, ended, note = rule(no_drift, look), _ended(look), rehearsal_note(look)
    if arguments.json:
        drift = {"outcome": ruling.outcome, "seen": ruling.observed, "remedy": ruling.remedy}
        named = {"environment": look.environment, **({"note": note} if note else {})}
        answer = {**named, "queue": found, "drift": drift, "ended": ended}
        say(json.dumps(answer, indent=1, ensure_ascii=True))
    else:
        if note:
            say(note)
        columns = (*_COLUMNS[:2], "subject", *_COLUMNS[2:]) if arguments.show else _COLUMNS
        limit = len(found["cards"]) if arguments.all else arguments.limit
        for line in _lines(found, ruling, columns, limit):
            say(line)
        for line in _ended_lines(ended, arguments.limit, arguments.all):
            say(line)
    code = _CODES.get(ruling.outcome, COULD_NOT_SEE)
    return code if code != FINE else _code(ended)


def _ended(look: Look) -> dict[str, Any]:
    """Return how the other cards of today ended, or why that doesn't show."""
    try:
        return ended_cards(look)
    except (NoEvidence, BadAnswer) as problem:
        return {"unseen": str(problem)}


def _code(ended: dict[str, Any]) -> int:
    if "unseen" in ended:
        return COULD_NOT_SEE
    return FOUND if ended["wrong"] else FINE


def _ended_lines(ended: dict[str, Any], most: int, every: bool) -> Iterator[str]:
    if "unseen" in ended:
        yield f"How today's other cards ended doesn't show: {ended['unseen']}"
        return
    cards = ended["cards"]
    counts = Counter(card["end"] for card in cards)
    total = listed((f"{number} {end}" for end, number in sorted(counts.items())), 12)
    yield f"Ended since {ended['since'][:16]} UTC: {total or 'none'}."
    shown = cards if every else cards[:most]
    if shown:
        rows = [[plain(str(card[column] or "")) for column in _ENDED] for card in shown]
        yield from table(rows, _ENDED)
    if len(cards) > len(shown):
        yield f"{plural(len(cards) - len(shown), 'more card')}: --all shows them."
    yield from (f"Look into: {text}" for text in ended["wrong"])
    yield from (f"Not looked at: {text}" for text in ended["notes"])


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

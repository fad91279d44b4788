"""``caio history``: what a ledger shows over many days, as text, JSON or a page."""

import argparse
import json
import re
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time, timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from zoneinfo import ZoneInfo

from pytest_caio.base.messages import did_you_mean, listed, plain
from pytest_caio.commands.deployed import COULD_NOT_SEE, FINE, complain, policy_in, say
from pytest_caio.commands.in_ledger import add_ledger, ledger_to_read
from pytest_caio.commands.said import folder
from pytest_caio.gates.files import packaged_folder, read_folder
from pytest_caio.report.folder import write_atomically
from pytest_caio.report.history_text import as_json, lines
from pytest_caio.settings.environments import full_name
from pytest_caio.verdict.chronicle import Asked, chronicle
from pytest_caio.verdict.past import PastRun

NAME = "history"
HELP = "what a ledger shows over days: verdicts, strips of outcomes, days, ages at decision"
PAGE = "history.html"
_DAYS = re.compile(r"([1-9]\d{0,3})d")


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.epilog = "Exit code: 0 shown, 4 usage, 10 the ledger can't be read."
    add_ledger(parser)
    parser.add_argument("--env", default="", metavar="NAMES",
                        help="these environments alone, like prod,staging")  # fmt: skip
    parser.add_argument("--check", action="append", default=[], metavar="NAME",
                        help="these checks alone: queue.no-drift, a gate, or a pattern (repeatable)"
                        )  # fmt: skip
    parser.add_argument("--since", default="", metavar="DATE|7d",
                        help="from this day on, or so many days back; default: all there is"
                        )  # fmt: skip
    out = parser.add_mutually_exclusive_group()
    out.add_argument("--json", action="store_true", help="print JSON instead of text")
    out.add_argument("--html", type=folder, metavar="DIR",
                     help=f"write a page, {PAGE}, into this folder")  # fmt: skip


def run(arguments: argparse.Namespace) -> int:
    """Show what is remembered; 10 where the ledger can't be read."""
    policy = policy_in(Path("gates"))
    ledger = ledger_to_read(arguments, policy)
    now = datetime.now(UTC)
    since = _since(arguments.since, now, policy.review.zone)
    from pytest_caio.ledger.database import LedgerProblem
    from pytest_caio.ledger.reading import ends, runs

    try:
        every = runs(ledger)
        chosen = _environments(arguments.env, every)
        decided = {name: ends(ledger, name) for name in chosen}
    except LedgerProblem as problem:
        complain(NAME, f"{problem}. Nothing is shown")
        return COULD_NOT_SEE
    wanted = _checks(arguments.check, every)
    asked = Asked(now, since, lambda name: not arguments.check or name in wanted)
    told = chronicle([r for r in every if r.environment in chosen], decided, policy, asked)
    if not told.places and not arguments.json:
        complain(NAME, f"the ledger {ledger.shown} has no run of that time")
    if arguments.json:
        say(json.dumps(as_json(told), indent=1, ensure_ascii=True))
    elif arguments.html:
        from pytest_caio.report.history_page import history_page

        path = arguments.html / PAGE
        write_atomically(path, history_page(told, _titles(Path("gates"))).encode())
        say(plain(f"written: {path}"))
    elif told.places:
        for line in lines(told, every=bool(arguments.check)):
            say(plain(line))
    return FINE


def _titles(own: Path) -> dict[str, str]:
    """Return the titles of checks, as far as gate files here have them; a mistake in one is for
    the gate to say.
    """
    folders = (packaged_folder(), *([own] if own.is_dir() else []))
    gates = (gate for folder in folders for gate in read_folder(folder)[0])
    return {f"{gate.gate}.{check.id}": check.title for gate in gates for check in gate.checks}


def _since(text: str, now: datetime, zone: str) -> datetime | None:
    if not text.strip():
        return None
    here = ZoneInfo(zone)
    if days := _DAYS.fullmatch(text.strip()):
        day = (now.astimezone(here) - timedelta(days=int(days[1]))).date()
    else:
        try:
            day = date.fromisoformat(text.strip())
        except ValueError:
            text = plain(text)[:40]
            raise ValueError(f"--since={text} is no day: write it like 2026-02-24, or 7d") from None
    begin = datetime.combine(day, time(), here)
    if begin > now:
        raise ValueError(f"--since={day} is still to come")
    return begin


def _environments(text: str, every: Sequence[PastRun]) -> tuple[str, ...]:
    known = tuple(sorted({run.environment for run in every}))
    if not text.strip():
        return known
    chosen = tuple(dict.fromkeys(map(full_name, text.split(","))))
    for name in chosen:
        if name not in known:
            there = f"it has {listed(known)}" if known else "it is empty"
            raise ValueError(f"the ledger has no run of {plain(name)!r}; {there}")
    return chosen


def _checks(patterns: Sequence[str], every: Sequence[PastRun]) -> Collection[str]:
    known = {check.name for run in every for check in run.checks}
    wanted: set[str] = set()
    for pattern in patterns:
        found = {
            name for name in known
            if fnmatchcase(name, pattern) or name.partition(".")[0] == pattern
        }  # fmt: skip
        if not found:
            hint = did_you_mean(pattern, sorted(known))
            raise ValueError(f"--check={plain(pattern)}: the ledger has no such check{hint}")
        wanted |= found
    return wanted

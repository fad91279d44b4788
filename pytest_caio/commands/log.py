"""``caio log``: the daily log of ``docs/regimen.md, Daily log``, from every source there is."""

import argparse
import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from pytest_caio.base.messages import listed
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
)
from pytest_caio.commands.in_ledger import add_ledger, known, ledger_of
from pytest_caio.evidence.moments import FIRST_YEAR, LAST_YEAR
from pytest_caio.judge.daily_log import LogDay, daily, today
from pytest_caio.judge.look import BadAnswer, Look, NoEvidence
from pytest_caio.ledger.where import Where
from pytest_caio.report.decision_view import told as told_decision
from pytest_caio.verdict.day_book import Entries, entries

NAME = "log"
HELP = "print the daily log: approved, rejected by tag, sent, anomalies"
MAX_DAYS = 366
Books = Mapping[str, Entries]


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add_arguments(parser)
    parser.add_argument("--day", type=_date, metavar="DATE",
                        help="this day in the policy's zone (default: today)")  # fmt: skip
    parser.add_argument("--from", dest="first", type=_date, metavar="DATE",
                        help="from this day on")  # fmt: skip
    parser.add_argument("--to", dest="last", type=_date, metavar="DATE",
                        help="up to and with this day (default: today)")  # fmt: skip
    add_previous(parser)
    add_ledger(parser)
    parser.add_argument("--format", default="markdown", choices=("markdown", "csv", "json"),
                        help="how it looks (default: markdown)")  # fmt: skip


def _date(text: str) -> date:
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        found = date.min
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        problem = f"{text!r} is no date of a log: write one like 2026-02-24"
        raise argparse.ArgumentTypeError(problem)
    return found


def run(arguments: argparse.Namespace) -> int:
    """Print the log; return 0, 1 where it holds an anomaly, 10 where it could not be read."""
    text, code = written(arguments)
    if text:
        say(text)
    return code


def written(arguments: argparse.Namespace) -> tuple[str, int]:
    """Return the log's text and the exit code; nothing where it could not be read."""
    if arguments.day and (arguments.first or arguments.last):
        raise ValueError("--day goes without --from and --to")
    day = arguments.day or arguments.first
    with deployed(arguments) as deployment:
        look = deployment.reconciled(
            previous=arguments.previous, since=day.isoformat() if day else ""
        )
        ledger = ledger_of(arguments, deployment.policy)
    try:
        now = today(look)
        first, last = _range(arguments, now)
        days = daily(look, first, last)
    except (NoEvidence, BadAnswer) as problem:
        complain(NAME, str(problem))
        return "", COULD_NOT_SEE
    form = "json" if arguments.json else arguments.format
    first_said = _first_said(look, arguments.previous)
    write = {"markdown": _markdown, "csv": _csv, "json": _json}[form]
    for text in first_said.values() if form == "csv" else ():
        complain(NAME, text)
    books = _books(ledger, look, first, last)
    code = FOUND if any(day.anomalies for day in days) else FINE
    return write(days, look.environment, first_said, books).rstrip("\n"), code


def _range(arguments: argparse.Namespace, now: date) -> tuple[date, date]:
    last = arguments.day or arguments.last or now
    first = arguments.day or arguments.first or last
    if not 0 <= (last - first).days < MAX_DAYS:
        raise ValueError(f"--from is at most {MAX_DAYS} days before --to, and not after it")
    if last > now:
        raise ValueError(f"{last} has not come yet: today is {now} by the deployment's clock")
    return first, last


def _first_said(look: Look, previous: Path | None) -> dict[str, str]:
    """Return what is said before the figures: what was decided on the pre-flight's report, and
    that it is a rehearsal.
    """
    decision = told_decision(previous, look.policy.review.zone) if previous else ""
    said = {"decision": decision, "note": rehearsal_note(look)}
    return {name: text for name, text in said.items() if text}


def _books(ledger: Where | None, look: Look, first: date, last: date) -> dict[str, Entries]:
    """Return what the ledger has of each day; nothing where there is none, or it can't be read."""
    if ledger is None:
        return {}
    zone = ZoneInfo(look.policy.review.zone)
    since = datetime.combine(first, time.min, zone)
    runs, deeds, ends = known(ledger, NAME, look.environment, since)
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return {day.isoformat(): entries(day, zone, runs, deeds, ends) for day in days}


def _json(days: Sequence[LogDay], environment: str, first: Mapping[str, str], books: Books) -> str:
    found = {"environment": environment, **first}
    rows = [asdict(day) for day in days]
    for row in rows if books else ():
        row["ledger"] = asdict(books[row["date"]])
    return json.dumps({**found, "days": rows}, indent=1, ensure_ascii=True)


def _markdown(
    days: Sequence[LogDay], environment: str, first: Mapping[str, str], books: Books
) -> str:
    lines = [
        f"# Daily log: {environment}",
        "",
        *(line for text in first.values() for line in (_cell(text), "")),
        "| Day | Approved | Rejected | Sent | Live runs | Anomalies |",
        "|---|---|---|---|---|---|",
    ]
    for day in days:
        tags = listed((f"{tag} {n}" for tag, n in day.rejected.items()), 12)
        rejected = f"{sum(day.rejected.values())}{f' ({tags})' if tags else ''}"
        number = len(day.anomalies) or "none"
        cells = (day.date, day.approved, rejected, _sent(day), day.runs, number)
        lines.append(f"| {' | '.join(_cell(cell) for cell in cells)} |")
    lines += _section(
        "Anomalies", (f"{day.date}: {text}" for day in days for text in day.anomalies)
    )
    shown = (f"{day.date}: {_ends(day)}" for day in days if day.ends or day.bounced)
    lines += _section("How the cards ended", shown)
    told = (f"{day}: {text}" for day, book in books.items() for text in book.every)
    lines += _section("Verdicts, decisions, dispatches", told)
    lines += _section("Not looked at", (note for day in days for note in day.notes))
    return "\n".join(lines)


def _section(title: str, texts: Iterable[str]) -> list[str]:
    items = [f"* {_cell(text)}" for text in texts]
    return ["", f"## {title}", "", *items] if items else []


def _sent(day: LogDay) -> str:
    """Return the number, and where it comes from wherever that is more than one place."""
    if not day.by_approval:
        return str(day.sent)
    return f"{day.sent} ({day.by_approval} by approval, {day.dispatched} dispatched)"


def _ends(day: LogDay) -> str:
    ends = listed((f"{n} {end}" for end, n in (day.ends or {}).items()), 12)
    sources = listed((f"{source} {n}" for source, n in (day.sources or {}).items()), 12)
    top = f"; most often rejected for {day.top_rejection}" if day.top_rejection else ""
    back = f"; {day.bounced} came back" if day.bounced else ""
    return f"{ends or 'none'} (seen in: {sources or 'nothing'}){top}{back}"


def _cell(value: object) -> str:
    text = " ".join(str(value).split())
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")


def _csv(days: Sequence[LogDay], environment: str, _first: Mapping[str, str], books: Books) -> str:
    tags = sorted({tag for day in days for tag in day.rejected})
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    heads = (
        "environment", "day", "approved", "rejected", "sent", "live_runs", "anomalies",
        "by_approval", "dispatched", "bounced", "top_rejection",
    )  # fmt: skip
    kept = ("preflights", "decisions", "dispatches", "clean_ups") if books else ()
    writer.writerow([*heads, *kept, *(f"rejected:{tag}" for tag in tags)])
    for day in days:
        counts = [day.rejected.get(tag, 0) for tag in tags]
        texts = _plain("; ".join(day.anomalies))
        total = sum(day.rejected.values())
        row: list[object] = [environment, day.date, day.approved, total, day.sent, day.runs, texts]
        row += [day.by_approval, day.dispatched, day.bounced, day.top_rejection]
        row += [_plain("; ".join(getattr(books[day.date], name))) for name in kept]
        writer.writerow([*row, *counts])
    return out.getvalue()


def _plain(text: str) -> str:
    """A spreadsheet takes a cell that starts like this for a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t"} else text

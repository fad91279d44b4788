"""``caio forget``: take out of a ledger what is older than it has to be kept."""

import argparse
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pytest_caio.base.messages import day_in_words, plural
from pytest_caio.commands.deployed import COULD_NOT_SEE, FINE, complain, policy_in, say
from pytest_caio.commands.in_ledger import add_ledger, ledger_to_read

NAME = "forget"
HELP = "take out of a ledger what is older than so many days"
_MOST = 36_500


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.epilog = "Exit code: 0 done, 4 usage, 10 the ledger can't be changed."
    parser.add_argument("--older-than", type=_days, required=True, metavar="DAYS",
                        help="runs, decisions, guards and clean-ups before that go")  # fmt: skip
    add_ledger(parser)


def _days(text: str) -> int:
    number = text.strip().removesuffix("d")
    usable = number.isascii() and number.isdigit() and len(number) <= len(str(_MOST))
    if not usable or not 1 <= int(number) <= _MOST:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of days from 1 to {_MOST:,}")
    return int(number)


def run(arguments: argparse.Namespace) -> int:
    """Forget, and say how much; 10 where the ledger can't be changed."""
    ledger = ledger_to_read(arguments, policy_in(Path("gates")))
    before = datetime.now(UTC) - timedelta(days=arguments.older_than)
    from pytest_caio.ledger.database import LedgerProblem
    from pytest_caio.ledger.writing import forget

    try:
        gone = forget(ledger, before)
    except LedgerProblem as problem:
        complain(NAME, f"{problem}. Nothing is forgotten")
        return COULD_NOT_SEE
    # A run over two environments is two rows.
    what = f"{plural(gone, 'row')} of runs and deeds from before {day_in_words(before)} {before:%Y}"
    say(f"{ledger.shown}: {what} {'is' if gone == 1 else 'are'} gone.")
    return FINE

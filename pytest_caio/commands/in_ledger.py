"""What the commands have to do with a ledger: which one, and adding what was done.

Source: ``docs/ledger.md``. A ledger that can't be written changes nothing: it is said.
"""

import argparse
import os
from datetime import datetime
from pathlib import Path

from pytest_caio.commands.deployed import complain
from pytest_caio.gates.policy import Policy
from pytest_caio.ledger.where import VARIABLE, Where, where
from pytest_caio.verdict.past import PastDeed, PastEnd, PastRun


def add_ledger(parser: argparse.ArgumentParser) -> None:
    """Add the option that names a ledger."""
    parser.add_argument("--ledger", metavar="FILE|URL",
                        help=f"the ledger (else {VARIABLE}, or policy.yaml's)")  # fmt: skip


def ledger_of(arguments: argparse.Namespace, policy: Policy) -> Where | None:
    """Return the ledger, or None where nobody names one; raise ValueError for what is none."""
    return where(arguments.ledger, os.environ, policy.ledger, Path(), "--ledger")


def ledger_to_read(arguments: argparse.Namespace, policy: Policy) -> Where:
    """Return the ledger; raise ValueError where none is named, or the file isn't there: a database
    that is opened for the first time would be made, and be empty.
    """
    ledger = ledger_of(arguments, policy)
    if ledger is None:
        text = f"no ledger is named: --ledger=FILE|URL, {VARIABLE}, or ledger: in gates/policy.yaml"
        raise ValueError(f"{text}. Runs go into one by --caio-ledger")
    if "://" not in ledger.shown and not Path(ledger.shown).is_file():
        raise ValueError(f"there is no ledger {ledger.shown}: is it the file of --caio-ledger?")
    return ledger


def note(ledger: Where | None, command: str, *done: PastDeed) -> None:
    """Add what was done; say it where that can't be."""
    if ledger is None:
        return
    from pytest_caio.ledger.database import LedgerProblem
    from pytest_caio.ledger.writing import add_deeds

    try:
        add_deeds(ledger, done)
    except LedgerProblem as problem:
        complain(command, f"{problem}; this is not in it")


def known(
    ledger: Where | None, command: str, environment: str, since: datetime
) -> tuple[tuple[PastRun, ...], tuple[PastDeed, ...], tuple[PastEnd, ...]]:
    """Return an environment's runs, deeds and decided cards since then, the oldest first; say
    where they can't be read.
    """
    if ledger is None:
        return (), (), ()
    from pytest_caio.ledger.database import LedgerProblem
    from pytest_caio.ledger.reading import deeds, ends, runs

    try:
        return (
            runs(ledger, [environment], since),
            deeds(ledger, [environment], since),
            ends(ledger, environment, since),
        )
    except LedgerProblem as problem:
        complain(command, str(problem))
        return (), (), ()

"""The connection to a ledger's database, its schema brought up to date.

Source: ``docs/ledger.md, When it is not there``. Whatever goes wrong is a :class:`LedgerProblem`,
which shows no password and changes no verdict.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, select, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from pytest_caio.ledger.tables import VERSION
from pytest_caio.ledger.upgrades import STEPS
from pytest_caio.ledger.where import Where

PATIENCE = 10
"""Seconds for which a database that somebody else writes to is waited for."""
_CONNECT = 5
_LOCK = 4_201_913_224
"""A number of our own: who upgrades a PostgreSQL database holds it."""


class LedgerProblem(Exception):
    """Why a ledger can't be read or written, in words."""


@contextmanager
def connected(where: Where) -> Iterator[Connection]:
    """Give a transaction on the ledger, which is written as a whole or not at all."""
    try:
        engine = _engine(where.url.reveal())
        with engine.begin() as connection:
            _upgrade(connection)
            yield connection
    except (SQLAlchemyError, OSError) as error:
        raise LedgerProblem(f"the ledger {where.shown} {_words(error)}") from None
    except (ValueError, TypeError, KeyError):
        # Somebody else's hand, or another program's row.
        text = "holds something that is no entry of ours"
        raise LedgerProblem(f"the ledger {where.shown} {text}") from None


def _engine(url: str) -> Engine:
    file = url.removeprefix("sqlite:///")
    if file != url:
        place = URL.create("sqlite", database=file)
        engine = create_engine(place, poolclass=NullPool, connect_args={"timeout": PATIENCE})
        event.listen(engine, "connect", _by_hand)
        event.listen(engine, "begin", _whole)
        return engine
    patience = f"-c lock_timeout={PATIENCE}s -c statement_timeout={2 * PATIENCE}s -c TimeZone=UTC"
    arguments = {"connect_timeout": _CONNECT, "options": patience}
    return create_engine(url, poolclass=NullPool, connect_args=arguments, hide_parameters=True)


def _by_hand(connection: Any, _record: object) -> None:
    """Let nothing but ``_whole`` begin a transaction: the driver's own begins too late to wait."""
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")


def _whole(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _upgrade(connection: Connection) -> None:
    """Bring the schema to this version; raise LedgerProblem where it is a newer one."""
    if _version(connection) == len(STEPS):
        return
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _LOCK})
    version = _version(connection)
    if version > len(STEPS):
        known = f"version {version}, and this pytest-caio knows {len(STEPS)}"
        raise LedgerProblem(f"the ledger is of {known}: install the newer one here too")
    if version == len(STEPS):  # Somebody else was faster.
        return
    if not version:
        VERSION.create(connection, checkfirst=True)
    for step in STEPS[version:]:
        for statement in step:
            connection.execute(text(statement))
    connection.execute(VERSION.delete())
    connection.execute(VERSION.insert().values(version=len(STEPS)))


def _version(connection: Connection) -> int:
    """Return the schema's version, 0 where there is none yet."""
    if not connection.dialect.has_table(connection, VERSION.name):
        return 0
    return connection.execute(select(VERSION.c.version)).scalar() or 0


def _words(error: Exception) -> str:
    """Return what went wrong, for people: what the driver says may hold the password."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    said = str(cause).lower()
    known = {
        "database is locked": "is locked by somebody else",
        "lock timeout": "is locked by somebody else",
        "statement timeout": "is too slow",
        "disk is full": "can't be written: the disk is full",
        "disk i/o": "can't be written: the disk is full, or broken",
        "no space": "can't be written: the disk is full",
        "disk full": "can't be written: the disk is full",
        "readonly": "can't be written: it is read-only",
        "read-only": "can't be written: it is read-only",
        "not a database": "is no ledger: the file is something else",
        "malformed": "is damaged",
        "unable to open": "can't be opened",
        "authentication failed": "does not let us in: look at user and password",
        "does not exist": "has no such database, user or table",
        "permission denied": "does not allow it",
        "could not translate": "is not to be found: look at the host's name",
        "failed to resolve": "is not to be found: look at the host's name",
        "name or service": "is not to be found: look at the host's name",
        "refused": "is away: nothing answers there",
        "timeout": "is away: nothing answers in time",
        "timed out": "is away: nothing answers in time",
    }
    found = next((words for sign, words in known.items() if sign in said), "")
    return found or f"can't be used ({type(cause).__name__})"

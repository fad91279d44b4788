"""The ledger's schema, version by version. A step never changes: what comes later is a new step.

Written in what SQLite and PostgreSQL have in common.
"""

from collections.abc import Sequence

STEPS: Sequence[Sequence[str]] = (
    (
        "CREATE TABLE caio_run (id TEXT NOT NULL PRIMARY KEY, run TEXT NOT NULL,"
        " environment TEXT NOT NULL, profile TEXT NOT NULL, at TIMESTAMP NOT NULL,"
        " verdict TEXT NOT NULL, own TEXT NOT NULL, read_at TIMESTAMP, until TIMESTAMP,"
        " release TEXT NOT NULL, generation TEXT NOT NULL, rehearsal BOOLEAN NOT NULL,"
        " whole BOOLEAN NOT NULL, report TEXT NOT NULL)",
        "CREATE INDEX ix_caio_run_environment ON caio_run (environment)",
        "CREATE INDEX ix_caio_run_at ON caio_run (at)",
        "CREATE TABLE caio_check (id TEXT NOT NULL REFERENCES caio_run (id) ON DELETE CASCADE,"
        " place INTEGER NOT NULL, name TEXT NOT NULL, severity TEXT NOT NULL,"
        " outcome TEXT NOT NULL, cause TEXT NOT NULL, PRIMARY KEY (id, place))",
        "CREATE TABLE caio_waiver (id TEXT NOT NULL REFERENCES caio_run (id) ON DELETE CASCADE,"
        " name TEXT NOT NULL, until TEXT NOT NULL, PRIMARY KEY (id, name))",
        "CREATE TABLE caio_card (id TEXT NOT NULL REFERENCES caio_run (id) ON DELETE CASCADE,"
        " place INTEGER NOT NULL, card TEXT NOT NULL, mark TEXT NOT NULL, born TIMESTAMP,"
        " waits BOOLEAN NOT NULL, prints TEXT NOT NULL, PRIMARY KEY (id, place))",
        "CREATE INDEX ix_caio_card_card ON caio_card (card)",
        "CREATE TABLE caio_deed (id TEXT NOT NULL PRIMARY KEY, kind TEXT NOT NULL,"
        " environment TEXT NOT NULL, at TIMESTAMP NOT NULL, report TEXT NOT NULL,"
        " data TEXT NOT NULL)",
        "CREATE INDEX ix_caio_deed_at ON caio_deed (at)",
    ),
    (
        "CREATE TABLE caio_end (environment TEXT NOT NULL, card TEXT NOT NULL, mark TEXT NOT NULL,"
        " at TIMESTAMP NOT NULL, approved BOOLEAN NOT NULL, tag TEXT NOT NULL,"
        " PRIMARY KEY (environment, card, mark, at))",
        "ALTER TABLE caio_run ADD COLUMN replay_rate DOUBLE PRECISION",
        "ALTER TABLE caio_run ADD COLUMN clean_claimed INTEGER",
        "ALTER TABLE caio_run ADD COLUMN clean_recounted INTEGER",
    ),
)
"""Step ``n`` leads from version ``n`` to version ``n + 1``."""

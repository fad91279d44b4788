"""The ledger's tables as they are now; how older ones come to this is in ``upgrades``."""

from sqlalchemy import Boolean, Column, DateTime, Double, ForeignKey, Integer, MetaData, Table, Text

METADATA = MetaData()

RUNS = Table(
    "caio_run", METADATA,
    Column("id", Text, primary_key=True),
    Column("run", Text, nullable=False),
    Column("environment", Text, nullable=False, index=True),
    Column("profile", Text, nullable=False),
    Column("at", DateTime, nullable=False, index=True),
    Column("verdict", Text, nullable=False),
    Column("own", Text, nullable=False),
    Column("read_at", DateTime),
    Column("until", DateTime),
    Column("release", Text, nullable=False),
    Column("generation", Text, nullable=False),
    Column("rehearsal", Boolean, nullable=False),
    Column("whole", Boolean, nullable=False),
    Column("report", Text, nullable=False),
    Column("replay_rate", Double),
    Column("clean_claimed", Integer),
    Column("clean_recounted", Integer),
)  # fmt: skip

CHECKS = Table(
    "caio_check", METADATA,
    Column("id", Text, ForeignKey("caio_run.id", ondelete="CASCADE"), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("cause", Text, nullable=False),
)  # fmt: skip

WAIVERS = Table(
    "caio_waiver", METADATA,
    Column("id", Text, ForeignKey("caio_run.id", ondelete="CASCADE"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("until", Text, nullable=False),
)  # fmt: skip

CARDS = Table(
    "caio_card", METADATA,
    Column("id", Text, ForeignKey("caio_run.id", ondelete="CASCADE"), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("card", Text, nullable=False, index=True),
    Column("mark", Text, nullable=False),
    Column("born", DateTime),
    Column("waits", Boolean, nullable=False),
    Column("prints", Text, nullable=False),
)  # fmt: skip

ENDS = Table(
    "caio_end", METADATA,
    Column("environment", Text, primary_key=True),
    Column("card", Text, primary_key=True),
    Column("mark", Text, primary_key=True),
    Column("at", DateTime, primary_key=True),
    Column("approved", Boolean, nullable=False),
    Column("tag", Text, nullable=False),
)  # fmt: skip

DEEDS = Table(
    "caio_deed", METADATA,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("environment", Text, nullable=False),
    Column("at", DateTime, nullable=False, index=True),
    Column("report", Text, nullable=False),
    Column("data", Text, nullable=False),
)  # fmt: skip

VERSION = Table("caio_version", METADATA, Column("version", Integer, primary_key=True))

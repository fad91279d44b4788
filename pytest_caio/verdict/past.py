"""What is remembered of runs and of what people did: the rows of a ledger, free of texts.

Source: ``docs/ledger.md, What it holds``. Cards are hashes, people's texts and addresses are not in
it at all; a moment is in UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Literal

from pytest_caio.verdict.decide import Verdict
from pytest_caio.verdict.finding import MET, Outcome, Severity


@dataclass(frozen=True)
class PastCheck:
    """What one check came to; ``name`` is its full name, ``cause`` as the finding gave it."""

    name: str
    severity: Severity
    outcome: Outcome
    cause: str = ""

    @property
    def met(self) -> bool:
        """Whether there was nothing against it."""
        return self.outcome in MET


@dataclass(frozen=True)
class PastCard:
    """A live card as a run saw it.

    ``card`` is the hash of its id without the mark that tells it from another that looks alike in
    the same run; ``prints`` are hashes of what was judged of it, by field; ``waits`` says that
    somebody still had to decide it.
    """

    card: str
    mark: str = ""
    born: datetime | None = None
    waits: bool = True
    prints: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def is_it(self, other: "PastCard | PastEnd") -> bool:
        """Whether both are the same card, as far as ids show it."""
        alike = not self.mark or not other.mark or self.mark == other.mark
        return self.card == other.card and alike


@dataclass(frozen=True)
class PastEnd:
    """A decision on a live card, as the deployment's history showed it; ``tag`` of a rejection."""

    card: str
    at: datetime
    approved: bool
    tag: str = ""
    mark: str = ""


@dataclass(frozen=True)
class PastRun:
    """One environment in one run.

    ``run`` is the same in all environments of a run. ``at`` is when it began by this machine's
    clock, ``read_at`` when the queue was read by the deployment's, ``until`` how long a GO was
    good by the latter. ``release`` is a hash. ``verdict`` is the run's, ``own`` that of this
    environment's findings alone; ``whole`` says that no check of the profile was left out;
    ``report`` is the digest of its ``verdict.json``, where one was written. ``replay_rate`` is
    between 0 and 1; ``clean_claimed`` and ``clean_recounted`` are days.
    """

    run: str
    environment: str
    profile: str
    at: datetime
    verdict: Verdict
    own: Verdict
    read_at: datetime | None = None
    until: datetime | None = None
    release: str = ""
    generation: str = ""
    rehearsal: bool = False
    whole: bool = True
    report: str = ""
    replay_rate: float | None = None
    clean_claimed: int | None = None
    clean_recounted: int | None = None
    checks: tuple[PastCheck, ...] = ()
    waivers: Mapping[str, date] = field(default_factory=lambda: MappingProxyType({}))
    cards: tuple[PastCard, ...] = ()
    ends: tuple[PastEnd, ...] = ()

    @property
    def preflight(self) -> bool:
        """Whether it was about whether a live cycle may begin, and left no check out."""
        return self.whole and self.profile in PREFLIGHTS


PREFLIGHTS = frozenset({"preflight", "all"})


@dataclass(frozen=True)
class PastDeed:
    """What somebody did: decided on a verdict, dispatched under it, cleaned up.

    ``report`` is the digest of the ``verdict.json`` that it was about; ``data`` are words of ours,
    numbers and hashes.
    """

    kind: Literal["decision", "guard", "clean-up"]
    environment: str
    at: datetime
    report: str = ""
    data: Mapping[str, str | int | bool] = field(default_factory=lambda: MappingProxyType({}))

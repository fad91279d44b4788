"""What was seen: frozen, and redacted before it gets here.

An :class:`Observed` says what a probe saw, an :class:`Unobserved` why it saw nothing. No
evidence is never a pass (``docs/promises.md, Fail closed``).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from types import MappingProxyType
from typing import Any

from pytest_caio.base import strict_json as strictjson
from pytest_caio.evidence.moments import moment_of
from pytest_caio.evidence.spool import Spool


@dataclass(frozen=True)
class Exchange:
    """One request and its answer, or the reason why there was none (``status`` is None).

    ``seconds`` is the time from sending to the last byte; ``attempt`` counts from 1 and is above
    1 where a read was repeated; ``truncated`` says that the body was cut.
    """

    method: str
    url: str
    request_headers: tuple[tuple[str, str], ...] = ()
    request_body: str = ""
    started_at: str = ""
    seconds: float = 0.0
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""
    body_bytes: int = 0
    truncated: bool = False
    error: str = ""
    attempt: int = 1

    def header(self, name: str) -> str | None:
        """Return the first header of that name, or None; the case of letters doesn't matter."""
        return next((v for n, v in self.headers if n.lower() == name.lower()), None)

    @cached_property
    def date(self) -> datetime | None:
        """The deployment's own clock at this answer (its ``Date`` header), in UTC."""
        try:
            return moment_of(parsedate_to_datetime(self.header("date") or ""))
        except (ValueError, TypeError, IndexError, OverflowError):
            return None

    def json(self) -> Any:
        """Return the parsed body; raise :class:`~pytest_caio.base.strict_json.JsonProblem`."""
        value, problem = self._parsed
        if problem:
            raise strictjson.JsonProblem(problem)
        return value

    @property
    def has_detail(self) -> bool:
        """Whether an error is the application's own: JSON with a ``detail``."""
        value, problem = self._parsed
        return not problem and isinstance(value, dict) and "detail" in value

    @cached_property
    def _parsed(self) -> tuple[Any, str]:
        """The body's value, or why there is none: read once for all the judges that look at it."""
        if self.truncated:
            return None, f"cut after {len(self.body):,} characters"
        try:
            return strictjson.loads(self.body), ""
        except strictjson.JsonProblem as problem:
            return None, str(problem)


@dataclass(frozen=True)
class Observed:
    """A probe's evidence: its exchanges in order, and what it noted beside them as JSON.

    ``attachments`` are files for people, like screenshots, by their names in the report folder;
    no judge looks at them. ``spooled`` are files of evidence that are too large to be held.
    """

    probe: str
    environment: str
    exchanges: tuple[Exchange, ...] = ()
    data: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    attachments: Mapping[str, bytes] = field(
        default_factory=lambda: MappingProxyType({}), compare=False, repr=False
    )
    spooled: Mapping[str, Spool] = field(
        default_factory=lambda: MappingProxyType({}), compare=False, repr=False
    )

    @property
    def answer(self) -> Exchange:
        """The last exchange: the one whose answer counts."""
        return self.exchanges[-1]


@dataclass(frozen=True)
class Unobserved:
    """A probe that saw nothing, why, and what it sent before it gave up."""

    probe: str
    environment: str
    reason: str
    exchanges: tuple[Exchange, ...] = ()


Evidence = Observed | Unobserved


@dataclass(frozen=True)
class Sent:
    """One line of the interlock's record: something that was not a plain read."""

    environment: str
    method: str
    url: str
    identity: str
    allowed: bool
    why: str


@dataclass(frozen=True)
class EvidenceFile:
    """Everything that a run observed: what the judges get, and what is written as HAR."""

    started_at: datetime
    evidence: Mapping[tuple[str, str], Evidence]
    sent: tuple[Sent, ...] = ()
    # What judges worked out of it, so that not each of a hundred checks does it again.
    derived: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    def of(self, environment: str) -> Mapping[str, Evidence]:
        """Return one environment's evidence by probe name."""
        return self._by_environment.get(environment, MappingProxyType({}))

    def side_by_side(self, environments: Iterable[str]) -> Mapping[str, Mapping[str, Evidence]]:
        """Return the evidence of several environments by their names: the same object each time."""
        key = (EvidenceFile.side_by_side, tuple(environments))
        if key not in self.derived:
            self.derived[key] = MappingProxyType({name: self.of(name) for name in key[1]})
        found: Mapping[str, Mapping[str, Evidence]] = self.derived[key]
        return found

    @cached_property
    def _by_environment(self) -> Mapping[str, Mapping[str, Evidence]]:
        found: dict[str, dict[str, Evidence]] = {}
        for (environment, probe), seen in self.evidence.items():
            found.setdefault(environment, {})[probe] = seen
        return found

    @property
    def attachments(self) -> Mapping[str, bytes]:
        """Every probe's files for people, by their names in the report folder."""
        observed = (found for found in self.evidence.values() if isinstance(found, Observed))
        return {name: content for found in observed for name, content in found.attachments.items()}

    def now(self, environment: str) -> datetime | None:
        """Return the latest moment that the deployment's own clock showed, or None."""
        if environment not in self._clocks:
            dates = [e.date for found in self.of(environment).values() for e in found.exchanges]
            self._clocks[environment] = max((date for date in dates if date), default=None)
        return self._clocks[environment]

    @cached_property
    def _clocks(self) -> dict[str, datetime | None]:
        return {}

    def exchanges(self) -> Iterator[tuple[Evidence, Exchange]]:
        """Yield every exchange with the evidence that it belongs to."""
        for found in self.evidence.values():
            for exchange in found.exchanges:
                yield found, exchange


def attempts(found: Evidence) -> int:
    """Return how many attempts the most repeated request of this evidence took."""
    return max((exchange.attempt for exchange in found.exchanges), default=1)

"""What a run would ask, send and judge, as far as that is known before anything is sent.

Source: ``docs/reference.md, The plan beforehand``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from pytest_caio.verdict.finding import Severity
from pytest_caio.verdict.result import ShownEnvironment


@dataclass(frozen=True)
class Question:
    """A request that may go out: how often at most (0: as often as the deployment makes it).

    ``deed`` is what the interlock calls it, empty for a read; ``stopped`` why it would stop it.
    """

    method: str
    path: str
    who: str
    times: int = 1
    deed: str = ""
    only: str = ""
    elsewhere: str = ""
    stopped: str = ""


@dataclass(frozen=True)
class Step:
    """A probe: its turn among the rounds, what it asks, and what it does beside asking.

    ``without`` says why it would see nothing. ``silent`` is one that doesn't say what it asks.
    """

    number: int
    turn: int
    probe: str
    questions: tuple[Question, ...] = ()
    does: str = ""
    without: str = ""
    silent: bool = False


@dataclass(frozen=True)
class CheckAhead:
    """A check that would be judged: the numbers of the steps that it looks at, and remarks."""

    name: str
    title: str
    owner: str
    severity: Severity
    steps: tuple[int, ...]
    applies: bool = True
    cases: int = 0
    waiver: str = ""
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlaceAhead:
    """An environment: its steps in the order of their turns, and the checks."""

    shown: ShownEnvironment
    steps: tuple[Step, ...]
    checks: tuple[CheckAhead, ...]


@dataclass(frozen=True)
class Foreseen:
    """What a run would do. ``in_the_way`` would end it before anything is sent; ``left_out`` is due
    and not selected, ``not_due`` belongs to other profiles, by check; ``others`` counts the tests
    that are no checks.
    """

    profile: str
    places: tuple[PlaceAhead, ...]
    in_the_way: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    not_due: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    others: int = 0

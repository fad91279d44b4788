"""The replay's part of ``gates/policy.yaml``: the golden set, who answers it, and its limits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pytest_caio.base.strict_yaml import FORBID_EXTRA


@dataclass(frozen=True)
class RunnerPolicy:
    """Who answers replay cases (``docs/replay.md, Runner``).

    ``command``: a command line, kept alive and fed JSON lines with ``keep_alive``; ``http``: a
    ``path`` of the environment; ``python``: a ``target`` like ``module:function``; ``recorded``: a
    ``file`` of answers.
    """

    __pydantic_config__ = FORBID_EXTRA

    kind: Literal["command", "http", "python", "recorded"]
    command: str = ""
    keep_alive: bool = False
    path: str = ""
    target: str = ""
    file: str = ""


@dataclass(frozen=True)
class RetryPolicy:
    """Which errors pass by themselves, and how often a case is asked again after one.

    ``most`` is per run of a case; ``longest_wait`` in seconds, each time; ``timeouts`` says that a
    time-out is such an error too (``docs/replay.md, Errors that pass``).
    """

    __pydantic_config__ = FORBID_EXTRA

    most: int = 2
    longest_wait: float = 30
    timeouts: bool = False

    def __post_init__(self) -> None:
        if self.most < 0 or self.longest_wait < 0:
            raise ValueError("most and longest_wait are numbers ≥ 0")


@dataclass(frozen=True)
class LimitsPolicy:
    """How much time and money a replay may take (``docs/replay.md, Time and money``); 0: no limit.

    The seconds are those of a single run, money and tokens those of the whole replay.
    """

    __pydantic_config__ = FORBID_EXTRA

    median_seconds: float = 0
    p95_seconds: float = 0
    cost_usd: float = 0
    tokens: float = 0
    severity: Literal["advisory", "required"] = "advisory"

    def __post_init__(self) -> None:
        if min(self.median_seconds, self.p95_seconds, self.cost_usd, self.tokens) < 0:
            raise ValueError("a limit is a number ≥ 0; 0 sets none")


@dataclass(frozen=True)
class SuitePolicy:
    """Regimen §8, "zero failures for target suite": a pytest command, or the JUnit file of one.

    ``folder`` is the checkout in which ``command`` runs; ``timeout`` is in seconds.
    """

    __pydantic_config__ = FORBID_EXTRA

    command: str = ""
    folder: str = "."
    junit: str = ""
    timeout: float = 600


@dataclass(frozen=True)
class ReplayPolicy:
    """Regimen §8: the pass rate of the golden set. Times are in seconds.

    ``runners`` names a runner per environment or kind, ``runner`` the one for all others;
    ``must_pass`` names ids, tags and categories of cases that fail the gate by themselves, and
    ``category_rates`` gives a category its own minimum (``docs/replay.md, Must-pass cases and
    categories``); ``private`` keeps no answer in the report (``docs/replay.md, What is kept``).
    In a set of more than ``one_by_one`` cases none is a check of its own (``docs/replay.md, Large
    sets``).
    """

    __pydantic_config__ = FORBID_EXTRA

    min_pass_rate: float = 0.95
    workers: int = 8
    case_timeout: float = 120
    deadline: float = 900
    repeats: int = 1
    blind: bool = True
    early_stop: bool = False
    private: bool = False
    one_by_one: int = 2_000
    must_pass: tuple[str, ...] = ()
    category_rates: Mapping[str, float] = field(default_factory=dict)
    golden: str = ""
    baseline: str = ""
    runner: RunnerPolicy | None = None
    runners: Mapping[str, RunnerPolicy] = field(default_factory=dict)
    retries: RetryPolicy = field(default_factory=RetryPolicy)
    limits: LimitsPolicy = field(default_factory=LimitsPolicy)
    suite: SuitePolicy = field(default_factory=SuitePolicy)

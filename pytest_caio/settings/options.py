"""Command line and ini file, as one frozen value."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pytest_caio.rehearsal.faults.fault import Fault


@dataclass(frozen=True)
class Options:
    """What the user asked for. Times are in seconds.

    ``faults`` are names, or those of another package themselves.
    ``started`` is the program that was called, and the gate's options as they were given.
    """

    environments: tuple[str, ...]
    profile: str = "preflight"
    report: Path | None = None
    gates: Path | None = None
    faults: "tuple[str | Fault, ...]" = ()
    generation: Literal["g2", "g1"] = "g2"
    redis_url: str | None = None
    concurrency: int = 40
    request_timeout: float = 10.0
    deadline: float = 30.0
    warm_up: float = 15.0
    keep_content: bool = False
    wait: float = 0.0
    expect_release: str = ""
    since: str = ""
    previous: Path | None = None
    replay_command: str = ""
    replay_from: Path | None = None
    replay_cluster: str = ""
    golden: Path | None = None
    baseline: Path | None = None
    update_baseline: bool = False
    prove: bool = False
    browser: Path | None = None
    ledger: str = ""
    here: Path = Path()
    started: tuple[str, ...] = ()

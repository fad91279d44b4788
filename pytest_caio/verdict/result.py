"""What a run is judged by, and what it came to: the one source of every output."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from pytest_caio.evidence.model import EvidenceFile
from pytest_caio.gates.plan import Planned
from pytest_caio.gates.policy import Policy
from pytest_caio.verdict.again import gate_command
from pytest_caio.verdict.causes import Cause, Place, causes
from pytest_caio.verdict.decide import EXIT_CODES, Verdict
from pytest_caio.verdict.finding import Finding
from pytest_caio.verdict.proven import Proof
from pytest_caio.verdict.waivers import Waiver

REHEARSAL = "rehearsal"
REHEARSAL_NOTE = "A rehearsal clears no live cycle."
REHEARSAL_HEADER = "x-caio-rehearsal"
"""What each answer of the embedded deployment carries, whatever it is run as."""


@dataclass(frozen=True)
class ShownEnvironment:
    """An environment as the reports show it."""

    name: str
    kind: str
    url: str


@dataclass(frozen=True)
class Snapshot:
    """What a verdict depends on besides the evidence; it is written beside it.

    ``since`` is when the live cycle started, as ``--caio-since`` gave it, or empty: today;
    ``expect_release`` the release that was asked for; ``unfinished`` why the run did not end;
    ``started`` the program that was called, and the gate's options that it was given.
    """

    profile: str
    environments: tuple[ShownEnvironment, ...]
    plan: tuple[Planned, ...]
    policy: Policy = field(default_factory=Policy)
    waivers: tuple[Waiver, ...] = ()
    since: str = ""
    expect_release: str = ""
    unfinished: str = ""
    started: tuple[str, ...] = ()

    @cached_property
    def kinds(self) -> Mapping[str, str]:
        """The kind of each environment by its name, in their order."""
        return MappingProxyType({p.name: p.kind for p in self.environments})

    @property
    def again(self) -> str:
        """The command that runs this gate again, as it was started."""
        return gate_command(self.started, (p.name for p in self.environments), self.profile)


def places_of(snapshot: Snapshot, generations: Mapping[str, str]) -> dict[str, Place]:
    """Return the environments of a run as causes speak of them."""
    return {
        shown.name: Place(shown.url, generations.get(shown.name, ""))
        for shown in snapshot.environments
    }


@dataclass(frozen=True)
class Result:
    """Verdict, findings in the plan's order, and what they rest on.

    ``generations`` says which generation of dashboard each environment showed itself to be;
    ``parts`` are the results that it was joined of, if it was; ``proof`` says which checks were
    shown able to fail, where that was asked for.
    """

    verdict: Verdict
    snapshot: Snapshot
    findings: tuple[Finding, ...]
    evidence: EvidenceFile
    generations: Mapping[str, str] = field(default_factory=dict)
    parts: tuple["Result", ...] = ()
    proof: Proof | None = None

    @property
    def rehearsal(self) -> bool:
        """Whether the embedded deployment took part: its GO clears no live cycle.

        Not only where the run was told so: its answers say it, under any name and URL.
        """
        named = any(shown.kind == REHEARSAL for shown in self.snapshot.environments)
        return named or any(e.header(REHEARSAL_HEADER) for _, e in self.evidence.exchanges())

    @cached_property
    def causes(self) -> tuple[Cause, ...]:
        """Why it is not GO, and what else is not met: worked out once for every output."""
        places = places_of(self.snapshot, self.generations)
        return causes(self.findings, places, self.snapshot.again)

    @property
    def exit_code(self) -> int:
        """The exit code that stands for the verdict."""
        return EXIT_CODES[self.verdict]

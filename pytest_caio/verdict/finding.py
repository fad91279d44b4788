"""What a check found, in words that its owner can act on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any


class Outcome(StrEnum):
    """The outcomes of ``docs/checks.md, Outcomes``."""

    PASS = "pass"
    FAIL = "fail"
    CANNOT_TELL = "cannot-tell"
    NOT_APPLICABLE = "n/a"
    WAIVED = "waived"
    NOT_RUN = "not-run"


class Severity(StrEnum):
    """Required findings make the verdict; advisory ones are shown and counted."""

    REQUIRED = "required"
    ADVISORY = "advisory"


MET = frozenset({Outcome.PASS, Outcome.NOT_APPLICABLE, Outcome.WAIVED})


@dataclass(frozen=True)
class Ruling:
    """What a judge says: the outcome, what was seen, and where it knows better than the gate
    file, what must hold, what to do next and how severe it is. ``facts`` is JSON for the report.

    ``cause`` is one of :mod:`pytest_caio.verdict.known_causes`, or a word of the judge's own:
    findings that are not met for the same cause are shown as one.
    """

    outcome: Outcome
    observed: str
    expected: str = ""
    remedy: str = ""
    severity: Severity | None = None
    facts: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    cause: str = ""


@dataclass(frozen=True)
class Finding:
    """One check in one environment: must hold, seen, do next, whose call it is.

    ``waived_from`` is the outcome that a waiver covers, empty where none does.
    """

    gate: str
    check: str
    environment: str
    title: str
    severity: Severity
    outcome: Outcome
    expected: str
    observed: str
    remedy: str
    owner: str
    attempts: int = 1
    file: str = ""
    line: int = 0
    probes: tuple[str, ...] = ()
    waiver: str = ""
    facts: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    cause: str = ""
    waived_from: Outcome | None = None

    @property
    def name(self) -> str:
        """The check's full name, as in ``docs/checks.md``: ``ramp.limits``."""
        return f"{self.gate}.{self.check}"

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes a finding the only one of its kind in a run."""
        return (self.gate, self.check, self.environment)

    @property
    def blocks(self) -> bool:
        """Whether this finding alone keeps the verdict from being GO."""
        return self.severity is Severity.REQUIRED and self.outcome not in MET

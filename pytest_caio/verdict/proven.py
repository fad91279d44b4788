"""What a run's proof came to: which of its checks were shown able to fail on its own evidence.

Source: ``docs/proof.md, What it says``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from pytest_caio.base.messages import listed, plural


class Shown(StrEnum):
    """What became of a check: shown able to fail, not shown, or it had nothing to judge."""

    ABLE = "able to fail"
    UNPROVEN = "unproven"
    NOTHING = "nothing to judge"


@dataclass(frozen=True)
class Tally:
    """How many mutants of one kind were judged, and how many of them turned the check red."""

    judged: int = 0
    red: int = 0


@dataclass(frozen=True)
class ProvenCheck:
    """One check in one environment; ``by`` is the change that turned it red.

    ``seen`` are the fields of which some well-typed change made another finding, ``blind`` those
    that it read and of which none did. ``well_typed`` counts the changes that a real dashboard
    could answer, ``apart`` those of a field's type or presence, which prove nothing.
    """

    gate: str
    check: str
    environment: str
    shown: Shown
    by: str = ""
    seen: tuple[str, ...] = ()
    blind: tuple[str, ...] = ()
    well_typed: Tally = Tally()
    apart: Tally = Tally()

    @property
    def name(self) -> str:
        """The check's full name, as in ``docs/checks.md``."""
        return f"{self.gate}.{self.check}"


@dataclass(frozen=True)
class Proof:
    """The proof of a run, in the order of its findings."""

    checks: tuple[ProvenCheck, ...]

    @property
    def unproven(self) -> tuple[ProvenCheck, ...]:
        """The checks that no change of the evidence turned red."""
        return tuple(c for c in self.checks if c.shown is Shown.UNPROVEN)

    @property
    def unseen(self) -> dict[str, tuple[str, ...]]:
        """The fields that some check read and of which no check has another finding whatever stands
        there, with the checks that read them.
        """
        seen = {(c.environment, field) for c in self.checks for field in c.seen}
        found: dict[str, dict[str, None]] = {}
        for check in self.checks:
            for field in check.blind:
                if (check.environment, field) not in seen:
                    found.setdefault(field, {})[check.name] = None
        return {field: tuple(sorted(found[field])) for field in sorted(found)}

    @property
    def able(self) -> int:
        """How many checks were shown able to fail."""
        return self._count(Shown.ABLE)

    @property
    def nothing(self) -> int:
        """How many had nothing to judge on this evidence."""
        return self._count(Shown.NOTHING)

    @property
    def in_words(self) -> str:
        """The proof in one sentence, for every output."""
        judged = self.able + len(self.unproven)
        text = (
            f"{self.able} of {plural(judged, 'check')} shown able to fail on this evidence, "
            f"{self.nothing} had nothing to judge"
        )
        return f"{text}; unproven: {named(self.unproven)}" if self.unproven else text

    def _count(self, shown: Shown) -> int:
        return sum(check.shown is shown for check in self.checks)


def named(checks: Iterable[ProvenCheck]) -> str:
    """Return checks by name and environment, a few in full."""
    return listed((f"{check.name} in {check.environment}" for check in checks), 6)

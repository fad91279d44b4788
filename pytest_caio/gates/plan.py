"""The denominator: which checks are due, as a pure function of gates, policy and profile.

What pytest collects is only held against it (``docs/checks.md, Plan``).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from pytest_caio.base.strict_yaml import Mistake
from pytest_caio.gates.files import Check, Gate, packaged_folder, read_folder

# The judge of a check that is an item for each golden case.
CASE_JUDGE = "replay.case"


@dataclass(frozen=True)
class Planned:
    """One check that is due in one environment.

    ``absent`` says why it can't run although it is due: a folder's file leaves it out. ``case``
    is the golden case of a check that is there once for each of them.
    """

    gate: Gate
    check: Check
    environment: str
    absent: str = ""
    case: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """Gate, check and environment: the same as the finding's."""
        return (self.gate.gate, self.name, self.environment)

    @property
    def name(self) -> str:
        """The check's name in findings: its id, with the case where it has one."""
        return f"{self.check.id}[{self.case}]" if self.case else self.check.id

    @property
    def item_name(self) -> str:
        """What the item is called: ``limits[production]``, ``case[CORE_001-production]``."""
        case = f"{self.case}-" if self.case else ""
        return f"{self.check.id}[{case}{self.environment}]"

    @property
    def node_id(self) -> str:
        """What pytest calls it: ``gates/ramp.yaml::limits[production]``."""
        return f"{self.gate.file}::{self.item_name}"


@dataclass(frozen=True)
class Gates:
    """The standard gates, and those in force here (a folder's own replace the packaged)."""

    standard: tuple[Gate, ...]
    own: tuple[Gate, ...] = ()
    in_force: tuple[Gate, ...] = field(init=False, default=())

    def __post_init__(self) -> None:
        own = {gate.file for gate in self.own}
        kept = [gate for gate in self.standard if gate.file not in own]
        order = [gate.file for gate in self.standard]
        both = sorted(
            [*kept, *self.own],
            key=lambda g: (order.index(g.file) if g.file in order else len(order), g.file),
        )
        object.__setattr__(self, "in_force", tuple(map(self._held_to_standard, both)))

    def _held_to_standard(self, gate: Gate) -> Gate:
        """A folder's file may be stricter than the standard, not laxer."""
        standard = {check.id: check for check in self._standard_checks(gate)}
        checks = tuple(_floor(check, standard.get(check.id)) for check in gate.checks)
        return replace(gate, checks=checks)

    def _standard_checks(self, gate: Gate) -> tuple[Check, ...]:
        return next((g.checks for g in self.standard if g.gate == gate.gate), ())

    def mistakes(self) -> tuple[Mistake, ...]:
        """Return what is wrong with the gates together: names that stand twice, or for others."""
        first: dict[str, Gate] = {}
        found: list[Mistake] = []
        for gate in self.in_force:
            if gate.gate in first:
                text = f"the gate {gate.gate!r} is already in {first[gate.gate].file}"
                found.append(Mistake(gate.file, 1, text))
            first.setdefault(gate.gate, gate)
        return (*found, *self._renamed())

    def _renamed(self) -> Iterator[Mistake]:
        """Yield each check that goes by a standard check's name and looks at something else."""
        for gate in self.own:
            standard = {check.id: check for check in self._standard_checks(gate)}
            for check in gate.checks:
                meant = standard.get(check.id)
                if meant and what_it_looks_at(check) != what_it_looks_at(meant):
                    asks = f"judge: {meant.judge}" if meant.judge else f"request: {meant.request}"
                    text = (
                        f"{gate.gate}.{check.id} is a standard check ({asks}): "
                        "keep that, or give yours another id"
                    )
                    yield Mistake(gate.file, check.line, text)

    def missing(self, profile: str) -> list[tuple[Gate, Check]]:
        """Return the standard checks that are due and that a folder's file leaves out."""
        result = []
        for gate in self.standard:
            here = next((g for g in self.in_force if g.gate == gate.gate), None)
            there = {check.id for check in here.due(profile)} if here else set()
            result += [(here or gate, c) for c in gate.due(profile) if c.id not in there]
        return result


def read_gate_files(folder: Path | None) -> tuple[Gates, tuple[Mistake, ...]]:
    """Return the packaged gates with those of ``folder``, and every mistake in them."""
    standard, mistakes = read_folder(packaged_folder())
    own: tuple[Gate, ...] = ()
    if folder and folder.is_dir() and folder.resolve() != packaged_folder().resolve():
        own, found = read_folder(folder)
        mistakes = (*mistakes, *found)
    gates = Gates(standard, own)
    return gates, (*mistakes, *gates.mistakes())


def what_it_looks_at(check: Check) -> tuple[str, str, Any]:
    """Return what makes a check this one: its judge, or its request and what it expects."""
    return (check.judge, check.request, check.expect)


def _floor(check: Check, standard: Check | None) -> Check:
    if standard is None:
        return check
    required = "required" in (check.severity, standard.severity)
    return replace(
        check,
        severity="required" if required else "advisory",
        waivable=check.waivable and standard.waivable,
    )


def make_plan(
    gates: Gates, profile: str, environments: Sequence[str], cases: Sequence[str] = ()
) -> tuple[Planned, ...]:
    """Return every check that is due, gate by gate, in each environment.

    A check of the judge ``replay.case`` is there once for each of the golden ``cases``.
    """
    planned = [
        Planned(gate, check, environment, case=case)
        for gate in gates.in_force
        for check in gate.due(profile)
        for case in (cases if check.judge == CASE_JUDGE else ("",))
        for environment in environments
    ]
    for gate, check in gates.missing(profile):
        why = f"{gate.file} leaves out the standard check {check.id!r}"
        planned += [Planned(gate, check, environment, why) for environment in environments]
    return tuple(planned)


def plan_to_json(plan: Iterable[Planned]) -> list[dict[str, Any]]:
    """Return the plan as JSON: enough to judge the same evidence again."""
    return [
        {
            "gate": {**asdict(replace(p.gate, checks=())), "when": list(p.gate.when)},
            "check": asdict(p.check),
            "environment": p.environment,
            "absent": p.absent,
            "case": p.case,
        }
        for p in plan
    ]


def plan_from_json(data: Iterable[Mapping[str, Any]]) -> tuple[Planned, ...]:
    """Return the plan that :func:`plan_to_json` wrote; raises KeyError, TypeError or ValueError
    for anything else.
    """
    from pytest_caio.gates.validation import adapter

    gate, check, text = adapter(Gate), adapter(Check), adapter(str)
    return tuple(
        Planned(
            gate.validate_python({**p["gate"], "checks": ()}),
            check.validate_python(p["check"]),
            *(text.validate_python(p[key]) for key in ("environment", "absent", "case")),
        )
        for p in data
    )

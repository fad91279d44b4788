"""Gates as ``report.html`` shows them: each check with its finding in every environment."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from pytest_caio.base.messages import listed
from pytest_caio.report.finding_view import Item
from pytest_caio.verdict.finding import MET, Finding, Outcome
from pytest_caio.verdict.result import Result, ShownEnvironment
from pytest_caio.verdict.run_finding import GATE

_TONES = ("bad", "unclear", "noted", "good", "quiet")


_UNLINKED = {Outcome.PASS, Outcome.NOT_APPLICABLE}
APART = 4  # with more environments than this, those that agree are counted together


@dataclass(frozen=True)
class Row:
    """One check with its finding in each environment, None where it isn't due."""

    check: str
    title: str
    cells: tuple[Item | None, ...]

    @property
    def chips(self) -> tuple[tuple[str, str], ...]:
        """Return tone and text of what stands beside the title: an outcome for each environment,
        or how many have it.
        """
        shown = [item for item in self.cells if item]
        if len(self.cells) == 1:
            return tuple((item.tone, item.word) for item in shown)
        if len(self.cells) <= APART:
            return tuple((i.tone, f"{i.finding.environment}: {i.word}") for i in shown)
        counted = Counter((item.tone, item.word) for item in shown)
        return tuple((tone, f"{word}: {n}") for (tone, word), n in _worst_first(counted))

    @property
    def shown(self) -> tuple[tuple[Item, str, tuple[str, ...]], ...]:
        """Return each finding with its environments, and the anchors of those that it stands for:
        what came out alike in many is said once.
        """
        found: dict[object, list[Item]] = {}
        for item in filter(None, self.cells):
            alike = len(self.cells) > APART and not item.golden
            key = (item.finding.outcome, item.finding.observed) if alike else item.finding.key
            found.setdefault(key, []).append(item)
        return tuple(
            (items[0], listed(item.finding.environment for item in items), _linked(items[1:]))
            for items in found.values()
        )

    @property
    def groups(self) -> tuple[tuple[str, str, str], ...]:
        """Return tone, outcome and the environments that have it, for a row with differences."""
        found: dict[tuple[str, str], list[str]] = {}
        for item in filter(None, self.cells):
            found.setdefault((item.tone, item.word), []).append(item.finding.environment)
        ordered = _worst_first(found) if len(found) > 1 else ()
        return tuple((tone, word, listed(names)) for (tone, word), names in ordered)


@dataclass(frozen=True)
class GateView:
    """One gate: its checks, and how many findings are met."""

    gate: str
    title: str
    rows: tuple[Row, ...]
    met: int
    total: int
    tone: str


V = TypeVar("V")


def _linked(items: Iterable[Item]) -> tuple[str, ...]:
    return tuple(item.anchor for item in items if item.finding.outcome not in _UNLINKED)


def _worst_first(found: Mapping[tuple[str, str], V]) -> list[tuple[tuple[str, str], V]]:
    return sorted(found.items(), key=lambda entry: _TONES.index(entry[0][0]))


def gate_views(result: Result, items: Mapping[tuple[str, str, str], Item]) -> tuple[GateView, ...]:
    """Return the gates in the plan's order."""
    titles = {p.gate.gate: p.gate.title for p in result.snapshot.plan} | {GATE: "The run itself"}
    gates = []
    for gate in dict.fromkeys(f.gate for f in result.findings):
        mine = [f for f in result.findings if f.gate == gate]
        worst = min((items[f.key].tone for f in mine), key=_TONES.index)
        met = sum(f.outcome in MET for f in mine)
        rows = _rows(mine, result.snapshot.environments, items)
        gates.append(GateView(gate, titles.get(gate, gate), rows, met, len(mine), worst))
    return tuple(gates)


def _rows(
    findings: Iterable[Finding],
    environments: Iterable[ShownEnvironment],
    items: Mapping[tuple[str, str, str], Item],
) -> tuple[Row, ...]:
    first = {f.check: f for f in reversed(list(findings))}
    return tuple(
        Row(f.check, f.title, tuple(items.get((f.gate, f.check, e.name)) for e in environments))
        for f in reversed(first.values())
    )

"""Why a verdict is not GO: one entry for each cause, however many checks it keeps from holding.

Worked out once, from a result's findings; every output shows these entries in this order
(``docs/glossary.md, Cause``).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from pytest_caio.base.messages import listed, shortened
from pytest_caio.settings.environments import with_variables
from pytest_caio.verdict.finding import MET, Finding, Outcome
from pytest_caio.verdict.known_causes import (
    ELSEWHERE,
    INTERRUPTED,
    KNOWN,
    MISSING,
    NOT_RUN,
    TOO_OLD,
    known,
)
from pytest_caio.verdict.plain_words import lead

WORST = (Outcome.FAIL, Outcome.CANNOT_TELL, Outcome.NOT_RUN)
_SEEN_LIMIT = 240
_GLANCE = 110
_SEEN_AT = 3  # environments whose own sight is told; more say the same or are in the findings


@dataclass(frozen=True)
class Cause:
    """One cause: what was seen, what to do next and with which command, and whose task it is.

    ``lead`` is the beginning of ``seen`` in plain words, where it needs one. ``findings`` are all
    that are not met over it, the one that shows it best first; ``rule`` is what would have to
    hold, where there is one rule to name. ``outcome`` is the worst of theirs.
    """

    key: str
    lead: str
    seen: str
    rule: str
    remedy: str
    command: str
    owner: str
    outcome: Outcome
    blocks: bool
    findings: tuple[Finding, ...]

    @property
    def headline(self) -> str:
        """What was seen, as far as it is read at a glance."""
        return self._parts[0]

    @property
    def details(self) -> str:
        """The rest of what was seen; nothing where the headline says it all."""
        return self._parts[1]

    @cached_property
    def _parts(self) -> tuple[str, str]:
        if self.lead and self.seen != self.lead:
            return self.lead, capital(self.seen.removeprefix(f"{self.lead}: "))
        for sign in ("; ", " (such as "):
            first, _, rest = self.seen.partition(sign)
            if len(self.seen) > _GLANCE and len(first) > _GLANCE // 4 and rest:
                rest = f"such as {rest.removesuffix(')')}" if "(" in sign else rest
                return first, rest[:1].upper() + rest[1:]
        return self.seen, ""

    @property
    def environments(self) -> tuple[str, ...]:
        """Where it is seen."""
        return tuple(_at(self.findings))

    @property
    def owners(self) -> tuple[str, ...]:
        """Whoever has a task by it: its owner, and those whom its remedy names beside."""
        named = re.findall(r"\bFor ([A-Z]\w*): ", self.remedy)
        return tuple(dict.fromkeys((self.owner, *named)))

    @property
    def shows(self) -> tuple[Finding, ...]:
        """The findings that show it: one in each place, or none where no check is about it."""
        what = known(self.key)
        if what.seen:
            return tuple(f for f in self.findings if f.name == what.shown_by)
        first = {f.environment: f for f in reversed(self.findings)}
        return tuple(f for f in self.findings if first[f.environment] is f)

    @cached_property
    def hidden(self) -> tuple[Finding, ...]:
        """The findings that only wait for it: all but those that show it."""
        shown = {f.key for f in self.shows}
        return tuple(f for f in self.findings if f.key not in shown)


@dataclass(frozen=True)
class Place:
    """An environment as causes speak of it: its URL, and which generation it showed itself."""

    url: str = ""
    generation: str = ""


def causes(
    findings: Iterable[Finding], places: Mapping[str, Place], gate: str = ""
) -> tuple[Cause, ...]:
    """Return the causes of whatever is not met: what blocks first, then what hides most of it.

    ``places`` are the run's environments by name, ``gate`` is the command that runs it again.
    """
    unmet = [f for f in findings if f.outcome not in MET]
    keys = _keys(unmet, places)
    groups: dict[str, list[Finding]] = {}
    for finding in unmet:
        groups.setdefault(keys[finding.key], []).append(finding)
    found = [_cause(key, group, places, gate) for key, group in groups.items()]
    return tuple(sorted(found, key=_rank))


def with_remedies_of_causes(
    findings: Iterable[Finding], places: Mapping[str, Place]
) -> tuple[Finding, ...]:
    """Return findings that say what helps, where a known cause lies behind what is not met.

    What a check alone would say is about the deployment that it thinks it looks at. A waiver that
    has expired keeps its own way out.
    """
    found = tuple(findings)
    remedies = {
        finding.key: with_variables(what.remedy, [finding.environment])
        for cause in causes(found, places)
        for finding in cause.findings
        if (what := known(cause.key)).remedy and not finding.waiver
    }
    return tuple(replace(f, remedy=remedies.get(f.key, f.remedy)) for f in found)


def _rank(cause: Cause) -> tuple[bool, bool, int]:
    alone = not known(cause.key).wide
    return not cause.blocks, alone, WORST.index(cause.outcome)


def _keys(unmet: Sequence[Finding], places: Mapping[str, Place]) -> dict[tuple[str, str, str], str]:
    """Return each finding's cause: its own, or what keeps its whole environment from being seen."""
    wide = {name: _wide([f for f in unmet if f.environment == name], at) for name, at in
            places.items()}  # fmt: skip
    broken_off = {f.environment for f in unmet if f.cause == INTERRUPTED}
    keys = {}
    for finding in unmet:
        own = _own(finding, places.get(finding.environment, Place()))
        over = wide.get(finding.environment, "")
        unseen = finding.outcome is Outcome.CANNOT_TELL
        waits = unseen and (not own or known(own).wide)
        if over and (waits or known(over).all_of_it):
            own = over
        if own == ELSEWHERE:
            own = next(filter(None, wide.values()), own)
        if own == NOT_RUN and finding.environment in broken_off:
            own = INTERRUPTED
        keys[finding.key] = own or finding.name
    return keys


def _own(finding: Finding, place: Place) -> str:
    if finding.cause != MISSING:
        return finding.cause
    return TOO_OLD if place.generation.startswith("older") else ""


def _wide(unmet: Sequence[Finding], place: Place) -> str:
    """Return the cause that keeps an environment as a whole from being seen, if there is one."""
    own = {f.name: _own(f, place) for f in unmet}
    shown = [key for key, cause in KNOWN.items() if cause.wide and own.get(cause.shown_by) == key]
    return shown[0] if shown else ""


def _cause(key: str, group: Sequence[Finding], places: Mapping[str, Place], gate: str) -> Cause:
    what = known(key)
    first = next((f for f in group if f.name == what.shown_by), None)
    worst = min(group, key=lambda f: (not f.blocks, WORST.index(f.outcome)))
    first = first or worst
    ordered = (first, *(f for f in group if f is not first))
    at = _at(ordered)
    where = [name for name in places if name in at] or at
    cases = " or ".join(dict.fromkeys(filter(None, map(_case, group))))
    commands = (what.command.format(gate=gate, cases=cases, environment=name) for name in where)
    plain = "" if what.seen else lead(key, first)
    seen = _seen(key, ordered, places)
    return Cause(
        key=key,
        lead=plain,
        seen=f"{plain}: {seen}" if plain else capital(seen),
        rule="" if what.seen else first.title,
        remedy=with_variables(what.remedy, at) or first.remedy,
        command="; ".join(dict.fromkeys(commands)),
        owner=what.owner or first.owner,
        outcome=worst.outcome,
        blocks=worst.blocks,
        findings=ordered,
    )


def _at(group: Sequence[Finding]) -> list[str]:
    """Return where a cause is seen, the environment that shows it best first."""
    shows = [f for f in group if f.cause != ELSEWHERE] or group
    return list(dict.fromkeys(f.environment for f in shows))


def _case(finding: Finding) -> str:
    check = finding.check
    return check.removeprefix("case[").removesuffix("]") if check.startswith("case[") else ""


def _seen(key: str, group: Sequence[Finding], places: Mapping[str, Place]) -> str:
    """Return what was seen, in a sentence; where environments differ, each with its own."""
    names = _at(group)
    if text := known(key).seen:
        addressed = [_addressed(name, places) for name in names]
        return text.format(where=listed(addressed, 4))
    first = {name: next(f for f in group if f.environment == name).observed for name in names}
    if len(set(first.values())) == 1:
        return shortened(first[names[0]], _SEEN_LIMIT)
    each = [f"{name}: {shortened(text, _SEEN_LIMIT // 2)}" for name, text in first.items()]
    rest = f"; and in {len(each) - _SEEN_AT} more" if len(each) > _SEEN_AT else ""
    return "; ".join(each[:_SEEN_AT]) + rest


def _addressed(name: str, places: Mapping[str, Place]) -> str:
    url = places[name].url if name in places else ""
    return f"{name} ({url})" if url else name


def capital(text: str) -> str:
    """Return text as a sentence begins; a name, like that of a card or a field, stays its own."""
    return text[:1].upper() + text[1:] if text.partition(" ")[0].isalpha() else text

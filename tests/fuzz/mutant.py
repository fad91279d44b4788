"""A mutant: which answers of which state become what. A seed makes one, and always the same."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from fuzz import operators
from fuzz.recorded import Change, Recorded
from fuzz.served import ANONYMOUS, SESSION, TOKEN, WRONG, Asked, Served

_ALWAYS = -1
_KINDS = ("json", "json", "json", "json", "json", "json", "json", "status", "detail", "body",
          "header", "timing", "other answer", "echo")  # fmt: skip
JSON, SHUT = "json", (ANONYMOUS, WRONG)


@dataclass(frozen=True)
class Changed:
    """What one question is answered, every time or the n-th time alone."""

    asked: Asked
    served: Served
    what: str
    only: int = _ALWAYS

    def __str__(self) -> str:
        when = "" if self.only == _ALWAYS else f" (time {self.only + 1} alone)"
        return f"{self.asked.name}{when}: {self.what}"


@dataclass(frozen=True)
class Mutant:
    """The changes that a seed makes of a state in good order."""

    seed: int
    state: str
    changes: tuple[Changed, ...]

    def __str__(self) -> str:
        return f"seed {self.seed}, {self.state}: {'; '.join(map(str, self.changes))}"

    @property
    def questions(self) -> frozenset[Asked]:
        """The questions that it answers otherwise."""
        return frozenset(one.asked for one in self.changes)

    @property
    def times(self) -> bool:
        """Whether it may change what the deployment's clock shows, or when answers come."""
        words = ("date:", " late", "broken off")
        return any(word in one.what for one in self.changes for word in words)

    @property
    def late(self) -> bool:
        """Whether an answer comes late: that takes time from everything else that is asked."""
        return any(one.what.endswith(" late") for one in self.changes)

    @property
    def now_and_then(self) -> bool:
        """Whether it changes an answer at one time alone."""
        return any(one.only != _ALWAYS for one in self.changes)

    def change(self) -> Change:
        """Return what a wire is to do with each answer."""
        by_question: dict[Asked, list[Changed]] = {}
        for one in self.changes:
            by_question.setdefault(one.asked, []).append(one)

        def changed(asked: Asked, number: int, served: Served) -> Served:
            for one in by_question.get(asked, ()):
                if one.only in {_ALWAYS, number}:
                    return one.served
            return served

        return changed


def mutant(seed: int, states: Mapping[str, Sequence[Recorded]]) -> Mutant:
    """Return the mutant of a seed, of one of the states."""
    random = Random(seed)
    name = random.choice(list(states))
    answers = {
        asked: served
        for one in states[name]
        for asked, served in one.answers.items()
        if not asked.path.startswith("/static")
    }
    many = random.choices((1, 2, 3), (80, 15, 5))[0]
    changes = [_change(random, answers, states[name]) for _ in range(many)]
    return Mutant(seed, name, tuple({one.asked: one for one in changes}.values()))


def _change(
    random: Random, answers: Mapping[Asked, Sequence[Served]], of: Sequence[Recorded]
) -> Changed:
    kind = random.choice(_KINDS)
    asked = _question(random, answers, kind)
    served = answers[asked][0]
    only = random.choice((_ALWAYS, _ALWAYS, _ALWAYS, 0, 1))
    what, after = _applied(kind, random, served, asked, answers, of)
    return Changed(asked, after, what, only)


def _question(random: Random, answers: Mapping[Asked, Sequence[Served]], kind: str) -> Asked:
    """Any question; where JSON is changed, one whose answer has some, the richer the likelier."""
    every = sorted(answers, key=lambda asked: (asked.name, asked.body))
    if kind != JSON:
        return random.choice(every)
    weights = [_weight(answers[asked][0]) for asked in every]
    return random.choices(every, weights)[0]


def _weight(served: Served) -> float:
    return min(len(served.body), 3000) if served.json.__class__ in {dict, list} else 0


def _applied(
    kind: str, random: Random, served: Served, asked: Asked,
    answers: Mapping[Asked, Sequence[Served]], of: Sequence[Recorded],
) -> tuple[str, Served]:  # fmt: skip
    if kind == JSON:
        found = operators.in_json(served, random)
        if found:
            return found
        kind = "body"
    if kind == "other answer":
        return _another(random, asked, answers)
    if kind == "echo":
        return _echo(random, served, of)
    change = {
        "status": operators.status, "detail": operators.detail, "body": operators.body,
        "header": operators.header, "timing": operators.timing,
    }[kind]  # fmt: skip
    return change(served, random)


def _another(
    random: Random, asked: Asked, answers: Mapping[Asked, Sequence[Served]]
) -> tuple[str, Served]:
    """The answer to another question: most of all, what whoever has the token is told."""
    for who in (TOKEN, SESSION):
        signed = replace(asked, who=who)
        if asked.who in SHUT and signed in answers and random.random() < 0.7:
            return f"the answer for who has a {who}", answers[signed][0]
    other = random.choice(sorted(answers, key=lambda one: (one.name, one.body)))
    return f"the answer to {other.name}", answers[other][0]


def _echo(random: Random, served: Served, of: Sequence[Recorded]) -> tuple[str, Served]:
    """A secret comes back, in the body or in a header."""
    name, secret = random.choice([pair for one in of for pair in one.secrets.items() if pair[1]])
    if random.random() < 0.3:
        value = random.choice((secret, f"/login?token={secret}", secret[:-1]))
        return f"{name} in a header", replace(served, headers=(*served.headers, ("x-seen", value)))
    value = served.json
    if isinstance(value, dict):
        note = random.choice((secret, [secret], {secret: 1}, f"Bearer {secret}"))
        body = json.dumps({**value, "note": note}).encode()
        return f"{name} in a field", replace(served, body=body)
    return f"{name} at the end", replace(served, body=served.body + f"\n{secret}".encode())

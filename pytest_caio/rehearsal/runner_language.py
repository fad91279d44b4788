"""How the rehearsal's agent reads a question: concepts by word stems, and the figures in it.

No sentence is known beforehand. A concept is a set of stems and short turns of phrase, each of
which matches at the start of a word; what a question is about is scored elsewhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pytest_caio.rehearsal.runner_concepts import STEMS

_CONCEPTS = {name: re.compile(rf"(?<![a-z0-9])(?:{stems})") for name, stems in STEMS.items()}

_NUMBERS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
    " fifteen sixteen seventeen eighteen nineteen twenty"
).split()
_TENS = dict(
    zip("thirty forty fifty sixty seventy eighty ninety".split(), range(30, 100, 10), strict=True)
)
_HOURS = {
    "minute": 1 / 60,
    "min": 1 / 60,
    "hour": 1.0,
    "hr": 1.0,
    "h": 1.0,
    "day": 24.0,
    "night": 24.0,
    "week": 168.0,
    "fortnight": 336.0,
    "month": 720.0,
}

HALF_A_DAY = 12
"""From how many hours on a time is an age in the queue rather than a time to decide."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question as the agent understands it.

    `concepts` are what it is about, `hours` the longest age or time that it names, `counts` the
    bare numbers that aren't ages, in order; `tier` is 1 to 3 where one is named.
    """

    text: str
    concepts: frozenset[str]
    hours: float | None
    counts: tuple[int, ...]
    tier: int | None

    def says(self, pattern: str) -> bool:
        """Return whether a pattern begins at a word of the question."""
        return re.search(rf"(?<![a-z0-9])(?:{pattern})", self.text) is not None


def read(query: str) -> Question:
    """Read a question, in any wording."""
    text = _figures(query.lower().replace("\u2019", "'").replace("\u2011", "-"))
    tier = re.search(r"tier[_ -]*(?:level )?([123])", text) or re.search(r"\bt([123])\b", text)
    hours, rest = _hours(text)
    rest = re.sub(r"tier[_ -]*[123]|\bt[123]\b|\b\d+:\d+|[a-z_]+_\d+|\d+\.\d+", " ", rest)
    concepts = {name for name, stems in _CONCEPTS.items() if stems.search(text)}
    if {"role", "firm"} <= concepts:
        concepts.add("described")
    if tier:
        concepts.add("tiered")
    if hours is not None:
        concepts.add("aged" if hours >= HALF_A_DAY else "young")
        if "while" in concepts:
            concepts.add("stale")
    return Question(
        text=text,
        concepts=frozenset(concepts),
        hours=hours,
        counts=tuple(int(number) for number in re.findall(r"(?<![\w.@-])\d{1,6}(?![\w@])", rest)),
        tier=int(tier[1]) if tier else None,
    )


def _figures(text: str) -> str:
    """Write number words as figures; "a" and "an" before a unit of time are 1, half is 0.5."""
    text = re.sub(r"(\d),(\d{3})\b", r"\1\2", text)
    for word, value in _TENS.items():
        for digit in range(1, 10):
            text = re.sub(rf"\b{word}[- ]{_NUMBERS[digit]}\b", str(value + digit), text)
        text = re.sub(rf"\b{word}\b", str(value), text)
    text = re.sub(rf"(?<!no )\b({'|'.join(_NUMBERS)})\b", lambda m: str(_NUMBERS.index(m[1])), text)
    text = re.sub(r"\b(\d+) hundred\b", r"\g<1>00", text)
    text = re.sub(r"\ba dozen\b", "12", text)
    text = re.sub(r"\bhalf an (?=hour)", "0.5 ", text)
    text = re.sub(r"\b(?:a couple of) ", "2 ", text)
    text = re.sub(
        r"\b(?:an?|last|since) (?=(?:hour|day|week|fortnight|month|minute)\b)", "1 ", text
    )
    return re.sub(r"(\d) and a half\b", r"\1.5", text)


def _hours(text: str) -> tuple[float | None, str]:
    """Return the longest time named, in hours, and the text without the times."""
    pattern = rf"(\d+(?:\.\d+)?)[ -]*({'|'.join(_HOURS)})s?\b"
    found = [float(n) * _HOURS[unit] for n, unit in re.findall(pattern, text)]
    if re.search(r"\byesterday\b", text):
        found.append(24.0)
    return max(found, default=None), re.sub(pattern, " ", text)

"""Whether a replay's answers are the runner's own: opaque ids, planted nonces, hollow tools.

A runner that is handed the answer key can copy it (``docs/replay.md, Runner``). So, where
it is, cases with made-up constraints are mixed in among the real ones: no honest runner can meet
them, as the words exist nowhere else. Pure: the words follow from the seed and the case's id.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pytest_caio.replay.golden_set import Case
from pytest_caio.replay.tool_calls import names, normalise_tool

ONE_IN = 10
"""A planted case for every so many real ones, and never fewer than FEWEST."""

FEWEST = 3

_ONSETS = ("b", "br", "d", "dr", "f", "g", "k", "kl", "l", "m", "n", "p", "pl", "r", "t", "v")
_VOWELS = ("a", "e", "i", "o", "u", "ai", "ea", "ou")
_PHRASES = ("{}", "{} programme", "owner {}", "{} review")


@dataclass(frozen=True, slots=True)
class Planted:
    """A planted case and the made-up words that only its answer key holds."""

    case: Case
    nonces: tuple[str, ...]


def planted_cases(
    cases: Sequence[Case], nonce_seed: str, taken: Container[object] = ()
) -> tuple[Planted, ...]:
    """Return planted cases: real questions under new ids, with made-up words in the answer key.

    In: the golden cases, a seed that the runner can't know (the run's id will do), and the ids
    that are taken besides those of the cases. Out: one in ten, three at least, none where there are
    no cases. Same in, same out.
    """
    own = {case.id for case in cases}
    planted = []
    for number in range(max(FEWEST, len(cases) // ONE_IN) if cases else 0):
        key = f"{nonce_seed}|{number}"
        base = cases[_number(key + "|base") % len(cases)]
        name = _free_id(base.id, key, own, taken)
        own.add(name)
        word, tool = _word(key + "|constraint"), _word(key + "|tool")
        phrase = _PHRASES[_number(key + "|phrase") % len(_PHRASES)].format(word)
        case = replace(
            base,
            id=name,
            expected_tools=(*base.expected_tools, f"{tool}.lookup"),
            positive_constraints=(*base.positive_constraints, phrase),
        )
        planted.append(Planted(case, (word, tool)))
    return tuple(planted)


def mixed(cases: Sequence[Case], planted: Sequence[Planted], nonce_seed: str) -> tuple[Case, ...]:
    """Return real and planted cases as one set, the planted ones in places that the seed picks."""
    result = list(cases)
    for number, plant in enumerate(planted):
        result.insert(_number(f"{nonce_seed}|{number}|place") % (len(result) + 1), plant.case)
    return tuple(result)


def opaque_id(case_id: str, nonce_seed: str) -> str:
    """Return the id under which a blind runner is asked: it can't be looked up in the set.

    Always the same with one seed, so that what a runner logs of several runs stays together.
    """
    return f"case-{hashlib.sha256(f'{nonce_seed}|asked|{case_id}'.encode()).hexdigest()[:16]}"


def copied_nonces(
    planted: Sequence[Mapping[str, Any]], runs: Iterable[Mapping[str, Any]]
) -> tuple[str, ...]:
    """Return the ids of planted cases whose answer holds a made-up word, each once, in order.

    In: ``{"id", "nonces"}`` of each planted case, and the runs with ``case_id`` and ``output``.
    Output, tool trace and context chunks are looked through, whatever their case or spacing. One
    such id is enough: the runner copies, and its pass rate proves nothing.
    """
    said: dict[str, str] = {}
    for run in runs:
        output = run["output"]
        parts = [output.get(k) for k in ("actual_output", "tool_trace_log", "rag_context_chunks")]
        said[run["case_id"]] = said.get(run["case_id"], "") + normalise_tool(repr(parts))
    return tuple(
        plant["id"]
        for plant in planted
        if any(nonce in said.get(plant["id"], "") for nonce in plant["nonces"])
    )


def hollow_tools(runs: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return the ids of runs that name a tool without a visible character, each once, in order.

    The substring rule (``docs/replay.md, Tool selection``) lets such a name match every expected
    tool: the judge scores it so, and a reader should know.
    """
    found: dict[str, None] = {}
    for run in runs:
        tools = run["output"].get("tool_trace_log")
        if any(not normalise_tool(name) for name in names(tools)):
            found[run["case_id"]] = None
    return tuple(found)


def _number(key: str) -> int:
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8])


def _word(key: str) -> str:
    """Make up a word of four syllables: it looks like a product's name, and is none."""
    digest = hashlib.sha256(key.encode()).digest()
    pairs = zip(digest[0:8:2], digest[1:8:2], strict=True)
    return "".join(_ONSETS[a % len(_ONSETS)] + _VOWELS[b % len(_VOWELS)] for a, b in pairs)


def _free_id(model: str, key: str, own: Container[str], taken: Container[object]) -> str:
    """Return an id that looks like the model's and isn't taken."""
    tail = re.search(r"\d+$", model)
    stem, width = (model[: tail.start()], len(tail[0])) if tail else (f"{model}_", 3)
    number = _number(key + "|id") % 10**width
    tried = 0
    while (name := f"{stem}{number:0{width}}") in own or name in taken:
        tried += 1
        # Where nearly all of that width are taken, a longer one soon is free.
        number = (
            number + 1 if tried % 50 else _number(f"{key}|id|{tried}") % 10 ** (width + tried // 50)
        )
    return name

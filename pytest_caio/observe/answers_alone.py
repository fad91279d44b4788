"""What answers give away by themselves: asked again, without a token too, and what they link to.

Source: ``docs/dashboard.md, Access``.
"""

import asyncio
import re
from collections.abc import Iterator
from contextlib import suppress
from types import MappingProxyType
from typing import Any
from urllib.parse import urljoin, urlsplit

from pytest_caio.base.strict_json import JsonProblem
from pytest_caio.evidence.model import Evidence, Exchange, Observed
from pytest_caio.evidence.probe_names import (
    ANSWERS_LINK,
    DECISIONS,
    DISPATCHES,
    QUEUE,
    READ_TWICE,
    READS_AGAIN,
    STATUS,
    UNKNOWN,
)
from pytest_caio.gates.request import Identity, Request, parse_request
from pytest_caio.interlock.acting_words import deed
from pytest_caio.interlock.ambiguity import ambiguity
from pytest_caio.interlock.harmless import SPELLED
from pytest_caio.observe.asked import ANY, Asked
from pytest_caio.observe.page.open_reads import open_reads
from pytest_caio.observe.probe import Context, Probe

_READ = (QUEUE, DECISIONS, DISPATCHES)
_LINKING = (QUEUE, STATUS)
_MOST, _LONGEST = 4, 500
# A path of one part at least, as links are written; a text that begins with a stroke is none.
_PATH = re.compile(r"/[A-Za-z0-9][\w./~@:+=&?%-]*")


async def _reads_again(context: Context) -> Evidence:
    """Ask without a token for what was answered with one: a copy that is kept goes to nobody.

    The queue by other spellings too: who guards a path may read it in another way than who answers.

    ``tries`` of the data maps each path to the place of its last exchange.
    """
    answered = [p for p in _READ if isinstance(context.evidence[p], Observed)]
    asked = [_anybody(parse_request(p).path) for p in answered]
    asked += [_anybody(path) for path in SPELLED if QUEUE in answered]
    return await _ask(READS_AGAIN, context, asked)


async def _read_twice(context: Context) -> Evidence:
    """Read once more what reading must not change: the queue, the decisions, the dispatches."""
    return await _ask(READ_TWICE, context, [parse_request(probe) for probe in _READ])


def _anybody(path: str) -> Request:
    return Request("GET", path, Identity.ANONYMOUS)


async def _ask(name: str, context: Context, questions: list[Request]) -> Observed:
    """Ask all ``questions`` at the same time."""
    answers = await asyncio.gather(
        *(context.sender.send(question, depth=context.depth) for question in questions)
    )
    sent: tuple[Exchange, ...] = ()
    tries: dict[str, int] = {}
    for question, answer in zip(questions, answers, strict=True):
        sent += answer
        tries[question.path] = len(sent) - 1
    return Observed(name, context.environment, sent, MappingProxyType({"tries": tries}))


async def _links(context: Context) -> Evidence:
    """Ask without a token for what answers link to, and whether a card's own links decide it.

    ``open`` of the data are the paths that show people; ``tries`` maps each link that is called
    like a deed, with an unknown id in place of the card's, to the place of its exchange.
    """
    here = context.sender.environment.url
    named: list[str] = []
    deciding: list[str] = []
    for probe in _LINKING:
        for path, card in _named(context.evidence[probe], here):
            if not deed(f"https://page.example{path}"):
                named.append(path)
            elif card and card in path:
                deciding.append(urlsplit(path.replace(card, UNKNOWN)).path)
    asked = [_anybody(path) for path in dict.fromkeys(deciding)]
    found, (shown, sent) = await asyncio.gather(
        _ask(ANSWERS_LINK, context, asked[:_MOST]), open_reads(context.sender, named, b"")
    )
    data = MappingProxyType({**found.data, "open": shown})
    return Observed(ANSWERS_LINK, context.environment, (*found.exchanges, *sent), data)


def _named(evidence: Evidence, here: str) -> Iterator[tuple[str, str]]:
    if isinstance(evidence, Observed):
        with suppress(JsonProblem):
            yield from paths_in(evidence.answer.json(), here)


def paths_in(answer: Any, here: str) -> Iterator[tuple[str, str]]:
    """Yield each path of the origin ``here`` that a JSON answer names, with the card that does so.

    What a server may read in two ways, and whatever speaks of a token, is left alone.
    """
    for text, card in _texts(answer, ""):
        if len(text) > _LONGEST or not _PATH.fullmatch(text.removeprefix(here)):
            continue
        with suppress(ValueError):
            parts = urlsplit(urljoin(here, text))
            path = parts.path + (f"?{parts.query}" if parts.query else "")
            if not ambiguity(f"{here}{path}", {}) and "token" not in path.lower():
                yield path, card


def _texts(value: Any, card: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        own = value.get("email_id")
        card = own if isinstance(own, str) else card
        for item in value.values():
            yield from _texts(item, card)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item, card)
    elif isinstance(value, str):
        yield value, card


_LINKED = Asked(f"GET {ANY} as anonymous", 0, only="what answers link to")
_AGAIN = (
    *(Asked(f"{probe} as anonymous") for probe in _READ),
    *(Asked(f"GET {path} as anonymous") for path in SPELLED),
)
PROBES = (
    Probe(READ_TWICE, _read_twice, needs=_READ, asks=(*map(Asked, _READ),)),
    Probe(READS_AGAIN, _reads_again, needs=_READ, asks=_AGAIN),
    Probe(ANSWERS_LINK, _links, needs=_LINKING, asks=(_LINKED,)),
)

"""Reading the queue's list: its answer, and which of its cards fall under a rule of the policy.

What is kept of a card's addressee is reduced, so HoS's rules are held against the answer as it came
(``docs/regimen.md, Instant rejection``).
"""

from types import MappingProxyType
from typing import Any

from pytest_caio.base.strict_json import JsonProblem, loads
from pytest_caio.evidence.model import Evidence, Observed, Unobserved
from pytest_caio.evidence.probe_names import QUEUE, QUEUE_AGAIN
from pytest_caio.gates.instant_reject import KEPT, fallen_under
from pytest_caio.gates.request import Request, parse_request
from pytest_caio.observe.answer_bytes import decode
from pytest_caio.observe.asked import Asked
from pytest_caio.observe.probe import Context, Probe, ask
from pytest_caio.observe.sender import Answer


async def read_queue(context: Context, request: Request, name: str) -> Evidence:
    """Return one reading of the list, with the cards that fall under a rule, where one is on."""
    answers: list[Answer] = []
    seen = await ask(context, request, name, keep=answers.append)
    if isinstance(seen, Unobserved) or not context.policy.instant_reject.on:
        return seen
    data = {KEPT: fallen_under(context.policy.instant_reject, _cards(answers))}
    return Observed(name, context.environment, seen.exchanges, MappingProxyType(data))


def _cards(answers: list[Answer]) -> Any:
    try:
        body = loads(decode(answers[-1].body, "")) if answers else None
    except JsonProblem:
        return None
    return body.get("pending_emails") if isinstance(body, dict) else None


async def _queue(context: Context) -> Evidence:
    return await read_queue(context, parse_request(QUEUE), QUEUE)


async def _default(context: Context) -> Evidence:
    return await read_queue(context, parse_request("GET /api/pending-emails"), QUEUE_AGAIN)


DEFAULT_READING = Probe(QUEUE_AGAIN, _default, asks=(Asked("GET /api/pending-emails"),))
"""The default reading beside the full one and not after it, where nobody asks whether it moves."""
PROBES = (Probe(QUEUE, _queue, asks=(Asked(QUEUE),)),)

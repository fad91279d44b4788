"""``caio seed``: make one training card, so that the server's rule can be tried on it."""

import argparse
import json
from dataclasses import asdict

from pytest_caio.base.messages import listed
from pytest_caio.base.strict_json import JsonProblem
from pytest_caio.commands.deployed import (
    COULD_NOT_SEE,
    FINE,
    FOUND,
    add_arguments,
    complain,
    deployed,
    say,
)
from pytest_caio.evidence.model import Evidence, Exchange, Observed, Unobserved
from pytest_caio.evidence.probe_names import DEPENDENCIES
from pytest_caio.interlock.rules import Grant
from pytest_caio.judge.look import answered
from pytest_caio.observe.probe import Context, Probe, ask
from pytest_caio.observe.refusals import seed_request

NAME = "seed"
HELP = "make one training card, which can never be sent, where the gate needs one"
_MADE = "a training card"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    add_arguments(parser)


async def _make(context: Context) -> Evidence:
    """Ask for one card, unless the deployment says that it is another one than was named."""
    if why := context.sender.interlock.why_not_seeded(context.environment):
        return Unobserved(_MADE, context.environment, context.redact(why))
    return await ask(context, seed_request(context.policy), _MADE, Grant.SEED)


def run(arguments: argparse.Namespace) -> int:
    """Make a card; return 0 where it was made, 1 where it was not, 10 where nothing was seen."""
    with deployed(arguments, (Grant.SEED,)) as found:
        name = found.environment.name
        probe = Probe(_MADE, _make, needs=(DEPENDENCIES,))
        seen = found.observe([_MADE], [probe])
        sent = [asdict(line) for line in found.interlock.sent]
    code, cards, said = _outcome(name, seen[name, _MADE], seen[name, DEPENDENCIES])
    if arguments.json:
        result = {"environment": name, "made": cards, "said": said, "sent": sent}
        say(json.dumps(result, indent=1, ensure_ascii=True))
    elif code == FINE:
        say(said)
        for line in sent:
            say(f"Sent: {line['method']} {line['url']} ({line['why']})")
    else:
        complain(NAME, said)
    return code


def _outcome(name: str, made: Evidence, declared: Evidence) -> tuple[int, list[str], str]:
    """Return the exit code, the cards that were made, and what there is to say of it."""
    if isinstance(made, Unobserved):
        if isinstance(declared, Unobserved):
            return COULD_NOT_SEE, [], f"nothing was made: {declared.reason}"
        if declared.answer.status != 200:
            text = f"{DEPENDENCIES} answered {answered(declared.answer)}"
            return COULD_NOT_SEE, [], f"nothing was made: {text}"
        return FOUND, [], f"nothing was made: {made.reason}.{_older(declared)}"
    cards = _cards(made.answer)
    if made.answer.status == 200 and cards:
        again = f"Now run the gate again: pytest --caio-env={name}"
        return FINE, cards, f"Made the training card {listed(cards)} in {name}. {again}"
    if made.answer.status in {404, 405}:
        text = f"{name} has no route for it ({made.answer.status}), as dashboards older than G2"
        return FOUND, [], f"nothing was made: {text}. Wait for a training card, or deploy G2."
    return FOUND, [], f"no card is known to be made: {name} answered {answered(made.answer)}"


def _older(declared: Observed) -> str:
    try:
        body = declared.answer.json()
    except JsonProblem:
        return ""
    if isinstance(body, dict) and "auth" not in body:
        return " Dashboards older than G2 don't; they have no route that makes one either (404)."
    return ""


def _cards(answer: Exchange) -> list[str]:
    try:
        body = answer.json()
    except JsonProblem:
        return []
    ids = body.get("email_ids") if isinstance(body, dict) else None
    return [i for i in ids if isinstance(i, str)] if isinstance(ids, list) else []

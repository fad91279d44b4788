"""``caio rehearse``: serves the embedded deployment until it is told to stop."""

import argparse
import math
import shlex
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pytest_caio.base.messages import listed
from pytest_caio.commands.deployed import FINE, say
from pytest_caio.extensions import with_installed
from pytest_caio.rehearsal.server import RehearsalServer, rehearse
from pytest_caio.settings import environments as env
from pytest_caio.settings.webhook_secrets import WHAT
from pytest_caio.verdict.result import REHEARSAL, REHEARSAL_NOTE

NAME = "rehearse"
HELP = "serve the embedded deployment, to click through and to point the gate at"
MOST_CARDS = 100
MOST_LATENCY = 60.0
_LOOK_SECONDS = 0.2


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.epilog = "It runs until Ctrl-C or SIGTERM. Exit code: 0 it was told to stop, 4 usage."
    parser.add_argument("--environment", default=REHEARSAL, metavar="NAME",
                        help="what it declares to be: staging, prod, or a name of your own "
                        "(default: rehearsal)")  # fmt: skip
    parser.add_argument("--port", type=_number("a port", 0, 65_535), default=0, metavar="N",
                        help="where it listens (default: 0, any port that is free)")  # fmt: skip
    parser.add_argument("--token", metavar="T", help="the token it accepts (default: a new one)")
    parser.add_argument("--latency", type=_seconds, default=0.0, metavar="SECONDS",
                        help="what each answer takes (default: 0)")  # fmt: skip
    parser.add_argument("--generation", default="g2", choices=("g2", "g1"),
                        help="which generation of dashboard it is (default: g2)")  # fmt: skip
    parser.add_argument("--cards", type=_number("a number of cards", 0, MOST_CARDS), metavar="N",
                        help="how many live cards wait in its queue at first (default: none as "
                        "staging or production, else a few)")  # fmt: skip
    parser.add_argument("--redis", metavar="URL",
                        help="a real Redis that it depends on (default: none)")  # fmt: skip
    parser.add_argument("--fault", action="append", default=[], metavar="NAME",
                        help="break it in a named way (repeatable)")  # fmt: skip


def run(arguments: argparse.Namespace) -> int:
    """Serve until a signal comes; raises ValueError for what can't be served as asked."""
    name = _name(arguments.environment)
    if arguments.token is not None and (found := env.token_problems("--token", arguments.token)):
        raise ValueError(listed(found))
    cards = 0 if arguments.cards is None and name in env.STANDARD else arguments.cards
    stop = threading.Event()
    with _told_to_stop(stop), rehearse(
        generation=arguments.generation,
        faults=with_installed(arguments.fault),
        environment=name,
        token=arguments.token,
        latency=arguments.latency,
        port=arguments.port,
        redis_url=arguments.redis,
        cards=cards,
    ) as server:  # fmt: skip
        for line in _lines(name, server):
            say(line)
        sys.stdout.flush()
        # Windows handles a Ctrl-C only between two waits.
        while not stop.wait(_LOOK_SECONDS):
            pass
    say("The rehearsal has ended.")
    return FINE


@contextmanager
def _told_to_stop(stop: threading.Event) -> Iterator[None]:
    """Set the event at Ctrl-C or SIGTERM, until the block is left."""
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, lambda *_: stop.set()) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _name(asked: str) -> str:
    # The name need not be known yet: the variables that make it known are printed below.
    found = env.names([asked], (), {env.variable(env.full_name(asked), "URL"): ""})
    if len(found) != 1:
        raise ValueError("--environment takes one name")
    return found[0]


def _lines(name: str, server: RehearsalServer) -> Iterator[str]:
    # `rehearsal` starts one of its own, so this one goes by another name.
    shown = "lab" if name == REHEARSAL else name
    variables = {
        env.variable(shown, "URL"): server.url,
        env.variable(shown, "TOKEN"): server.token,
        **({env.variable(shown, "KIND"): name} if shown != name else {}),
        **({env.variable(shown, WHAT): server.webhook_secret} if server.webhook_secret else {}),
        "CAIO_GHL_URL": server.ghl_url,
        "CAIO_GHL_TOKEN": server.ghl_token,
        "CAIO_GHL_LOCATION_ID": server.ghl_location_id,
    }
    yield f"A rehearsal that declares itself {name}: {server.url}/sales"
    yield f"Token: {server.token}"
    yield ""
    yield "To point the gate at it, in bash:"
    yield from (f"  export {key}={shlex.quote(value)}" for key, value in variables.items())
    yield "or in PowerShell:"
    for key, value in variables.items():
        quoted = value.replace("'", "''")
        yield f"  $env:{key} = '{quoted}'"
    yield f"and then: pytest --caio-env={shown}"
    yield ""
    yield f"{REHEARSAL_NOTE} Ctrl-C ends it."


def _number(what: str, lowest: int, highest: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if text.isascii() and text.isdigit() and lowest <= int(text[:9]) <= highest:
            return int(text)
        raise argparse.ArgumentTypeError(f"{text!r} is not {what} ({lowest} to {highest})")

    return read


def _seconds(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = math.nan
    if not 0 <= found <= MOST_LATENCY:
        raise argparse.ArgumentTypeError(f"{text!r} is no time in seconds (0 to {MOST_LATENCY:g})")
    return found

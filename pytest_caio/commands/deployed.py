"""One deployment, as the commands look at it: through the gate's own probes and interlock."""

import argparse
import asyncio
import os
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from pytest_caio.base.strict_yaml import load
from pytest_caio.evidence.model import Evidence, Observed
from pytest_caio.evidence.probe_names import (
    DECISIONS,
    DISPATCHES,
    QUEUE,
    QUEUE_AGAIN,
    QUEUE_BEFORE,
    SENT_MAIL,
    STATUS,
    TRACES,
)
from pytest_caio.gates.files import GateFileError, packaged_folder
from pytest_caio.gates.policy import Policy, parse
from pytest_caio.interlock.rules import Grant, Interlock
from pytest_caio.judge.generation import PROBES
from pytest_caio.judge.look import Look
from pytest_caio.observe.probe import Probe, of_request
from pytest_caio.observe.queue_before import queue_before
from pytest_caio.observe.sent_mail import sent_mail
from pytest_caio.observe.standard_probes import standard_probes
from pytest_caio.observe.sweep import Order, sweep
from pytest_caio.privacy.card_ids import short_id
from pytest_caio.privacy.redactor import Redactor, Secret
from pytest_caio.run.short_ids import card_ids
from pytest_caio.settings import environments as env
from pytest_caio.settings.environments import Environment, EnvironmentProblem
from pytest_caio.settings.ghl_access import GhlAccess, ghl_access
from pytest_caio.settings.network_variables import check_network, proxy_passwords
from pytest_caio.verdict.result import REHEARSAL, REHEARSAL_HEADER, REHEARSAL_NOTE

FINE, FOUND, COULD_NOT_SEE = 0, 1, 10
_SOURCES = (
    DECISIONS, DISPATCHES, TRACES, QUEUE, QUEUE_AGAIN, STATUS, QUEUE_BEFORE, SENT_MAIL, *PROBES,
)  # fmt: skip
EXIT_CODES = "Exit code: 0 fine, 1 something was found or is left, 4 usage, 10 could not see."


@dataclass(frozen=True)
class Deployed:
    """A deployment that can be looked at; nothing reaches it but through ``interlock``."""

    environment: Environment
    policy: Policy
    redactor: Redactor
    interlock: Interlock
    ghl: GhlAccess | None = None

    def observe(
        self, wanted: Sequence[str], known: Sequence[Probe] = ()
    ) -> Mapping[tuple[str, str], Evidence]:
        """Return what the wanted probes see now, by environment and probe."""
        name = self.environment.name
        seen: dict[tuple[str, str], Evidence] = {}
        probes = {probe.name: probe for probe in known}
        # All at once: what a door gives away afterwards was looked at by the gate.
        probes |= {one: replace(of_request(one), after=()) for one in wanted if one not in probes}
        order = Order({name: tuple(wanted)}, probes, self.policy)
        asyncio.run(sweep([self.environment], order, self.interlock, self.redactor, seen))
        return seen

    def look(self, *wanted: str, known: Sequence[Probe] = ()) -> Look:
        """Return a judge's look at what the wanted probes see now."""
        observed = self.observe(wanted, (*standard_probes(), *known))
        seen = {probe: found for (_, probe), found in observed.items()}
        return Look(self.environment.name, self.environment.kind, seen, self.policy)

    def reconciled(self, *wanted: str, previous: Path | None, since: str) -> Look:
        """Return a look at these probes, and at every source of how a card ended.

        ``previous`` is the folder of the pre-flight's report; ``since`` is a day, or empty: today.
        """
        access = {self.environment.name: self.ghl} if self.ghl else {}
        known = (sent_mail(access, since), queue_before(previous, "--previous"))
        return with_whole_ids(self.look(*wanted, *_SOURCES, known=known))


def with_whole_ids(look: Look) -> Look:
    """Return the look with the cards of the earlier report called by their whole ids again."""
    before = look.evidence.get(QUEUE_BEFORE)
    if not isinstance(before, Observed):
        return look
    whole = (card for found in look.evidence.values() for card in card_ids(found))
    known = {
        short: card
        for card in whole
        for short in (short_id(card), short_id(card, alone=False))
        if short != card
    }
    cards = [{**card, "id": known.get(card["id"], card["id"])} for card in before.data["cards"]]
    told = replace(before, data={**before.data, "cards": cards})
    return replace(look, evidence={**look.evidence, QUEUE_BEFORE: told})


def rehearsal_note(look: Look) -> str:
    """Return that what was looked at is a rehearsal, as every output of the gate says it."""
    named = look.kind == REHEARSAL
    answers = (e for found in look.evidence.values() for e in found.exchanges)
    return REHEARSAL_NOTE if named or any(e.header(REHEARSAL_HEADER) for e in answers) else ""


def add_previous(parser: argparse.ArgumentParser) -> None:
    """Add the report of the pre-flight, for what became of the cards that waited then."""
    parser.add_argument("--previous", type=Path, metavar="DIR",
                        help="the pre-flight's report: what became of the cards that waited then"
                        )  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what every command takes: the environment, and how its answer looks."""
    parser.epilog = EXIT_CODES
    parser.add_argument("--env", required=True, metavar="NAME",
                        help="prod, staging, rehearsal or a name of your own")  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--fault", action="append", default=[], metavar="NAME",
                        help="break the rehearsal in a named way (repeatable)")  # fmt: skip
    parser.add_argument("--generation", default="g2", choices=("g2", "g1"),
                        help="which generation of dashboard the rehearsal is")  # fmt: skip


@contextmanager
def deployed(
    arguments: argparse.Namespace,
    grants: Collection[Grant] = (),
    folder: Path | None = None,
    *,
    keep_content: bool = False,
) -> Iterator[Deployed]:
    """Give the deployment that ``--env`` names; the rehearsal runs until the block is left.

    ``folder`` may hold a ``policy.yaml`` (default: ``gates``); ``keep_content`` shows people's
    data. Raises EnvironmentProblem or GateFileError before any request is sent.
    """
    names = env.names([arguments.env], (), os.environ)
    if len(names) != 1:
        raise EnvironmentProblem("--env takes one environment")
    policy = policy_in(folder or Path("gates"))
    with _environment(names[0], arguments) as (environment, ghl):
        check_network([environment.url, *([ghl.url] if ghl else [])], os.environ)
        secrets = {**proxy_passwords(os.environ), f"token:{environment.name}": environment.token}
        elsewhere = {environment.name: {ghl.origin: ghl.token}} if ghl else {}
        redactor = Redactor(secrets | ({"token:ghl": ghl.token} if ghl else {}), keep_content)
        held = {environment.name: frozenset(grants)}
        # Whoever seeds named the environment; a deployment of a stricter kind gets no card.
        kinds = {environment.kind, *policy.seed.kinds}
        interlock = Interlock(
            [environment], redactor, held, elsewhere,
            seed_kinds=kinds, plain_reads=policy.plain_reads,
        )  # fmt: skip
        yield Deployed(environment, policy, redactor, interlock, ghl)


@contextmanager
def _environment(
    name: str, arguments: argparse.Namespace
) -> Iterator[tuple[Environment, GhlAccess | None]]:
    if name != env.REHEARSAL:
        if arguments.fault:
            raise EnvironmentProblem("--fault breaks the rehearsal: it goes with --env=rehearsal")
        (found,) = env.resolve([name], os.environ)
        yield found, ghl_access(os.environ)
        return
    from pytest_caio.extensions import with_installed
    from pytest_caio.rehearsal.server import rehearse

    faults = with_installed(arguments.fault)
    with rehearse(generation=arguments.generation, faults=faults) as server:
        ghl = GhlAccess(server.ghl_url, Secret(server.ghl_token), server.ghl_location_id)
        yield Environment(name, name, server.url, Secret(server.token)), ghl


def policy_in(folder: Path) -> Policy:
    """Return the policy of a folder of gates, else the standard one; raises GateFileError."""
    path = folder / "policy.yaml"
    found = path if path.is_file() else packaged_folder() / "policy.yaml"
    policy, mistakes = parse(load(found, f"gates/{found.name}"))
    if mistakes:
        raise GateFileError(mistakes)
    return policy


def say(text: str) -> None:
    """Print a line, also on a terminal that can't show every character."""
    encoding = sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, "replace").decode(encoding))  # noqa: T201


def complain(command: str, text: str) -> None:
    """Print a line about the command itself to the error stream."""
    print(f"caio {command}: {text}", file=sys.stderr)  # noqa: T201


def table(rows: Sequence[Sequence[object]], heads: Sequence[str]) -> Iterator[str]:
    """Yield the lines of a table for people, its columns as wide as their longest value."""
    lines = [[" ".join(str(value).split()) for value in row] for row in (heads, *rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(heads))]
    for line in lines:
        yield "  ".join(v.ljust(w) for v, w in zip(line, widths, strict=True)).rstrip()

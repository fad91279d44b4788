"""Ten situations in which somebody opens the report, each a run of the gate against rehearsals.

Only the page is looked at once for all: a look takes half a minute, and none of them changes it.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from types import MappingProxyType
from typing import Any

from deployments import STATUS_BODY
from looking import look, place_of
from rehearsing import gate_run

from pytest_caio.evidence.model import Evidence, Observed, Unobserved
from pytest_caio.evidence.probe_names import BROWSER, PAGE_REJECT, STATUS, TAGS
from pytest_caio.judge.judging import conclude, judge_all
from pytest_caio.judge.standard_judges import standard_judges
from pytest_caio.observe.probe import Context, Probe
from pytest_caio.observe.standard_probes import standard_probes
from pytest_caio.observe.token_doubt import token_in_doubt
from pytest_caio.rehearsal.server import RehearsalServer, rehearse
from pytest_caio.settings.environments import STANDARD, variable
from pytest_caio.settings.options import Options
from pytest_caio.testing import observed
from pytest_caio.verdict.result import Result
from pytest_caio.verdict.waivers import Waiver

TOKEN = "a-token-of-the-rehearsal"


@dataclass(frozen=True)
class Place:
    """A rehearsal that stands for a real deployment: how it is broken, how many cards wait."""

    name: str = "production"
    faults: tuple[str, ...] = ()
    cards: int | None = 4
    generation: str = "g2"
    token: str = TOKEN

    @property
    def kind(self) -> str:
        """What it declares to be."""
        return self.name if self.name in STANDARD else "staging"


def run(*places: Place, profile: str = "preflight") -> Result:
    """Return the result of the whole gate against these; none of them says that it rehearses."""
    variables: dict[str, str] = {}
    with ExitStack() as stack:
        for place in places:
            server = stack.enter_context(
                rehearse(
                    place.generation,
                    place.faults,
                    environment=place.kind,
                    token=TOKEN,
                    cards=place.cards,
                    announced=False,
                )
            )
            _own_ids(server, place.name)
            variables |= {
                variable(place.name, "URL"): server.url,
                variable(place.name, "TOKEN"): place.token,
            }
            if place.kind != place.name:
                variables[variable(place.name, "KIND")] = place.kind
        names = [place.name for place in places]
        return asked(variables, *names, profile=profile, generation=places[0].generation)


def _own_ids(server: RehearsalServer, name: str) -> None:
    """Let no card be another rehearsal's too: that is a finding of its own."""
    cards = server.deployment.state.cards
    for card in [card for card in cards.values() if card.queued]:
        del cards[card.email_id]
        own = replace(card, email_id=f"{name}_{card.email_id}", to=f"{name}.{card.to}")
        cards[own.email_id] = own


def asked(
    variables: Mapping[str, str],
    *names: str,
    profile: str = "preflight",
    generation: str = "g2",
    faults: tuple[str, ...] = (),
) -> Result:
    """Return the result of the gate for these environments."""
    options = Options(names, profile, faults=faults, warm_up=0.0)
    return gate_run(options, dict(variables), _probes(generation)).result()


def _probes(generation: str) -> list[Probe]:
    """Return the standard probes; a generation's page is looked at once for all situations."""
    probes = {probe.name: probe for probe in standard_probes()}
    page = probes[PAGE_REJECT]

    async def kept(context: Context) -> Evidence:
        if isinstance(context.evidence[BROWSER], Unobserved) or token_in_doubt(context):
            return await page.observe(context)
        return replace(look_at(generation), environment=context.environment)

    return [*(probes | {PAGE_REJECT: replace(page, observe=kept)}).values()]


@cache
def look_at(generation: str) -> Observed:
    """Return what a look at a generation's page sees: no situation changes the page."""
    with ThreadPoolExecutor(1) as thread, rehearse(generation, announced=False) as server:
        looked = thread.submit(look, place_of(server, "production"), "page-blocks").result()
    found = looked.evidence.evidence["production", PAGE_REJECT]
    assert isinstance(found, Observed)
    return found


def again(result: Result, changed: Mapping[str, Evidence] = MappingProxyType({}),
          waivers: tuple[Waiver, ...] = ()) -> Result:  # fmt: skip
    """Return what the judges say with other answers to some probes, or with waivers."""
    kept = {(e.environment, e.probe): e for e in changed.values()}
    evidence = replace(result.evidence, evidence={**result.evidence.evidence, **kept})
    snapshot = replace(result.snapshot, waivers=waivers)
    judges = {judge.name: judge for judge in standard_judges()}
    ran = {planned.key for planned in snapshot.plan}
    return conclude(snapshot, evidence, judge_all(snapshot, evidence, judges, ran))


def nothing_listens() -> Result:
    """Nobody is at home at the address."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    return asked({"CAIO_PROD_URL": url, "CAIO_PROD_TOKEN": TOKEN}, "production")


def with_waiver() -> Result:
    """Stale cards are hidden, and their owner accepts it for a week."""
    until = date.today() + timedelta(days=7)  # noqa: DTZ011
    waiver = Waiver("queue.no-drift", "production", "clean-up is planned for Friday", "PTO", until)
    return again(run(Place(faults=("stale-hidden",))), waivers=(waiver,))


def too_old() -> Result:
    """A dashboard from before the rejection tags, with a ramp of calendar days."""
    result = run(Place(generation="g1"))
    ramp = {"enabled": True, "active": True, "tier_filter": "tier_1", "email_limit_override": 5}
    answers: dict[str, tuple[Any, int]] = {
        TAGS: ({"detail": "Not Found"}, 404),
        STATUS: ({**STATUS_BODY, "ramp": ramp}, 200),
    }
    changed = {}
    for probe, (body, status) in answers.items():
        found = result.evidence.evidence["production", probe]
        assert isinstance(found, Observed)
        answer = observed(probe, body, status, environment="production").answer
        kept = replace(found.answer, status=answer.status, body=answer.body,
                       body_bytes=answer.body_bytes)  # fmt: skip
        changed[probe] = replace(found, exchanges=(kept,))
    return again(result, changed)


def differing() -> Result:
    """Staging and production that are not alike, each broken in its own way."""
    return run(
        Place("staging", ("tags-missing-one", "docs-open")),
        Place("production", ("strict-flag-off", "stale-listed")),
        profile="deploy",
    )


def full_queues() -> Result:
    """Three deployments, in each of which as many cards wait as a queue shows."""
    return run(*(Place(name, cards=20) for name in ("staging", "canary", "production")))


SITUATIONS: Mapping[str, Callable[[], Result]] = MappingProxyType(
    {
        "go": lambda: run(Place(cards=0)),
        "go-with-waiver": with_waiver,
        "nothing-listens": nothing_listens,
        "stale-hidden": lambda: run(Place(faults=("stale-hidden",))),
        "too-old": too_old,
        "wrong-token": lambda: run(Place(token="another-token-altogether")),
        "no-runner": lambda: run(Place(), profile="deploy"),
        "two-environments": differing,
        "replay-failures": lambda: asked(
            {}, "rehearsal", profile="deploy", faults=("replay-regressed",)
        ),
        "full-queues": full_queues,
    }
)

"""The sweep: every probe once, every environment at the same time, on one event loop."""

import asyncio
import contextlib
import math
from collections.abc import Callable, Collection, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from graphlib import TopologicalSorter
from types import MappingProxyType
from typing import Any

import httpx2

from pytest_caio.evidence.model import Evidence, Unobserved
from pytest_caio.gates.policy import Policy
from pytest_caio.interlock.rules import Interlock
from pytest_caio.observe.client import open_client, quiet_logs
from pytest_caio.observe.page.shared_browser import SharedBrowser
from pytest_caio.observe.probe import Context, Probe, of_request
from pytest_caio.observe.quiet_environment import quiet_environment
from pytest_caio.observe.sender import Limits, Sender
from pytest_caio.observe.slots import Slots
from pytest_caio.privacy.redactor import Redactor
from pytest_caio.settings.environments import Environment

Progress = Callable[[int, int], None]
AT_ONCE = 16
"""So many environments are looked at side by side: of more, the gate's own work would take the
time that their answers have, and their connections what a process may open."""


@dataclass(frozen=True)
class Order:
    """What a sweep is to see: probe names per environment, and the probes known by name.

    ``settings`` are those of the checks that need a probe, by probe name. ``deadline`` is in
    seconds for everything together, a patient probe's own time excepted; ``concurrency`` is per
    environment. ``browser`` is the path of the Chromium to use, or empty: one is looked for.
    ``closing`` looks once more when the sweep comes to its end.
    """

    wanted: Mapping[str, Sequence[str]]
    known: Mapping[str, Probe]
    policy: Policy
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: MappingProxyType({}))
    concurrency: int = 40
    deadline: float = 30.0
    limits: Limits = field(default_factory=Limits)
    browser: str = ""
    closing: Probe | None = None


def resolve_probes(
    wanted: Iterable[str], known: Mapping[str, Probe], closing: Probe | None = None
) -> dict[str, Probe]:
    """Return the wanted probes and all that they need, by name, each after what it waits for.

    ``closing`` comes last: beside the last step of the longest chain, so that looking once more
    costs no further round of latency; and after what it names itself.
    """
    found: dict[str, Probe] = {}

    def collect(name: str) -> None:
        if name not in found:
            found[name] = known.get(name) or of_request(name)
            for need in (*found[name].needs, *found[name].beside):
                collect(need)

    for name in wanted:
        collect(name)
    order = TopologicalSorter({name: p.waits_for(found) for name, p in found.items()})
    ordered = {name: found[name] for name in order.static_order()}
    return _closed(ordered, closing) if closing and ordered else ordered


def _closed(probes: Mapping[str, Probe], closing: Probe) -> dict[str, Probe]:
    steps: dict[str, int] = {}
    waited_for: set[str] = set()
    for name, probe in probes.items():
        needs = probe.waits_for(probes)
        steps[name] = max((steps[need] + 1 for need in needs), default=0) + probe.steps
        waited_for.update(needs)
    last = max(steps.values())
    # Single reads may still be waiting for a slot by then; the chains say how far the sweep is.
    before = tuple(n for n in probes if n in waited_for and steps[n] < last) or tuple(probes)
    return {**probes, closing.name: replace(closing, after=(*before, *closing.after))}


def depths(probes: Mapping[str, Probe], closing: Probe | None = None) -> dict[str, int]:
    """Return, for each probe, how long the longest chain is that waits for it.

    ``closing`` waits for many and makes no chain of them.
    """
    result = {name: probe.steps for name, probe in probes.items()}
    for name in reversed([name for name in probes if not closing or name != closing.name]):
        for need in probes[name].waits_for(probes):
            result[need] = max(result[need], result[name] + 1)
    return result


def patience(probes: Mapping[str, Probe]) -> dict[str, float]:
    """Return, for each probe, the seconds beyond the deadline that it or a need of it may take."""
    result: dict[str, float] = {}
    for name, probe in probes.items():
        waited_for = (result[need] for need in probe.waits_for(probes))
        result[name] = max(probe.patience, *waited_for, 0.0)
    return result


async def sweep(
    environments: Iterable[Environment],
    order: Order,
    interlock: Interlock,
    redactor: Redactor,
    found: dict[tuple[str, str], Evidence],
    on_progress: Progress = lambda done, total: None,
    transport: httpx2.AsyncBaseTransport | None = None,
) -> None:
    """Fill ``found`` with what every wanted probe saw, by environment and probe.

    Ends within ``order.deadline`` and the longest patience of a probe, for each turn that
    environments take; a probe that did not get that far is unobserved and says so. What was seen
    is never lost, also when the sweep is interrupted.
    """
    plans = {
        e: resolve_probes(order.wanted.get(e.name, ()), order.known, order.closing)
        for e in environments
    }
    total = sum(len(probes) for probes in plans.values())

    def keep(evidence: Evidence) -> None:
        found[(evidence.environment, evidence.probe)] = evidence
        on_progress(len(found), total)

    extra = max((p for probes in plans.values() for p in patience(probes).values()), default=0.0)
    turns = asyncio.Semaphore(AT_ONCE)
    seconds = (order.deadline + extra) * max(1, math.ceil(len(plans) / AT_ONCE))
    with quiet_logs(), quiet_environment():
        async with SharedBrowser(order.browser) as browser:
            works = [
                _sweep_one(e, p, order, interlock, redactor, keep, browser, transport)
                for e, p in plans.items()
            ]
            await _within(seconds, [_in_turn(turns, work) for work in works])
    for environment, probes in plans.items():
        for name, probe in probes.items():
            key = (environment.name, name)
            found.setdefault(key, _too_late(probe, environment.name, order.deadline))


async def _in_turn(turns: asyncio.Semaphore, work: Coroutine[Any, Any, None]) -> None:
    try:
        async with turns:
            await work
    finally:
        work.close()


async def _within(seconds: float, works: Sequence[Any]) -> None:
    tasks = [asyncio.ensure_future(work) for work in works]
    if not tasks:
        return
    try:
        done, _ = await asyncio.wait(tasks, timeout=seconds)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()


async def _sweep_one(
    environment: Environment,
    probes: Mapping[str, Probe],
    order: Order,
    interlock: Interlock,
    redactor: Redactor,
    keep: Callable[[Evidence], None],
    browser: SharedBrowser,
    transport: httpx2.AsyncBaseTransport | None,
) -> None:
    if not probes:
        return
    chain, patient = depths(probes, order.closing), patience(probes)
    ends = asyncio.get_running_loop().time() + order.deadline
    async with open_client(environment, interlock, order.concurrency, transport) as client:
        slots = Slots(order.concurrency, order.concurrency // 3 if any(chain.values()) else 0)
        sender = Sender(environment, interlock, redactor, slots, client, order.limits)
        tasks: dict[str, asyncio.Task[Evidence]] = {}

        async def run(probe: Probe) -> Evidence:
            seen = {need: await asyncio.shield(tasks[need]) for need in probe.waits_for(probes)}
            settings = order.settings.get(probe.name, {})
            beside = {name: tasks[name] for name in probe.beside}
            context = Context(
                sender, seen, order.policy, chain[probe.name], settings, browser, beside
            )
            try:
                async with asyncio.timeout_at(ends + patient[probe.name]):
                    evidence = await _safely(probe, context)
            except TimeoutError:
                evidence = _too_late(probe, environment.name, order.deadline)
            keep(evidence)
            return evidence

        for name, probe in sorted(probes.items(), key=lambda item: -chain[item[0]]):
            tasks[name] = asyncio.create_task(run(probe), name=name)
        await _all(tasks.values())


async def _all(tasks: Collection[asyncio.Task[Evidence]]) -> None:
    """Wait for every task; where that is cut short, none is left running."""
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks, return_exceptions=True)


async def _safely(probe: Probe, context: Context) -> Evidence:
    """Return what the probe saw; a mistake in a probe is missing evidence, not a lost run."""
    try:
        return await probe.observe(context)
    except Exception as error:  # noqa: BLE001 - one broken probe must not lose what others saw
        text = f"the probe itself failed: {type(error).__name__}: {error}"
        return Unobserved(probe.name, context.environment, context.redact(text))


def _too_late(probe: Probe, environment: str, deadline: float) -> Unobserved:
    more = f" and {probe.patience:g} s more" if probe.patience else ""
    reason = f"not seen within the run's deadline of {deadline:g} s{more}"
    return Unobserved(probe.name, environment, reason)

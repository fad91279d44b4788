"""From a run that is ready to what it would do: nothing is asked, started or written."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from pytest_caio.evidence.model import Evidence
from pytest_caio.gates.files import Check
from pytest_caio.gates.plan import Planned, read_gate_files
from pytest_caio.gates.request import Identity, RequestProblem, parse_request
from pytest_caio.interlock.deeds import READ, WHY_HARMLESS
from pytest_caio.interlock.rules import Grant, Interlock, Outgoing, Stopped
from pytest_caio.judge.in_words import looks_at
from pytest_caio.judge.judging import ruling_of
from pytest_caio.judge.look import Look
from pytest_caio.observe.asked import Asked
from pytest_caio.observe.probe import Probe
from pytest_caio.observe.replay.replay_probe import ReplayProbe
from pytest_caio.observe.sweep import Order, resolve_probes
from pytest_caio.privacy.redactor import Secret
from pytest_caio.run.beside_asking import Beside, beside
from pytest_caio.run.gate_run import GateRun, as_shown
from pytest_caio.settings.environments import REHEARSAL, Environment, kind_of
from pytest_caio.verdict.finding import Outcome, Ruling, Severity
from pytest_caio.verdict.foreseen import CheckAhead, Foreseen, PlaceAhead, Question, Step
from pytest_caio.verdict.waivers import Waiver, waiver_for

_NOWHERE = "https://not-known.invalid"
_NO_TOKEN = Secret("caio-gate-plan-has-no-token")
_HEADERS: Mapping[Identity, Mapping[str, str]] = {
    Identity.ANONYMOUS: {},
    Identity.TOKEN: {"x-dashboard-token": _NO_TOKEN.reveal()},
    Identity.SESSION: {"cookie": "session=of-a-login"},
}


def look_ahead(
    run: GateRun,
    chosen: Sequence[Planned],
    others: int,
    in_the_way: Iterable[str],
    variables: Mapping[str, str],
) -> Foreseen:
    """Return what ``run`` would do for the ``chosen`` checks.

    ``others`` counts the tests that are selected beside them, ``in_the_way`` is what is wrong with
    the variables.
    """
    run = replace(run, environments=tuple(_places(run, variables)))
    replay = ReplayProbe(run.replay, run.snapshot.policy.replay).probe()
    orders = [order for order, _ in run.orders(chosen, replay, _silent, lambda _: None)]
    interlock = run.interlock()
    places = (_place(run, here, chosen, orders, interlock) for here in run.environments)
    there = {planned.key for planned in chosen}
    left_out = dict.fromkeys(_name(p) for p in run.plan if p.key not in there and not p.absent)
    return Foreseen(run.options.profile, tuple(places), tuple(in_the_way), tuple(left_out),
                    _not_due(run), others)  # fmt: skip


def _silent(done: int, total: int) -> None:
    """Show nothing: nothing is under way."""


def _places(run: GateRun, variables: Mapping[str, str]) -> Iterator[Environment]:
    """Yield the environments, each with a token that is none: the interlock is all that sees it."""
    known = {e.name: e for e in run.environments}
    for name in run.options.environments:
        kind = REHEARSAL if name == REHEARSAL else kind_of(name, variables)
        url = known[name].url if name in known else _NOWHERE
        yield Environment(name, kind, url, _NO_TOKEN)


def _place(
    run: GateRun,
    here: Environment,
    chosen: Sequence[Planned],
    orders: Sequence[Order],
    interlock: Interlock,
) -> PlaceAhead:
    steps: list[Step] = []
    for order in orders:
        probes = resolve_probes(order.wanted.get(here.name, ()), order.known, order.closing)
        first = max((step.turn for step in steps), default=0)
        turns = _turns(probes)
        for name in sorted(probes, key=lambda name: turns[name]):
            more = beside(run, name, here, order.settings.get(name, {}).get("cases"))
            step = Step(len(steps) + 1, first + turns[name], name)
            steps.append(_filled(step, probes[name], more, run, here, interlock))
    checks = [p for p in chosen if p.environment == here.name]
    shown = replace(as_shown([here])[0], url="" if here.url == _NOWHERE else here.url)
    return PlaceAhead(shown, tuple(steps), tuple(_checks(run, here, checks, steps)))


def _turns(probes: Mapping[str, Probe]) -> dict[str, int]:
    """Return in which round of latency each probe begins, where every answer takes as long."""
    begins: dict[str, int] = {}
    for name, probe in probes.items():
        needs = probe.waits_for(probes)
        begins[name] = max((begins[n] + probes[n].steps + 1 for n in needs), default=1)
    return begins


def _filled(
    step: Step, probe: Probe, more: Beside, run: GateRun, here: Environment, interlock: Interlock
) -> Step:
    asks = probe.asks if more.asks is None else more.asks
    seeds = here.kind in run.snapshot.policy.seed.kinds
    questions = tuple(
        _question(asked, here, interlock)
        for asked in asks or ()
        if not more.without and (asked.why != Grant.SEED or seeds)
    )
    return replace(step, questions=questions, does=more.does, without=more.without,
                   silent=asks is None)  # fmt: skip


def _question(asked: Asked, here: Environment, interlock: Interlock) -> Question:
    """Return a request as it is shown; of one that a gate file or another package writes, the
    interlock says what it thinks of it.
    """
    text, _, who = asked.request.partition(" as ")
    method, _, path = text.partition(" ")
    question = Question(method, path, who or Identity.TOKEN, asked.times, _deed(asked.why),
                        asked.only, asked.elsewhere)  # fmt: skip
    grant = Grant.REPLAY if asked.why == Grant.REPLAY else None
    if asked.why in WHY_HARMLESS and not grant:
        return question
    try:
        request = parse_request(asked.request)
    except RequestProblem:
        return question
    going = Outgoing(here.name, request.method, here.url + request.path,
                     _HEADERS[request.identity], grant=grant)  # fmt: skip
    try:
        return replace(question, deed=_deed(interlock.permit(going)))
    except Stopped as stop:
        return replace(question, stopped=str(stop))


def _deed(why: str) -> str:
    return "" if why == READ else str(why)


def _checks(
    run: GateRun, here: Environment, planned: Sequence[Planned], steps: Sequence[Step]
) -> Iterator[CheckAhead]:
    """Yield each check once, however many golden cases it is there for."""
    cases: dict[tuple[str, str], list[Planned]] = {}
    for each in planned:
        cases.setdefault((each.gate.gate, each.check.id), []).append(each)
    numbers = {step.probe: step for step in steps}
    known = {s.probe: found for s in steps if (found := beside(run, s.probe, here).evidence)}
    for first, *rest in cases.values():
        seen = [numbers[n] for n in looks_at(first.check, run.judges) if n in numbers]
        ruling = _ruled(run, here, first, known)
        applies = ruling.outcome is not Outcome.NOT_APPLICABLE
        remark = f"does not apply: {ruling.observed}" if not applies else ""
        if ruling.outcome is Outcome.CANNOT_TELL and ruling != _ruled(run, here, first, {}):
            why = next((step.without for step in seen if step.without), ruling.observed)
            remark = f"can't be told: {why}"
        yield CheckAhead(
            _name(first),
            first.check.title,
            first.check.owner or first.gate.owner,
            ruling.severity or Severity(first.check.severity),
            tuple(step.number for step in seen),
            applies,
            1 + len(rest) if first.case else 0,
            _waived(run, first, here),
            (remark,) if remark else (),
        )


def _ruled(
    run: GateRun, here: Environment, planned: Planned, known: Mapping[str, Evidence]
) -> Ruling:
    """Return what a check's own judge says where nothing was seen but what is known beforehand."""
    peers = {**{name: {} for name in run.options.environments}, here.name: known}
    settings = {**planned.check.settings, "case": planned.case}
    policy, since = run.snapshot.policy, run.snapshot.since
    look = Look(here.name, here.kind, known, policy, peers, settings, since)
    return ruling_of(planned, look, run.judges)


def _name(planned: Planned) -> str:
    return f"{planned.gate.gate}.{planned.check.id}"


def _waived(run: GateRun, planned: Planned, here: Environment) -> str:
    found: Waiver | None = waiver_for(_name(planned), here.name, run.snapshot.waivers)
    return found.in_words_at(run.evidence.started_at.date()) if found else ""


def _not_due(run: GateRun) -> dict[str, str]:
    """Return the checks of other profiles, each with those in which it is due."""
    gates, _ = read_gate_files(run.options.gates)
    due = {_name(planned) for planned in run.plan}
    every: dict[str, Check] = {f"{g.gate}.{c.id}": c for g in gates.in_force for c in g.checks}
    return {name: ", ".join(check.when) for name, check in every.items() if name not in due}

"""The daily log of ``docs/regimen.md, Daily log``, from every source that the deployment has."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pytest_caio.base.messages import listed, plural
from pytest_caio.evidence.probe_names import DECISIONS
from pytest_caio.judge.card_ends import card_ends
from pytest_caio.judge.cycle_counts import counted, covered
from pytest_caio.judge.decisions import LIMIT, Decision, decision
from pytest_caio.judge.dispatch_history import REPORTS, Run, runs
from pytest_caio.judge.ended_cards import lost, wrong_sends
from pytest_caio.judge.ends import CardEnd, End
from pytest_caio.judge.log_sources import beyond_the_cap, bounces, notes, stopped
from pytest_caio.judge.look import BadAnswer, Look, NoEvidence
from pytest_caio.judge.outcome_traces import Traces, traces


@dataclass(frozen=True)
class LogDay:
    """One day in the policy's zone: counts of what was seen, and whatever was out of order.

    ``sent`` is ``by_approval`` and ``dispatched`` together, no mail twice; ``ends`` counts the
    day's cards by how they ended, ``sources`` by where that was seen. ``notes`` say what could not
    be looked at.
    """

    date: str
    approved: int
    rejected: Mapping[str, int]
    sent: int
    runs: int
    anomalies: tuple[str, ...]
    by_approval: int = 0
    dispatched: int = 0
    ends: Mapping[str, int] | None = None
    sources: Mapping[str, int] | None = None
    top_rejection: str = ""
    bounced: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _History:
    decisions: tuple[Decision, ...]
    runs: tuple[Run, ...]
    traces: Traces
    ends: tuple[CardEnd, ...]
    unreadable: tuple[str, ...]


def today(look: Look) -> date:
    """Return the deployment's date in the policy's zone; raise NoEvidence where it shows none."""
    now = look.answer(DECISIONS).date
    if now is None:
        raise NoEvidence(f"{DECISIONS}: no usable Date header, so the day doesn't show")
    return now.astimezone(ZoneInfo(look.policy.review.zone)).date()


def daily(look: Look, first: date, last: date) -> tuple[LogDay, ...]:
    """Return the days from ``first`` to ``last``, oldest first.

    Raises NoEvidence or BadAnswer where the history can't be read at all; an entry that can't be
    read is an anomaly of the last day, and so is a source that is due and doesn't show.
    """
    zone = ZoneInfo(look.policy.review.zone)
    history = _history(look)
    wanted = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    found = [_day(look, day, history, zone) for day in wanted]
    if not found:
        return ()
    extra = [*history.unreadable, *_cut(history, first, zone)]
    if last == today(look):
        extra += [*lost(history.ends), *stopped(look), *beyond_the_cap(look)]
    end = found[-1]
    end = replace(end, anomalies=(*end.anomalies, *extra), notes=notes(look, history.traces))
    return (*found[:-1], end)


def _history(look: Look) -> _History:
    entries = look.object(DECISIONS).get("emails", list)
    good: list[Decision] = []
    bad: list[str] = []
    for i, raw in enumerate(entries, 1):
        try:
            good.append(decision(raw, i))
        except BadAnswer as problem:
            bad.append(str(problem))
    found = runs(look)
    bad += [f"{run.id}: its report has no usable time" for run in found if run.at is None]
    traced = traces(look)
    try:
        ends = card_ends(look, good, traced.outcomes)
    except (NoEvidence, BadAnswer) as problem:
        bad.append(f"what waits doesn't show: {problem}")
        ends = ()
    return _History(tuple(good), found, traced, ends, tuple(bad))


def _on(at: datetime | None, day: date, zone: ZoneInfo) -> bool:
    return at is not None and at.astimezone(zone).date() == day


def _day(look: Look, day: date, history: _History, zone: ZoneInfo) -> LogDay:
    decided = [d for d in history.decisions if _on(d.at, day, zone)]
    ran = [run for run in history.runs if run.live and _on(run.at, day, zone)]
    mine = tuple(end for end in history.ends if _on(end.at, day, zone))
    rejected = Counter(e.tag.lower() or "(no tag)" for e in mine if e.end is End.REJECTED)
    count = counted(mine, ran, datetime.min.replace(tzinfo=zone))
    mine = covered(mine, count.dispatched)
    anomalies = [*_wrong_runs(ran), *_wrong_rejections(look, decided), *wrong_sends(mine, ran)]
    if count.dispatched > count.for_dispatch:
        anomalies.append(f"{count.dispatched} dispatched, but {count.for_dispatch} approved for it")
    top = rejected.most_common(1)
    return LogDay(
        date=day.isoformat(),
        approved=len(count.approved),
        rejected=dict(sorted(rejected.items())),
        sent=count.sent,
        runs=len(ran),
        anomalies=tuple(anomalies),
        by_approval=count.by_approval,
        dispatched=count.dispatched,
        ends=dict(sorted(Counter(str(end.end) for end in mine).items())),
        sources=dict(sorted(Counter(end.source for end in mine).items())),
        top_rejection=top[0][0] if top else "",
        bounced=bounces(look, {end.id for end in mine}),
    )


def _wrong_runs(found: list[Run]) -> Iterator[str]:
    for run in found:
        if run.problems:
            yield f"{run.id}: {listed(run.problems, 4)}"
        if run.errors:
            yield f"{run.id} had {plural(len(run.errors), 'error')}: {listed(run.errors, 3)}"
        if run.held:
            yield f"{run.id} waits for approval"
        elif run.dispatched < 1 and not run.errors:
            yield f"{run.id} dispatched nothing"


def _wrong_rejections(look: Look, decided: list[Decision]) -> Iterator[str]:
    for found in decided:
        if not found.approved and found.tag.lower() not in look.policy.rejection_tags:
            tag = f"the unknown tag {found.tag}" if found.tag else "no tag"
            yield f"{found.id} was rejected with {tag}"
        if not found.approved and not found.reason:
            yield f"{found.id} was rejected without a reason"


def _cut(history: _History, first: date, zone: ZoneInfo) -> Iterator[str]:
    """Yield what the sources may not show any more, as they give the newest entries only."""
    decided = [d.at for d in history.decisions]
    if len(decided) >= LIMIT and min(decided).astimezone(zone).date() >= first:
        yield f"the history shows its newest {LIMIT} decisions only: earlier ones are not counted"
    ran = [run.at for run in history.runs if run.at]
    if len(history.runs) >= REPORTS and ran and min(ran).astimezone(zone).date() >= first:
        yield f"the history shows its newest {REPORTS} runs only: earlier ones are not counted"
    if gap := history.traces.missing_since(datetime.combine(first, time.min, zone)):
        yield f"what approvals sent may be missing here: {gap}"

"""The daily log of ``docs/regimen.md, Daily log``, from the deployment's own history."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from pytest_caio.base.messages import listed, plural
from pytest_caio.evidence.probe_names import DECISIONS
from pytest_caio.judge.decisions import LIMIT, Decision, approvals, decision
from pytest_caio.judge.dispatch_history import REPORTS, Run, runs
from pytest_caio.judge.look import BadAnswer, Look, NoEvidence


@dataclass(frozen=True)
class LogDay:
    """One day in the policy's zone: counts, and whatever was out of order."""

    date: str
    approved: int
    rejected: Mapping[str, int]
    sent: int
    runs: int
    anomalies: tuple[str, ...]


@dataclass(frozen=True)
class _History:
    decisions: tuple[Decision, ...]
    runs: tuple[Run, ...]
    unreadable: tuple[str, ...]


def today(look: Look) -> date:
    """Return the deployment's date in the policy's zone; raise NoEvidence where it shows none."""
    now = look.answer(DECISIONS).date
    if now is None:
        raise NoEvidence(f"{DECISIONS}: the answer has no Date header, so the day doesn't show")
    return now.astimezone(ZoneInfo(look.policy.review.zone)).date()


def daily(look: Look, first: date, last: date) -> tuple[LogDay, ...]:
    """Return the days from ``first`` to ``last``, oldest first.

    Raises NoEvidence or BadAnswer where the history can't be read at all; an entry that can't be
    read is an anomaly of the last day.
    """
    zone = ZoneInfo(look.policy.review.zone)
    history = _history(look)
    wanted = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    found = [_day(look, day, history, zone) for day in wanted]
    if not found:
        return ()
    extra = (*history.unreadable, *_cut(history, first, zone))
    end = found[-1]
    return (*found[:-1], LogDay(**{**vars(end), "anomalies": (*end.anomalies, *extra)}))


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
    return _History(tuple(good), found, tuple(bad))


def _on(at: datetime | None, day: date, zone: ZoneInfo) -> bool:
    return at is not None and at.astimezone(zone).date() == day


def _day(look: Look, day: date, history: _History, zone: ZoneInfo) -> LogDay:
    decided = [d for d in history.decisions if _on(d.at, day, zone)]
    ran = [run for run in history.runs if run.live and _on(run.at, day, zone)]
    rejected = Counter(d.tag.lower() or "(no tag)" for d in decided if not d.approved)
    approved = approvals(decided)
    sent = sum(run.dispatched for run in ran)
    anomalies = [*_wrong_runs(ran), *_wrong_rejections(look, decided)]
    if sent > approved:
        anomalies.append(f"{sent} sent, but {approved} approved")
    counts = dict(sorted(rejected.items()))
    return LogDay(day.isoformat(), approved, counts, sent, len(ran), tuple(anomalies))


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
    """Yield what the history may not show any more, as it gives the newest entries only."""
    decided = [d.at for d in history.decisions]
    if len(decided) >= LIMIT and min(decided).astimezone(zone).date() >= first:
        yield f"the history shows its newest {LIMIT} decisions only: earlier ones are not counted"
    ran = [run.at for run in history.runs if run.at]
    if len(history.runs) >= REPORTS and ran and min(ran).astimezone(zone).date() >= first:
        yield f"the history shows its newest {REPORTS} runs only: earlier ones are not counted"

"""Whether what the operator's status counts for today is what its dispatch history shows.

Source: ``docs/dashboard.md, Operator status`` and ``docs/dashboard.md, Dispatch history and clean
days``.
"""

from collections.abc import Iterator
from datetime import timedelta

from pytest_caio.base.messages import listed
from pytest_caio.evidence.probe_names import DISPATCHES, STATUS
from pytest_caio.judge.dispatch_history import runs
from pytest_caio.judge.look import BadAnswer, Fields, Look, NoEvidence

_BY_A_LOOK = (
    "Run the gate again once that dispatch is over. If it says so again, for Engineering: find out "
    "what dispatches whenever the status is read, and take it out."
)
_COUNTED = ("outbound_email", "outbound_linkedin", "revival", "cadence")


def uncounted(look: Look, status: Fields) -> Iterator[str]:
    """Yield that more was dispatched today than ``status`` counts, where the history shows that.

    A status that counts too little lets out more than the cap. A history that can't be read is
    for the check that recounts the clean days.
    """
    today = status.value_at("date")
    figures = [status.value_at(f"today.{name}") for name in _COUNTED]
    counted = sum(number for number in figures if isinstance(number, int))
    try:
        done = [run for run in runs(look) if run.live and not run.problems and run.day == today]
    except (NoEvidence, BadAnswer):
        return
    dispatched = sum(run.dispatched for run in done)
    if dispatched > counted:
        yield (
            f"today's figures count {counted} in all, and the dispatch history of {today} shows "
            f"{dispatched}"
        )


def none_began(look: Look) -> None:
    """Raise NoEvidence where a live dispatch began while the gate looked: what was seen is of
    before it, or the look itself set it off.
    """
    try:
        live = [run for run in runs(look) if run.live and run.at is not None]
    except (NoEvidence, BadAnswer):
        return
    times = [look.answer(probe).date for probe in (STATUS, DISPATCHES)]
    began = min((one for one in times if one), default=None)
    # A ``Date`` is in whole seconds.
    late = [run.id for run in live if began and run.at and run.at >= began - timedelta(seconds=1)]
    if late:
        text = f"a live dispatch ({listed(late)}) began while the gate looked"
        raise NoEvidence(text, _BY_A_LOOK)

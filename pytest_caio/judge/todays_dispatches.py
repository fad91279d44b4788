"""Whether what the operator's status counts for today is what its dispatch history shows.

Source: ``docs/dashboard.md, Operator status`` and ``docs/dashboard.md, Dispatch history and clean
days``.
"""

from collections.abc import Iterator

from pytest_caio.judge.dispatch_history import runs
from pytest_caio.judge.look import BadAnswer, Fields, Look, NoEvidence

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

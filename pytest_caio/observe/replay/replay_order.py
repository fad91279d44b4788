"""What is to be replayed: the cases that are chosen, who is asked, and in which manner."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from pytest_caio.gates.replay_policy import ReplayPolicy
from pytest_caio.observe.replay.asking import Asker
from pytest_caio.observe.replay.case_run import CaseRun, Runner
from pytest_caio.observe.replay.engine import Manner
from pytest_caio.observe.replay.kept_runs import Keeping
from pytest_caio.observe.replay.progress import Progress
from pytest_caio.replay.replay_settings import ReplayPlan


@dataclass(frozen=True)
class ReplayOrder:
    """One replay; `chosen` are the ids or, of a large set, the categories to ask (None: all).

    `name_of` gives the id under which a case is asked, `seed` is what planted words follow from.
    """

    plan: ReplayPlan
    policy: ReplayPolicy
    runner: Runner
    keeping: Keeping
    chosen: AbstractSet[str] | None
    name_of: Callable[[str], str]
    late_hint: str
    seed: str
    progress: Progress

    @property
    def asker(self) -> Asker:
        """What asks a single case."""
        return Asker(self.runner, self.policy.case_timeout, self.policy.retries)

    def manner(self, stop_when: Callable[[CaseRun], bool] | None) -> Manner:
        """Return how many are asked at a time, and so on."""
        return Manner(
            self.policy.workers,
            self.policy.blind,
            self.name_of,
            self.progress.told,
            stop_when,
            self.late_hint,
        )

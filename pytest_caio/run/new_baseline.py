"""A replay's outputs as the new baseline (``docs/replay.md, Baseline``)."""

import json
from collections.abc import Iterable

from pytest_caio.evidence.model import Evidence, Observed
from pytest_caio.evidence.probe_names import REPLAY
from pytest_caio.replay.replay_settings import ReplayPlan, update_baseline


def write_new_baseline(plan: ReplayPlan, seen: Iterable[Evidence]) -> None:
    """Write the outputs of the first environment that has some as the new baseline."""
    replays = (e for e in seen if isinstance(e, Observed) and e.probe == REPLAY)
    update_baseline(plan, map(_outputs, replays))


def _outputs(found: Observed) -> dict[str, str]:
    """Return the first output to each case that was asked and answered in this run, by its id."""
    outputs: dict[str, str] = {}
    for spool in found.spooled.values():
        with spool.path.open("rb") as lines:
            answers = (json.loads(line) for line in lines)
            outputs |= {a["id"]: a["actual_output"] for a in answers if "actual_output" in a}
    if found.spooled:
        return outputs
    return {
        run["case_id"]: run["answer"]
        for run in reversed(found.data["runs"])
        if "answer" in run and not run.get("reused")
    }

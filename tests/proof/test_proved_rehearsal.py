"""Every standard check is shown able to fail, on the rehearsal of both generations."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from time import process_time

import pytest
from support.rehearsing import gate_run

from pytest_caio.judge.standard_judges import standard_judges
from pytest_caio.observe.standard_probes import standard_probes
from pytest_caio.run.gate_run import GateRun
from pytest_caio.run.prepare import prepare
from pytest_caio.run.proved import proved
from pytest_caio.settings.options import Options
from pytest_caio.verdict.decide import Verdict
from pytest_caio.verdict.proven import Proof, Shown

sys.path.insert(0, str(Path(__file__).parent))
from explained import BEYOND, explained

# One environment, no ledger, no rule of instant rejection, no cap that may grow; before G2 no
# sessions, no word on their secret, on the environment and on the zone, and no webhook secret.
NOTHING = {
    "g2": {"cycle.approved-under-go", "queue.instant-reject", "ramp.cap-growth", "smoke.parity"},
    "g1": {
        "access.login", "access.session-secret", "cycle.approved-under-go", "cycle.send-hours",
        "environment.name", "queue.instant-reject", "ramp.cap-growth", "smoke.parity",
        "smoke.webhook",
    },
}  # fmt: skip


# Two tabs work side by side: which attempt is the one that is changed depends on which came first,
# an approval that is none any more breaks nothing, and what was asked matters with a number in it.
EITHER = {
    "rejections on /sales, in a browser: noted steps[].attempted[].approves",
    "rejections on /sales, in a browser: noted steps[].asked[]",
}


def quick_run(generation: str) -> GateRun:
    """A run of all checks that need neither a browser nor the golden set."""
    options = Options(("rehearsal",), "all", generation=generation)
    run = prepare(options, {}, standard_judges(), standard_probes())
    left_out = ("replay.", "rejection.page-")
    chosen = [p for p in run.plan if not p.check.judge.startswith(left_out)]
    run.snapshot = replace(run.snapshot, plan=tuple(chosen))
    run.sweep(chosen, lambda done, total: None)
    for planned in chosen:
        run.judge(planned)
    return run


def proof_of(run: GateRun) -> Proof:
    verdict = run.result().verdict
    assert proved(run) == []
    assert verdict is run.result().verdict is Verdict.GO
    assert run.proof is not None
    return run.proof


def nothing_to_judge(proof: Proof) -> set[str]:
    return {check.name for check in proof.checks if check.shown is Shown.NOTHING}


@pytest.mark.slow
@pytest.mark.parametrize("generation", ["g2", "g1"])
def test_every_check_is_shown_able_to_fail(generation: str) -> None:
    """What is not, or reads a field that it doesn't judge, needs mending or an explanation in
    unseen.toml.
    """
    proof = proof_of(quick_run(generation))
    assert proof.unproven == ()
    assert nothing_to_judge(proof) == NOTHING[generation]
    known = {field for field in explained(generation) if not field.startswith(BEYOND)}
    assert set(proof.unseen) == known


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("generation", ["g2", "g1"])
def test_so_are_the_page_and_the_golden_set(generation: str) -> None:
    proof = proof_of(gate_run(Options(("rehearsal",), "all", generation=generation)))
    assert proof.unproven == ()
    assert {"rejection.page-blocks", "replay.pass-rate"} <= {
        check.name for check in proof.checks if check.shown is Shown.ABLE
    }
    assert set(proof.unseen) - EITHER == set(explained(generation)) - EITHER


@pytest.mark.slow
def test_it_takes_few_times_as_long_as_judging() -> None:
    """Held against judging itself, in the same process: what a machine is like plays no part."""
    run = quick_run("g2")
    began = process_time()
    for _ in range(20):
        for planned in run.plan:
            run.judge(planned)
    judging = process_time() - began
    began = process_time()
    proof = proof_of(run)
    taken = process_time() - began
    assert sum(c.well_typed.judged + c.apart.judged for c in proof.checks) < 6_000
    assert taken < 15 * judging

"""``gates/policy.yaml``: a folder's own thresholds."""

import json

import pytest
from gatefolder import GateFolder

from pytest_caio.rehearsal.server import RehearsalServer

pytestmark = pytest.mark.usefixtures("staging")


def test_a_threshold_decides(gate: GateFolder) -> None:
    """The policy of the folder is the one that is judged by, and stands in the report."""
    gate.write("gates/policy.yaml", "queue: {max_age_hours: 48}\n")
    judged = gate.judged("-k", "queue-max-age")
    assert judged.verdict == "NO-GO"
    finding = judged.finding("environment.queue-max-age")
    assert (finding["observed"], finding["outcome"]) == (
        "queue_max_age_hours is 72, not 48",
        "fail",
    )
    snapshot = json.loads((gate.report / "plan.json").read_text())
    assert snapshot["policy"]["queue"]["max_age_hours"] == 48


@pytest.mark.parametrize("text", ["", "# nothing\n", "ramp: {}\n", "queue:\n  max_age_hours: 72\n"])
def test_what_is_left_out_keeps_its_value(gate: GateFolder, text: str) -> None:
    """An empty or partial policy is the standard one."""
    gate.write("gates/policy.yaml", text)
    assert gate.run().ret == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ramp: {daily_limits: 5}\n", "policy.yaml:1: unknown key 'daily_limits'"),
        ("\nqueue: {max_age_hours: lots}\n", "policy.yaml:2: queue.max_age_hours"),
        ("review: {opens: 15:00}\n", "'15:00' is ambiguous"),
        (
            "review: {zone: America/Nowhere}\n",
            "policy.yaml:1: review: zone: 'America/Nowhere' is no time zone",
        ),
        ("good_for_hours: 0\n", "good_for_hours is 0; write a number above 0, 8784 at most"),
        ("queue: {max_age_hours: 1e300}\n", "queue: max_age_hours is 1e+300"),
        ("review: {decision_minutes: -5}\n", "review: decision_minutes is -5"),
        ("seed: {kinds: staging}\n", "policy.yaml:1: seed.kinds"),
        ("- a\n", "policy.yaml:1: "),
        ("ramp:\n", "policy.yaml:1: ramp"),
    ],
)
def test_a_wrong_policy(gate: GateFolder, staging: RehearsalServer, text: str, said: str) -> None:
    """A usage error with file and line, before any request."""
    gate.write("gates/policy.yaml", text)
    result = gate.run()
    assert result.ret == 4
    assert said in " ".join(result.errlines)
    assert not staging.requests

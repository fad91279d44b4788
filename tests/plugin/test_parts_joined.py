"""The gate in two parts, joined by ``caio merge``: real runs against real deployments."""

import json

import pytest
from gatefolder import GateFolder

from pytest_caio.__main__ import main
from pytest_caio.rehearsal.server import RehearsalServer, rehearse

# Whole gate runs, each of about a second.
pytestmark = pytest.mark.slow
PARTS = ("rejection", "not rejection")


def joined(gate: GateFolder) -> tuple[int, set[str]]:
    """Merge both parts; return the exit code and what is said of the runs as such."""
    parts = [str(gate.path / name) for name in ("part-0", "part-1")]
    code = main(["merge", *parts, "--out", str(gate.path / "joint")])
    data = json.loads((gate.path / "joint" / "verdict.json").read_text("utf-8"))
    return code, {f["check"] for f in data["findings"] if f["gate"] == "run"}


def test_parts_of_one_deployment(gate: GateFolder, staging: RehearsalServer) -> None:
    """Each part alone is CANNOT TELL, both together are the whole."""
    for number, part in enumerate(PARTS):
        result = gate.run(f"--caio-report=part-{number}", "-k", part)
        assert result.ret == 10, staging.url
    assert joined(gate) == (0, set())


def test_parts_of_two_deployments(
    gate: GateFolder, staging: RehearsalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that lacks a rejection tag, and one in good order, are no GO together."""
    gate.run("--caio-report=part-0", "-k", PARTS[0])
    with rehearse(faults=("tags-missing-one",), token=staging.token) as other:
        monkeypatch.setenv("CAIO_STAGING_URL", other.url)
        gate.run("--caio-report=part-1", "-k", PARTS[1])
    assert joined(gate) == (10, {"one-deployment"})

"""``--co`` shows what would run: no verdict, no request, nothing written."""

import pytest
from gatefolder import GateFolder

from pytest_caio.rehearsal.server import RehearsalServer


@pytest.mark.parametrize("flags", [(), ("-q",), ("-n", "2"), ("-k", "tags")], ids=" ".join)
def test_collect_only(gate: GateFolder, staging: RehearsalServer, flags: tuple[str, ...]) -> None:
    """It ends with 0 and leaves everything as it was."""
    before = gate.write("out/verdict.json", "an older verdict")
    result = gate.run("--co", "--caio-report=out", *flags)
    assert result.ret == 0
    shown = result.stdout.str()
    assert "GO" not in shown
    assert "CANNOT TELL" not in shown
    assert before.read_text() == "an older verdict"
    assert sorted(p.name for p in (gate.path / "out").iterdir()) == ["verdict.json"]
    assert not staging.requests


def test_mistakes_are_told_all_the_same(gate: GateFolder, staging: RehearsalServer) -> None:
    """A wrong gate file is a usage error for ``--co`` too."""
    gate.write("gates/zeal.yaml", "gate: zeal\n")
    assert gate.run("--co").ret == 4
    assert not staging.requests

"""Installed and not asked for, the plugin changes nothing and costs next to nothing."""

import json
import subprocess
import sys

import pytest
from gatefolder import GateFolder

# What the plugin may bring along: itself and its hook specifications. All else is a cost.
LIGHT = {"pytest_caio", "pytest_caio.plugin", "pytest_caio.hookspecs"}
CONFTEST = """\
import json, sys
def pytest_unconfigure(config):
    with open("modules.json", "w") as file:
        json.dump(sorted(sys.modules), file)
"""


def modules(gate: GateFolder, *args: str) -> set[str]:
    """The modules that a pytest process has loaded at its end."""
    gate.write("conftest.py", CONFTEST)
    gate.write("test_x.py", "def test_x(): pass")
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *args], cwd=gate.path, check=True, timeout=60
    )
    return set(json.loads((gate.path / "modules.json").read_text()))


def test_loads_nothing_but_itself(gate: GateFolder) -> None:
    """Without ``--caio-env``, ``sys.modules`` holds only the plugin's light modules more."""
    extra = modules(gate) - modules(gate, "-p", "no:caio")
    beyond = {name for name in extra if name.partition(".")[0] not in sys.stdlib_module_names}
    assert beyond == LIGHT


@pytest.mark.usefixtures("staging")
def test_collects_nothing(pytester: pytest.Pytester, gate: GateFolder) -> None:
    """Without ``--caio-env`` no gate is an item, also where gate files lie about."""
    gate.gate("zeal")
    gate.write("test_x.py", "def test_x(): pass")
    result = pytester.runpytest_inprocess("--caio-profile=no-such-profile")
    result.assert_outcomes(passed=1)
    assert "caio:" not in result.stdout.str()
    assert "GO" not in result.stdout.str()
    assert pytester.runpytest_inprocess("--co", "-q", "gates").ret == 5


def test_help_names_the_options(pytester: pytest.Pytester) -> None:
    """``pytest --help`` shows them in a group of their own."""
    text = pytester.runpytest_inprocess("--help").stdout.str()
    for word in ("CAIO go/no-go gate", "--caio-env", "--caio-profile", "caio_environments"):
        assert word in text


def test_faults_are_listed(pytester: pytest.Pytester) -> None:
    """``--caio-faults`` lists what the rehearsal can be broken by, and runs nothing."""
    result = pytester.runpytest_inprocess("--caio-faults")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["*emergency-stop", "*turns red: ramp.emergency-stop"])

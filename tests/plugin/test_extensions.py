"""Another package's judges and probes: really installed, used by the gate and by ``caio judge``."""

import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pluggy
import pytest
from gatefolder import GateFolder

from pytest_caio import hookspecs
from pytest_caio.extensions import ExtensionProblem, extending, gather
from pytest_caio.judge.look import Judge
from pytest_caio.observe.probe import Probe
from pytest_caio.verdict.finding import Outcome, Ruling

# Whole gate runs, each of about a second.
pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "tests" / "example_plugin"


def install(site: Path, package: str = "caio-example", edit: Callable[[str], str] = str) -> None:
    """Install the example into a folder of packages, as pip writes it there.

    ``package`` and ``edit`` make a second package of it.
    """
    project = tomllib.loads((EXAMPLE / "pyproject.toml").read_text("utf-8"))["project"]
    module = package.replace("-", "_")
    site.mkdir(exist_ok=True)
    text = edit((EXAMPLE / "caio_example.py").read_text("utf-8"))
    (site / f"{module}.py").write_text(text, "utf-8")
    info = site / f"{module}-{project['version']}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {package}\nVersion: {project['version']}\n"
    )
    (entry,) = project["entry-points"]["pytest11"]
    (info / "entry_points.txt").write_text(f"[pytest11]\n{entry} = {module}\n")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the example's gate file."""
    shutil.copytree(EXAMPLE / "gates", tmp_path / "gates")
    return tmp_path


def python(folder: Path, site: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python with what is installed in ``site``, in the folder."""
    path = os.pathsep.join([str(site), str(ROOT)])
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True,
        encoding="utf-8", check=False,
    )  # fmt: skip


def gate(folder: Path, site: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Rehearse the gate in the folder, with a report."""
    caio = ("--caio-env=rehearsal", "--caio-report=out", "--caio-browser", sys.executable)
    return python(folder, site, "-m", "pytest", *caio, *options)


def test_installed_package(folder: Path) -> None:
    """Its check is looked at and judged, its severity counts, and it is judged again the same."""
    site, bare = folder / "site", folder / "bare"
    install(site)
    bare.mkdir()
    text = (folder / "gates/example.yaml").read_text().replace("wanted: false", "wanted: true")
    (folder / "gates/example.yaml").write_text(text)
    ran = gate(folder, site)
    assert ran.returncode == 1, ran.stdout + ran.stderr
    verdict = json.loads((folder / "out/verdict.json").read_text("utf-8"))
    found = [
        f for f in verdict["findings"] if f["severity"] == "required" and f["outcome"] == "fail"
    ]
    assert [(f["gate"], f["check"], f["observed"]) for f in found] == [
        ("example", "steady", "false, then false")
    ]
    again = python(folder, site, "-m", "pytest_caio", "judge", "out", "--json")
    assert again.returncode == 1, again.stderr
    assert json.loads(again.stdout)["findings"] == verdict["findings"]
    without = python(folder, bare, "-m", "pytest_caio", "judge", "out")
    assert without.returncode == 4
    assert "unknown judge example.steady: is the package that brings it" in without.stderr


def test_its_own_test_passes(folder: Path) -> None:
    """What a package tests its judge with needs nothing but the two doors."""
    install(folder / "site")
    shutil.copy(EXAMPLE / "test_caio_example.py", folder)
    ran = python(folder, folder / "site", "-m", "pytest", "-q", "test_caio_example.py")
    assert "1 passed" in ran.stdout, ran.stdout


def verdict(folder: Path) -> dict[str, Any]:
    """Return the report's ``verdict.json``."""
    found: dict[str, Any] = json.loads((folder / "out/verdict.json").read_text("utf-8"))
    return found


def test_a_fault_turns_it_red(folder: Path) -> None:
    """The package's own fault turns red what it says, and no more; it is listed with the others."""
    install(folder / "site")
    gate(folder, folder / "site", "--caio-fault=example-stop")
    failed = {f"{f['gate']}.{f['check']}" for f in verdict(folder)["findings"]
              if f["outcome"] == "fail" and f["severity"] == "required"}  # fmt: skip
    assert failed == {"example.steady", "ramp.emergency-stop"}
    faults = python(folder, folder / "site", "-m", "pytest", "--caio-faults").stdout
    assert "example-stop" in faults
    assert "turns red: example.steady and ramp.emergency-stop" in faults
    traced = python(folder, folder / "site", "-m", "pytest_caio", "trace", "--env=rehearsal",
                    "--fault=example-stop")  # fmt: skip
    assert traced.returncode in {0, 1}, traced.stderr
    wrong = gate(folder, folder / "site", "--caio-fault=example-stopp")
    assert "unknown fault 'example-stopp'; did you mean 'example-stop'" in wrong.stderr


def test_it_is_proved(folder: Path) -> None:
    """Its own evidence is changed and judged again, until it turns red."""
    install(folder / "site")
    assert gate(folder, folder / "site", "--caio-prove").returncode == 0
    (proven,) = (c for c in verdict(folder)["proof"]["checks"] if c["gate"] == "example")
    assert proven["shown"] == "able to fail"
    assert "emergency_stop" in proven["by"]


def test_it_is_not_installed(gate: GateFolder) -> None:
    """The mistake in the gate file asks whether the package is there at all."""
    gate.write("gates/example.yaml", (EXAMPLE / "gates/example.yaml").read_text("utf-8"))
    said = gate.run(env="rehearsal").stderr.str()
    where = "gates/example.yaml:6: unknown judge 'example.steady': is the package that brings it"
    assert where in said


def other(text: str) -> str:
    """Return the example's code with other names."""
    return text.replace('"example.steady"', '"other.steady"').replace("read twice", "twice read")


TAKEN = {
    "a standard judge": (
        lambda text: other(text).replace('"other.steady"', '"ramp.limits"'),
        "two judges are called 'ramp.limits': one of pytest-caio, one of caio-other.",
    ),
    "a standard probe": (
        lambda text: other(text).replace("the operator status, twice read", "login"),
        "two probes are called 'login': one of pytest-caio, one of caio-other.",
    ),
    "a fault of the rehearsal": (
        lambda text: other(text).replace("example-stop", "emergency-stop"),
        "two faults are called 'emergency-stop': one of pytest-caio, one of caio-other.",
    ),
    "the plugin's name": (
        other,
        "the plugin name 'caio_example' is that of caio-example and caio-other, so only one of",
    ),
}


@pytest.mark.parametrize("case", TAKEN)
def test_taken_names(folder: Path, case: str) -> None:
    """Nothing is replaced silently: the mistake names both packages, and nothing is asked."""
    edit, expected = TAKEN[case]
    if "plugin" in case:
        install(folder / "site")
    install(folder / "site", "caio-other", edit)
    ran = gate(folder, folder / "site", *(["--caio-fault=clock-wrong"] if "fault" in case else []))
    assert ran.returncode == 4
    assert expected in ran.stderr
    assert "Traceback" not in ran.stderr
    assert json.loads((folder / "out/verdict.json").read_text())["verdict"] == "CANNOT TELL"


def loaded(*judges: Any, probes: Any = ()) -> pluggy.PluginManager:
    """Return three plugins: two with judges, one with probes."""
    manager = pluggy.PluginManager("pytest")
    manager.add_hookspecs(hookspecs)
    mark = pluggy.HookimplMarker("pytest")
    for name, hook, brought in (
        ("first", "pytest_caio_judges", judges),
        ("second", "pytest_caio_judges", ()),
        ("third", "pytest_caio_probes", probes),
    ):
        plugin = ModuleType(name)
        setattr(plugin, hook, mark(lambda brought=brought: brought))
        manager.register(plugin, name)
    return manager


def judge(name: str, *probes: str) -> Judge:
    """Return a judge that passes everything."""
    return Judge(name, lambda look: Ruling(Outcome.PASS, "fine"), probes)


async def nothing(context: object) -> Any:
    """Look at nothing."""


def broken() -> Any:
    """Break while saying what there is."""
    yield judge("ours.a")
    raise RuntimeError("no")


BAD: dict[str, tuple[pluggy.PluginManager, str]] = {
    "twice": (loaded(judge("o.a"), judge("o.a")), "two judges are called 'o.a': one of first, one"),
    "no judge": (loaded("ours.a"), "first brings str where a judge is due"),
    "no probe": (loaded(probes=[judge("a")]), "third brings Judge where a probe is due"),
    "nothing": (loaded(probes=5), "third can't say what it brings (pytest_caio_probes): TypeError"),
    "breaks": (loaded(probes=broken()), "third can't say what it brings"),
    "unknown probe": (
        loaded(judge("o.a", "GET /a", "a look elsewhere")),
        "the judge 'o.a' of first looks at 'a look elsewhere', which is no request and no probe. "
        "Is the package that brings it installed?",
    ),
    "a request's name": (
        loaded(probes=[Probe("GET /api/operator/status", nothing)]),
        "the probe 'GET /api/operator/status' of third has the name of something",
    ),
    "the replay's name": (loaded(probes=[Probe("replay", nothing)]), "has the name of something"),
    "the release's name": (
        loaded(probes=[Probe("the release, before the sweep", nothing)]),
        "has the name of something",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_what_can_not_be_used(case: str) -> None:
    """A mistake of another package is said before anything is asked, with its name."""
    manager, text = BAD[case]
    with pytest.raises(ExtensionProblem) as problem:
        gather(manager)
    assert text in str(problem.value)


def test_what_can_be_used() -> None:
    """Own names, beside the standard ones; judges may look at requests and at standard probes."""
    found = gather(
        loaded(judge("o.a", "GET /a", "login", "replay", "own"), probes=[Probe("own", nothing)])
    )
    assert {"o.a", "ramp.limits"} <= found.judges.keys()
    assert {"own", "login"} <= found.probes.keys()


def test_looking_imports_no_package_that_has_nothing_to_do_with_us(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor the package that a plugin lies in: some are a whole server."""
    brings = "def pytest_caio_judges(): return []"
    texts = {"stranger": "x = 1", "brings": brings, "nowhere": ""}
    for name, text in texts.items():
        inner, info = tmp_path / name / "inner", tmp_path / f"{name}-1.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n")
        (info / "entry_points.txt").write_text(f"[pytest11]\n{name} = {name}.inner.plugin\n")
        if text:
            inner.mkdir(parents=True)
            (tmp_path / name / "__init__.py").write_text("")
            (inner / "__init__.py").write_text("")
            (inner / "plugin.py").write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))
    found = extending()
    known = {name.partition(".")[0] for name in sys.modules}
    for name in ("brings.inner.plugin", "brings.inner", "brings"):
        sys.modules.pop(name, None)
    assert "brings" in found
    assert not {"stranger", "nowhere"} & {*found, *known}

"""What a release would publish: built, checked, and installed where nothing else of ours is."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.version import Version

from pytest_caio import __version__

ROOT = Path(__file__).parents[2]
OWN = f"{sys.version_info.major}.{sys.version_info.minor}"
# The others are tried at night, where the machine has them; CI has a job for each anyway.
PYTHONS = [
    pytest.param(version, marks=[pytest.mark.nightly] * (version != OWN))
    for version in ("3.11", "3.12", "3.13", "3.14")
]


def done(*command: object, cwd: Path, **variables: str) -> str:
    """What a command printed, which has to end well; nothing of this process reaches it."""
    kept = {n: v for n, v in os.environ.items() if not n.startswith(("CAIO_", "GITHUB_", "PYTHON"))}
    ran = subprocess.run(
        [str(each) for each in command], cwd=cwd, env={**kept, **variables},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout
    return ran.stdout


def interpreter(version: str) -> str | None:
    """A Python of that version, on the path or where pyenv keeps them."""
    if version == OWN:
        return sys.executable
    kept = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    others = sorted(kept.glob(f"{version}.*/bin/python"))
    return str(others[-1]) if others else shutil.which(f"python{version}")


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Wheel and sdist of what git has, or would have."""
    folder = tmp_path_factory.mktemp("dist")
    # The folder of these very sources, whichever copy of the package was imported.
    path = os.environ.get("PYTHONPATH", "")
    done(sys.executable, "-m", "hatchling", "build", "-d", folder, cwd=ROOT, PYTHONPATH=path)
    return folder


def test_the_changelog_is_by_release() -> None:
    """The newest is this version; all below it are released, and have their day."""
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    found = re.findall(r"^## (.*)$", text, re.MULTILINE)
    parsed = [re.fullmatch(r"(\S+), (unreleased|20\d\d-\d\d-\d\d)", each) for each in found]
    assert all(parsed), found
    sections = [(Version(each[1]), each[2]) for each in parsed if each]
    assert str(sections[0][0]) == __version__
    assert [day for _, day in sections[1:] if day == "unreleased"] == []
    assert [version for version, _ in sections] == sorted({v for v, _ in sections}, reverse=True)


@pytest.mark.slow
def test_an_index_takes_it(dist: Path) -> None:
    """The README can be shown, the wheel holds what it should, and nothing that it should not."""
    wheel, sdist = sorted(dist.glob("*.whl")), sorted(dist.glob("*.tar.gz"))
    assert [len(wheel), len(sdist)] == [1, 1]
    path = os.environ.get("PYTHONPATH", "")
    told = done(sys.executable, "-m", "twine", "check", "--strict", *wheel, *sdist, cwd=dist,
                PYTHONPATH=path)  # fmt: skip
    assert told.count("PASSED") == 2
    told = done(sys.executable, "-m", "check_wheel_contents", *wheel, cwd=dist, PYTHONPATH=path)
    assert told.rstrip().endswith("OK")


@pytest.mark.slow
@pytest.mark.parametrize("version", PYTHONS)
def test_it_installs(dist: Path, version: str, tmp_path: Path) -> None:
    """With nothing but what it depends on, a rehearsal is a GO, and its report judged again."""
    found = interpreter(version)
    if found is None:
        pytest.skip(f"there is no Python {version} on this machine")
    done(found, "-m", "venv", tmp_path / "venv", cwd=tmp_path)
    programs = tmp_path / "venv" / ("Scripts" if os.name == "nt" else "bin")
    (wheel,) = dist.glob("*.whl")
    done(programs / "python", "-m", "pip", "install", "--quiet", wheel, cwd=tmp_path)
    last = done(programs / "caio", "run", "--caio-env=rehearsal", "--caio-report=report",
                cwd=tmp_path).splitlines()[-1]  # fmt: skip
    assert last.startswith("GO: rehearsal")
    again = done(programs / "caio", "judge", "report", cwd=tmp_path).splitlines()[-1]
    assert again.startswith("GO: rehearsal")
    assert "docs/checks.md" in done(programs / "caio", "explain", "ramp.limits", cwd=tmp_path)

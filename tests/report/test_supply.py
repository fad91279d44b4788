"""What the action installs before it is given tokens: locked, by hash, and all of it."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
ACTION = ROOT / ".github" / "actions" / "gate" / "action.yml"
LOCK = ACTION.with_name("requirements.txt")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
# Where the action may run, in the words of environment markers.
PLATFORMS = [
    {"sys_platform": name, "python_version": python, "python_full_version": f"{python}.0"}
    for name in ("linux", "darwin", "win32")
    for python in ("3.11", "3.12", "3.13", "3.14")
]


def entries(text: str) -> dict[str, tuple[Requirement, int]]:
    """Return each requirement of a lock by its name, with the number of its hashes."""
    joined = re.sub(r"\\\n\s*", "", text)
    found = {}
    for line in joined.splitlines():
        if line and not line.startswith("#"):
            plain, *hashes = re.split(r"\s+--hash=", line)
            assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", each) for each in hashes), line
            one = Requirement(plain)
            found[canonicalize_name(one.name)] = (one, len(hashes))
    return found


def wanted() -> list[Requirement]:
    """Return what the action needs by pyproject.toml: the gate, a browser's driver, the builder."""
    project: dict[str, Any] = PROJECT["project"]
    asked = [
        *project["dependencies"],
        *project["optional-dependencies"]["browser"],
        *PROJECT["build-system"]["requires"],
    ]
    return [Requirement(each) for each in asked]


def missing(lock: dict[str, tuple[Requirement, int]], due: list[Requirement]) -> list[str]:
    """Return what is due and not locked, anywhere that the action runs, or in no version of it."""
    found = []
    for one in due:
        locked = lock.get(canonicalize_name(one.name))
        for platform in PLATFORMS:
            if one.marker and not one.marker.evaluate(platform):
                continue
            there = locked and (not locked[0].marker or locked[0].marker.evaluate(platform))
            if not (locked and there and one.specifier.contains(_version(locked[0]))):
                found.append(str(one))
                break
    return found


def _version(locked: Requirement) -> str:
    return next(iter(locked.specifier)).version


def test_the_lock_covers_what_pyproject_asks_for() -> None:
    """Every dependency is there in a version that fits, for each Python and system.

    Where this fails, `tox -e lock` renews it (CONTRIBUTING.md, Renew the lock).
    """
    assert missing(entries(LOCK.read_text("utf-8")), wanted()) == []


def test_each_entry_is_one_version_with_its_hashes() -> None:
    """A range, an address or an entry without a hash would let something else in."""
    text = LOCK.read_text("utf-8")
    for one, hashes in entries(text).values():
        assert [each.operator for each in one.specifier] == ["=="], one
        assert hashes >= 1, one
        assert one.url is None, one
    assert "://" not in text
    assert not re.search(r"^\s*-", text.replace("    --hash=", ""), re.MULTILINE)


def test_the_lock_says_which_pythons_it_is_for() -> None:
    """It is made for the lowest Python that the package takes; the action's own is one of them."""
    lowest = SpecifierSet(PROJECT["project"]["requires-python"])
    action = yaml.safe_load(ACTION.read_text("utf-8"))
    assert action["inputs"]["python-version"]["default"] in lowest
    assert "--python-version 3.11 " in (ROOT / "tox.ini").read_text("utf-8")
    assert str(lowest) == ">=3.11"


def test_the_builder_is_locked_with_what_is_built() -> None:
    """The group that the lock is made with says the same as the build system."""
    assert PROJECT["dependency-groups"]["build"] == PROJECT["build-system"]["requires"]


def test_the_action_installs_from_the_lock_alone() -> None:
    """Dependencies by hash and ready built; then the gate, which brings in nothing more."""
    steps = yaml.safe_load(ACTION.read_text("utf-8"))["runs"]["steps"]
    text = " ".join(step.get("run", "") for step in steps).replace("\\\n", " ")
    installs = [line.split() for line in text.splitlines() if "pip install" in line]
    assert len(installs) == 2
    locked, own = installs
    assert {"--require-hashes", "--only-binary=:all:", "--requirement"} <= set(locked)
    assert locked[-1] == '"$GATE_SOURCE/requirements.txt"'
    assert {"--no-deps", "--no-build-isolation"} <= set(own)
    assert own[-1] == '"$GATE_SOURCE/../../.."'
    # Not a pip.py that stands in the caller's checkout.
    assert all(words[:4] == ["python", "-P", "-m", "pip"] for words in installs)


def test_the_release_lists_what_is_locked() -> None:
    """The SBOM is made of the lock, by a job that can change nothing else, and is published."""
    text = (ROOT / ".github" / "workflows" / "release.yml").read_text("utf-8")
    jobs = yaml.load(text, Loader=yaml.BaseLoader)["jobs"]
    made = " ".join(step.get("run", "") for step in jobs["sbom"]["steps"])
    assert "cyclonedx" in made
    assert ".github/actions/gate/requirements.txt" in made
    assert jobs["sbom"]["permissions"] == {"contents": "read"}
    assert set(jobs["publish"]["needs"]) == {"attest", "build", "check", "sbom"}
    assert "sbom/*" in " ".join(step.get("run", "") for step in jobs["release"]["steps"])


@pytest.mark.parametrize(
    ("lock", "due", "found"),
    [
        ("a==1.5 \\\n    --hash=sha256:" + "0" * 64, "a>=1", []),
        ("A_b==1.5", "a-b>=1", []),
        ("a==1.5", "a>=2", ["a>=2"]),
        ("b==1", "a", ["a"]),
        ("a==1 ; sys_platform == 'win32'", "a", ["a"]),
        ("a==1 ; sys_platform == 'win32'", "a ; sys_platform == 'win32'", []),
        ("a==1 ; python_full_version < '3.13'", "a", ["a"]),
    ],
)
def test_the_test_finds_what_is_missing(lock: str, due: str, found: list[str]) -> None:
    """A version that does not fit, and one that is not for every Python and system, is missing."""
    said = missing(entries(lock), [Requirement(due)])
    assert [str(Requirement(each)) for each in found] == said

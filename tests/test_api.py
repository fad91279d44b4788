"""The door for people who write gates: what stands in it stays, or the changelog says so."""

import inspect

import pytest

from pytest_caio import api, hookspecs, testing

NAMES = """
    Asked BadAnswer Context Evidence Exchange Fields Identity Judge Look NoEvidence Observed Outcome
    Policy Probe ReadingClient Request RequestProblem Ruling Sends Severity ShownEnvironment Stopped
    Unobserved ask from_exchanges listed parse_request plural shown verdict_on
""".split()
BUILDERS = "ENVIRONMENT NOW Fault exchange look observed ruling setting unobserved".split()


def test_public_names() -> None:
    """Whoever takes one away breaks other people's packages: do it knowingly."""
    assert api.__all__ == NAMES
    assert testing.__all__ == BUILDERS


@pytest.mark.parametrize("name", [n for n in NAMES if n != "Evidence"])
def test_each_says_what_it_is(name: str) -> None:
    """A name in the door is there, and has a docstring of its own."""
    thing = getattr(api, name)
    assert inspect.getdoc(thing)
    assert not inspect.ismodule(thing)


def test_the_door_brings_no_hooks_of_its_own() -> None:
    """A module that imports everything from it must not become a plugin by that."""
    assert not [name for name in api.__all__ if hasattr(hookspecs, name)]

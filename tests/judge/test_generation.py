"""The generation shows in the answers; what doesn't show is not guessed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from deployments import (
    DEPENDENCIES_BODY,
    GATEWAY,
    GENERATIONS,
    QUERY_OFF,
    STATUS_BODY,
    TAGS_BODY,
    edited,
    g1,
    g2,
    older,
    redirect,
)

from pytest_caio.evidence.model import Evidence
from pytest_caio.evidence.probe_names import DEPENDENCIES, LOGIN_PAGE, STATUS, TAGS
from pytest_caio.judge.generation import Generation, generation
from pytest_caio.judge.look import NoEvidence
from pytest_caio.testing import look, observed, unobserved

G2, G1, OLDER = Generation.G2, Generation.G1, Generation.OLDER


def told(base: Callable[..., dict[str, Evidence]], *changes: Evidence) -> Generation | None:
    """The generation that these answers show, None where they show none."""
    evidence = {**base(), **{change.probe: change for change in changes}}
    try:
        return generation(look(*evidence.values()))
    except NoEvidence:
        return None


@pytest.mark.parametrize(("name", "expected"), [("G2", G2), ("G1", G1), ("older", OLDER)])
def test_in_good_order(name: str, expected: Generation) -> None:
    """Each generation is told from its own answers."""
    assert told(GENERATIONS[name]) is expected


NO_LOGIN = observed(LOGIN_PAGE, {"detail": "Not Found"}, 404)
UNDECLARED = observed(DEPENDENCIES, {"ready": True})


@pytest.mark.parametrize(
    ("base", "changes", "expected"),
    [
        (g2, (NO_LOGIN,), G2),
        (g2, (UNDECLARED,), G2),
        (g2, (observed(DEPENDENCIES, edited(DEPENDENCIES_BODY, "auth", None)),), G2),
        (g2, (UNDECLARED, NO_LOGIN), G1),
        (g2, (unobserved(LOGIN_PAGE, "no answer"),), G2),
        (g2, (observed(DEPENDENCIES, {"detail": QUERY_OFF}, 401),), G2),
        (g2, (observed(DEPENDENCIES, "", 401), NO_LOGIN), G1),
        (g1, (unobserved(LOGIN_PAGE, "no answer"),), None),
        *((g1, (observed(LOGIN_PAGE, GATEWAY, s),), None) for s in (429, 500, 502, 503, 504, 520)),
        (g1, (redirect(LOGIN_PAGE, "/signin", 302),), G2),
        (g1, (observed(LOGIN_PAGE, "", 401),), G2),
        (g1, (unobserved(STATUS, "no answer"),), G1),
        (g1, (unobserved(TAGS, "no answer"),), G1),
        (g1, (observed(TAGS, "", 404),), G1),
        (g1, (unobserved(STATUS, "no answer"), unobserved(TAGS, "no answer")), None),
        (g1, (observed(STATUS, "<html>"), observed(TAGS, "<html>")), None),
        (g1, (observed(STATUS, []), observed(TAGS, [])), None),
        (older, (observed(TAGS, "", 500),), None),
        (older, (observed(STATUS, "", 404),), None),
        (older, (observed(STATUS, {"ramp": "calendar"}),), None),
        (older, (observed(TAGS, TAGS_BODY),), G1),
        (older, (observed(STATUS, STATUS_BODY),), G1),
    ],
)
def test_spoilt(base: Any, changes: tuple[Evidence, ...], expected: Generation | None) -> None:
    """One lost sign is no other generation; no sign at all is none."""
    assert told(base, *changes) is expected

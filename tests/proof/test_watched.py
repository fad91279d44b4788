"""What is watched looks like what it stands for, and notes what is read of it."""

import json
from typing import Any

import jmespath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_caio.evidence.model import Observed
from pytest_caio.proof.place import JSON, OPENED, Place, removed, with_value
from pytest_caio.proof.watched import Reads, watched
from pytest_caio.testing import ENVIRONMENT, observed

PROBE = "GET /api/operator/status"
TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
BODY = {"a": {"b": True, "c": 1}, "list": [{"d": "x"}, {"d": "y"}], "table": {"e": 1}}


def seen(body: Any) -> tuple[Observed, Reads]:
    reads = Reads()
    found = watched({PROBE: observed(PROBE, body)}, reads)[PROBE]
    assert isinstance(found, Observed)
    return found, reads


@pytest.mark.slow  # Trees are slow to make up.
@given(st.dictionaries(st.text(), TREES))
def test_it_equals_what_it_stands_for(body: dict[str, Any]) -> None:
    found, _ = seen(body)
    plain = observed(PROBE, body).answer.json()
    tree = found.answer.json()
    assert tree == plain
    assert json.loads(json.dumps(tree)) == plain
    assert {**tree} == plain == dict(tree.items())


@pytest.mark.parametrize(
    ("read", "noted"),
    [
        (lambda tree: tree["a"]["b"], ["a.b"]),
        (lambda tree: tree.get("a").get("b"), ["a.b"]),
        (lambda tree: tree.get("missing"), []),
        (lambda tree: isinstance(tree["a"], dict), []),
        (lambda tree: "b" in tree["a"], []),
        (lambda tree: len(tree["list"]), ["list"]),
        (lambda tree: [each["d"] for each in tree["list"]], ["list", "list[].d"]),
        (lambda tree: tree["list"][-1]["d"], ["list[].d"]),
        (lambda tree: tree["table"].items(), ["table", "table.e"]),
        (lambda tree: jmespath.search("a.c", tree), ["a.c"]),
    ],
)
def test_what_is_read_is_noted(read: Any, noted: list[str]) -> None:
    """On the way to a field nothing is read, and to ask what kind a thing is reads nothing."""
    found, reads = seen(BODY)
    read(found.answer.json())
    places = [place for place in reads.take() if place.part == JSON]
    assert list(dict.fromkeys(place.kind for place in places)) == noted


def test_parts_of_an_exchange_are_noted() -> None:
    found, reads = seen(BODY)
    answer = found.answer
    assert (answer.status, answer.header("Content-Type")) == (200, "application/json")
    assert answer.header("location") is None
    assert answer.date is not None
    assert json.loads(answer.body) == BODY
    assert answer.json() == BODY
    kinds = [p.kind for p in reads.take()]
    assert kinds[:5] == ["(status)", "(header content-type)", "(date)", "(body)", f"({OPENED})"]
    assert reads.take() == ()


@given(st.data())
def test_one_place_is_changed_and_nothing_else(data: Any) -> None:
    """The evidence itself stays as it was: what is judged next is judged as it came."""
    found = observed(PROBE, BODY)
    path = data.draw(st.sampled_from([("a", "b"), ("list", 1, "d"), ("table", "e"), ("list",)]))
    place = Place(ENVIRONMENT, PROBE, 0, JSON, path)
    other = with_value(found, place, "another").answer
    assert found.answer.json() == BODY
    assert json.loads(other.body) == other.json() != BODY
    assert other.date == found.answer.date
    assert removed(found, place).answer.json() != BODY

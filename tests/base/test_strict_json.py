"""JSON as the standard has it, whatever a broken deployment sends."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_caio.base.strict_json import MAX_DEPTH, JsonProblem, clean_text, loads

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)  # fmt: skip

BAD = {
    "nothing": ("", "not valid JSON"),
    "half an object": ('{"a": ', "line 1, column 7"),
    "HTML": ("<html>", "not valid JSON"),
    "NaN": ('{"a": NaN}', "NaN is not a JSON value"),
    "infinity": ("[-Infinity]", "-Infinity is not a JSON value"),
    "too large": ("[1e999]", "is too large"),
    "key twice": ('{"a": 1, "a": 2}', "the key 'a' stands twice"),
    "key twice, deep": ('[{"b": [{"a": 1, "a": 1}]}]', "the key 'a' stands twice"),
    "too deep": ("[" * (MAX_DEPTH + 2) + "]" * (MAX_DEPTH + 2), "nested deeper"),
    "far too deep": ("[" * 100_000 + "]" * 100_000, "nested deeper"),
    "too many digits": ("9" * 10_000, ""),
    "single quotes": ("{'a': 1}", "not valid JSON"),
    "a comment": ('{"a": 1} // x', "not valid JSON"),
    "two values": ("{} {}", "not valid JSON"),
    "a trailing comma": ('{"a": 1,}', "not valid JSON"),
}


@pytest.mark.parametrize(("text", "said"), BAD.values(), ids=BAD.keys())
def test_what_is_no_json(text: str, said: str) -> None:
    """Each has its reason, in words."""
    with pytest.raises(JsonProblem) as problem:
        loads(text)
    assert said in str(problem.value)
    assert len(str(problem.value)) < 200


@given(VALUES)
def test_what_json_writes_is_read(value: object) -> None:
    """Every value survives, but for lone surrogates."""
    text = json.dumps(value)
    assert loads(text) == json.loads(json.dumps(value).encode("utf-8", "replace"))


@given(st.text() | st.text('[]{}",:0123456789.eE+-\\untrfals \n'))
def test_nothing_else_is_ever_raised(text: str) -> None:
    """For any text: a value that can be written again, or the one kind of problem."""
    try:
        value = loads(text)
    except JsonProblem:
        return
    assert json.dumps(value).encode()


def test_a_byte_order_mark_is_passed_over() -> None:
    """Some servers send one."""
    assert loads("\ufeff[1]") == [1]


def test_lone_surrogates_become_writable() -> None:
    """Whatever was read can be written as UTF-8."""
    value = loads('{"\\ud800": ["\\udfff", "\\ud83d\\ude00"]}')
    assert json.dumps(value, ensure_ascii=False).encode()
    assert value == {"\ufffd": ["\ufffd", "\U0001f600"]}


@given(st.text(st.characters()))
def test_clean_text_can_be_written(text: str) -> None:
    """And is the same text where nothing was wrong with it."""
    clean = clean_text(text)
    assert clean.encode().decode() == clean
    assert clean == text or any("\ud800" <= c <= "\udfff" for c in text)

"""Small helpers for messages that people read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_caio.base.messages import did_you_mean, in_words, listed, plural, shown


@pytest.mark.parametrize(
    ("word", "known", "said"),
    [
        ("stagin", ["staging", "production"], "; did you mean 'staging'?"),
        ("xyz", ["staging"], "."),
        ("", ["staging"], "."),
        ("staging", [], "."),
    ],
)
def test_did_you_mean(word: str, known: list[str], said: str) -> None:
    """What is close, or the end of the sentence."""
    assert did_you_mean(word, known) == said


@pytest.mark.parametrize(
    ("items", "limit", "text"),
    [
        ([], 8, ""),
        (["a"], 8, "a"),
        (["a", "b"], 8, "a and b"),
        (["a", "b", "c"], 8, "a, b and c"),
        (["a", "b", "c"], 2, "a and 2 more"),
        (range(100), 3, "0, 1 and 98 more"),
    ],
)
def test_listed(items: list[object], limit: int, text: str) -> None:
    """As one says it; what is too much is counted."""
    assert listed(items, limit) == text


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0 cards"), (1, "1 card"), (2, "2 cards"), (12345, "12,345 cards")]
)
def test_plural(number: int, text: str) -> None:
    """One card, two cards."""
    assert plural(number, "card") == text


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(VALUES, st.integers(10, 200))
def test_shown_is_one_short_line(value: object, limit: int) -> None:
    """Of any value, and with nothing in it that could steer a terminal or a log."""
    text = shown(value, limit)
    assert 0 < len(text) <= max(limit, len('"" (empty text)'))
    assert len(text.splitlines()) == 1
    assert "\x1b" not in text
    assert text.encode("utf-8", "surrogatepass")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "nothing (null)"),
        (True, "true"),
        ("", '"" (empty text)'),
        ("a\n b", "a b"),
        (1.5, "1.5"),
    ],
)
def test_shown(value: object, text: str) -> None:
    """As a person would write it."""
    assert shown(value) == text


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ValueError("a b"), "a b"),
        (OSError("a b"), "a b"),
        (FileNotFoundError(2, "No such file", "x/y"), "x/y: No such file"),
        (OSError(28, "No space left"), "No space left"),
    ],
)
def test_an_error_in_words(error: Exception, words: str) -> None:
    """Without the operating system's number."""
    assert in_words(error) == words

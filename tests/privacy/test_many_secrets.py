"""However many secrets a run has: a text is gone over once, as if each was searched for."""

import base64
import re
from collections.abc import Iterable
from urllib.parse import quote

from hypothesis import example, given, settings
from hypothesis import strategies as st

from pytest_caio.privacy.parts import Parts
from pytest_caio.privacy.redactor import MIN_SECRET, Redactor, Secret
from pytest_caio.privacy.token_patterns import escaped, may_be_escaped, patterns, shortened

# Few letters, so that one secret is often a part of another, and a long run of letters common.
TOKEN = st.text("ab1-_+/", min_size=MIN_SECRET, max_size=24)
TOKENS = st.lists(TOKEN, min_size=1, max_size=5)


def one_by_one(secrets: Iterable[tuple[str, str]], text: str) -> str:
    """A search for every spelling of every secret in turn, the longest first: slow, and plain."""
    spellings = [
        (pattern, part, mark)
        for secret, mark in secrets
        for part, pattern in (*patterns(secret), (None, escaped(secret)))
    ]
    mixed = may_be_escaped(text)
    for pattern, part, mark in sorted(spellings, key=lambda each: -len(each[0])):
        if mixed if part is None else part in text.lower():
            text = re.sub(pattern, mark, text, flags=re.IGNORECASE)
    return text


def spelled(token: str, way: int) -> str:
    """A token in one of a few spellings."""
    ways = (
        token,
        token.upper(),
        quote(token, safe=""),
        "".join(f"%{ord(c):02x}" for c in token),
        token.encode().hex(),
        base64.b64encode(f"u:{token}".encode()).decode(),
    )
    return ways[way % len(ways)]


@settings(max_examples=200, deadline=None)
@example(tokens=["aaaaaaaa-b", "aaaaaaaa"], around=["x", ""], ways=[0, 1])
@example(tokens=["-_+/-", "------"], around=["------"], ways=[0])
@given(
    TOKENS, st.lists(st.text("ab1-_[]: %", max_size=12), max_size=4), st.lists(st.integers(0, 9))
)
def test_once_over_is_one_by_one(tokens: list[str], around: list[str], ways: list[int]) -> None:
    """The same text comes out, whatever tokens are parts of each other, or of a mark."""
    text = "".join(
        part
        for n, way in enumerate(ways)
        for part in (spelled(tokens[n % len(tokens)], way), *around[n : n + 1])
    )
    named = {f"t{n}": Secret(token) for n, token in enumerate(tokens)}
    marked = [(s.reveal(), f"[{name}]") for name, s in named.items()]
    short = [(shortened(token), f"{mark[:-1]} shortened]") for token, mark in marked]
    expected = text
    if len(text) >= MIN_SECRET:
        expected = one_by_one([*marked, *(s for s in short if len(s[0]) >= MIN_SECRET)], text)
    assert Redactor(named).secret_free(text) == expected


@given(st.lists(st.text("abc1", max_size=14), max_size=8), st.text("abc1-", max_size=60))
def test_parts(parts: list[str], text: str) -> None:
    """What is within a text is what a plain search for each finds, each once."""
    found: Parts[int] = Parts()
    for number, part in enumerate(parts):
        found.add(part, number)
    assert sorted(found.within(text)) == [n for n, part in enumerate(parts) if part in text]


def test_no_environment_takes_the_room_of_another() -> None:
    """One that makes up sessions without end leaves the others' known."""
    redactor = Redactor({})
    redactor.learn((f"{n:04}-made-up-session" for n in range(1_000)), "staging")
    redactor.learn(["of-production-1234"], "production")
    assert redactor.secret_free("of-production-1234") == "[session]"
    assert redactor.secret_free("0999-made-up-session") == "0999-made-up-session"

"""The chain of decisions: read whatever lies there, and what was changed counts for nothing."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_caio.verdict.owners_word import Word, Words, digest_of, line_of, read_words

REPORT = {"verdict.json": "a" * 64, "evidence.har": "b" * 64, "plan.json": "c" * 64}
OTHER = {**REPORT, "evidence.har": "d" * 64}
AT = datetime(2026, 2, 24, 20, 2, tzinfo=UTC)
FIRST = Word("go", "Pat", "", "", "fine", AT, REPORT, "")


def chain(*words: Word) -> bytes:
    """Return the file that these decisions make, one after the other."""
    data, last = b"", ""
    for word in words:
        line = line_of(replace(word, before=last))
        data, last = data + line + b"\n", digest_of(line)
    return data


THREE = chain(FIRST, replace(FIRST, decision="no-go"), replace(FIRST, report=OTHER))


def test_what_was_written_is_read() -> None:
    """In its order; of a report its own only, and the last is what the next one follows."""
    found = read_words(THREE)
    assert [w.decision for w in found.every] == ["go", "no-go", "go"]
    assert [w.go for w in found.of(REPORT)] == [True, False]
    assert [w.go for w in found.of(OTHER)] == [True]
    assert found.of({}) == ()
    assert found.last == digest_of(THREE.splitlines()[-1])
    assert found.problem == ""
    assert read_words(b"") == Words()


LINES = THREE.splitlines(keepends=True)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (THREE.replace(b"Pat", b"Kim", 1), "its line 2 does not follow"),
        (THREE.replace(b'"no-go"', b'"go"'), "its line 3 does not follow"),
        (LINES[0] + LINES[2], "its line 2 does not follow"),
        (b"".join(LINES[1:]), "its line 1 does not follow"),
        (LINES[1] + LINES[0] + LINES[2], "its line 1 does not follow"),
        (LINES[0] + LINES[0], "its line 2 does not follow"),
        (THREE[:-1], "its last line is cut"),
        (THREE[:-30], "its last line is cut"),
        (THREE + b"{", "its last line is cut"),
        (THREE + b"{}\n", "its line 4 is no decision"),
        (b"\n" + THREE, "its line 1 is no decision"),
        (b"\xff\n", "its line 1 is no decision"),
        (chain(replace(FIRST, by="", actor="")), "its line 1 is no decision"),
        (chain(replace(FIRST, by=" ")), "its line 1 is no decision"),
        (chain(replace(FIRST, report={})), "its line 1 is no decision"),
        (chain(replace(FIRST, at=AT.replace(tzinfo=None))), "its line 1 is no decision"),
        (chain(FIRST).replace(b'"go"', b'"maybe"'), "its line 1 is no decision"),
        (chain(FIRST).replace(b'"schema": 1', b'"schema": 2'), "its line 1 is no decision"),
        (chain(FIRST).replace(b'"by"', b'"more": 1, "by"'), "its line 1 is no decision"),
        (chain(FIRST).replace(b'"by"', b'"by": "x", "by"'), "its line 1 is no decision"),
    ],
)
def test_a_changed_chain_holds_no_decision(data: bytes, said: str) -> None:
    """Not even those before the change: which of them was the last word can't be told."""
    found = read_words(data)
    assert found.every == ()
    assert said in found.problem


@pytest.mark.parametrize(
    ("word", "said"),
    [
        (FIRST, "Pat (as typed)"),
        (replace(FIRST, by="", actor="octocat"), "octocat (who started the run on GitHub)"),
        (replace(FIRST, actor="octocat"), "Pat (as typed; octocat started the run on GitHub)"),
    ],
)
def test_whose_word(word: Word, said: str) -> None:
    """What was typed is said to be that."""
    assert word.who == said


@given(st.binary(max_size=400))
def test_any_bytes(data: bytes) -> None:
    """Nonsense is said and is no decision; never an error."""
    found = read_words(data)
    assert bool(found.problem) or data == b""
    assert found.every == ()


@given(st.integers(0, len(THREE) - 1), st.integers(0, 255))
def test_any_other_byte(place: int, byte: int) -> None:
    """One byte is changed: what counts is unchanged, or nothing counts.

    Of the last line nothing tells, as nothing follows; what it says then is another decision.
    """
    data = THREE[:place] + bytes([byte]) + THREE[place + 1 :]
    found = read_words(data)
    if data != THREE and place < len(THREE) - len(LINES[2]):
        assert found.problem
        assert found.every == ()


@given(st.integers(0, len(THREE)))
def test_any_cut(place: int) -> None:
    """A file that ends early has whole decisions from its beginning, or none."""
    found = read_words(THREE[:place])
    every = read_words(THREE).every
    assert found.every == every[: len(found.every)]
    assert bool(found.problem) == (THREE[:place] != b"".join(LINES[: THREE[:place].count(b"\n")]))


@settings(max_examples=30)
@given(
    st.text(max_size=30), st.text(max_size=30), st.text(max_size=30),
    st.sampled_from(["go", "no-go"]), st.datetimes(timezones=st.just(UTC)),
)  # fmt: skip
def test_any_decision_comes_back(
    by: str, actor: str, note: str, decision: str, at: datetime
) -> None:
    """Whatever somebody types."""
    word = Word(decision, by, actor, "", note, at, REPORT, "")  # type: ignore[arg-type]
    found = read_words(chain(word, word))
    if by.strip() or actor.strip():
        assert [replace(w, before="") for w in found.every] == [word, word]
    else:
        assert found.problem

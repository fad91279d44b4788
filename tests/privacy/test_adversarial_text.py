"""Texts made to be slow: what takes a second was once on its way to take hours."""

from __future__ import annotations

import json
import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from pytest_caio.base.strict_json import MAX_DEPTH, JsonProblem, loads
from pytest_caio.evidence.model import Exchange
from pytest_caio.judge.login import has_login_form
from pytest_caio.privacy.redactor import Redactor, Secret
from pytest_caio.privacy.reduced_text import facts, mask_address, mask_addresses, reduce_text

pytestmark = pytest.mark.slow

# Large enough that a search of each rest takes more than the seconds below, small enough that
# reading it once takes a tenth of them. They are the processor's, so a busy machine counts less.
SIZE = 400_000
SECONDS = 5.0
TEXTS = {
    "brackets": "[" * SIZE,
    "address-without-end": "@" + "a" * SIZE,
    "percent": "@" + "a%4" * (SIZE // 3),
    "encoded-ats": "%40" * (SIZE // 3),
    "encoded-addresses": "a%40" * (SIZE // 4),
    "ats": "@" * SIZE,
    "braces": '{"body": "' + "{{" * (SIZE // 2) + '"}',
    "percent-braces": '{"body": "' + "{%" * (SIZE // 2) + '"}',
    "spaces": '{"body": "' + " " * SIZE + 'x"}',
    "body-without-end": '"body": "' + "a" * SIZE,
    "body-of-escapes": '"body": "' + "\\a" * (SIZE // 2),
    "many-bodies": '"to":"' * (SIZE // 6),
    "many-spaces": ('"to"' + " " * 1000) * (SIZE // 1004),
    "masks": json.dumps({"to": "…@" + "…" * (SIZE // 3)}),
    "inputs": "<input " * (SIZE // 7),
    "input-names": "<input " + "name=" * (SIZE // 5),
    "words": json.dumps({"body": "a " * (SIZE // 2)}),
    "dashes": json.dumps({"body": "- " * (SIZE // 2) + "placeholder" + " -" * 9}),
    "angles": json.dumps({"body": "<< " * (SIZE // 3)}),
    "square": json.dumps({"body": "[first " * (SIZE // 7)}),
    "sessions": "caio_session=" * (SIZE // 13),
    "strings": json.dumps(["a@b.co"] * (SIZE // 10)),
    "objects": json.dumps([{}] * (SIZE // 4)),
    "keys": json.dumps({f"a@b{i}.co": i for i in range(SIZE // 20)}),
}
REDACTOR = Redactor({f"token:{i}": Secret(f"a-token-of-{i}-0123456789") for i in range(3)})


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Fail what takes more of the processor's seconds: in the middle of it, where a timer can."""

    def late(*_: object) -> None:
        raise AssertionError(f"not done after {seconds:g} s of work")

    started = time.process_time()
    if not hasattr(signal, "setitimer"):  # Windows
        yield
    else:
        before = signal.signal(signal.SIGVTALRM, late)
        signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            signal.signal(signal.SIGVTALRM, before)
    assert time.process_time() - started < seconds


def test_a_regression_fails_in_seconds() -> None:
    """A search of each rest is cut short, also within one call of a regular expression."""
    with pytest.raises(AssertionError, match=r"0\.2 s of work|assert"), at_most(0.2):
        re.search("a+b", "a" * (SIZE // 4))


@pytest.mark.parametrize("name", TEXTS)
def test_no_text_takes_for_ever(name: str) -> None:
    """Reading, redacting and searching it ends."""
    with at_most(SECONDS):
        body = REDACTOR.body(TEXTS[name])
        exchange = Exchange("GET", "/", status=200, body=body)
        has_login_form(exchange)
        has_login_form(Exchange("GET", "/", status=200, body=TEXTS[name]))
        facts(TEXTS[name])
        mask_address(TEXTS[name])
        assert reduce_text(TEXTS[name]).startswith("[")


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("jane@example.com", "j…@e….com"),
        ("a%40b.com%2Cc%40d.org", "a…@b….com"),
        ("jane@example.com/joe@example.org", "j…@e….org"),
        ("to: jane.doe+x@mail.example.co.uk.", "j…@m….uk"),
        ("x" * 100 + "@example.com", "x…@e….com"),
    ],
)
def test_every_address_is_masked(text: str, masked: str) -> None:
    """Also one that follows another at once, is encoded, or has a long name."""
    found = mask_addresses(text)
    assert masked in found
    assert "@example" not in found
    assert "%40" not in found
    assert mask_addresses(found) == found


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Jane Doe <jane@example.com>", "j…@e….com (8c87b489)"),
        ("JANE@example.com Jane Doe", "j…@e….com (8c87b489)"),
        ("jane@example.com, joe@example.com", "j…@e….com (8c87b489), j…@e….com"),
        ("Jane Doe", "[8 characters, "),
        ("jane@localhost", "[14 characters, "),
    ],
)
def test_names_beside_an_address_are_left_out(text: str, shown: str) -> None:
    """A recipient is masked without the name; the same address has the same hash."""
    found = mask_address(text)
    assert found.lower().startswith(shown)
    assert "doe" not in found.lower()
    assert mask_address(found) == found


def test_a_token_that_begins_another_leaves_nothing_of_it() -> None:
    """The longest spelling goes first, over all tokens."""
    redactor = Redactor({"token:a": Secret("abcdef"), "token:b": Secret("abcdef-and-more")})
    assert redactor.text("x abcdef-and-more y abcdef z") == "x [token:b] y [token:a] z"


def test_a_token_in_a_header_of_its_own_name_is_marked() -> None:
    """A judge has to see that it came back; of other credentials nothing is shown."""
    redactor = Redactor({"token:a": Secret("abcdef123")})
    headers = [
        ("X-Dashboard-Token", "abcdef123"),
        ("Set-Cookie", "caio_session=abcdef123; Path=/"),
        ("Authorization", "Bearer another"),
        ("Set-Cookie", "caio_session=another; Path=/"),
    ]
    assert [value for _, value in redactor.headers(headers)] == [
        "[token:a]",
        "caio_session=[cookie][token:a]; Path=/",
        "[token]",
        "caio_session=[cookie]; Path=/",
    ]  # fmt: skip


@pytest.mark.parametrize("opens", ["[", '{"a":', '[{"a":'])
def test_depth(opens: str) -> None:
    """As deep as the limit is read; one more is refused, as is what no parser survives."""
    closes = opens[::-1].replace("[", "]").replace("{", "}").replace(':"a"', "")
    levels = MAX_DEPTH // (2 if len(opens) > 5 else 1)
    assert loads(opens * levels + "1" + closes * levels) is not None
    for deeper in (levels + 1, 900, 100_000):
        with pytest.raises(JsonProblem, match="nested deeper"):
            loads(opens * deeper + "1" + closes * deeper)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('"\\ud83d\\ude00"', "😀"),
        ('"\\ud800"', "�"),
        ('{"\\udfff": ["\\uDBFF x"]}', {"�": ["� x"]}),
        ('"\ud800"', "�"),
        ("9" * 308, int("9" * 308)),
        ("1e308", 1e308),
    ],
)
def test_odd_values(text: str, value: object) -> None:
    """What is read can be written again, and calculated with."""
    found = loads(text)
    assert found == value
    assert json.dumps(found, ensure_ascii=False).encode()


@pytest.mark.parametrize("text", ["9" * 309, "-" + "9" * 309, "9" * 100_000, "1e309", "NaN"])
def test_numbers_that_are_none(text: str) -> None:
    """Too large for a float is too large."""
    with pytest.raises(JsonProblem):
        loads(f'{{"a": {text}}}')

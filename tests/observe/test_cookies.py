"""The cookies of a login: which are kept, how they come back, and how they are forged."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_caio.observe import cookies


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("caio_session=abc; HttpOnly; Path=/; SameSite=lax", {"caio_session": "abc"}),
        ("dashboard_sid=a.b-c_d==; Secure", {"dashboard_sid": "a.b-c_d=="}),
        ('sid="quoted"', {"sid": '"quoted"'}),
        ("sid=abc; Max-Age=3600", {"sid": "abc"}),
        ("sid=abc; expires=Wed, 25 Nov 2126 16:00:00 GMT", {"sid": "abc"}),
        ("sid=abc; expires=Wed, 25-Nov-2126 16:00:00 GMT; Secure", {"sid": "abc"}),
        ("sid=abc; expires=Tue, 25 Nov 2025 16:00:00 GMT; Max-Age=3600", {"sid": "abc"}),
        ("sid=abc; expires=tomorrow", {"sid": "abc"}),
        (f"sid=abc; expires=Tue, 25 Nov 2025 16:00:00 +{'9' * 20}", {"sid": "abc"}),
        # Over before it came.
        ("sid=abc; expires=Tue, 25 Nov 2025 16:00:00 GMT", {}),
        ('sid=""; expires=Thu, 01 Jan 1970 00:00:00 GMT', {}),
        ("sid=abc; Expires=Tue, 25-Nov-2025 16:00:00 GMT; HttpOnly", {}),
        # Taken back in the same breath.
        ("sid=abc; Max-Age=0", {}),
        ("sid=abc; max-age=-1", {}),
        ('sid=""; expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0', {}),
        ("sid=; Path=/", {}),
        # Whether it comes back to the page goes by its path.
        ("sid=abc; Path=/sales", {"sid": "abc"}),
        ("sid=abc; path=/sales/", {"sid": "abc"}),
        ("sid=abc; Path=", {"sid": "abc"}),
        ("sid=abc; Path=login", {"sid": "abc"}),
        ("sid=abc; Path=/login", {}),
        ("sid=abc; HttpOnly; path=/sale", {}),
        # No header can carry those.
        ("sid", {}),
        ("sid=a b", {}),
        ("sid=\xe9", {}),
        ("=abc", {}),
        ("a b=c", {}),
    ],
)
def test_given(value: str, kept: dict[str, str]) -> None:
    """What a browser would bring back, as far as a header can carry it."""
    assert cookies.given([("Set-Cookie", value)]) == kept


@pytest.mark.parametrize(
    ("value", "path", "host", "kept"),
    [
        ("sid=abc", "/api", "caio.example", True),
        ("sid=abc; Path=/api", "/api", "caio.example", True),
        ("sid=abc; Path=/sales", "/api", "caio.example", False),
        ("sid=abc; Domain=caio.example", "/sales", "caio.example", True),
        ("sid=abc; domain=.Example; Path=/", "/sales", "caio.example", True),
        ("sid=abc; Domain=", "/sales", "caio.example", True),
        ("sid=abc; Domain=staging.example", "/sales", "caio.example", False),
        ("sid=abc; Domain=aio.example", "/sales", "caio.example", False),
    ],
)
def test_where_it_comes_back(value: str, path: str, host: str, kept: bool) -> None:
    """To its own path and below, and to the host that set it."""
    assert bool(cookies.given([("Set-Cookie", value)], path, host)) is kept


def test_several() -> None:
    """Every cookie comes back in one header, the last of a name counts."""
    headers = [("set-cookie", "a=1; Path=/"), ("set-cookie", "b=2"), ("set-cookie", "a=3")]
    assert cookies.header(cookies.given([*headers, ("x-cookie", "c=4")])) == "a=3; b=2"


VALUES = st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1, max_size=40)


@given(st.dictionaries(VALUES, VALUES, min_size=1, max_size=3))
def test_forged(pairs: dict[str, str]) -> None:
    """Same names, same length, another end: more of it than a base64 text's padding."""
    made_up = cookies.forged(cookies.header(pairs))["another end"]
    found = dict(pair.split("=") for pair in made_up.split("; "))
    assert found.keys() == pairs.keys()
    for name, value in pairs.items():
        assert len(found[name]) == len(value)
        assert found[name][:-8] == value[:-8]
        assert all(a != b for a, b in zip(found[name][-8:], value[-8:], strict=True))


@pytest.mark.parametrize(
    ("said", "rest"),
    [
        (b'{"authenticated": true}', ""), (b'{"authenticated": true}', ".aBcDeF.sig-nature_1"),
        (b'{"alg": "HS256"}', ".eyJzdWIiOiJhIn0.c2lnbmF0dXJl"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("padded", [True, False])
def test_other_contents(said: bytes, rest: str, padded: bool) -> None:
    """One field more in what a session says of itself; what signs it stays as it was."""
    value = base64.urlsafe_b64encode(said).decode()
    value = value if padded else value.rstrip("=")
    forged = cookies.forged(f"sid={value}{rest}")["other contents"]
    name, _, other = forged.partition("=")
    text, *signed = other.split(".")
    assert (name, signed) == ("sid", rest.split(".")[1:])
    assert json.loads(base64.urlsafe_b64decode(f"{text}==")) == {**json.loads(said), "caio_gate": 1}
    assert other in set(cookies.secrets_in({"sid": f"{value}{rest}"}, login=True))


@pytest.mark.parametrize("value", ["abc", "WzFd", "bnVsbA==", "a.b.c", "%7B%7D", "!!"])
def test_a_session_that_says_nothing(value: str) -> None:
    """Random letters, and JSON that is no object, have no contents to change."""
    assert cookies.forged(f"sid={value}").keys() == {"another end"}


@given(st.text(max_size=60))
def test_whatever_an_answer_sets(text: str) -> None:
    """Nothing raises, and what is kept can be carried by a header."""
    kept = cookies.header(cookies.given([("set-cookie", text)]))
    assert kept.isascii()
    assert kept.isprintable()


@pytest.mark.parametrize(
    ("name", "value", "secrets"),
    [
        ("caio_session", "abcdef", ["abcdef"]),
        ("dashboard_sid", "a1b2c3d4e5f6", ["a1b2c3d4e5f6"]),
        ("x", "a1b2c3d4e5f6g7h8%3D", ["a1b2c3d4e5f6g7h8="]),
        ("x", '"a1b2c3d4e5f6g7h8"', ["a1b2c3d4e5f6g7h8"]),
        ("jwt", "head.a1b2c3d4e5f6g7h8.x", ["head.a1b2c3d4e5f6g7h8.x", "a1b2c3d4e5f6g7h8"]),
        # What everybody may read, and may stand anywhere.
        ("lang", "en-US", []),
        ("tz", "America/New_York", []),
        ("auth_mode", "header", []),
        ("theme", "standard", []),
    ],
)
def test_which_cookies_are_secrets(name: str, value: str, secrets: list[str]) -> None:
    """By name or by look; a secret is taken out of everything, so a common word must be none."""
    assert list(cookies.secrets_in({name: value}, login=False)) == secrets


def test_a_forged_session_is_as_secret_as_what_it_was_made_of() -> None:
    """All but its end is the session itself."""
    session = "a1b2c3d4e5f6g7h8i9j0k1l2m3n4"
    secrets = list(cookies.secrets_in({"sid": session}, login=True))
    forged = cookies.forged(f"sid={session}")
    assert forged.keys() == {"another end"}
    assert any(secret in forged["another end"] for secret in secrets)

"""Environments from variables: whatever they hold, a value or a reason that shows no secret."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_caio.settings.environments import (
    EnvironmentProblem,
    is_loopback,
    names,
    origin_of,
    resolve,
    token_problems,
)

TOKEN = "s3cr3t-t0ken-s3cr3t"
GOOD = {"CAIO_DEMO_URL": "https://caio.example.com", "CAIO_DEMO_TOKEN": TOKEN}
PIECES = st.sampled_from(
    ["https://", "http://", "//", "@", ":", "/", "?", "#", "[", "]", "%", "caio.example.com",
     "127.0.0.1", "::1", "8000", "\\", " ", TOKEN, "\n", "\u00e9", "\x00"]
)  # fmt: skip
URLS = st.lists(PIECES, max_size=7).map("".join) | st.text(max_size=30)


@given(URLS)
def test_any_url(url: str) -> None:
    """A clean origin, https or to loopback; or a reason in which nothing of the URL is shown."""
    try:
        found = resolve(["demo"], {**GOOD, "CAIO_DEMO_URL": url})
    except EnvironmentProblem as problem:
        said = str(problem)
    else:
        said = "CAIO_DEMO_URL"
        assert origin_of(found[0].url) == found[0].url
        host = urlsplit(found[0].url).hostname or ""
        assert found[0].url.startswith("https://") or is_loopback(host)
    assert "CAIO_DEMO_URL" in said
    assert TOKEN not in said


@given(st.text(max_size=40))
def test_any_token(token: str) -> None:
    """It fits into a header, or its variable is named and its value is not shown."""
    try:
        found = resolve(["demo"], {**GOOD, "CAIO_DEMO_TOKEN": token})
    except EnvironmentProblem as problem:
        said, kept = str(problem), ""
    else:
        said, kept = f"CAIO_DEMO_TOKEN {found!r}", found[0].token.reveal()
    assert "CAIO_DEMO_TOKEN" in said
    assert len(token.strip()) < 6 or token.strip() not in said
    assert kept.isascii()
    assert kept.isprintable()


@pytest.mark.parametrize(
    ("token", "said"),
    [
        (f'"{TOKEN}"', "CAIO_DEMO_TOKEN has quotes around it"),
        (f"'{TOKEN}", "CAIO_DEMO_TOKEN has quotes around it"),
        (f"{TOKEN}`", "CAIO_DEMO_TOKEN has quotes around it"),
        (f"\u201c{TOKEN}\u201d", "CAIO_DEMO_TOKEN has quotes around it"),
        (f"Bearer {TOKEN}", "CAIO_DEMO_TOKEN begins with Bearer: give the token alone"),
        (f"bearer: {TOKEN}", "CAIO_DEMO_TOKEN begins with Bearer: give the token alone"),
        (f"Bearer\t{TOKEN}", "CAIO_DEMO_TOKEN begins with Bearer: give the token alone"),
        (f"\u2018{TOKEN}\u2019", "CAIO_DEMO_TOKEN has quotes around it"),
        (f"\u201e{TOKEN}", "CAIO_DEMO_TOKEN has quotes around it"),
        (f"{TOKEN[:4]}\u2019{TOKEN[4:]}", "CAIO_DEMO_TOKEN has a typographic quote in it"),
        (f"Authorization: Bearer {TOKEN}", "begins with a header's name (Authorization): give the"),
        (f"X-Dashboard-Token: {TOKEN}", "begins with a header's name (X-Dashboard-Token): give"),
        (f"{TOKEN}\n{TOKEN}", "CAIO_DEMO_TOKEN has a line break in it: give one line"),
        (f"{TOKEN}\r{TOKEN}", "CAIO_DEMO_TOKEN has a line break in it"),
        (f"{TOKEN} {TOKEN}", "CAIO_DEMO_TOKEN has a space in it"),
        (f"{TOKEN}\x07{TOKEN}", "CAIO_DEMO_TOKEN has a control character in it"),
        (f"{TOKEN}\u00e9{TOKEN}", "CAIO_DEMO_TOKEN has a letter or sign outside of ASCII in it"),
        (f"authorized-{TOKEN}", ""),
        (f"Bearer-{TOKEN}", ""),
        (f"it's{TOKEN}", ""),
    ],
)
def test_what_is_not_the_token_s_own(token: str, said: str) -> None:
    """Quotes and the name of a scheme are noticed, in words that show nothing of the token."""
    problems = token_problems("CAIO_DEMO_TOKEN", token)
    assert [said in problem for problem in problems] == ([True] if said else [])
    assert not any(TOKEN in problem for problem in problems)


@given(st.text(max_size=20), st.lists(st.text(max_size=10), max_size=2))
def test_any_name(asked: str, ini: list[str]) -> None:
    """Names that are known, each once, or the reason why not."""
    try:
        found, said = names([asked], ini, GOOD), "fine"
    except EnvironmentProblem as problem:
        found, said = (), str(problem)
    assert said
    assert len(set(found)) == len(found)
    assert set(found) <= {"staging", "production", "rehearsal", "demo"}


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://Caio.Example.com", "https://caio.example.com"),
        ("https://caio.example.com:443/x?y#z", "https://caio.example.com"),
        ("https://caio.example.com:8443/", "https://caio.example.com:8443"),
        ("http://localhost:80", "http://localhost"),
        ("http://[::1]:8000/", "http://[::1]:8000"),
        ("https://me:pw@caio.example.com", "https://caio.example.com"),
    ],
)
def test_origins(url: str, origin: str) -> None:
    """Scheme, host and port, the default port left out."""
    assert origin_of(url) == origin


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("localhost", True),
        ("LOCALHOST", True),
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("0.0.0.0", False),
        ("127.0.0.1.example.com", False),
        ("localhost.example.com", False),
        ("example.com", False),
        ("10.0.0.1", False),
        ("", False),
    ],
)
def test_loopback(host: str, local: bool) -> None:
    """Only what can be no other machine."""
    assert is_loopback(host) is local

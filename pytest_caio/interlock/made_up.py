"""Credentials that open nothing where access works: the gate's own, and a real one spoilt."""

from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl

from pytest_caio.privacy.redactor import Secret
from pytest_caio.privacy.token_patterns import shortened

NO_TOKEN = "caio-gate-no-such-token"
OTHER_LETTERS = "a token of other letters"
"""What a comparison of ASCII texts can't take."""
NO_SESSION = "caio-gate-no-such-session"
CREDENTIALS = ("x-dashboard-token", "authorization", "cookie")


def wrong_tokens(token: Secret) -> Mapping[str, str]:
    """Return the wrong tokens by what they are called (``docs/dashboard.md, Access``).

    The shortened one is a secret too: whoever holds it has one sign to guess.
    """
    return {
        "an empty token": "",
        "a wrong token": NO_TOKEN,
        "a shortened token": shortened(token.reveal()),
        OTHER_LETTERS: NO_TOKEN.replace("e", "\u00e9"),
    }


def is_made_up(headers: Mapping[str, str], token: Secret) -> bool:
    """Return whether the one credential in ``headers`` (small names) opens nothing by right."""
    given = {name: headers[name] for name in CREDENTIALS if name in headers}
    if given.keys() == {"x-dashboard-token"}:
        return given["x-dashboard-token"] in wrong_tokens(token).values()
    return given.keys() == {"cookie"} and _session_values(given["cookie"]) == {NO_SESSION}


def _session_values(cookie: str) -> set[str]:
    try:
        return {morsel.value for morsel in SimpleCookie(cookie).values()}
    except CookieError:
        return set()


def login_token(body: bytes) -> str | None:
    """Return the token that a login form is sent with; None where there isn't exactly one."""
    pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
    tokens = [value for name, value in pairs if name == "token"]
    return tokens[0] if len(tokens) == 1 else None

"""The redactor leaves no token in whatever spelling, and no people's data."""

import base64
import html
import json
import re
import time
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pytest_caio.privacy.redactor import Redactor, Secret
from pytest_caio.privacy.token_patterns import patterns

TOKEN = "s3cr+t/tok=en&x"
REDACTOR = Redactor({"token:staging": Secret(TOKEN)})
TOKENS = st.text(
    st.characters(codec="ascii", categories=["L", "N", "P", "S"]), min_size=6, max_size=40
)
PLAIN = st.text(max_size=40)


# Ways to write any character by its number, letters too.
EVERY = (
    "%{:02x}", "%{:02X}", "%25{:02x}", "%u00{:02x}", "&#{};", "&#{}", "&#0{};", "&#x{:x};",
    "&#X{:X};", "&amp;#{};", "\\u00{:02x}", "\\u00{:02X}", "\\\\u00{:02x}", "\\x{:02x}",
    "\\u{{{:x}}}", "\\{:03o}", "={:02X}",
)  # fmt: skip


def written(token: str, way: str) -> str:
    """A token with each of its characters written in a way."""
    return "".join(way.format(ord(character)) for character in token)


def spelled(token: str) -> dict[str, str]:
    """Spellings that a deployment or a library may make of a token."""
    raw = token.encode()
    signs = [c for c in token if not c.isalnum()]
    return {
        "raw": token,
        "upper case": token.upper(),
        "URL": quote(token, safe=""),
        "URL, small letters": re.sub("%..", lambda m: m[0].lower(), quote(token, safe="")),
        "URL, path": quote(token),
        "URL twice": quote(quote(token, safe=""), safe=""),
        "form": quote_plus(token),
        "HTML": html.escape(token),
        "HTML twice": html.escape(html.escape(token)),
        "HTML, decimal": "".join(f"&#{ord(c)};" if c in signs else c for c in token),
        "HTML, hexadecimal": "".join(f"&#x{ord(c):X};" if c in signs else c for c in token),
        "JSON": json.dumps(token)[1:-1],
        "JSON in JSON": json.dumps(json.dumps(token))[3:-3],
        "JSON, slashes": token.replace("\\", "\\\\").replace("/", "\\/"),
        "JSON, numbers": "".join(f"\\u{ord(c):04X}" if c in signs else c for c in token),
        "Python": repr(token)[1:-1],
        **{f"every character as {way[:3]}…": written(token, way) for way in EVERY},
        "every second character": "".join(
            f"%{ord(c):02x}" if n % 2 else c for n, c in enumerate(token)
        ),
        "hexadecimal": raw.hex(),
        **{f"base64 after {n}": base64.b64encode(b"u" * n + raw + b"v").decode() for n in range(3)},
        "base64 for URLs": base64.urlsafe_b64encode(b"Bearer " + raw).decode(),
        "base64 in a URL": quote(base64.b64encode(raw).decode(), safe=""),
    }


@pytest.mark.parametrize("spelling", spelled(TOKEN).values(), ids=spelled(TOKEN).keys())
@pytest.mark.parametrize(
    "around", ["{}", "x{}y", '{{"a": "{}"}}', "<p>{}</p>", "?a={}&b=1", "{}{}"]
)
def test_each_spelling_is_found(spelling: str, around: str) -> None:
    """Wherever it stands; the mark says whose token it was."""
    text = around.replace("{}", spelling).replace("{{", "{").replace("}}", "}")
    for redacted in (REDACTOR.text(text), REDACTOR.body(text), REDACTOR.secret_free(text)):
        assert "[token:staging]" in redacted
        assert TOKEN.lower() not in redacted.lower()


@settings(max_examples=30)
@example(token="::::::", before="", after="")
@given(TOKENS, PLAIN, PLAIN)
def test_no_token_survives(token: str, before: str, after: str) -> None:
    """For any token that an environment may have, in each spelling, in any text."""
    redactor = Redactor({"t": Secret(token)})
    for name, spelling in spelled(token).items():
        if name.startswith("base64"):
            continue  # of a longer base64 text only the inner part is the token's
        redacted = redactor.secret_free(f"{before} {spelling} {after}")
        assert spelling not in redacted.replace("[t]", " "), name


@given(TOKENS, st.binary(max_size=9), st.binary(max_size=9))
def test_no_token_survives_inside_base64(token: str, before: bytes, after: bytes) -> None:
    """Wherever in a longer text it stands, the characters that it decides are gone."""
    redactor = Redactor({"t": Secret(token)})
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        whole = encode(before + token.encode() + after).decode()
        left = redactor.secret_free(whole)
        assert "[t]" in left
        # At most the two or three characters that it shares with what stands beside it are left.
        most = len(whole) - len(token) * 4 // 3 + 4
        assert len(left.replace("[t]", "")) <= most


@given(PLAIN)
def test_texts_without_secrets_stay(text: str) -> None:
    """Nothing is taken away from a text that holds no secret."""
    assert REDACTOR.secret_free(text) == text or "caio_session" in text


@given(st.text(max_size=200))
def test_redaction_is_stable(text: str) -> None:
    """Redacting twice is redacting once: evidence that is read back is judged alike."""
    once = REDACTOR.text(text)
    assert REDACTOR.text(once) == once


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["to", "subject", "lead", "x", "name"]), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(JSON)
def test_json_stays_json_and_stable(value: object) -> None:
    """A body that is JSON stays JSON of the same shape, and is not redacted further."""
    once = REDACTOR.body(json.dumps(value))
    assert REDACTOR.body(once) == once
    assert type(json.loads(once)) is type(value)


def test_of_two_tokens_the_longer_goes_first() -> None:
    """One may be the beginning of the other."""
    redactor = Redactor({"a": Secret("token-1"), "b": Secret("token-1-longer")})
    assert redactor.secret_free("token-1-longer token-1") == "[b] [a]"


def test_a_secret_shows_itself_nowhere() -> None:
    """Neither in a repr nor in a format, of itself or of what holds it."""
    for shown in (repr(Secret(TOKEN)), str(Secret(TOKEN)), f"{Secret(TOKEN)}", repr(REDACTOR)):
        assert TOKEN not in shown
        assert not any(re.search(p, shown, re.IGNORECASE) for _, p in patterns(TOKEN))


READABLE = base64.urlsafe_b64encode(json.dumps({"token": TOKEN}).encode()).decode().rstrip("=")
HEADERS = [
    (("X-Dashboard-Token", TOKEN), "[token:staging]"),
    (("x-dashboard-token", "of somebody else"), "[token]"),
    (("Authorization", f"Bearer {TOKEN}"), "[token:staging]"),
    (("Authorization", "Basic abc"), "[token]"),
    (("Cookie", "caio_session=abc; other=def"), "caio_session=[cookie]"),
    (("Set-Cookie", "caio_session=abc; Path=/"), "caio_session=[cookie]; Path=/"),
    (("Set-Cookie", f"t={quote(TOKEN)}; Path=/"), "t=[cookie][token:staging]; Path=/"),
    (
        ("Set-Cookie", f"caio_session={READABLE}.signed; Path=/"),
        "caio_session=[cookie][token:staging]; Path=/",
    ),
    (
        ("Set-Cookie", f"a=b; Path=/{quote(TOKEN)}"),
        "a=[cookie][token:staging]; Path=/[token:staging]",
    ),
    (
        ("Set-Cookie", "a=b; Comment=bob@mail.example"),
        "a=[cookie]; Comment=b…@m….example (cdc05e46)",
    ),
    (("Location", f"/sales?token={quote(TOKEN)}"), "/sales?token=[token:staging]"),
    (("X-Anything", "bob@mail.example"), "b…@m….example (cdc05e46)"),
]  # fmt: skip


@pytest.mark.parametrize(("header", "value"), HEADERS)
def test_headers(header: tuple[str, str], value: str) -> None:
    """Of a cookie its name stays, of credentials nothing, of a known token its mark."""
    assert REDACTOR.headers([header]) == ((header[0], value),)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://u:pw@x.example/p?a=1", "https://x.example/p?a=1"),
        (f"https://x.example/?token={quote(TOKEN, safe='')}", "https://x.example/?token=[token:staging]"),
        ("https://x.example/?query=bob%40mail.example", None),
        ("https://[::1/", "https://[::1/"),
        (f"https://[::1/{TOKEN}", "https://[::1/[token:staging]"),
    ],
)  # fmt: skip
def test_urls(url: str, shown: str | None) -> None:
    """User names go, queries are redacted value by value, and no URL breaks it."""
    redacted = REDACTOR.url(url)
    assert redacted == shown if shown else "bob" not in redacted


BODIES = {
    "nested texts": ('{"body": {"text": "Dear Jane"}}', "Dear Jane"),
    "list of people": ('{"to": [{"email": "j@x.example", "name": "Jane Roe"}]}', "Jane Roe"),
    "person": ('{"recipient_data": {"a": [{"b": "Jane Roe"}]}}', "Jane Roe"),
    "key that is an address": ('{"jane@x.example": 1}', "jane@"),
    "quoted JSON": (json.dumps({"d": json.dumps({"subject": "Dear Jane"})}), "Dear Jane"),
    "Python": ("{'subject': \"Dear Jane's\", 'x': 1}", "Dear Jane"),
    "HTML": ("&quot;subject&quot;: &quot;Dear Jane&quot;", "Dear Jane"),
    "cut off": ('{"body": "Dear Jane', "Dear Jane"),
    "cut off in an escape": ('{"body": "Dear Jane\\', "Dear Jane"),
    "key twice": ('{"subject": "Dear Jane", "subject": "Dear Jane"}', "Dear Jane"),
    "name in broken JSON": ('{"cc": [{"name": "Jane Roe"}', "Jane Roe"),
    "escaped quotes": ('x "subject": "Dear \\"Jane\\" Roe"', "Jane"),
    "other case": ('{"Subject": "Dear Jane"} x', "Dear Jane"),
    "session in a text": ("Set-Cookie: caio_session=abcdef; Path=/", "abcdef"),
    "session in JSON": ('{"note": "caio_session: \'abcdef\'"}', "abcdef"),
}


@pytest.mark.parametrize(("body", "secret"), BODIES.values(), ids=BODIES.keys())
def test_people_are_reduced(body: str, secret: str) -> None:
    """In JSON, and in text that only quotes some."""
    assert secret not in REDACTOR.body(body)


@pytest.mark.parametrize("name", [name for name in BODIES if not name.startswith("session")])
def test_kept_content(name: str) -> None:
    """Whoever keeps content keeps it, on their own machine."""
    body, secret = BODIES[name]
    assert secret in Redactor(keep_content=True).body(body)


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "a" * 500_000 + "@",
        "a@" * 200_000,
        '"to": ' * 80_000,
        '"body": "' + "\\" * 500_000,
        "\\" * 500_000,
        "%41" * 160_000 + "@x.y",
        "'" * 500_000,
        "&quot;" * 80_000,
        '"contact": {' * 40_000,
        "x@" + "a." * 240_000,
        TOKEN * 30_000,
        TOKEN[:-1] * 30_000,
    ],
    ids=lambda text: text[:12],
)
def test_hostile_texts_take_no_time(text: str) -> None:
    """Half a megabyte of what makes searches slow is searched in well under a second."""
    started = time.process_time()
    assert REDACTOR.body(text)
    assert time.process_time() - started < 2


@pytest.mark.parametrize("token", ["a-token", "s3cr+t/tok=en&x", "abcdef"])
def test_a_token_without_its_last_character(token: str) -> None:
    """The gate tries it, so it is hidden too, by another name than the token itself."""
    redactor = Redactor({"token:staging": Secret(token)})
    shown = redactor.text(f"you sent {token[:-1]!r}, not {token!r}: {quote(token[:-1], safe='')}")
    assert token[:-1] not in shown
    assert shown.count("[token:staging shortened]") == 2
    assert shown.count("[token:staging]") == 1


@pytest.mark.parametrize("part", [slice(0, -4), slice(4, None)])
def test_what_a_poor_mask_leaves(part: slice) -> None:
    """Most of a token is as good as the token; its first letters say nothing."""
    token = "Zk3vQ8xN1mR7tY5wB2cF9hJ4pL6sD0gA"
    redactor = Redactor({"token:staging": Secret(token)})
    shown = redactor.text(f"key ****{token[part]}****, begins with {token[:8]}")
    assert token[part] not in shown
    assert "[token:staging:most]" in shown
    assert token[:8] in shown
    assert "most" not in Redactor({"token:a": Secret("staging-dashboard")}).text("staging-dashboa")


def test_a_shortened_token_that_is_another_one() -> None:
    """A whole token goes by its own name."""
    redactor = Redactor({"token:a": Secret("abcdefgh"), "token:b": Secret("abcdefg")})
    assert redactor.text("x abcdefg y abcdefgh z abcdef") == (
        "x [token:b] y [token:a] z [token:b shortened]"
    )


SESSION = "a1b2c3d4.e5f6g7h8i9j0+/=="


@pytest.mark.parametrize("spelling", spelled(SESSION).values(), ids=spelled(SESSION).keys())
def test_what_is_learned_is_a_secret_from_then_on(spelling: str) -> None:
    """A session's id, whatever name it has and however it is written."""
    redactor = Redactor({"token:staging": Secret(TOKEN)})
    assert "[session]" not in redactor.text(spelling)
    redactor.learn([SESSION, "abc"])
    for redacted in (redactor.text(f"x={spelling};"), redactor.body(json.dumps([spelling]))):
        assert "[session]" in redacted
        assert SESSION.lower() not in redacted.lower()
    assert redactor.text("abc") == "abc"
    # A session that is the token shows as what it is: an echo.
    redactor.learn([TOKEN, f"x{TOKEN}"])
    assert redactor.text(TOKEN) == "[token:staging]"
    assert "e5f6" not in repr(redactor)


def test_what_a_deployment_makes_up_without_end_is_left() -> None:
    """Tokens of the run are found all the same; ten times as many take no hundred times more."""

    def took(many: int) -> float:
        redactor = Redactor({"token:staging": Secret(TOKEN)})
        started = time.process_time()
        redactor.learn(f"session-number-{n}" for n in range(many))
        assert redactor.text(f"{TOKEN} session-number-7") == "[token:staging] [session]"
        return time.process_time() - started

    assert took(10_000) < 40 * took(1_000) + 1


@pytest.mark.parametrize(
    "text",
    [
        "\\" * 2_000_000 + "x74", "%" + "25" * 1_000_000 + "74", "&" + "amp;" * 500_000 + "#116",
        "&#" + "0" * 2_000_000 + "116", "=74" * 500_000, "%74%6f" * 300_000,
    ],
    ids=["backslashes", "percent signs", "ampersands", "zeros", "mail", "letters"],
)  # fmt: skip
@pytest.mark.parametrize("token", [TOKEN, "\\a\\\\b\\c", "&x%y\\z#"])
def test_escapes_without_end_take_no_time(text: str, token: str) -> None:
    """A search that began again at each of them would take hours."""
    redactor = Redactor({"t": Secret(token)})
    started = time.monotonic()
    redactor.secret_free(text)
    assert time.monotonic() - started < 10

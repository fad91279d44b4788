"""What a page shows of secrets and people is not to be read on its pictures."""

from __future__ import annotations

import asyncio
import html
from collections.abc import Mapping

import pytest

from pytest_caio.observe.page.chromium import find_chromium
from pytest_caio.observe.page.pictures import picture
from pytest_caio.observe.page.shared_browser import SharedBrowser
from pytest_caio.privacy.redactor import Redactor, Secret

pytest.importorskip("playwright.async_api")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(find_chromium() is None, reason="no Chromium here"),
]
# Two of each: as long as each other, so that only what is to be read tells the pictures apart.
TOKENS = ("t0ken-of-staging-1234", "q7wer-zu-uiopas9-8765")
PEOPLE = ("jane.doe@acme-mail.example", "carl.ray@acme-mail.example")
SESSIONS = ("a1b2c3d4e5f6g7h8i9j0", "z9y8x7w6v5u4t3s2r1q0")
SHOWN: Mapping[str, str] = {
    "text": "<p>Signed in with {}, until five</p>",
    "text in parts": "<p>{0[0]}<b>{0[1]}</b>{0[2]}</p>",
    "a line among others": "<div>First line<br>{}<br><i>last line</i></div>",
    "a field": "<input value='{}'>",
    "a big field": "<textarea>{}</textarea>",
    "what a field asks for": "<input placeholder='{}'>",
    "an option": "<select><option>{}</option></select>",
    "a stylesheet": "<style>p::before {{ content: '{}' }}</style><p>x</p>",
    "an attribute": "<style>p::after {{ content: attr(title) }}</style><p title='{}'>x</p>",
    "an open shadow": "<div><template shadowrootmode=open><p>{}</p></template></div>",
    "a closed shadow": "<div><template shadowrootmode=closed><p>{}</p></template></div>",
    "a frame": "<iframe srcdoc='<tt>{}</tt>'></iframe>",
    "a drawing": "<canvas id=c></canvas><script>c.getContext('2d').fillText('{}', 9, 9)</script>",
    "a picture": "<svg><text y=20>{}</text></svg>",
    "a list": "<ol><li>one</li><li>{}</li></ol>",
    "upper case": "<p style='text-transform: uppercase'>{}</p>",
}
REDACTOR = Redactor({f"token:{n}": Secret(token) for n, token in enumerate(TOKENS)})
REDACTOR.learn(SESSIONS)
SECRETS = {"token": TOKENS, "person": PEOPLE, "session": SESSIONS}


def filled(page: str, secret: str) -> str:
    """The page with the secret in it, or with its three parts."""
    if "{0[" in page:
        return page.format([secret[:4], secret[4:9], secret[9:]])
    return page.format(html.escape(secret))


async def taken(pages: Mapping[str, tuple[str, str]], redactor: Redactor) -> dict[str, list[bytes]]:
    """Two pictures of each page, one with either secret; those that could be taken."""
    found: dict[str, list[bytes]] = {}
    async with SharedBrowser() as shared:
        browser = await shared.get()
        page = await browser.new_page(viewport={"width": 500, "height": 300})
        for name, both in pages.items():
            found[name] = []
            for text in both:
                pictures: dict[str, bytes] = {}
                await page.set_content(f"<style>* {{ font-family: monospace }}</style>{text}")
                await picture(page, pictures, "one", redactor)
                assert "data-caio-covered" not in await page.content()
                found[name] += pictures.values()
    return found


@pytest.fixture(scope="module")
def pictures() -> dict[str, list[bytes]]:
    """The pictures of every way to show every kind of secret."""
    pages = {
        f"{kind}, {where}": (filled(page, both[0]), filled(page, both[1]))
        for kind, both in SECRETS.items()
        for where, page in SHOWN.items()
    }
    return asyncio.run(taken(pages, REDACTOR))


@pytest.mark.parametrize("where", SHOWN)
@pytest.mark.parametrize("kind", SECRETS)
def test_a_secret_can_not_be_read(pictures: dict[str, list[bytes]], kind: str, where: str) -> None:
    """The pictures of two secrets are the same, or there is none."""
    assert len(set(pictures[f"{kind}, {where}"])) <= 1


def test_what_can_be_covered_is_seen_all_the_same(pictures: dict[str, list[bytes]]) -> None:
    """Only where nobody could look for it there is no picture."""
    without = {name.partition(", ")[2] for name, found in pictures.items() if len(found) < 2}
    assert without <= {"a closed shadow", "an attribute"}


def test_everything_else_is_to_be_read() -> None:
    """Words that are nobody's differ on the pictures, and so would a secret that isn't known."""
    pages = {
        "words": ("<p>Reject</p>", "<p>Refuse</p>"),
        "text": (filled(SHOWN["text"], TOKENS[0]), filled(SHOWN["text"], TOKENS[1])),
    }
    for found in asyncio.run(taken(pages, Redactor())).values():
        assert len(set(found)) == 2

"""What the page reads or links to, asked for without a session: people are not for everybody.

Source: ``docs/dashboard.md, Access``.
"""

import asyncio
import re
from collections.abc import Iterable
from urllib.parse import unquote, urljoin, urlsplit

from pytest_caio.evidence.model import Exchange
from pytest_caio.gates.request import Identity, Request
from pytest_caio.interlock.acting_words import deed
from pytest_caio.interlock.rules import Stopped
from pytest_caio.observe.probe import Sends
from pytest_caio.observe.sender import Answer
from pytest_caio.settings.environments import origin_of

_MOST = 12
_LINK = re.compile(r"""\bhref\s*=\s*["']([^"'#<>{}]+)["']""", re.IGNORECASE)
_PART_OF_A_PAGE = re.compile(r"\.(?:m?js|css|map|png|jpe?g|gif|svg|ico|webp|woff2?|webmanifest)$")
_ADDRESS = re.compile(rb"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
# How many addresses are people's, and no help desk's: in a table, in JSON, in a page.
_IN_TABLE, _IN_JSON, _IN_PAGE = 1, 2, 3


async def open_reads(
    sender: Sends, reads: Iterable[str], page: bytes
) -> tuple[list[str], list[Exchange]]:
    """Return which paths show people's data to everybody, and what was sent to find that out.

    ``reads`` are what the page asked for, ``page`` is its source, whose links count as well. What
    is called like a deed is not asked for.
    """
    named = [path for path in reads if _asks_nothing_more(path)]
    named += plain_links(sender.environment.url, page)
    fit = [*dict.fromkeys(named)][:_MOST]
    tried = await asyncio.gather(*(_as_anybody(sender, path) for path in fit))
    found = [path for path, (answer, _) in zip(fit, tried, strict=True) if _shows_people(answer)]
    return found, [exchange for _, sent in tried for exchange in sent]


def plain_links(here: str, page: bytes) -> list[str]:
    """Return the paths of the origin ``here`` that a page links to and that only read, by name."""
    text = page.decode("utf-8", "replace")
    links = [urljoin(f"{here}/sales", link.replace("&amp;", "&")) for link in _LINK.findall(text)]
    paths = dict.fromkeys(_path(link) for link in links if origin_of(link) == here)
    return [path for path in paths if _asks_nothing_more(path)]


def _path(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _asks_nothing_more(path: str) -> bool:
    """Return whether a path is a plain read by its name, and neither the way in nor a picture."""
    plain = unquote(urlsplit(path).path).rstrip("/").lower()
    shut = plain in {"", "/login", "/sales"} or _PART_OF_A_PAGE.search(plain)
    return not (shut or deed(f"https://page.example{path}"))


async def _as_anybody(sender: Sends, path: str) -> tuple[Answer | None, tuple[Exchange, ...]]:
    kept: list[Answer] = []
    try:
        sent = await sender.send(Request("GET", path, Identity.ANONYMOUS), keep=kept.append)
    except Stopped:
        return None, ()
    return (kept[-1] if kept else None), sent


def _shows_people(answer: Answer | None) -> bool:
    if answer is None or answer.status != 200:
        return False
    told = {name.lower(): value.lower() for name, value in answer.headers}
    kind = told.get("content-type", "")
    if "javascript" in kind or "css" in kind:
        return False
    table = "csv" in kind or told.get("content-disposition", "").startswith("attachment")
    least = _IN_TABLE if table else _IN_PAGE if "html" in kind else _IN_JSON
    return len(set(_ADDRESS.findall(answer.body))) >= least

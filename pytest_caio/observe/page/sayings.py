"""What a page says of a decision, in lines that weren't there before."""

import re
from collections.abc import Awaitable, Callable, Container, Iterable

from playwright.async_api import Page

LINES = "__caio.linesAsRead()"
_DECISION = re.compile(r"\b(?:approv|reject|declin|send|sent)\w*", re.IGNORECASE)
_NUMBER = re.compile(r"\d+")
# How often is looked at what is said.
_TURNS = 4
_DONE = re.compile(r"\b(?:approved|rejected|declined|sent|saved|done)\b", re.IGNORECASE)
# Whoever is told to sign in again isn't told that what was decided is not done.
_FAILED = re.compile(
    r"\b(?:not|never|fail\w*|error|could|couldn.t|(?<!\bin )again|retry)\b", re.IGNORECASE
)

# What says that something went wrong, and not merely what is not yet to be.
_DENIED = re.compile(
    r"\b(?:error|fail(?:ed|ure)|could not|couldn.t|was not|were not|refused)\b", re.IGNORECASE
)


async def says_denied(
    page: Page, before: Container[str], alerts: Iterable[str], *, alone: bool = False
) -> str:
    """Return the alert or the new line that says that something went wrong, if any.

    ``alone`` looks for what is about a decision, as something else did go wrong.
    """
    new = [line for line in await page.evaluate(LINES) if line not in before]
    said = [text for text in (*alerts, *new) if not alone or _DECISION.search(text)]
    return next((text for text in said if _DENIED.search(text)), "")[:200]


async def says_more(page: Page, before: Iterable[str]) -> bool:
    """Return whether the page says anything that it didn't, but for what counts."""
    there, now = (
        {_NUMBER.sub("0", one) for one in all_} for all_ in (before, await page.evaluate(LINES))
    )
    return not now <= there


async def says_failed(page: Page, before: Container[str]) -> bool:
    """Return whether a new line says that something was not done, or once more is to be."""
    new = [line for line in await page.evaluate(LINES) if line not in before]
    return any(_FAILED.search(line) for line in new)


async def says_done(page: Page, before: Container[str]) -> set[str]:
    """Return the lines that say that something was done; ``before`` are those that stood there."""
    new = [line for line in await page.evaluate(LINES) if line not in before]
    return {line for line in new if _DONE.search(line) and not _FAILED.search(line)}


async def says_in_time(
    page: Page, run: Callable[[float], Awaitable[None]], before: Container[str], late: float
) -> tuple[set[str], bool]:
    """Return what the page says that was done, and of an answer that is ``late`` whether it wasn't.

    ``run`` runs the page's clock for so many seconds.
    """
    says, failed = await says_done(page, before), False
    for _ in range(_TURNS if late else 0):
        await run(late / (_TURNS - 1))
        says |= await says_done(page, before)
        failed |= await says_failed(page, before)
    return says, failed

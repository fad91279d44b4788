"""Coming to the page: for the first time, or again where it was.

Source: ``docs/page.md, Steps``.
"""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from playwright.async_api import Error, Page

_MILLISECONDS = 8000


async def arrive(page: Page, url: str, *, again: bool) -> None:
    """Load the page at ``url``; ``again`` with what its address says behind # by now."""
    here, _, place = page.url.partition("#")
    with suppress(Error):
        if again and place and here == url:
            await page.reload(wait_until="load", timeout=_MILLISECONDS)
        else:
            await page.goto(url, wait_until="load", timeout=_MILLISECONDS)


def shows_cards(view: Mapping[str, Any]) -> bool:
    """Return whether a view shows any card."""
    return any(one["card"] for one in view["controls"])

"""Looks at one page, one after the other, as long as there is time for it."""

from collections.abc import Awaitable, Callable, Mapping

from playwright.async_api import Error

from pytest_caio.observe.page.tab import Lost, Tab

RESERVE = 1.5
"""Seconds that have to be left for one more look."""


async def in_turn(tab: Tab, looks: Mapping[str, Callable[[], Awaitable[None]]]) -> None:
    """Take each look; one that there is no time for is named as not explored.

    Where one loses the page the next one goes on, unless the page's clock is what was lost; where
    the browser gave up on one, that one is named.
    """
    for name, look in looks.items():
        if tab.setting.left < RESERVE:
            tab.setting.unexplored.append(name)
            continue
        try:
            await look()
        except Lost:
            if not tab.clock.runs:
                raise
        except Error as error:
            tab.setting.unexplored.append(f"{name}, {why(error)}")


def why(error: Error) -> str:
    """Return what the browser gave as its reason, as the end of a sentence."""
    return f"as {str(error).splitlines()[0][:80]}"

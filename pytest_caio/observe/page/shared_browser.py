"""The run's one browser: started when it is first asked for, closed whatever happens."""

import asyncio
import contextlib
import os
import sys
from typing import TYPE_CHECKING

from pytest_caio.observe.page.chromium import find_chromium
from pytest_caio.observe.quiet_environment import browser_environment

if TYPE_CHECKING:
    from playwright.async_api import Browser, Playwright

INSTALL = (
    "install Chromium, Google Chrome or Edge, run 'playwright install chromium', or name one with "
    "--caio-browser=PATH"
)
NOT_INSTALLED = "the extra 'browser' is not installed: pip install 'pytest-caio[browser]'"
_LAUNCH_SECONDS = 20.0
_CLOSE_SECONDS = 5.0
# A page is looked at in two tabs: another page beside it would only use up the time of both.
_AT_ONCE = 1
# Signing in waits for the deployment most of the time.
_OPENED_AT_ONCE = 3
# The page's requests are sent by the gate itself, so the browser needs no network, and what
# slips past the routes (a WebSocket, a redirect) must not reach anyone: its proxy is a dead end.
_NO_NETWORK = {"server": "http://127.0.0.1:9", "bypass": "<-loopback>"}
_FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Calls between browsers go by UDP, past any proxy: each kind of Chromium heeds one of these.
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    # A name that is looked up tells somebody else's server what a page made of it.
    "--host-resolver-rules=MAP * ~NOTFOUND",
)


class NoBrowser(Exception):
    """There is no browser to look with; the message says how to get one."""


class SharedBrowser:
    """One Chromium for every environment of a run. ``named`` is its path, or empty: look for one.

    ``openings`` is held by whoever signs in, ``visits`` by whoever explores a page.
    Used as an async context manager: leaving it closes what was started, also when cancelled.
    """

    def __init__(self, named: str = "") -> None:
        self._named = named
        self._starting: asyncio.Task[Browser] | None = None
        self._playwright: Playwright | None = None
        self.visits = asyncio.Semaphore(_AT_ONCE)
        self.openings = asyncio.Semaphore(_OPENED_AT_ONCE)

    async def __aenter__(self) -> "SharedBrowser":
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.close()

    async def get(self) -> "Browser":
        """Return the browser, launched by whoever asks first. Raises :class:`NoBrowser`."""
        if self._starting is None:
            self._starting = asyncio.create_task(self._start())
        # Whoever asked may be cancelled; the launch goes on for the others, and to be closed.
        return await asyncio.shield(self._starting)

    async def close(self) -> None:
        """Close the browser and its driver; a launch that is under way gets a moment to end."""
        if self._starting is None:
            return
        with contextlib.suppress(Exception):
            async with asyncio.timeout(_CLOSE_SECONDS):
                browser = await asyncio.shield(self._starting)
            async with asyncio.timeout(_CLOSE_SECONDS):
                await browser.close()
        self._starting.cancel()
        # The driver ends every browser that is left when it is stopped itself.
        if self._playwright is not None:
            with contextlib.suppress(Exception):
                async with asyncio.timeout(_CLOSE_SECONDS):
                    await self._playwright.stop()

    async def _start(self) -> "Browser":
        try:
            # In a thread: the import takes half a second in which requests can be under way.
            api = await asyncio.to_thread(__import__, "playwright.async_api", fromlist=("*",))
        except ImportError:
            raise NoBrowser(NOT_INSTALLED) from None
        if _talks():
            raise NoBrowser(
                "DEBUG makes the browser's library print what is typed into a page, and another "
                "plugin has loaded it already: unset DEBUG"
            )
        self._playwright = await api.async_playwright().start()
        found = self._named or find_chromium()
        problem = ""
        # A command on the PATH may be an empty shell (a snap's); playwright's own goes last.
        for path in dict.fromkeys((found, None)) if not self._named else (found,):
            try:
                return await self._launch(self._playwright, path)
            except api.Error as error:
                problem = problem or (f"{path} does not start ({_first_line(error)}); "
                                      if path else "")  # fmt: skip
        raise NoBrowser(f"{problem or 'no Chromium was found: '}{INSTALL}")

    async def _launch(self, playwright: "Playwright", path: str | None) -> "Browser":
        # As root Chromium does not start inside its sandbox.
        root = hasattr(os, "geteuid") and os.geteuid() == 0
        return await playwright.chromium.launch(
            executable_path=path,
            args=[*_FLAGS, *(["--no-sandbox"] if root else [])],
            proxy=_NO_NETWORK,  # type: ignore[arg-type]
            env=dict(browser_environment(os.environ)),
            timeout=_LAUNCH_SECONDS * 1000,
            handle_sigint=False,
            handle_sigterm=False,
            handle_sighup=False,
        )


def _talks() -> bool:
    """Return whether the library has read DEBUG before the gate took it away."""
    loaded = sys.modules.get("playwright._impl.utils.debug_logger")
    logger = getattr(loaded, "debug_logger", None)
    return logger is not None and bool(logger.is_enabled("channel"))


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0].removeprefix("BrowserType.launch: ")

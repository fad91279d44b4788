"""A tab of its own for a look: a fresh browser context, with the page's clock installed."""

import contextlib
from typing import Any

from playwright.async_api import Error

from pytest_caio.observe.page.page_clock import PageClock
from pytest_caio.observe.page.page_setting import Setting
from pytest_caio.observe.page.signing_in import new_context
from pytest_caio.observe.page.tab import Tab


@contextlib.asynccontextmanager
async def opened_tab(setting: Setting) -> Any:
    """Give a tab of a fresh context, with nothing in its storage and its clock installed."""
    tabs: list[Tab] = []

    def note(method: str, url: str, body: str) -> None:
        if tabs:
            tabs[0].noted(method, url, body)

    async with setting.tabs:
        pages = await new_context(setting.browser, setting.network, note, stays=True)
        try:
            clock = PageClock(pages, setting.errors, runs=setting.clock)
            await clock.install()
            for script in (setting.script(), *setting.before):
                await pages.add_init_script(script)
            page = await pages.new_page()
            page.set_default_timeout(8000)
            tab = Tab(setting, pages, page, clock)
            tabs.append(tab)
            page.on("dialog", tab.say_yes)
            yield tab
            await tab.collect()
        finally:
            with contextlib.suppress(Error):
                await pages.close()

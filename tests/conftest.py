"""What all tests share."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest

pytest_plugins = ["pytester"]

# Who rehearses in this folder loads this file too, without what the tests need.
with contextlib.suppress(ImportError):
    from hypothesis import settings

    # A busy machine makes an example slow, and no mistake of the code is found by that.
    settings.register_profile("gate", deadline=None)
    settings.load_profile("gate")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep whatever needs a browser out of the quick lane."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker("slow")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say how many hostile deployments were looked at, in whatever process that was."""
    reports = [report for found in terminalreporter.stats.values() for report in found]
    tried = sum(
        name == "hostile deployment"
        for report in reports
        if getattr(report, "when", "") == "teardown"
        for name, _ in report.user_properties
    )
    if tried:
        terminalreporter.write_line(f"hostile deployments tried: {tried}")

"""What the tests of the report share."""

from collections.abc import Iterator

import pytest
from browsers import browser
from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A real Chromium: the system's, else playwright's own."""
    with browser() as found:
        yield found

"""The pictures are there, small enough, and made by their command."""

from __future__ import annotations

import re
import struct
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pages.made import DOCS
from pages.pictures import LARGEST, PICTURES, taken

FOLDER = DOCS / "pictures"


def size(png: bytes) -> tuple[int, int]:
    """Return a PNG's width and height."""
    assert png.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def due(name: str) -> tuple[int, int]:
    """How large a picture is to be."""
    clip = PICTURES[name][1]
    return clip["width"], clip["height"]


def test_each_is_shown_somewhere() -> None:
    """And none lies there that no command makes."""
    pages = [DOCS.parent / "README.md", *DOCS.glob("*.md")]
    text = "".join(page.read_text("utf-8") for page in pages)
    # What a picture says stands beside it, for whoever can't see it.
    shown = set(re.findall(r"!\[[^\]]{20,}\]\((?:docs/)?pictures/([^)]+)\)", text))
    assert {path.name for path in FOLDER.iterdir()} == set(PICTURES) == shown


@pytest.mark.parametrize("name", PICTURES)
def test_small_enough(name: str) -> None:
    """Whoever clones the repository gets them."""
    png = (FOLDER / name).read_bytes()
    assert len(png) <= LARGEST
    assert size(png) == due(name)


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    # These take a look at the page, as the others' runs don't.
    [pytest.param(one, marks=[pytest.mark.nightly] * one.endswith("go.png")) for one in PICTURES],
)
def test_it_is_made(name: str, tmp_path: Path) -> None:
    """Renew them with: cd tests; python -m pages --pictures."""
    with ThreadPoolExecutor(1) as thread:
        png = thread.submit(taken, name, tmp_path).result()
    assert size(png) == due(name)
    assert len(png) <= LARGEST

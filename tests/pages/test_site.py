"""The site is built strictly: no link and no anchor is broken, and every page can be found."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from pages.site import ROOT, BrokenSite, build, stage


@pytest.mark.slow
def test_it_builds(tmp_path: Path) -> None:
    """With the README's picture, and nothing that is fetched from elsewhere."""
    stage(tmp_path / "site")
    site = build(tmp_path / "site")
    home = (site / "index.html").read_text("utf-8")
    assert (site / "pictures" / "no-go.png").is_file()
    assert "pictures/no-go.png" in home
    fetched = re.findall(r"<(?:script|img|link)[^>]+(?:src|href)=\"?(https?://[^\s\">]+)", home)
    assert fetched == []


BROKEN = {"a page": "[x](none.md)", "an anchor": "[x](promises.md#no-such-promise)"}


@pytest.mark.slow
@pytest.mark.parametrize("case", BROKEN)
def test_what_breaks_it(tmp_path: Path, case: str) -> None:
    """A page or heading that isn't there ends it, and is named."""
    stage(tmp_path / "site")
    page = tmp_path / "site" / "pages" / "glossary.md"
    page.write_text(page.read_text("utf-8") + f"\n{BROKEN[case]}\n", "utf-8")
    with pytest.raises(BrokenSite, match=r"glossary\.md"):
        build(tmp_path / "site")


def test_each_page_is_in_the_navigation(tmp_path: Path) -> None:
    """Whoever adds a page says where it stands."""
    stage(tmp_path / "site")
    text = (ROOT / "zensical.toml").read_text("utf-8")
    listed = re.findall(r'"([\w-]+\.md)"', str(text))
    assert tomllib.loads(text)["project"]["nav"]
    pages = [page.name for page in (tmp_path / "site" / "pages").glob("*.md")]
    assert sorted(listed) == sorted(pages)


def test_lists_are_lists() -> None:
    """The site's Markdown wants four spaces below an item, and a line before a list."""
    wrong = [
        f"{page.name}: {found[0].strip()}"
        for page in (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"))
        for found in re.finditer(
            r"^ {1,3}[*-] .*|^(?![*\s|>#-]|\d+\.).+\n[*-] .*",
            re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL),
            re.MULTILINE,
        )
    ]
    assert wrong == []

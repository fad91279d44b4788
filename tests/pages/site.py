"""The documentation as a site: built strictly, so that a link or an anchor that breaks ends it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from pages.made import DOCS

ROOT = DOCS.parent
_TO_DOCS = re.compile(r"\]\(docs/")
_TO_ROOT = re.compile(r"\]\(\.\./([A-Z]+\.md)")
_TO_README = re.compile(r"\]\(README\.md")
_OTHERS = ("pictures", "schemas")


class BrokenSite(Exception):
    """The site can't be built; the message is what its builder says."""


def stage(folder: Path) -> None:
    """Write the site's sources: pages of the root and of ``docs/`` side by side, README first."""
    pages = folder / "pages"
    pages.mkdir(parents=True)
    for page in (*ROOT.glob("*.md"), *DOCS.glob("*.md")):
        text = _TO_ROOT.sub(r"](\1", _TO_DOCS.sub("](", page.read_text("utf-8")))
        name = "index.md" if page.name == "README.md" else page.name
        (pages / name).write_text(_TO_README.sub("](index.md", text), "utf-8")
    for name in _OTHERS:
        shutil.copytree(DOCS / name, pages / name)
    shutil.copy(ROOT / "zensical.toml", folder)


def build(folder: Path) -> Path:
    """Build the site of staged sources and return where it is; raises BrokenSite."""
    done = subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--strict"],
        cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    if done.returncode:
        raise BrokenSite(done.stdout + done.stderr)
    return folder / "site"

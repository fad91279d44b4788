"""Make the page's templates into Python ahead: ``python tests/support/make_templates.py``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pytest_caio.report import html
from pytest_caio.report.made_templates import FOLDER, made

TEMPLATES = Path(html.__file__).parent / "templates"


def each() -> Iterator[tuple[Path, str]]:
    """Yield each file, and what has to be in it."""
    environment = html.compiled().environment
    for name in html.TEMPLATES:
        text = (TEMPLATES / name).read_text(encoding="utf-8")
        yield TEMPLATES / FOLDER / f"{name}.txt", made(environment, name, text)


if __name__ == "__main__":
    for path, text in each():
        path.write_text(text, encoding="utf-8", newline="\n")

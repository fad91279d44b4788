"""Whatever code, tests, gates and docs refer to is in the repository, under that name."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / ".github").rglob("*.md")]
)
_KINDS = ("*.py", "*.yaml", "*.yml", "*.toml", "*.j2", "*.html", "*.css", "*.ini")
TEXTS = [
    *PAGES,
    *(path for folder in ("pytest_caio", "tests", "gates", ".github") for kind in _KINDS
      for path in sorted((ROOT / folder).rglob(kind)) if path != Path(__file__)),
    ROOT / ".ci" / "run", ROOT / "pyproject.toml", ROOT / "tox.ini",
]  # fmt: skip
_REFERENCE = re.compile(r"docs/(?P<file>[\w-]+)\.md(?P<comma>, (?P<heading>[^`\n]{0,80}))?")
_LINK = re.compile(r"(?<!!)\[[^\]\[]+\]\((?P<target>[^()\s]+)\)")
# What stands outside the repository, or says nothing to somebody who reads only this.
FORBIDDEN = re.compile(
    r"\bcontract/|http-contract|\(contract[:,]|\bthe contract\b|\bpromise \d|\bissue of\b"
    r"|\bthe issue\b|\bissue #?\d|\bregimen §|\bdesign\.md|\.\./shared|\bshared/design"
)


def headings(page: Path) -> list[str]:
    """Return a page's headings, in its order; what stands in a fenced block is none."""
    text = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    return [found[1].strip() for found in re.finditer(r"^#+ (.+)$", text, re.MULTILINE)]


def anchors(page: Path) -> set[str]:
    """Return what a link to a heading ends in, as GitHub makes it of the heading."""
    return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings(page)}


def joined(text: str) -> str:
    """Return a text with its lines joined, so that a reference may go over two of them."""
    return re.sub(r"\s*\n[ \t]*(?:#(?!#) ?)?", " ", text)


def broken_references(text: str) -> Iterator[str]:
    """Yield each ``docs/x.md, Heading`` that names no page, or no heading of it."""
    for found in _REFERENCE.finditer(joined(text)):
        page = ROOT / "docs" / f"{found['file']}.md"
        known = headings(page) if page.is_file() else None
        wanted = found["heading"] or ""
        if known is None or (found["comma"] and not any(map(wanted.startswith, known))):
            yield found[0]


def broken_links(page: Path, text: str) -> Iterator[str]:
    """Yield each relative link that leads to no file, or to no heading of it."""
    for found in _LINK.finditer(re.sub(r"`[^`\n]*`", "", text)):
        path, _, anchor = found["target"].partition("#")
        target = (page.parent / path).resolve() if path else page
        if re.match(r"[a-z]+:", found["target"]):
            continue
        if not target.exists() or (anchor and anchor not in anchors(target)):
            yield found[0]


def by_file(found: Iterable[tuple[Path, Iterable[str]]]) -> dict[str, list[str]]:
    """Return what was found by file, without the files in which there is nothing."""
    listed = ((path.relative_to(ROOT).as_posix(), list(each)) for path, each in found)
    return {name: each for name, each in listed if each}


def test_references() -> None:
    """Pages and headings that are named exist."""
    assert by_file((path, broken_references(path.read_text("utf-8"))) for path in TEXTS) == {}


def test_nothing_outside_is_referred_to() -> None:
    """Who reads the repository alone can open all that it names."""
    texts = ((path, joined(path.read_text("utf-8"))) for path in TEXTS)
    assert by_file((path, (f[0] for f in FORBIDDEN.finditer(text))) for path, text in texts) == {}


def test_links() -> None:
    """Relative links lead to a file, and to a heading of it."""
    assert by_file((page, broken_links(page, page.read_text("utf-8"))) for page in PAGES) == {}


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("Source: ``docs/regimen.md, Pre-flight``.", False),
        ("Source: ``docs/regimen.md,\n    Pre-flight``.", False),
        ("# docs/regimen.md,\n# Ramp graduation, and more", False),
        ("# docs/regimen.md\n", False),
        ("Source: ``docs/regimen.md, Take-off``.", True),
        ("Source: ``docs/regime.md, Pre-flight``.", True),
        ("mode: x  # docs/regimen.md, Stale", True),
    ],
)
def test_the_test_finds_what_is_broken(text: str, broken: bool) -> None:
    """It sees a page or a heading that isn't there, also over two lines."""
    assert bool(list(broken_references(text))) == broken


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("[a](README.md)", False),
        ("[a](docs/checks.md#gate-ramp)", False),
        ("[a](docs/checks.md#gate-rump)", True),
        ("[a](docs/none.md)", True),
        ("[a](https://example.com/#x)", False),
        ("`[a](b)`", False),
        ("[a](#quick-start)", False),
    ],
)
def test_the_test_finds_broken_links(text: str, broken: bool) -> None:
    """It sees a file or an anchor that isn't there."""
    assert bool(list(broken_links(ROOT / "README.md", text))) == broken

"""What CONTRIBUTING shows of the code is the code, and the tests that it names exist."""

from __future__ import annotations

import re

from pages.made import DOCS

ROOT = DOCS.parent
PAGE = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
EXCERPTS = re.findall(r"^```\w+\n# (\S+)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def test_excerpts_are_of_their_files() -> None:
    """Each block names its file first, and stands there word for word."""
    assert len(EXCERPTS) == PAGE.count("\n```") / 2
    wrong = [path for path, text in EXCERPTS if text not in (ROOT / path).read_text("utf-8")]
    assert wrong == []


def test_the_tests_that_are_named_exist() -> None:
    """Functions, and modules by their file."""
    code = {path: path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py")}
    named = set(re.findall(r"`(?:tests/[\w/]+/)?(test_\w+(?:\.py)?)`", PAGE))
    files = {path.name for path in code}
    tests = {name for text in code.values() for name in re.findall(r"def (test_\w+)", text)}
    assert len(named) > 5
    assert named - files - tests == set()

"""Pages say what the parser, the catalogue and the sources say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pages.made import DOCS, MADE, with_made
from pytest_caio.__main__ import COMMANDS
from pytest_caio.plugin.last_word import _KEPT
from pytest_caio.rehearsal.faults.catalogue import FAULTS
from pytest_caio.verdict.decide import EXIT_CODES

ROOT = DOCS.parent
REFERENCE = (DOCS / "reference.md").read_text("utf-8")
_VARIABLE = re.compile(r"\bCAIO_(?!<)[A-Z_]*[A-Z]\b")


@pytest.mark.parametrize("mark", MADE)
def test_what_is_made_is_up_to_date(mark: str) -> None:
    """Write it anew with: cd tests; python -m pages."""
    page, make = MADE[mark]
    text = (DOCS / page).read_text("utf-8")
    assert with_made(text, mark, make()) == text


def test_each_fault_is_there_once() -> None:
    """In the section of its gate, or in that of those that turn nothing red."""
    rows = re.findall(r"^\| `([\w-]+)` \|", (DOCS / "faults.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(rows) == sorted(FAULTS)


@pytest.mark.parametrize("text", ["none", "<!-- a --> <!-- end of b -->", "<!-- a -->x"])
def test_a_page_without_its_marks(text: str) -> None:
    """Where nothing would be renewed, it is said."""
    with pytest.raises(pytest.UsageError, match="stands 0 times"):
        with_made(text, "a", "x")


def test_each_variable_is_told() -> None:
    """Whatever variable the code reads is in the table, environments by their pattern."""
    code = (ROOT / "pytest_caio").rglob("*.py")
    read = {name for path in code for name in _VARIABLE.findall(path.read_text("utf-8"))}
    own = re.compile(r"CAIO_(PROD|STAGING|NAME)_(URL|TOKEN|KIND|WEBHOOK_TOKEN)")
    told = set(_VARIABLE.findall(REFERENCE))
    assert {name for name in read if not own.fullmatch(name)} - told == set()


def test_each_command_and_exit_code_is_told() -> None:
    """What ``caio --help`` lists, and each code of a verdict or of pytest's that is kept."""
    assert set(COMMANDS) == set(re.findall(r"^    caio (\w+)", REFERENCE, re.MULTILINE))
    table = REFERENCE.partition("## Verdict and exit codes")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| ([\d, ]+) \|", table, re.MULTILINE)
    assert {int(code) for row in rows for code in row.split(",")} == {
        *EXIT_CODES.values(), *map(int, _KEPT)
    }  # fmt: skip


def test_each_field_of_the_evidence_is_told() -> None:
    """Those of the gate's own; the others are HAR's."""
    code = (ROOT / "pytest_caio/evidence/har.py").read_text("utf-8")
    fields = set(re.findall(r'"(_[a-z_]+)": ', code))
    assert len(fields) > 5
    assert [name for name in fields if f"`{name}`" not in REFERENCE] == []


def test_each_file_of_a_report_is_told(tmp_path: Path) -> None:
    """By the names that the code writes."""
    code = (ROOT / "pytest_caio/report/folder.py").read_text("utf-8")
    names = set(re.findall(r'"([a-z.-]+\.(?:json|jsonl|har|xml|html))"', code))
    assert names
    assert [name for name in names if f"`{name}`" not in REFERENCE] == []

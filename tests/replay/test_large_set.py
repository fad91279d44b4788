"""A golden set that is not held: checked whole, read case by case, and never another one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from many_cases import golden

from pytest_caio.replay.golden_set import GoldenError, read_golden
from pytest_caio.replay.large_set import (
    MOST_CHECKS,
    LargeSet,
    categories_of_checks,
    names_of_checks,
    read_set,
)


def written(path: Path, cases: list[Any], *, array: bool = False) -> Path:
    """A golden set on disk."""
    file = path / "golden.jsonl"
    lines = json.dumps(cases) if array else "\n".join(map(json.dumps, cases))
    file.write_text(lines, "utf-8-sig")
    return file


def test_a_large_set_is_read_as_a_small_one(tmp_path: Path) -> None:
    """The same cases, each time; a small one, and an array, is held."""
    file = written(tmp_path, [golden(n) for n in range(30)])
    large, small = read_set(file, 29), read_set(file, 30)
    assert isinstance(large, LargeSet)
    assert isinstance(small, tuple)
    assert tuple(large) == tuple(large) == small == read_golden(file)
    assert len(large) == 30
    assert "CASE_00007" in large
    assert "CASE_00030" not in large
    assert sum(large.sizes.values()) == 30
    assert isinstance(read_set(written(tmp_path, [golden(0)], array=True), 0), tuple)


def test_names_are_looked_for(tmp_path: Path) -> None:
    """Those that are an id, a tag or a category."""
    cases = [{**golden(0), "tags": ["vip"]}, golden(1)]
    wanted = frozenset({"vip", "CASE_00001", "category 0", "nobody"})
    found = read_set(written(tmp_path, cases), 1, wanted)
    assert isinstance(found, LargeSet)
    assert found.known == wanted - {"nobody"}


@pytest.mark.parametrize(
    "odd", [golden(3), {**golden(99), "input_query": ""}, {"id": "x"}, [], "text"]
)
def test_mistakes_are_said_as_of_a_small_one(tmp_path: Path, odd: Any) -> None:
    """All at once, with their lines, before anything is asked."""
    file = written(tmp_path, [*(golden(n) for n in range(9)), odd])
    with pytest.raises(GoldenError) as small:
        read_golden(file)
    with pytest.raises(GoldenError) as large:
        read_set(file, 5)
    assert str(large.value) == str(small.value)


@pytest.mark.parametrize("text", ["", "\n\n", "no\n", '{"id": "a", "id": "b"}\n', "\udcff"])
def test_nonsense_is_no_set(tmp_path: Path, text: str) -> None:
    """Whatever the size."""
    file = tmp_path / "golden.jsonl"
    file.write_text(text, "utf-8", errors="surrogateescape")
    with pytest.raises(GoldenError):
        read_set(file, 0)


@pytest.mark.parametrize("change", ["more", "less", "other"])
def test_another_file_by_now_is_a_mistake(tmp_path: Path, change: str) -> None:
    """However it differs."""
    file = written(tmp_path, [golden(n) for n in range(9)])
    large = read_set(file, 5)
    cases = {"more": range(10), "less": range(8), "other": (*range(8), 12)}[change]
    written(tmp_path, [golden(n) for n in cases])
    with pytest.raises(GoldenError, match="changed while"):
        list(large)


def test_checks_have_names_that_can_be_selected() -> None:
    """Each category is in exactly one check, and no two names are one."""
    sizes = {"a b": 1, "a_b": 1, "": 2, "no-category": 1, "Ä/ö": 1}
    checks = categories_of_checks(sizes)
    assert list(checks) == ["a_b", "a_b-2", "no-category", "no-category-2", "Ä_ö"]
    assert [c for part in checks.values() for c in part] == list(sizes)
    many = {f"c{n}": 1 for n in range(MOST_CHECKS + 5)}
    checks = categories_of_checks(many)
    assert len(checks) == MOST_CHECKS + 1
    assert len(checks["other-categories"]) == 5
    assert names_of_checks(()) == ()

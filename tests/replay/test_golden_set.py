"""Golden sets and baselines, good and bad."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_caio.replay.golden_set import (
    Case,
    GoldenError,
    read_baseline,
    read_golden,
    write_baseline,
)

GOOD = {
    "id": "A_1",
    "input_query": "May we write?",
    "expected_tools": ["crm.read"],
    "positive_constraints": ["approval"],
    "negative_constraints": [],
}


def put(folder: Path, content: str | bytes) -> Path:
    """Write a file and return its path."""
    path = folder / "golden.jsonl"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def case(**changes: object) -> str:
    """Return a good case as a line of JSON, with changes; a value of ... leaves the key out."""
    merged = {**GOOD, **changes}
    return json.dumps({key: value for key, value in merged.items() if value is not ...})


@pytest.mark.parametrize(
    "content",
    [
        case() + "\n" + case(id="A_2"),
        "\n" + case() + "\r\n\r\n" + case(id="A_2") + "\r\n",
        f"[{case()},\n{case(id='A_2')}]",
        f" \n[ {case()} , {case(id='A_2')}\n]\n",
        "\ufeff" + case() + "\n" + case(id="A_2"),
        "\ufeff[" + case() + "," + case(id="A_2") + "]",
    ],
)
def test_both_forms_are_read(tmp_path: Path, content: str) -> None:
    """An array and JSON Lines give the same cases, with a byte order mark or without."""
    cases = read_golden(put(tmp_path, content))
    assert [c.id for c in cases] == ["A_1", "A_2"]
    assert cases[0].expected_tools == ("crm.read",)


def test_a_case_knows_its_line(tmp_path: Path) -> None:
    """Lines are counted from 1, blank ones and those inside an array included."""
    lines = read_golden(put(tmp_path, "\n" + case() + "\n\n" + case(id="B")))
    array = read_golden(
        put(tmp_path, "[\n" + json.dumps(GOOD, indent=1) + ",\n" + case(id="B") + "]")
    )
    assert [c.line for c in lines] == [2, 4]
    assert [c.line for c in array] == [2, 2 + json.dumps(GOOD, indent=1).count("\n") + 1]


def test_a_case_gives_back_the_contract_form(tmp_path: Path) -> None:
    """`as_mapping` is the object that was read, other keys left out."""
    (read,) = read_golden(put(tmp_path, case(owner="PTO", weight=3)))
    assert read.as_mapping() == GOOD
    assert read == Case("A_1", "May we write?", ("crm.read",), ("approval",), (), 1)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", ":1: no cases"),
        ("  \n", ":1: no cases"),
        ("[]", ":1: no cases"),
        (b"\xff\xfe[\x00]\x00", ":1: not UTF-8"),
        (case().encode() + b"\n\n\x80", ":3: not UTF-8"),
        (case() + "\n" + case(), ":2: A_1: the id is already used on line 1"),
        (case(id="  "), ":1: (no id): id is empty"),
        (case(id=7), ":1: (no id): id is a number, it must be a text"),
        (case(id=...), ":1: (no id): id is missing"),
        (case(input_query=None), ":1: A_1: input_query is null"),
        (case(expected_tools="crm.read"), ":1: A_1: expected_tools is a text, it must be a list"),
        (case(expected_tools=...), ":1: A_1: expected_tools is missing"),
        (case(positive_constraints=["a", 1]), "positive_constraints[1] is a number"),
        (case(negative_constraints={}), "negative_constraints is an object"),
        (case(negative_constraints=[True]), "negative_constraints[0] is true or false"),
        ('{"id": "a", "id": "b"}', ":1: the key 'id' stands twice"),
        (case() + "\n" + case(id="B")[:-9], ":2: not JSON: "),
        ("[" + case() + ",\n" + case(id="B")[:-9], ":2: not JSON: "),
        ("[" + case() + ",\n", "the file ends in the middle"),
        ("[" + case(), "the file ends before the closing ]"),
        ("[" + case() + " " + case() + "]", "',' or ']' is due here"),
        ("[" + case() + "]\n[]", ":2: something follows the closing ]"),
        (case() + case(id="B"), ":1: something follows the end"),
        ('{"id": NaN}', ":1: NaN is not a JSON value"),
        ('[{"id": -Infinity}]', ":1: -Infinity is not a JSON value"),
        ("[1, " + case() + "]", ":1: (no id): a number, a case is an object"),
        ('"text"', "a text, a case is an object"),
        (json.dumps({"cases": [GOOD]}, indent=1), ":1: an object over several lines"),
        ("[" * 100_000, "nested too deeply"),
        ("[" + "9" * 5000 + "]", "not JSON"),
    ],
)
def test_a_mistake_says_where_and_what(tmp_path: Path, content: str | bytes, said: str) -> None:
    """Each mistake is a GoldenError with the file, the line, the id and what is allowed."""
    path = put(tmp_path, content)
    with pytest.raises(GoldenError) as caught:
        read_golden(path)
    assert said in str(caught.value)
    assert str(caught.value).startswith(f"{path}:")


def test_all_mistakes_are_said_at_once(tmp_path: Path) -> None:
    """A set with six mistakes is mended in one go."""
    content = "\n".join([case(id=""), "{", case(expected_tools=1, input_query=2), case(), case()])
    with pytest.raises(GoldenError) as caught:
        read_golden(put(tmp_path, content))
    lines = str(caught.value).splitlines()
    assert [line.split(":")[1] for line in lines] == ["1", "2", "3", "3", "4", "5"]


def test_a_line_separator_in_a_text_ends_no_line(tmp_path: Path) -> None:
    """U+2028 inside a query is part of it."""
    (read,) = read_golden(
        put(tmp_path, json.dumps({**GOOD, "input_query": "a\u2028b"}, ensure_ascii=False))
    )
    assert read.input_query == "a\u2028b"


def test_a_missing_file_is_a_golden_error(tmp_path: Path) -> None:
    """No file, and a folder in its place, are said plainly."""
    for path in (tmp_path / "none.json", tmp_path):
        with pytest.raises(GoldenError, match="can't be read"):
            read_golden(path)


@given(st.binary(max_size=200))
def test_any_bytes_give_cases_or_a_golden_error(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    """Whatever stands in the files, nothing but GoldenError comes out."""
    path = put(tmp_path_factory.getbasetemp(), content)
    for read in (read_golden, read_baseline):
        try:
            assert read(path) is not None
        except GoldenError as error:
            assert str(path) in str(error)  # noqa: PT017 - either outcome is right


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
)


@given(st.dictionaries(st.sampled_from(list(GOOD)), json_values, max_size=5))
def test_any_json_gives_cases_or_a_golden_error(
    tmp_path_factory: pytest.TempPathFactory, changes: dict[str, object]
) -> None:
    """A case with odd values is refused, and one that is accepted has the right types."""
    path = put(tmp_path_factory.getbasetemp(), case(**changes))
    try:
        (read,) = read_golden(path)
    except GoldenError as error:
        assert str(error).startswith(f"{path}:1")  # noqa: PT017 - either outcome is right
    else:
        assert read.id.strip()
        assert all(isinstance(tool, str) for tool in read.expected_tools)


def test_a_baseline_comes_back_as_written(tmp_path: Path) -> None:
    """Sorted keys, real characters, a closing newline, no temporary file left behind."""
    path = tmp_path / "base line.json"
    write_baseline(path, {"b": "é\n", "a": ""})
    assert path.read_bytes() == '{\n  "a": "",\n  "b": "é\\n"\n}\n'.encode()
    assert read_baseline(path) == {"a": "", "b": "é\n"}
    write_baseline(path, {"c": "\ud800"})
    assert read_baseline(path) == {"c": "\ud800"}
    assert list(tmp_path.iterdir()) == [path]


def test_a_write_that_fails_leaves_the_old_baseline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk at the last moment costs the new file, not the old one."""
    path = tmp_path / "baseline.json"
    write_baseline(path, {"a": "old"})

    def full(_: int) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="no space"):
        write_baseline(path, {"a": "new"})
    assert read_baseline(path) == {"a": "old"}
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "null", '{"a": 1}', '{"a": "x", "a": "y"}', '{"a": NaN}', b"\x80"]
)
def test_a_damaged_baseline_is_an_error(tmp_path: Path, content: str | bytes) -> None:
    """A damaged baseline is never 'no baseline', even where none would be allowed."""
    path = put(tmp_path, content)
    with pytest.raises(GoldenError, match=r"golden\.jsonl"):
        read_baseline(path, may_be_absent=True)


def test_a_baseline_may_be_absent_only_when_the_caller_says_so(tmp_path: Path) -> None:
    """A missing file is an error by default."""
    path = tmp_path / "none.json"
    assert read_baseline(path, may_be_absent=True) == {}
    with pytest.raises(GoldenError, match="can't be read"):
        read_baseline(path)


def test_what_else_a_case_counts_for(tmp_path: Path) -> None:
    """Must-pass, category and tags are read and judged by; a runner is told of none of them."""
    (found,) = read_golden(put(tmp_path, case(must_pass=True, category="opt-out", tags=["a"])))
    assert (found.must_pass, found.category, found.tags) == (True, "opt-out", ("a",))
    assert found.as_mapping() == GOOD
    assert found.as_judged() == {**GOOD, "must_pass": True, "category": "opt-out", "tags": ["a"]}


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("must_pass", "yes", "it must be true or false"),
        ("category", 3, "it must be a text"),
        ("tags", "a", "it must be a list of texts"),
        ("tags", [1], "it must be a text"),
    ],
)
def test_a_mark_of_the_wrong_kind_is_a_mistake(
    tmp_path: Path, key: str, value: object, words: str
) -> None:
    """A must_pass that is not understood would guard nothing."""
    with pytest.raises(GoldenError, match=words):
        read_golden(put(tmp_path, case(**{key: value})))

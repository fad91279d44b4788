"""YAML without surprises, with the line of every value."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_caio.base.strict_yaml import Document, Mistake, load

READ = {
    "text": ("a: some text", {"a": "some text"}),
    "quoted": ("a: 'NO'\nb: \"15:00\"\nc: '010'", {"a": "NO", "b": "15:00", "c": "010"}),
    "whole numbers": ("a: 5\nb: -5\nc: 0", {"a": 5, "b": -5, "c": 0}),
    "other numbers": ("a: 0.95\nb: 1.5e3", {"a": 0.95, "b": 1500.0}),
    "truth": ("a: true\nb: False\nc: TRUE", {"a": True, "b": False, "c": True}),
    "nothing": ("a: null\nb: ~\nc:", {"a": None, "b": None, "c": None}),
    "dates stay text": ("a: 2026-03-01", {"a": "2026-03-01"}),
    "versions stay text": ("a: 1.2.3", {"a": "1.2.3"}),
    "lists": ("- 1\n- [a, {b: c}]", [1, ["a", {"b": "c"}]]),
    "long text": ("a: |\n  one\n  two\n", {"a": "one\ntwo\n"}),
    "folded text": ("a: >\n  one\n  two\n", {"a": "one two\n"}),
    "an empty file": ("# nothing\n", None),
    "many digits": ("a: " + "9" * 30, {"a": "9" * 30}),
    "a merge is a key": ("<<: {a: 1}", {"<<": {"a": 1}}),
}  # fmt: skip
WRONG = {
    "no": ("a: no", 1, "'no' is ambiguous"),
    "yes": ("\na: Yes", 2, "'Yes' is ambiguous"),
    "on as a key": ("on: 1", 1, "'on' is ambiguous"),
    "y": ("a: [1,\n y]", 2, "'y' is ambiguous"),
    "sexagesimal": ("a: 15:00", 1, "'15:00' is ambiguous"),
    "sexagesimal with seconds": ("a: 1:15:00", 1, "'1:15:00' is ambiguous"),
    "octal": ("a: 010", 1, "'010' is ambiguous"),
    "octal of the newer kind": ("a: 0o10", 1, "'0o10' is ambiguous"),
    "hexadecimal": ("a: 0xFF", 1, "'0xFF' is ambiguous"),
    "binary": ("a: 0b1", 1, "'0b1' is ambiguous"),
    "underscores": ("a: 1_000", 1, "'1_000' is ambiguous"),
    "no leading digit": ("a: .5", 1, "'.5' is ambiguous"),
    "no last digit": ("a: 5.", 1, "'5.' is ambiguous"),
    "exponent alone": ("a: 1e3", 1, "'1e3' is ambiguous"),
    "infinity": ("a: -.inf", 1, "'-.inf' is ambiguous"),
    "not a number": ("a: .NaN", 1, "'.NaN' is ambiguous"),
    "NULL": ("a: NULL", 1, "'NULL' is ambiguous"),
    "key twice": ("a: 1\nb: 2\na: 3", 3, "the key 'a' stands twice (first on line 1)"),
    "key that is no text": ("1: a", 1, "a key must be text"),
    "key that is a list": ("? [a]\n: 1", 1, "a key must be text"),
    "anchor": ("a: &x 1\nb: *x", 1, "anchors and aliases"),
    "anchor around itself": ("&x [*x]", 1, "anchors and aliases"),
    "tag": ("a: !thing 1", 1, "the tag !thing is not used here"),
    "tag of a mapping": ("a: !thing {b: 1}", 1, "the tag !thing is not used here"),
    "Python's tag": ("a: !!python/object/apply:os.system [x]", 1, "is not used here"),
    "set": ("!!set {a, b}", 1, "is not used here"),
    "tab": ("a:\n\t- b", 2, "not YAML: "),
    "open quote": ("a: 'b", 1, "not YAML: "),
    "two documents": ("a: 1\n---\nb: 1", 2, "not YAML: expected a single document"),
    "too deep": ("- " * 5000, 1, "not YAML: nested too deeply"),
}


def read(text: str | bytes, folder: Path) -> Document:
    """The document of a text."""
    path = folder / "x.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load(path, "gates/x.yaml")


@pytest.mark.parametrize(("text", "data"), READ.values(), ids=READ.keys())
def test_read(tmp_path: Path, text: str, data: object) -> None:
    """What is meant is what is read, and nothing is complained of."""
    document = read(text, tmp_path)
    assert document.mistakes == ()
    assert document.data == data


@pytest.mark.parametrize(("text", "line", "said"), WRONG.values(), ids=WRONG.keys())
def test_wrong(tmp_path: Path, text: str, line: int, said: str) -> None:
    """Each mistake has its line and its way out."""
    found = [m for m in read(text, tmp_path).mistakes if said in m.text]
    assert found, read(text, tmp_path).mistakes
    assert (found[0].file, found[0].line) == ("gates/x.yaml", line)
    assert str(found[0]).startswith(f"gates/x.yaml:{line}: ")


def test_every_value_has_its_line(tmp_path: Path) -> None:
    """And what has none takes that of what is around it."""
    document = read("a: 1\nb:\n  - c: 2\n\n    d:\n      - 3\n", tmp_path)
    lines = {path: document.line(path) for path in [("a",), ("b", 0, "c"), ("b", 0, "d", 0)]}
    assert lines == {("a",): 1, ("b", 0, "c"): 3, ("b", 0, "d", 0): 6}
    assert document.line(("b", 0, "d", 9, "x")) == 5
    assert document.line(("nothing",)) == 1


@pytest.mark.parametrize("text", [b"\xff\xfe", b"a: \x00", b"\xc3\x28: 1", b"a: \x1b[31m"])
def test_bytes_that_are_no_text(tmp_path: Path, text: bytes) -> None:
    """They are mistakes or nothing, never an exception."""
    document = read(text, tmp_path)
    assert document.data is None
    assert all("\x1b" not in m.text for m in document.mistakes)


def test_a_file_that_can_t_be_read(tmp_path: Path) -> None:
    """A folder, or a file that is gone."""
    for path in (tmp_path, tmp_path / "gone.yaml"):
        document = load(path, "gates/x.yaml")
        assert [m.text.split(":")[0] for m in document.mistakes] == ["can't be read"]


def test_mistakes_are_in_the_order_of_files_and_lines() -> None:
    """As a person reads them."""
    one, two, three = Mistake("a", 2, "x"), Mistake("a", 10, "x"), Mistake("b", 1, "x")
    assert sorted([three, two, one]) == [one, two, three]


@given(st.text(max_size=80) | st.text("ab:- \n[]{}'\"&*!?|>%@#,0123456789.", max_size=60))
def test_nothing_is_ever_raised(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    """Any text is data or mistakes."""
    folder = tmp_path_factory.getbasetemp()
    document = read(text.encode("utf-8", "surrogatepass"), folder)
    assert isinstance(document, Document)
    assert all(m.line >= 1 and m.text for m in document.mistakes)

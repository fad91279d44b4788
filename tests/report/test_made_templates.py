"""Templates that were made into Python ahead: in step, and left aside where they are not."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import Environment
from make_templates import each

from pytest_caio.report import made_templates
from pytest_caio.report.made_templates import loader, made

AGAIN = "run python tests/support/make_templates.py"


@pytest.mark.parametrize(
    ("path", "text"), list(each()), ids=lambda value: getattr(value, "name", "")
)
def test_what_was_made_is_in_step(path: Path, text: str) -> None:
    """For the Jinja that is installed here; with another one they are read as they are."""
    if path.exists() and path.read_text("utf-8").split(",")[0] != text.split(",")[0]:
        pytest.skip("made with another Jinja")
    assert path.exists(), AGAIN
    assert path.read_text("utf-8") == text, AGAIN


@pytest.fixture
def greeting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the Python of a template ``greeting`` lies, which says something else than its text."""
    folder = tmp_path / "templates" / made_templates.FOLDER
    folder.mkdir(parents=True)
    monkeypatch.setattr(made_templates, "files", lambda package: tmp_path)
    text = made(Environment(autoescape=True), "greeting", "hello {{ name }}")
    path = folder / "greeting.txt"
    path.write_text(text.replace("hello", "made ahead,"), encoding="utf-8")
    return path


def said(text: str = "hello {{ name }}") -> str:
    environment = Environment(loader=loader(lambda name: text), autoescape=True)
    return environment.get_template("greeting").render(name="<you>")


def test_it_is_used(greeting: Path) -> None:
    assert said() == "made ahead, &lt;you&gt;"


@pytest.mark.parametrize(
    ("was", "now"), [("# Jinja ", "# Jinja 9."), ("# Jinja", "# Jinjo"), ("\n", " \n")]
)
def test_of_another_jinja_it_is_left_aside(greeting: Path, was: str, now: str) -> None:
    greeting.write_text(greeting.read_text("utf-8").replace(was, now, 1), "utf-8")
    assert said() == "hello &lt;you&gt;"


def test_of_another_text_it_is_left_aside(greeting: Path) -> None:
    assert said("hi {{ name }}") == "hi &lt;you&gt;"


def test_where_there_is_none_the_text_is_read(greeting: Path) -> None:
    greeting.unlink()
    assert said() == "hello &lt;you&gt;"

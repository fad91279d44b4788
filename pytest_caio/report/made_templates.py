"""Templates made into Python ahead: translating them takes longer than filling them in.

What was made lies in ``templates/made`` and is used by the very Jinja that it was made with, and
for the very text that it was made of; otherwise the template is read, so nothing is out of step.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import BaseLoader, Environment, Template

FOLDER = "made"


def loader(source: Callable[[str], str]) -> BaseLoader:
    """Return a loader of templates, of which ``source`` gives the text by the name."""
    from jinja2 import FunctionLoader

    class _Loader(FunctionLoader):
        def load(
            self,
            environment: Environment,
            name: str,
            globals: MutableMapping[str, Any] | None = None,  # noqa: A002 - Jinja's word
        ) -> Template:
            text = _made(name, source(name))
            if text is None:
                return super().load(environment, name, globals)
            code = compile(text, name, "exec")
            of = environment.make_globals(globals)
            return environment.template_class.from_code(environment, code, of)

    return _Loader(source)


def made(environment: Environment, name: str, text: str) -> str:
    """Return the Python that a template's text is made into, under a line that says of what."""
    return f"{_head(text)}\n{environment.compile(text, name, name, raw=True)}\n"


def _made(name: str, text: str) -> str | None:
    try:
        path = files("pytest_caio.report") / "templates" / FOLDER / f"{name}.txt"
        found = path.read_text(encoding="utf-8")
    except OSError:
        return None
    return found if found.startswith(f"{_head(text)}\n") else None


def _head(text: str) -> str:
    return f"# Jinja {_jinja()}, {sha256(text.encode()).hexdigest()}"


@cache
def _jinja() -> str:
    return version("jinja2")

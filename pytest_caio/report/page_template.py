"""The templates of our pages: escaped, strict, and with whatever comes from outside tidied."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from pytest_caio.report.inline_text import tidy

if TYPE_CHECKING:
    from jinja2 import Template


def page_template(name: str, filters: Mapping[str, Callable[..., Any]]) -> Template:
    """Return a template by its file's name. What it does not know raises: better no page than
    half of one.
    """
    from jinja2 import Environment, StrictUndefined

    from pytest_caio.report.made_templates import loader

    templates = Environment(
        loader=loader(_template),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_fit,
        # They are read once: they lie in the package.
        auto_reload=False,
    )
    templates.filters |= filters
    return templates.get_template(name)


def with_parts(template: Template, parts: Iterable[str]) -> Template:
    """Return a template with those that it is made of compiled, which takes longer than filling
    it in.
    """
    for part in parts:
        template.environment.get_template(part)
    return template


def _template(name: str) -> str:
    return (files("pytest_caio.report") / "templates" / name).read_text(encoding="utf-8")


def _fit(value: Any) -> Any:
    """Tidy what is text from outside; what a macro has already laid out stays as it is."""
    return tidy(value) if type(value) is str else value

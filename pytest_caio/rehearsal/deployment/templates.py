"""The pages' templates."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template


@cache
def _template(name: str) -> Template:
    templates = Environment(
        loader=PackageLoader(__package__, "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return templates.get_template(name)


def render(name: str, **values: str | bool) -> str:
    """The page `name` with its switches and values, which are put in escaped.

    Raises jinja2.UndefinedError for one that nobody set.
    """
    return _template(name).render(values)

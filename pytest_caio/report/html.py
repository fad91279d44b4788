"""``report.html``: one file for the go/no-go owner, without scripts and without the network."""

from importlib.resources import files
from typing import Any

from pytest_caio.base.messages import percent
from pytest_caio.report.cause_words import seen_of
from pytest_caio.report.inline_text import tidy
from pytest_caio.report.page_filter import filter_rules, filtered
from pytest_caio.report.previous import Previous
from pytest_caio.report.report_view import page
from pytest_caio.verdict.decide import Verdict
from pytest_caio.verdict.result import Result

_TONES = {Verdict.GO: "good", Verdict.NO_GO: "bad", Verdict.CANNOT_TELL: "unclear"}


def html(result: Result, previous: Previous | None = None) -> str:
    """Return the document. A mistake in a template raises: better no report than half of one."""
    from jinja2 import Environment, FunctionLoader, StrictUndefined
    from markupsafe import Markup

    templates = Environment(
        loader=FunctionLoader(_template),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_fit,
    )
    templates.filters |= {"share": share, "hours": hours, "seen": seen_of, "percent": percent}
    template = templates.get_template("report.html.j2")
    names = [shown.name for shown in result.snapshot.environments]
    return template.render(
        page=page(result, previous),
        tone=_TONES[result.verdict],
        filtered=filtered(len(names)),
        filter_rules=Markup(filter_rules(len(names))),  # noqa: S704 - nothing from outside is in it
        numbers={name: number for number, name in enumerate(names, 1)},
    )


def _template(name: str) -> str:
    return (files("pytest_caio.report") / "templates" / name).read_text(encoding="utf-8")


def _fit(value: Any) -> Any:
    """Tidy what is text from outside; what a macro has already laid out stays as it is."""
    return tidy(value) if type(value) is str else value


def share(value: float, of: float) -> float:
    """Return ``value`` in percent of ``of``, between 0 and 100, for the length of a bar."""
    return round(min(max(100 * value / of, 0.0), 100.0), 2) if of else 0.0


def hours(value: float) -> str:
    """Return an age in words: ``45 min``, ``31 h``, ``5 days``."""
    if value < 1:
        return f"{value * 60:.0f} min"
    return f"{value:.0f} h" if value < 100 else f"{value / 24:.0f} days"

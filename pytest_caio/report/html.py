"""``report.html``: one file for the go/no-go owner, without scripts and without the network."""

import re
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

from pytest_caio.base.messages import percent, shortened
from pytest_caio.report.cause_words import seen_of
from pytest_caio.report.page_filter import filter_rules, filtered
from pytest_caio.report.page_template import page_template, with_parts
from pytest_caio.report.previous import Previous
from pytest_caio.report.report_view import page
from pytest_caio.verdict.decide import Verdict
from pytest_caio.verdict.result import Result

if TYPE_CHECKING:
    from jinja2 import Template

_PARTS = (
    *(f"{part}.html.j2" for part in ("parts", "steps", "facts", "cases", "proof")),
    "style.css",
)
TEMPLATES = ("report.html.j2", *_PARTS)
_TONES = {Verdict.GO: "good", Verdict.NO_GO: "bad", Verdict.CANNOT_TELL: "unclear"}


def html(result: Result, previous: Previous | None = None) -> str:
    """Return the document. A mistake in a template raises: better no report than half of one."""
    from markupsafe import Markup

    names = [shown.name for shown in result.snapshot.environments]
    return compiled().render(
        page=page(result, previous),
        tone=_TONES[result.verdict],
        filtered=filtered(len(names)),
        filter_rules=Markup(filter_rules(len(names))),  # noqa: S704 - nothing from outside is in it
        numbers={name: number for number, name in enumerate(names, 1)},
    )


@cache
def compiled() -> "Template":
    """Return the page's template, made once: ahead, where somebody has the time."""
    filters: dict[str, Callable[..., Any]] = {
        "share": share,
        "hours": hours,
        "seen": seen_of,
        "percent": percent,
        "left_out": left_out,
        "shortened": shortened,
    }
    return with_parts(page_template("report.html.j2", filters), _PARTS)


def share(value: float, of: float) -> float:
    """Return ``value`` in percent of ``of``, between 0 and 100, for the length of a bar."""
    return round(min(max(100 * value / of, 0.0), 100.0), 2) if of else 0.0


def left_out(reason: str) -> str:
    """Return why the server left cards out of its list; its own word for it is shown beside.

    Source: ``docs/dashboard.md, Exclusion``.
    """
    if found := re.fullmatch(r"stale_gt_(\d+)h", reason):
        return f"older than {found[1]} h"
    kind, _, detail = reason.partition(":")
    words = {
        "placeholder_body": "without a real text",
        "unrendered_placeholder_body": "with a template that nobody filled in",
        "duplicate_recipient_subject": "the same mail to the same person once more",
        "tier_mismatch": f"of {detail}, which is not mailed now",
        "status": f"already {detail}",
        "non_dispatchable": "for training",
    }
    return words.get(kind, "for a reason of its own")


def hours(value: float) -> str:
    """Return an age in words: ``45 min``, ``31 h``, ``5 days``."""
    if value < 1:
        return f"{value * 60:.0f} min"
    return f"{value:.0f} h" if value < 100 else f"{value / 24:.0f} days"

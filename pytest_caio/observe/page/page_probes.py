"""The probes that look through a real browser. Nothing is imported or started until they run."""

import json
from types import MappingProxyType

from pytest_caio.evidence.model import Evidence, Observed, Unobserved
from pytest_caio.evidence.probe_names import (
    BROWSER,
    DECISIONS,
    DEPENDENCIES,
    DISPATCHES,
    LOGIN_PAGE,
    PAGE_REJECT,
    STATUS,
    TAGS,
    WRONG_LOGIN,
)
from pytest_caio.interlock.deeds import Deed
from pytest_caio.observe.asked import ANY, Asked
from pytest_caio.observe.page.hints import BadSettings, page_settings
from pytest_caio.observe.page.shared_browser import NoBrowser
from pytest_caio.observe.probe import Context, Probe
from pytest_caio.observe.token_doubt import token_in_doubt

_PATIENCE = 180.0


async def _launch(context: Context) -> Evidence:
    """Start the run's browser beside the HTTP sweep, so that it is there when pages are due."""
    try:
        browser = await context.browser.get()
    except NoBrowser as problem:
        return Unobserved(BROWSER, context.environment, context.redact(str(problem)))
    data = {"version": browser.version}
    return Observed(BROWSER, context.environment, data=MappingProxyType(data))


async def _reject(context: Context) -> Evidence:
    """Explore the page: press what there is, and note what it would send."""
    here = context.environment
    launched = context.evidence[BROWSER]
    if isinstance(launched, Unobserved):
        return Unobserved(PAGE_REJECT, here, launched.reason)
    if doubt := token_in_doubt(context):
        return Unobserved(PAGE_REJECT, here, doubt)
    try:
        settings = page_settings(context.settings)
    except BadSettings as problem:
        return Unobserved(PAGE_REJECT, here, str(problem))
    from pytest_caio.observe.page.visit import visit

    login = context.evidence[LOGIN_PAGE]
    old = isinstance(login, Observed) and login.answer.status == 404
    tags = _tags(context.evidence.get(TAGS))
    known = list(context.evidence.values())
    seen, network = await visit(context, settings, tags, known, old=old)
    pictures = {f"screenshots/{here}-{step}.png": png for step, png in seen.pictures.items()}
    data = seen.data | {
        "screenshots": list(pictures),
        "elsewhere": list(network.elsewhere),
        "foreign_scripts": list(network.foreign_scripts),
    }
    return Observed(
        PAGE_REJECT,
        here,
        network.exchanges,
        MappingProxyType(data),
        MappingProxyType(pictures),
    )


def _tags(found: Evidence | None) -> list[dict[str, str]]:
    """Return the API's tags, as far as they can be read: id and label."""
    try:
        body = json.loads(found.answer.body) if isinstance(found, Observed) else {}
        listed = body.get("tags", [])
        return [
            {"id": tag["id"], "label": str(tag.get("label") or tag["id"])}
            for tag in listed
            if isinstance(tag, dict) and isinstance(tag.get("id"), str)
        ]
    except (ValueError, AttributeError, TypeError):
        return []


_ASKS = (
    Asked(f"GET {ANY} as session", 0, only="where the page asks for what the gate hasn't read yet"),
    Asked(f"GET {ANY} as anonymous", 0, only="for what the page reads or links to"),
    Asked("POST /login as anonymous", 1, Deed.LOGIN, "if there is a login page"),
)
PROBES = (
    Probe(BROWSER, _launch, patience=_PATIENCE, asks=()),
    # A wrong login after this one's right one would be left to count (interlock, logins).
    Probe(
        PAGE_REJECT,
        _reject,
        needs=(BROWSER, LOGIN_PAGE, STATUS, TAGS),
        # Besides, what these have read already is not read again for the page.
        after=(WRONG_LOGIN, DEPENDENCIES, DECISIONS, DISPATCHES),
        patience=_PATIENCE,
        asks=_ASKS,
    ),
)

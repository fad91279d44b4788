"""The probes that look through a real browser. Nothing is imported or started until they run."""

from types import MappingProxyType

from pytest_caio.evidence.model import Evidence, Observed, Unobserved
from pytest_caio.evidence.probe_names import BROWSER, LOGIN_PAGE, PAGE_REJECT, STATUS, WRONG_LOGIN
from pytest_caio.observe.page.hints import BadSettings, page_settings
from pytest_caio.observe.page.shared_browser import NoBrowser
from pytest_caio.observe.probe import Context, Probe
from pytest_caio.observe.token_doubt import token_in_doubt

_PATIENCE = 30.0


async def _launch(context: Context) -> Evidence:
    """Start the run's browser beside the HTTP sweep, so that it is there when pages are due."""
    try:
        browser = await context.browser.get()
    except NoBrowser as problem:
        return Unobserved(BROWSER, context.environment, context.redact(str(problem)))
    data = {"version": browser.version}
    return Observed(BROWSER, context.environment, data=MappingProxyType(data))


async def _reject(context: Context) -> Evidence:
    """Press Reject on the page in three ways, and note what it says and what it would send."""
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
    async with context.browser.visits:
        noted, made = await visit(context, settings, await context.browser.get(), old=old)
    pictures = {f"screenshots/{here}-{step}.png": png for step, png in made.pictures.items()}
    data = noted | {
        "screenshots": list(pictures),
        "elsewhere": list(made.network.elsewhere),
        "foreign_scripts": list(made.network.foreign_scripts),
    }
    return Observed(
        PAGE_REJECT,
        here,
        made.network.exchanges,
        MappingProxyType(data),
        MappingProxyType(pictures),
    )


PROBES = (
    Probe(BROWSER, _launch, patience=_PATIENCE),
    # A wrong login after this one's right one would be left to count (interlock, logins).
    Probe(
        PAGE_REJECT,
        _reject,
        needs=(BROWSER, LOGIN_PAGE, STATUS),
        after=(WRONG_LOGIN,),
        patience=_PATIENCE,
    ),
)

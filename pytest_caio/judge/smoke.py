"""``smoke``: does the deployment stand?

Source: ``docs/regimen.md, Pre-flight`` and ``docs/regimen.md, Evaluation gates``.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from math import inf
from typing import Any

from pytest_caio.base.messages import listed, plural, shown
from pytest_caio.base.strict_json import JsonProblem
from pytest_caio.evidence.cards import parse_time
from pytest_caio.evidence.model import Exchange, Observed
from pytest_caio.evidence.probe_names import (
    BOOKMARK,
    BOOKMARK_SESSION,
    HEALTH,
    LOGIN,
    PAGE_REJECT,
    QUEUE,
    QUEUE_AGAIN,
    REJECT_INCOMPLETE,
    SALES,
    SALES_SESSION,
)
from pytest_caio.judge import generation
from pytest_caio.judge.browser_copies import kept_for
from pytest_caio.judge.generation import Generation
from pytest_caio.judge.login import has_login_form, leads_to_login, logged_in, own_path
from pytest_caio.judge.look import (
    BadAnswer,
    Judge,
    Look,
    NoEvidence,
    answered,
    seen,
    verdict_on,
)
from pytest_caio.judge.page_headers import unseen
from pytest_caio.judge.queue_cards import queue
from pytest_caio.judge.vanished import LASTING, vanished_cards, vanished_entries
from pytest_caio.verdict.finding import Outcome, Ruling

# How the page shows that it is the dashboard, and that it refreshes by itself
# (docs/dashboard.md, The sales page).
_DASHBOARD = ("/api/pending-emails",)
_WIRING = ("setInterval", "visibilitychange")
_OWN_SCRIPT = re.compile(r"(?i)<script\b[^>]*\ssrc\s*=\s*[\"']?(?!https?:|//|data:)[^\s\"'>]")
# Of the ten minutes that a browser looks: what the page does in the first says little.
_LAST_MINUTES = 300.0
_SHUT = (
    "Do not run a live cycle. Put /sales behind the login (DASHBOARD_AUTH_STRICT=true), redeploy "
    "and run the gate again."
)
_KEPT = (
    "Send Cache-Control: no-store with what /sales answers to somebody who has not signed in, "
    "redeploy and run the gate again; until then HoS opens /sales in a private window."
)


def dashboard_page(look: Look) -> Exchange:
    """Return the answer of ``/sales`` as its user sees it: signed in, or open before G2."""
    if generation.generation(look) is not Generation.G2:
        return look.answer(SALES)
    logged_in(look)
    return look.answer(SALES_SESSION)


def sales_page(look: Look) -> Ruling:
    """Signed in, ``/sales`` is the dashboard, wired to refresh; without a session, the login."""
    unclear: NoEvidence | None = None
    try:
        _door(look)
    except NoEvidence as missing:
        unclear = missing
    ruling = _page(look)
    if unclear and ruling.outcome is Outcome.PASS:
        raise unclear
    return ruling


def _page(look: Look) -> Ruling:
    page = dashboard_page(look)
    if page.status != 200:
        return Ruling(Outcome.FAIL, f"/sales answered {answered(page)}")
    if has_login_form(page):
        return Ruling(Outcome.FAIL, "/sales shows the login page although the gate signed in")
    if problem := unseen(page):
        return Ruling(Outcome.FAIL, problem)
    reads = _reads_in_browser(look)
    missing = [part for part in (*_DASHBOARD, *_WIRING) if part not in page.body]
    if set(_DASHBOARD) & set(missing) and not reads:
        if reads is None and _OWN_SCRIPT.search(page.body):
            raise NoEvidence(
                "what /sales does stands in a script of its own, which only a browser runs"
            )
        return Ruling(Outcome.FAIL, f"/sales is not the dashboard: {seen(page)}")
    if reads is not None:
        late = [moment for moment in reads if moment > _LAST_MINUTES]
        what = f"{plural(len(reads), 'read')} of the queue in ten minutes"
        broken = [] if late else [f"the page does not refresh: {what}, none in the last five"]
        if late and _seen_in_browser(look, "redraws") is False:
            broken.append("the page reads the queue again, and a card that is gone stays there")
        after = _seen_in_browser(look, "polls_after")
        if late and isinstance(after, list | tuple) and not after:
            broken.append("the page reads the queue no more once a card was open and closed")
        return verdict_on(broken, f"the dashboard, {page.body_bytes:,} bytes; {what}")
    broken = [f"the page is not wired to refresh: no {listed(missing)}"] if missing else []
    return verdict_on(broken, f"the dashboard, {page.body_bytes:,} bytes, wired to refresh")


def _door(look: Look) -> None:
    """Raise what is to be said of ``/sales`` without a session; before G2 it is open to all."""
    if generation.generation(look) is not Generation.G2:
        return
    page = look.answer(SALES)
    if any(part in page.body for part in _DASHBOARD):
        raise BadAnswer("/sales shows the dashboard to everybody, without a session", _SHUT, "")
    if not (leads_to_login(page) or has_login_form(page)):
        text = f"/sales without a session is not the login: {answered(page)}"
        raise BadAnswer(text, cause="")
    if kept := kept_for(page):
        long = "for good" if kept == inf else f"for {kept:,.0f} s"
        text = f"a browser keeps {long} that /sales is the login: who signs in doesn't get in"
        raise BadAnswer(text, _KEPT, "")


def _seen_in_browser(look: Look, name: str) -> Any:
    """Return what a browser saw of the page; None where none looked at it.

    The browser is not started for this: what it saw for ``rejection`` is there in a whole run.
    """
    found = look.evidence.get(PAGE_REJECT)
    return found.data.get(name) if isinstance(found, Observed) else None


def _reads_in_browser(look: Look) -> Sequence[float] | None:
    """Return when the page read its queue, in seconds."""
    reads = _seen_in_browser(look, "polls")
    return reads if isinstance(reads, list | tuple) else None


def bookmark(look: Look) -> Ruling:
    """``/ChiefAIOfficer`` still leads to the dashboard or its login, and is never 404."""
    exchange = look.answer(BOOKMARK)
    if exchange.status != 404 and generation.generation(look) is Generation.G2:
        # Without a session every page leads to the login, also one that does not exist.
        logged_in(look)
        exchange = look.answer(BOOKMARK_SESSION)
    status = exchange.status or 0
    if 300 <= status < 400:
        location = exchange.header("location") or ""
        path = own_path(exchange)
        leads = (path or "").rstrip("/") in {"/sales", "/login"}
        broken = [] if leads else [f"it leads to {shown(location or 'nowhere')}"]
        return verdict_on(broken, f"{status} to {path}")
    return verdict_on([] if status == 200 else [f"answered {answered(exchange)}"], str(status))


def queue_refreshes(look: Look) -> Ruling:
    """Two reads of the queue have two ``refreshed_at``: the list is not a frozen copy.

    The two ask differently; where the same was asked twice, a copy kept for that question shows.
    Nor does reading take out what was there.
    """
    first = queue(look).get("refreshed_at", str)
    second = queue(look, QUEUE_AGAIN).get("refreshed_at", str)
    reads = len(look.observed(QUEUE_AGAIN).exchanges) + 1
    for moment in (first, second):
        if parse_time(moment) is None:
            return Ruling(Outcome.FAIL, f"refreshed_at is {shown(moment)}, which is no time")
    broken = [f"{reads} reads, and refreshed_at stayed {shown(first)}"] if first == second else []
    if _read_alike(look) == first:
        broken.append(f"the same read, asked later again, still said {shown(first)}")
    broken += [*vanished_entries(look)]
    if not broken:
        vanished_cards(look)
    return verdict_on(broken, f"refreshed_at went from {shown(first)} to {shown(second)}")


def _read_alike(look: Look) -> str | None:
    """Return the ``refreshed_at`` of the reading after the rejections, where there was one."""
    found = look.evidence.get(REJECT_INCOMPLETE)
    place = found.data.get("after") if isinstance(found, Observed) else None
    if not isinstance(found, Observed) or place is None:
        return None
    try:
        answer = found.exchanges[place].json()
    except JsonProblem:
        return None
    return answer.get("refreshed_at") if isinstance(answer, dict) else None


def health(look: Look) -> Ruling:
    """``/api/health`` is healthy."""
    answer = look.object(HEALTH)
    status = answer.get("status", str)
    parts = listed(_degraded(answer.value))
    text = f"status is {shown(status)}{f': {parts}' if parts else ''}"
    return verdict_on([] if status == "healthy" else [text], "healthy")


def _degraded(body: Mapping[str, Any], path: str = "") -> Iterator[str]:
    """Yield the named parts, at any depth, that say of themselves that they are not healthy."""
    for name, part in body.items():
        if not isinstance(part, Mapping) or path.count(".") > _DEEPEST:
            continue
        said = part.get("status")
        if isinstance(said, str) and said.strip().lower() not in _WELL:
            yield f"{path}{name} is {shown(said, 40)}"
        yield from _degraded(part, f"{path}{name}.")


_DEEPEST = 3
_WELL = frozenset(
    "healthy ok ready active idle up running online connected configured normal closed".split()
)
JUDGES = (
    Judge(
        "smoke.sales-page",
        sales_page,
        (SALES, LOGIN, SALES_SESSION, *generation.PROBES),
    ),
    Judge("smoke.bookmark", bookmark, (BOOKMARK, LOGIN, BOOKMARK_SESSION, *generation.PROBES)),
    Judge("smoke.queue-refreshes", queue_refreshes, (QUEUE, QUEUE_AGAIN, *LASTING)),
    Judge("smoke.health", health, (HEALTH,)),
)

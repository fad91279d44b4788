"""``access``: what is asked without a token, or with what is none, is refused with 401."""

from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from pytest_caio.base.messages import listed, plural
from pytest_caio.evidence.model import Exchange, Observed
from pytest_caio.evidence.probe_names import (
    ACTION_CREDENTIALS,
    ACTIONS_ANONYMOUS,
    LOGIN_PAGE,
    PAGES_ANONYMOUS,
    READ_CREDENTIALS,
    READS_ANONYMOUS,
    SEED_ANONYMOUS,
)
from pytest_caio.interlock.made_up import OTHER_LETTERS
from pytest_caio.judge import generation
from pytest_caio.judge.generation import Generation
from pytest_caio.judge.given_away import LINKS, READS, by_link, given_away
from pytest_caio.judge.login import has_login_form
from pytest_caio.judge.look import Judge, Look, NoEvidence, seen, usable, verdict_on
from pytest_caio.verdict.finding import Outcome, Ruling

_GAVE_UP = frozenset({None, 400, 403, 431, 500, 502, 503})
# What every deployment has; other reads, and seeding, it may do without before G2.
_EVERYWHERE = READS_ANONYMOUS[:4]


def unrefused(look: Look, probes: Iterable[str]) -> list[str]:
    """Return which of ``probes``, asked without a token, was not answered 401.

    Authentication comes before routing, so a 404 got past it as well.
    """
    return _unrefused({probe: look.answer(probe) for probe in probes})


def _unrefused(exchanges: dict[str, Exchange]) -> list[str]:
    """Return who of those that had to be refused was not.

    A refusal in other words than the dashboard's is that of something in front of it, and says
    nothing of the dashboard.
    """
    broken = [
        f"{name} answered {exchange.status}, not 401"
        for name, exchange in exchanges.items()
        if exchange.status not in {401, 403}
    ]
    for name, exchange in exchanges.items() if not broken else ():
        if exchange.status == 403 or not exchange.has_detail:
            raise NoEvidence(
                f"{name} answered {exchange.status}, but that is not the dashboard's refusal "
                f"(401 with a JSON detail): {seen(exchange)}"
            )
    return broken


def _refused(look: Look, probes: tuple[str, ...], credentials: str) -> Ruling:
    """Rule that ``probes`` without a token, and a question with wrong ones, are answered 401.

    What is open goes before what was not seen.
    """
    asked: dict[str, Exchange] = {}
    unclear: list[NoEvidence] = []
    for probe in (*probes, credentials):
        try:
            found = look.observed(probe)
            for name, exchange in _named(found):
                if not _choked(name, exchange):
                    asked[name] = usable(name, exchange)
        except NoEvidence as missing:
            unclear.append(missing)
    lacking = _lacking(look, [name for name, exchange in asked.items() if exchange.status == 404])
    broken = _unrefused({name: e for name, e in asked.items() if name not in lacking})
    if not broken and unclear:
        raise unclear[0]
    more = f" ({listed(lacking)}: not in this generation)" if lacking else ""
    wrong = listed(name.rpartition(" with ")[2] for name in asked if name not in probes)
    number = plural(len(probes) - len(lacking), "request")
    return verdict_on(broken, f"{number} without a token and one with {wrong}, each 401{more}")


def _named(found: Observed) -> Iterator[tuple[str, Exchange]]:
    """Yield what a probe asked, with the answer: one question, or one with several credentials."""
    tries = found.data.get("tries", {})
    if "tries" not in found.data:
        yield found.probe, found.answer
    elif not tries:
        raise NoEvidence(f"{found.probe}: none was tried")
    for what, place in tries.items():
        exchange = found.exchanges[place]
        yield f"{exchange.method} {urlsplit(exchange.url).path} with {what}", exchange


def _choked(name: str, exchange: Exchange) -> bool:
    """Return whether letters that a header seldom has made a server, or what stands before it, give
    up before its door: nobody was let in then.
    """
    return name.endswith(f" with {OTHER_LETTERS}") and exchange.status in _GAVE_UP


def _lacking(look: Look, absent: list[str]) -> list[str]:
    """Return what a deployment before G2 says that it doesn't have at all."""
    if not absent or generation.strictest(look) is Generation.G2:
        return []
    mild = {*READS_ANONYMOUS, SEED_ANONYMOUS} - {*_EVERYWHERE}
    return [name for name in absent if name in mild]


def reads_refused(look: Look) -> Ruling:
    """Protected reads are answered 401 without a token, and one of them with each wrong one.

    In G2 no page of the dashboard is shown to somebody who has not signed in either.
    """
    pages, missing = _open_pages(look)
    more, unseen = given_away(look)
    pages, missing = [*pages, *more], missing or unseen
    if not pages and missing is None:
        return _refused(look, READS_ANONYMOUS, READ_CREDENTIALS)
    try:
        ruling = _refused(look, READS_ANONYMOUS, READ_CREDENTIALS)
    except NoEvidence as unclear:
        ruling, missing = Ruling(Outcome.PASS, ""), unclear
    if ruling.outcome is Outcome.FAIL:
        pages = [ruling.observed, *pages]
    if not pages and missing is not None:
        raise missing
    return Ruling(Outcome.FAIL, "; ".join(pages))


def _open_pages(look: Look) -> tuple[list[str], NoEvidence | None]:
    """Return which pages are shown without a session, and the first that wasn't seen."""
    try:
        if generation.generation(look) is not Generation.G2:
            return [], None
    except NoEvidence as unclear:
        return [], None if _has_no_login(look) else unclear
    opened: list[str] = []
    missing: NoEvidence | None = None
    for probe in PAGES_ANONYMOUS:
        try:
            page = look.answer(probe)
        except NoEvidence as unclear:
            missing = missing or unclear
            continue
        if page.status == 200 and not has_login_form(page):
            opened.append(f"{probe} answered 200 with a page, not with the login")
    return opened, missing


def actions_refused(look: Look) -> Ruling:
    """Harmless questions are answered 401 without a token, one of them with each wrong one.

    No decision is taken from a link, which any page may hold and a browser may follow ahead.
    Rejecting and dispatching are asked about in this way only.
    """
    ruling = _refused(look, ACTIONS_ANONYMOUS, ACTION_CREDENTIALS)
    if ruling.outcome is Outcome.FAIL:
        return ruling
    return verdict_on([*by_link(look)], ruling.observed)


def _has_no_login(look: Look) -> bool:
    """Return whether there is no login page: then pages that need one are another generation's."""
    try:
        return look.answer(LOGIN_PAGE).status == 404
    except NoEvidence:
        return False


JUDGES = (
    Judge(
        "access.reads-refused",
        reads_refused,
        (*READS_ANONYMOUS, *PAGES_ANONYMOUS, READ_CREDENTIALS, *READS, *generation.PROBES),
    ),
    Judge(
        "access.actions-refused",
        actions_refused,
        (*ACTIONS_ANONYMOUS, ACTION_CREDENTIALS, *LINKS, *generation.PROBES),
    ),
)

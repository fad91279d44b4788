"""The login: what it looks like, whom it refuses, and whether the gate was let in.

Source: ``docs/dashboard.md, Access``.
"""

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from pytest_caio.base.messages import listed
from pytest_caio.evidence.model import Exchange, Observed
from pytest_caio.evidence.probe_names import (
    FORGED_SESSION,
    LOGIN,
    LOGIN_PAGE,
    SALES,
    STATUS,
    STATUS_ANONYMOUS,
    WRONG_LOGIN,
)
from pytest_caio.judge import generation
from pytest_caio.judge.generation import Generation
from pytest_caio.judge.look import BadAnswer, Judge, Look, NoEvidence, answered, seen, usable
from pytest_caio.verdict.finding import Outcome, Ruling
from pytest_caio.verdict.known_causes import LOCKED_OUT, NO_LOGIN

_TOKEN_FIELD = re.compile(r"<input\b[^<>]*\bname=[\"']?token\b", re.IGNORECASE)
_HOME = re.compile(r";\s*samesite\s*=\s*(?:lax|strict)\b", re.IGNORECASE)
_ANY_SITE = re.compile(r";\s*samesite\s*=\s*none\b", re.IGNORECASE)


def has_login_form(exchange: Exchange) -> bool:
    """Return whether an answer shows the login form (``docs/dashboard.md, Access``)."""
    return bool(_TOKEN_FIELD.search(exchange.body))


def own_path(exchange: Exchange) -> str | None:
    """Return the path that a redirect leads to, None where it leaves this scheme and host."""
    try:
        target = urlsplit(urljoin(exchange.url, exchange.header("location") or ""))
    except ValueError:
        return None
    own = urlsplit(exchange.url)
    return target.path if (target.scheme, target.netloc) == (own.scheme, own.netloc) else None


def leads_to_login(exchange: Exchange) -> bool:
    """Return whether an answer is a redirect to the login page of the same deployment."""
    status = exchange.status or 0
    return 300 <= status < 400 and (own_path(exchange) or "").rstrip("/") == "/login"


def is_shut(exchange: Exchange) -> bool:
    """Return whether a page's answer keeps somebody out: the login, or a plain refusal."""
    shows_form = exchange.status == 200 and has_login_form(exchange)
    return exchange.status in {401, 403} or shows_form or leads_to_login(exchange)


def login(look: Look) -> Ruling:
    """The login page is there, refuses what is no token, and no made-up session opens anything.

    G1 has none.
    """
    page = look.answer(LOGIN_PAGE)
    if page.status == 404 and generation.generation(look) is not Generation.G2:
        return Ruling(Outcome.NOT_APPLICABLE, "this generation has no login page")
    if page.status != 200:
        cause = NO_LOGIN if page.status == 404 else ""
        return Ruling(Outcome.FAIL, f"GET /login answered {answered(page)}", cause=cause)
    if not has_login_form(page):
        return Ruling(Outcome.FAIL, f"GET /login shows no field for the token: {seen(page)}")
    wrong = look.observed(WRONG_LOGIN)
    said = [*_untried(wrong), *_let_in(wrong), *_opened(look, wrong, wrong.data["opened"])]
    more = ""
    if _has_session(look):
        said += _goes_along(look)
        forged = look.observed(FORGED_SESSION)
        said += _untried(forged)
        said += _opened(look, forged, {f"{p} of a forged session": i for p, i in _tries(forged)})
        more = ", and a forged session opens nothing"
    broken = [str(problem) for problem in said if isinstance(problem, BadAnswer)]
    if broken:
        return Ruling(Outcome.FAIL, listed(broken))
    for problem in said:
        raise problem
    names = listed(what for what, _ in _tries(wrong))
    return Ruling(Outcome.PASS, f"{names} were refused{more}")


def _tries(found: Observed) -> Iterator[tuple[str, int]]:
    yield from found.data["tries"].items()


def _untried(found: Observed) -> Iterator[NoEvidence]:
    """Yield that nothing was tried, where nothing was: no refusal was seen then."""
    if not found.data["tries"]:
        yield NoEvidence(f"{found.probe}: none was tried")


def _has_session(look: Look) -> bool:
    found = look.evidence.get(LOGIN)
    return isinstance(found, Observed) and signed_in(found.answer)


def _cookies(look: Look) -> list[str]:
    found = look.evidence.get(LOGIN)
    headers = found.answer.headers if isinstance(found, Observed) else ()
    return [value for name, value in headers if name.lower() == "set-cookie"]


def stays_home(look: Look) -> bool:
    """Return whether no session goes along with what other sites' pages ask; none does so too."""
    return all(_HOME.search(cookie) for cookie in _cookies(look))


def _goes_along(look: Look) -> Iterator[BadAnswer]:
    """Yield that any page of the web acts in the name of who is signed in, where one does."""
    if all(_ANY_SITE.search(cookie) for cookie in _cookies(look)):
        yield BadAnswer("the session goes along with what other sites' pages ask (SameSite=None)")


def _let_in(wrong: Observed) -> Iterator[BadAnswer | NoEvidence]:
    """Yield what is to be said of wrong logins that were not refused."""
    for what, place in _tries(wrong):
        exchange = wrong.exchanges[place]
        if exchange.status == 429:
            yield NoEvidence(f"{what} was answered 429 at the login page", cause=LOCKED_OUT)
            continue
        try:
            usable(f"a login with {what}", exchange)
        except NoEvidence as missing:
            yield missing
        else:
            # A form that insists on its field refuses an empty one before anybody looks at it.
            if not is_shut(exchange) and exchange.status not in {400, 422}:
                yield BadAnswer(f"a login with {what} was answered {answered(exchange)}")


def _opened(
    look: Look, found: Observed, places: dict[str, int]
) -> Iterator[BadAnswer | NoEvidence]:
    """Yield what is to be said of reads that had to stay shut: a page, and a path of the API.

    What is open to everybody is another check's finding, and says nothing of a session.
    """
    for what, place in places.items():
        exchange = found.exchanges[place]
        try:
            usable(what, exchange)
        except NoEvidence as missing:
            yield missing
        else:
            if not is_shut(exchange) and not _open_to_all(look, exchange):
                yield BadAnswer(f"{what} was not refused, but answered {answered(exchange)}")


def _open_to_all(look: Look, exchange: Exchange) -> bool:
    page = urlsplit(exchange.url).path == "/sales"
    found = look.evidence.get(SALES if page else STATUS_ANONYMOUS)
    return isinstance(found, Observed) and found.answer.status == 200 and not is_shut(found.answer)


def signed_in(exchange: Exchange) -> bool:
    """Return whether the answer to a right login gave a session."""
    sent_on = exchange.status in {301, 302, 303, 307} and not leads_to_login(exchange)
    return bool(sent_on and exchange.header("set-cookie"))


def logged_in(look: Look) -> None:
    """Raise where the right token did not sign the gate in to the pages.

    Where the API refuses the token too, that is the token's fault and not the page's.
    """
    if look.observed(LOGIN).answer.status == 429:
        raise NoEvidence("signing in was answered 429 at the login page", cause=LOCKED_OUT)
    exchange = look.answer(LOGIN)
    if signed_in(exchange):
        return
    if look.answer(STATUS).status in {401, 403}:
        raise NoEvidence("the token was refused, by the login page and by the API alike")
    if is_shut(exchange):
        raise BadAnswer(f"the login page refused the right token ({exchange.status})")
    raise BadAnswer(f"signing in was answered {answered(exchange)}")


JUDGES = (
    Judge(
        "access.login",
        login,
        (
            *(LOGIN_PAGE, WRONG_LOGIN, LOGIN, FORGED_SESSION, SALES, STATUS_ANONYMOUS),
            *generation.PROBES,
        ),
    ),
)

"""``access``: what is given away without a token by design, by a copy, by a link or by a GET.

Source: ``docs/dashboard.md, Access`` and ``docs/dashboard.md, Harmless questions``.
"""

import re
from collections.abc import Iterable, Iterator

from pytest_caio.base.messages import listed
from pytest_caio.evidence.model import Exchange, Observed
from pytest_caio.evidence.probe_names import (
    ANSWERS_LINK,
    DECIDED_BY_LINK,
    DECISIONS,
    HEALTH,
    LOGIN_PAGE,
    PAGE_REJECT,
    QUEUE,
    QUEUE_AGAIN,
    READS_AGAIN,
    READY,
    SALES_SESSION,
    UNKNOWN,
)
from pytest_caio.interlock.harmless import SPELLED
from pytest_caio.judge import generation
from pytest_caio.judge.generation import Generation
from pytest_caio.judge.look import BadAnswer, Look, NoEvidence, seen
from pytest_caio.judge.queue_cards import Card, all_cards
from pytest_caio.privacy.reduced_text import address_digest, digests_in, facts, names_in

_OPEN = (READY, HEALTH, LOGIN_PAGE)
READS = (READS_AGAIN, ANSWERS_LINK, *_OPEN, QUEUE, QUEUE_AGAIN)
LINKS = (*DECIDED_BY_LINK, ANSWERS_LINK)
_PAST_THE_DOOR = frozenset({400, 404, 405, 422})
_PEOPLE = (QUEUE, QUEUE_AGAIN, DECISIONS, SALES_SESSION)
_SHARED = re.compile(r"\bpublic\b|\bs-maxage\s*=\s*\"?[1-9]", re.IGNORECASE)
_NOT_SHARED = re.compile(r"\b(?:no-store|private)\b", re.IGNORECASE)
# The address of a store: in production a name and a password are part of it.
_STORE = re.compile(
    r"\b(?:rediss?|postgres(?:ql)?|mysql|mongodb|amqps?)(?:\+\w+)?://\w", re.IGNORECASE
)

# What a secret is called where it stands alone, and what stands there if it is only spoken of.
_KEY = re.compile(
    r'"((?:\w{0,40}_)?(?:(?:event|signing|secret|api|access|private|encryption|service_role)_?key'
    r'|secret|passw(?:or)?d))"\s*:\s*"([^"]{6,200})"',
    re.IGNORECASE,
)
# What says whether there is one: yes or no, and never which.
_FLAG = re.compile(r'"(hmac|bearer|authed|keys_present)"\s*:\s*"([^"]+)"')
_SAYS_NOTHING = re.compile(
    r".*[*•…<\[({\s]|[A-Z]+(?:_[A-Z]+)+$"
    r"|(?:not?_?|un|mis)?(?:set|present|missing|configured|redacted|hidden|unknown|ready|healthy"
    r"|valid|invalid|required|optional|default|env|provided|absent|production|staging"
    r"|true|false|yes|no|on|off|none|ok)(?:_[a-z]+)*$",
    re.IGNORECASE,
)


def given_away(look: Look) -> tuple[list[str], NoEvidence | None]:
    """Return what is read without a token though it must not be, and the first that wasn't seen."""
    found: list[str] = []
    missing: NoEvidence | None = None
    for kind in (_open_reads, _linked, _kept, _told):
        try:
            found += kind(look)
        except NoEvidence as unclear:
            missing = missing or unclear
    return found, missing


def _open_reads(look: Look) -> Iterator[str]:
    """Yield what of the page's own reads and links shows people's data without a session.

    The browser is not started for this: what it saw for ``rejection`` is there in a whole run.
    """
    found = look.evidence.get(PAGE_REJECT)
    for path in found.data.get("open", ()) if isinstance(found, Observed) else ():
        yield f"{path} shows people's data without a session"


def _linked(look: Look) -> Iterator[str]:
    for path in look.observed(ANSWERS_LINK).data["open"]:
        yield f"{path}, to which an answer links, shows people's data without a token"


def _kept(look: Look) -> Iterator[str]:
    """Yield what is answered to nobody, and to everybody once somebody with a token had asked."""
    for path, exchange in _tries(look.observed(READS_AGAIN)):
        status = exchange.status or 0
        if path in SPELLED:
            # Any page may answer what isn't there; the list is told by what it is called.
            yield from [f"{path} shows the queue without a token"] if _is_queue(exchange) else ()
        elif status == 200:
            yield f"{path} is shown without a token, once it was answered to one"
        elif status in _PAST_THE_DOOR and not (status == 404 and _may_lack(look)):
            yield f"{path} answered {status} without a token, once it was answered to one"
    for probe in _PEOPLE:
        found = look.evidence.get(probe)
        if isinstance(found, Observed) and _for_proxies(found.answer):
            yield f"any proxy may keep the answer of {probe}, and give it to everybody"


def _is_queue(answer: Exchange) -> bool:
    return answer.status == 200 and '"pending_emails"' in answer.body


def _may_lack(look: Look) -> bool:
    """Return whether a deployment may do without a read: before G2."""
    return generation.strictest(look) is not Generation.G2


def _for_proxies(answer: Exchange) -> bool:
    """Return whether an answer says that a shared cache may keep it (RFC 9111, section 5.2.2)."""
    says = [answer.header(name) or "" for name in ("cache-control", "surrogate-control")]
    shut = _NOT_SHARED.search(says[0])
    shared = _SHARED.search(says[0]) or re.search(r"max-age\s*=\s*\"?[1-9]", says[1])
    return answer.status == 200 and shared is not None and shut is None


def _told(look: Look) -> Iterator[str]:
    """Yield what is open by design and names whom a live card is for, or a store's password.

    A list that wasn't seen names nobody; it is other checks' to say so.
    """
    try:
        live = [card for card in all_cards(look) if not card.training]
    except (NoEvidence, BadAnswer):
        live = []
    people = {address_digest(str(card.raw.get("to"))) for card in live} - {""}
    for probe in _OPEN:
        found = look.evidence.get(probe)
        body = found.answer.body if isinstance(found, Observed) else ""
        if people & digests_in(body) or _names(live, body):
            yield f"{probe} names whom a live card is for"
        if _STORE.search(body):
            yield f"{probe} shows the address of a store, which may hold its password"
        # A page of errors or visits may name a key that is for everybody.
        told = [*_KEY.findall(body), *_FLAG.findall(body)] if probe != LOGIN_PAGE else []
        if names := [name for name, value in told if not _SAYS_NOTHING.match(value)]:
            yield f"{probe} shows what is called {listed(dict.fromkeys(names))}"


def _names(live: Iterable[Card], text: str) -> bool:
    """Return whether a text has a recipient's name, or several companies, of two words at least.

    One company may be whose dashboard it is, which tries it on itself.
    """
    words = " ".join(names_in(text))
    people = [one for card in live if isinstance(one := card.raw.get("recipient_data"), dict)]

    def told(what: str) -> set[tuple[str, ...]]:
        names = {facts(one[what]).named for one in people if isinstance(one.get(what), str)}
        return {name for name in names if len(name) > 1 and " ".join(name) in words}

    return bool(told("name")) or len(told("company")) > 1


def by_link(look: Look) -> Iterator[str]:
    """Yield where a link, which any page may hold and a browser may follow ahead, decides a card.

    Asked of no card: where a decision is a POST alone, a GET finds no such route.
    """
    for probe in DECIDED_BY_LINK:
        if _takes(answer := look.answer(probe)):
            yield f"{probe} was answered {seen(answer)}: a link, or its preview, decides"
    for path, answer in _tries(look.observed(ANSWERS_LINK)):
        if _takes(answer):
            yield f"GET {path}, to which a card links, was answered {seen(answer)} without a token"


def _tries(found: Observed) -> Iterator[tuple[str, Exchange]]:
    for what, place in found.data["tries"].items():
        yield what, found.exchanges[place]


def _takes(answer: Exchange) -> bool:
    """Return whether a decision that was only looked at was taken for one."""
    if answer.status == 404:
        # An answer that names the path has no such route.
        return UNKNOWN in answer.body and f"{UNKNOWN}/" not in answer.body
    given = answer.status == 200 and "json" in (answer.header("content-type") or "")
    return given or (answer.status in {400, 409, 422} and answer.has_detail)

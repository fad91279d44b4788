"""Questions without a token that would do nothing if a broken deployment took them.

Source: ``docs/dashboard.md, Harmless questions``.
"""

import json
import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from pytest_caio.evidence.cards import is_seeded
from pytest_caio.interlock.deeds import Deed
from pytest_caio.interlock.outgoing import Outgoing, Stopped

_UNKNOWN = r"caio-gate-unknown-[a-z0-9-]+"
_QUESTIONS = (
    (rf"/api/emails/{_UNKNOWN}/reject", "", Deed.NO_CARD_REJECTED),
    (rf"/api/emails/{_UNKNOWN}/approve", "", Deed.NO_CARD_APPROVED),
    (
        rf"/api/operator/(?:approve|reject)-batch/{_UNKNOWN}",
        "",
        Deed.NO_BATCH_DECIDED,
    ),
    (r"/api/admin/seed_queue", "count=0", Deed.NO_CARD_MADE),
)
METHOD_IN_QUERY = "_method=POST"
"""By which some servers take a GET for a POST."""
SPELLED = (
    "/api/pending-emails/",
    "/API/pending-emails",
    "//api/pending-emails",
    "/static/%2e%2e/api/pending-emails",
    "/api/health/%2e%2e/pending-emails",
)
"""The queue's path as whoever guards it and whoever answers may read it in two ways."""
# The id alone, so that nothing beside it is taken for another one.
_BY_LINK = re.compile(
    rf"/api/(?:emails/{_UNKNOWN}/(?:approve|reject)|operator/approve-batch/{_UNKNOWN})"
)
# Of an id that seeding gives: its beginning, and enough to be no other word's.
_LEAST = 10
_WEBHOOK = re.compile(r"/webhooks/[a-z0-9/_-]+")


def harmless_question(request: Outgoing) -> str:
    """Return why a POST without a right credential is harmless; raise where that isn't known."""
    query = urlsplit(request.url).query
    for path, asked, why in _QUESTIONS:
        if re.fullmatch(path, request.path) and query == asked and not request.body:
            return why
    unsigned = not request.signed
    if unsigned and _WEBHOOK.fullmatch(request.path) and not _is_json(request.body):
        return Deed.UNSIGNED_WEBHOOK
    raise Stopped(f"an anonymous POST {request.path} is not known to be harmless")


def names_no_card(card_id: str, training: Iterable[str], live: Iterable[str]) -> bool:
    """Return whether an id is made up, or a seeded card's without its end and in no live one's."""
    if re.fullmatch(_UNKNOWN, card_id):
        return True
    part = any(t.startswith(card_id) and t != card_id for t in training)
    seeded = len(card_id) >= _LEAST and is_seeded({"email_id": card_id})
    return part and seeded and not any(card_id.casefold() in one for one in live)


def decides_nothing(request: Outgoing) -> bool:
    """Return whether a signed-in GET is called like a decision, of what doesn't exist."""
    query = urlsplit(request.url).query
    plain = request.method == "GET" and not request.body and query in {"", METHOD_IN_QUERY}
    return plain and _BY_LINK.fullmatch(request.path) is not None


def spelled(request: Outgoing) -> str:
    """Return by which spelling a request without any credential looks at the queue, if it does."""
    _, slash, rest = request.url.partition("://")[2].partition("/")
    path = slash + rest
    plain = request.method == "GET" and not request.signed and not request.body
    return path if plain and path in SPELLED else ""


def _is_json(body: bytes) -> bool:
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return False
    return True

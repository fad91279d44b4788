"""Questions without a token that would do nothing if a broken deployment took them.

Source: ``docs/dashboard.md, Harmless questions``.
"""

import json
import re
from urllib.parse import urlsplit

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
# The id alone, so that nothing beside it is taken for another one.
_BY_LINK = re.compile(
    rf"/api/(?:emails/{_UNKNOWN}/(?:approve|reject)|operator/approve-batch/{_UNKNOWN})"
)
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


def decides_nothing(request: Outgoing) -> bool:
    """Return whether a signed-in GET is called like a decision, of what doesn't exist."""
    query = urlsplit(request.url).query
    plain = request.method == "GET" and not request.body and query in {"", METHOD_IN_QUERY}
    return plain and _BY_LINK.fullmatch(request.path) is not None


def _is_json(body: bytes) -> bool:
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return False
    return True

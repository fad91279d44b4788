"""What a request that a page tried to send would do: whether it rejects, which card, with what.

Source: ``docs/page.md, What rejects``.
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from pytest_caio.evidence.mail_texts import Mail, alike, mail_of, text_as_sent

# A path that acts, whatever the method; lists of tags and of past decisions are plain reads.
_VERB = r"(?:reject|decline|discard|approve|dismiss|trigger|dispatch|seed_queue)"
_SEGMENT = rf"(?:[a-z0-9]+[_-])*{_VERB}(?:[_-](?!tags?\b|reasons?\b|options?\b)[a-z0-9]+)*"
_DOES = r"(?:action|status|decision|verdict|op|state|outcome|command|cmd)"
_DECIDES = rf"[?&]{_DOES}=(?:reject|decline|discard|approve)(?:ed|d)?(?:&|$)"
ACTING = rf"/{_SEGMENT}(?=[/?#]|$)|{_DECIDES}(?=.*caio-gate-card)|caio-gate-card.*{_DECIDES}"
"""What a read must not have in its path and query to be a read; JavaScript understands it too."""
_REJECTING = re.compile(
    r"/(?:[a-z0-9]+[_-])*(?:reject|decline|discard|dismiss)(?!ion)(?:s|ed|ing)?"
    r"(?:[_-](?!tags?\b|reasons?\b|options?\b)[a-z0-9]+)*(?:/|$)",
    re.IGNORECASE,
)
_REJECTIONS = re.compile(r"/rejections?(?:/|$)", re.IGNORECASE)
_KEY = re.compile(
    r"(?:^|_)(?:action|status|decision|verdict|op|operation|state|outcome|command|cmd|intent|"
    r"method|resolution|disposition|type|kind)$",
    re.IGNORECASE,
)
_BY_CONTRACT = re.compile(r"/api/emails/[^/]+/(reject|approve)/?$")
_YES = re.compile(r"approved?|send_?now", re.IGNORECASE)
_WORD = re.compile(
    r"(?:mark_?)?(?:reject|decline|discard|dismiss)(?:ed|d)?(?:_?(?:email|card)s?)?", re.IGNORECASE
)
_CALL = re.compile(r"\b(?:mutation\b[^{]*\{\s*\w*reject|reject\w*\s*\()", re.IGNORECASE)
_APPROVING = re.compile(r"/approve[a-z_-]*(?:/|$)", re.IGNORECASE)
# What tells of a press instead of doing something.
_TELLING = re.compile(
    r"/(?:errors?|events?|logs?|track(?:ing)?|analytics|metrics|telemetry|beacon|audit|collect)"
    r"(?:/|$)",
    re.IGNORECASE,
)
# What takes a decision back decides nothing.
_UNDOES = re.compile(
    r"/(?:undo|revert|restore|reopen|withdraw|un-?(?:reject|approve)|take[_-]?back)(?:/|$)",
    re.IGNORECASE,
)
_READS = frozenset({"GET", "HEAD", "OPTIONS"})


def tells(path: str) -> bool:
    """Return whether a path only takes note of what happened in a page, as telemetry does."""
    return _TELLING.search(path) is not None


def leaves(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text or number in a JSON value with the name that it goes by."""
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield from leaves(item, str(name))
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item, key)
    elif value is not None and not isinstance(value, bool):
        yield key, str(value)


def sent(url: str, body: str) -> list[tuple[str, str]]:
    """Return what a request says, as names and values: path, query and body."""
    parts = urlsplit(url)
    path = [("", unquote(part)) for part in parts.path.split("/") if part]
    query = parse_qsl(parts.query, keep_blank_values=True)
    return [*path, *query, *_body(body)]


def _body(body: str) -> list[tuple[str, str]]:
    if not body:
        return []
    try:
        return list(leaves(json.loads(body)))
    except ValueError:
        pairs = parse_qsl(body, keep_blank_values=True)
        return [*pairs, ("", body)]


def rejects(method: str, url: str, body: str, cards: Collection[str]) -> bool:
    """Return whether a request would reject a card: by its path, or by what it says."""
    path = unquote(urlsplit(url).path)
    if _UNDOES.search(path) or (method == "DELETE" and _REJECTIONS.search(path)):
        return False
    if _REJECTING.search(path):
        return not tells(path)
    if tells(path) or _APPROVING.search(path):
        return False
    said = sent(url, body)
    named = any(card in value for _, value in said for card in cards)
    if method == "DELETE":
        return named
    if any(_KEY.search(key) and _WORD.fullmatch(value.strip()) for key, value in said):
        return method not in _READS or named
    if method in _READS:
        return False
    tagged = any("rejection" in key.lower() and value.strip() for key, value in said)
    return bool(_REJECTIONS.search(path) or _CALL.search(body) or (tagged and named))


def approves(method: str, url: str, body: str) -> bool:
    """Return whether a request would approve a card: by its path, or by what it says."""
    path = unquote(urlsplit(url).path)
    if tells(path) or _UNDOES.search(path):
        return False
    if method in _READS:
        return (found := _BY_CONTRACT.search(path)) is not None and found[1] == "approve"
    if _APPROVING.search(path):
        return True
    return any(_KEY.search(key) and _YES.fullmatch(value.strip()) for key, value in sent(url, body))


def read(
    method: str, url: str, body: str, cards: Collection[str], tags: Collection[str], reason: str,
    mail: Mail,
) -> dict[str, Any]:  # fmt: skip
    """Return what a request would do: whether it rejects or approves, which cards, with what.

    A tag counts by its id, in a field that is called so; ``reason`` is what was typed.
    """
    said = sent(url, body)
    named = [value.strip() for key, value in said if "tag" in key.lower()]
    values = named if any(named) else [value.strip() for _, value in said]
    named_cards = [card for card in cards if any(card in value for _, value in said)]
    return {
        "rejects": rejects(method, url, body, cards),
        "approves": approves(method, url, body),
        "cards": named_cards,
        "mail_of": "" if tells(urlsplit(url).path) else mail_of(named_cards, said, mail),
        "tags": [tag for tag in tags if tag in values],
        "reason": any(reason in value for _, value in said),
        **text_as_sent(said, reason, mail),
        "understood": _understood(method, url, cards, tags, reason),
    }


def _understood(
    method: str, url: str, cards: Collection[str], tags: Collection[str], reason: str
) -> bool:
    """Return whether the dashboard is asked as it wants to be, where that is what is asked: at its
    own path and no likeness of it, by POST, a rejection with tag and reason where it reads them.

    Source: ``docs/dashboard.md, Rejecting``.
    """
    parts = urlsplit(url)
    found = _BY_CONTRACT.search(parts.path)
    if found is None:
        return not _mistaken(unquote(parts.path), cards)
    if method != "POST":
        return False
    if found[1] == "approve":
        return True
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    return query.get("rejection_tag", "").strip() in tags and reason in query.get("reason", "")


def _mistaken(path: str, cards: Collection[str]) -> bool:
    """Return whether a path is a card's own one but for a slip: letters, order, or ``/api``."""
    named = ["" if any(card in one for card in cards) else one for one in path.split("/") if one]
    own = [("api", "emails", "", does) for does in ("reject", "approve")]
    return "" in named and any(
        sorted(named) in (sorted(one), sorted(one[1:]))
        or (len(named) == len(one) and all(map(alike, named, one)))
        for one in own
    )

"""Words of a path by which it may do something, though it is asked for as if it were only read.

Source: ``docs/promises.md, No harm``. A broken deployment may act on a GET, and nobody knows every
path that it has, so a signed-in read keeps away from whatever is called like a deed.
"""

import re
from collections.abc import Container
from urllib.parse import parse_qsl, unquote, urlsplit

from pytest_caio.interlock.outgoing import Outgoing, Stopped

# Paths that are known to do something.
ACTION = re.compile(
    r"/(?:trigger|(?:approve|reject)(?:-batch)?|seed_queue|clear-queue|send|dispatch)"
    r"(?![a-z0-9_-])",
    re.IGNORECASE,
)
_DEEDS = frozenset(
    "approve reject decline discard dismiss accept confirm send resend dispatch deliver "
    "trigger fire launch execute exec run rerun start stop restart shutdown kill pause resume "
    "halt abort cancel retry requeue enqueue dequeue drain flush purge clear wipe delete remove "
    "drop destroy truncate reset rebuild seed create insert add update upsert edit patch put set "
    "unset write save apply submit publish promote graduate enable disable activate deactivate "
    "toggle revoke rotate grant assign claim migrate ingest generate enrich scrape push "
    "subscribe unsubscribe block unblock impersonate logout signout".split()
)
# Written without a gap: approveall, sendnow, clearqueue.
_TAIL = r"(?:all|now|next|one|queue|batch|emails?|mails?|cards?|leads?)"
_DEED = re.compile(rf"(?P<deed>{'|'.join(sorted(_DEEDS, key=len, reverse=True))}){_TAIL}?")
# The tags and reasons that a form offers are lists, whatever they are for.
_LISTS = re.compile(r"(?:tag|reason|option)s?")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_PART_OF_A_PAGE = re.compile(
    r"\.(?:m?js|css|map|png|jpe?g|gif|svg|ico|webp|woff2?|ttf|webmanifest)$", re.IGNORECASE
)


def only_reads(request: Outgoing, plain_reads: Container[str]) -> None:
    """Return where a signed-in read does nothing by its name; raise :class:`Stopped` else.

    ``plain_reads`` are paths of which the policy says that they only read.
    """
    if ACTION.search(request.path):
        raise Stopped(f"{request.path} does something; a signed-in request never goes there")
    word = deed(request.url)
    if word and request.path not in plain_reads:
        raise Stopped(
            f"{request.path} may do something, by its word {word!r}; a signed-in request goes "
            "there only where plain_reads in gates/policy.yaml names it"
        )


def deed(url: str) -> str:
    """Return the first word of the path or the query of ``url`` that says it does something."""
    parts = urlsplit(url)
    segments = unquote(parts.path).split("/")
    if _PART_OF_A_PAGE.search(segments[-1]):
        del segments[-1]
    texts = [*segments, *(text for pair in parse_qsl(parts.query, True) for text in pair)]
    return next((found for text in texts if (found := _deed_in(text))), "")


def _deed_in(text: str) -> str:
    words = [word.lower() for word in _WORD.findall(text)]
    for place, word in enumerate(words):
        found = _DEED.fullmatch(word)
        listed = len(words) == place + 2 and _LISTS.fullmatch(words[-1])
        if found and not listed:
            return found["deed"]
    return ""

"""Faults of the doors: who is let in by what anybody may claim or make up, and who is kept out."""

from __future__ import annotations

import base64
import json
from collections.abc import Collection

from pytest_caio.rehearsal.deployment.behaviour import same_token
from pytest_caio.rehearsal.deployment.configured import Settings
from pytest_caio.rehearsal.faults.fault import G2_ONLY, Fault, code

_INSTANTLY = frozenset(f"/webhooks/instantly/{what}" for what in ("open", "bounce", "unsubscribe"))


def _fails_open(settings: Settings, given: str) -> bool:
    return not given.isascii() or same_token(settings, given)


def _plain_session(_settings: Settings) -> str:
    return base64.urlsafe_b64encode(json.dumps({"authenticated": True}).encode()).decode()


def _as_it_says(_sessions: Collection[str], given: str) -> bool:
    try:
        said = json.loads(base64.urlsafe_b64decode(given))
    except ValueError:
        return False
    return isinstance(said, dict) and said.get("authenticated") is True


CLAIM_FAULTS = (
    Fault(
        "odd-token-accepted",
        "A token with letters that the comparison can't take is let in.",
        ("access.reads-refused", "access.actions-refused"),
        code(token_opens=_fails_open),
    ),
    Fault(
        "proxy-believed",
        "Whoever says that a proxy has signed him in is let in.",
        ("access.reads-refused", "access.actions-refused"),
        code(believed=frozenset({"x-forwarded-user"})),
    ),
    Fault(
        "session-says-itself",
        "The session's cookie says who is signed in, and nobody has signed that.",
        ("access.login",),
        code(new_session=_plain_session, session_opens=_as_it_says),
        G2_ONLY,
    ),
    Fault(
        "practice-login",
        "A link of the login page signs anybody in, to practise.",
        ("access.login",),
        code(practice_login=True),
        G2_ONLY,
    ),
    Fault(
        "paths-tidied",
        "Paths are tidied up behind the door, which judged them as they were written.",
        ("access.reads-refused",),
        code(paths_tidied=True),
    ),
    Fault(
        "webhooks-want-origin",
        "What comes from no page of the dashboard is refused, webhooks too.",
        ("smoke.webhook",),
        code(webhooks_want_origin=True),
    ),
    Fault(
        "unsubscribes-unheard",
        "The route by which unsubscribes come is called otherwise than Instantly knows it.",
        ("smoke.webhook",),
        code(webhooks_missing=frozenset({"/webhooks/instantly/unsubscribe"})),
    ),
    Fault(
        "instantly-unheard",
        "The routes by which Instantly reports are not there.",
        ("smoke.webhook", "access.webhooks-signed"),
        code(webhooks_missing=_INSTANTLY),
    ),
)

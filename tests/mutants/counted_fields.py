"""The parts of an answer that docs/checks.md makes something of; all else may be as it likes.

A template says which fields of a JSON answer are looked at: `KEPT` as they are, `KIND` by their
type alone (words for people), `WORD` by whether it says that something is wrong, `[...]` for
each of its items. A function says what of a whole object counts, where several fields say the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

KEPT = object()
KIND = object()
WORD = object()
_UNWELL = frozenset({"degraded", "unhealthy", "not_ready", "failed", "error", "down"})

_TRAINING = ("synthetic", "canary", "canary_training", "_do_not_dispatch")
_SEEDED = re.compile(r"(seed_\d+_\d+_)\d+")


def _unwell(parts: Any) -> Any:
    """Which parts say that something is wrong with them."""
    if not isinstance(parts, dict):
        return type(parts).__name__
    return sorted(name for name, said in parts.items() if seen_of(said, WORD) != "fine")


def _training(card: dict[str, Any]) -> bool:
    """Whether it is a training card, by whichever of the signs."""
    classifier = card.get("classifier")
    platform = classifier.get("target_platform") if isinstance(classifier, dict) else None
    return platform == "training" or any(card.get(sign) is True for sign in _TRAINING)


def _id(one: dict[str, Any]) -> Any:
    """The id; which number a training card got is nobody's business."""
    found = one.get("email_id")
    return _SEEDED.sub(r"\1N", found) if isinstance(found, str) else found


def _time(*names: str) -> Callable[[dict[str, Any]], Any]:
    """The first of these fields that there is, as a time; how it is written doesn't count."""

    def read(one: dict[str, Any]) -> Any:
        found = next((one[name] for name in names if one.get(name)), None)
        try:
            return str(datetime.fromisoformat(str(found)))
        except ValueError:
            return found

    return read


def _outcome(trace: dict[str, Any]) -> Any:
    """What a trace says became of a card: its outcome stands there twice."""
    try:
        asked = json.loads(trace["tool_input_summary"])
        said = json.loads(trace.get("tool_output_summary") or "{}")
        return [said.get("outcome") or asked.get("outcome"), asked]
    except (KeyError, TypeError, ValueError, AttributeError):
        return "unreadable"


_READY = {"required": KEPT, "status": WORD, "ready": KEPT}
_DEPENDENCIES = {
    "status": WORD, "ready": KEPT, "required_failures": [KIND],
    "dependencies": {
        "redis": _READY | {"connected": KEPT},
        "inngest": _READY | {"keys_present": KEPT, "route_mounted": KEPT},
        "webhooks": {
            "status": WORD, "ready": KEPT,
            "provider_auth": {
                "heyreach": {"hmac": KEPT, "bearer": KEPT, "unsigned_allowlisted": KEPT},
            },
        },
    },
    "auth": {
        "strict_mode": KEPT, "query_token_enabled": KEPT, "token_configured": KEPT,
        "session_secret_explicit": KEPT, "environment": KEPT,
    },
}  # fmt: skip
_CARD = {
    "its id": _id, "its time": _time("timestamp", "created_at"), "is training": _training,
    "status": KEPT, "to": KEPT, "subject": KEPT, "body": KEPT, "tier": KEPT, "contact_id": KEPT,
    "classifier": {"target_platform": KEPT}, "campaign_ref": {"internal_id": KEPT},
    "compliance_checks": {
        "unsubscribe_present": KEPT, "signature_present": KEPT, "cta_present": KEPT,
        "footer_present": KEPT,
    },
}  # fmt: skip
_QUEUE = {
    "count": KEPT, "refreshed_at": KEPT, "pending_emails": [_CARD],
    "_shadow_queue_debug": {
        "redis_connected": KEPT, "queue_tier_filter": KEPT, "queue_max_age_hours": KEPT,
        "merged_count": KEPT, "excluded_non_actionable_count": KEPT,
        "excluded_non_actionable_reasons": KEPT,
    },
}  # fmt: skip
_STATUS = {
    "emergency_stop": KEPT,
    "ramp": {
        "enabled": KEPT, "mode": KEPT, "active": KEPT, "remaining_days": KEPT,
        "email_limit_override": KEPT, "tier_filter": KEPT, "clean_days_required": KEPT,
        "clean_days_completed": KEPT, "clean_days_dates": KEPT,
    },
    "today": {
        "outbound_email": KEPT, "outbound_linkedin": KEPT, "revival": KEPT, "cadence": KEPT,
    },
    "limits": {"email_remaining": KEPT},
    "gatekeeper": {"required": KEPT},
}  # fmt: skip
_REPORT = {
    "its time": _time("started_at", "completed_at"), "dry_run": KEPT,
    "pending_approval": KEPT, "errors": KEPT,
    "instantly_report": KEPT, "heyreach_report": KEPT,
    "cadence_dispatched": KEPT, "revival_dispatched": KEPT,
}  # fmt: skip
_DECISION = {
    "its id": _id, "its time": _time("reviewed_at"), "to": KEPT, "status": KEPT,
    "rejection_reason": KEPT, "rejection_tag": KEPT,
}  # fmt: skip
_MESSAGE = {"direction": KEPT, "messageType": KEPT, "dateAdded": KEPT}

TEMPLATES: dict[str, Any] = {
    "/api/health": {"status": KEPT},
    "/api/health/ready": {
        "status": WORD, "failing": lambda ready: _unwell(ready.get("checks")),
        "runtime_dependencies": _DEPENDENCIES,
    },
    "/api/runtime/dependencies": _DEPENDENCIES,
    "/api/rejection-tags": {"tags": [{"id": KEPT, "label": KEPT}]},
    "/api/pending-emails": _QUEUE,
    "/api/operator/status": _STATUS,
    "/api/operator/history": [_REPORT],
    "/api/emails/history": {"count": KEPT, "emails": [_DECISION]},
    "/api/traces/recent": {
        "traces": [
            {"its time": _time("timestamp"), "says": _outcome, "tool_name": KEPT, "status": KEPT}
        ],
    },
    "/api/operator/pending-batch": {"pending_batch": KEPT},
    "/api/admin/seed_queue": {"status": KEPT, "seeded": KEPT, "email_ids": KEPT},
    "/ghl/contacts/": {"contacts": [{"id": KEPT, "email": KEPT}]},
    "/ghl/conversations/search": {"conversations": [{"id": KEPT, "contactId": KEPT}]},
    "/ghl/conversations/": {"messages": {"messages": [_MESSAGE]}},
}  # fmt: skip
"""By path; of other paths the status alone counts, and whether they answer JSON."""


def seen_of(value: Any, template: Any) -> Any:
    """What `template` lets through of `value`; a field that is missing is missing here too."""
    if template is KEPT:
        return value
    if template is KIND:
        return type(value).__name__
    if template is WORD:
        return value if isinstance(value, str) and value.lower() in _UNWELL else "fine"
    if isinstance(template, list) and isinstance(value, list):
        # In what order things are listed is nobody's business.
        return sorted((seen_of(item, template[0]) for item in value), key=str)
    if isinstance(template, dict) and isinstance(value, dict):
        # A word that isn't said says nothing.
        said = {key: part(value) for key, part in template.items() if callable(part)}
        there = {key: part for key, part in template.items() if key in value or part is WORD}
        return said | {key: seen_of(value.get(key), part) for key, part in there.items()}
    return f"a {type(value).__name__}"

"""The card that the page in the browser sees: the gate's own, which no server knows."""

from datetime import datetime
from typing import Any

from pytest_caio.evidence.probe_names import GATE_CARD

_RUN = "caio-gate"


def queue_of_one(now: datetime) -> dict[str, Any]:
    """Return what ``/api/pending-emails`` would answer with one fresh card, made at ``now``."""
    return {
        "count": 1,
        "refreshed_at": now.isoformat(timespec="microseconds"),
        "synced_from_gatekeeper": 0,
        "pending_emails": [_card(now.isoformat(timespec="microseconds"))],
        "_shadow_queue_debug": {
            "redis_connected": True,
            "queue_tier_filter": "tier_1",
            "queue_max_age_hours": 72.0,
            "merged_count": 1,
            "excluded_non_actionable_count": 0,
            "excluded_non_actionable_reasons": {},
            "excluded_non_actionable_examples": [],
        },
    }


def _card(made: str) -> dict[str, Any]:
    """A card like a live one: a page may treat training cards differently."""
    return {
        "email_id": GATE_CARD,
        "status": "pending",
        "to": "gate-check@example.com",
        "subject": "A card of the gate's own: it exists in this browser only",
        "body": "Nobody gets this mail. The gate looks whether it can be rejected without a tag.",
        "tier": "tier_1",
        "timestamp": made,
        "created_at": made,
        "contact_id": None,
        "source": "pipeline",
        "direction": "outbound",
        "recipient_data": {"name": "Gate Check", "company": "Gate Check", "title": "Gate Check"},
        "context": {"pipeline_run_id": _RUN, "campaign_type": "t1_exec", "icp_tier": "tier_1"},
        "classifier": {
            "target_platform": "ghl",
            "queue_origin": "pipeline",
            "sync_state": "not_synced",
            "message_direction": "outbound",
        },
        "campaign_ref": {"internal_id": _RUN, "internal_type": "t1_exec", "pipeline_run_id": _RUN},
        "synthetic": False,
        "canary": False,
        "canary_training": False,
        "_do_not_dispatch": False,
        "proof_status": "not_started",
        "proof_evidence_id": None,
        "compliance_checks": {
            "unsubscribe_present": True,
            "signature_present": True,
            "cta_present": True,
            "footer_present": True,
        },
    }

"""How the deployment's values look on the wire (``docs/dashboard.md, The queue's list``)."""

from __future__ import annotations

import json
from typing import Any

from pytest_caio.rehearsal.deployment.listing import EXAMPLES, Excluded, QueueView
from pytest_caio.rehearsal.deployment.state import Batch, Card, Decision, Report


def card_json(card: Card) -> dict[str, Any]:
    """One entry of `pending_emails`."""
    return {
        "email_id": card.email_id,
        "status": card.status,
        "to": card.to,
        "subject": card.subject,
        "body": card.body,
        "source": card.source,
        "direction": "outbound",
        "tier": card.tier,
        "timestamp": card.timestamp,
        "created_at": card.created_at,
        "contact_id": card.contact_id,
        "recipient_data": dict(card.recipient_data),
        "context": dict(card.context),
        "synthetic": card.synthetic,
        "canary": card.canary,
        "canary_training": card.canary_training,
        "_do_not_dispatch": card.do_not_dispatch,
        "classifier": card.classifier,
        "campaign_ref": card.campaign_ref,
        "proof_status": "not_started",
        "proof_source": "none",
        "proof_timestamp": None,
        "proof_evidence_id": None,
        "deliverability_risk": "unknown",
        "deliverability_reasons": [],
        # The version is no check: whoever wants every value true has to look at the checks alone.
        "compliance_checks": {**card.compliance_checks, "normalization_version": "v4.0"},
    }


def excluded_json(item: Excluded) -> dict[str, Any]:
    """One entry of `excluded_non_actionable_examples`."""
    return {
        "email_id": item.card.email_id,
        "tier": item.card.tier,
        "to": item.card.to,
        "timestamp": item.card.timestamp,
        "reasons": list(item.reasons),
    }


def queue_debug_json(view: QueueView, merged: Any) -> dict[str, Any]:
    """The counting part of `_shadow_queue_debug`; `merged` is what the code makes of the count."""
    return {
        "prefix": "caio",
        "redis_returned": view.merged,
        "filesystem_pending": 0,
        "filesystem_merge_enabled": False,
        "merged_count": merged,
        "excluded_non_actionable_count": len(view.excluded),
        "excluded_non_actionable_reasons": view.reasons,
        "excluded_non_actionable_examples": [
            excluded_json(item) for item in view.excluded[:EXAMPLES]
        ],
    }


def decision_json(decision: Decision) -> dict[str, Any]:
    """One entry of GET /api/emails/history: `reviewed_at` has no offset and is UTC."""
    return {
        "email_id": decision.email_id,
        "to": decision.to,
        "subject": decision.subject,
        "status": decision.status,
        "reviewed_at": decision.reviewed_at.replace(tzinfo=None).isoformat(timespec="microseconds"),
        "reviewer": decision.reviewer,
        "feedback": decision.feedback,
        "rejection_reason": decision.reason,
        "rejection_tag": decision.tag,
        "campaign_ref": {},
        "classifier": {},
    }


def report_json(report: Report) -> dict[str, Any]:
    """One entry of GET /api/operator/history."""
    return {
        "run_id": report.run_id,
        "started_at": report.started_at.isoformat(),
        "completed_at": report.completed_at.isoformat() if report.completed_at else None,
        "dry_run": report.dry_run,
        "motion": report.motion,
        "pending_approval": report.pending_approval,
        "batch_id": report.batch_id,
        "errors": list(report.errors),
        "instantly_report": _channel(report.instantly),
        "heyreach_report": _channel(report.heyreach),
        "cadence_dispatched": report.cadence,
        "revival_dispatched": report.revival,
    }


def batch_json(batch: Batch) -> dict[str, Any]:
    """A batch that waits for the gatekeeper."""
    return {
        "batch_id": batch.batch_id,
        "created_at": batch.created_at.isoformat(),
        "status": batch.status,
        "email_ids": list(batch.email_ids),
        "size": len(batch.email_ids),
    }


def trace_json(decision: Decision) -> dict[str, Any]:
    """The outcome of one decision, as the feedback loop writes it down."""
    verb = "reject" if decision.status == "rejected" else "approve"
    outcome = decision.outcome or decision.status
    asked = {
        "action": f"{verb}_email",
        "outcome": outcome,
        "lead_email": decision.to,
        "metadata": {
            "email_id": decision.email_id,
            "approver": decision.reviewer,
            "rejection_tag": decision.tag,
        },
    }
    return {
        "timestamp": decision.reviewed_at.isoformat(timespec="microseconds"),
        "tool_name": "record_email_outcome",
        "tool_input_summary": json.dumps(asked),
        "tool_output_summary": json.dumps({"outcome": outcome}),
        "status": "success",
    }


def _channel(dispatched: int | None) -> dict[str, int] | None:
    return None if dispatched is None else {"total_dispatched": dispatched}

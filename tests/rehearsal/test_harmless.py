"""Harmless differences between one deployment and the next: each stays GO, in both generations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from unittest.mock import patch

import pytest
from test_fault_matrix import afternoon, named, rehearsed

from pytest_caio.rehearsal.deployment import core
from pytest_caio.rehearsal.deployment.behaviour import Behaviour, behaviour_for
from pytest_caio.verdict.decide import Verdict
from pytest_caio.verdict.finding import Outcome

__all__ = ["afternoon"]

QUEUE, STATUS = "/api/pending-emails", "/api/operator/status"
READY, PARTS = "/api/health/ready", "/api/runtime/dependencies"
DEBUG = "_shadow_queue_debug"
OPTIONAL = {"required": False, "ready": False, "status": "not_configured", "connected": False}


def merged(**more: Any) -> Callable[[Any], Any]:
    """The answer with these further fields."""
    return lambda body: body | more


def inside(key: str, **more: Any) -> Callable[[Any], Any]:
    """The answer with these fields in the object called ``key``."""
    return lambda body: body | {key: body[key] | more}


def cards(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[Any], Any]:
    """The queue with each card changed."""
    return lambda body: body | {"pending_emails": [change(c) for c in body["pending_emails"]]}


def each(**fields: Any) -> Callable[[Any], Any]:
    """The queue with these fields on each card."""
    return cards(lambda card: card | fields)


def parts(change: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The dependencies' object changed, wherever it stands."""

    def apply(body: Any) -> Any:
        if "runtime_dependencies" in body:
            return body | {"runtime_dependencies": apply(body["runtime_dependencies"])}
        return body | {"dependencies": change(body["dependencies"])}

    return apply


def time(shape: Callable[[datetime], str]) -> Callable[[Any], Any]:
    """The queue with the cards' times written otherwise."""
    return cards(
        lambda card: card | {"timestamp": shape(datetime.fromisoformat(card["timestamp"]))}
    )


def written(text: str) -> Callable[[Any], Any]:
    """The queue with this text under each body."""
    return cards(lambda card: card | {"body": card["body"] + text})


HARMLESS: dict[str, dict[str, Callable[[Any], Any]]] = {
    "further fields": {QUEUE: merged(version="9"), STATUS: merged(build={"commit": "x"})},
    "further fields on cards": {QUEUE: each(priority="high", age_hours=3.5, position=1)},
    "fields in another order": {QUEUE: cards(lambda c: dict(reversed(c.items())))},
    "cards in another order": {QUEUE: lambda b: b | {"pending_emails": b["pending_emails"][::-1]}},
    "times without an offset": {QUEUE: time(lambda t: t.replace(tzinfo=None).isoformat())},
    "times with Z": {QUEUE: time(lambda t: t.strftime("%Y-%m-%dT%H:%M:%SZ"))},
    "no created_at": {QUEUE: each(created_at=None)},
    "tiers in other letters": {QUEUE: each(tier=" Tier_1 ")},
    "a campaign by its type alone": {QUEUE: each(campaign_ref={"internal_type": "t1_exec"})},
    "no examples": {QUEUE: inside(DEBUG, excluded_non_actionable_examples=None)},
    "whole hours": {QUEUE: inside(DEBUG, queue_max_age_hours=72)},
    "prices and footnotes": {QUEUE: written("\n\nIt is $500 [1].\n\n[1] a month, 50% OFF")},
    "a link with UTM": {QUEUE: written("\nhttps://x.example/?utm_source=a%20b&first_name=J")},
    "HTML with styles": {QUEUE: written("<style>p {color: red} {x}</style><!--[if mso]-->")},
    "a quoted address": {QUEUE: written("\n> Jane <jane@example.com> wrote: none of this")},
    "doubtful brackets": {QUEUE: written("\nHave a look at [our page]")},
    "an optional part that is not configured": {
        READY: parts(lambda found: found | {"slack": OPTIONAL}),
        PARTS: parts(lambda found: found | {"slack": OPTIONAL}),
    },
    "configured, unverified": {
        PARTS: parts(lambda f: f | {"inngest": f["inngest"] | {"status": "configured_unverified"}})
    },
    "further checks": {READY: inside("checks", disk="pass", uptime=17, cache=True, other=None)},
    "a further section": {PARTS: merged(llm_routing={"ready": True}, limits={"failed": []})},
    "LinkedIn's limit stands": {STATUS: inside("limits", linkedin_remaining=100)},
    "fewer mails left": {STATUS: inside("limits", email_remaining=0)},
    "a larger warm-up plan": {STATUS: merged(warmup_schedule={"email_daily_limit": 25})},
    "no list of motions": {STATUS: lambda b: b | {"today": {"outbound_email": 2}}},
    "no list of days": {
        STATUS: lambda b: b | {"cadence": {}, "warmup_schedule": None, "config": []}
    },
}


@contextmanager
def answering(reshape: dict[str, Callable[[Any], Any]]) -> Iterator[None]:
    """Let each rehearsal write its answers so."""

    def build(generation: Any) -> Behaviour:
        behaviour = behaviour_for(generation)
        behaviour.reshape = dict(reshape)
        return behaviour

    with patch.object(core, "behaviour_for", build):
        yield


@pytest.mark.slow
@pytest.mark.parametrize("name", HARMLESS)
def test_harmless(name: str) -> None:
    """A deployment in good order that answers so is GO: else the gate is wrong."""
    generation = "g1" if list(HARMLESS).index(name) % 3 == 0 else "g2"
    with answering(HARMLESS[name]):
        result = rehearsed(generation=generation)
    advice = {"access.query-token", "access.docs-closed", "access.heyreach-hard-auth"}
    assert named(result, Outcome.FAIL) <= (advice if generation == "g1" else set())
    assert not named(result, Outcome.CANNOT_TELL)
    assert result.verdict is Verdict.GO

"""The judges of the standard gates."""

from pytest_caio.judge import (
    access,
    card_contract,
    cycle,
    graduation,
    incomplete_rejections,
    live_cards,
    login,
    parity,
    queue,
    ramp,
    readiness,
    refused,
    rejected_at_sight,
    rejection,
    rejection_page,
    replay_gate,
    replay_limits,
    send_hours,
    sla,
    smoke,
    under_go,
    webhook,
)
from pytest_caio.judge import configuration as environment
from pytest_caio.judge.look import Judge


def standard_judges() -> tuple[Judge, ...]:
    """Return every judge that a packaged gate file may name."""
    return (
        *environment.JUDGES,
        *refused.JUDGES,
        *login.JUDGES,
        *access.JUDGES,
        *rejection.JUDGES,
        *incomplete_rejections.JUDGES,
        *rejection_page.JUDGES,
        *ramp.JUDGES,
        *readiness.JUDGES,
        *smoke.JUDGES,
        *webhook.JUDGES,
        *card_contract.JUDGES,
        *parity.JUDGES,
        *replay_gate.JUDGES,
        *replay_limits.JUDGES,
        *graduation.JUDGES,
        *queue.JUDGES,
        *live_cards.JUDGES,
        *rejected_at_sight.JUDGES,
        *sla.JUDGES,
        *cycle.JUDGES,
        *under_go.JUDGES,
        *send_hours.JUDGES,
    )

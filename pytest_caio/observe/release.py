"""Which release is deployed: read before and after the sweep, and waited for where asked."""

import asyncio
import time
from collections.abc import Callable

from pytest_caio.evidence.model import Evidence, Observed
from pytest_caio.gates.request import Identity, Request
from pytest_caio.observe.probe import Context, Probe, ask
from pytest_caio.verdict.whole_run_findings import is_release, release, release_request

WAITED = "the deployment, waited for"
_READY = Request("GET", "/api/health/ready", Identity.ANONYMOUS)
_POLL_SECONDS = 2.0


def reading(name: str) -> Probe:
    """Return the probe that reads the release, as ``BEFORE`` or ``AFTER``."""

    async def observe(context: Context) -> Evidence:
        return await ask(context, release_request(context.policy.release), name)

    return Probe(name, observe)


def waiting(seconds: float, expected: str, say: Callable[[str], None]) -> Probe:
    """Return the probe that waits until the deployment is ready and runs the expected release.

    It sends reads alone, says what it waits for, and keeps the last answer; after ``seconds`` the
    sweep goes on with what there is, and the checks say what is wrong.
    """

    async def observe(context: Context) -> Evidence:
        ends = time.monotonic() + seconds
        while True:
            evidence, missing = await _look(context, expected)
            left = ends - time.monotonic()
            if not missing or left <= 0:
                return evidence
            say(f"waiting for {context.environment}: {missing}; {left:.0f} s left")
            await asyncio.sleep(min(_POLL_SECONDS, left))

    return Probe(WAITED, observe)


async def _look(context: Context, expected: str) -> tuple[Evidence, str]:
    """Return the last answer, and what is still missing in it, in words."""
    evidence = await ask(context, _READY, WAITED)
    if not isinstance(evidence, Observed):
        return evidence, "it does not answer"
    if evidence.answer.status != 200:
        return evidence, f"it is not ready ({evidence.answer.status})"
    if not expected:
        return evidence, ""
    policy = context.policy.release
    evidence = await ask(context, release_request(policy), WAITED)
    seen = release(policy, evidence)
    return evidence, "" if is_release(expected, seen) else f"it runs {seen}, not {expected}"

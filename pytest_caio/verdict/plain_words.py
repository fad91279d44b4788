"""What a failed check means, for who decides whether to mail: the technical words stand behind it.

Source: ``docs/promises.md, Readable by its owner``. What is seen in cards and replies is plain as
it is, and has no entry.
"""

from collections.abc import Mapping
from types import MappingProxyType

from pytest_caio.verdict.finding import Finding, Outcome
from pytest_caio.verdict.known_causes import MISSING, NOT_READY

LACKING = "The dashboard lacks something that the gate has to see"

# By a cause that has no words of its own, or by the check.
_FAILED: Mapping[str, str] = MappingProxyType(
    {
        NOT_READY: "A part that the deployment needs does not work",
        "access.reads-refused": "The dashboard's data can be read without the right token",
        "access.actions-refused": "Whoever has no right token gets as far as to act on cards",
        "access.preflight-open": "Browsers are kept from asking what they may do",
        "access.no-token-echo": "The dashboard sends its own token back in an answer",
        "access.login": "The login lets people in who should stay out, or is not usable",
        "access.query-token": "The token is accepted in a web address, where others may read it",
        "access.docs-closed": "The dashboard's technical documentation is open to everybody",
        "access.session-secret": "The secret that signs logins was not set on purpose",
        "access.webhooks-signed": "The dashboard takes messages from senders that prove nothing",
        "access.heyreach-hard-auth": "Calls from HeyReach need not prove who they are",
        "cycle.rejections-tagged": "A rejection lacks its tag or its reason",
        "cycle.approved-under-go": "A card was approved that no GO had judged",
        "cycle.dispatch": "What was sent is not what was approved, or a run had errors",
        "cycle.send-hours": "Approvals at the review hour may fail to send",
        "environment.reachable": "What answers is not the dashboard",
        "environment.token-accepted": "The token does not open the dashboard",
        "environment.name": "This is not the deployment that was asked for",
        "environment.auth-strict": "The deployment does not insist on its token",
        "environment.redis-required": "The deployment does not insist on its card store (Redis)",
        "environment.inngest-required": "The deployment does not insist on its scheduler (Inngest)",
        "environment.queue-max-age": "Old cards do not leave the queue when they should",
        "queue.sources-agree": "The dashboard's counts of waiting cards contradict each other",
        "queue.tier": "Cards of a tier wait that is not mailed yet",
        "queue.compliance": "A mail lacks what the law wants to be in it",
        "queue.sendable": "A card could not be sent if it were approved",
        "ramp.clean-days-mode": "The careful start (the ramp) is not set up as agreed",
        "ramp.consistent": "The ramp contradicts its own count of clean days",
        "ramp.limits": "More, or something else, could go out than the ramp allows",
        "ramp.gatekeeper": "Mails can be dispatched without anybody's approval",
        "ramp.emergency-stop": "Somebody has pulled the emergency stop",
        "ramp.graduation": "The ramp was loosened before it was earned",
        "ramp.cap-growth": "The daily limit has grown faster than agreed",
        "rejection.tags": "Reviewers do not get the twelve reasons for a rejection as agreed",
        "rejection.server-blocks": "A card can be rejected without a tag or a reason",
        "rejection.page-blocks": "The sales page does not guard decisions as it should",
        "rejection.page-tags": "The sales page offers other rejection tags than the server knows",
        "replay.case": "A golden case is not answered as it should be",
        "replay.integrity": "The replay's answers may not be the swarm's own",
        "replay.deterministic": "The same question gets different answers",
        "replay.limits": "The replay takes too long or costs too much",
        "replay.suite": "Tests of the target do not pass",
        "smoke.ready": "The deployment says that it is not ready",
        "smoke.sales-page": "The sales page is not there as its users need it",
        "smoke.webhook": "Bounces and unsubscribes do not get in",
        "smoke.bookmark": "The old bookmark no longer leads to the dashboard",
        "smoke.queue-refreshes": "The dashboard shows an old copy of the queue",
        "smoke.card-contract": "A card does not say what it is or where it belongs",
        "smoke.health": "The deployment does not call itself healthy",
        "smoke.parity": "Staging and production are not alike",
    }
)
_UNSEEN: Mapping[str, str] = MappingProxyType(
    {
        "cycle.decided": "Whether every card of the cycle is decided can't be told",
        "cycle.approved-under-go": "Whether each approval was under a GO can't be told",
        "cycle.dispatch": "Whether only approved mails went out can't be told",
        "cycle.sent-evidence": "Whether each approved mail was sent can't be told",
        "cycle.send-hours": "Whether approvals at the review hour get sent can't be told",
        "queue.no-drift": "Whether only good cards wait can't be told",
        "queue.sla-decision": "How long some cards have waited can't be told",
        "queue.sla-review": "How long some cards have waited can't be told",
        "rejection.server-blocks": "Whether the server refuses a bad rejection can't be told",
        "rejection.page-blocks": "Whether the sales page guards decisions can't be told",
        "rejection.page-tags": "Which rejection tags the sales page offers can't be told",
    }
)


def lead(cause: str, finding: Finding) -> str:
    """Return in plain words what a finding shows, before what was seen; nothing where that is
    plain enough, or the check is of somebody else.
    """
    if finding.outcome is Outcome.CANNOT_TELL:
        return _UNSEEN.get(finding.name, "") if cause == finding.name else ""
    if finding.outcome is not Outcome.FAIL:
        return ""
    if finding.cause == MISSING:
        return LACKING
    case = finding.name.startswith("replay.case[")
    return _FAILED.get("replay.case" if case else cause, "")

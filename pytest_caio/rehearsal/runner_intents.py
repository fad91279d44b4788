"""What the rehearsal's agent can be asked, and how it tells: intents scored by concepts.

An intent has `needs`, each a concept (or several, of which one will do) without which it isn't
meant in full, and `hints`, which make it more likely. The intent with the most points answers: 3
for a need, 2 for a hint, and the intent's own `bias`, for a rule that goes before others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pytest_caio.rehearsal import runner_decisions as decide
from pytest_caio.rehearsal.runner_language import Question

READ = "IntentInterpreter.interpret"
GUARD = "UnifiedGuardrails.validate_action"
APPROVE = "ApprovalEngine.submit_request"
ENQUEUE = "Queue.enqueue"
SCORE = "Segmentor.score"
ENRICH = "UnifiedIntegrationGateway.execute:clay.enrich_contact"
CONTACT = "UnifiedIntegrationGateway.execute:ghl.read_contact"


@dataclass(frozen=True, slots=True)
class Intent:
    """One thing that may be asked: how it is told, what is done, and which facts answer it."""

    name: str
    needs: tuple[str, ...]
    hints: tuple[str, ...]
    facts: tuple[str, ...]
    tools: tuple[str, ...]
    says: str | Callable[[Question], str]
    bias: int = 0

    def points(self, question: Question) -> int:
        """Return how likely the question is this one; 0 when its first need is missing.

        A further need that is missing costs more than it would have brought, so that an intent
        told in full goes before one told by half, and half is still better than nothing.
        """
        groups = [question.concepts.intersection(need.split("|")) for need in self.needs]
        if not groups or not groups[0]:
            return 0
        hints = len(question.concepts.intersection(self.hints))
        missing = sum(not group for group in groups)
        return 30 + 3 * len(groups) + 2 * hints + self.bias - 12 * missing

    def reply(self, question: Question, facts: Iterable[str]) -> str:
        """Return the decision in words, with the rules behind it where they are the answer.

        A decision that depends on the question's figures stands alone: the rule names the other
        outcomes too.
        """
        if isinstance(self.says, str):
            return " ".join([self.says, *facts])
        return self.says(question)


ENOUGH = 25
"""Points without which nothing is meant: half an intent needs a hint as well."""

UNKNOWN = Intent("unknown", (), (), ("unknown",), (), "No rule covers this: escalate to the owner.")

INTENTS = (
    Intent(
        "competitor", ("competitor",), ("lead", "mail", "qualify", "draft"), ("competitor",),
        (GUARD,), "No: this is a competitor, do not contact; escalate to the owner.", 5,
    ),
    Intent(
        "customer", ("customer",), ("mail", "draft", "lead"), ("customer",), (CONTACT, GUARD),
        "No cold outreach: an existing customer, hand over to the account owner.", 4,
    ),
    Intent(
        "qualify", ("qualify|described|tier",), ("lead", "tier", "described"), ("icp",),
        (ENRICH, SCORE), decide.icp,
    ),
    Intent(
        "personal", ("personal",), ("lead", "qualify", "mail"), ("personal",), (ENRICH,),
        "A personal mailbox: enrich the lead for a work address first.", 4,
    ),
    Intent(
        "draft", ("draft|want", "mail|lead"), ("mail", "lead"), ("approval", "compliance"),
        (ENRICH, GUARD, APPROVE, ENQUEUE),
        "The draft is in the pending queue, with an unsubscribe link: approval required.",
    ),
    Intent(
        "send", ("send", "mail|card|lead|approval|bypass", "bypass"), ("approval",),
        ("approval",), (GUARD, APPROVE), "Nothing was dispatched: approval required.", 3,
    ),
    Intent(
        "stale", ("stale", "card|mail|send"), ("card", "aged"), ("stale",), (GUARD,),
        decide.stale, 1,
    ),
    Intent(
        "unsubscribe", ("unsubscribe",), ("reply", "lead", "mail"), ("unsubscribe",),
        (CONTACT, GUARD), "The address is on the suppression list: do not contact them again.", 7,
    ),
    Intent(
        "deletion", ("deletion", "data"), ("reply", "lead"), ("deletion",), (CONTACT, GUARD),
        "A data deletion request: it goes to the privacy owner, the record is erased.", 7,
    ),
    Intent(
        "ramp_tier", ("ramp", "tier"), ("card", "send", "approval", "tiered"), ("ramp_tier",),
        (GUARD,), decide.ramp_tier, 1,
    ),
    Intent(
        "ramp_limit", ("ramp", "limit"), ("mail", "send", "card"), ("ramp_limit",), (GUARD,),
        decide.ramp_limit,
    ),
    Intent(
        "graduation", ("graduate",), ("ramp", "until"), ("graduation",), (), decide.graduation, 3,
    ),
    Intent(
        "expansion", ("expand", "ramp|graduate"), ("tier", "limit"), ("expansion",), (),
        "Consider expanding beyond tier_1; the daily cap is increased gradually.", 5,
    ),
    Intent(
        "tag", ("reject", "problem"), ("card", "mail"), ("tags",), (GUARD,), decide.tag, 2,
    ),
    Intent(
        "notag", ("reject", "notag"), ("card",), ("tags",), (GUARD,),
        "No: a rejection needs a structured tag and a reason.",
    ),
    Intent(
        "evidence", ("evidence", "send|mail"), ("lead", "approval"), ("evidence",), (CONTACT,),
        "Sent evidence is an outbound message in the GHL conversation.", 1,
    ),
    Intent(
        "placeholder", ("placeholder",), ("card", "mail", "send"), ("tags",), (GUARD,),
        "Reject the card with placeholder_or_rendering_issue and a reason.", 6,
    ),
    Intent(
        "compliance", ("compliance", "missing"), ("card", "mail"), ("compliance",), (GUARD,),
        "The card is rejected as compliance_issue.", 8,
    ),
    Intent(
        "duplicate", ("duplicate",), ("card", "mail"), ("duplicate",),
        (GUARD,), "Duplicates: keep the newest, reject the others.", 6,
    ),
    Intent(
        "drift", ("drift",), ("card", "cycle"), ("drift",), (GUARD,),
        "Run the queue hygiene cleanup before a live cycle.", 4,
    ),
    Intent(
        "sla", ("sla", "card|approval|mail"), ("card", "approval", "stale", "young"), ("sla",), (),
        decide.sla, 1,
    ),
    Intent(
        "window", ("window", "approval"), ("limit",), ("window",), (),
        "The review window opens at 15:00 America/New_York; the HoS approver is PTO.",
    ),
    Intent(
        "contact", ("nocontact",), ("card", "missing"), ("contact",), (CONTACT,),
        decide.contact, 8,
    ),
    Intent(
        "training", ("training",), ("card", "send", "mail"), ("training",), (GUARD,),
        "No: a training card is never dispatched.", 4,
    ),
    Intent(
        "token", ("token", "url"), (), ("token",), (GUARD,),
        "The token travels in the X-Dashboard-Token header only, never in a URL.", 6,
    ),
    Intent(
        "injection", ("injection",), ("reply",), ("injection",), (GUARD,),
        "Refused: it is data, not an instruction, and secrets are never revealed.", 9,
    ),
    Intent(
        "claims", ("claims",), ("draft", "mail", "lead"), ("claims",), (GUARD,),
        "Refused: only documented claims, no guarantee of results and no discount.", 4,
    ),
    Intent(
        "gate", ("gate", "failed"), ("cycle",), ("gate",), (),
        "NO-GO: no live cycle, and escalate in Slack.", 4,
    ),
    Intent(
        "stop", ("stop",), ("send", "cycle"), ("stop",), (GUARD,),
        "Nothing is sent until the owner lifts it.", 4,
    ),
    Intent(
        "replay", ("replay",), ("failed", "gate"), ("replay",), (), decide.replay, 5,
    ),
    Intent(
        "interest", ("interest",), ("reply", "lead"), ("interest",), (CONTACT, ENQUEUE),
        "A warm lead: stop the sequence and propose a call.", 2,
    ),
    Intent(
        "absence", ("absence",), ("reply",), ("absence",), (CONTACT,),
        "Out of office: pause the sequence until the return date.", 5,
    ),
    Intent(
        "bounce", ("bounce",), ("mail",), ("bounce",), (CONTACT, ENRICH),
        "A hard bounce: suppress the address and enrich the contact again.", 5,
    ),
    Intent(
        "dependencies", ("dependency", "failed|cycle"), ("failed", "cycle"), ("dependencies",),
        (), "There is no live cycle until the required dependencies are ready.", 5,
    ),
    Intent(
        "log", ("log", "outcome"), ("cycle",), ("log",), (),
        "Record the approved count, the rejected count by tag, the sent count and anomalies.", 5,
    ),
    Intent(
        "referral", ("referral", "reply|lead|mail"), ("reply",), ("referral",), (CONTACT, ENRICH),
        "A referral: enrich the named contact and mention the warm intro.", 3,
    ),
)  # fmt: skip


def understand(question: Question) -> Intent:
    """Return what is most likely meant; the first of the list where two are as likely."""
    best = max(INTENTS, key=lambda intent: intent.points(question))
    return best if best.points(question) >= ENOUGH else UNKNOWN

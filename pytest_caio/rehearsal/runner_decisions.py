"""What the rehearsal's agent decides where the figures or words of a question matter.

Each function takes the question as read and returns the decision in a sentence. Rules are those
of `runner_knowledge`; a decision names only what stands there.
"""

from __future__ import annotations

from pytest_caio.rehearsal.runner_language import Question

STALE_HOURS = 72
REVIEW_HOURS = 0.5
DECISION_HOURS = 2
RAMP_EMAILS = 5
CLEAN_DAYS = 3
ICP_SIZE = range(51, 501)

_DECIDERS = (
    r"founder|co-?founder|owner of|chief|c[efmrto]o\b|cro\b|vp\b|vice|head\b|director|president"
    r"|managing|partner|executive|evp|svp|start(?:ed|s) (?:his|her|their|an?|the|own)"
    r"|(?:runs|owns|set up|launched|leads) (?:his|her|their|an?|the|own)|boss|top manage"
)
_MANAGERS = r"manag|team lead|supervisor|lead (?:of|for)|coordinator"
_IN_ICP = (
    r"saas|software|agenc|e-?commerce|online (?:shop|store|retail)|web ?shop|consult|advisory"
    r"|advice firm"
    r"|subscription|cloud|platform|fintech|martech|b2b|marketing firm|tech"
)
_OUTSIDE = (
    r"student|intern\b|universit|school|college|hospital|government|municipal|charity|nonprofit"
    r"|non-profit|church|bakery|restaurant|retired|job ?seeker|freelanc|hobby|cafe|dentist"
    r"|plumb|farm|hairdress|museum|librar|army|city council|sole trader|one-person|barber|florist"
)


def tier_of(question: Question) -> int:
    """Return the tier of the lead that a question describes, by role, business and head count."""
    if question.says(_OUTSIDE) or not question.says(_IN_ICP):
        return 3
    size = max((n for n in question.counts if n > 1), default=None)
    fits = size is None or size in ICP_SIZE
    if question.says(_DECIDERS):
        return 1 if fits else 2
    return 2 if question.says(_MANAGERS) and fits else 3


def icp(question: Question) -> str:
    """Say which tier a lead is and why."""
    tier = tier_of(question)
    why = {
        1: "a decision maker at a firm inside the ICP",
        2: "inside the ICP by business, short of it by role or size",
        3: "outside the ICP by business or role",
    }
    return f"ICP score: tier_{tier}. Priority rationale: {why[tier]}."


def stale(question: Question) -> str:
    """Say whether a card of that age may still be acted on."""
    if question.hours is not None and question.hours <= STALE_HOURS:
        return "The card within 72 hours is actionable and goes to review as it is."
    return (
        "The card is stale and non-actionable: reject it with queue_hygiene_non_actionable and"
        " ask for fresh regenerated copy."
    )


def ramp_tier(question: Question) -> str:
    """Say whether a card of that tier may go out during the ramp."""
    if question.tier == 1:
        return "The card may go to approval, since the ramp is tier_1 only."
    return "The card is held back: the ramp is tier_1 only."


def ramp_limit(question: Question) -> str:
    """Say how many of those emails may go out today."""
    asked = max(question.counts, default=None)
    if asked is None:
        return "At most 5 emails a day."
    if asked <= RAMP_EMAILS:
        return f"{asked} is fine: at most 5 emails a day are dispatched."
    return (
        f"{asked} is too many: at most 5 emails a day, and the rest ({asked - RAMP_EMAILS})"
        " waits for the next day."
    )


def graduation(question: Question) -> str:
    """Say whether a day counts, or whether the ramp has ended."""
    spoilt = (
        r"dry|error|fail|exception|hold\b|held|pending|nothing|no (?:mail|email|message|dispatch"
        r"|send|one|actual)|not (?:a )?(?:single|one|any)|zero|0\b|simulat"
        r"|without (?:any )?(?:dispatch|send)|crash|rehears"
    )
    if question.says(spoilt):
        return (
            "That is not a clean day, so it doesn't count towards the 3 clean supervised live days."
        )
    done = max((n for n in question.counts if n <= 10), default=None)
    days = int(question.hours // 24) if question.hours and question.hours >= 24 else done
    if days is not None and days < CLEAN_DAYS:
        return f"Stay in the ramp: {CLEAN_DAYS - days} more of the 3 clean supervised live days."
    if days is not None and question.says(r"clean|supervis|live"):
        return "3 clean supervised live days are recorded: the ramp may end."
    return (
        "The ramp ends after 3 clean supervised live days. A clean day is a live run, not a dry"
        " run, with no errors, no pending-approval hold and at least one actual dispatch."
    )


def sla(question: Question) -> str:
    """Say whether the SLA is kept, where a time is named."""
    if question.hours is None:
        return "First review within 30 minutes, final decision within 2 hours."
    if question.hours > DECISION_HOURS:
        return "The SLA is breached: no next live cycle until the backlog is resolved by PTO."
    if question.hours > REVIEW_HOURS:
        return "The first review is late; the final decision within 2 hours can still be kept."
    return "First review within 30 minutes: the SLA is kept."


def contact(question: Question) -> str:
    """Say what becomes of a card without a contact id."""
    address = question.says(r"e-?mail|address|mailbox|\S+@\S+")
    neither = question.says(
        r"neither|nor\b|both\b|as well|no (?:e-?mail|address|recipient)"
        r"|both (?:are |is )?(?:missing|empty|blank)"
        r"|and (?:no|without) (?:an )?(?:e-?mail|address)|also (?:no|lacks)|or (?:an? )?(?:e-?mail"
        r"|address)|as well as (?:the )?(?:e-?mail|address)|nothing to (?:send|mail|write) to"
    )
    if address and not neither:
        return "The card has an address: it is auto-resolved on approve."
    return "The card is blocked: missing contact id."


_TAG_CUES = (
    ("placeholder_or_rendering_issue", r"placeholder|\{\{|render|merge|bracket|variable|unfilled"),
    ("weak_subject", r"subject|headline"),
    ("weak_cta", r"cta\b|call[- ]to[- ]action|next step|closing|ask at the end|what to do next"),
    ("length_issue", r"long|length|short|wordy|paragraph|words\b|verbose|novel|essay|brevity"),
    ("tone_style_issue", r"tone|style|voice|pushy|salesy|stiff|rude|casual|formal"
     r"|aggressiv|arrogant"),
    ("campaign_mismatch", r"campaign"),
    ("icp_mismatch", r"icp\b|ideal customer|profile|not our (?:target|market)"
     r"|bad fit|poor fit|no fit"),
    ("personalization_mismatch", r"personal|first name|wrong (?:name|job|person)|generic|hobby"
     r"|job title|someone else|another (?:person|company)|mixes? up"),
    ("factual_inaccuracy", r"fact|inaccura|incorrect|untrue|false|not true|wrong|error|mistake"
     r"|outdated (?:number|figure)|made[- ]up"),
    ("compliance_issue", r"complian|legal|unsubscribe link|footer|signature"),
)  # fmt: skip


def tag(question: Question) -> str:
    """Say which structured tag fits the problem that is described."""
    for name, cues in _TAG_CUES:
        if question.says(cues):
            return f"Reject the card with {name} and a reason."
    return "Reject the card only with a structured tag and a reason."


def replay(question: Question) -> str:
    """Say whether a replay meets the pass rate, where its figures are named."""
    numbers = sorted(question.counts)
    if len(numbers) < 2 or numbers[-1] == 0:
        return "The replay gate wants a pass rate of at least 0.95 of the golden set."
    total, other = numbers[-1], numbers[-2]
    failed = (
        other if question.says(r"fail|wrong|miss|lost|red|broke|didn't pass") else total - other
    )
    if question.says(r"pass(?:es|ed)?\b|succe|right|correct|green") and other * 2 > total:
        failed = total - other
    rate = "reached" if (total - failed) * 20 >= total * 19 else "missed"
    return f"{total - failed} of {total} passed: a pass rate of at least 0.95 is {rate}."

"""``ramp``: the ramp stays supervised until three clean live days.

Source: ``docs/regimen.md, Structured rejection`` and ``docs/regimen.md, Ramp graduation``.
"""

from pytest_caio.base.messages import shown
from pytest_caio.evidence.probe_names import STATUS
from pytest_caio.judge.look import Fields, Judge, Look, verdict_on
from pytest_caio.verdict.finding import Outcome, Ruling


def ramp(look: Look) -> Fields:
    """Return the ``ramp`` object of the operator's status."""
    return Fields(look.object(STATUS).get("ramp", dict), STATUS, "ramp.")


def clean_days_mode(look: Look) -> Ruling:
    """Enabled, counting clean days, and as many of them as the policy wants."""
    wanted = look.policy.ramp
    expected = f"the ramp is on, in mode {wanted.mode}, with {wanted.clean_days_required} days"
    found = ramp(look)
    mode = found.get("mode", str)
    days = found.get("clean_days_required", int)
    broken = [] if found.get("enabled", bool) else ["the ramp is switched off"]
    if mode != wanted.mode:
        broken.append(f"ramp.mode is {shown(mode)}, not {wanted.mode}")
    if days != wanted.clean_days_required:
        broken.append(f"ramp.clean_days_required is {days}, not {wanted.clean_days_required}")
    return verdict_on(broken, f"on, mode {mode}, {days} clean days required", expected=expected)


def consistent(look: Look) -> Ruling:
    """``ramp.active`` holds exactly while clean days are missing."""
    found = ramp(look)
    active = found.get("active", bool)
    done = found.get("clean_days_completed", int)
    required = found.get("clean_days_required", int)
    text = f"ramp.active is {shown(active)} with {done} of {required} clean days"
    return verdict_on([] if active == (done < required) and done >= 0 else [text], text)


def limits(look: Look) -> Ruling:
    """While active: tier_1 only, and at most the policy's number of mails a day."""
    wanted = look.policy.ramp
    expected = f"while the ramp is active: {wanted.tier} only, at most {wanted.daily_limit} a day"
    found = ramp(look)
    if not found.get("active", bool):
        return Ruling(Outcome.NOT_APPLICABLE, "the ramp is not active", expected)
    tier = found.get("tier_filter", str)
    limit = found.get("email_limit_override", int)
    broken = [] if tier == wanted.tier else [f"ramp.tier_filter is {shown(tier)}"]
    if not 0 <= limit <= wanted.daily_limit:
        broken.append(f"ramp.email_limit_override is {limit}")
    return verdict_on(broken, f"{tier}, at most {limit} a day", expected=expected)


def gatekeeper(look: Look) -> Ruling:
    """While active: nothing is dispatched without the gatekeeper."""
    if not ramp(look).get("active", bool):
        return Ruling(Outcome.NOT_APPLICABLE, "the ramp is not active")
    required = look.object(STATUS).get("gatekeeper.required", bool)
    text = f"gatekeeper.required is {shown(required)}"
    return verdict_on([] if required else [text], text)


JUDGES = (
    Judge("ramp.clean-days-mode", clean_days_mode, (STATUS,)),
    Judge("ramp.consistent", consistent, (STATUS,)),
    Judge("ramp.limits", limits, (STATUS,)),
    Judge("ramp.gatekeeper", gatekeeper, (STATUS,)),
)

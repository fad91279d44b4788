"""Whether the ramp is over by the deployment's own dispatch history, and since when.

Source: ``docs/regimen.md, Ramp graduation``.
"""

from datetime import date

from pytest_caio.base.messages import plural
from pytest_caio.evidence.probe_names import STATUS
from pytest_caio.judge.dispatch_history import REPORTS, clock, days, runs
from pytest_caio.judge.look import Fields, Look, NoEvidence


def ramp(look: Look) -> Fields:
    """Return the ``ramp`` object of the operator's status."""
    return Fields(look.object(STATUS).get("ramp", dict), STATUS, "ramp.")


def graduated_on(look: Look) -> date | None:
    """Return the clean day that completed the policy's number, as far as the history shows."""
    wanted = look.policy.ramp.clean_days_required
    clean = sorted(day.date for day in days(look, runs(look)) if day.clean)
    return date.fromisoformat(clean[wanted - 1]) if 0 < wanted <= len(clean) else None


def switched_off(look: Look) -> str:
    """Return by what a ramp that was switched off by hand has earned it; else nothing.

    Its count of clean days reads 0 then (``docs/dashboard.md, Operator status``), so only its
    history can tell.
    """
    found = ramp(look)
    if found.value_at("enabled") is not False or found.value_at("active") is not False:
        return ""
    on = graduated_on(look)
    needed = plural(look.policy.ramp.clean_days_required, "clean day")
    return f"switched off by hand, after {needed} in its history, complete on {on}" if on else ""


def gatekeeper_over(look: Look) -> tuple[bool, str]:
    """Return whether an inactive ramp needs its gatekeeper no more, and why so or not.

    Raises NoEvidence where the clean days may have been complete before all that is shown.
    """
    on = graduated_on(look)
    since = (clock(look).date() - on).days if on else 0
    why = f"the clean days were complete on {on}, {plural(since, 'day')} ago"
    if on and since >= look.policy.ramp.gatekeeper_days_after:
        return True, why
    if len(runs(look)) >= REPORTS:
        raise NoEvidence(
            "the gatekeeper is off, and since when the clean days are complete doesn't show: "
            f"the deployment shows {REPORTS} dispatch reports only"
        )
    return False, why if on else "the clean days are not complete in its history"

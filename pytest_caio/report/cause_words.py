"""A cause in the few words that several outputs share."""

from pytest_caio.base.messages import listed
from pytest_caio.verdict.causes import Cause
from pytest_caio.verdict.finding import Finding


def shown_by(cause: Cause, *, everywhere: bool = False) -> str:
    """Return the check that shows a cause by its name, and where; for those who look it up.

    ``everywhere`` leaves the place out: there is no other.
    """
    name = cause.findings[0].name
    return name if everywhere else f"{name} in {listed(cause.environments, 4)}"


def seen_of(finding: Finding) -> str:
    """Return what a finding saw, without the outcome that a waiver puts before it."""
    return finding.observed.removeprefix(f"{finding.waived_from}: ")

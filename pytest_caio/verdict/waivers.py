"""Waivers: a known failure that its owner accepts for a while (``docs/checks.md, Waivers``).

Which failure, where, why, whose decision, and until when: at most 30 days ahead.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from pytest_caio.base.messages import day_in_words, did_you_mean, listed
from pytest_caio.base.strict_yaml import FORBID_EXTRA, Document, Mistake
from pytest_caio.gates.plan import Planned
from pytest_caio.settings.environments import full_name
from pytest_caio.verdict.finding import Finding, Outcome

LONGEST = timedelta(days=30)


@dataclass(frozen=True)
class Waiver:
    """One entry of ``waivers.yaml``; ``expires`` is the last day on which it holds (UTC)."""

    __pydantic_config__ = FORBID_EXTRA

    check: str
    environment: str
    reason: str
    owner: str
    expires: date

    @property
    def in_words(self) -> str:
        """The waiver as one sentence, while it holds."""
        return f"waived by {self.owner} until {day_in_words(self.expires)}: {self.reason}"

    def in_words_at(self, today: date) -> str:
        """The waiver as one sentence that says whether it holds."""
        if self.expires < today:
            end = day_in_words(self.expires)
            return f"was waived by {self.owner} until {end}, expired: {self.reason}"
        if self.expires - today > LONGEST:
            end = self.expires.isoformat()
            return f"not waived, as {self.owner} asks for it until {end}: {self.reason}"
        return self.in_words


@dataclass(frozen=True)
class _File:
    __pydantic_config__ = FORBID_EXTRA

    waivers: tuple[Waiver, ...]


def parse(
    document: Document, plan: Iterable[Planned], known: Iterable[str]
) -> tuple[tuple[Waiver, ...], tuple[Mistake, ...]]:
    """Return the waivers of a file and its mistakes; ``known`` are the checks of every profile."""
    from pytest_caio.gates.validation import problems, validate

    data = document.data
    if data is None:
        return (), document.mistakes
    if isinstance(data, list):
        document = replace(
            document, lines={("waivers", *path): n for path, n in document.lines.items()}
        )
        data = {"waivers": data}
    parsed, errors = validate(_File, data)
    mistakes = list(problems(document, errors, _File))
    waivers = parsed.waivers if parsed else ()
    checks = set(known)
    unwaivable = {f"{p.gate.gate}.{p.check.id}" for p in plan if not p.check.waivable}
    for i, waiver in enumerate(waivers):
        line = document.line(("waivers", i, "check"))
        if waiver.check not in checks:
            text = f"unknown check {waiver.check!r}{did_you_mean(waiver.check, checks)}"
            mistakes.append(Mistake(document.file, line, text))
        if waiver.check in unwaivable:
            text = f"{waiver.check} can't be waived: it stands between a mistake and a live contact"
            mistakes.append(Mistake(document.file, line, text))
        blank = [k for k in ("environment", "reason", "owner") if not getattr(waiver, k).strip()]
        if blank:
            mistakes.append(Mistake(document.file, line, f"{listed(blank)} is empty"))
    return waivers, tuple(mistakes)


def waiver_of(finding: Finding, waivers: Iterable[Waiver]) -> Waiver | None:
    """Return the waiver that names a finding's check and environment, in force or not."""
    return waiver_for(finding.name, finding.environment, waivers)


def waiver_for(check: str, environment: str, waivers: Iterable[Waiver]) -> Waiver | None:
    """Return the waiver that names a check and an environment, in force or not."""
    there = {environment, "all"}
    return next(
        (w for w in waivers if w.check == check and full_name(w.environment) in there), None
    )


def apply(finding: Finding, waivers: Iterable[Waiver], now: datetime) -> Finding:
    """Return the finding as its waiver leaves it; an expired waiver is itself a failure."""
    waiver = waiver_of(finding, waivers)
    if waiver is None:
        return finding
    problem = _problem(waiver, now.date())
    if problem:
        remedy = "Mend what was waived and remove the waiver, or have its owner renew it."
        if finding.outcome in {Outcome.PASS, Outcome.NOT_APPLICABLE}:
            remedy = "Nothing is left to waive: remove the waiver."
        return replace(
            finding,
            outcome=Outcome.FAIL,
            observed=f"{problem}; seen: {finding.observed}",
            remedy=remedy,
            waiver=waiver.in_words_at(now.date()),
        )
    if finding.outcome in {Outcome.PASS, Outcome.NOT_APPLICABLE}:
        return replace(finding, waiver=f"no longer needed ({waiver.in_words})")
    return replace(
        finding,
        outcome=Outcome.WAIVED,
        waived_from=finding.outcome,
        observed=f"{finding.outcome}: {finding.observed}",
        waiver=waiver.in_words,
    )


def _problem(waiver: Waiver, today: date) -> str:
    if waiver.expires < today:
        return f"the waiver expired on {day_in_words(waiver.expires)}"
    if waiver.expires - today > LONGEST:
        return f"the waiver runs until {waiver.expires.isoformat()}, more than 30 days ahead"
    return ""

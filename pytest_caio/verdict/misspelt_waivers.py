"""A waiver whose environment is none, and close to a known one, waives nothing: that is said."""

import difflib
import re
from collections.abc import Collection, Iterator

from pytest_caio.base.messages import listed, shown
from pytest_caio.settings.environments import REHEARSAL, STANDARD, full_name
from pytest_caio.verdict.finding import Finding, Outcome, Severity
from pytest_caio.verdict.result import Snapshot

_CLOSE = 0.75  # prd, prodution and stagging are; lab and all are not


def misspelt_environments(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield advice where waivers name environments that somebody mistyped."""
    named = [place.name for place in snapshot.environments]
    known = {*named, *STANDARD, REHEARSAL, "all"}
    wrong = [(w, meant) for w in snapshot.waivers if (meant := likely(w.environment, known))]
    if not wrong or not named:
        return
    title = "Each waiver is for an environment that there is"
    yield Finding(
        gate="run",
        check="waivers",
        environment=named[0],
        title=title,
        severity=Severity.ADVISORY,
        outcome=Outcome.FAIL,
        expected=title,
        observed=listed(
            f"the waiver of {w.check} is for {shown(w.environment)}; did you mean {meant}?"
            for w, meant in wrong
        ),
        remedy="Write its environment in waivers.yaml as --caio-env has it, or take it out.",
        owner=snapshot.policy.review.owner,
    )


def likely(environment: str, known: Collection[str]) -> str:
    """Return which known environment is meant by a name that is none of them, if one is.

    Another one that is named after it (``staging2``, ``prod-eu``, ``preproduction``) is no mistake.
    """
    name = full_name(environment)
    words = {full_name(word) for word in re.split(r"[-_\d]+", name)}
    longer = any(each in name and len(name) > len(each) + 1 for each in set(known) - {"all"})
    if name in known or words & set(known) or longer:
        return ""
    close = difflib.get_close_matches(name, sorted({*known, "prod"}), 1, _CLOSE)
    return full_name(close[0]) if close else ""

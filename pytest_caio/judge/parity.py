"""``smoke.parity``: what staging and production show, side by side.

Source: ``docs/regimen.md, Evaluation gates``.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from pytest_caio.base.messages import listed, shown
from pytest_caio.evidence.probe_names import (
    DEPENDENCIES,
    LOGIN,
    QUEUE,
    QUEUE_AGAIN,
    SALES,
    SALES_SESSION,
    STATUS,
    STATUS_ANONYMOUS,
    TAGS,
)
from pytest_caio.judge import generation
from pytest_caio.judge.hygiene import waiting
from pytest_caio.judge.look import BadAnswer, Judge, Look, NoEvidence, verdict_on
from pytest_caio.judge.shared_cards import in_several
from pytest_caio.judge.smoke import dashboard_page
from pytest_caio.judge.table_rules import same
from pytest_caio.privacy.reduced_text import digest
from pytest_caio.verdict.finding import Outcome, Ruling
from pytest_caio.verdict.known_causes import ELSEWHERE

UNOBSERVED = "unobserved"
KINDS = ("production", "prod", "staging", "rehearsal")
# What differs from one answer to the next without the page being another one.
_VOLATILE = re.compile(r"[0-9a-f]{8,}|\d+", re.IGNORECASE)


def _flag(path: str) -> Callable[[Look], Any]:
    return lambda look: look.object(DEPENDENCIES).value_at(path)


def _status(path: str) -> Callable[[Look], Any]:
    return lambda look: look.object(STATUS).value_at(path)


def _max_age(look: Look) -> Any:
    return look.object(QUEUE).value_at("_shadow_queue_debug.queue_max_age_hours")


def _tags(look: Look) -> Any:
    tags = look.object(TAGS).get("tags", list)
    return listed(sorted(str(t.get("id")) for t in tags if isinstance(t, dict)), 20)


def _page(look: Look) -> Any:
    page = dashboard_page(look)
    if page.status != 200:
        raise BadAnswer(f"/sales answered {page.status}")
    # A page may well name the environment that it belongs to.
    own = sorted({*look.peers, *KINDS, urlsplit(page.url).netloc} - {""})
    named = re.compile(rf"\b(?:{'|'.join(map(re.escape, own))})\b", re.IGNORECASE)
    return digest(_VOLATILE.sub("", named.sub("", page.body)))


def _query_token(look: Look) -> Any:
    text = look.answer(STATUS_ANONYMOUS).body
    return "off" if "disabled" in text else "on" if "?token=" in text else "not said"


_ROWS: Mapping[str, Callable[[Look], Any]] = {
    "generation": generation.generation,
    "DASHBOARD_AUTH_STRICT": _flag("auth.strict_mode"),
    "REDIS_REQUIRED": _flag("dependencies.redis.required"),
    "INNGEST_REQUIRED": _flag("dependencies.inngest.required"),
    "PENDING_QUEUE_MAX_AGE_HOURS": _max_age,
    "query tokens": _query_token,
    "rejection tags": _tags,
    "ramp enabled": _status("ramp.enabled"),
    "ramp mode": _status("ramp.mode"),
    "clean days required": _status("ramp.clean_days_required"),
    "ramp tier": _status("ramp.tier_filter"),
    "ramp daily limit": _status("ramp.email_limit_override"),
    "gatekeeper required": _status("gatekeeper.required"),
    "sales page": _page,
}


def _value(look: Look, read: Callable[[Look], Any]) -> Any:
    try:
        return read(look)
    except (NoEvidence, BadAnswer):
        return UNOBSERVED


def _row(what: str, read: Callable[[Look], Any], looks: Mapping[str, Look]) -> dict[str, Any]:
    values = {name: _value(other, read) for name, other in looks.items()}
    first, *others = values.values()
    return {
        "what": what,
        # Compared whole; only what is shown is cut.
        "same": all(same(first, other) for other in others),
        "values": {name: shown(value, 200) for name, value in values.items()},
    }


def parity(look: Look) -> Ruling:
    """The environments of the run agree in flags, tags, ramp settings, page and generation, and
    no live card is in two of them.
    """
    if len(look.peers) < 2:
        return Ruling(Outcome.NOT_APPLICABLE, "one environment only: there is nothing to compare")
    found = _compared(look)
    if found.outcome is Outcome.CANNOT_TELL and _seen_here(look, found.facts["parity"]):
        # What is missing is another environment's, and that one says why.
        return replace(found, cause=ELSEWHERE)
    return found


def _seen_here(look: Look, rows: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether this environment's own part of what is compared was seen."""
    try:
        waiting(look)
    except (NoEvidence, BadAnswer):
        return False
    return all(row["values"][look.environment] != UNOBSERVED for row in rows)


def _compared(look: Look) -> Ruling:
    looks = {name: look.at(name) for name in look.peers}
    shared = in_several(looks)
    rows = [_row(what, read, looks) for what, read in _ROWS.items()]
    facts = {"parity": rows}
    if shared.outcome is Outcome.FAIL:
        return replace(shared, facts=facts)
    unseen = [str(row["what"]) for row in rows if UNOBSERVED in _values(row)]
    broken = [
        f"{row['what']}: {listed(f'{name} {value}' for name, value in row['values'].items())}"
        for row in rows
        if not row["same"] and UNOBSERVED not in _values(row)
    ]
    if shared.outcome is not Outcome.PASS and not broken:
        return replace(shared, facts=facts)
    if unseen and not broken:
        text = f"not observed everywhere: {listed(unseen, 20)}"
        return Ruling(Outcome.CANNOT_TELL, text, facts=facts)
    return verdict_on(broken, f"the same in {listed(looks)}: {listed(_ROWS, 20)}", facts=facts)


def _values(row: Mapping[str, Any]) -> list[str]:
    return list(row["values"].values())


JUDGES = (
    Judge(
        "smoke.parity",
        parity,
        (
            *generation.PROBES,
            QUEUE,
            QUEUE_AGAIN,
            STATUS_ANONYMOUS,
            SALES,
            LOGIN,
            SALES_SESSION,
        ),
    ),
)

"""``smoke.parity``: what staging and production show, side by side.

Source: ``docs/regimen.md, Evaluation gates``.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
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
# So many values of a row are shown: more environments don't fit beside each other.
_SIDE_BY_SIDE = 8
_WORD = re.compile(r"\w+")
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
    body, own = page.body.lower(), {*look.peers, *KINDS, urlsplit(page.url).netloc} - {""}
    # Of many environments it names few, and a search for each in turn takes its time.
    words = set(_WORD.findall(body))
    named_there = (n for n in sorted(own) if words.issuperset(_WORD.findall(n.lower())))
    there = [re.escape(name) for name in named_there]
    named = re.compile(rf"\b(?:{'|'.join(there)})\b" if there else "(?!)", re.IGNORECASE)
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


@dataclass(frozen=True)
class _Row:
    """What all environments say of one thing."""

    what: str
    values: Mapping[str, Any]

    @cached_property
    def same(self) -> bool:
        """Whether it is the same everywhere, compared whole: only what is shown is cut."""
        first, *others = self.values.values()
        return all(same(first, other) for other in others)

    @cached_property
    def unseen(self) -> bool:
        """Whether it was not seen somewhere."""
        return UNOBSERVED in self._shown.values()

    @cached_property
    def difference(self) -> str:
        """What each says, in words."""
        return f"{self.what}: {listed(f'{name} {value}' for name, value in self._shown.items())}"

    def seen_in(self, environment: str) -> dict[str, Any]:
        """Return the row as a report shows it: of many environments those that differ first."""
        values = self._shown
        if len(values) > _SIDE_BY_SIDE:
            apart = {value: name for name, value in reversed(values.items())}
            names = dict.fromkeys((environment, *reversed(apart.values())))
            values = {name: values[name] for name in list(names)[:_SIDE_BY_SIDE]}
        return {"what": self.what, "same": self.same, "values": values}

    @cached_property
    def _shown(self) -> dict[str, str]:
        return {name: shown(value, 200) for name, value in self.values.items()}


@dataclass(frozen=True)
class _Compared:
    """The environments of a run side by side, for all of them alike."""

    rows: tuple[_Row, ...]
    shared: Ruling

    @classmethod
    def of(cls, look: Look) -> "_Compared":
        looks = {name: look.at(name) for name in look.peers}
        rows = (
            _Row(what, {name: _value(other, read) for name, other in looks.items()})
            for what, read in _ROWS.items()
        )
        return cls(tuple(rows), in_several(looks))


def parity(look: Look) -> Ruling:
    """The environments of the run agree in flags, tags, ramp settings, page and generation, and
    no live card is in two of them.
    """
    if len(look.peers) < 2:
        return Ruling(Outcome.NOT_APPLICABLE, "one environment only: there is nothing to compare")
    compared = look.derive_of_all(_Compared.of)
    found = replace(_ruling(compared, look), facts={
        "parity": [row.seen_in(look.environment) for row in compared.rows]
    })  # fmt: skip
    if found.outcome is Outcome.CANNOT_TELL and _seen_here(look, compared.rows):
        # What is missing is another environment's, and that one says why.
        return replace(found, cause=ELSEWHERE)
    return found


def _seen_here(look: Look, rows: Iterable[_Row]) -> bool:
    """Return whether this environment's own part of what is compared was seen."""
    try:
        waiting(look)
    except (NoEvidence, BadAnswer):
        return False
    return all(row.values[look.environment] != UNOBSERVED for row in rows)


def _ruling(compared: _Compared, look: Look) -> Ruling:
    shared = compared.shared
    if shared.outcome is Outcome.FAIL:
        return shared
    unseen = [row.what for row in compared.rows if row.unseen]
    broken = [row.difference for row in compared.rows if not row.same and not row.unseen]
    if shared.outcome is not Outcome.PASS and not broken:
        return shared
    if unseen and not broken:
        return Ruling(Outcome.CANNOT_TELL, f"not observed everywhere: {listed(unseen, 20)}")
    return verdict_on(broken, f"the same in {listed(look.peers)}: {listed(_ROWS, 20)}")


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

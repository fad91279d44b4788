"""Why a check can't be met, by docs/checks.md and docs/dashboard.md alone.

A second reading of the rules, written from those two pages and from no judge. It sees the answers
as they went over the wire. It is silent wherever the pages leave room: what it says has to be so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from fuzz import oracle_cards, oracle_cycle
from fuzz.oracle_cycle import TWELVE
from fuzz.served import ANONYMOUS, SESSION, TOKEN, WRONG, Seen

READY, DEPENDENCIES = "/api/health/ready", "/api/runtime/dependencies"
SPELLED = ("/api/pending-emails/", "/api/health/../pending-emails")
OPERATOR, HISTORY = "/api/operator/status", "/api/operator/history"
TAGS, QUEUE = "/api/rejection-tags", "/api/pending-emails"
OPEN = {"/api/health", "/api/health/ready", "/api/health/live"}
Why = Iterator[tuple[str, str]]


def cannot_be_met(seen: Seen, kind: str, generation: str, secrets: Mapping[str, str]) -> Why:
    """Yield each check that can't be met in one environment, with the reason.

    `kind` is what it has to call itself, `generation` what it was before anything was changed;
    `secrets` are the tokens of the run by name.
    """
    yield from _without_evidence(seen)
    for rule in (_readiness, _dependencies, _operator, _graduation, _tags, _doors, _pages):
        yield from rule(seen, generation)
    yield from _declared(seen, kind, generation)
    for name, secret in secrets.items():
        if any(secret in served.body.decode("latin-1") for _, served in seen.all):
            yield "access.no-token-echo", f"{name} is in an answer"
    yield from oracle_cards.cannot_be_met(seen)
    yield from oracle_cycle.cannot_be_met(seen)


# docs/checks.md, Nothing to see: where a check rests on one answer, and none of that is usable.
_RESTS_ON: Mapping[str, tuple[str, ...]] = {
    READY: ("smoke.ready",),
    DEPENDENCIES: ("smoke.dependencies", "environment.redis-required",
                   "environment.inngest-required"),
    OPERATOR: ("ramp.clean-days-mode", "ramp.consistent", "ramp.limits", "ramp.gatekeeper",
               "ramp.emergency-stop", "ramp.graduation"),
    TAGS: ("rejection.tags",),
    QUEUE: ("environment.queue-max-age", "smoke.queue-refreshes", "smoke.card-contract",
            "queue.no-drift", "queue.sources-agree", "queue.tier", "queue.compliance",
            "queue.sendable", "queue.sla-decision"),
}  # fmt: skip


def _without_evidence(seen: Seen) -> Why:
    for path, checks in _RESTS_ON.items():
        asked = [s for a, s in seen.all if a.path == path and a.who in {TOKEN, ANONYMOUS}]
        if path != READY:
            asked = seen.answers(path)
        if asked and not any(s.status == 200 and isinstance(s.json, dict) for s in asked):
            yield from ((check, f"no usable answer of {path}") for check in checks)


def last(seen: Seen, path: str, who: str = TOKEN) -> dict[str, Any] | None:
    """The object that every answer of a path gave alike, or None."""
    found = seen.usable(path, who)
    same = found and all(each == found[0] for each in found)
    return found[0] if same and isinstance(found[0], dict) else None


def part(value: Any, *keys: str) -> Any:
    """What lies at the end of the keys, or None."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def whole(value: Any) -> bool:
    """Whether it is a whole number, and no truth value."""
    return isinstance(value, int) and not isinstance(value, bool)


def number(value: Any) -> bool:
    """Whether it is a number, and no truth value."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _readiness(seen: Seen, _generation: str) -> Why:
    found = [s for a, s in seen.all if a.path == READY and a.method == "GET"]
    if not found or not all(s.body == found[0].body for s in found):
        return
    ready = found[0].json
    if found[0].status != 200 or part(ready, "status") != "ready":
        yield "smoke.ready", "it does not say ready"
    for section in (ready, part(ready, "checks"), part(ready, "runtime_dependencies")):
        if part(section, "ready") is False:
            yield "smoke.ready", "a part says that it is not ready"
    inner = part(ready, "runtime_dependencies")
    if part(inner, "required_failures"):
        yield "smoke.ready", "failures are listed"
    for name, one in (part(inner, "dependencies") or {}).items() if _dict(inner) else ():
        if part(one, "required") is True and part(one, "ready") is False:
            yield "smoke.ready", f"{name} is required and not ready"


def _dict(inner: Any) -> bool:
    return isinstance(part(inner, "dependencies"), dict)


_DUE = (("redis", "required"), ("redis", "connected"), ("inngest", "required"),
        ("inngest", "keys_present"), ("inngest", "route_mounted"))  # fmt: skip
_BAD = frozenset({"not ready", "not_ready", "unhealthy", "degraded", "failed"})


def _dependencies(seen: Seen, _generation: str) -> Why:
    answer = last(seen, DEPENDENCIES)
    if answer is None:
        return
    status = answer.get("status", "ready")
    silent = not isinstance(status, str) or not status.strip()
    if silent or status in _BAD or answer.get("ready") is not True:
        yield "smoke.dependencies", "the headline is not ready"
    if answer.get("required_failures") != []:
        yield "smoke.dependencies", "required_failures is no empty list"
    parts = answer.get("dependencies")
    for name, one in parts.items() if isinstance(parts, dict) else ():
        if part(one, "required") is True and part(one, "ready") is not True:
            yield "smoke.dependencies", f"{name} is required and not ready"
    for name, key in _DUE:
        if part(parts, name, key) is not True:
            yield f"environment.{name}-required", f"{name}.{key} is not true"
    mounted = [s for a, s in seen.all if a.path == "/inngest" and a.method == "GET"]
    if mounted and all(s.status == 404 for s in mounted):
        yield "environment.inngest-required", "/inngest is 404"


def _declared(seen: Seen, kind: str, generation: str) -> Why:
    answer = last(seen, DEPENDENCIES)
    if answer is None or generation != "g2":
        return
    auth = answer.get("auth")
    if part(auth, "environment") != kind:
        yield "environment.name", "it does not call itself that"
    if part(auth, "strict_mode") is not True:
        yield "environment.auth-strict", "auth.strict_mode is not true"
    if part(auth, "token_configured") is False:
        yield "environment.auth-strict", "no token is configured"


def _operator(seen: Seen, _generation: str) -> Why:
    answer = last(seen, OPERATOR)
    if answer is None:
        return
    if answer.get("emergency_stop") is not False:
        yield "ramp.emergency-stop", "emergency_stop is not false"
    ramp, today, limits = (answer.get(key) for key in ("ramp", "today", "limits"))
    if not isinstance(ramp, dict):
        yield from ((f"ramp.{c}", "there is no ramp") for c in ("clean-days-mode", "consistent"))
        return
    if ramp.get("enabled") is False and ramp.get("active") is False:
        return  # by hand: earned or not, the history says
    if ramp.get("enabled") is not True:
        yield "ramp.clean-days-mode", "the ramp is not enabled"
    if ramp.get("mode") != "clean_days":
        yield "ramp.clean-days-mode", "the mode is another"
    if ramp.get("clean_days_required") != 3 or not number(ramp.get("clean_days_required")):
        yield "ramp.clean-days-mode", "other than 3 days are required"
    yield from (("ramp.consistent", why) for why in _contradictions(ramp, seen.now()))
    if ramp.get("active") is True:
        yield from (("ramp.limits", why) for why in _beyond(ramp, today, limits))
        if part(answer, "gatekeeper", "required") is not True:
            yield "ramp.gatekeeper", "the gatekeeper is not required"


def _contradictions(ramp: Mapping[str, Any], now: datetime | None) -> Iterator[str]:
    done, due, left = (
        ramp.get(key) for key in ("clean_days_completed", "clean_days_required", "remaining_days")
    )
    days = ramp.get("clean_days_dates")
    if whole(done) and whole(due) and isinstance(ramp.get("active"), bool):
        if ramp["active"] != (done < due):
            yield "active is not what the numbers say"
        if whole(left) and left != max(0, due - done):
            yield "the days that remain are not those that are missing"
    if isinstance(days, list) and whole(done):
        if len(days) != done:
            yield "as many days are not named as are counted"
        texts = [day for day in days if isinstance(day, str)]
        if len(set(texts)) != len(days):
            yield "a day is named twice, or is none"
        for day in texts:
            try:
                if now and (datetime.fromisoformat(day).date() - now.date()).days > 1:
                    yield "a day has not come"
            except ValueError:
                yield "a day is no date"


def _beyond(ramp: Mapping[str, Any], today: Any, limits: Any) -> Iterator[str]:
    if ramp.get("tier_filter") != "tier_1":
        yield "the tier is another"
    cap, left, sent = (
        ramp.get("email_limit_override"),
        part(limits, "email_remaining"),
        part(today, "outbound_email"),
    )
    if not number(cap) or cap > 5:
        yield "the cap is more than 5, or none"
    if not number(left) or not number(sent) or left + sent > 5:
        yield "more than 5 a day, or no figures"
    for key in ("outbound_linkedin", "revival", "cadence"):
        if number(part(today, key)) and part(today, key) > 0:
            yield f"today.{key} is not zero"


def _graduation(seen: Seen, _generation: str) -> Why:
    answer, found = last(seen, OPERATOR), seen.usable(HISTORY)
    if answer is None or not found or not all(each == found[0] for each in found):
        return
    history = found[0]
    if not isinstance(history, list):
        yield "ramp.graduation", "the dispatch history is no list"
        return
    if len(history) >= 200 or not all(isinstance(each, dict) for each in history):
        return
    clean = {day for day in map(clean_day, history) if day}
    claimed = part(answer, "ramp", "clean_days_completed")
    if whole(claimed) and claimed > len(clean):
        yield "ramp.graduation", "more clean days are claimed than the history has"
    named = part(answer, "ramp", "clean_days_dates")
    for day in named if isinstance(named, list) else ():
        if isinstance(day, str) and day[:10] not in clean:
            yield "ramp.graduation", f"{day} is claimed and is no clean day of the history"


def clean_day(report: Mapping[str, Any]) -> str:
    """The clean day that a dispatch report makes, or nothing."""
    figures = [
        part(report, "instantly_report", "total_dispatched"),
        part(report, "heyreach_report", "total_dispatched"),
        report.get("cadence_dispatched"),
        report.get("revival_dispatched"),
    ]
    sent = sum(figure for figure in figures if number(figure))
    live = report.get("dry_run") is False and not report.get("pending_approval")
    day = report.get("completed_at") or report.get("started_at")
    good = live and not report.get("errors") and sent >= 1 and isinstance(day, str)
    return day[:10] if good else ""


def _tags(seen: Seen, _generation: str) -> Why:
    answer = last(seen, TAGS)
    if answer is None:
        return
    tags = answer.get("tags")
    known = [tag for tag in tags if isinstance(tag, dict)] if isinstance(tags, list) else []
    ids = [tag.get("id") for tag in known]
    labels = [tag.get("label") for tag in known]
    words = [label for label in labels if isinstance(label, str) and label.strip()]
    if not set(map(str, ids)) >= TWELVE:
        yield "rejection.tags", "one of the twelve is missing"
    if len(set(map(str, ids))) != len(ids) or len(set(words)) != len(labels):
        yield "rejection.tags", "an id or a label is there twice, or missing"


def _doors(seen: Seen, generation: str) -> Why:
    for asked, served in seen.all:
        if asked.who not in {ANONYMOUS, WRONG} or served.error or served.status in _PASSING:
            continue
        # The queue by another spelling is whatever answers there, unless it is the queue.
        api = asked.path.startswith("/api/") and asked.path not in {*OPEN, *SPELLED}
        if api and asked.method == "OPTIONS" and served.status == 401:
            yield "access.preflight-open", "a preflight is 401"
        if not api or asked.method == "OPTIONS" or served.status == 401:
            continue
        if served.status == 404 and generation != "g2":
            continue
        read = asked.method == "GET" and asked.path != "/api/operator/trigger"
        yield f"access.{'reads' if read else 'actions'}-refused", asked.name


# What says nothing of a door: a gateway's error or a rate limit may be gone the next time.
_PASSING = frozenset({429, 500, 502, 503, 504})


def _pages(seen: Seen, generation: str) -> Why:
    for asked, served in seen.all:
        rejecting = asked.path.startswith("/api/emails/") and asked.path.endswith("/reject")
        taken = 200 <= served.status < 300 and not served.error
        if rejecting and (asked.method, asked.who) == ("POST", TOKEN) and taken:
            yield "rejection.server-blocks", "an incomplete rejection was taken"
    bookmark = [s for a, s in seen.all if a.path == "/ChiefAIOfficer"]
    if bookmark and all(s.status == 404 for s in bookmark):
        yield "smoke.bookmark", "it is 404"
    if generation == "g2":
        yield from _signing_in(seen)


def _signing_in(seen: Seen) -> Why:
    login = [s for a, s in seen.all if (a.path, a.method) == ("/login", "GET")]
    if login and all(s.status != 200 or b'name="token"' not in _quoted(s.body) for s in login):
        yield "access.login", "there is no login page"
    signed = [s for a, s in seen.all if a.path == "/sales" and a.who == SESSION]
    if signed and all(s.status >= 400 or s.error for s in signed):
        yield "smoke.sales-page", "signed in, it is not shown"
    shown = {s.body for s in signed if s.status == 200}
    for served in seen.answers("/sales", ANONYMOUS):
        if served.status == 200 and served.body in shown and not served.error:
            yield "smoke.sales-page", "it is shown without a session"
    for page in ("/", "/leads", "/scorecard"):
        if any(s.status == 200 and s.body in shown for s in seen.answers(page, ANONYMOUS)):
            yield "access.reads-refused", f"{page} is shown without a session"
    for asked, served in seen.all:
        if (asked.path, asked.method) == ("/login", "POST") and asked.who == WRONG:
            away = served.header("location")
            if served.status in {302, 303, 307} and re.match(r"/(sales|leads|$)", away):
                yield "access.login", "a wrong token is led to the dashboard"


def _quoted(body: bytes) -> bytes:
    return body.replace(b"'", b'"')

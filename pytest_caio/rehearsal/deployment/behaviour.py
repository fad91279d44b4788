"""The replaceable pieces of the deployment's code: each fault in *code* swaps one of them."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from pytest_caio.rehearsal.deployment.configured import Generation, Settings
from pytest_caio.rehearsal.deployment.listing import EXPIRES_AFTER, RULES
from pytest_caio.rehearsal.deployment.recorded_answers import recorded_answer
from pytest_caio.rehearsal.deployment.sending import Deliver, deliver
from pytest_caio.rehearsal.deployment.state import Card, Report, clean_days

PAGES = frozenset({"/", "/sales", "/sales/", "/leads", "/scorecard", "/ChiefAIOfficer"})
OPEN_API_PATHS = frozenset({"/api/health", "/api/health/ready", "/api/health/live"})

_PAGE_RULES = ("enforced", "reason-optional", "ignored", "confirm")

Guard = Callable[[str, str], bool]
RejectRule = Callable[[str | None, str | None, Iterable[str]], str | None]
PageRule = Literal["enforced", "reason-optional", "ignored", "confirm"]


@dataclass(frozen=True, slots=True)
class Page:
    """How the /sales page was built (``docs/dashboard.md, The sales page``).

    `rule`: what the Reject button asks for: `enforced` tag and reason, `reason-optional` a tag
    and a yes (G1), `ignored` nothing unless a tag was chosen, `confirm` a yes alone.
    """

    rule: PageRule = "enforced"
    tag_field: bool = True
    tags_from_api: bool = True
    reject_wired: bool = True
    refreshes: bool = True
    seed_button: bool = True
    token_in_browser: bool = False

    def switches(self) -> dict[str, bool]:
        """The names that the page's template may ask about, and the answers."""
        return {
            "tag_field": self.tag_field,
            "tags_from_api": self.tags_from_api,
            "reject_wired": self.reject_wired,
            "refreshes": self.refreshes,
            "seed_button": self.seed_button,
            "token_in_browser": self.token_in_browser,
            **{f"rule_{rule.replace('-', '_')}": rule == self.rule for rule in _PAGE_RULES},
        }


def guard_everything(_method: str, path: str) -> bool:
    """Whether a call needs a token: every /api path but the three health ones (Access)."""
    return path.startswith("/api/") and path not in OPEN_API_PATHS


def refuse_reject(reason: str | None, tag: str | None, known: Iterable[str]) -> str | None:
    """Why a rejection is refused (422), or None: first the reason, then the tag (reject)."""
    if not (reason or "").strip():
        return "reason is required to reject an email"
    wanted = (tag or "").strip().lower()
    allowed = sorted(known)
    if not wanted:
        return f"rejection_tag is required. Allowed tags: {', '.join(allowed)}"
    if wanted not in allowed:
        return f"Invalid rejection_tag '{wanted}'. Allowed tags: {', '.join(allowed)}"
    return None


def refuse_nothing(_reason: str | None, _tag: str | None, _known: Iterable[str]) -> str | None:
    """How a deployment older than G1 judges a rejection: not at all."""
    return None


def same_token(settings: Settings, given: str) -> bool:
    """Whether a token opens this deployment; compared in constant time."""
    return hmac.compare_digest(settings.token.encode(), given.encode())


def same_session(sessions: Collection[str], given: str) -> bool:
    """Whether a cookie's value is a session that a login opened: the whole of it."""
    return given in sessions


def random_session(_settings: Settings) -> str:
    """A session's number, which says nothing of whoever it is for."""
    return secrets.token_urlsafe(24)


def _claim(reports: list[Report], now: datetime, required: int) -> tuple[str, ...]:
    return clean_days(reports, now, required)


def by_its_id(cards: Mapping[str, Card], card_id: str) -> Card | None:
    """The card of an id: of the whole of it."""
    return cards.get(card_id)


@dataclass(slots=True)
class Behaviour:
    """The deployment's code, piece by piece."""

    guarded: Guard = guard_everything
    preflight_guarded: bool = False
    reject_refusal: RejectRule = refuse_reject
    found: Callable[[Mapping[str, Card], str], Card | None] = by_its_id
    deliver: Deliver = deliver
    # The card that an approval takes along with the one that was meant: none.
    approved_along: Callable[[datetime], Card | None] = lambda _now: None
    expires_after: timedelta = EXPIRES_AFTER
    records_decisions: bool = True
    reject_decides_first: bool = False
    token_opens: Callable[[Settings, str], bool] = same_token
    # A cache in front of the door, which is filled by whoever was let in.
    copies_before_door: bool = False
    # Whether a GET whose query says so is taken for a POST.
    method_in_query: bool = False
    # Whether a path is tidied up once the door has judged it as it was written.
    paths_tidied: bool = False
    # Headers by which a proxy in front says whom it has signed in: none is believed.
    believed: frozenset[str] = frozenset()
    # Whether the login page has a link that signs anybody in, to practise.
    practice_login: bool = False
    # Whether what is posted to a webhook has to come from a page of the dashboard.
    webhooks_want_origin: bool = False
    webhooks_missing: frozenset[str] = frozenset()
    # Whether pages of any origin may ask, with the session.
    lets_in_origins: bool = False
    same_site: Literal["lax", "strict", "none"] = "lax"
    new_session: Callable[[Settings], str] = random_session
    session_opens: Callable[[Collection[str], str], bool] = same_session
    login_accepts: Callable[[Settings, str], bool] = same_token
    refused_login_signs_in: bool = False
    login_page_signs_in: bool = False
    sessions_open_pages: bool = True
    guarded_pages: frozenset[str] = PAGES
    # When a reading is said to be made, and for which question: all cards, or the usual ones.
    refreshed_at: Callable[[datetime, bool], str] = lambda now, _every: now.isoformat()
    queue_rules: frozenset[str] = RULES
    default_rules: frozenset[str] | None = None
    merged_count: Callable[[int], Any] = int
    ramp_active: Callable[[int, int], bool] = lambda done, required: done < required
    claimed_days: Callable[[list[Report], datetime, int], tuple[str, ...]] = _claim
    mails_left: Callable[[int, int], int] = lambda limit, sent: max(0, limit - sent)
    mails_counted: Callable[[int], int] = int
    days_left: Callable[[int, int], int] = lambda required, done: max(0, required - done)
    ready_reads_dependencies: bool = True
    redis_ready: Callable[[bool], bool] = bool
    echo_token: bool = False
    is_dashboard: bool = True
    page: Page = field(default_factory=Page)
    page_headers: dict[str, str] = field(default_factory=dict)
    run_case: Callable[[dict[str, Any]], dict[str, Any] | None] = recorded_answer
    reshape: dict[str, Callable[[Any], Any]] = field(default_factory=dict)

    def shaped(self, path: str, body: Any) -> Any:
        """`body` as this deployment writes it to the wire at `path`."""
        return self.reshape[path](body) if path in self.reshape else body


def behaviour_for(generation: Generation) -> Behaviour:
    """The code of that generation, in good order."""
    if generation == "g2":
        return Behaviour()
    if generation == "g1":
        page = Page(rule="reason-optional", seed_button=False, token_in_browser=True)
        return Behaviour(page=page)
    page = Page(rule="confirm", tag_field=False, seed_button=False, token_in_browser=True)
    return Behaviour(page=page, reject_refusal=refuse_nothing)

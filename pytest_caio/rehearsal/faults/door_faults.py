"""Faults of the doors: who is let in without a token, or with what is none."""

from __future__ import annotations

from collections.abc import Collection

from pytest_caio.rehearsal.deployment.behaviour import guard_everything
from pytest_caio.rehearsal.deployment.configured import Settings
from pytest_caio.rehearsal.deployment.core import Deployment
from pytest_caio.rehearsal.deployment.state import LOCKOUT_AFTER
from pytest_caio.rehearsal.faults.fault import G2_ONLY, Fault, code, setting

_OPEN_READS = frozenset(
    {
        "/api/runtime/dependencies",
        "/api/operator/status",
        "/api/operator/history",
        "/api/pending-emails",
        "/api/rejection-tags",
        "/api/emails/history",
        "/api/queue-status",
    }
)


def _reads_open(method: str, path: str) -> bool:
    return guard_everything(method, path) and path not in _OPEN_READS


def _actions_open(method: str, path: str) -> bool:
    action = path == "/api/operator/trigger" or path.endswith(("/reject", "/approve"))
    return guard_everything(method, path) and not action


def _posts_open(method: str, path: str) -> bool:
    return method != "POST" and guard_everything(method, path)


def _approvals_open(method: str, path: str) -> bool:
    return guard_everything(method, path) and not path.endswith("/approve")


def _batches_open(method: str, path: str) -> bool:
    return guard_everything(method, path) and "-batch/" not in path


def _prefix_open(method: str, path: str) -> bool:
    return guard_everything(method, path) and not path.startswith("/api/leads")


def _begins_like_token(settings: Settings, given: str) -> bool:
    return bool(given) and settings.token.startswith(given)


def _unset_token(settings: Settings, given: str) -> bool:
    return given in {settings.token, ""}


def _any_session(sessions: Collection[str], given: str) -> bool:
    return bool(given)


def _begins_like_session(sessions: Collection[str], given: str) -> bool:
    return any(given[:16] == session[:16] for session in sessions)


def _lock_out(deployment: Deployment) -> None:
    deployment.state.wrong_logins["127.0.0.1"] = [deployment.now()] * LOCKOUT_AFTER


DOOR_FAULTS = (
    Fault(
        "reads-open",
        "Protected pages of the API can be read without a token.",
        ("environment.auth-strict", "access.reads-refused"),
        code(guarded=_reads_open),
    ),
    Fault(
        "copies-before-the-door",
        "What was read with a token is kept, and given to whoever asks for it next.",
        ("environment.auth-strict", "access.reads-refused"),
        code(copies_before_door=True),
    ),
    Fault(
        "pages-open",
        "The dashboard's other pages are shown to everybody, without a login.",
        ("access.reads-refused",),
        code(guarded_pages=frozenset({"/sales", "/sales/", "/ChiefAIOfficer"})),
        G2_ONLY,
    ),
    Fault(
        "actions-open",
        "Rejecting, approving and dispatching work without a token.",
        ("environment.auth-strict", "access.actions-refused"),
        code(guarded=_actions_open),
    ),
    Fault(
        "posts-open",
        "Only reads are asked for a token: whatever is posted is taken.",
        ("environment.auth-strict", "access.actions-refused"),
        code(guarded=_posts_open),
    ),
    Fault(
        "approvals-open",
        "Approving, which sends, works without a token.",
        ("access.actions-refused",),
        code(guarded=_approvals_open),
    ),
    Fault(
        "batches-open",
        "Deciding on a whole batch works without a token.",
        ("access.actions-refused",),
        code(guarded=_batches_open),
    ),
    Fault(
        "one-prefix-open",
        "What lies under one path of the API can be read without a token.",
        ("access.reads-refused",),
        code(guarded=_prefix_open),
        G2_ONLY,
    ),
    Fault(
        "shortened-token-accepted",
        "The beginning of the token is taken for the token.",
        ("access.reads-refused", "access.actions-refused"),
        code(token_opens=_begins_like_token),
    ),
    Fault(
        "empty-token-accepted",
        "An empty token is taken for one that was never set.",
        ("access.reads-refused", "access.actions-refused"),
        code(token_opens=_unset_token),
    ),
    Fault(
        "any-cookie-accepted",
        "Whatever cookie has the session's name counts as a session.",
        ("access.reads-refused", "access.actions-refused", "access.login"),
        code(session_opens=_any_session),
        G2_ONLY,
    ),
    Fault(
        "session-unsigned",
        "Of a session's cookie only the beginning is looked at, not what proves it.",
        ("access.login",),
        code(session_opens=_begins_like_session),
        G2_ONLY,
    ),
    Fault(
        "login-accepts-anything",
        "The login page lets any token in.",
        ("access.login",),
        code(login_accepts=lambda _settings, _given: True),
        G2_ONLY,
    ),
    Fault(
        "login-accepts-empty",
        "The login page lets an empty token in.",
        ("access.login",),
        code(login_accepts=_unset_token),
        G2_ONLY,
    ),
    Fault(
        "login-accepts-prefix",
        "The login page lets the beginning of the token in.",
        ("access.login",),
        code(login_accepts=_begins_like_token),
        G2_ONLY,
    ),
    Fault(
        "refused-login-signs-in",
        "The login page says no to a wrong token, and signs in all the same.",
        ("access.login",),
        code(refused_login_signs_in=True),
        G2_ONLY,
    ),
    Fault(
        "login-page-signs-in",
        "Whoever looks at the login page is signed in.",
        ("access.login",),
        code(login_page_signs_in=True),
        G2_ONLY,
    ),
    Fault(
        "session-cookie-renamed",
        "The session's cookie has another name, which is allowed: nothing fails.",
        (),
        setting(session_cookie="dashboard_sid"),
        G2_ONLY,
    ),
    Fault(
        "login-missing",
        "Pages ask for a login, but there is no login page.",
        ("access.login",),
        setting(login_enabled=False),
        G2_ONLY,
    ),
    Fault(
        "login-locked",
        "Logins from this machine are locked out after five wrong ones: nothing can be told.",
        (),
        _lock_out,
        G2_ONLY,
    ),
)

"""Harmless differences in how a deployment answers: headers, cookies, times, order, words."""

# ruff: noqa: E501

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta, timezone
from typing import Any

from starlette.middleware.gzip import GZipMiddleware

from mutants.harmless import Rewrite
from mutants.rewriting import (
    everywhere,
    field,
    in_pieces,
    later,
    on_answers,
    on_json,
    on_text,
    with_headers,
    with_status,
)

_PLUS_TWO = timezone(timedelta(hours=2))
_POLICY = "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'"
_CORS = (
    ("access-control-allow-origin", "https://elsewhere.example"),
    ("access-control-allow-methods", "GET"),
)


def _added(value: dict[str, Any]) -> dict[str, Any]:
    if not value or "redis" in value or all(isinstance(count, int) for count in value.values()):
        return value  # a table and not an object: another key would be another row
    return {**value, "_links": {"self": "/api"}, "schema_version": 7, "notes": None}


def _backwards(value: dict[str, Any]) -> dict[str, Any]:
    return dict(reversed(value.items()))


def _nothing_dropped(value: dict[str, Any]) -> dict[str, Any]:
    return {"api": "v2", **value, "zz_trailer": [], "isReady": True} if "ready" in value else value


def _times(write: Any) -> Any:
    """Write every time of an answer in another way."""

    def change(value: Any) -> Any:
        try:
            at = datetime.fromisoformat(value)
        except (TypeError, ValueError):
            return value
        return write(at) if at.tzinfo and "T" in value else value

    def through(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: through(item) for key, item in value.items()}
        if isinstance(value, list):
            return [through(item) for item in value]
        return change(value)

    return through


def _pretty(body: bytes) -> bytes:
    return json.dumps(json.loads(body), indent=4).encode() if body[:1] in b"{[" else body


def _escaped(body: bytes) -> bytes:
    return json.dumps(json.loads(body), ensure_ascii=True).encode() if body[:1] in b"{[" else body


def _only_if_asked(body: dict[str, Any]) -> dict[str, Any]:
    slack = {"name": "slack", "required": False, "configured": False, "ready": False,
             "status": "not_configured", "message": "no webhook"}  # fmt: skip
    return {**body, "dependencies": {**body["dependencies"], "slack": slack}}


def _fastapi(body: dict[str, Any]) -> dict[str, Any]:
    text = str(body["detail"])
    named = "reason" if text.startswith("reason") else "rejection_tag"
    return {"detail": [{"loc": ["query", named], "msg": text, "type": "value_error"}]}


def _login_form(body: bytes) -> bytes:
    text = body.decode().replace("<h1>CAIO dashboard</h1>", "<h2>Welcome back</h2>")
    text = text.replace('<label for="token">Token</label>', "<b>Your key</b>")
    text = text.replace('id="token"', 'id="key" class="wide" maxlength="200"')
    return re.sub(r">Sign in</button>", ">Come in</button>", text).encode()


def _without(*names: bytes) -> Any:
    return on_answers(lambda scope, code, headers, body: (
        code, [h for h in headers if h[0] not in names], body
    ))  # fmt: skip


ANSWERS = (
    Rewrite("as it is"),
    Rewrite("as it is, G1", generation="g1"),
    Rewrite("further fields in every object", on_json(everywhere(_added))),
    Rewrite("keys the other way round", on_json(everywhere(_backwards))),
    Rewrite("further fields before and after", on_json(everywhere(_nothing_dropped))),
    Rewrite("JSON with white space", on_text(_pretty, "/api/")),
    Rewrite("JSON in ASCII", on_text(_escaped, "/api/")),
    Rewrite("a charset beside the type", on_answers(lambda s, c, h, b: (
        c, [(n, v + b"; charset=utf-8" if n == b"content-type" and b"json" in v else v) for n, v in h], b))),
    Rewrite("compressed", lambda app: GZipMiddleware(app, minimum_size=1)),
    Rewrite("in small pieces, without a length", in_pieces()),
    Rewrite("a fifth of a second later", later(0.2)),
    Rewrite("now sooner, now later", later(0.0, 0.3)),
    Rewrite("security headers", with_headers(
        ("x-frame-options", "DENY"), ("x-content-type-options", "nosniff"), ("referrer-policy", "same-origin"),
        ("strict-transport-security", "max-age=63072000"), ("permissions-policy", "camera=()"))),
    Rewrite("a content policy that allows its script", with_headers(("content-security-policy", _POLICY))),
    Rewrite("behind a proxy", with_headers(
        ("server", "nginx"), ("via", "1.1 edge"), ("x-cache", "MISS"), ("cf-ray", "8a1b2c3d4e5f-FRA"))),
    Rewrite("a cookie on every answer", with_headers(("set-cookie", "edge=7f3a9c; Path=/; Secure"))),
    Rewrite("two more cookies at login", with_headers(
        ("set-cookie", "csrf=ab12cd; Path=/"), ("set-cookie", "theme=dark; Path=/; Max-Age=999"), path="/login")),
    Rewrite("entity tags", with_headers(("etag", '"abc123"'), ("vary", "Accept-Encoding, Cookie"))),
    Rewrite("a challenge beside the 401", with_headers(("www-authenticate", "Token"), path="/api/")),
    Rewrite("no correlation id", _without(b"x-correlation-id", b"x-replay-case-id")),
    Rewrite("a correlation id on everything", with_headers(("x-request-id", "9f0c"), ("traceparent", "00-1-2-01"))),
    Rewrite("401 in other words", on_json(lambda _body: {
        "detail": "Sign in first. Query-token auth is disabled."}, status=401)),
    Rewrite("401 with more fields", on_json(lambda body: {
        **body, "error": "unauthorized", "code": 401, "hint": None}, status=401)),
    Rewrite("422 in other words", on_json(lambda _body: {"detail": "No."}, status=422)),
    Rewrite("422 as a list of problems", on_json(_fastapi, status=422)),
    Rewrite("404 in other words", on_json(lambda _body: {"detail": "nothing here"}, status=404)),
    Rewrite("404 as a page", with_status("/docs", 404, 404, b"<h1>Nothing here</h1>", "text/html")),
    Rewrite("times end in Z", on_json(_times(lambda at: at.isoformat().replace("+00:00", "Z")))),
    Rewrite("times in milliseconds", on_json(_times(lambda at: at.isoformat(timespec="milliseconds")))),
    Rewrite("times with another offset", on_json(_times(lambda at: at.astimezone(_PLUS_TWO).isoformat()))),
    Rewrite("times without an offset", on_json(
        field("pending_emails.*.timestamp", lambda text: text.replace("+00:00", "")), "/api/pending-emails")),
    Rewrite("a clock a minute behind", arrange=lambda d: setattr(
        d, "clock", lambda old=d.clock: old() - timedelta(seconds=60))),
    Rewrite("tags in another order", on_json(field("tags", lambda tags: tags[::-1]), "/api/rejection-tags")),
    Rewrite("tags with descriptions", on_json(
        field("tags.*", lambda tag: {**tag, "description": "…", "group": 1}), "/api/rejection-tags")),
    Rewrite("tags in other words", on_json(
        field("tags.*.label", lambda label: f"{label} (please say why)"), "/api/rejection-tags")),
    Rewrite("tags beside other lists", on_json(lambda body: {**body, "count": 12, "version": 3}, "/api/rejection-tags")),
    Rewrite("an optional dependency that is off", on_json(_only_if_asked, "/api/runtime/dependencies")),
    Rewrite("checks of its own", on_json(
        field("checks", lambda checks: {**checks, "disk": "ok", "queue": "ok"}), "/api/health/ready")),
    Rewrite("a slower store", on_json(
        field("dependencies.redis.latency_ms", lambda _ms: 412.7), "/api/runtime/dependencies")),
    Rewrite("messages in other words", on_json(
        field("dependencies.*.message", lambda _text: "alles in Ordnung"), "/api/runtime/dependencies")),
    Rewrite("healthy with agents named", on_json(lambda body: {
        **body, "agents": {"crafter": {"status": "idle"}}}, "/api/health")),
    Rewrite("another login form", on_text(_login_form, "/login")),
    Rewrite("a login that answers 302", with_status("/login", 303, 302)),
    Rewrite("a bookmark that answers 308", with_status("/ChiefAIOfficer", 307, 308)),
    Rewrite("a preflight that is allowed", on_answers(lambda s, c, h, b: (
        (200, [*h, *((n.encode(), v.encode()) for n, v in _CORS)], b) if s["method"] == "OPTIONS" else (c, h, b)))),
    Rewrite("webhooks that aren't set up", with_status("/webhooks/clay", 401, 503)),
    Rewrite("the job runner's own page", with_status("/inngest", 401, 200)),
    Rewrite("another store's counts", on_json(
        field("shadow_mode_emails", lambda _old: {"total": 977, "pending": 31}), "/api/queue-status")),
    Rewrite("another cookie", arrange=lambda d: d.configure(session_cookie="dash_sid")),
    Rewrite("/sales leads to /sales/", arrange=lambda d: d.configure(sales_slash=True)),
)  # fmt: skip

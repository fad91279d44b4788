"""The interlock lets nothing through that could touch a live contact.

Source: ``docs/promises.md, No harm``.
"""

import base64
import contextlib
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_caio.gates.policy import TAGS
from pytest_caio.interlock.deeds import READ, WHY_HARMLESS, Deed
from pytest_caio.interlock.harmless import SPELLED
from pytest_caio.interlock.rules import Grant, Interlock, Outgoing, Stopped
from pytest_caio.interlock.webhook_call import NOT_JSON
from pytest_caio.privacy.redactor import Redactor, Secret
from pytest_caio.settings.environments import Environment

URL = "https://caio.example.com"
TOKEN = "s3cr+t/tok=en&x"
OTHER_TOKEN = "another-t0ken-of-production"
GHL = "https://ghl.example.com"
GHL_TOKEN = "ghl-t0ken-of-its-own"
HOOK, OTHER_HOOK = "w3bhook/secret+of-staging", "w3bhook-secret-of-production"
SIGNED = {"x-dashboard-token": TOKEN}
FORM = {"content-type": "application/x-www-form-urlencoded"}
REJECT = "/api/emails/seed_1/reject"
UNKNOWN = "caio-gate-unknown-0000"
NO_TOKEN = "caio-gate-no-such-token"
WRONG = {
    "an empty token": {"x-dashboard-token": ""},
    "a wrong token": {"x-dashboard-token": NO_TOKEN},
    "a shortened token": {"x-dashboard-token": TOKEN[:-1]},
    "a wrong cookie": {"cookie": "caio_session=caio-gate-no-such-session"},
}
REALLY = f"{REJECT}?reason=x&rejection_tag=queue_hygiene_non_actionable"


def interlock(*grants: Grant, kind: str = "staging") -> Interlock:
    """An interlock of two deployments that has seen the training card ``seed_1`` and ``live_1``."""
    here = Environment("staging", kind, URL, Secret(TOKEN))
    there = Environment("production", "production", "https://p.example.com", Secret(OTHER_TOKEN))
    redactor = Redactor(
        {
            "token:staging": here.token,
            "token:production": there.token,
            "token:webhook:staging": Secret(HOOK),
        }
    )
    lock = Interlock(
        [here, there],
        redactor,
        {"staging": frozenset(grants)},
        {"staging": {GHL: Secret(GHL_TOKEN)}},
        {"staging": "/api/replay/run"},
        (kind, "staging"),
        {"staging": Secret(HOOK), "production": Secret(OTHER_HOOK)},
        ["/api/run/list", "/api/operator/trigger"],
    )
    lock.saw_dependencies("staging", {"auth": {"environment": kind}})
    lock.saw_queue("staging", queue(seed_1=True, live_1=False))
    lock.allow_cleanup("staging", ["live_1"])
    return lock


def queue(**cards: bool) -> dict[str, object]:
    """A queue whose cards are training cards (True) or live ones."""
    return {"pending_emails": [{"email_id": n, "synthetic": t} for n, t in cards.items()]}


def request(
    method: str,
    path: str,
    headers: Mapping[str, str] = SIGNED,
    body: bytes = b"",
    grant: Grant | None = None,
    environment: str = "staging",
) -> Outgoing:
    """A request for a path of the deployment, or for a whole URL."""
    url = path if "://" in path else URL + path
    return Outgoing(environment, method, url, headers, body, grant)


def bearer(secret: str = HOOK, **more: str) -> dict[str, str]:
    """The headers of a webhook call with a secret."""
    return {"authorization": f"Bearer {secret}", "content-type": "application/json", **more}


def hook(
    headers: Mapping[str, str] | None = None,
    path: str = "/webhooks/heyreach",
    body: bytes = NOT_JSON,
    method: str = "POST",
    **more: Any,
) -> Outgoing:
    """The one call that carries a webhook's secret, or one that is nearly it."""
    return request(method, path, bearer() if headers is None else headers, body, **more)


def login(token: str) -> Outgoing:
    """The login form, sent with ``token``."""
    return request("POST", "/login", FORM, urlencode({"token": token, "next": "/sales"}).encode())


DOTTED = tuple(path for path in SPELLED if "//" in path or "%2e" in path)
BY_LINK = tuple(
    request("GET", f"/api/{path}")
    for path in (
        "emails/caio-gate-unknown-0000/approve",
        "emails/caio-gate-unknown-0000/approve?_method=POST",
        "emails/caio-gate-unknown-0000/reject",
        "operator/approve-batch/caio-gate-unknown-0000",
    )
)
HARMLESS = {
    **{f"a link that would decide {one.url}": one for one in BY_LINK},
    "signed-in read": request("GET", "/api/operator/status"),
    "read with a query": request("GET", "/api/pending-emails?include_non_dispatchable=true"),
    "anonymous read": request("GET", "/api/operator/status", {}),
    **{f"the queue for nobody, {path}": request("GET", path, {}) for path in SPELLED},
    "signed-in page": request("GET", "/sales", {"cookie": "caio_session=abc"}),
    "the tags, whose name begins like reject": request("GET", "/api/rejection-tags"),
    **{
        f"signed-in GET {path}": request("GET", path)
        for path in (
            "/api/emails/history?status=approved",
            "/api/rejections",
            "/api/sender/domains",
            "/api/approval-rates",
            "/api/dispatches/recent",
            "/api/runtime/dependencies",
            "/api/settings",
            "/static/approve-form.min.js",
            "/css/send-mail.css",
            "/api/reject-reasons",
            "/api/rejectTags",
            "/api/running",
            "/api/posts?offset=1",
            "/api/addresses",
        )
    },
    "a path that the policy names": request("GET", "/api/run/list"),
    "anonymous GET of what sounds like a deed": request("GET", "/api/approve-all", {}),
    "anonymous GET on a POST route": request("GET", "/api/operator/trigger", {}),
    "CORS preflight of a POST route": request("OPTIONS", "/api/operator/trigger", {}),
    "HEAD": request("HEAD", "/sales", {}),
    "a folder's own slash": request("GET", "/docs/", {}),
    "right login": login(TOKEN),
    "empty login": login(""),
    "shortened login": login(TOKEN[:-1]),
    "anonymous reject of an unknown card": request("POST", f"/api/emails/{UNKNOWN}/reject", {}),
    "anonymous approval of an unknown card": request("POST", f"/api/emails/{UNKNOWN}/approve", {}),
    "anonymous approval of an unknown batch": request(
        "POST", f"/api/operator/approve-batch/{UNKNOWN}", {}
    ),
    "anonymous rejection of an unknown batch": request(
        "POST", f"/api/operator/reject-batch/{UNKNOWN}", {}
    ),
    "anonymous wish for no card": request("POST", "/api/admin/seed_queue?count=0", {}),
    **{
        f"read with {what}": request("GET", "/api/operator/status", headers)
        for what, headers in WRONG.items()
    },
    **{
        f"reject of an unknown card with {what}": request(
            "POST", f"/api/emails/{UNKNOWN}/reject", headers
        )
        for what, headers in WRONG.items()
    },
    "webhook that is not JSON": request("POST", "/webhooks/clay", {}, b"{not json"),
    "webhook with its secret": hook(),
    "webhook two deep": request("POST", "/webhooks/instantly/open", {}, b"{not json"),
    "untagged reject of a training card": request("POST", f"{REJECT}?reason=x"),
    "blank tag": request("POST", f"{REJECT}?reason=x&rejection_tag=%20"),
    "unknown tag": request("POST", f"{REJECT}?reason=x&rejection_tag=caio-gate-no-such-tag"),
    "part of a tag": request("POST", f"{REJECT}?reason=x&rejection_tag=weak_c"),
    "longer than a tag": request("POST", f"{REJECT}?reason=x&rejection_tag=weak_cta_x"),
    "neither": request("POST", REJECT),
    "known tag, no reason": request("POST", f"{REJECT}?rejection_tag=weak_cta"),
    "known tag, empty reason": request("POST", f"{REJECT}?rejection_tag=weak_cta&reason="),
    "known tag, blank reason": request("POST", f"{REJECT}?rejection_tag=weak_cta&reason=%20%09"),
    "sent mail, with its own token": request(
        "GET", f"{GHL}/contacts/?query=x", {"authorization": f"Bearer {GHL_TOKEN}"}
    ),
}
GRANTED = {
    "seed": request("POST", "/api/admin/seed_queue?count=1&tier=tier_1", grant=Grant.SEED),
    "clean-up": request(
        "POST", REALLY.replace("seed_1", "live_1") + "&approver=caio", grant=Grant.CLEANUP
    ),
    "replay": request("POST", "/api/replay/run", body=b"{}", grant=Grant.REPLAY),
}
STOPPED = {
    # Signed in, whatever could act.
    "trigger": request("POST", "/api/operator/trigger"),
    "GET trigger, signed in": request("GET", "/api/operator/trigger"),
    "GET trigger, with a cookie": request("GET", "/api/operator/trigger", {"cookie": "a=b"}),
    "GET trigger, other case": request("GET", "/api/operator/Trigger"),
    "GET trigger, percent-encoded": request("GET", "/api/operator/%74rigger"),
    "GET trigger, with a parameter": request("GET", "/api/operator/trigger;x=1"),
    "read, with a parameter": request("GET", "/api/operator/status;x=1"),
    "read, with an encoded parameter": request("GET", "/api/operator/status%3Bx=1"),
    "page, with a parameter and another path in it": request("GET", "/sales;/x", {}),
    **{
        f"GET {path}, signed in": request("GET", path)
        for path in (
            "/api/operator/approve-all", "/api/queue/send_now", "/api/v2/clear-queue/all",
            "/api/operator/approveAll", "/api/operator/ApproveALL", "/api/operator/approveall",
            "/api/operator/SENDNow", "/api/queue/flush", "/api/emails/1/mark-approve.json",
            "/api/emails?action=approve", "/api/emails?approveAll=1", "/api/emails/%61pprove-all",
            "/api/jobs/runNext", "/api/approve-all/x.js", "/logout", "/api/approve_tags_now",
        )
    },
    "HEAD approve-all": request("HEAD", "/api/operator/approve-all"),
    "GET approve-all, with a cookie": request("GET", "/api/approve-all", {"cookie": "a=b"}),
    "GET approve-all, with a wrong token": request("GET", "/approve-all", WRONG["a wrong token"]),
    "GET trigger, as a file": request("GET", "/api/operator/trigger.json"),
    "GET trigger, doubled slash": request("GET", "/api/operator//trigger"),
    "HEAD approve": request("HEAD", "/api/emails/seed_1/approve"),
    "approve": request("POST", "/api/emails/seed_1/approve"),
    "seed without grant": request("POST", "/api/admin/seed_queue?count=1"),
    "POST with cookies only": request("POST", "/api/operator/trigger", {"cookie": "s=1"}),
    "PUT": request("PUT", "/api/emails/seed_1"),
    "PATCH": request("PATCH", "/api/emails/seed_1"),
    "DELETE": request("DELETE", "/api/emails/seed_1", {}),
    "method of another case": request("post", "/api/operator/trigger", {}),
    "TRACE": request("TRACE", "/", {}),
    # Rejections.
    "live card": request("POST", "/api/emails/live_1/reject?reason=x"),
    "card never seen": request("POST", "/api/emails/other/reject?reason=x"),
    "known tag": request("POST", REALLY),
    "known tag, other case and spaces": request(
        "POST", f"{REJECT}?reason=x&rejection_tag=%20Weak_CTA%20"
    ),
    "known tag, second of two": request(
        "POST", f"{REJECT}?rejection_tag=no-such&rejection_tag=weak_cta"
    ),
    "tag in the body": request("POST", REJECT, body=b'{"rejection_tag": "weak_cta"}'),
    "field that is not known": request("POST", f"{REJECT}?tag=weak_cta"),
    "dot segments": request("POST", "/api/emails/seed_1/../live_1/reject"),
    "dot segments, encoded": request("POST", "/api/emails/%2e%2e/live_1/reject"),
    "slash in the id": request("POST", "/api/emails/seed_1%2flive_1/reject"),
    "encoded twice": request("POST", "/api/emails/%256cive_1/reject"),
    "doubled slash": request("POST", "/api/emails//seed_1/reject"),
    "parameter in the id": request("POST", "/api/emails/seed_1;live_1/reject"),
    "parameter at the end": request("POST", f"{REJECT};live_1"),
    "space after the id": request("POST", "/api/emails/seed_1%20/reject"),
    "newline at the end": request("POST", f"{REJECT}%0A"),
    "null in the id": request("POST", "/api/emails/seed_1%00/reject"),
    "backslash": request("POST", "/api/emails/seed_1\\..\\live_1/reject"),
    "longer path": request("POST", f"{REJECT}/now"),
    "prefix before it": request("POST", f"/v2{REJECT}"),
    "reject in another case": request("POST", "/api/emails/seed_1/Reject"),
    "id in another case": request("POST", "/api/emails/SEED_1/reject"),
    # Anonymous ones that a broken deployment would carry out.
    "anonymous reject of a training card": request("POST", f"{REJECT}?reason=x", {}),
    "anonymous reject of a live card": request("POST", "/api/emails/live_1/reject", {}),
    "anonymous reject, unknown id with a tag": request(
        "POST", "/api/emails/caio-gate-unknown-1/reject?rejection_tag=weak_cta", {}
    ),
    "anonymous reject, an id that only begins so": request(
        "POST", "/api/emails/caio-gate-unknown-1_live/reject", {}
    ),
    "anonymous trigger": request("POST", "/api/operator/trigger", {}),
    "anonymous seed": request("POST", "/api/admin/seed_queue?count=1", {}),
    "webhook with JSON": request("POST", "/webhooks/clay", {}, b'{"to": "x"}'),
    "webhook with a JSON number": request("POST", "/webhooks/clay", {}, b"1"),
    "webhook, signed in": request("POST", "/webhooks/clay", body=b"{not json"),
    "webhook, climbing": request("POST", "/webhooks/../api/operator/trigger", {}, b"{"),
    "anonymous trigger, GET is harmless but POST is not": request(
        "POST", "/api/operator/trigger?x=1", {}
    ),
    "anonymous approval of a live card": request("POST", "/api/emails/live_1/approve", {}),
    "anonymous approval of a training card": request("POST", "/api/emails/seed_1/approve", {}),
    "anonymous approval of an unknown card, with a body": request(
        "POST", f"/api/emails/{UNKNOWN}/approve", {}, b'{"email_id": "live_1"}'
    ),
    "anonymous approval of an unknown card, with a query": request(
        "POST", f"/api/emails/{UNKNOWN}/approve?email_id=live_1", {}
    ),
    "anonymous approval of a batch": request("POST", "/api/operator/approve-batch/b1", {}),
    "anonymous approval of all batches": request("POST", "/api/operator/approve-batch/", {}),
    "anonymous wish for cards": request("POST", "/api/admin/seed_queue", {}),
    "anonymous wish for no card and one": request(
        "POST", "/api/admin/seed_queue?count=0&count=1", {}
    ),
    "anonymous wish for no live card": request(
        "POST", "/api/admin/seed_queue?count=0&live=true", {}
    ),
    "clear the queue": request("DELETE", "/api/admin/clear-queue", {}),
    "clear the queue, as a read": request("GET", "/api/admin/clear-queue"),
    "signed-in approval of an unknown card": request("POST", f"/api/emails/{UNKNOWN}/approve"),
    "signed-in approval of an unknown batch": request(
        "POST", f"/api/operator/approve-batch/{UNKNOWN}"
    ),
    "signed-in GET of a batch's approval": request("GET", "/api/operator/approve-batch/b1"),
    "signed-in wish for no card": request("POST", "/api/admin/seed_queue?count=0"),
    **{
        f"{what}, {path}": request("POST", path, headers)
        for what, headers in WRONG.items()
        for path in (
            "/api/operator/trigger",
            "/api/emails/live_1/approve",
            REJECT,
            "/api/admin/seed_queue?count=1",
        )
    },
    # What only looks like a wrong credential.
    **{
        f"unknown card, {what}": request("POST", f"/api/emails/{UNKNOWN}/approve", headers)
        for what, headers in {
            "the right token": SIGNED,
            "another wrong token": {"x-dashboard-token": "guess"},
            "wrong token and a cookie": WRONG["a wrong token"] | {"cookie": "caio_session=real"},
            "wrong cookie and another": {
                "cookie": "caio_session=caio-gate-no-such-session; sid=real"
            },
            "a real cookie": {"cookie": "caio_session=real"},
            "wrong token and a bearer": WRONG["a wrong token"] | {"authorization": "Bearer x"},
            "a longer token": {"x-dashboard-token": TOKEN + "x"},
        }.items()
    },
    # A webhook's secret goes with exactly one call.
    **{
        f"webhook's secret, {what}": one
        for what, one in {
            "with JSON": hook(body=b"{}"),
            "with other text": hook(body=b"{not json"),
            "with more behind it": hook(body=NOT_JSON + b" "),
            "with nothing": hook(body=b""),
            "in the body": hook({}, body=HOOK.encode()),
            "to another provider": hook(path="/webhooks/clay"),
            "to another path": hook(path="/api/operator/trigger"),
            "with a slash": hook(path="/webhooks/heyreach/"),
            "with a query": hook(path="/webhooks/heyreach?x=1"),
            "with a bare question mark": hook(path="/webhooks/heyreach?"),
            "with a fragment": hook(path="/webhooks/heyreach#x"),
            "encoded": hook(path="/webhooks/%68eyreach"),
            "with PUT": hook(method="PUT"),
            "with GET": hook(method="GET"),
            "as a read": hook(method="GET", body=b"", path="/webhooks/heyreach/health"),
            "as a form": hook(bearer(**{"content-type": "application/x-www-form-urlencoded"})),
            "without a type": hook({"authorization": f"Bearer {HOOK}"}),
            "without bearer": hook(bearer() | {"authorization": HOOK}),
            "basic": hook(bearer() | {"authorization": f"Basic {HOOK}"}),
            "with more behind": hook(bearer(HOOK + "x")),
            "shortened": hook(bearer(HOOK[:-1])),
            "and the token": hook(bearer() | SIGNED),
            "and a cookie": hook(bearer(cookie="caio_session=real")),
            "in a second header": hook(bearer(**{"x-secret": HOOK})),
            "in base64 in a second header": hook(
                bearer(**{"x-secret": base64.b64encode(HOOK.encode()).decode()})
            ),
            "in another header": hook({"x-secret": HOOK, "content-type": "application/json"}),
            "of production, to staging": hook(bearer(OTHER_HOOK)),
            "to production": hook(path="https://p.example.com/webhooks/heyreach"),
            "to GHL": hook(path=f"{GHL}/webhooks/heyreach"),
            "on a read": request("GET", "/api/operator/status", bearer()),
            "on a login": request("POST", "/login", FORM | bearer(), b"token="),
            "as the dashboard's token": request(
                "GET", "/api/operator/status", {"x-dashboard-token": HOOK}
            ),
            "in the URL": request("GET", f"/x?y={quote(HOOK, safe='')}", {}),
            "as a query token": hook({}, path=f"/webhooks/heyreach?token={quote(HOOK, safe='')}"),
            "with a grant": hook(grant=Grant.SEED),
            "with a method override": hook(bearer(**{"x-http-method-override": "PUT"})),
            "from another environment": hook(environment="production"),
        }.items()
    },
    "webhook with a wrong token": request(
        "POST", "/webhooks/clay", WRONG["a wrong token"], b"{not json"
    ),
    "a guessed login": login("guess"),
    "a login with two tokens": request(
        "POST", "/login", FORM, urlencode([("token", ""), ("token", TOKEN)]).encode()
    ),
    "a login without a token": request("POST", "/login", FORM, b"next=/sales"),
    "known tag and a reason that only looks blank": request(
        "POST", f"{REJECT}?rejection_tag=weak_cta&reason=%E2%80%8B"
    ),
    "known tag, blank reason, live card": request(
        "POST", "/api/emails/live_1/reject?rejection_tag=weak_cta&reason=%20"
    ),
    "shortened token in the URL": request("GET", f"/x?y={quote(TOKEN[:-1])}", {}),
    "shortened token to another origin": request(
        "GET",
        f"{GHL}/contacts/",
        {"authorization": f"Bearer {GHL_TOKEN}", "x-dashboard-token": TOKEN[:-1]},
    ),
    "a cookie to another origin": request(
        "GET", f"{GHL}/contacts/", {"authorization": f"Bearer {GHL_TOKEN}", "cookie": "a=b"}
    ),
    # Headers and fields that make another request of it.
    "method override header": request("POST", REJECT, SIGNED | {"x-http-method-override": "PUT"}),
    "method override on a read": request(
        "GET", "/api/operator/status", SIGNED | {"x-method-override": "POST"}
    ),
    **{f"the queue with a token, {path}": request("GET", path) for path in DOTTED},
    **{f"a POST, {path}": request("POST", path, {}) for path in DOTTED},
    **{f"more than the queue, {path}": request("GET", f"{path}/x", {}) for path in DOTTED},
    **{f"a query, {path}": request("GET", f"{path}?_method=POST", {}) for path in DOTTED},
    **{
        f"an override, {path}": request("GET", path, {"x-original-url": "/x"}) for path in DOTTED
    },
    "method in the query": request("GET", "/api/operator/status?_method=POST"),
    "path in a header": request(
        "GET", "/sales", SIGNED | {"x-original-url": "/api/operator/trigger"}
    ),
    "another host in the header": request("GET", "/sales", SIGNED | {"host": "evil.example"}),
    "a card approved by a link": request("GET", "/api/emails/live_1/approve"),
    "an unknown card approved by a link, and more": request(
        "GET", "/api/emails/caio-gate-unknown-0000/approve?id=live_1"
    ),
    "a card approved by a link that says POST": request(
        "GET", "/api/emails/live_1/approve?_method=POST"
    ),
    "a card approved by anybody's link": request(
        "GET", "/api/emails/live_1/approve?_method=POST", {}
    ),
    "an unknown card deleted by a link": request(
        "GET", "/api/emails/caio-gate-unknown-0000/approve?_method=DELETE"
    ),
    "a training card rejected by a link": request("GET", "/api/emails/seed_1/reject"),
    "a batch that there may be, by a link": request("GET", "/api/operator/approve-batch/b1"),
    # Tokens.
    "token in the URL": request("GET", f"/sales?token={quote(TOKEN)}", {}),
    "any token in the URL": request("GET", "/sales?token=guess", {}),
    "token in the path": request("GET", f"/x/{quote(TOKEN, safe='')}", {}),
    "token in base64 in the URL": request(
        "GET", "/x?y=" + quote(base64.b64encode(TOKEN.encode()).decode()), {}
    ),
    "token to another origin": request("GET", f"{GHL}/contacts/"),
    "production's token to staging": request(
        "GET", "/sales", {"x-dashboard-token": OTHER_TOKEN}
    ),
    "production's token in staging's login": login(OTHER_TOKEN),
    "GHL's token to the dashboard": request(
        "GET", "/sales", {"authorization": f"Bearer {GHL_TOKEN}"}
    ),
    "token as basic credentials elsewhere": request(
        "GET",
        f"{GHL}/contacts/",
        {"authorization": "Basic " + base64.b64encode(f"u:{TOKEN}".encode()).decode()},
    ),
    # Origins.
    "another host": request("GET", "https://evil.example/api/operator/status", {}),
    "a host that begins the same": request("GET", "https://caio.example.com.evil.example/", {}),
    "our host as a user name": request("GET", "https://caio.example.com@evil.example/", {}),
    "user name for our host": request("GET", "https://u:p@caio.example.com/sales", {}),
    "plain http": request("GET", "http://caio.example.com/sales", {}),
    "another port": request("GET", "https://caio.example.com:8443/sales", {}),
    "a port that is none": request("GET", "https://caio.example.com:99999/", {}),
    "no URL at all": request("GET", "https://[::1/", {}),
    "GHL without its token": request("GET", f"{GHL}/contacts/", {}),
    "POST to GHL": request("POST", f"{GHL}/contacts/", {"authorization": f"Bearer {GHL_TOKEN}"}),
    "another environment's origin": request("GET", "https://p.example.com/sales", {}),
    "environment of no run": request("GET", "/sales", {}, environment="dev"),
    # Grants cover one kind of request each, and only where they are held.
    "seed grant, many cards": request(
        "POST", "/api/admin/seed_queue?count=100", grant=Grant.SEED
    ),
    "seed grant, count twice": request(
        "POST", "/api/admin/seed_queue?count=100&count=1", grant=Grant.SEED
    ),
    "seed grant, something beside it": request(
        "POST", "/api/admin/seed_queue?count=1&live=true", grant=Grant.SEED
    ),
    "seed grant, with a body": request(
        "POST", "/api/admin/seed_queue?count=1", body=b"{}", grant=Grant.SEED
    ),
    "seed grant, trigger": request("POST", "/api/operator/trigger", grant=Grant.SEED),
    "seed grant, reject": request("POST", REALLY, grant=Grant.SEED),
    "clean-up grant, a card that no rule names": request("POST", REALLY, grant=Grant.CLEANUP),
    "clean-up grant, another tag": request(
        "POST", "/api/emails/live_1/reject?rejection_tag=other", grant=Grant.CLEANUP
    ),
    "clean-up grant, two tags": request(
        "POST",
        "/api/emails/live_1/reject?rejection_tag=other"
        "&rejection_tag=queue_hygiene_non_actionable",
        grant=Grant.CLEANUP,
    ),
    "clean-up grant, approve": request("POST", "/api/emails/live_1/approve", grant=Grant.CLEANUP),
    "replay grant, reject": request("POST", REALLY, grant=Grant.REPLAY),
    "replay grant, another path": request("POST", "/api/replay/run/now", grant=Grant.REPLAY),
    "replay grant, climbing": request(
        "POST", "/api/replay/run/../../operator/trigger", grant=Grant.REPLAY
    ),
}  # fmt: skip
ALL = (Grant.SEED, Grant.CLEANUP, Grant.REPLAY)


@pytest.mark.parametrize("outgoing", HARMLESS.values(), ids=HARMLESS.keys())
def test_lets_through_what_is_harmless(outgoing: Outgoing) -> None:
    """Reads, a login and requests that a broken deployment could accept without harm; what is no
    read says why, in the words that a plan explains.
    """
    lock = interlock()
    why = lock.permit(outgoing)
    assert why in {READ, *WHY_HARMLESS}
    assert all(sent.allowed for sent in lock.sent)
    assert bool(lock.sent) is (why != READ), "a plain read is not in the record"
    assert (why == READ) is (outgoing.method != "POST" and outgoing not in BY_LINK)


@pytest.mark.parametrize("outgoing", STOPPED.values(), ids=STOPPED.keys())
@pytest.mark.parametrize("grants", [(), ALL], ids=["no grant", "every grant"])
def test_stops_everything_else(outgoing: Outgoing, grants: tuple[Grant, ...]) -> None:
    """Each is stopped, with and without grants, and stands in the record with its reason."""
    lock = interlock(*grants)
    with pytest.raises(Stopped) as stopped:
        lock.permit(outgoing)
    assert [(sent.allowed, sent.why) for sent in lock.sent] == [(False, str(stopped.value))]


@pytest.mark.parametrize("outgoing", [*HARMLESS.values(), *STOPPED.values()])
def test_record_shows_no_token(outgoing: Outgoing) -> None:
    """Neither an allowed nor a stopped request leaves a token in the record."""
    lock = interlock()
    with contextlib.suppress(Stopped):
        lock.permit(outgoing)
    shown = json.dumps([vars(sent) for sent in lock.sent])
    for token in (TOKEN, OTHER_TOKEN):
        assert token not in shown
        assert quote(token, safe="") not in shown


@pytest.mark.parametrize("outgoing", GRANTED.values(), ids=GRANTED.keys())
def test_a_grant_covers_its_own_kind_of_request(outgoing: Outgoing) -> None:
    """With the grant held and named it goes through, and the record says which grant it was."""
    lock = interlock(outgoing.grant)
    lock.permit(outgoing)
    assert [(sent.allowed, sent.why) for sent in lock.sent] == [(True, str(outgoing.grant))]


@pytest.mark.parametrize("outgoing", GRANTED.values(), ids=GRANTED.keys())
def test_a_grant_that_is_not_held_covers_nothing(outgoing: Outgoing) -> None:
    """To name a grant is not to hold it, and no other grant stands in for it."""
    others = [grant for grant in ALL if grant is not outgoing.grant]
    with pytest.raises(Stopped):
        interlock(*others).permit(outgoing)
    with pytest.raises(Stopped):
        interlock(outgoing.grant).permit(
            Outgoing("staging", outgoing.method, outgoing.url, outgoing.headers, outgoing.body)
        )


@pytest.mark.parametrize(
    ("declared", "kinds", "why"),
    [
        ("staging", ("staging", "rehearsal"), ""),
        ("rehearsal", ("staging", "rehearsal"), ""),
        ("production", ("staging", "production"), ""),
        ("production", ("staging", "rehearsal"), "says that it is 'production'"),
        ("Staging", ("staging",), "says that it is 'Staging'"),
        ("staging ", ("staging",), "says that it is 'staging '"),
        ("prod", ("staging",), "says that it is 'prod'"),
        ("staging", (), "says that it is 'staging'"),
        ("", ("staging", ""), "does not say which environment it is"),
        (None, ("staging",), "does not say which environment it is"),
        (["staging"], ("staging",), "does not say which environment it is"),
        (True, ("staging",), "does not say which environment it is"),
    ],
)
def test_a_card_is_made_where_the_deployment_says_so(
    declared: object, kinds: tuple[str, ...], why: str
) -> None:
    """An address called staging that leads to production gets no card."""
    here = Environment("staging", "staging", URL, Secret(TOKEN))
    grants = {"staging": frozenset({Grant.SEED})}
    lock = Interlock([here], Redactor(), grants, seed_kinds=kinds)
    lock.saw_dependencies("staging", {"auth": {"environment": declared}})
    assert why in lock.why_not_seeded("staging")
    if not why:
        assert lock.why_not_seeded("staging") == ""
        lock.permit(GRANTED["seed"])
        return
    with pytest.raises(Stopped):
        lock.permit(GRANTED["seed"])


@pytest.mark.parametrize("answer", [None, [], {}, {"auth": None}, {"auth": []}, {"auth": {}}])
def test_no_card_where_nothing_is_declared(answer: object) -> None:
    """Not seen, seen to say nothing, or taken back: no card."""
    here = Environment("staging", "staging", URL, Secret(TOKEN))
    lock = Interlock([here], Redactor(), {"staging": {Grant.SEED}}, seed_kinds=["staging"])
    with pytest.raises(Stopped):
        lock.permit(GRANTED["seed"])
    lock.saw_dependencies("staging", {"auth": {"environment": "staging"}})
    lock.saw_dependencies("staging", answer)
    with pytest.raises(Stopped):
        lock.permit(GRANTED["seed"])


def test_a_shortened_token_that_is_another_deployments() -> None:
    """What is made up here may be the real one there: then it is not sent at all."""
    there = Environment("production", "production", "https://p.example.com", Secret(TOKEN[:-1]))
    here = Environment("staging", "staging", URL, Secret(TOKEN))
    lock = Interlock([here, there], Redactor())
    for name in ("shortened login", "read with a shortened token"):
        with pytest.raises(Stopped, match="its own origin only"):
            lock.permit(HARMLESS[name])


@pytest.mark.parametrize("order", [(True, False), (False, True)])
def test_a_card_that_was_ever_live_is_never_rejected(order: tuple[bool, bool]) -> None:
    """Live in one reading and training in another, in either order: live."""
    lock = interlock()
    for training in order:
        lock.saw_queue("staging", queue(doubtful=training))
    with pytest.raises(Stopped, match="not seen as a training card"):
        lock.permit(request("POST", "/api/emails/doubtful/reject?reason=x"))


SEEDED, PART = "seed_20261128_a2179072", "seed_20261128_a217"


@pytest.mark.parametrize(
    ("cards", "card", "fields", "let_through"),
    [
        ({SEEDED: True}, PART, "reason=x&rejection_tag=y", True),
        ({SEEDED: True}, PART, "", True),
        ({SEEDED: True}, PART, "reason=x&rejection_tag=weak_cta", False),
        ({SEEDED: True}, "seed_2026", "reason=x", False),
        ({SEEDED: True}, "seed_20261129_a217", "reason=x", False),
        ({SEEDED: False}, PART, "reason=x", False),
        ({SEEDED: True, f"{PART}_live": False}, PART, "reason=x", False),
        ({SEEDED: True, f"Run_{PART.upper()}": False}, PART, "reason=x", False),
        ({SEEDED: True, PART: False}, PART, "reason=x", False),
        ({"run_20261128_a2179072": True}, "run_20261128_a217", "reason=x", False),
        ({}, PART, "reason=x", False),
        ({}, "caio-gate-unknown-0000", "reason=x&rejection_tag=y", True),
        ({}, "caio-gate-unknown-0000", "reason=x&rejection_tag=weak_cta", False),
        ({}, "caio-gate-unknown-", "reason=x", False),
    ],
)
def test_a_rejection_by_an_id_that_no_card_has(
    cards: dict[str, bool], card: str, fields: str, let_through: bool
) -> None:
    """A seeded training card's id without its end, that stands in no live one's, or a made-up one;
    never what could be a rejection.
    """
    lock = interlock()
    lock.saw_queue("staging", queue(**cards))
    asked = request("POST", f"/api/emails/{card}/reject?{fields}")
    if let_through:
        assert lock.permit(asked) == Deed.NO_CARD_REFUSED
    else:
        with pytest.raises(Stopped):
            lock.permit(asked)


def test_a_live_card_of_nearly_the_same_name_protects_both() -> None:
    """A server that is careless about case must not take the live one."""
    lock = interlock()
    lock.saw_queue("staging", queue(**{"card_A": True, "card_a ": False}))
    with pytest.raises(Stopped):
        lock.permit(request("POST", "/api/emails/card_A/reject?reason=x"))


@pytest.mark.parametrize(
    "flag", [1, "true", "yes", None, [], {"a": 1}], ids=lambda value: json.dumps(value)
)
def test_only_a_plain_true_makes_a_training_card(flag: object) -> None:
    """Whatever is unclear is a live contact."""
    lock = interlock()
    lock.saw_queue("staging", {"pending_emails": [{"email_id": "x1", "synthetic": flag}]})
    with pytest.raises(Stopped):
        lock.permit(request("POST", "/api/emails/x1/reject?reason=x"))


def test_a_training_card_of_one_environment_is_none_of_another() -> None:
    """The same id in production may be a live contact."""
    lock = interlock()
    url = "https://p.example.com" + REJECT
    headers = {"x-dashboard-token": OTHER_TOKEN}
    with pytest.raises(Stopped, match="not seen as a training card"):
        lock.permit(Outgoing("production", "POST", url, headers))


def test_two_wrong_logins_and_before_the_right_one() -> None:
    """Five wrong ones lock the address out; right ones may follow."""
    lock = interlock()
    lock.permit(login(""))
    with pytest.raises(Stopped, match="at most 2 wrong logins"):
        lock.permit(login(""))
    lock.permit(login(TOKEN[:-1]))
    with pytest.raises(Stopped, match="at most 2 wrong logins"):
        lock.permit(login(NO_TOKEN))
    lock.permit(login(TOKEN))
    lock.permit(login(TOKEN))
    for token in ("wrong-two", "", TOKEN + "x"):
        with pytest.raises(Stopped, match="at most 2 wrong logins"):
            lock.permit(login(token))


def test_a_wrong_login_that_came_to_nobody_is_sent_once_more() -> None:
    """Four at most, should all of them have arrived: five lock the address out."""
    lock = interlock()
    for token in ("", TOKEN[:-1]):
        lock.permit(login(token))
    for _ in range(3):
        for token in ("", TOKEN[:-1]):
            lock.came_to_nobody("staging", login(token).body)
        for token in ("", TOKEN[:-1], NO_TOKEN):
            with contextlib.suppress(Stopped):
                lock.permit(login(token))
    assert len([sent for sent in lock.sent if sent.allowed]) == 4
    lock.permit(login(TOKEN))
    lock.came_to_nobody("staging", login("").body)
    lock.came_to_nobody("staging", b"no form")
    with pytest.raises(Stopped, match="before the right one"):
        lock.permit(login(""))


def test_no_wrong_login_after_the_right_one() -> None:
    """It would be left to count."""
    lock = interlock()
    lock.permit(login(TOKEN))
    with pytest.raises(Stopped, match="before the right one"):
        lock.permit(login(""))


@pytest.mark.parametrize(
    "answer", [None, [], {"pending_emails": {"a": 1}}, {"pending_emails": [1]}]
)
def test_odd_queues_show_no_training_card(answer: object) -> None:
    """A queue that is no queue adds nothing, and raises nothing."""
    lock = interlock()
    lock.saw_queue("staging", answer)
    lock.permit(HARMLESS["untagged reject of a training card"])
    assert len(lock.sent) == 1


IDS = st.sampled_from(["seed_1", "live_1", "SEED_1", "..", ".", "seed_1%2flive_1", "", "x;y"])
PARTS = st.one_of(
    IDS,
    st.sampled_from(
        ["api", "emails", "reject", "approve", "trigger", "login", "webhooks", "admin"]
    ),
    st.text(max_size=6).map(lambda text: quote(text, safe="")),
)
PATHS = st.one_of(
    st.lists(PARTS, max_size=6).map(lambda parts: "/" + "/".join(parts)),
    IDS.map(lambda i: f"/api/emails/{i}/reject"),
    st.sampled_from(["/api/admin/seed_queue", "/api/replay/run", "/webhooks/clay", "/login"]),
)
QUERIES = st.lists(
    st.tuples(
        st.sampled_from(["reason", "rejection_tag", "approver", "count", "tag", "_method"]),
        st.one_of(st.sampled_from([*TAGS, " weak_cta", "1", "x"]), st.text(max_size=5)),
    ),
    max_size=4,
).map(urlencode)
BODIES = st.one_of(st.sampled_from([b"", b"{}", b"{bad", b"token=x"]), st.binary(max_size=12))
HEADERS = st.sampled_from(
    [
        {},
        SIGNED,
        {"cookie": "caio_session=1"},
        {"authorization": "Bearer x"},
        {"x-http-method": "GET"},
    ]
)


@given(PATHS, QUERIES, HEADERS, BODIES, st.sampled_from([None, *ALL]))
def test_no_post_but_the_harmless_ones_without_a_grant(
    path: str, query: str, headers: dict[str, str], body: bytes, grant: Grant | None
) -> None:
    """Whatever is asked, no POST gets through that could change a live contact."""
    lock = interlock()
    outgoing = request("POST", f"{path}?{query}", headers, body, grant)
    try:
        lock.permit(outgoing)
    except Stopped:
        return
    plain = urlsplit(outgoing.url).path
    assert (
        plain == "/login"
        or (plain == "/api/admin/seed_queue" and urlsplit(outgoing.url).query == "count=0")
        or (plain.startswith("/webhooks/") and not headers and not _loads(body))
        or (plain == REJECT and outgoing.signed and not body and _lacks_something(query))
    ), outgoing


def _lacks_something(query: str) -> bool:
    fields = dict(parse_qsl(query))
    return (
        fields.get("rejection_tag", "").strip() not in TAGS or not fields.get("reason", "").strip()
    )


def _loads(body: bytes) -> bool:
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return False
    return True

"""``access``: every row of the table of checks, in every situation."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from deployments import (
    CANNOT_TELL,
    CREDENTIALS,
    DEPENDENCIES_BODY,
    FAIL,
    FORM,
    GATEWAY,
    GENERATIONS,
    GONE,
    LOGINS,
    NOT_APPLICABLE,
    PAGE,
    PASS,
    QUERY_OFF,
    QUERY_ON,
    READY_BODY,
    STATUS_BODY,
    UNREADY,
    card,
    cut,
    edited,
    g1,
    g2,
    mistyped,
    older,
    queue_body,
    redirect,
    ruled,
    several,
    unusable,
)

from pytest_caio.evidence.model import Evidence, Observed, Unobserved
from pytest_caio.evidence.probe_names import (
    ACTION_CREDENTIALS,
    ACTIONS_ANONYMOUS,
    CORS_PREFLIGHT,
    DECIDED_BY_LINK,
    DEPENDENCIES,
    DOCS,
    FOREIGN_ORIGIN,
    FORGED_SESSION,
    HEALTH,
    LOGIN,
    LOGIN_PAGE,
    PAGE_REJECT,
    PAGES_ANONYMOUS,
    QUEUE,
    READ_CREDENTIALS,
    READS_ANONYMOUS,
    READY,
    REJECT_ANONYMOUS,
    SALES,
    SEED_ANONYMOUS,
    STATUS,
    STATUS_ANONYMOUS,
    TAGS,
    TRIGGER_ANONYMOUS,
    UNKNOWN,
    WEBHOOKS,
    WRONG_LOGIN,
)
from pytest_caio.interlock.made_up import OTHER_LETTERS
from pytest_caio.privacy.redactor import Redactor
from pytest_caio.testing import ENVIRONMENT, exchange, look, observed, unobserved
from pytest_caio.verdict.finding import Outcome

CHECKS = (
    "reads-refused actions-refused preflight-open no-token-echo login query-token docs-closed "
    "session-secret webhooks-signed heyreach-hard-auth"
).split()
OLD = {
    "login": NOT_APPLICABLE, "session-secret": NOT_APPLICABLE,
    "query-token": FAIL, "docs-closed": FAIL,
}  # fmt: skip


@pytest.mark.parametrize("generation", GENERATIONS)
def test_in_good_order(generation: str) -> None:
    """G2 holds every check; before it, what the table says of query tokens, docs and login."""
    base = GENERATIONS[generation]()
    found = {name: ruled(f"access.{name}", base).outcome for name in CHECKS}
    assert found == dict.fromkeys(CHECKS, PASS) | ({} if generation == "G2" else OLD)


def open_to_all(probe: str) -> list[tuple[Evidence, Outcome]]:
    """Every answer to a request without a token, with what is said of it."""
    refused = {"detail": QUERY_OFF}
    return [
        (observed(probe, {"detail": "Unauthorized."}, 401), PASS),
        (observed(probe, STATUS_BODY, 200), FAIL),
        (observed(probe, "", 204), FAIL),
        (redirect(probe, "/login", 302), FAIL),
        (observed(probe, refused, 400), FAIL),
        (observed(probe, {"detail": "Not Found"}, 404), FAIL),
        (observed(probe, {"detail": "Method Not Allowed"}, 405), FAIL),
        (observed(probe, {"detail": "reason is required"}, 422), FAIL),
        (observed(probe, "Internal Server Error", 500), FAIL),
        (observed(probe, UNREADY, 503), FAIL),
        (observed(probe, GATEWAY, 401), CANNOT_TELL),
        (observed(probe, "", 401), CANNOT_TELL),
        (observed(probe, None, 401), CANNOT_TELL),
        (observed(probe, [], 401), CANNOT_TELL),
        (observed(probe, refused, 403), CANNOT_TELL),
        (observed(probe, "", 429), CANNOT_TELL),
        (observed(probe, GATEWAY, 502), CANNOT_TELL),
        (unobserved(probe, "no connection"), CANNOT_TELL),
    ]


@pytest.mark.parametrize(
    ("check", "evidence", "outcome"),
    [
        *(("reads-refused", *row) for probe in READS_ANONYMOUS for row in open_to_all(probe)),
        *(("actions-refused", *row) for probe in ACTIONS_ANONYMOUS for row in open_to_all(probe)),
    ],
)
def test_refused_without_a_token(check: str, evidence: Evidence, outcome: Outcome) -> None:
    """Only a 401 in the dashboard's own words is its refusal."""
    assert ruled(f"access.{check}", g2(), evidence).outcome is outcome


@pytest.mark.parametrize("probe", DECIDED_BY_LINK)
def test_no_decision_by_a_link(probe: str) -> None:
    """Where a decision is a POST alone, a GET finds no such route, or a page of its own."""
    unknown = {"detail": f"Email {UNKNOWN} not found in queue"}
    rows = [
        (observed(probe, {"detail": "Method Not Allowed"}, 405), PASS),
        (observed(probe, {"detail": "Not Found"}, 404), PASS),
        (observed(probe, {"error": "no such path"}, 404), PASS),
        (observed(probe, PAGE), PASS),
        (observed(probe, {"detail": "Unauthorized."}, 401), PASS),
        (redirect(probe, "/login", 302), PASS),
        (observed(probe, unknown, 404), FAIL),
        (json_answer(probe, {"status": "approved"}), FAIL),
        (observed(probe, {"detail": "reason is required for rejected emails"}, 422), FAIL),
        (observed(probe, {"detail": "Email already rejected"}, 400), FAIL),
        (observed(probe, GATEWAY, 502), CANNOT_TELL),
        (unobserved(probe, "no connection"), CANNOT_TELL),
    ]
    for evidence, outcome in rows:
        assert ruled("access.actions-refused", g2(), evidence).outcome is outcome, evidence


def json_answer(probe: str, body: Any) -> Observed:
    """An answer that says that it is JSON."""
    return observed(probe, body, headers=[("content-type", "application/json")])


@pytest.mark.parametrize("probe", [READY, HEALTH, LOGIN_PAGE])
def test_what_is_open_names_no_prospect(probe: str) -> None:
    """A live card's address is a prospect's; a help desk's, or a training card's, isn't."""
    redactor = Redactor()
    live = card(to="jane@acme.example.com")
    training = card(email_id="seed_1", to="lead@seed.example.com", canary=True)
    queue = observed(QUEUE, redactor.value(queue_body(live, training)))
    for text, outcome in (
        ("jane@acme.example.com: Hello", FAIL),
        ("<p>Next: Jane@Acme.example.com</p>", FAIL),
        ("ask ops@caio.example.com", PASS),
        ("lead@seed.example.com waits", PASS),
    ):
        body = f"{FORM} {text}" if probe == LOGIN_PAGE else {**READY_BODY, "next_up": [text]}
        shown = redactor.text(body) if isinstance(body, str) else redactor.value(body)
        found = ruled("access.reads-refused", g2(), queue, observed(probe, shown))
        assert found.outcome is outcome, text


@pytest.mark.parametrize(
    ("origin", "credentials", "outcome"),
    [
        (FOREIGN_ORIGIN, "true", FAIL), (FOREIGN_ORIGIN, "false", PASS),
        (FOREIGN_ORIGIN, None, PASS), ("*", None, PASS), ("*", "true", PASS),
        ("https://caio.example", "true", PASS),
    ],
)  # fmt: skip
def test_no_page_of_any_origin_is_let_in(
    origin: str, credentials: str | None, outcome: Outcome
) -> None:
    """A browser lets in whom a preflight names, with the session where that is allowed too."""
    headers = [("access-control-allow-origin", origin)]
    headers += [("access-control-allow-credentials", credentials)] if credentials else []
    for status in (200, 204):
        answer = observed(CORS_PREFLIGHT, "", status, headers=headers)
        assert ruled("access.preflight-open", g2(), answer).outcome is outcome
        # Where the session stays at home, or there is none, such a page comes without it.
        cookie = [("set-cookie", "caio_session=[cookie]; HttpOnly; SameSite=Lax")]
        login = redirect(LOGIN, "/sales", 303, headers=cookie)
        for deployment, *more in ((g2(), login), (g1(),)):
            assert ruled("access.preflight-open", deployment, answer, *more).outcome is PASS


@pytest.mark.parametrize(
    ("cookies", "outcome"),
    [
        (["caio_session=[cookie]; HttpOnly; SameSite=Lax"], PASS),
        (["caio_session=[cookie]; HttpOnly; Secure; SameSite=Strict"], PASS),
        (["caio_session=[cookie]; HttpOnly"], PASS),
        (["caio_session=[cookie]; HttpOnly; Secure; SameSite=None"], FAIL),
        (["caio_session=[cookie]; samesite=none; secure"], FAIL),
        (["caio_session=[cookie]; SameSite=Lax", "seen=[cookie]; Secure; SameSite=None"], PASS),
    ],
)
def test_a_session_stays_at_home(cookies: list[str], outcome: Outcome) -> None:
    """Other sites' pages ask nothing in the name of who is signed in."""
    headers = [("set-cookie", cookie) for cookie in cookies]
    answer = redirect(LOGIN, "/sales", 303, headers=headers)
    assert ruled("access.login", g2(), answer).outcome is outcome


@pytest.mark.parametrize("probe", PAGES_ANONYMOUS)
def test_pages_are_not_shown_without_a_login(probe: str) -> None:
    """The login, a refusal or nothing at all in its place; before G2 pages may be open."""
    rows = [
        (observed(probe, FORM), PASS), (redirect(probe, "/login?next=/", 302), PASS),
        (observed(probe, {"detail": "Unauthorized."}, 401), PASS), (observed(probe, "", 404), PASS),
        (observed(probe, "<h1>Leads</h1>"), FAIL), (observed(probe, {"leads": []}), FAIL),
        (observed(probe, "", 429), CANNOT_TELL), (observed(probe, GATEWAY, 502), CANNOT_TELL),
        (unobserved(probe, "no connection"), CANNOT_TELL),
    ]  # fmt: skip
    for evidence, outcome in rows:
        assert ruled("access.reads-refused", g2(), evidence).outcome is outcome
        assert ruled("access.reads-refused", g1(), evidence).outcome is PASS


def test_an_open_page_goes_before_what_is_unclear() -> None:
    """And beside a read that is open, both are named."""
    page = observed(PAGES_ANONYMOUS[0], "<h1>Overview</h1>")
    unclear = observed(STATUS_ANONYMOUS, GATEWAY, 403)
    said = ruled("access.reads-refused", g2(), page, unclear)
    shown = f"{PAGES_ANONYMOUS[0]} answered 200 with a page, not with the login"
    assert (said.outcome, said.observed) == (FAIL, shown)
    opened = observed(STATUS_ANONYMOUS, STATUS_BODY)
    said = ruled("access.reads-refused", g2(), page, opened)
    assert said.observed == f"{STATUS_ANONYMOUS} answered 200, not 401; {shown}"


@pytest.mark.parametrize("base", [g1, g2])
def test_what_a_browser_found_open(base: Any) -> None:
    """What the page reads or links to is no one's who has not signed in, in any generation."""
    for paths, outcome in (([], PASS), (["/leads.csv"], FAIL)):
        looked = Observed(PAGE_REJECT, ENVIRONMENT, data={"open": paths})
        said = ruled("access.reads-refused", base(), looked)
        assert said.outcome is outcome
    assert said.observed == "/leads.csv shows people's data without a session"


def test_what_is_open_goes_before_what_is_unclear() -> None:
    """One open read is a failure, whatever stands in front of the others."""
    opened = observed(READS_ANONYMOUS[-1], {"pending_emails": []})
    said = ruled("access.reads-refused", g2(), observed(STATUS_ANONYMOUS, GATEWAY, 403), opened)
    assert (said.outcome, said.observed) == (FAIL, f"{READS_ANONYMOUS[-1]} answered 200, not 401")


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, PASS), (204, PASS), (400, PASS), (405, PASS),
        (401, FAIL), (500, FAIL), (501, FAIL),
        (302, CANNOT_TELL), (403, CANNOT_TELL), (404, CANNOT_TELL), (429, CANNOT_TELL),
        (502, CANNOT_TELL), (503, CANNOT_TELL),
    ],
)  # fmt: skip
def test_preflight(status: int, outcome: Outcome) -> None:
    """A preflight is refused as such or answered, never asked for a token."""
    assert ruled("access.preflight-open", g2(), observed(CORS_PREFLIGHT, "", status)).outcome is (
        outcome
    )


def test_preflight_503_with_detail_is_an_answer() -> None:
    """The application's own 503 is a failure, no answer is none."""
    broken = observed(CORS_PREFLIGHT, UNREADY, 503)
    silent = unobserved(CORS_PREFLIGHT, "no answer within 10 s")
    found = [ruled("access.preflight-open", g2(), e).outcome for e in (broken, silent)]
    assert found == [FAIL, CANNOT_TELL]


MARK = "[token:production]"
LOST = Unobserved(SALES, "production", "lost", (exchange("GET /sales", f"<a {MARK}>"),))
ECHO_PROBES = (STATUS, DEPENDENCIES, TAGS, QUEUE)


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ((observed(STATUS, {"you": MARK}),), FAIL),
        ((observed(STATUS, {"you": {"are": [f"x{MARK}y"]}}),), FAIL),
        ((observed(STATUS, {MARK: 1}),), FAIL),
        ((observed(READY, f"<p>{MARK}", 500),), FAIL),
        ((observed(SALES, "", headers=[("x-you-are", MARK)]),), FAIL),
        ((redirect(SALES, f"/login?next={MARK}"),), FAIL),
        ((LOST,), FAIL),
        ((observed(READY, MARK), unobserved(TAGS, "no answer")), FAIL),
        ((observed(READY, {"config": "[token:production:most]****"}),), FAIL),
        ((observed(READY, "[token:staging]"),), PASS),
        ((observed(READY, "[token:staging:most]"),), PASS),
        ((cut(observed(STATUS, STATUS_BODY)),), CANNOT_TELL),
        *(((unobserved(probe, "no answer"),), CANNOT_TELL) for probe in ECHO_PROBES),
        *(((observed(probe, GATEWAY, 502),), CANNOT_TELL) for probe in ECHO_PROBES),
        (tuple(observed(probe, "<html>") for probe in ECHO_PROBES), CANNOT_TELL),
        ((observed(TAGS, {"detail": "Not Found"}, 404),), PASS),
    ],
)
def test_no_token_echo(changes: tuple[Evidence, ...], outcome: Outcome) -> None:
    """The mark of the token in any answer, header or attempt; what was not seen is no pass."""
    assert ruled("access.no-token-echo", g2(), *changes).outcome is outcome


def test_token_that_two_environments_share() -> None:
    """It goes by the name of one of them, and is seen in both."""
    peer = observed(STATUS, STATUS_BODY, environment="staging")
    echo = observed(STATUS, {"you": "[token:staging]"})
    peers = {**look(*g2().values()).peers, **look(peer).peers}
    assert ruled("access.no-token-echo", g2(), echo, peers=peers).outcome is FAIL


CREDENTIAL_ROWS = [
    ((401, {"detail": QUERY_OFF}), PASS),
    ((200, STATUS_BODY), FAIL),
    ((404, {"detail": "Not Found"}), FAIL),
    ((422, {"detail": "x"}), FAIL),
    ((500, "Internal Server Error"), FAIL),
    ((401, GATEWAY), CANNOT_TELL),
    ((403, {"detail": "x"}), CANNOT_TELL),
    ((429, ""), CANNOT_TELL),
    ((502, GATEWAY), CANNOT_TELL),
    ((None, "no answer within 10 s"), CANNOT_TELL),
]


@pytest.mark.parametrize(
    ("check", "probe"),
    [("reads-refused", READ_CREDENTIALS), ("actions-refused", ACTION_CREDENTIALS)],
)
@pytest.mark.parametrize("credential", CREDENTIALS)
@pytest.mark.parametrize("base", [g2, g1])
@pytest.mark.parametrize(("answer", "outcome"), CREDENTIAL_ROWS)
def test_refused_with_what_is_no_token(
    check: str, probe: str, credential: str, base: Any, answer: tuple[Any, Any], outcome: Outcome
) -> None:
    """Each wrong credential is refused like none at all, and what opened is named."""
    refused = dict.fromkeys(CREDENTIALS, (401, {"detail": QUERY_OFF}))
    said = ruled(f"access.{check}", base(), several(probe, refused | {credential: answer}))
    assert said.outcome is outcome, said.observed
    assert outcome is not FAIL or f"with {credential} answered" in said.observed


@pytest.mark.parametrize(
    ("check", "probe"),
    [("reads-refused", READ_CREDENTIALS), ("actions-refused", ACTION_CREDENTIALS)],
)
@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ((401, {"detail": "x"}), PASS), ((400, "Bad Request"), PASS), ((403, GATEWAY), PASS),
        ((500, "Internal Server Error"), PASS), ((502, GATEWAY), PASS), ((None, "reset"), PASS),
        ((200, {"ramp": {}}), FAIL), ((404, {"detail": "Email not found"}), FAIL),
        ((422, {"detail": "reason"}), FAIL),
    ],
)  # fmt: skip
def test_letters_that_make_a_server_give_up(
    check: str, probe: str, answer: tuple[Any, Any], outcome: Outcome
) -> None:
    """Whoever can't read a header lets nobody in by that; whoever goes on without it does."""
    refused = dict.fromkeys([*CREDENTIALS, OTHER_LETTERS], (401, {"detail": QUERY_OFF}))
    said = ruled(f"access.{check}", g2(), several(probe, refused | {OTHER_LETTERS: answer}))
    assert said.outcome is outcome, said.observed


@pytest.mark.parametrize(
    ("check", "probe"),
    [("reads-refused", READ_CREDENTIALS), ("actions-refused", ACTION_CREDENTIALS)],
)
def test_credentials_that_were_not_tried(check: str, probe: str) -> None:
    """No evidence of them is no pass, and hides no door that is open."""
    lost = unobserved(probe, "no answer")
    assert ruled(f"access.{check}", g2(), lost).outcome is CANNOT_TELL
    assert (
        ruled(f"access.{check}", g2(), Observed(probe, ENVIRONMENT, data={"tries": {}})).outcome
        is CANNOT_TELL
    )
    asked = STATUS_ANONYMOUS if check == "reads-refused" else REJECT_ANONYMOUS
    assert ruled(f"access.{check}", g2(), lost, observed(asked, {}, 200)).outcome is FAIL


@pytest.mark.parametrize("probe", [WRONG_LOGIN, FORGED_SESSION])
def test_logins_that_were_not_tried(probe: str) -> None:
    """Where none was tried, none was refused."""
    untried = Observed(probe, ENVIRONMENT, data={"tries": {}, "opened": {}})
    said = ruled("access.login", g2(), untried)
    assert (said.outcome, said.observed) == (CANNOT_TELL, f"{probe}: none was tried")


ABSENT = {"detail": "Not Found"}
SCORECARD = "GET /api/scorecard as anonymous"


@pytest.mark.parametrize(
    ("base", "check", "probe", "outcome"),
    [
        (g1, "reads-refused", SCORECARD, PASS),
        (g2, "reads-refused", SCORECARD, FAIL),
        (g1, "reads-refused", STATUS_ANONYMOUS, FAIL),
        (g1, "actions-refused", SEED_ANONYMOUS, PASS),
        (g2, "actions-refused", SEED_ANONYMOUS, FAIL),
        (g1, "actions-refused", REJECT_ANONYMOUS, FAIL),
    ],
)
def test_what_a_generation_does_not_have(
    base: Any, check: str, probe: str, outcome: Outcome
) -> None:
    """Before G2 a route may be missing; a question that reached its route may not."""
    said = ruled(f"access.{check}", base(), observed(probe, ABSENT, 404))
    assert said.outcome is outcome, said.observed
    assert outcome is FAIL or f"{probe}: not in this generation" in said.observed


@pytest.mark.parametrize(
    ("base", "changes", "outcome"),
    [
        (g2, (observed(LOGIN_PAGE, {"detail": "Not Found"}, 404),), FAIL),
        (g1, (unobserved(DEPENDENCIES, "no answer"),), NOT_APPLICABLE),
        (older, (observed(TAGS, "", 500),), CANNOT_TELL),
        (g1, (observed(LOGIN_PAGE, "", 500),), FAIL),
        (g2, (redirect(LOGIN_PAGE, "/signin"),), FAIL),
        (g2, (observed(LOGIN_PAGE, "<html>hello"),), FAIL),
        (g2, (observed(LOGIN_PAGE, '<input name="tokens">'),), FAIL),
        (g2, (observed(LOGIN_PAGE, "<INPUT type=password NAME=token>"),), PASS),
        (g2, (observed(LOGIN_PAGE, "", 429),), CANNOT_TELL),
        (g2, (observed(LOGIN_PAGE, GATEWAY, 502),), CANNOT_TELL),
        (g2, (unobserved(LOGIN_PAGE, "no answer"),), CANNOT_TELL),
        (g2, (unobserved(WRONG_LOGIN, "no answer"),), CANNOT_TELL),
        (g2, (unobserved(FORGED_SESSION, "no answer"),), CANNOT_TELL),
        # Where nobody could sign in there is no session to forge; that is another check's.
        (g2, (observed(LOGIN, FORM), unobserved(FORGED_SESSION, "no session")), PASS),
    ],
)
def test_login(base: Any, changes: tuple[Evidence, ...], outcome: Outcome) -> None:
    """The page is there and refuses; locked out is no evidence; G1 has none."""
    said = ruled("access.login", base(), *changes)
    assert said.outcome is outcome, said.observed


@pytest.mark.parametrize("token", LOGINS)
@pytest.mark.parametrize(
    ("status", "body", "headers", "outcome"),
    [
        (200, FORM, (), PASS),
        (401, "", (), PASS),
        (403, "", (), PASS),
        (422, {"detail": "token is required"}, (), PASS),
        (303, "", [("location", "/login?error=1")], PASS),
        (303, "", [("location", "/sales")], FAIL),
        (303, "", [("location", "https://elsewhere.example/login")], FAIL),
        (200, "<html>welcome", (), FAIL),
        (200, PAGE, (), FAIL),
        (404, "", (), FAIL),
        (500, "", (), FAIL),
        (429, "Too many attempts", (), CANNOT_TELL),
        (503, GATEWAY, (), CANNOT_TELL),
        (None, "no answer within 10 s", (), CANNOT_TELL),
    ],
)
def test_a_wrong_login(
    token: str, status: int | None, body: Any, headers: Any, outcome: Outcome
) -> None:
    """Either token is refused, in whatever words; one that gets on is named."""
    tried = several(WRONG_LOGIN, dict.fromkeys(LOGINS, (200, FORM)), opened={})
    place = tried.data["tries"][token]
    answers = list(tried.exchanges)
    answers[place] = exchange("POST /login", body, status, headers=headers)
    said = ruled("access.login", g2(), replace(tried, exchanges=tuple(answers)))
    assert said.outcome is outcome, said.observed
    assert outcome is not FAIL or token in said.observed
    assert status != 429 or "Wait five minutes" in said.remedy


@pytest.mark.parametrize(
    ("path", "status", "body", "outcome"),
    [
        ("/sales", 200, FORM, PASS),
        ("/sales", 302, "", FAIL),
        ("/sales", 200, PAGE, FAIL),
        ("/sales", 200, "<html>", FAIL),
        ("/sales", 500, "", FAIL),
        ("/sales", 502, GATEWAY, CANNOT_TELL),
        ("/sales", None, "no answer", CANNOT_TELL),
        ("/api/operator/status", 401, {"detail": QUERY_OFF}, PASS),
        ("/api/operator/status", 200, STATUS_BODY, FAIL),
        ("/api/operator/status", 200, {}, FAIL),
        ("/api/operator/status", 429, "", CANNOT_TELL),
    ],
)
@pytest.mark.parametrize("forged", [True, False])
def test_what_no_session_opens(
    path: str, status: int | None, body: Any, outcome: Outcome, forged: bool
) -> None:
    """Neither a forged session nor the cookie of a refused login opens page or API."""
    if forged:
        found = several(FORGED_SESSION, {path: (status, body)})
    else:
        logins = several(WRONG_LOGIN, dict.fromkeys(LOGINS, (200, FORM)))
        later = exchange(f"GET {path}", body, status)
        opened = {f"{path} with the cookie of an empty token": len(LOGINS)}
        found = replace(
            logins, exchanges=(*logins.exchanges, later), data={**logins.data, "opened": opened}
        )
    said = ruled("access.login", g2(), found)
    assert said.outcome is outcome, said.observed
    # What is open to everybody is a finding of its own, and none of the session.
    everybody = (observed(SALES, PAGE), observed(STATUS_ANONYMOUS, STATUS_BODY))
    beside = ruled("access.login", g2(), found, *everybody)
    assert beside.outcome is (PASS if outcome is FAIL else outcome)


def refusals(detail: str) -> tuple[Evidence, ...]:
    """The three refusals whose text says how tokens may travel."""
    probes = (STATUS_ANONYMOUS, REJECT_ANONYMOUS, TRIGGER_ANONYMOUS)
    return tuple(observed(probe, {"detail": detail}, 401) for probe in probes)


def declares(value: Any) -> Evidence:
    """The declaration of the query-token mode."""
    return observed(DEPENDENCIES, edited(DEPENDENCIES_BODY, "auth.query_token_enabled", value))


@pytest.mark.parametrize(
    ("base", "changes", "outcome"),
    [
        (g2, refusals(QUERY_ON), FAIL),
        (g2, (observed(TRIGGER_ANONYMOUS, {"detail": QUERY_ON}, 401),), FAIL),
        (g2, refusals("Unauthorized."), CANNOT_TELL),
        (g2, (declares(True),), FAIL),
        (g2, (declares("false"),), FAIL),
        (g2, (declares(1),), FAIL),
        (g2, (declares(None),), PASS),
        (g2, (declares(GONE),), PASS),
        (g1, refusals(QUERY_OFF), PASS),
        (g2, (unobserved(STATUS_ANONYMOUS, "no answer"),), CANNOT_TELL),
        (g2, tuple(observed(e.probe, "", 404) for e in refusals("")), CANNOT_TELL),
        (g2, (observed(DEPENDENCIES, "", 401),), CANNOT_TELL),
        (g2, (observed(DEPENDENCIES, "<html>"),), FAIL),
    ],
)
def test_query_token(base: Any, changes: tuple[Evidence, ...], outcome: Outcome) -> None:
    """The 401 text and the declaration say it; no token is ever put into a URL to ask."""
    assert ruled("access.query-token", base(), *changes).outcome is outcome


@pytest.mark.parametrize("probe", DOCS)
@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (404, PASS), (401, PASS), (403, PASS),
        (200, FAIL), (302, FAIL), (500, FAIL), (429, CANNOT_TELL), (502, CANNOT_TELL),
    ],
)  # fmt: skip
def test_docs_closed(probe: str, status: int, outcome: Outcome) -> None:
    """None of the three is served."""
    assert ruled("access.docs-closed", g2(), observed(probe, "", status)).outcome is outcome


@pytest.mark.parametrize(
    ("evidence", "outcome"),
    [
        *(p for p in unusable(DEPENDENCIES, DEPENDENCIES_BODY)),
        *mistyped(DEPENDENCIES, DEPENDENCIES_BODY, {"auth.session_secret_explicit": bool}),
        (
            observed(
                DEPENDENCIES, edited(DEPENDENCIES_BODY, "auth.session_secret_explicit", False)
            ),
            FAIL,
        ),
        (unobserved(LOGIN_PAGE, "the generation still shows in auth"), PASS),
    ],
)
def test_session_secret(evidence: Evidence, outcome: Outcome) -> None:
    """Declared explicit; a G2 that declares nothing is a finding."""
    assert ruled("access.session-secret", g2(), evidence).outcome is outcome


@pytest.mark.parametrize("probe", WEBHOOKS)
@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (401, {"detail": "no"}, PASS),
        (403, {"detail": "no"}, PASS),
        (503, {"detail": "no secret is set"}, PASS),
        (503, GATEWAY, CANNOT_TELL),
        (429, "", CANNOT_TELL),
        (200, {"ok": True}, FAIL),
        (400, {"detail": "invalid JSON"}, FAIL),
        (404, {"detail": "Not Found"}, FAIL),
        (500, "", FAIL),
    ],
)
def test_webhooks_signed(probe: str, status: int, body: Any, outcome: Outcome) -> None:
    """Refused before the body is read: an answer about the JSON came too far."""
    assert ruled("access.webhooks-signed", g2(), observed(probe, body, status)).outcome is outcome


HEYREACH = "dependencies.webhooks.provider_auth.heyreach"


def heyreach(**auth: Any) -> Evidence:
    """The dependencies with this authentication of HeyReach."""
    return observed(DEPENDENCIES, edited(DEPENDENCIES_BODY, HEYREACH, auth))


@pytest.mark.parametrize(
    ("evidence", "outcome"),
    [
        *unusable(DEPENDENCIES, DEPENDENCIES_BODY),
        *mistyped(DEPENDENCIES, DEPENDENCIES_BODY, {HEYREACH: dict}),
        (heyreach(hmac=True), PASS),
        (heyreach(bearer=True, unsigned_allowlisted=None), PASS),
        (heyreach(hmac=False, bearer=False, no_auth_provider=True), FAIL),
        (heyreach(hmac="true", bearer=1), FAIL),
        (heyreach(bearer=True, unsigned_allowlisted=True), FAIL),
        (heyreach(bearer=True, unsigned_allowlisted="yes"), FAIL),
    ],
)
def test_heyreach_hard_auth(evidence: Evidence, outcome: Outcome) -> None:
    """Only a plain true is an authentication, and an allow-list undoes it."""
    assert ruled("access.heyreach-hard-auth", g2(), evidence).outcome is outcome

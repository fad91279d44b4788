"""A page that signs in by its session alone is dead where the API doesn't take that session."""

from __future__ import annotations

import httpx2
import pytest
from looking import check, look

from pytest_caio.observe.page.chromium import find_chromium
from pytest_caio.privacy.redactor import Secret
from pytest_caio.settings.environments import Environment

pytest.importorskip("playwright.async_api")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(find_chromium() is None, reason="no Chromium here"),
]
PLACE = Environment("staging", "staging", "https://caio.example", Secret("a-secret-token"))
FORM = "<form method=post action=/login><input type=password name=token></form>"
PAGE = "<p>The queue</p><script>fetch('/api/pending-emails', HEADERS)</script>"
OF_ITS_OWN = "{headers: {'X-Dashboard-Token': 'kept'}}"


def dashboard(cookie: str, headers: str) -> httpx2.MockTransport:
    """A G2 dashboard whose login sets that cookie and whose page asks with those headers."""

    def answer(request: httpx2.Request) -> httpx2.Response:
        signed = "caio_session=" in request.headers.get("cookie", "")
        match request.method, request.url.path:
            case "GET", "/login":
                return httpx2.Response(200, html=FORM)
            case "POST", "/login":
                return httpx2.Response(303, headers={"location": "/sales", "set-cookie": cookie})
            case "GET", "/sales" if signed:
                return httpx2.Response(200, html=PAGE.replace("HEADERS", headers))
            case "GET", "/sales":
                return httpx2.Response(302, headers={"location": "/login"})
        if signed or request.headers.get("x-dashboard-token"):
            return httpx2.Response(200, json={"tags": [], "pending_emails": []})
        return httpx2.Response(401, json={"detail": "Unauthorized"})

    return httpx2.MockTransport(answer)


@pytest.mark.parametrize(
    ("cookie", "headers", "refused"),
    [
        ("caio_session=abcdef0123456789; Path=/sales", "{}", True),
        ("caio_session=abcdef0123456789; Path=/sales", OF_ITS_OWN, False),
        ("caio_session=abcdef0123456789; Path=/", "{}", False),
    ],
    ids=["for-the-page-alone", "a-token-of-its-own", "for-all"],
)
def test_the_session_of_a_page(cookie: str, headers: str, refused: bool) -> None:
    """A cookie that never reaches the API leaves nobody anything to decide."""
    wanted = check("page-blocks", timeout=2, settle=0.2)
    found = look(PLACE, wanted, transport=dashboard(cookie, headers))["page-blocks"]
    assert ("/api/pending-emails refuses a session that is new" in found.observed) is refused
    assert found.outcome == ("fail" if refused else "cannot-tell")

"""Where nothing was seen, what is said to do about it fits the reason."""

from __future__ import annotations

import pytest
from deployments import CANNOT_TELL, g2, ruled

from pytest_caio.evidence.model import Observed
from pytest_caio.evidence.probe_names import (
    BROWSER,
    LOGIN,
    PAGE_REJECT,
    READY,
    STATUS,
    STATUS_ANONYMOUS,
)
from pytest_caio.testing import ENVIRONMENT, observed, unobserved

ISSUER = (
    "the TLS certificate was not accepted: unable to get local issuer certificate",
    "the TLS certificate was not accepted: self-signed certificate in certificate chain",
)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        *((reason, "SSL_CERT_FILE") for reason in ISSUER),
        ("the TLS certificate was not accepted: certificate has expired", "renewed"),
        ("the TLS certificate was not accepted: Hostname mismatch", "mistyped host"),
        ("no connection: [Errno 111] Connection refused", "whether the service runs"),
        ("no connection: [Errno -2] Name or service not known", "DNS"),
        ("no connection: 407 Proxy Authentication Required", "HTTPS_PROXY"),
        ("no connection: what answers there does not speak https (X)", "port that speaks https"),
        ("no answer within 10 s", "starting, overloaded or hanging"),
    ],
)
def test_a_deployment_that_was_not_reached(reason: str, words: str) -> None:
    """Who issued a certificate is no matter of restarting the service."""
    lost = (unobserved(READY, reason), unobserved(STATUS_ANONYMOUS, reason))
    said = ruled("environment.reachable", {}, *lost)
    assert (said.outcome, words in said.remedy) == (CANNOT_TELL, True), said.remedy
    assert ("restart" in said.remedy) is reason.startswith("no answer")


def test_one_request_without_an_answer() -> None:
    """A deployment that answers everything else is not told to be brought to answer."""
    lost = unobserved(STATUS, "no connection: [Errno 104] reset")
    for look in (lost, unobserved(STATUS, "no answer within 10 s"), unobserved(STATUS, "odd")):
        said = ruled("ramp.limits", g2(), look)
        assert said.outcome is CANNOT_TELL
        assert "Run the gate again" in said.remedy
        assert "_URL" not in said.remedy
        assert "Bring the deployment" not in said.remedy


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("the API refused the token, so it is not tried at the login page", "CAIO_<NAME>_TOKEN"),
        ("GET /login: no connection: refused", "look in the service's log"),
        ("no answer within 10 s", "look in the service's log"),
        ("odd", "The deployment answers"),
    ],
)
def test_a_page_that_was_not_seen(reason: str, words: str) -> None:
    """Without a picture nobody is told to look at one."""
    browser = Observed(BROWSER, ENVIRONMENT)
    for check in ("rejection.page-blocks", "rejection.page-tags"):
        said = ruled(check, g2(), browser, unobserved(PAGE_REJECT, reason))
        assert (said.outcome, words in said.remedy) == (CANNOT_TELL, True), said.remedy
        assert "screenshot" not in said.remedy


def test_a_token_that_is_refused_everywhere() -> None:
    """The token is what has to be mended."""
    refused = (observed(STATUS, {"detail": "Unauthorized."}, 401), observed(LOGIN, "", 401))
    said = ruled("smoke.sales-page", g2(), *refused)
    assert (said.outcome, "CAIO_<NAME>_TOKEN" in said.remedy) == (CANNOT_TELL, True), said.remedy

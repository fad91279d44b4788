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
        ("no connection: [Errno 111] Connection refused", "Nothing answers at that address"),
        ("no answer within 10 s", "Bring the deployment to answer"),
    ],
)
def test_a_deployment_that_was_not_reached(reason: str, words: str) -> None:
    """Who issued a certificate is no matter of restarting the service."""
    lost = (unobserved(READY, reason), unobserved(STATUS_ANONYMOUS, reason))
    said = ruled("environment.reachable", g2(), *lost)
    assert (said.outcome, words in said.remedy) == (CANNOT_TELL, True), said.remedy
    assert "restart" not in said.remedy.lower()


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("the API refused the token, so it is not tried at the login page", "token variable"),
        ("GET /login: no connection: refused", "Nothing answers"),
        ("no answer within 10 s", "Bring the deployment"),
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
    assert (said.outcome, "token variable" in said.remedy) == (CANNOT_TELL, True), said.remedy

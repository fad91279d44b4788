"""A wrong token must not lock its owner out: five wrong logins in five minutes do."""

from __future__ import annotations

from urllib.parse import parse_qs

import pytest
from looking import look, place_of

from pytest_caio.judge.standard_judges import standard_judges
from pytest_caio.observe.page.chromium import find_chromium
from pytest_caio.observe.standard_probes import standard_probes
from pytest_caio.rehearsal.server import RehearsalServer, rehearse
from pytest_caio.run.prepare import prepare
from pytest_caio.settings.options import Options

WRONG = "no-token-of-this-deployment"


def logins(server: RehearsalServer) -> list[str]:
    """Return the tokens that were tried at the login page, in order."""
    posted = [one for one in server.requests if (one.method, one.path) == ("POST", "/login")]
    return [parse_qs(one.body.decode(), True)["token"][0] for one in posted]


@pytest.mark.parametrize("token", [None, WRONG])
def test_the_made_up_logins_are_the_only_wrong_ones(token: str | None) -> None:
    """The API's refusal is known before a login, so the refused token is not tried there."""
    with rehearse(environment="staging") as server:
        variables = {
            "CAIO_STAGING_URL": server.url,
            "CAIO_STAGING_TOKEN": token or server.token,
        }
        run = prepare(Options(("staging",)), variables, standard_judges(), standard_probes())
        chosen = [p for p in run.plan if not p.check.id.startswith("page-")]
        run.sweep(chosen, lambda done, total: None)
        given = token or server.token
        right = [] if token else [server.token]
        tried = logins(server)
        assert sorted(tried[:2]) == ["", given[:-1]]
        assert tried[2:] == right


@pytest.mark.browser
@pytest.mark.skipif(find_chromium() is None, reason="no Chromium here")
def test_the_browser_does_not_try_it_either() -> None:
    """The page checks say why nothing was seen, and leave the login page alone."""
    with rehearse("g2", ("token-rotated",), environment="staging") as server:
        looked = look(place_of(server), "page-blocks", "page-tags")
        assert logins(server) == []
    assert looked.outcomes() == {"page-blocks": "cannot-tell", "page-tags": "cannot-tell"}
    assert "the API refused the token" in looked["page-blocks"].observed

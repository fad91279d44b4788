"""Sent evidence: who is asked, with which token, and what evidence keeps of it."""

import json
from dataclasses import replace
from typing import Any

import pytest

from pytest_caio.evidence.har import to_har
from pytest_caio.evidence.model import Observed
from pytest_caio.evidence.probe_names import SENT_MAIL
from pytest_caio.interlock.rules import Interlock, Outgoing, Stopped
from pytest_caio.judge.standard_judges import standard_judges
from pytest_caio.observe.standard_probes import standard_probes
from pytest_caio.privacy.redactor import Redactor, Secret
from pytest_caio.rehearsal.server import RehearsalServer, rehearse
from pytest_caio.run.gate_run import GateRun
from pytest_caio.run.prepare import prepare
from pytest_caio.settings.environments import Environment, EnvironmentProblem
from pytest_caio.settings.ghl_access import URL, ghl_access
from pytest_caio.settings.options import Options

ACCESS = {"CAIO_GHL_TOKEN": "pit-0123456789", "CAIO_GHL_LOCATION_ID": "loc"}


def swept(server: RehearsalServer, ghl: RehearsalServer | None = None, **more: Any) -> GateRun:
    """Return a run of the cycle's checks in an environment of its own; ``ghl`` has its mail."""
    variables = {"CAIO_LAB_URL": server.url, "CAIO_LAB_TOKEN": server.token}
    if ghl:
        variables |= {
            "CAIO_GHL_URL": ghl.ghl_url,
            "CAIO_GHL_TOKEN": ghl.ghl_token,
            "CAIO_GHL_LOCATION_ID": ghl.ghl_location_id,
        }
    options = Options(("lab",), "cycle", **more)
    run = prepare(options, variables, standard_judges(), standard_probes())
    run.sweep(run.plan, lambda done, total: None)
    return run


def outcome(run: GateRun) -> str:
    (planned,) = (p for p in run.plan if p.check.id == "sent-evidence")
    return run.judge(planned).outcome


def test_another_origin_gets_its_own_token_only() -> None:
    with rehearse() as server, rehearse() as ghl:
        ghl.deployment.state.contacts = server.deployment.state.contacts
        ghl.deployment.state.mails = server.deployment.state.mails
        run = swept(server, ghl)
        assert outcome(run) == "pass"
        assert {r.path for r in ghl.requests} >= {"/ghl/contacts/", "/ghl/conversations/search"}
        for request in ghl.requests:
            assert request.method == "GET"
            assert request.headers["authorization"] == f"Bearer {ghl.ghl_token}"
            assert server.token not in str(request.headers)
        assert not any("authorization" in request.headers for request in server.requests)


def test_evidence_holds_no_address_and_no_token() -> None:
    with rehearse() as server, rehearse() as ghl:
        ghl.deployment.state.contacts = server.deployment.state.contacts
        ghl.deployment.state.mails = server.deployment.state.mails
        run = swept(server, ghl)
        text = json.dumps(to_har(run.evidence))
        assert ghl.ghl_token not in text
        assert server.token not in text
        for person in server.deployment.state.contacts:
            assert person.email not in text
            assert person.email.replace("@", "%40") not in text
        (lookup, *_) = run.evidence.of("lab")[SENT_MAIL].data["lookups"]
        assert lookup["messages"][0]["direction"] == "outbound"


def test_an_id_of_ghl_that_leads_elsewhere() -> None:
    """It is not followed, and takes nothing away from what else was seen."""
    with rehearse() as server, rehearse() as ghl:
        ghl.deployment.state.mails = [
            replace(mail, contact_id=f"{mail.contact_id};")
            for mail in server.deployment.state.mails
        ]
        ghl.deployment.state.contacts = [
            replace(person, id=f"{person.id};") for person in server.deployment.state.contacts
        ]
        run = swept(server, ghl)
        seen = run.evidence.of("lab")[SENT_MAIL]
        assert isinstance(seen, Observed)
        assert any("stopped by the interlock" in row["problem"] for row in seen.data["lookups"])
        assert outcome(run) == "cannot-tell"


def test_no_access_is_no_evidence() -> None:
    with rehearse() as server:
        assert outcome(swept(server)) == "cannot-tell"


def test_a_contact_that_only_contains_the_address() -> None:
    with rehearse() as server, rehearse() as ghl:
        mails = server.deployment.state.mails
        people = server.deployment.state.contacts
        ghl.deployment.state.mails = mails
        ghl.deployment.state.contacts = [
            type(person)(person.id, f"not.{person.email}") for person in people
        ]
        assert outcome(swept(server, ghl)) == "fail"


@pytest.mark.parametrize("since", ["2999-01-01", ""])
def test_only_who_was_approved_since_the_start(since: str) -> None:
    with rehearse() as server, rehearse() as ghl:
        ghl.deployment.state.contacts = server.deployment.state.contacts
        ghl.deployment.state.mails = server.deployment.state.mails
        run = swept(server, ghl, since=since)
        assert outcome(run) == ("n/a" if since else "pass")
        assert bool(ghl.requests) is not bool(since)


def test_variables() -> None:
    assert ghl_access({}) is None
    assert ghl_access({"CAIO_GHL_URL": "http://example.com"}) is None
    found = ghl_access(ACCESS)
    assert found
    assert (found.url, found.location) == (URL, "loc")
    assert "pit-" not in repr(found)
    assert ghl_access({**ACCESS, "CAIO_GHL_URL": "http://127.0.0.1:8/ghl/"})


@pytest.mark.parametrize(
    "wrong",
    [
        {"CAIO_GHL_URL": "http://ghl.example.com"},
        {"CAIO_GHL_URL": "ghl.example.com"},
        {"CAIO_GHL_URL": "https://a:b@ghl.example.com"},
        {"CAIO_GHL_URL": "https://ghl.example.com/?token=x"},
        {"CAIO_GHL_TOKEN": ""},
        {"CAIO_GHL_TOKEN": "with space in it"},
        {"CAIO_GHL_LOCATION_ID": ""},
    ],
)
def test_variables_that_can_not_be(wrong: dict[str, str]) -> None:
    with pytest.raises(EnvironmentProblem) as caught:
        ghl_access({**ACCESS, **wrong})
    assert "pit-0123456789" not in str(caught.value)


HOME, GHL = "https://caio.example", "https://ghl.example"


@pytest.mark.parametrize(
    ("method", "url", "headers", "allowed"),
    [
        ("GET", f"{GHL}/contacts/", {"authorization": "Bearer ghl-token"}, True),
        ("GET", f"{GHL}/contacts/", {}, False),
        ("GET", f"{GHL}/contacts/", {"authorization": "Bearer home-token"}, False),
        (
            "GET",
            f"{GHL}/contacts/",
            {"authorization": "Bearer ghl-token", "x-dashboard-token": "home-token"},
            False,
        ),
        ("POST", f"{GHL}/contacts/", {"authorization": "Bearer ghl-token"}, False),
        ("GET", f"{HOME}/api/health", {"authorization": "Bearer ghl-token"}, False),
        ("GET", "https://other.example/", {"authorization": "Bearer ghl-token"}, False),
        ("GET", f"{GHL}/contacts/?q=ghl-token", {"authorization": "Bearer ghl-token"}, False),
    ],
)
def test_interlock(method: str, url: str, headers: dict[str, str], allowed: bool) -> None:
    tokens = {"a": Secret("home-token"), "b": Secret("ghl-token")}
    home = Environment("production", "production", HOME, tokens["a"])
    elsewhere = {"production": {GHL: tokens["b"]}}
    interlock = Interlock([home], Redactor(tokens), reads_elsewhere=elsewhere)
    request = Outgoing("production", method, url, headers)
    if allowed:
        interlock.permit(request)
    else:
        with pytest.raises(Stopped):
            interlock.permit(request)

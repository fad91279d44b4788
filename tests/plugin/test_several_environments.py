"""Several environments in one run: all required, looked at side by side, nothing shared."""

from collections.abc import Iterator

import pytest
from gatefolder import GateFolder, last_line

from pytest_caio.rehearsal.server import RehearsalServer, rehearse

# Whole gate runs, each of about a second.
pytestmark = pytest.mark.slow

Pair = tuple[RehearsalServer, RehearsalServer]


@pytest.fixture(scope="module")
def servers() -> Iterator[Pair]:
    """Staging and production, each with a token of its own."""
    with rehearse(environment="staging") as first, rehearse(environment="production") as second:
        yield first, second


@pytest.fixture
def pair(servers: Pair, monkeypatch: pytest.MonkeyPatch) -> Pair:
    """Both as the user names them."""
    for name, server in zip(("STAGING", "PROD"), servers, strict=True):
        monkeypatch.setenv(f"CAIO_{name}_URL", server.url)
        monkeypatch.setenv(f"CAIO_{name}_TOKEN", server.token)
        server.requests.clear()
    return servers


@pytest.mark.usefixtures("pair")
@pytest.mark.parametrize("names", ["staging,prod", "all"])
def test_both_are_judged(gate: GateFolder, names: str) -> None:
    """Each check once for each of them."""
    judged = gate.judged("-m", "not browser", env=names)
    assert [e["name"] for e in judged.data["environments"]] == ["staging", "production"]
    assert [e["kind"] for e in judged.data["environments"]] == ["staging", "production"]
    by_place: dict[str, set[str]] = {}
    for finding in judged.data["findings"]:
        if not finding["check"].startswith("page-"):
            by_place.setdefault(finding["environment"], set()).add(finding["outcome"])
    assert "fail" not in {o for f in judged.data["findings"] if f["severity"] == "required"
                          for o in [f["outcome"]]}  # fmt: skip
    assert set(by_place) == {"staging", "production"}
    assert last_line(judged.result).startswith("CANNOT TELL: staging and production, profile ")


def test_one_bad_is_no_go(gate: GateFolder, pair: Pair) -> None:
    """A failure in one of them decides for both."""
    before = pair[1].deployment.settings
    pair[1].deployment.configure(emergency_stop=True)
    try:
        judged = gate.judged("-k", "emergency", env="all")
    finally:
        pair[1].deployment.configure(emergency_stop=before.emergency_stop)
    outcomes = {f["environment"]: f["outcome"] for f in judged.data["findings"]
                if f["check"] == "emergency-stop"}  # fmt: skip
    assert outcomes == {"staging": "pass", "production": "fail"}
    assert (judged.verdict, judged.code) == ("NO-GO", 1)


def test_swapped_urls_are_noticed(
    gate: GateFolder, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A deployment that says it is another one fails."""
    for name, server in (("STAGING", pair[1]), ("PROD", pair[0])):
        monkeypatch.setenv(f"CAIO_{name}_URL", server.url)
        monkeypatch.setenv(f"CAIO_{name}_TOKEN", server.token)
    judged = gate.judged("-k", "name", env="staging,prod")
    found = [f["outcome"] for f in judged.data["findings"] if f["check"] == "name"]
    assert found == ["fail", "fail"]


def test_no_token_and_no_login_crosses_over(gate: GateFolder, pair: Pair) -> None:
    """Each origin sees its own token alone, and a session that a login made on pages only."""
    assert gate.run("-m", "not browser", env="staging,prod").ret == 10
    for own, other in (pair, pair[::-1]):
        assert own.requests
        for request in own.requests:
            carried = " ".join(request.headers.values()) + request.body.decode("utf-8", "replace")
            assert other.token not in carried
        sessions = own.deployment.state.sessions | other.deployment.state.sessions
        assert sessions
        sent = [r.headers.get("cookie", "") for r in own.requests if r.path.startswith("/api/")]
        assert not any(session in cookie for session in sessions for cookie in sent)


def test_a_node_id_of_one_of_them(gate: GateFolder, pair: Pair) -> None:
    """Only the environment in the brackets is looked at."""
    gate.run("gates/rejection.yaml::tags[production]", env="staging,prod")
    assert not pair[0].requests
    release = ["/api/health/ready"] * 2
    assert sorted(r.path for r in pair[1].requests) == [*release, "/api/rejection-tags"]


@pytest.mark.usefixtures("pair")
def test_with_the_rehearsal(gate: GateFolder) -> None:
    """A rehearsal beside them: the verdict says that it clears nothing."""
    result = gate.run("-k", "emergency", env="staging,rehearsal")
    assert "A rehearsal clears no live cycle." in last_line(result)

"""Environments by name: what is missing or malformed is said before any request."""

import pytest
from gatefolder import GateFolder

from pytest_caio.rehearsal.server import RehearsalServer

SECRET = "s3cr+t/tok=en&x"
BAD_URLS = {
    "no scheme": "caio.example.com",
    "another scheme": "ftp://caio.example.com",
    "no host": "https://",
    "a file": "file:///etc/passwd",
    "plain http": "http://caio.example.com",
    "plain http to a host like loopback": "http://127.0.0.1.example.com",
    "plain http to every interface": "http://0.0.0.0:8000",
    "token in the query": f"https://caio.example.com/?token={SECRET}",
    "an empty query": "https://caio.example.com/?",
    "fragment": f"https://caio.example.com/#{SECRET}",
    "user and password": f"https://me:{SECRET}@caio.example.com",
    "user": f"https://{SECRET.replace('/', '')}@caio.example.com",
    "path": "https://caio.example.com/sales",
    "space": "https://caio.example.com /x",
    "newline": "https://caio.example.com\nX-Y: 1",
    "port that is none": "https://caio.example.com:99999",
    "port in words": "https://caio.example.com:http",
    "half an address": "https://[::1",
    "backslash": "https://caio.example.com\\@evil.example",
    "the token itself": SECRET,
    "letters beyond ASCII": "https://caio.exämple.com",
}
BAD_TOKENS = {
    "missing": None,
    "empty": "",
    "blank": "   ",
    "short": "s3cr",
    "newline": f"{SECRET}\nX: y",
    "letters beyond ASCII": f"{SECRET}é",
    "space": f"Bearer {SECRET}",
}


def refused(gate: GateFolder, *args: str, env: str | None = None) -> str:
    """The reason of a usage error."""
    result = gate.run(*args, env=env)
    assert result.ret == 4, result.outlines
    text = result.stderr.str()
    assert "Traceback" not in text
    return text


@pytest.mark.parametrize("url", BAD_URLS.values(), ids=BAD_URLS.keys())
def test_malformed_url(
    gate: GateFolder, staging: RehearsalServer, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    """The variable is named; the URL, which may hold a token, is not shown."""
    monkeypatch.setenv("CAIO_STAGING_URL", url)
    text = refused(gate)
    assert "environment 'staging': CAIO_STAGING_URL" in text
    assert SECRET not in text
    assert SECRET.replace("/", "") not in text
    assert "?" not in text
    assert not staging.requests


@pytest.mark.parametrize(
    "url", ["https://caio.example.com", "https://CAIO.example.com:443/", "http://[::1]:8000",
            "http://localhost:8000", "http://127.0.0.1:8000/"],
)  # fmt: skip
def test_well_formed_url(gate: GateFolder, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """It is https everywhere, http to loopback; a slash and a port are fine."""
    monkeypatch.setenv("CAIO_STAGING_URL", url)
    monkeypatch.setenv("CAIO_STAGING_TOKEN", SECRET)
    assert gate.run("--co", "-q").ret == 0


@pytest.mark.parametrize("token", BAD_TOKENS.values(), ids=BAD_TOKENS.keys())
def test_malformed_token(
    gate: GateFolder, staging: RehearsalServer, monkeypatch: pytest.MonkeyPatch, token: str | None
) -> None:
    """The variable is named, the token never shown."""
    if token is None:
        monkeypatch.delenv("CAIO_STAGING_TOKEN")
    else:
        monkeypatch.setenv("CAIO_STAGING_TOKEN", token)
    text = refused(gate)
    assert "CAIO_STAGING_TOKEN" in text
    assert "s3cr" not in text
    assert not staging.requests


def test_everything_that_is_missing_at_once(gate: GateFolder) -> None:
    """All variables of all environments, in one message."""
    text = refused(gate, env="all")
    for name in ("STAGING_URL", "STAGING_TOKEN", "PROD_URL", "PROD_TOKEN"):
        assert f"set CAIO_{name}" in text


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("stagin", "unknown environment 'stagin'; did you mean 'staging'?"),
        ("productoin", "did you mean 'production'?"),
        ("demo", "set CAIO_DEMO_URL and CAIO_DEMO_TOKEN"),
        ("ghl", "'ghl' is reserved"),
        ("slack", "'slack' is reserved"),
        ("replay", "'replay' is reserved"),
        ("staging,", "empty name"),
        ("", "empty name"),
        ("a b", "is no environment name"),
        ("../x", "is no environment name"),
    ],
)
def test_unknown_names(gate: GateFolder, staging: RehearsalServer, asked: str, said: str) -> None:
    """Did you mean, what is known, and how to name one of your own."""
    assert said in refused(gate, env=asked)
    assert not staging.requests


def test_what_is_known_is_an_environment(gate: GateFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable of a chat's webhook looks like one's, and is none."""
    monkeypatch.setenv("CAIO_SLACK_WEBHOOK_URL", "https://hooks.example/x")
    monkeypatch.setenv("CAIO_DEMO_URL", "https://demo.example")
    text = refused(gate, env="slack_webhok")
    assert "all and demo." in text
    assert "slack_webhook'" not in text


@pytest.mark.usefixtures("staging")
@pytest.mark.parametrize(
    ("asked", "ini", "names"),
    [
        ("stage", "", ["staging"]),
        (" STAGING ", "", ["staging"]),
        ("prod", "", ["production"]),
        ("production,prod", "", ["production"]),
        ("staging,prod", "", ["staging", "production"]),
        ("prod,staging", "", ["production", "staging"]),
        ("all", "", ["staging", "production"]),
        ("all", "demo-2 prod all", ["staging", "production", "demo-2"]),
        ("demo-2", "", ["demo-2"]),
        ("rehearsal", "", ["rehearsal"]),
    ],
)
def test_names(
    gate: GateFolder,
    monkeypatch: pytest.MonkeyPatch,
    asked: str,
    ini: str,
    names: list[str],
) -> None:
    """Aliases, lists, ``all`` and the ini file's own names, each environment once."""
    for name in ("PROD", "DEMO_2"):
        monkeypatch.setenv(f"CAIO_{name}_URL", "https://caio.example.com")
        monkeypatch.setenv(f"CAIO_{name}_TOKEN", SECRET)
    gate.write("pytest.ini", f"[pytest]\ncaio_environments = {ini}\n")
    ids = gate.run("--co", "-q", "gates/rejection.yaml::tags", env=asked).outlines
    assert [i for i in ids if "::" in i] == [f"gates/rejection.yaml::tags[{n}]" for n in names]


def test_repeated_option(gate: GateFolder, staging: RehearsalServer) -> None:
    """``--caio-env`` twice is both of them."""
    ids = gate.run("--co", "-q", "--caio-env=rehearsal", "gates/rejection.yaml::tags").outlines
    assert sum("::" in i for i in ids) == 2
    assert not staging.requests


def test_production_is_production(gate: GateFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """No other kind of deployment is cleared under its name."""
    monkeypatch.setenv("CAIO_PROD_URL", "https://caio.example.com")
    monkeypatch.setenv("CAIO_PROD_TOKEN", SECRET)
    monkeypatch.setenv("CAIO_PROD_KIND", "staging")
    assert "unset CAIO_PROD_KIND" in refused(gate, env="prod")
    monkeypatch.setenv("CAIO_PROD_KIND", "Prod")
    assert gate.run("--co", "-q", env="prod").ret == 0


def test_an_environment_of_one_s_own(
    gate: GateFolder, deployment: RehearsalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a kind that it is held to, and the kind and URL in the report."""
    monkeypatch.setenv("CAIO_DEMO_URL", deployment.url + "/")
    monkeypatch.setenv("CAIO_DEMO_TOKEN", deployment.token)
    judged = gate.judged("-k", "name", env="demo")
    assert judged.finding("environment.name")["outcome"] == "fail"
    monkeypatch.setenv("CAIO_DEMO_KIND", " Rehearsal ")
    judged = gate.judged("-k", "name", env="demo")
    assert judged.finding("environment.name")["outcome"] == "pass"
    place = judged.data["environments"][0]
    assert (place["name"], place["kind"], place["url"]) == ("demo", "rehearsal", deployment.url)

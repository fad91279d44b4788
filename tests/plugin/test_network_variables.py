"""Certificates and proxies that can't be used are said by name, before any request, and unseen."""

import importlib.util
from pathlib import Path

import httpx2
import pytest
from gatefolder import GateFolder, last_line
from pytest_httpserver import HTTPServer

from pytest_caio.privacy.redactor import Redactor
from pytest_caio.rehearsal.server import RehearsalServer
from pytest_caio.settings.environments import EnvironmentProblem
from pytest_caio.settings.network_variables import check_network, proxy_passwords

PASSWORD = "pr0xy:p%40ss-w0rd"
FAR = "https://caio.example.com"
BROKEN = {
    "a certificate file that is not there": ("SSL_CERT_FILE", "/no/such/file.pem"),
    "a folder for a certificate file": ("SSL_CERT_FILE", "."),
    "a certificate folder that is not there": ("SSL_CERT_DIR", "/no/such/folder"),
    "a proxy without a scheme": ("HTTPS_PROXY", f"me:{PASSWORD}@proxy.example:3128"),
    "a proxy in small letters": ("https_proxy", "proxy.example:3128"),
    "a proxy with a port in words": ("HTTPS_PROXY", f"http://me:{PASSWORD}@proxy.example:http"),
    "a proxy with a space": ("HTTPS_PROXY", f"http://me:{PASSWORD}@proxy.example /"),
    "a proxy of half an address": ("HTTPS_PROXY", f"http://me:{PASSWORD}@[::1"),
    "a proxy of no host": ("HTTPS_PROXY", "http://"),
    "a proxy of another kind": ("ALL_PROXY", f"ftp://me:{PASSWORD}@proxy.example"),
    "a SOCKS proxy": ("ALL_PROXY", f"socks5://me:{PASSWORD}@proxy.example:1080"),
}


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither certificates nor proxies of the machine that tests."""
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    # Whether the library for it is installed is this machine's own affair.
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)


@pytest.mark.parametrize(("name", "value"), BROKEN.values(), ids=BROKEN.keys())
def test_a_usage_error_that_names_the_variable(
    gate: GateFolder, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """Neither a traceback nor the value, in which a password may stand."""
    monkeypatch.setenv("CAIO_STAGING_URL", FAR)
    monkeypatch.setenv("CAIO_STAGING_TOKEN", "t0ken-of-staging")
    monkeypatch.setenv(name, value)
    result = gate.run()
    said = result.stderr.str() + result.stdout.str()
    assert result.ret == 4, said
    assert f"{name} names" in said or f"{name} is no proxy's address" in said
    assert "Traceback" not in said
    assert "w0rd" not in said


@pytest.mark.parametrize(("name", "value"), BROKEN.values(), ids=BROKEN.keys())
def test_nothing_of_it_matters_on_this_machine(
    gate: GateFolder, staging: RehearsalServer, monkeypatch: pytest.MonkeyPatch,
    name: str, value: str,
) -> None:  # fmt: skip
    """A rehearsal or a deployment on loopback is looked at as ever."""
    monkeypatch.setenv(name, value)
    judged = gate.judged("-k", "emergency")
    assert "fail" not in judged.outcomes().values()
    assert staging.requests


@pytest.mark.parametrize(
    "proxy", ["http://proxy.example:3128", f"https://me:{PASSWORD}@proxy.example", ""]
)
def test_what_can_be_used(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    """What passes here is taken by the HTTP library too."""
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    check_network([FAR], {"HTTPS_PROXY": proxy})
    if proxy:
        httpx2.AsyncHTTPTransport(proxy=proxy)


def test_a_host_that_needs_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """NO_PROXY takes a host out, and so whatever is wrong with the proxy."""
    monkeypatch.setenv("HTTPS_PROXY", "proxy:3128")
    with pytest.raises(EnvironmentProblem):
        check_network([FAR], {"HTTPS_PROXY": "proxy:3128"})
    monkeypatch.setenv("NO_PROXY", "example.com")
    check_network([FAR], {"HTTPS_PROXY": "proxy:3128"})


def test_a_certificate_file_without_certificates(tmp_path: Path) -> None:
    """It is there, and can't be read as what it should be."""
    (tmp_path / "ca.pem").write_text("no certificate", "utf-8")
    with pytest.raises(EnvironmentProblem, match="SSL_CERT_FILE"):
        check_network([FAR], {"SSL_CERT_FILE": str(tmp_path / "ca.pem")})


@pytest.mark.parametrize("url", [f"http://me:{PASSWORD}@proxy", f"me:{PASSWORD}@proxy:1"])
def test_the_password_is_a_secret_of_the_run(url: str) -> None:
    """As it is written in the variable, and as it is sent."""
    redactor = Redactor(proxy_passwords({"HTTPS_PROXY": url, "PATH": "/bin"}))
    for text in (f"407 by {url}", "pr0xy:p@ss-w0rd", PASSWORD):
        assert "w0rd" not in redactor.text(text)
    assert not proxy_passwords({"HTTPS_PROXY": "http://proxy.example:3128"})


@pytest.mark.slow
@pytest.mark.parametrize("answers", [False, True], ids=["dead", "refuses"])
def test_a_proxy_that_lets_nobody_through(
    gate: GateFolder, monkeypatch: pytest.MonkeyPatch, answers: bool, httpserver: HTTPServer
) -> None:
    """It is named as what is in the way, and no address of the deployment's is doubted."""
    proxy = httpserver.url_for("") if answers else "http://127.0.0.1:9"
    for name, value in {
        "HTTPS_PROXY": proxy,
        "CAIO_FAR_URL": FAR,
        "CAIO_FAR_TOKEN": "t" * 20,
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("CAIO_FAR_KIND", "staging")
    result = gate.run(env="far")
    assert result.ret == 10
    assert f"The proxy on the way to far ({FAR}) does not let the gate through" in last_line(result)
    assert "CAIO_PROD_URL" not in result.stdout.str()

"""What the environment says of the way to the network: certificates and proxies.

A mistake in it is said before any request, by the variable's name; a value, which may hold a
password, is never shown (``docs/promises.md, Secrets stay secret``).
"""

import importlib.util
import re
import ssl
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pytest_caio.privacy.redactor import Secret
from pytest_caio.settings.environments import MIN_TOKEN, EnvironmentProblem, is_loopback

_SOCKS = frozenset({"socks5", "socks5h"})
_PROXIES = frozenset({"http", "https"}) | _SOCKS
_HOST = re.compile(r"[A-Za-z0-9._:-]+")


def check_network(urls: Iterable[str], variables: Mapping[str, str]) -> None:
    """Raise EnvironmentProblem where ``urls`` can't be asked as the variables say.

    Nothing of it matters for what is on this machine.
    """
    hosts = [host for url in urls if not is_loopback(host := urlsplit(url).hostname or "")]
    if not hosts:
        return
    problems = list(certificate_problems(variables))
    for host in hosts:
        problems += _proxy_problems(host, variables)
    if problems:
        raise EnvironmentProblem("\n".join(dict.fromkeys(problems)))


def certificate_problems(variables: Mapping[str, str]) -> Iterator[str]:
    """Yield what is wrong with the certificates that the variables name."""
    for name, argument in (("SSL_CERT_FILE", "cafile"), ("SSL_CERT_DIR", "capath")):
        if not (path := variables.get(name, "")):
            continue
        try:
            there = argument == "cafile" or Path(path).is_dir()
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(**{argument: path})
        except (OSError, ValueError):
            there = False
        if not there:
            what = "file of" if argument == "cafile" else "folder with"
            yield f"{name} names no {what} certificates that can be read: mend it, or unset it"


def proxy_for(host: str) -> str:
    """Return the company's proxy for ``host``, from the environment or the system; or nothing."""
    if is_loopback(host) or urllib.request.proxy_bypass(host):
        return ""
    found = urllib.request.getproxies()
    return found.get("https") or found.get("all") or ""


def proxy_passwords(variables: Mapping[str, str]) -> dict[str, Secret]:
    """Return the passwords of proxies that are long enough to be looked for, by what shows."""
    found: dict[str, Secret] = {}
    for name, value in variables.items():
        if name.lower().endswith("_proxy") and "@" in value:
            # By hand: what is no URL at all may hold a password too.
            user = value.rpartition("@")[0].rpartition("//")[2]
            password = user.partition(":")[2]
            if len(password) >= MIN_TOKEN:
                found[f"password:{name}"] = Secret(unquote(password))
    return found


def _proxy_problems(host: str, variables: Mapping[str, str]) -> Iterator[str]:
    proxy = proxy_for(host)
    if not proxy:
        return
    named = [n for n in variables if n.lower() in {"https_proxy", "all_proxy"}]
    name = next((n for n in named if variables[n] == proxy), "the system's proxy setting")
    try:
        parts = urlsplit(proxy)
        host, port = parts.hostname or "", parts.port
        scheme, usable = parts.scheme.lower(), bool(_HOST.fullmatch(host)) and port != 0
        usable = usable and proxy.isprintable() and " " not in proxy
    except ValueError:
        scheme, usable = "", False
    if scheme not in _PROXIES or not usable:
        yield f"{name} is no proxy's address: write it like http://proxy.example.com:3128"
    elif scheme in _SOCKS and importlib.util.find_spec("socksio") is None:
        yield f"{name} names a SOCKS proxy: pip install socksio, or name an http:// one"

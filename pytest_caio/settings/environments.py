"""Environments by name: URL, token and kind, from ``CAIO_<NAME>_URL`` and ``CAIO_<NAME>_TOKEN``.

Whatever is wrong with them is said before any request is sent, without showing a token.
"""

import ipaddress
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from pytest_caio.base.messages import did_you_mean, listed
from pytest_caio.privacy.redactor import Secret

REHEARSAL = "rehearsal"
STANDARD = ("staging", "production")
RESERVED = frozenset({"ghl", "slack", "replay", "webhook"})
MIN_TOKEN = 6
_ALIASES = {"prod": "production", "stage": "staging"}
_VARIABLE = {"production": "PROD"}
_ANY_VARIABLE = re.compile(r"CAIO_<NAME>_([A-Z_]+)")
_NAME = re.compile(r"^[a-z][a-z0-9_-]*$")
_QUOTES = tuple("\"'`´\u2018\u2019\u201a\u201c\u201d\u201e\u00ab\u00bb\u2039\u203a")
_HEADER = re.compile(r"((?:proxy-)?authorization|x-dashboard-token)\s*[:=]", re.IGNORECASE)
_SCHEME = re.compile(r"(bearer|basic|token)[\s:]", re.IGNORECASE)
_HOST = re.compile(r"^[A-Za-z0-9._-]+$|^[0-9a-f:.]+$", re.IGNORECASE)


class EnvironmentProblem(ValueError):
    """What is wrong with the environments that were asked for, and which variable to set."""


@dataclass(frozen=True)
class Environment:
    """A deployment to look at; ``url`` is its origin, like ``https://caio.example.com``."""

    name: str
    kind: str
    url: str
    token: Secret = field(repr=False)

    @property
    def is_rehearsal(self) -> bool:
        """Whether this is the embedded deployment, whose GO clears no live cycle."""
        return self.kind == REHEARSAL


def names(
    asked: Iterable[str], ini: Iterable[str], variables: Mapping[str, str]
) -> tuple[str, ...]:
    """Return the environments of ``--caio-env`` by their full names, each once, in order.

    ``all`` is staging, production and what the ini file names. Raises EnvironmentProblem.
    """
    wanted: list[str] = []
    for word in asked:
        for part in word.split(","):
            plain = part.strip().lower()
            if not plain:
                raise EnvironmentProblem(
                    "--caio-env has an empty name; write --caio-env=staging,prod"
                )
            wanted += [*STANDARD, *(n for n in ini if n != "all")] if plain == "all" else [plain]
    found = dict.fromkeys(map(full_name, wanted))
    problems = [text for name in found if (text := _name_problem(name, variables))]
    if problems:
        raise EnvironmentProblem("\n".join(problems))
    return tuple(found)


def full_name(name: str) -> str:
    """Return an environment's full name: ``prod`` is ``production``."""
    plain = name.strip().lower()
    return _ALIASES.get(plain, plain)


def variable(name: str, what: str) -> str:
    """Return the variable that holds an environment's ``URL``, ``TOKEN`` or ``KIND``."""
    return f"CAIO_{_VARIABLE.get(name, name.upper().replace('-', '_'))}_{what}"


def with_variables(text: str, environments: Iterable[str]) -> str:
    """Return text with the variables of these environments for ``CAIO_<NAME>_URL`` and its kind.

    The rehearsal has none: it starts itself.
    """
    deployed = [name for name in environments if name != REHEARSAL]
    if not deployed:
        return text
    return _ANY_VARIABLE.sub(lambda found: listed(variable(n, found[1]) for n in deployed), text)


def _name_problem(name: str, variables: Mapping[str, str]) -> str:
    if name in RESERVED:
        return f"{name!r} is reserved (CAIO_{name.upper()}_… mean something else); choose another"
    if name.endswith(("-webhook", "_webhook")):
        return f"{name!r} is reserved ({variable(name, 'TOKEN')} is a webhook's); choose another"
    if not _NAME.match(name):
        return f"{name!r} is no environment name: letters, digits, '-' and '_'"
    if name in {*STANDARD, REHEARSAL} or variable(name, "URL") in variables:
        return ""
    known = ["staging", "prod", "production", "rehearsal", "all", *_from(variables)]
    return (
        f"unknown environment {name!r}{did_you_mean(name, known)} "
        f"Known: {listed(dict.fromkeys(known), 20)}. "
        f"For one of your own set {variable(name, 'URL')} and {variable(name, 'TOKEN')}."
    )


def _from(variables: Mapping[str, str]) -> list[str]:
    found = [re.fullmatch(r"CAIO_([A-Z0-9_]+)_URL", name) for name in variables]
    words = [match[1].lower() for match in found if match]
    # CAIO_SLACK_WEBHOOK_URL is no environment's.
    mine = (w for w in words if w not in RESERVED and w not in _ALIASES)
    return sorted(w for w in mine if not w.endswith("_webhook"))


def resolve(wanted: Iterable[str], variables: Mapping[str, str]) -> tuple[Environment, ...]:
    """Return the deployed environments among ``wanted`` (the rehearsal starts itself).

    Raises EnvironmentProblem that lists everything that is missing or malformed at once.
    """
    found, problems = look_up(wanted, variables)
    if problems:
        raise EnvironmentProblem("\n".join(problems))
    return found


def look_up(
    wanted: Iterable[str], variables: Mapping[str, str]
) -> tuple[tuple[Environment, ...], tuple[str, ...]]:
    """Return the deployed environments among ``wanted`` that can be asked, and what is missing or
    malformed of the others.
    """
    problems: list[str] = []
    found: list[Environment] = []
    for name in wanted:
        if name == REHEARSAL:
            continue
        url_variable, token_variable = variable(name, "URL"), variable(name, "TOKEN")
        url = variables.get(url_variable, "").strip()
        token = variables.get(token_variable, "").strip()
        own = [
            *(url_problems(url_variable, url) if url else [f"set {url_variable} (like https://…)"]),
            *(token_problems(token_variable, token) if token else [f"set {token_variable}"]),
        ]
        kind = kind_of(name, variables)
        if name == "production" and kind != name:
            # Else a deployment of another kind could be cleared under production's name.
            own.append(f"unset {variable(name, 'KIND')}: production is of no other kind")
        problems += [f"environment {name!r}: {text}" for text in own]
        if not own:
            found.append(Environment(name, kind, origin_of(url), Secret(token)))
    return tuple(found), tuple(problems)


def kind_of(name: str, variables: Mapping[str, str]) -> str:
    """Return what the environment ``name`` should declare itself to be."""
    return full_name(variables.get(variable(name, "KIND"), "") or name)


def url_problems(name: str, url: str, *, path: bool = False) -> list[str]:
    """Return what is wrong with a URL; never the URL itself, which may hold a token.

    ``path`` says that it may have a path.
    """
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return [f"{name} is no URL: write it like https://caio.example.com"]
    if parts.scheme not in {"https", "http"} or not host or not _HOST.match(host):
        return [f"{name} is no URL: write it like https://caio.example.com"]
    if any(c.isspace() or not c.isprintable() for c in url):
        return [f"{name} holds a space or a control character"]
    problems = []
    if parts.username is not None or parts.password is not None:
        problems.append(
            f"{name} holds a user name or password; the token goes into its own variable"
        )
    if parts.query or parts.fragment or "?" in url or "#" in url:
        problems.append(f"{name} has a query or fragment; a token never goes into a URL")
    if parts.path not in {"", "/"} and not path:
        problems.append(f"{name} has a path; write it like https://caio.example.com")
    if parts.scheme == "http" and not is_loopback(host):
        problems.append(f"{name} is plain http; use https (http is for loopback only)")
    return problems


def token_problems(name: str, token: str) -> list[str]:
    """Return what is wrong with a token, without showing it."""
    if token[:1] in _QUOTES or token[-1:] in _QUOTES:
        return [f"{name} has quotes around it: give the token without them (value not shown)"]
    if found := _HEADER.match(token):
        text = f"{name} begins with a header's name ({found[1]}): give the token alone"
        return [f"{text} (value not shown)"]
    if found := _SCHEME.match(token):
        text = f"{name} begins with {found[1].capitalize()}: give the token alone"
        return [f"{text} (value not shown)"]
    if problem := _no_header_value(token):
        return [f"{name} {problem} (value not shown)"]
    if len(token) < MIN_TOKEN:
        return [
            f"{name} is shorter than {MIN_TOKEN} characters: too short to be kept out of reports"
        ]
    return []


def _no_header_value(token: str) -> str:
    """Return what in a token no header can carry, in words; nothing where all of it can."""
    if len(token.splitlines()) > 1:
        return "has a line break in it: give one line, the token alone"
    if any(c.isspace() for c in token):
        return "has a space in it: give the token alone"
    if not token.isprintable():
        return "has a control character in it: copy the token again"
    if any(c in _QUOTES for c in token if not c.isascii()):
        return "has a typographic quote in it: copy the token from its source, not from a document"
    if not token.isascii():
        return "has a letter or sign outside of ASCII in it: copy the token again"
    return ""


def is_loopback(host: str) -> bool:
    """Return whether ``host`` can only be this machine."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def origin_of(url: str) -> str:
    """Return scheme, host and port of ``url``, the default port left out."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    host = f"[{host}]" if ":" in host else host
    default = {"https": 443, "http": 80}.get(parts.scheme)
    port = "" if parts.port in {None, default} else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"

"""A request as a gate file writes it: ``GET /api/operator/status as anonymous``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from pytest_caio.base.messages import did_you_mean


class Identity(StrEnum):
    """Who asks: nobody, the header token, or a signed-in page."""

    ANONYMOUS = "anonymous"
    TOKEN = "token"
    SESSION = "session"


METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
READS = frozenset({"GET", "HEAD", "OPTIONS"})
_FORM = re.compile(r"^(?P<method>\S+)\s+(?P<path>\S+)(?:\s+as\s+(?P<identity>\S+))?$")


class RequestProblem(ValueError):
    """A request that can't be sent; the message says what is allowed."""


@dataclass(frozen=True)
class Request:
    """What is to be sent: ``path`` starts with a slash and may hold a query.

    ``twice`` says of a request that is no read that it does no harm if it arrives twice.
    """

    method: str
    path: str
    identity: Identity = Identity.TOKEN
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    body: bytes = b""
    twice: bool = False

    @property
    def name(self) -> str:
        """The probe's name: the same request is the same probe, whoever asks for it."""
        suffix = "" if self.identity is Identity.TOKEN else f" as {self.identity}"
        return f"{self.method} {self.path}{suffix}"

    @property
    def repeatable(self) -> bool:
        """Whether it may be sent again where no usable answer came back."""
        return self.method in READS or self.twice


def parse_request(text: str) -> Request:
    """Return the request that ``text`` writes; raise :class:`RequestProblem` with the way out."""
    found = _FORM.match(text.strip())
    if not found:
        raise RequestProblem(f"{text!r} is not of the form 'GET /path' or 'GET /path as anonymous'")
    method, path = found["method"].upper(), found["path"]
    if method not in METHODS:
        raise RequestProblem(f"unknown method {method!r}{did_you_mean(method, METHODS)}")
    if not path.startswith("/") or path.startswith("//") or "\\" in path or "#" in path:
        raise RequestProblem(
            f"the path {path!r} must start with one '/'; the host is the environment's"
        )
    if not path.isascii():
        raise RequestProblem(f"the path {path!r} must be written in ASCII (percent-encoded)")
    who = found["identity"] or Identity.TOKEN
    try:
        identity = Identity(who)
    except ValueError:
        known = [i.value for i in Identity]
        raise RequestProblem(
            f"unknown identity {who!r}{did_you_mean(who, known)} One of: token, anonymous, session."
        ) from None
    return Request(method, path, identity)

"""A request on its way to the interlock, and what it may hold."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote, urlsplit

from pytest_caio.interlock.made_up import CREDENTIALS
from pytest_caio.privacy.redactor import Secret
from pytest_caio.privacy.token_patterns import escaped, may_be_escaped, patterns


class Grant(StrEnum):
    """A named permission for one kind of request, held by who asks and by nobody else."""

    SEED = "seed a training card"
    CLEANUP = "reject a card by queue hygiene"
    REPLAY = "put a replay case to the runner"


class Stopped(Exception):
    """A request that was not sent; the message says why."""


@dataclass(frozen=True)
class Outgoing:
    """A request on its way out: headers with small letters, and the whole body."""

    environment: str
    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = b""
    grant: Grant | None = None

    @property
    def signed(self) -> bool:
        """Whether it carries credentials of any kind."""
        return any(name in self.headers for name in CREDENTIALS)

    @property
    def text(self) -> str:
        """What of it may carry a token: its headers and its body."""
        return "\n".join((*self.headers.values(), self.body.decode("utf-8", "replace")))

    def carries(self, token: Secret) -> bool:
        """Whether a token is in its headers or its body, in whatever spelling."""
        text = self.text
        spelled = [pattern for _, pattern in patterns(token.reveal())]
        spelled += [escaped(token.reveal())] if may_be_escaped(text) else []
        return any(re.search(pattern, text, re.IGNORECASE) for pattern in spelled)

    @property
    def path(self) -> str:
        """The decoded path."""
        return unquote(urlsplit(self.url).path)

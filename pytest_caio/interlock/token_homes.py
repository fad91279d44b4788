"""Where each token of a run may go: to its own origin, in a header, and nowhere else.

Source: ``docs/promises.md, Secrets stay secret``.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from pytest_caio.interlock.outgoing import Outgoing, Stopped
from pytest_caio.interlock.webhook_call import is_webhook_call
from pytest_caio.privacy.parts import Parts
from pytest_caio.privacy.redactor import Redactor, Secret
from pytest_caio.privacy.token_patterns import may_be_escaped, patterns
from pytest_caio.settings.environments import Environment, origin_of


@dataclass(frozen=True)
class _Kept:
    """A secret that is at home somewhere: at ``origin``, or where that is empty with an environment
    or its webhook.
    """

    secret: Secret
    origin: str = ""
    webhook: bool = False


@dataclass(frozen=True)
class TokenHomes:
    """``elsewhere`` are origins that may be read, each with its one token, by environment;
    ``webhooks`` the secrets of webhooks, by environment.
    """

    environments: Mapping[str, Environment]
    redactor: Redactor
    elsewhere: Mapping[str, Mapping[str, Secret]] = field(default_factory=dict)
    webhooks: Mapping[str, Secret] = field(default_factory=dict)
    _kept: list[_Kept] = field(init=False, repr=False, compare=False, default_factory=list)
    _parts: Parts[_Kept] = field(init=False, repr=False, compare=False, default_factory=Parts)

    def __post_init__(self) -> None:
        self._kept.extend(_Kept(known.token) for known in self.environments.values())
        for allowed in self.elsewhere.values():
            self._kept.extend(_Kept(token, origin) for origin, token in allowed.items())
        self._kept.extend(_Kept(secret, webhook=True) for secret in self.webhooks.values())
        for kept in self._kept:
            for part, _ in patterns(kept.secret.reveal()):
                self._parts.add(part, kept)

    def check(self, request: Outgoing) -> None:
        """Return where every token in the request is at home; raise :class:`Stopped` else."""
        if self.redactor.secret_free(request.url) != request.url:
            raise Stopped("a token never goes into a URL")
        keys = {key.lower() for key, _ in parse_qsl(urlsplit(request.url).query, True)}
        if keys & {"token", "access_token", "api_key"}:
            raise Stopped("a token never goes into a URL")
        if any(self._carried(request, self._foreign(request))):
            raise Stopped("the token goes to its own origin only")
        astray = any(self._carried(request, lambda kept: kept.webhook))
        if astray and not self.is_webhook_call(request):
            raise Stopped("a webhook's secret goes with its one call only")

    def carries_any(self, request: Outgoing) -> bool:
        """Return whether the request carries the token of any dashboard."""
        return any(self._carried(request, lambda kept: not (kept.origin or kept.webhook)))

    def _carried(self, request: Outgoing, asked: Callable[[_Kept], bool]) -> Iterator[_Kept]:
        """Yield those among what is asked about that the request carries, in whatever spelling."""
        text = request.text
        # One pass tells which may be there at all: of many environments, hardly any.
        there = self._kept if may_be_escaped(text) else self._parts.within(text.lower())
        yield from (kept for kept in there if asked(kept) and request.carries(kept.secret))

    def _foreign(self, request: Outgoing) -> Callable[[_Kept], bool]:
        own = self.environments[request.environment].token.reveal()
        here = origin_of(request.url)

        def foreign(kept: _Kept) -> bool:
            if kept.webhook:
                return False
            return kept.origin != here if kept.origin else kept.secret.reveal() != own

        return foreign

    def is_webhook_call(self, request: Outgoing) -> bool:
        """Return whether a request is the one call that carries its environment's secret."""
        home = self.environments[request.environment].url
        secret = self.webhooks.get(request.environment)
        return secret is not None and is_webhook_call(request, home, secret)

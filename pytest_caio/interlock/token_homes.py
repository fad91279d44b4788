"""Where each token of a run may go: to its own origin, in a header, and nowhere else.

Source: ``docs/promises.md, Secrets stay secret``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from pytest_caio.interlock.outgoing import Outgoing, Stopped
from pytest_caio.interlock.webhook_call import is_webhook_call
from pytest_caio.privacy.redactor import Redactor, Secret
from pytest_caio.settings.environments import Environment, origin_of


@dataclass(frozen=True)
class TokenHomes:
    """``elsewhere`` are origins that may be read, each with its one token, by environment;
    ``webhooks`` the secrets of webhooks, by environment.
    """

    environments: Mapping[str, Environment]
    redactor: Redactor
    elsewhere: Mapping[str, Mapping[str, Secret]] = field(default_factory=dict)
    webhooks: Mapping[str, Secret] = field(default_factory=dict)

    def check(self, request: Outgoing) -> None:
        """Return where every token in the request is at home; raise :class:`Stopped` else."""
        if self.redactor.secret_free(request.url) != request.url:
            raise Stopped("a token never goes into a URL")
        keys = {key.lower() for key, _ in parse_qsl(urlsplit(request.url).query, True)}
        if keys & {"token", "access_token", "api_key"}:
            raise Stopped("a token never goes into a URL")
        if any(request.carries(token) for token in self._foreign(request)):
            raise Stopped("the token goes to its own origin only")
        astray = any(request.carries(secret) for secret in self.webhooks.values())
        if astray and not self.is_webhook_call(request):
            raise Stopped("a webhook's secret goes with its one call only")

    def _foreign(self, request: Outgoing) -> Iterator[Secret]:
        own = self.environments[request.environment].token.reveal()
        for other in self.environments.values():
            if other.token.reveal() != own:
                yield other.token
        for allowed in self.elsewhere.values():
            for origin, token in allowed.items():
                if origin_of(request.url) != origin:
                    yield token

    def is_webhook_call(self, request: Outgoing) -> bool:
        """Return whether a request is the one call that carries its environment's secret."""
        home = self.environments[request.environment].url
        secret = self.webhooks.get(request.environment)
        return secret is not None and is_webhook_call(request, home, secret)

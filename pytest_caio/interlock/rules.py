"""What may be sent, and where: one interlock in front of every request.

Source: ``docs/promises.md, No harm``.

Nothing that could reach a live contact leaves this process, even when the deployment is broken
in the very way that the gate tests for. What is not known to be harmless is stopped, and said.
"""

import re
from collections.abc import Container, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from pytest_caio.evidence.cards import is_training
from pytest_caio.evidence.model import Sent
from pytest_caio.gates.policy import TAGS
from pytest_caio.gates.request import READS
from pytest_caio.interlock.acting_words import ACTION, only_reads
from pytest_caio.interlock.ambiguity import ambiguity
from pytest_caio.interlock.deeds import READ, Deed
from pytest_caio.interlock.harmless import (
    METHOD_IN_QUERY,
    decides_nothing,
    harmless_question,
    names_no_card,
    spelled,
)
from pytest_caio.interlock.logins import Logins
from pytest_caio.interlock.made_up import is_made_up
from pytest_caio.interlock.outgoing import Grant, Outgoing, Stopped
from pytest_caio.interlock.token_homes import TokenHomes
from pytest_caio.privacy.redactor import Redactor, Secret
from pytest_caio.settings.environments import Environment, origin_of

__all__ = ["Grant", "Interlock", "Outgoing", "Stopped"]

# An id with other characters could be cut or folded into another card's on its way.
_REJECT = re.compile(r"/api/emails/(?P<id>[A-Za-z0-9_.:@=+~-]+)/reject")
_REJECT_FIELDS = frozenset({"reason", "rejection_tag", "approver"})


class Interlock:
    """Decides on each request, and keeps the record of all that were not plain reads.

    ``grants`` names, per environment, what the policy allows beyond reads; ``reads_elsewhere``
    further origins that may be read, each with the one token that goes there and nowhere else;
    ``seed_kinds`` what a deployment has to call itself where the seed grant is held; ``webhooks``
    the secrets of webhooks; ``plain_reads`` paths that only read, though they sound otherwise.
    """

    def __init__(
        self,
        environments: Iterable[Environment],
        redactor: Redactor,
        grants: Mapping[str, frozenset[Grant]] | None = None,
        reads_elsewhere: Mapping[str, Mapping[str, Secret]] | None = None,
        replay_paths: Mapping[str, str] | None = None,
        seed_kinds: Iterable[str] = (),
        webhooks: Mapping[str, Secret] | None = None,
        plain_reads: Iterable[str] = (),
    ) -> None:
        self._environments = {e.name: e for e in environments}
        self._redactor = redactor
        self._grants = dict(grants or {})
        self._reads_elsewhere = dict(reads_elsewhere or {})
        self._replay_paths = dict(replay_paths or {})
        self._seed_kinds = frozenset(seed_kinds)
        self._plain_reads = frozenset(plain_reads)
        self._homes = TokenHomes(
            self._environments, redactor, self._reads_elsewhere, dict(webhooks or {})
        )
        self._training: dict[str, set[str]] = {}
        self._live: dict[str, set[str]] = {}
        self._logins = Logins()
        self._declared: dict[str, str] = {}
        self._cleanup: dict[str, set[str]] = {}
        self.sent: list[Sent] = []

    def saw_queue(self, environment: str, answer: Any) -> None:
        """Note which cards an answer of the queue shows as training and which as live.

        A card that was live in any reading stays live for good.
        """
        cards = answer.get("pending_emails") if isinstance(answer, dict) else None
        training = self._training.setdefault(environment, set())
        live = self._live.setdefault(environment, set())
        for card in cards if isinstance(cards, list) else ():
            if isinstance(card, dict) and isinstance(card.get("email_id"), str):
                card_id: str = card["email_id"]
                if is_training(card):
                    training.add(card_id)
                else:
                    live.add(_folded(card_id))
        training.difference_update([t for t in training if _folded(t) in live])

    def saw_dependencies(self, environment: str, answer: Any) -> None:
        """Note which environment a deployment says that it is; a word taken back counts no more."""
        auth = answer.get("auth") if isinstance(answer, dict) else None
        word = auth.get("environment") if isinstance(auth, dict) else None
        self._declared[environment] = word if isinstance(word, str) else ""

    def came_to_nobody(self, environment: str, body: bytes) -> None:
        """Note that a wrong login didn't get to the deployment: it may be sent once more."""
        self._logins.came_to_nobody(environment, body)

    def why_not_seeded(self, environment: str) -> str:
        """Return why no training card may be made there, or nothing where one may be.

        What counts is what the deployment says of itself, so that an address which leads to
        another deployment than it should never gets a card (``docs/checks.md, Gate rejection``).
        """
        if Grant.SEED not in self._grants.get(environment, frozenset()):
            return "the policy does not let the gate make one here"
        declared, kinds = self._declared.get(environment, ""), self._seed_kinds
        if not declared:
            return "the deployment does not say which environment it is, so none is made there"
        if declared not in kinds:
            return f"the deployment says that it is {declared!r}, where none is made"
        return ""

    def allow_cleanup(self, environment: str, card_ids: Iterable[str]) -> None:
        """Note the only cards that the clean-up grant may reject: those that a rule names."""
        self._cleanup[environment] = set(card_ids)

    def permit(self, request: Outgoing) -> str:
        """Return why the request may be sent; raise :class:`Stopped` where it may not."""
        try:
            why = str(self._why(request))
        except Stopped as stopped:
            self._record(request, False, str(stopped))
            raise
        if why != READ:
            self._record(request, True, why)
        return why

    def _record(self, request: Outgoing, allowed: bool, why: str) -> None:
        identity = self._identity(request)
        url = self._redactor.url(request.url)
        self.sent.append(Sent(request.environment, request.method, url, identity, allowed, why))

    def _identity(self, request: Outgoing) -> str:
        here = self._environments.get(request.environment)
        if here and is_made_up(request.headers, here.token):
            return "with a wrong credential"
        if here and self._homes.is_webhook_call(request):
            return "with the webhook's secret"
        return "signed in" if request.signed else "anonymous"

    def _why(self, request: Outgoing) -> str:
        """Return why the request is harmless, by ``docs/promises.md, No harm``."""
        environment = self._environments.get(request.environment)
        if environment is None:
            raise Stopped(f"no environment {request.environment!r} in this run")
        plain = request.url.removesuffix(spelled(request))
        asked = plain.removesuffix(f"?{METHOD_IN_QUERY}")
        if unclear := ambiguity(asked, request.headers):
            raise Stopped(unclear)
        if asked != plain and not decides_nothing(request):
            raise Stopped(ambiguity(plain, request.headers))
        self._homes.check(request)
        if self._homes.is_webhook_call(request):
            return Deed.SIGNED_WEBHOOK
        if origin_of(request.url) != environment.url:
            return self._elsewhere(request, environment)
        if request.method in READS:
            return self._read(request)
        if request.method != "POST":
            raise Stopped(f"{request.method} changes something")
        if request.path == "/login":
            return self._logins.check(request, environment)
        if not request.signed or is_made_up(request.headers, environment.token):
            return harmless_question(request)
        return self._signed_post(request)

    def _read(self, request: Outgoing) -> str:
        if request.signed and decides_nothing(request):
            return Deed.NO_CARD_BY_LINK
        if request.signed and request.method != "OPTIONS":
            only_reads(request, self._plain_reads)
        return READ

    def _elsewhere(self, request: Outgoing, environment: Environment) -> str:
        if self._homes.carries_any(request):
            raise Stopped("the token goes to its own origin only")
        if {"x-dashboard-token", "cookie"} & request.headers.keys():
            raise Stopped("what is for the dashboard goes to its own origin only")
        token = self._reads_elsewhere.get(environment.name, {}).get(origin_of(request.url))
        if request.method in READS and token and request.carries(token):
            return READ
        raise Stopped(f"{origin_of(request.url)} is not this environment's origin")

    def _signed_post(self, request: Outgoing) -> str:
        if request.grant and request.grant in self._grants.get(request.environment, frozenset()):
            return self._granted(request, request.grant)
        found = _REJECT.fullmatch(request.path)
        if not found:
            raise Stopped(f"POST {request.path} is not among what may be sent")
        training = self._training.get(request.environment, set())
        live = self._live.get(request.environment, set())
        nobody = names_no_card(found["id"], training, live)
        if not nobody and found["id"] not in training:
            raise Stopped(f"card {found['id']!r} was not seen as a training card in this run")
        fields = _fields(request, _REJECT_FIELDS)
        tag, reason = fields.get("rejection_tag", ""), fields.get("reason", "")
        if tag.strip().lower() in TAGS and reason.strip():
            raise Stopped("a rejection with a reason and a known tag would really reject the card")
        return Deed.NO_CARD_REFUSED if nobody else Deed.REFUSED_REJECTION

    def _granted(self, request: Outgoing, grant: Grant) -> str:
        found = _REJECT.fullmatch(request.path)
        match grant:
            case Grant.SEED if (
                request.path == "/api/admin/seed_queue"
                and not self.why_not_seeded(request.environment)
                and _fields(request, {"count", "tier"}).get("count") == "1"
            ):
                return str(grant)
            case Grant.CLEANUP if (
                found
                and found["id"] in self._cleanup.get(request.environment, set())
                and _fields(request, _REJECT_FIELDS).get("rejection_tag")
                == "queue_hygiene_non_actionable"
            ):
                return str(grant)
            case Grant.REPLAY if (
                request.path == self._replay_paths.get(request.environment)
                and not ACTION.search(request.path)
                and not request.path.lower().startswith("/api/emails")
            ):
                return str(grant)
        raise Stopped(f"the grant to {grant} does not cover POST {request.path}")


def _folded(card_id: str) -> str:
    """Return an id as a server that is careless about case and spaces may read it."""
    return card_id.strip().casefold()


def _fields(request: Outgoing, allowed: Container[str]) -> dict[str, str]:
    """Return the query's fields; anything beside them, or twice, may mean something else there."""
    pairs = parse_qsl(urlsplit(request.url).query, keep_blank_values=True)
    fields = dict(pairs)
    if request.body or len(fields) != len(pairs) or any(key not in allowed for key in fields):
        raise Stopped("a request that changes something carries its few known fields, each once")
    return fields

"""What tests of a folder's own ask a deployment with: reads, through the interlock.

Source: ``docs/tests.md, Ask for more``.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from pytest_caio.evidence.model import EvidenceFile, Exchange
from pytest_caio.gates.request import READS, Identity, Request, RequestProblem, parse_request
from pytest_caio.interlock.rules import Interlock, Stopped
from pytest_caio.judge.look import NoEvidence, usable
from pytest_caio.observe.client import open_client, quiet_logs
from pytest_caio.observe.probe import from_exchanges
from pytest_caio.observe.quiet_environment import quiet_environment
from pytest_caio.observe.sender import Limits, Sender, utc_now
from pytest_caio.observe.slots import Slots
from pytest_caio.privacy.redactor import Redactor
from pytest_caio.run.short_ids import with_short_ids
from pytest_caio.settings.environments import Environment


@dataclass(frozen=True, repr=False)
class ReadingClient:
    """Reads from one environment, signed in with its token. Nothing else is ever sent.

    What it returns is redacted as evidence is, and is no evidence: no check sees it.
    """

    _environment: Environment
    _interlock: Interlock
    _redactor: Redactor
    _limits: Limits = field(default_factory=Limits)

    def get(self, path: str) -> Exchange:
        """Return the answer to ``GET path``, signed in; as :meth:`ask` does."""
        return self.ask(f"GET {path}")

    def ask(self, request: str) -> Exchange:
        """Return the answer to a request as a gate file writes it, like ``GET /sales as
        anonymous``.

        Raises RequestProblem for what is no request, Stopped for what is not harmless, NoEvidence
        where no answer came, or only a gateway's: what was not seen can't be held against anything.
        """
        parsed = parse_request(request)
        if parsed.identity is Identity.SESSION:
            text = "a test asks with the token or as anonymous; only the gate itself logs in"
            raise RequestProblem(text)
        if parsed.method not in READS:
            raise Stopped(f"{parsed.method} {parsed.path} is no read, and a test only reads")
        # In a thread of its own: the test may have an event loop.
        with ThreadPoolExecutor(1) as thread:
            answer = thread.submit(self._answer, parsed).result()
        # Raised here: the traceback of what went wrong inside has the token among its variables.
        if isinstance(answer, str):
            raise Stopped(answer)
        if answer.status is None:
            raise NoEvidence(f"{parsed.name}: {answer.error}")
        return usable(parsed.name, answer)

    def _answer(self, request: Request) -> Exchange | str:
        """Return the last exchange, or why the request was stopped."""
        try:
            with quiet_logs(), quiet_environment():
                exchanges = asyncio.run(self._send(request))
        except Stopped as stopped:
            return f"{request.method} {request.path} was stopped by the interlock: {stopped}"
        found = from_exchanges(request.name, self._environment.name, exchanges)
        key = (self._environment.name, request.name)
        return with_short_ids(EvidenceFile(utc_now(), {key: found})).evidence[key].exchanges[-1]

    async def _send(self, request: Request) -> tuple[Exchange, ...]:
        async with open_client(self._environment, self._interlock, 1) as client:
            sender = Sender(
                self._environment, self._interlock, self._redactor, Slots(1), client, self._limits
            )
            return await sender.send(request)

    def __repr__(self) -> str:
        return f"<a client that reads from {self._environment.name}>"

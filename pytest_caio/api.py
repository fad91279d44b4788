"""The door for people who write gates: all that a package with its own judges and probes needs, and
what the fixtures hand to tests (``docs/tests.md, Three fixtures``).

How to write one is in ``docs/extending.md, A judge`` and ``docs/extending.md, A probe``. What
builds evidence for the tests of a judge is in :mod:`pytest_caio.testing`. A package hands its
judges and probes over in functions, which pytest finds by their names: ``pytest_caio_judges()`` and
``pytest_caio_probes()``, and what breaks them in ``pytest_caio_faults()``.

The names in ``__all__`` of this module and of ``pytest_caio.testing`` are what a release may not
change without saying so in CHANGELOG.md. Every other module may change at any time.
"""

from pytest_caio.base.messages import listed, plural, shown
from pytest_caio.evidence.model import Evidence, Exchange, Observed, Unobserved
from pytest_caio.gates.policy import Policy
from pytest_caio.gates.request import Identity, Request, RequestProblem, parse_request
from pytest_caio.interlock.rules import Stopped
from pytest_caio.judge.look import BadAnswer, Fields, Judge, Look, NoEvidence, verdict_on
from pytest_caio.observe.asked import Asked
from pytest_caio.observe.probe import Context, Probe, Sends, ask, from_exchanges
from pytest_caio.run.reading_client import ReadingClient
from pytest_caio.verdict.finding import Outcome, Ruling, Severity
from pytest_caio.verdict.result import ShownEnvironment

__all__ = [
    "Asked",
    "BadAnswer",
    "Context",
    "Evidence",
    "Exchange",
    "Fields",
    "Identity",
    "Judge",
    "Look",
    "NoEvidence",
    "Observed",
    "Outcome",
    "Policy",
    "Probe",
    "ReadingClient",
    "Request",
    "RequestProblem",
    "Ruling",
    "Sends",
    "Severity",
    "ShownEnvironment",
    "Stopped",
    "Unobserved",
    "ask",
    "from_exchanges",
    "listed",
    "parse_request",
    "plural",
    "shown",
    "verdict_on",
]

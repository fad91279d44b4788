"""What often lies behind several findings at once: in plain words, with the way out of it.

Source: ``docs/glossary.md, Cause``. A judge names the cause of what it says by its id here, or by
a word of its own: findings with the same word stand together in every output.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

ENGINEERING = "Engineering"

ISSUER_UNKNOWN = "issuer-unknown"
CERTIFICATE = "certificate"
PLAIN_HTTP = "plain-http"
NAME_UNKNOWN = "name-unknown"
PROXY = "proxy"
NOTHING_ANSWERS = "nothing-answers"
TOO_SLOW = "too-slow"
GATEWAY = "gateway"
SLOW_DOWN = "slow-down"
NO_DASHBOARD = "no-dashboard"
TOKEN = "token"
NO_ANSWER_HERE = "no-answer-here"
LOCKED_OUT = "locked-out"
INTERRUPTED = "interrupted"
NOT_RUN = "not-run"
TOO_OLD = "too-old"
NOT_READY = "not-ready"
NO_BROWSER = "no-browser"
NO_RUNNER = "no-runner"
REPLAY = "replay"
HIDDEN_CARDS = "hidden-cards"
FULL_WINDOW = "full-window"
UNCOUNTED = "uncounted-queue"
NO_LOGIN = "no-login"
CLOCK = "clock"
SALES_PAGE = "sales-page"
MISSING = "missing-in-the-answer"
ELSEWHERE = "another-environment"


@dataclass(frozen=True)
class KnownCause:
    """A cause that is known before it happens.

    ``seen`` is a sentence on what was seen, with ``{where}`` for the environments; empty, the
    finding that shows it says so itself. ``remedy`` is what to do, with ``CAIO_<NAME>_URL`` for
    their variables; empty, that finding says so. ``owner`` is whose task it is, empty: the one of
    the check. ``command`` helps, where one does (``{gate}`` is the gate's own, ``{cases}`` the
    golden cases that failed). ``shown_by`` is the check that shows it best; where it is ``wide``
    and that check is not met, everything unseen there waits for it, and where it is
    ``all_of_it``, everything that failed too.
    """

    seen: str = ""
    remedy: str = ""
    owner: str = ""
    command: str = ""
    shown_by: str = ""
    wide: bool = False
    all_of_it: bool = False


_REACHED = "environment.reachable"
_ADDRESS = "CAIO_<NAME>_URL"

KNOWN: Mapping[str, KnownCause] = MappingProxyType(
    {
        INTERRUPTED: KnownCause(command="{gate}", shown_by="run.finished"),
        ISSUER_UNKNOWN: KnownCause(
            "This machine does not know who issued the certificate of {where}",
            "The service itself may be fine. If your company issues its own certificates, name "
            "their file in SSL_CERT_FILE, then run the gate again.",
            ENGINEERING,
            shown_by=_REACHED,
            wide=True,
        ),
        CERTIFICATE: KnownCause(
            "The certificate of {where} was not accepted",
            f"Check {_ADDRESS} for a mistyped host, else have the certificate renewed, then run "
            "the gate again.",
            ENGINEERING,
            shown_by=_REACHED,
            wide=True,
        ),
        PLAIN_HTTP: KnownCause(
            "What answers at {where} does not speak https, most likely plain http",
            f"Name the port that speaks https in {_ADDRESS} (443 where none is named); http:// is "
            "for this machine alone. Then run the gate again.",
            ENGINEERING,
            shown_by=_REACHED,
            wide=True,
        ),
        NAME_UNKNOWN: KnownCause(
            "The host name in the address of {where} is not known",
            f"Check {_ADDRESS} for a mistyped host name, then whether this machine can look up "
            "names (DNS), and run the gate again.",
            ENGINEERING,
            shown_by=_REACHED,
            wide=True,
        ),
        PROXY: KnownCause(
            "The proxy on the way to {where} does not let the gate through",
            "Check HTTPS_PROXY and ALL_PROXY on this machine, or name the host in NO_PROXY where "
            "it is reached without a proxy, then run the gate again.",
            ENGINEERING,
            shown_by=_REACHED,
            wide=True,
        ),
        NOTHING_ANSWERS: KnownCause(
            "Nothing answers at {where}",
            f"Check {_ADDRESS}, then whether the service runs, and run the gate again.",
            ENGINEERING,
            shown_by=_REACHED,
            wide=True,
        ),
        TOO_SLOW: KnownCause(
            "{where} took too long to answer",
            "Look whether the service is starting, overloaded or hanging; restart it where it "
            "hangs, then run the gate again.",
            ENGINEERING,
            shown_by=_REACHED,
            wide=True,
        ),
        GATEWAY: KnownCause(
            "A gateway answers for {where}, and the dashboard behind it does not",
            "Look in the hosting's log why the service behind the gateway does not run, restart "
            "or roll it back, then run the gate again.",
            ENGINEERING,
            shown_by=_REACHED,
            wide=True,
        ),
        NO_DASHBOARD: KnownCause(
            "Something answers at {where}, but it is not a CAIO dashboard",
            f"Open the URL in a browser. Correct {_ADDRESS}, or find out what runs there, then run "
            "the gate again.",
            ENGINEERING,
            shown_by=_REACHED,
            wide=True,
            all_of_it=True,
        ),
        SLOW_DOWN: KnownCause(
            "Too many requests: the answer of {where} is to slow down (429)",
            "Wait five minutes, with nobody else asking, then run the gate again.",
            ENGINEERING,
            shown_by=_REACHED,
            wide=True,
        ),
        TOKEN: KnownCause(
            "The token was refused by {where}",
            "Copy DASHBOARD_AUTH_TOKEN from the deployment into CAIO_<NAME>_TOKEN, then run the "
            "gate again.",
            ENGINEERING,
            shown_by="environment.token-accepted",
            wide=True,
        ),
        NO_ANSWER_HERE: KnownCause(
            "Some requests to {where} got no answer, while others did",
            "Run the gate again. If it stays so, look in the service's log at the requests that "
            "are named.",
            ENGINEERING,
        ),
        LOCKED_OUT: KnownCause(
            "The login page of {where} is locked for this machine after too many wrong logins",
            "Wait five minutes, let nobody try the login meanwhile, and run the gate again.",
            ENGINEERING,
        ),
        TOO_OLD: KnownCause(
            "The dashboard of {where} is too old: it has neither rejection tags nor a ramp of "
            "clean days",
            "Deploy the current dashboard, then run the gate again. No live cycle before that.",
            ENGINEERING,
            shown_by="rejection.tags",
            wide=True,
        ),
        NOT_READY: KnownCause(owner=ENGINEERING, shown_by="smoke.dependencies"),
        HIDDEN_CARDS: KnownCause(
            command="caio cleanup --env={environment}", shown_by="queue.no-drift"
        ),
        FULL_WINDOW: KnownCause(
            "Only the newest 20 cards of {where} can be seen, and the queue is that full",
            "Decide cards in /sales until fewer than 20 wait, then run the gate again: it sees "
            "the older ones only then.",
            "HoS",
        ),
        UNCOUNTED: KnownCause(
            "{where} does not say how many cards it looked at, so some may wait unseen",
            "Make the queue's answer say it (merged_count in /api/pending-emails), then run the "
            "gate again.",
            ENGINEERING,
            shown_by="queue.sources-agree",
        ),
        NO_LOGIN: KnownCause(
            "{where} has no login page, so what is behind it was not seen",
            "Bring the login page back; roll the deployment back if a deploy took it away. Then "
            "run the gate again.",
            ENGINEERING,
            shown_by="access.login",
        ),
        CLOCK: KnownCause(
            "The clock of {where} is wrong, so how long a card has waited can't be told",
            "Set the clock of the deployment's host right (or that of the machine that the gate "
            "runs on), then run the gate again.",
            ENGINEERING,
        ),
        NO_BROWSER: KnownCause(
            "The sales page of {where} was not tried: no browser could be started",
            "Install Chromium, Google Chrome or Edge and pytest-caio[browser], or name a browser "
            "with --caio-browser=PATH, and run the gate again.",
            ENGINEERING,
        ),
        NO_RUNNER: KnownCause(
            "The golden cases were not asked: no replay runner is named",
            "Set CAIO_REPLAY_COMMAND to the command that answers a golden case (or replay.runner "
            "in gates/policy.yaml), then run the gate again.",
            ENGINEERING,
            command="CAIO_REPLAY_COMMAND='…' {gate}",
            shown_by="replay.pass-rate",
        ),
        ELSEWHERE: KnownCause(
            "What is compared was not seen in another environment",
            "Put that environment right first, as its own entry says, then run the gate again.",
            ENGINEERING,
        ),
        REPLAY: KnownCause(command='{gate} -k "{cases}"', shown_by="replay.pass-rate"),
        NOT_RUN: KnownCause(
            "A part of the gate did not run",
            "Run the whole gate, without -k, -m, --lf or --deselect; restore what was removed.",
            ENGINEERING,
            command="{gate}",
        ),
    }
)


def known(cause: str) -> KnownCause:
    """Return what is known of a cause; of one that nobody knows, nothing."""
    return KNOWN.get(cause, KnownCause())

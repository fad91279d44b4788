"""Why nothing was seen, and what helps, by the reason that is given for it."""

import re

from pytest_caio.verdict import known_causes as why
from pytest_caio.verdict.known_causes import known

_LOOK_AGAIN = (
    "Nothing was seen, so nothing is known. Bring the deployment to answer (see "
    "environment.reachable and environment.token-accepted), then run the gate again."
)
_ANSWERS = (
    "The deployment answers, but this was not seen. Run the gate again; if it stays so, have "
    "engineering look at what is named under what was seen."
)
# What stands between the gate and the deployment, by the words in which its absence is told.
_CAUSES = (
    (r"issuer certificate|self-signed certificate", why.ISSUER_UNKNOWN),
    (r"the TLS certificate", why.CERTIFICATE),
    (r"does not speak https", why.PLAIN_HTTP),
    (r"no connection: (?:.*proxy|.*\b407\b)", why.PROXY),
    (
        r"no connection: .*(?:Name or service not known|nodename nor servname|getaddrinfo|"
        r"name resolution|No address associated)",
        why.NAME_UNKNOWN,
    ),
    (r"no connection", why.NOTHING_ANSWERS),
    (r"no answer within", why.TOO_SLOW),
    (r"refused the token|token was refused|was not let in", why.TOKEN),
    (r"\b429\b", why.SLOW_DOWN),
    (r"from a gateway", why.GATEWAY),
    (r"has no login page", why.NO_LOGIN),
    (r"looks at its newest \d+ cards only", why.FULL_WINDOW),
    (r"how many cards the server looked at", why.UNCOUNTED),
)
_ELSEWHERE = frozenset(
    {why.NOTHING_ANSWERS, why.TOO_SLOW, why.NAME_UNKNOWN, why.PLAIN_HTTP, why.PROXY}
)


def cause_of(text: str) -> str:
    """Return the cause that the reason of an unseen check names; nothing where it names none."""
    return next((cause for words, cause in _CAUSES if re.search(words, text)), "")


def where_it_answers(cause: str) -> str:
    """Return a cause as it is called where the deployment answered another request."""
    return why.NO_ANSWER_HERE if cause in _ELSEWHERE else cause


def way_out(cause: str, *, answers: bool) -> str:
    """Return what helps to see what was not seen; ``answers`` is whether anything was."""
    return known(cause).remedy or (_ANSWERS if answers else _LOOK_AGAIN)

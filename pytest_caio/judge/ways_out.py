"""What helps where nothing was seen, by the reason that is given for it."""

import re

_LOOK_AGAIN = (
    "Nothing was seen, so nothing is known. Bring the deployment to answer (see "
    "environment.reachable and environment.token-accepted), then run the gate again."
)
# What stands between the gate and the deployment, by the words in which its absence is told.
_WAYS_OUT = (
    (
        r"issuer certificate|self-signed certificate",
        "This machine does not know who issued the certificate; the service itself may be fine. "
        "If your company issues its own, name its file in SSL_CERT_FILE, then run the gate again.",
    ),
    (
        r"the TLS certificate",
        "Check the URL variable of this environment for a mistyped host, else have the "
        "certificate renewed, then run the gate again.",
    ),
    (
        r"no connection",
        "Nothing answers at that address. Check the URL variable of this environment, then "
        "whether the service runs, and run the gate again.",
    ),
    (
        r"refused the token|token was refused|was not let in",
        "Copy DASHBOARD_AUTH_TOKEN from the deployment into the token variable of this "
        "environment, then run the gate again.",
    ),
    (
        r"\b429\b",
        "Wait five minutes, with nobody else asking, then run the gate again.",
    ),
)


def way_out(why: str) -> str:
    """Return what helps to see what was not seen, by the reason that is given for it."""
    return next((text for words, text in _WAYS_OUT if re.search(words, why)), _LOOK_AGAIN)

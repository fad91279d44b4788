"""Sends the Slack message.

The webhook's URL is a secret: it is in no message, no log and no error. A Slack that is down
changes no verdict; what went wrong is returned as words for the console.
"""

import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx2

from pytest_caio.observe.client import quiet_logs
from pytest_caio.settings.environments import is_loopback

VARIABLE = "CAIO_SLACK_WEBHOOK_URL"
TIMEOUT_SECONDS = 5.0
LONGEST_WAIT = 10
"""Seconds that a 429 may ask for; longer ones would hold up the run."""


def tell(url: str, body: Mapping[str, Any]) -> str:
    """Send ``body`` to the webhook; return what went wrong, or nothing.

    A 429 is honoured once, where it asks for at most ``LONGEST_WAIT`` seconds.
    """
    problem = _url_problem(url)
    if problem:
        return problem
    try:
        # An Auth of its own: else the library looks for a password in ~/.netrc.
        with quiet_logs(), httpx2.Client(
            timeout=TIMEOUT_SECONDS, trust_env=not on_loopback(url), auth=httpx2.Auth()
        ) as client:  # fmt: skip
            status, wait = _posted(client, url, body)
            if wait is not None:
                time.sleep(wait)
                status, _ = _posted(client, url, body)
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError, ImportError) as error:
        return f"Slack could not be reached ({type(error).__name__})"
    return "" if status == 200 else f"Slack answered {status}"


def on_loopback(url: str) -> bool:
    """Return whether the webhook is a server on this machine, which is a test of the message."""
    try:
        return is_loopback(urlsplit(url).hostname or "")
    except ValueError:
        return False


def _posted(client: httpx2.Client, url: str, body: Mapping[str, Any]) -> tuple[int, int | None]:
    """Return the status, and the seconds to wait before it is worth asking again."""
    with client.stream("POST", url, json=body) as answer:
        asked = answer.headers.get("retry-after", "1")
        again = answer.status_code == 429 and asked.isascii() and asked.isdigit()
        return answer.status_code, int(asked) if again and int(asked) <= LONGEST_WAIT else None


def _url_problem(url: str) -> str:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return f"{VARIABLE} is no URL"
    if host and (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))):
        return ""
    return f"{VARIABLE} must be an https address"

"""The runner that is a path of the deployment (``docs/replay.md, Runner``)."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol
from urllib.parse import quote

from pytest_caio.gates.request import Identity, Request
from pytest_caio.interlock.rules import Grant, Stopped
from pytest_caio.observe.answer_bytes import FINAL
from pytest_caio.observe.probe import Sends
from pytest_caio.observe.replay.case_run import (
    MOST_OUTPUT,
    LateError,
    Plain,
    RunnerError,
    TransientError,
    cut,
    read_answer,
)
from pytest_caio.observe.sender import GATEWAY_ERRORS, Answer, utc_now

PASSING = frozenset({429, *GATEWAY_ERRORS})
"""Answers that pass by themselves: a rate limit, and a gateway's errors."""

CASE_HEADER = "X-Replay-Case-ID"


class Post(Protocol):
    """Sends one POST and returns the answer as it came; the interlock stands behind it."""

    def __call__(
        self, url: str, *, headers: Mapping[str, str], content: bytes
    ) -> Awaitable[Answer]:
        """Send it; whatever is raised fails the case, what is transient may be asked again."""


@dataclass(frozen=True, slots=True)
class HttpRunner(Plain):
    """Posts each case to a URL of the environment and reads the answer from the body.

    `headers` carries the token; it is left out of the repr. The case's id travels in
    X-Replay-Case-ID, percent-encoded where a header couldn't carry it.
    """

    url: str
    post: Post
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    async def run(self, case: Mapping[str, object]) -> Mapping[str, object]:
        """Post one case; any status but 2xx fails it with what the deployment said."""
        headers = {
            **self.headers,
            "Content-Type": "application/json",
            CASE_HEADER: quote(str(case["id"]), safe="!#$&'()*+,/:;=?@[] "),
        }
        content = json.dumps(case).encode()
        answer = await self.post(self.url, headers=headers, content=content)
        if answer.status in PASSING:
            said = f"the runner answered {answer.status}: {cut(answer.body)}"
            raise TransientError(said, retry_after(answer.headers, utc_now()))
        if not 200 <= answer.status < 300:
            raise RunnerError(f"the runner answered {answer.status}: {cut(answer.body)}")
        if len(answer.body) > MOST_OUTPUT:
            raise RunnerError(f"the runner wrote more than {MOST_OUTPUT} bytes")
        return read_answer(answer.body)


def through(sender: Sends) -> Post:
    """Return what posts a case through the interlock, by the grant of a replay runner."""

    async def post(url: str, *, headers: Mapping[str, str], content: bytes) -> Answer:
        request = Request("POST", url, Identity.TOKEN, headers, content)
        came: list[Answer] = []  # as it came: what is kept of it is decided after judging
        try:
            sent = await sender.send(request, grant=Grant.REPLAY, keep=came.append)
        except Stopped as stop:
            raise RunnerError(f"stopped by the interlock: {stop}") from None
        if came:
            return came[-1]
        error = sent[-1].error
        if error.startswith((*FINAL, "no connection")):
            raise RunnerError(error)
        if error.startswith("no answer within"):
            raise LateError(f"{error} (time-out)")
        raise TransientError(error)

    return post


def retry_after(headers: Iterable[tuple[str, str]], now: datetime) -> float | None:
    """Return how many seconds an answer asks to wait; None where it says nothing readable.

    A date counts from the answer's own ``Date``, since the two clocks may differ.
    """
    found = {name.lower(): value.strip() for name, value in headers}
    text = found.get("retry-after", "")
    if text.isascii() and text.isdigit():
        return float(text[:9])
    until, then = _date(text), _date(found.get("date", "")) or now
    return max(0.0, (until - then).total_seconds()) if until else None


def _date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)

"""Evidence builders for people who write gates: what a judge gets, without a deployment; and the
faults that break the rehearsal (``docs/extending.md, A fault``).

What is built here goes through the same redaction as in a run, so a judge that passes its tests
doesn't rest on something that evidence never holds.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from types import MappingProxyType
from typing import Any

from pytest_caio.evidence.model import Evidence, Exchange, Observed, Unobserved
from pytest_caio.gates.policy import Policy
from pytest_caio.gates.request import RequestProblem, parse_request
from pytest_caio.judge.look import Judge, Look
from pytest_caio.judge.ruling import rule
from pytest_caio.privacy.redactor import Redactor
from pytest_caio.rehearsal.faults.fault import Fault, setting
from pytest_caio.verdict.finding import Ruling

__all__ = [
    "ENVIRONMENT",
    "NOW",
    "Fault",
    "exchange",
    "look",
    "observed",
    "ruling",
    "setting",
    "unobserved",
]

ENVIRONMENT = "production"
NOW = datetime(2026, 2, 24, 20, 30, tzinfo=UTC)
"""Half past three in the afternoon in New York: inside the regimen's review window."""


def exchange(
    request: str,
    body: Any,
    status: int | None = 200,
    date: datetime | None = NOW,
    headers: Iterable[tuple[str, str]] = (),
) -> Exchange:
    """Return one answer to ``request`` (``GET /path``). ``body`` is JSON, or text as it came.

    ``date`` is the deployment's clock, aware; None leaves the header out. ``status`` None is no
    answer at all, and ``body`` then the reason.
    """
    try:
        asked = parse_request(request)
        method, path = asked.method, asked.path
    except RequestProblem:
        method, path = "GET", "/"
    text = body if isinstance(body, str) else json.dumps(body)
    if status is None:
        return Exchange(method, f"https://caio.example{path}", error=text)
    plain = [("content-type", "text/html" if isinstance(body, str) else "application/json")]
    clock = [("date", format_datetime(date.astimezone(UTC), usegmt=True))] if date else []
    return Exchange(
        method,
        f"https://caio.example{path}",
        status=status,
        headers=(*plain, *clock, *headers),
        body=Redactor().body(text),
        body_bytes=len(text.encode("utf-8", "replace")),
    )


def observed(
    probe: str,
    body: Any,
    status: int = 200,
    date: datetime | None = NOW,
    environment: str = ENVIRONMENT,
    headers: Iterable[tuple[str, str]] = (),
    data: Mapping[str, Any] = MappingProxyType({}),
) -> Observed:
    """Return evidence of ``probe``: one answer, and the JSON that it noted beside it."""
    answer = exchange(probe, body, status, date, headers)
    return Observed(probe, environment, (answer,), data)


def unobserved(probe: str, reason: str, environment: str = ENVIRONMENT) -> Unobserved:
    """Return evidence of a ``probe`` that saw nothing, and why."""
    return Unobserved(probe, environment, reason)


def look(*evidence: Evidence, policy: Policy | None = None, kind: str = "", **more: Any) -> Look:
    """Return what a judge gets; the first evidence's environment is the one that is judged.

    ``kind`` is the environment's kind (its name, unless given); ``more`` are fields of
    :class:`~pytest_caio.judge.look.Look`, like ``settings``.
    """
    environment = evidence[0].environment if evidence else ENVIRONMENT
    by_name: dict[str, dict[str, Evidence]] = {}
    for found in evidence:
        by_name.setdefault(found.environment, {})[found.probe] = found
    own = by_name.setdefault(environment, {})
    peers = MappingProxyType({name: MappingProxyType(seen) for name, seen in by_name.items()})
    given = {"peers": peers, **more}
    return Look(environment, kind or environment, own, policy or Policy(), **given)


def ruling(judge: Judge, *evidence: Evidence, **more: Any) -> Ruling:
    """Return what ``judge`` says of ``evidence``; ``more`` is as for :func:`look`."""
    return rule(judge.rule, look(*evidence, **more))

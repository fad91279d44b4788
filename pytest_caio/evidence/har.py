"""Evidence as HAR 1.2, which browsers and other tools open, and back again.

What HAR has no place for stands in fields that start with an underscore, as the format allows.
"""

import base64
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from pytest_caio import __version__
from pytest_caio.evidence.model import Evidence, EvidenceFile, Exchange, Observed, Sent, Unobserved


def to_har(evidence: EvidenceFile) -> dict[str, Any]:
    """Return the evidence as a HAR document (JSON values only)."""
    entries = [
        _entry(found, index, exchange)
        for found in evidence.evidence.values()
        for index, exchange in enumerate(found.exchanges)
    ]
    return {
        "log": {
            "version": "1.2",
            "creator": {"name": "pytest-caio", "version": __version__},
            "entries": entries,
            "_started_at": evidence.started_at.isoformat(),
            "_probes": [_probe(found) for found in evidence.evidence.values()],
            "_sent": [vars(sent) | {} for sent in evidence.sent],
        }
    }


def from_har(document: Mapping[str, Any]) -> EvidenceFile:
    """Return the evidence that :func:`to_har` wrote. Raises KeyError or ValueError for others."""
    log = document["log"]
    exchanges: dict[tuple[str, str], list[Exchange]] = {}
    for entry in log["entries"]:
        key = (entry["_environment"], entry["_probe"])
        exchanges.setdefault(key, []).append(_exchange(entry))
    evidence: dict[tuple[str, str], Evidence] = {}
    for probe in log["_probes"]:
        key = (probe["environment"], probe["probe"])
        seen = tuple(exchanges.get(key, ()))
        evidence[key] = (
            Unobserved(probe["probe"], probe["environment"], probe["unobserved"], seen)
            if probe["unobserved"] is not None
            else Observed(
                probe["probe"], probe["environment"], seen, MappingProxyType(probe["data"])
            )
        )
    sent = tuple(Sent(**line) for line in log["_sent"])
    return EvidenceFile(datetime.fromisoformat(log["_started_at"]), evidence, sent)


def _probe(found: Evidence) -> dict[str, Any]:
    unobserved = found.reason if isinstance(found, Unobserved) else None
    data = {} if isinstance(found, Unobserved) else dict(found.data)
    return {
        "probe": found.probe,
        "environment": found.environment,
        "unobserved": unobserved,
        "data": data,
    }


def _entry(found: Evidence, index: int, exchange: Exchange) -> dict[str, Any]:
    milliseconds = exchange.seconds * 1000
    return {
        "startedDateTime": exchange.started_at or "1970-01-01T00:00:00.000+00:00",
        "time": milliseconds,
        "request": _request(exchange),
        "response": _response(exchange),
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
        "comment": exchange.error,
        "_probe": found.probe,
        "_environment": found.environment,
        "_index": index,
        "_attempt": exchange.attempt,
        "_seconds": exchange.seconds,
        "_started_at": exchange.started_at,
        "_truncated": exchange.truncated,
    }


def _pairs(pairs: tuple[tuple[str, str], ...]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]


def _request(exchange: Exchange) -> dict[str, Any]:
    query = parse_qsl(urlsplit(exchange.url).query, keep_blank_values=True)
    request: dict[str, Any] = {
        "method": exchange.method,
        "url": exchange.url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(exchange.request_headers),
        "queryString": _pairs(tuple(query)),
        "headersSize": -1,
        "bodySize": len(exchange.request_body.encode()),
    }
    if exchange.request_body:
        request["postData"] = {"mimeType": "text/plain", "text": exchange.request_body}
    return request


def _response(exchange: Exchange) -> dict[str, Any]:
    return {
        # HAR has no "no answer": readers take status 0 for it.
        "status": exchange.status or 0,
        "statusText": "",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(exchange.headers),
        "content": {
            "size": exchange.body_bytes,
            "mimeType": exchange.header("content-type") or "",
            **_content(exchange.body),
        },
        "redirectURL": exchange.header("location") or "",
        "headersSize": -1,
        "bodySize": exchange.body_bytes,
    }


def _content(body: str) -> dict[str, str]:
    """Control characters make some readers drop a whole file, so such a body goes as base64."""
    if body.isprintable() or all(c.isprintable() or c in "\t\r\n" for c in body):
        return {"text": body}
    return {"text": base64.b64encode(body.encode()).decode(), "encoding": "base64"}


def _exchange(entry: Mapping[str, Any]) -> Exchange:
    request, response = entry["request"], entry["response"]
    content = response["content"]
    body = content.get("text", "")
    if content.get("encoding") == "base64":
        body = base64.b64decode(body).decode()
    return Exchange(
        method=request["method"],
        url=request["url"],
        request_headers=_tuples(request["headers"]),
        request_body=request.get("postData", {}).get("text", ""),
        started_at=entry["_started_at"],
        seconds=entry["_seconds"],
        status=response["status"] or None,
        headers=_tuples(response["headers"]),
        body=body,
        body_bytes=content["size"],
        truncated=entry["_truncated"],
        error=entry["comment"],
        attempt=entry["_attempt"],
    )


def _tuples(pairs: list[dict[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((pair["name"], pair["value"]) for pair in pairs)

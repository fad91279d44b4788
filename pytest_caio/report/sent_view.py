"""What was sent that was not a plain read, as ``report.html`` shows it."""

from collections import Counter
from dataclasses import dataclass, replace

from pytest_caio.base.messages import listed
from pytest_caio.report.gate_view import APART
from pytest_caio.verdict.result import Result


@dataclass(frozen=True)
class SentLine:
    """A request, where it went, and how often."""

    where: str
    method: str
    url: str
    identity: str
    allowed: bool
    why: str
    times: int


def sent_lines(result: Result) -> tuple[SentLine, ...]:
    """Return a line for each request; of many environments, one for all that were sent it alike."""
    origins = {shown.name: shown.url for shown in result.snapshot.environments}
    counted = Counter(result.evidence.sent)
    if len(origins) <= APART:
        return tuple(
            SentLine(s.environment, s.method, s.url, s.identity, s.allowed, s.why, times)
            for s, times in counted.items()
        )
    where: dict[SentLine, dict[str, int]] = {}
    for sent, times in counted.items():
        url = sent.url.removeprefix(origins.get(sent.environment, ""))
        line = SentLine("", sent.method, url, sent.identity, sent.allowed, sent.why, 0)
        where.setdefault(line, {})[sent.environment] = times
    return tuple(
        replace(line, where=listed(at), times=sum(at.values())) for line, at in where.items()
    )

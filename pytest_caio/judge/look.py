"""What a judge gets, and the two ways in which looking can fail."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, TypeVar

from pytest_caio.base.messages import shown
from pytest_caio.base.strict_json import JsonProblem
from pytest_caio.evidence.model import Evidence, Exchange, Observed, Unobserved
from pytest_caio.gates.policy import Policy
from pytest_caio.judge.ways_out import cause_of
from pytest_caio.verdict.finding import Outcome, Ruling
from pytest_caio.verdict.known_causes import MISSING

T = TypeVar("T")

OTHERWISE = (
    "The deployment does not answer this as a current dashboard does. Deploy the current "
    "dashboard, or find out why the answer is another, then run the gate again."
)
_KIND_WORDS: Mapping[type, str] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "text",
    list: "a list",
    dict: "an object",
}


class NoEvidence(Exception):
    """There is nothing to judge: the check cannot tell (``docs/promises.md, Fail closed``).

    ``cause`` is why, by default the one that the reason names; ``remedy`` is about seeing it, by
    default by the cause; what the gate file says is about mending it.
    """

    def __init__(self, why: str, remedy: str = "", cause: str = "") -> None:
        self.remedy = remedy
        self.cause = cause or cause_of(why)
        super().__init__(why)

    def ruling(self, expected: str = "", **more: Any) -> Ruling:
        """Return what a check says of it."""
        return Ruling(
            Outcome.CANNOT_TELL, str(self), expected, self.remedy, cause=self.cause, **more
        )


class BadAnswer(Exception):
    """The deployment answered, and the answer is not what is due: the check fails.

    ``remedy`` is about that answer, by default what the gate file says; ``cause`` is why.
    """

    def __init__(self, text: str, remedy: str = "", cause: str = MISSING) -> None:
        self.remedy = remedy
        self.cause = cause
        super().__init__(text)

    def ruling(self) -> Ruling:
        """Return what a check says of it."""
        return Ruling(Outcome.FAIL, str(self), remedy=self.remedy, cause=self.cause)


@dataclass(frozen=True)
class Look:
    """One environment's evidence and the policy: all that a judge may know.

    ``peers`` holds the evidence of every environment of the run by name, this one included.
    ``since`` is ``--caio-since``: empty, the live cycle started today.
    """

    environment: str
    kind: str
    evidence: Mapping[str, Evidence]
    policy: Policy = field(default_factory=Policy)
    peers: Mapping[str, Mapping[str, Evidence]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    settings: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    since: str = ""
    derived: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    def derive(self, source: Observed, work: Callable[[Observed], T]) -> T:
        """Return ``work(source)``, done once for all checks that look at the same evidence."""
        key = (work, source.environment, source.probe)
        if key not in self.derived or self.derived[key][0] is not source:
            self.derived[key] = (source, work(source))
        result: T = self.derived[key][1]
        return result

    def derive_of_all(self, work: Callable[["Look"], T]) -> T:
        """Return ``work`` of this look, done once for all environments: it looks at none of them
        more than at its peers.
        """
        if work not in self.derived or self.derived[work][0] is not self.peers:
            self.derived[work] = (self.peers, work(self))
        result: T = self.derived[work][1]
        return result

    def at(self, environment: str) -> "Look":
        """Return the look at another environment of the run."""
        return replace(self, environment=environment, evidence=self.peers[environment])

    def observed(self, probe: str) -> Observed:
        """Return what ``probe`` saw; raise :class:`NoEvidence` where it saw nothing."""
        found = self.evidence.get(probe)
        if isinstance(found, Observed):
            return found
        reason = found.reason if isinstance(found, Unobserved) else "it was not asked"
        raise NoEvidence(f"{probe}: {reason}")

    def answer(self, probe: str) -> Exchange:
        """Return the answer that ``probe`` got from the dashboard itself.

        A gateway's error page or a rate limit says nothing about the dashboard, so they raise
        (``docs/dashboard.md, Readiness``: a 503 with a JSON
        ``detail`` is an answer).
        """
        return usable(probe, self.observed(probe).answer)

    def json(self, probe: str) -> Any:
        """Return the JSON that a signed-in read gave; raise what a judge then has to say."""
        exchange = self.answer(probe)
        if exchange.status in {401, 403}:
            raise NoEvidence(f"{probe} answered {exchange.status}: the gate was not let in")
        if exchange.status != 200:
            raise BadAnswer(f"{probe} answered {answered(exchange)}", OTHERWISE)
        try:
            return exchange.json()
        except JsonProblem as problem:
            text = f"{probe} answered {exchange.status}, but {problem}: {seen(exchange)}"
            raise BadAnswer(text, OTHERWISE) from None

    def object(self, probe: str) -> "Fields":
        """Return the JSON object that a signed-in read gave, for reading field by field."""
        value = self.json(probe)
        if not isinstance(value, dict):
            raise BadAnswer(f"{probe} answered {_kind(value)} where an object is due", OTHERWISE)
        return Fields(value, probe)


@dataclass(frozen=True)
class Fields:
    """A JSON object whose fields are read with their types; a wrong one is a finding."""

    value: Mapping[str, Any]
    where: str
    path: str = ""

    def get(self, path: str, kind: type[T]) -> T:
        """Return the field at ``path`` (dots go deeper); raise :class:`BadAnswer`."""
        value: Any = self.value
        for key in path.split("."):
            if not isinstance(value, Mapping) or key not in value:
                text = f"{self.path}{path} is missing in the answer of {self.where}"
                raise BadAnswer(text, OTHERWISE)
            value = value[key]
        if kind is float and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            text = f"{self.path}{path} is {_kind(value)}, not {_KIND_WORDS[kind]}"
            raise BadAnswer(text, OTHERWISE)
        return value

    def value_at(self, path: str) -> Any:
        """Return whatever stands at ``path``, None where nothing does."""
        value: Any = self.value
        for key in path.split("."):
            value = value.get(key) if isinstance(value, Mapping) else None
        return value

    def has(self, key: str) -> bool:
        """Return whether the object has ``key`` with something in it."""
        return self.value.get(key) is not None


@dataclass(frozen=True)
class Judge:
    """A named rule: ``probes`` is what it needs to have seen, ``rule`` looks and rules."""

    name: str
    rule: Callable[[Look], Ruling]
    probes: tuple[str, ...]


def usable(name: str, exchange: Exchange) -> Exchange:
    """Return the answer that was got to what ``name`` says, if it is the dashboard's own."""
    if exchange.status is None:
        raise NoEvidence(f"{name}: {exchange.error}")
    if exchange.status == 429:
        raise NoEvidence(f"{name} answered 429: the deployment asks to slow down")
    if exchange.status in {502, 503, 504} and not exchange.has_detail:
        raise NoEvidence(f"{name} answered {exchange.status} from a gateway: {seen(exchange)}")
    return exchange


def answered(exchange: Exchange) -> str:
    """Return the status in words, with where a redirect leads or how an error begins."""
    if exchange.status == 404:
        return "404: this deployment does not have it"
    if exchange.status is not None and 300 <= exchange.status < 400:
        return f"{exchange.status}, a redirect to {shown(exchange.header('location') or 'nowhere')}"
    return f"{exchange.status}: {seen(exchange)}"


def seen(exchange: Exchange) -> str:
    """Return how an answer's body begins, as a person may read it."""
    return shown(exchange.body[:400], 100) if exchange.body.strip() else "an empty answer"


def _kind(value: Any) -> str:
    if value is None:
        return "nothing (null)"
    if isinstance(value, dict | list):
        return _KIND_WORDS[type(value)]
    return shown(value, 60) if not isinstance(value, str) else f"the text {shown(value, 60)!r}"


def verdict_on(broken: list[str], good: str, **more: Any) -> Ruling:
    """Return a fail that lists what is broken, or a pass that says what was seen."""
    if broken:
        return Ruling(Outcome.FAIL, "; ".join(broken), **more)
    return Ruling(Outcome.PASS, good, **more)

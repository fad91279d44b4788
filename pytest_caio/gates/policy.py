"""The thresholds of the gate, from ``gates/policy.yaml``: frozen, and snapshotted with a run.

Defaults are the regimen's; the source of each stands beside it.
"""

from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pytest_caio.base.strict_yaml import FORBID_EXTRA, Document, Mistake
from pytest_caio.gates.instant_reject import InstantReject
from pytest_caio.gates.replay_policy import ReplayPolicy
from pytest_caio.settings.environments import full_name

TAGS = (
    "personalization_mismatch",
    "icp_mismatch",
    "campaign_mismatch",
    "tone_style_issue",
    "factual_inaccuracy",
    "weak_subject",
    "weak_cta",
    "length_issue",
    "compliance_issue",
    "placeholder_or_rendering_issue",
    "queue_hygiene_non_actionable",
    "other",
)

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_A_YEAR = 366 * 24.0


def _check(what: str, amount: float, most: float) -> None:
    """Raise ValueError where an amount of time is none, or longer than a year."""
    if not 0 < amount <= most:
        raise ValueError(f"{what} is {amount:g}; write a number above 0, {most:g} at most")


@dataclass(frozen=True)
class RampPolicy:
    """Regimen §3 and §9: three clean days, tier_1 and at most five mails a day until then.

    ``gatekeeper_days_after``: for so many days after graduation the gatekeeper stays.
    """

    __pydantic_config__ = FORBID_EXTRA

    mode: str = "clean_days"
    clean_days_required: int = 3
    tier: str = "tier_1"
    daily_limit: int = 5
    growth_steps: tuple[int, ...] = (10, 15, 25)
    gatekeeper_days_after: int = 14


@dataclass(frozen=True)
class QueuePolicy:
    """Regimen §2 and §7: hours until a card is stale; how many live cards are expected."""

    __pydantic_config__ = FORBID_EXTRA

    max_age_hours: float = 72
    expected_min: int = 0
    expected_max: int = 15

    def __post_init__(self) -> None:
        _check("max_age_hours", self.max_age_hours, _A_YEAR)


@dataclass(frozen=True)
class ReviewPolicy:
    """Regimen §6: the review window, and minutes until a review and a decision are overdue."""

    __pydantic_config__ = FORBID_EXTRA

    zone: str = "America/New_York"
    opens: str = "15:00"
    closes: str = "17:00"
    review_minutes: int = 30
    decision_minutes: int = 120
    owner: str = "PTO"

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            text = f"{self.zone!r} is no time zone; write one like America/New_York"
            raise ValueError(f"zone: {text}") from None
        if not self.window[0] < self.window[1]:
            raise ValueError("opens must be earlier than closes")
        _check("review_minutes", self.review_minutes, _A_YEAR * 60)
        _check("decision_minutes", self.decision_minutes, _A_YEAR * 60)

    @property
    def window(self) -> tuple[time, time]:
        """When the review window opens and closes, in ``zone``; it is open at the first."""
        return _clock("opens", self.opens), _clock("closes", self.closes)


def _clock(name: str, text: str) -> time:
    try:
        return datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 - a time of day alone
    except ValueError:
        raise ValueError(f"{name}: {text!r} is no time of day; write it like 15:00") from None


@dataclass(frozen=True)
class AccessPolicy:
    """How severe it is that query tokens, sessions, webhooks or HeyReach are not hardened."""

    __pydantic_config__ = FORBID_EXTRA

    hardened: Literal["advisory", "required"] = "advisory"


@dataclass(frozen=True)
class SeedPolicy:
    """Which kinds of deployment the gate may ask to make a training card, by itself.

    It asks only where the deployment says of itself that it is of such a kind.
    """

    __pydantic_config__ = FORBID_EXTRA

    kinds: tuple[str, ...] = ("staging", "rehearsal")

    def __post_init__(self) -> None:
        object.__setattr__(self, "kinds", tuple(map(full_name, self.kinds)))


@dataclass(frozen=True)
class ReleasePolicy:
    """Where a deployment says which release it is: a header or a JSON path of a read.

    With neither, a fingerprint of the answer stands for the release.
    """

    __pydantic_config__ = FORBID_EXTRA

    path: str = "/api/health/ready"
    header: str = ""
    json: str = ""


@dataclass(frozen=True)
class DecisionPolicy:
    """Whether a dispatch waits for the owner's decision on the report (``docs/guard.md``)."""

    __pydantic_config__ = FORBID_EXTRA

    required: bool = False


@dataclass(frozen=True)
class HistoryPolicy:
    """On which days of the week a pre-flight is due, for ``caio history`` (``docs/ledger.md``)."""

    __pydantic_config__ = FORBID_EXTRA

    preflight_days: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for day in self.preflight_days:
            if day not in WEEKDAYS:
                raise ValueError(f"preflight_days: {day!r} is none of {', '.join(WEEKDAYS)}")


@dataclass(frozen=True)
class Policy:
    """Everything that a judge may be told besides the evidence.

    ``plain_reads`` are paths that only read, though a word in them sounds like a deed; ``ledger``
    is a file, seen from where the gate is run, or a URL without a password.
    """

    __pydantic_config__ = FORBID_EXTRA

    ramp: RampPolicy = field(default_factory=RampPolicy)
    queue: QueuePolicy = field(default_factory=QueuePolicy)
    instant_reject: InstantReject = field(default_factory=InstantReject)
    review: ReviewPolicy = field(default_factory=ReviewPolicy)
    access: AccessPolicy = field(default_factory=AccessPolicy)
    seed: SeedPolicy = field(default_factory=SeedPolicy)
    release: ReleasePolicy = field(default_factory=ReleasePolicy)
    replay: ReplayPolicy = field(default_factory=ReplayPolicy)
    decision: DecisionPolicy = field(default_factory=DecisionPolicy)
    history: HistoryPolicy = field(default_factory=HistoryPolicy)
    rejection_tags: tuple[str, ...] = TAGS
    plain_reads: tuple[str, ...] = ()
    good_for_hours: float = 4
    ledger: str = ""

    def __post_init__(self) -> None:
        for path in self.plain_reads:
            if not path.startswith("/") or "?" in path:
                raise ValueError(f"plain_reads: {path!r} is no path; write it like /api/run/list")
        _check("good_for_hours", self.good_for_hours, _A_YEAR)
        if "@" in self.ledger:
            text = "a user and a password have no business in a policy"
            raise ValueError(f"ledger: {text}: set the variable CAIO_LEDGER instead")


def parse(document: Document) -> tuple[Policy, tuple[Mistake, ...]]:
    """Return the policy of a YAML document, and the mistakes in it with their lines."""
    from pytest_caio.gates.validation import problems, validate

    policy, errors = validate(Policy, document.data if document.data is not None else {})
    mistakes = problems(document, errors, Policy)
    return (policy or Policy()), mistakes


def to_json(policy: Policy) -> dict[str, Any]:
    """Return the snapshot that goes into the report beside the evidence."""
    from dataclasses import asdict

    return asdict(policy)

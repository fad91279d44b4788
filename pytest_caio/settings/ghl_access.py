"""Access to GoHighLevel, where sent evidence is read (``docs/dashboard.md, GoHighLevel``)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pytest_caio.privacy.redactor import Secret
from pytest_caio.settings.environments import (
    EnvironmentProblem,
    origin_of,
    token_problems,
    url_problems,
)

URL = "https://services.leadconnectorhq.com"
ADVICE = "no access to GHL: set CAIO_GHL_TOKEN and CAIO_GHL_LOCATION_ID"


@dataclass(frozen=True)
class GhlAccess:
    """Where GHL is (``url`` without a slash at its end), who asks, and for which location."""

    url: str
    token: Secret = field(repr=False)
    location: str

    @property
    def origin(self) -> str:
        """Scheme, host and port: the only place that the token goes to."""
        return origin_of(self.url)


def ghl_access(variables: Mapping[str, str]) -> GhlAccess | None:
    """Return the access that the variables name, or None where they name none.

    Raises EnvironmentProblem, without showing a token, for what is incomplete or malformed.
    """
    url = variables.get("CAIO_GHL_URL", "").strip() or URL
    token = variables.get("CAIO_GHL_TOKEN", "").strip()
    location = variables.get("CAIO_GHL_LOCATION_ID", "").strip()
    if not token and not location:
        return None
    problems = [*url_problems("CAIO_GHL_URL", url, path=True)]
    problems += token_problems("CAIO_GHL_TOKEN", token) if token else ["set CAIO_GHL_TOKEN too"]
    problems += [] if location else ["set CAIO_GHL_LOCATION_ID too"]
    if problems:
        raise EnvironmentProblem("\n".join(problems))
    return GhlAccess(url.rstrip("/"), Secret(token), location)

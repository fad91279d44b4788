"""Hints where things are on the page, by role and label; what they do decides.

Source: ``docs/page.md, Hints``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from pytest_caio.base.messages import did_you_mean


class BadSettings(ValueError):
    """Settings that no page can be found by; the message says what is allowed."""


_HINTS = ("queue", "card", "tag", "reject")


@dataclass(frozen=True)
class PageSettings:
    """Selectors in the browser library's language, looked at before anything else.

    ``timeout`` is in seconds, for opening the page and signing in; ``settle`` counts for nothing,
    as the page's clock is run. ``local_storage`` names the keys under which a page without login
    keeps the token.
    """

    page: str = "/sales"
    password: tuple[str, ...] = ("input[type=password]",)
    sign_in: tuple[str, ...] = (
        "role=button[name=/sign in|log ?in|continue|unlock|submit|use this token/i]",
    )
    queue: tuple[str, ...] = (
        "role=tab[name=/email queue/i]",
        "role=button[name=/email queue/i]",
        "role=link[name=/email queue/i]",
    )
    card: tuple[str, ...] = ("role=button[name=/edit.*preview/i]",)
    dialog: tuple[str, ...] = ("#emailModal",)
    tag: tuple[str, ...] = ("select#rejectionTagInput", "role=combobox[name=/rejection tag/i]")
    reason: tuple[str, ...] = ("textarea#feedbackInput", "role=textbox[name=/feedback|reason/i]")
    reject: tuple[str, ...] = (r"role=button[name=/^\W*reject\b/i]",)
    local_storage: tuple[str, ...] = (
        "caio_dashboard_token",
        "dashboard_token",
        "DASHBOARD_AUTH_TOKEN",
    )
    timeout: float = 10.0
    settle: float = 0.4

    @property
    def hints(self) -> tuple[str, ...]:
        """The selectors that a gate file names otherwise than the defaults: looked at first."""
        named = [n for n in _HINTS if getattr(self, n) != getattr(PageSettings, n)]
        return tuple(selector for name in named for selector in getattr(self, name))


def page_settings(given: Mapping[str, Any]) -> PageSettings:
    """Return the settings of a check; raise :class:`BadSettings` for what is not understood."""
    known = {f.name: getattr(PageSettings, f.name) for f in fields(PageSettings)}
    chosen: dict[str, Any] = {}
    for name, value in given.items():
        if name not in known:
            raise BadSettings(f"unknown setting {name!r}{did_you_mean(name, known)}")
        chosen[name] = _read(name, value, known[name])
    return PageSettings(**chosen)


def _read(name: str, value: Any, default: Any) -> Any:
    if isinstance(default, float):
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 30:
            raise BadSettings(f"setting {name} is a number of seconds up to 30, not {value!r}")
        return float(value)
    if isinstance(default, tuple):
        value = (value,) if isinstance(value, str) else value
        texts = isinstance(value, list | tuple) and all(isinstance(v, str) and v for v in value)
        if not texts or not value:
            raise BadSettings(f"setting {name} is a selector, or a list of them")
        return tuple(value)
    if not isinstance(value, str) or not value.startswith("/") or value.startswith("//"):
        raise BadSettings(f"setting {name} is a path like /sales, not {value!r}")
    return value

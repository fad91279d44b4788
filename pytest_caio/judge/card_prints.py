"""What was judged of a card, as hashes: whether it is still the card that was judged.

Source: ``docs/guard.md, What has to hold``. A field that one side does not show is not compared.
"""

from collections.abc import Mapping
from typing import Any

from pytest_caio.privacy.reduced_text import address_digest, digest, facts

_WORDS = {"to": "addressee", "subject": "subject", "body": "text", "tier": "tier",
          "contact_id": "contact"}  # fmt: skip


def prints(raw: Mapping[str, Any]) -> dict[str, str]:
    """Return the hashes of a card's fields, from its answer as evidence keeps it; capitals are
    not kept there, and so not told apart.
    """
    found: dict[str, str] = {}
    for key in ("subject", "body"):
        if (text := _text(raw, key)).strip():
            known = facts(text)
            found[key] = f"{known.length}:{known.digest}"
    if to := address_digest(_text(raw, "to")):
        found["to"] = to
    for key in ("tier", "contact_id"):
        if text := _text(raw, key).strip().lower():
            found[key] = digest(text)
    return found


def changed(then: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Return, in words, which fields are others now, among those that both have."""
    return [word for key, word in _WORDS.items()
            if key in then and key in now and then[key] != now[key]]  # fmt: skip


def _text(raw: Mapping[str, Any], key: str) -> str:
    value = raw.get(key)
    return value if isinstance(value, str) else ""

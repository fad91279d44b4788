"""Texts that came from outside, made fit to be shown."""

import re

# Control characters, and those that turn the reading direction of what follows.
_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def tidy(text: str) -> str:
    """Return ``text`` without characters that steer a reader; each leaves a visible mark."""
    return _STEERING.sub("\N{REPLACEMENT CHARACTER}", text)


def cut(text: str, limit: int) -> str:
    """Return at most ``limit`` characters, the last an ellipsis where something was cut."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def for_slack(text: str, limit: int) -> str:
    """Return text that mentions nobody and links nowhere (Slack: escape ``&``, ``<``, ``>``)."""
    one_line = cut(" ".join(tidy(text).split()), limit)
    return one_line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

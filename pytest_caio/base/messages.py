"""Small helpers for messages that people read."""

import difflib
from collections.abc import Iterable
from datetime import date


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ``; did you mean 'x'?`` where something known is close to ``word``, else a dot."""
    close = difflib.get_close_matches(word, list(known), 1, 0.6)
    return f"; did you mean {close[0]!r}?" if close else "."


def listed(items: Iterable[object], limit: int = 8) -> str:
    """Return ``a, b and c``; beyond ``limit`` the rest is counted."""
    words = [str(item) for item in items]
    if len(words) > limit:
        words = [*words[: limit - 1], f"{len(words) - limit + 1} more"]
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def shortened(text: str, limit: int) -> str:
    """Return a text of clauses (``a; b; c``) that fits: those that do, and how many more there are.

    One clause that is too long loses its examples, else its end, between words.
    """
    if len(text) <= limit:
        return text
    clauses = text.split("; ")
    for kept in range(len(clauses) - 1, 0, -1):
        short = f"{'; '.join(clauses[:kept])}; and {len(clauses) - kept} more"
        if len(short) <= limit:
            return short
    plain = clauses[0].partition(" (such as ")[0]
    if len(plain) <= limit:
        return plain
    return plain[: limit - 2].rsplit(" ", 1)[0].rstrip(",;:") + " …"


def plural(number: int, noun: str) -> str:
    """Return ``1 card``, ``2 cards``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def percent(share: float) -> str:
    """Return ``95 %``, ``99.5 %``."""
    return f"{share * 100:.4g} %"


def day_in_words(day: date) -> str:
    """Return ``Fri 4 Dec``."""
    return f"{day:%a} {day.day} {day:%b}"


def plain(text: str) -> str:
    """Return ``text`` without anything that could steer a terminal or break XML."""
    return text if text.isprintable() else "".join(c if c.isprintable() else "\ufffd" for c in text)


def in_words(error: Exception) -> str:
    """Return what went wrong, without the operating system's number for it."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error)


def shown(value: object, limit: int = 120) -> str:
    """Return a JSON value as a person would write it, cut to ``limit`` characters."""
    if value is None:
        return "nothing (null)"
    if isinstance(value, bool):
        return "true" if value else "false"
    text = value if isinstance(value, str) else repr(value)
    text = " ".join(text.split()) or '"" (empty text)'
    return plain(text if len(text) <= limit else f"{text[: limit - 1]}…")

"""Ids of cards, which hold names: outside the operator's own machine only their ends show.

Source: ``docs/promises.md, Secrets stay secret``. An id is shortened in the same way wherever it
stands, before anything is judged, so evidence, findings and outputs speak of the same card.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote

from pytest_caio.privacy.reduced_text import digest

GAP = "…"
# From the beginning of a word, so that a search is not begun again at each of its characters.
_PART = r"(?:[^\W_]|[.@+~%-])"
_WORD = re.compile(rf"(?<![\w.@+~%-]){_PART}++(?:_++{_PART}*+){{2,}}")
_NAMED = re.compile(r'(?:email|card)_id\\*["\']\s*:\s*\\*["\']([^"\'\\]{1,200})')
_LISTED = re.compile(r'(?:email|card)_ids\\*["\']\s*:\s*\[([^\]]{0,100000})')
_ASKED = re.compile(r"/emails/([^/?#\s\"'\\]{1,200})/(?:reject|approve)")
_QUOTED = re.compile(r'["\']([^"\'\\]{1,200})\\*["\']')
_TELLING = 6
_MARKED = re.compile(r"(.*)~([0-9a-f]{8})", re.DOTALL)


def short_id(card: str, *, alone: bool = True) -> str:
    """Return the first and the last part of an id, with a hash where that may be another card's.

    The same whole or short id always gives the same; ``alone`` is False where two of a report
    would look alike without the hash.
    """
    parts = [part for part in card.split("_") if part]
    if len(parts) < 3 or GAP in card:
        return card
    telling = len(parts[-1]) >= _TELLING and any(c.isdigit() for c in parts[-1])
    mark = "" if telling and alone else f"~{digest(card)}"
    return f"{parts[0]}_{GAP}_{parts[-1]}{mark}"


def hashed(card: str) -> tuple[str, str]:
    """Return a hash that a card's whole and its short id share, and the mark that tells it from
    another that looks alike, where it has one.

    Source: ``docs/ledger.md, What it holds``.
    """
    short = short_id(card)
    found = _MARKED.fullmatch(short) if GAP in short else None
    stem, mark = found.groups() if found else (short, "")
    return hashlib.sha256(stem.encode("utf-8", "replace")).hexdigest()[:16], mark


def ids_in(text: str) -> Iterator[str]:
    """Yield the ids of cards that a text names as such: JSON, JSON in JSON, a path."""
    for found in (*_NAMED.finditer(text), *_ASKED.finditer(text)):
        yield unquote(found[1])
    for found in _LISTED.finditer(text):
        yield from (each[1] for each in _QUOTED.finditer(found[1]))


@dataclass(frozen=True)
class ShortIds:
    """Shortens the ids that are known, and whatever looks like one with a name in it."""

    known: dict[str, str]

    @classmethod
    def of(cls, ids: Iterable[str]) -> "ShortIds":
        """Return what shortens these ids, each to one that no other of them has."""
        whole = sorted(set(ids))
        plain = [short_id(card) for card in whole]
        pairs = zip(whole, plain, strict=True)
        alone = {short for short, times in Counter(plain).items() if times == 1}
        return cls({card: short_id(card, alone=short in alone) for card, short in pairs})

    def text(self, text: str) -> str:
        """Return the text with every such id shortened."""
        return _WORD.sub(self._word, text) if text.count("_") > 1 else text

    def _word(self, found: re.Match[str]) -> str:
        word = found[0]
        plain = unquote(word)
        bare = plain.rstrip(".-~")
        for card in (plain, bare):
            if card in self.known or looks_named(card):
                short = self.known.get(card) or short_id(card)
                rest = plain[len(card) :]
                return (quote(short, safe="~") if "%" in word else short) + rest
        return word


def looks_named(card: str) -> bool:
    """Return whether a word looks like an id that holds a name: a time, words, and an end."""
    parts = [part for part in card.split("_") if part]
    times = [place for place, part in enumerate(parts) if part.isdigit() and len(part) >= _TELLING]
    between = parts[times[0] + 1 : -1] if times else []
    return len(parts) >= 4 and any(part.isalpha() for part in between)

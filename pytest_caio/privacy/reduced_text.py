"""People's data, reduced to what a judge needs: a mask, a length, a hash and a few facts.

A judge must reach the same finding from the reduced text as from the original (``docs/promises.md,
Reproducible``), so the facts that it needs are kept in the reduced form itself.
"""

import hashlib
import re
from dataclasses import asdict, dataclass

from pytest_caio.privacy.text_signs import signs

# Not a star, which the standard allows: what has one is an address that somebody hid a part of.
_LOCAL = r"[\w.+'!$~-]"
_HEX = "[0-9A-Fa-f]"
_LABEL = rf"(?:[\w-]|\\u{_HEX}{{4}})++"
# Whole runs of characters, with a host behind them or without: a search that began again at each
# character of a run would take hours over five million of them.
EMAIL = re.compile(
    rf"(?P<local>(?:{_LOCAL}|%(?!40){_HEX}{{2}}|\\u(?!0040){_HEX}{{4}})++)"
    r"(?:(?P<at>@|%40|&\#0*64;|&\#x0*40;|&commat;|\\u0040)"
    rf"(?P<host>{_LABEL}(?:\.{_LABEL})+))?",
    re.IGNORECASE,
)
_AT = ("@", "%40", "&#", "&commat;", "\\u0040")
_MASKED = re.compile(r"^(?:\S?…@\S?…\.\S* \([0-9a-f]{8}\)(?:, |$))+$")
_HASH = re.compile(r"…@\S?…\.\S* \(([0-9a-f]{8})\)$")
_ANY_HASH = re.compile(r"…@\S?…\.\S{1,63} \(([0-9a-f]{8})\)")
_REDUCED = re.compile(
    r"^\[(?P<length>\d{1,9}) characters, (?P<digest>[0-9a-f]{8})(?P<marks>(?:, [a-z]+)*)"
    r"(?:, cut at (?P<cut>\d{1,9}))?"
    r"(?:, names (?P<named>[0-9a-f]{4}(?: [0-9a-f]{4}){0,3}))?\]$"
)
_NAMES_OR_WORDS = re.compile(r", names ((?:[0-9a-f]{4} ?)+)\]|([^\W\d_][\w’-]*)")
_MARKS = ("blank", "placeholder", "unrendered", "doubtful", "unsubscribe")


@dataclass(frozen=True)
class TextFacts:
    """What a judge may know of a subject, a body or a name (``docs/checks.md, Texts of a card``).

    ``named`` has four hexadecimal digits for each word of the name that the text greets, or is:
    enough to hold one against another, and too few to find a name by.
    """

    length: int
    digest: str
    blank: bool
    placeholder: bool
    unrendered: bool
    doubtful: bool = False
    unsubscribe: bool = False
    cut: int = 0
    named: tuple[str, ...] = ()


def digest(text: str) -> str:
    """Return eight hexadecimal digits that stay the same for the same text."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:8]


def facts(text: str) -> TextFacts:
    """Return the facts of ``text``, whether it is the original or its reduced form."""
    reduced = _REDUCED.match(text)
    if reduced:
        kept = reduced["marks"].split(", ")
        marks = {name: name in kept for name in _MARKS}
        cut = int(reduced["cut"] or 0)
        named = tuple((reduced["named"] or "").split())
        return TextFacts(int(reduced["length"]), reduced["digest"], **marks, cut=cut, named=named)
    # The server compares subjects without case and outer space, so the reduced form must too.
    found = asdict(signs(text))
    found["named"] = tuple(_short(word) for word in found["named"])
    return TextFacts(len(text), digest(text.strip().lower()), **found)


def names_in(text: str) -> list[str]:
    """Return four digits for each word of ``text``, in order, as :class:`TextFacts` has them; of
    what is reduced by then those that it kept.
    """
    found: list[str] = []
    for kept, word in _NAMES_OR_WORDS.findall(text):
        found += kept.split() if kept else [_short(word)]
    return found


def _short(word: str) -> str:
    return digest(word.lower())[:4]


def reduce_text(text: str) -> str:
    """Return the form of ``text`` that may be written down: ``[62 characters, 1a2b3c4d]``."""
    if _REDUCED.match(text):
        return text
    known = facts(text)
    marks = "".join(f", {name}" for name in _MARKS if getattr(known, name))
    marks += f", cut at {known.cut}" if known.cut else ""
    marks += f", names {' '.join(known.named)}" if known.named else ""
    return f"[{known.length} characters, {known.digest}{marks}]"


def mask_address(address: str) -> str:
    """Return ``j…@e….com (1a2b3c4d)`` for ``jane@example.com``; case does not matter.

    A name beside the address is left out; text without an address is reduced as any other.
    """
    if _MASKED.match(address):
        return address
    found = (_mask(found) for found in EMAIL.finditer(address) if found["host"])
    return ", ".join(found) or reduce_text(address)


def address_digest(address: str) -> str:
    """Return the hash in an address's mask, the same however the address is written; nothing
    where there is no address.
    """
    found = _HASH.search(mask_address(address.strip()))
    return found[1] if found else ""


def digests_in(text: str) -> set[str]:
    """Return the hashes of the addresses in ``text``, whether it is reduced by then or not."""
    return {*_ANY_HASH.findall(mask_addresses(text))}


def mask_addresses(text: str) -> str:
    """Return ``text`` with every e-mail address in it masked, also a URL-encoded one."""
    if not any(at in text for at in _AT):
        return text
    return EMAIL.sub(_mask, text)


def _mask(found: re.Match[str]) -> str:
    if not found["host"]:
        return found[0]
    label, _, suffix = found["host"].rpartition(".")
    plain = f"{found['local']}@{found['host']}".lower()
    return f"{found['local'][:1]}…@{label[:1]}….{suffix} ({digest(plain)})"

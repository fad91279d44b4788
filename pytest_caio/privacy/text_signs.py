"""What a subject or a body shows of itself: nothing, filler, a template, a way to unsubscribe.

Source: ``docs/checks.md, Texts of a card``.
"""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass

from pytest_caio.privacy.template_marks import Mark, marks, named

# What nobody reads in HTML: where it begins, and where it ends.
_UNREAD = (
    (re.compile(r"<!--"), re.compile(r"-->")),
    (re.compile(r"<style\b", re.IGNORECASE), re.compile(r"</style\s{0,9}>", re.IGNORECASE)),
    (re.compile(r"<script\b", re.IGNORECASE), re.compile(r"</script\s{0,9}>", re.IGNORECASE)),
)
_BREAK = re.compile(r"<(?:br|/?(?:p|div|tr|li|h[1-6]|table|ul|blockquote))\b[^<>]*+>", re.I)
_TAG = re.compile(r"</?[a-z][^<>]*+>", re.IGNORECASE)
_PICTURE = re.compile(r"<(?:img|video|svg)\b", re.IGNORECASE)
# At the end of a paragraph; a line of its own, or the first signs, say something else.
_CUT = re.compile(r"(?<=\w) ?(?:…|\.\.\.)[ \t]*(?=\n\s*\n|\s*\Z)")
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_FILLER = (
    "lorem ipsum",
    *(f"{what} goes here" for what in ("body", "text", "content")),
    *(f"{what} to come here" for what in ("body", "text", "content")),
    *(f"insert {what} here" for what in ("body", "text", "content")),
)
_PLACEHOLDER = re.compile(
    r"[\[<({]\s{0,9}placeholder\b"
    # The word alone, or in a few words that are all there is; a letter may well speak of one.
    r"|^\W*+(?:\w++\W++){0,3}placeholder(?:\W++\w++){0,3}\W*+$"
)
# Alone in a first line these are what was to come, or what the server fills in; and alone in all.
_NO_LINE = frozenset(
    {"tbd", "tba", "tbc", "todo", "n/a", "undefined", "no subject", "no body content", "--"}
)
_NO_TEXT = _NO_LINE | {"na", "none", "null", "nan", "xxx", "...", "…", "-", ""}
# A word that a program wrote to another one, and nothing else.
_MACHINE = re.compile(r"[a-z0-9]++(?:_[a-z0-9]++)++|pending|approved|rejected", re.IGNORECASE)
_MISSING_IN_PROSE = re.compile(r"\b(?:for|at|with|to|from) (?:None|undefined|NaN)\b(?! of\b)")
_UNSUBSCRIBE = (
    "unsubscrib",
    *("opt out", "opt-out", "optout", "opting out"),
    *("stop receiving", "no longer wish", "no longer want", "remove me from", "remove you from"),
    *("off my list", "off our list", "off the list"),
    *("manage preferences", "manage your preferences", "email preferences", "e-mail preferences"),
    *("reply stop", 'reply "stop', "reply 'stop", "reply with stop", 'reply with "stop'),
    *('reply "no', 'reply with "no', "reply “no", "reply “stop", "reply with “"),
)


@dataclass(frozen=True)
class Signs:
    """``doubtful`` is what may well be meant so; ``unsubscribe`` says that there is a way to.

    ``cut`` is how many characters come before where it breaks off as an excerpt does, or 0;
    ``named`` are the words of the name that its first line greets, or is.
    """

    blank: bool
    placeholder: bool
    unrendered: bool
    doubtful: bool
    unsubscribe: bool
    cut: int
    named: tuple[str, ...]


def signs(text: str) -> Signs:
    """Return the signs of a text, plain or HTML."""
    source = _read_parts(text) if "<" in text else text
    plain = _plain(source)
    line = next((one.strip() for one in plain.splitlines() if one.strip()), "")
    found = marks(html.unescape(source), plain, line)
    return Signs(
        blank=not line and not _PICTURE.search(source),
        placeholder=_only(line) in _NO_LINE
        or (not _PICTURE.search(source) and _only(plain) in _NO_TEXT)
        or _MACHINE.fullmatch(_only(plain)) is not None
        or _is_filler(plain.lower()),
        unrendered=found is Mark.UNRENDERED,
        doubtful=found is Mark.DOUBTFUL or bool(_MISSING_IN_PROSE.search(plain)),
        unsubscribe=_has_any(_UNSUBSCRIBE, source.lower()),
        cut=found_cut.start() if (found_cut := _CUT.search(plain)) else 0,
        named=named(line),
    )


def _is_filler(plain: str) -> bool:
    said = "placeholder" in plain and bool(_PLACEHOLDER.search(plain))
    return said or _has_any(_FILLER, plain)


def _has_any(phrases: Iterable[str], text: str) -> bool:
    return any(phrase in text for phrase in phrases)


def _read_parts(text: str) -> str:
    """Return HTML without what nobody reads; what isn't closed is read as it stands."""
    for opens, closes in _UNREAD:
        kept, at = [], 0
        while (start := opens.search(text, at)) and (end := closes.search(text, start.end())):
            kept.append(text[at : start.start()])
            at = end.end()
        text = "".join(kept) + text[at:]
    return text


def _plain(source: str) -> str:
    """Return a text as it reads, HTML with its paragraphs as lines."""
    if "<" in source:
        source = _TAG.sub("", _BREAK.sub("\n", source))
    return _INVISIBLE.sub("", html.unescape(source))


def _only(text: str) -> str:
    bare = text.strip().lower()
    return bare.strip(".!:;,*_#()[]\"' ") if len(bare) < 60 and bare.strip(".!") else bare[:60]

"""What a request makes of a mail's text: whose it is, whether it is whole, by what name it goes.

Source: ``docs/page.md, Rules``.
"""

import html
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from types import MappingProxyType
from typing import Any

_BREAK = re.compile(r"[\r\n]|<[^<>]+>|\\n|&#1[03];")
_MARKUP, _WORDS = re.compile(r"<[^<>]+>|&#?\w+;|\\n"), re.compile(r"\w+")
_NOTES = re.compile(r"feedback|reason|notes?$|comment", re.IGNORECASE)
_MAILS = re.compile(r"body|content|message_text", re.IGNORECASE)
_TEXTS = re.compile(r"(?:^|[_.]|(?<=[a-z])(?=[A-Z]))(?:body|text|content|html)$", re.IGNORECASE)
# What plain text never has to have, where it is no page's source.
_ESCAPES = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#\d+|#x[\da-f]+);", re.IGNORECASE)
_ELEMENT = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)
# How a changed mail goes to the dashboards that are known.
_NAMES = ("subject", "body", "edited_subject", "edited_body")
# As long as what only says something of a text gets.
_FLAG = 40
# As many letters as a mark of something else may have.
_MORE = 12
# How alike two words are that are meant to be the same, from 0 to 1.
_SLIP = 0.8


@dataclass(frozen=True)
class Mail:
    """The mail of a card: ``mark`` stands in its text, ``lines`` is a part of it with what stands
    between two of its lines as a group, ``edits`` are what was changed of it, ``shown`` what stood
    in its field, if known; ``greetings`` is how the mail of each card begins, ``words`` what stands
    in the text of each of them, ``told`` all that the page had to say then, if known, ``inside``
    what could be pressed in the mail's field, ``letter`` what stands in mails of another kind.
    """

    mark: str
    lines: re.Pattern[str]
    edits: tuple[str, ...] = ()
    shown: str = ""
    greetings: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    words: tuple[str, ...] = ()
    told: str = ""
    inside: Sequence[str] = ()
    letter: str = ""


Said = list[tuple[str, str]]


def text_as_sent(said: Said, reason: str, mail: Mail) -> dict[str, Any]:
    """Return what became of a mail's text in what a request says, as names and values."""
    texts = [value for _, value in said]
    return {
        "edits": [edit for edit in mail.edits
                  if any(edit in value and not _NOTES.search(key) for key, value in said)],
        "note_as_mail": any(reason in value and _MAILS.search(key) for key, value in said),
        "glued": any(_glued(value, mail.lines) for value in texts),
        "cut": _cut(texts, mail),
        "escaped": any(_escaped(value, mail) for value in texts),
        "misnamed": _misnamed(said, mail),
        "other_text": any(
            _other_text(value, mail) or _another(key, value, reason, mail)
            or (_TEXTS.search(key) is not None and _untold(value, mail)) for key, value in said
        ),
    }  # fmt: skip


def mail_of(cards: list[str], said: Said, mail: Mail) -> str:
    """Return whose mail is sent as that of another card: where one is named, and not its own."""
    begun = [one for one, text in mail.greetings.items() if any(text in v for _, v in said)]
    return begun[0] if len(cards) == 1 and begun and cards[0] not in begun else ""


def _glued(text: str, mail: re.Pattern[str]) -> bool:
    """Return whether a mail's text has no break any more between two of its lines."""
    between = [found[found.lastindex or 0] for found in mail.finditer(text)]
    return any(not _BREAK.search(one) for one in between)


def _cut(values: list[str], mail: Mail) -> bool:
    """Return whether a mail's text is sent without some of its words."""
    text = unicodedata.normalize("NFC", html.unescape("\n".join(values)))
    return mail.mark in text and not all(word in text for word in mail.words)


def _other_text(text: str, mail: Mail) -> bool:
    """Return whether a mail's text is sent, and is not what stood in its field."""
    if not mail.shown or mail.mark not in text:
        return False
    whose, there = (
        [card for card, begins in mail.greetings.items() if begins in one]
        for one in (text, mail.shown)
    )
    if whose and there and whose != there:
        return False  # Several go at once, and this one isn't the one that was open.
    return _letters(mail.shown) not in _letters(text)


def _untold(text: str, mail: Mail) -> bool:
    """Return whether more goes out than what stood in the mail's field: some of it once more, what
    the page tells nowhere, or a button's name.
    """
    shown, told = _letters(mail.shown), _letters(mail.told)
    if not shown or not told or mail.mark not in text:
        return False
    before, found, after = _letters(text).partition(shown)
    first, *_, last = [text.strip(), *map(str.strip, text.strip().splitlines())]
    if any(first.startswith(name) or last == name for name in mail.inside if name):
        return True
    more = [one for one in (before, after) if found and len(one) > _MORE]
    return any(one in shown or one not in told for one in more)


def _letters(text: str) -> str:
    """Return a text's letters alone: where one line ends is not to be seen in every field."""
    return "".join(_WORDS.findall(_MARKUP.sub(" ", text)))


def _another(key: str, text: str, reason: str, mail: Mail) -> bool:
    """Return whether a text goes by the name of a mail's, and is something else."""
    told = len(text.strip()) > _FLAG and reason not in text
    own = any(mark in html.unescape(text) for mark in (mail.mark, mail.letter) if mark)
    return told and _TEXTS.search(key) is not None and not own


def _escaped(text: str, mail: Mail) -> bool:
    """Return whether a plain text is sent with signs as a page's source has them."""
    escapes = set(_ESCAPES.findall(text))
    return (
        mail.mark in text
        and not _ELEMENT.search(text)
        and any(one not in mail.shown for one in escapes)
    )


def _misnamed(said: Said, mail: Mail) -> bool:
    """Return whether the text goes by nearly the name that the server reads, and by no such one."""
    keys = {key for key, value in said if mail.mark in value}
    return not keys.intersection(_NAMES) and any(
        alike(*(re.sub(r"[^a-z]", "", word.lower()) for word in (key, name)))
        for key in keys
        for name in _NAMES
    )


def alike(one: str, other: str) -> bool:
    """Return whether two words are the same but for a slip."""
    return one == other or SequenceMatcher(None, one, other).ratio() > _SLIP

"""Every spelling in which a token could turn up in a text, as patterns to search for.

Escapings touch the characters of a token that are no letters or digits, each in its own way and
some twice over; base64 hides it at three bit positions. Who wants to may escape letters too.
"""

import base64
import html.entities
import re
from collections.abc import Iterable
from functools import cache

# Fewer characters than this would be found in texts that have nothing to do with the token.
_SHORTEST = 6
# Fewer of a part of it: a token may be made of words, and a part of those be the name of a service.
_MOST = 16
# A search that began again at each of a run of backslashes would take hours over megabytes.
_ONCE = r"(?!(?<=\\)\\)"
# The codes of letters and digits, by how a number is written behind each sign that escapes.
_HEX = "(?:3[0-9]|[46][1-9a-f]|[57][0-9a])"
_DECIMAL = "(?:4[89]|5[0-7]|6[5-9]|[78][0-9]|90|9[7-9]|1[01][0-9]|12[0-2])"
_OCTAL = "(?:0?6[0-7]|0?7[01]|1[04][1-7]|1[15][0-7]|1[26][0-7]|1[37][0-2])"
_ESCAPED = re.compile(
    rf"(?:%(?:25)*(?:u00)?|\\(?:u00|x|u\{{0*)|&(?:amp;)*#0*x0*){_HEX}"
    rf"|&(?:amp;)*#0*{_DECIMAL}|\\{_OCTAL}|=[0-9a-f]{{2}}=[0-9a-f]{{2}}",
    re.IGNORECASE,
)


def shortened(token: str) -> str:
    """Return the made-up token that is nearest to a real one: it lacks the last character.

    No deployment may take it (``docs/dashboard.md, Access``), and it is as secret as the token.
    """
    return token[:-1]


def most_of(token: str) -> tuple[str, ...]:
    """Return three quarters of a token, its beginning and its end: what a poor mask leaves.

    Nothing where that is so short that it may be found in texts that have nothing to do with it.
    """
    length = -(-3 * len(token) // 4)
    return (token[:length], token[-length:]) if length >= _MOST else ()


def patterns(token: str) -> tuple[tuple[str, str], ...]:
    """Return pairs of what a text must hold, in small letters, and the pattern to search then.

    The first is there for speed: nearly every text holds no spelling at all.
    """
    raw = token.encode()
    spelled = [token, raw.hex(), *_inside_base64(raw)]
    return tuple(
        (_longest_plain(text.lower()), _ONCE + "".join(map(_character, text))) for text in spelled
    )


def escaped(token: str) -> str:
    """Return the pattern of a token of which any character may be escaped, letters too."""
    return _ONCE + "".join(_any_way(character) for character in token)


def may_be_escaped(text: str) -> bool:
    """Return whether a letter or a digit is escaped in ``text``, which nobody needs to do."""
    return bool(_ESCAPED.search(text))


def _inside_base64(raw: bytes) -> Iterable[str]:
    """Yield the characters of a base64 text that ``raw`` alone decides, wherever it starts."""
    for shift in range(3):
        text = base64.b64encode(b"\0" * shift + raw).decode().rstrip("=")
        end = len(text) - (1 if (len(raw) + shift) % 3 else 0)
        inner = text[(0, 2, 3)[shift] : end]
        if len(inner) >= _SHORTEST:
            yield inner


def _longest_plain(text: str) -> str:
    parts: list[str] = re.findall(r"[a-z0-9]+", text)
    return max(parts, key=len, default="")


@cache
def _character(character: str) -> str:
    """Return the pattern of one character: itself, or escaped for a URL, HTML, JSON or Python."""
    if character.isalnum():
        return character
    twins = {"+": "+-", "/": "/_", "-": "-+", "_": "_/"}  # base64 and its URL-safe alphabet
    return f"(?:{'|'.join(way for c in twins.get(character, character) for way in _ways(c))})"


@cache
def _any_way(character: str) -> str:
    """Return the pattern of one character, itself or escaped, whatever it is."""
    if not character.isalnum():
        return _character(character)
    return f"(?:{character}|{'|'.join(_numbers(character.lower(), character.upper()))})"


def _ways(character: str) -> Iterable[str]:
    named = (n[:-1] for n, c in html.entities.html5.items() if c == character and n[-1] == ";")
    yield r"\\{1,99}" if character == "\\" else rf"\\*+{re.escape(character)}"
    yield rf"&(?:amp;)*(?:{'|'.join(named)});" if named else "(?!)"
    yield from _numbers(character)


def _numbers(*either: str) -> Iterable[str]:
    """Yield the ways to write a character by its number: for a URL, HTML, JSON, Python or mail."""
    codes = sorted(set(map(ord, either)))
    hexadecimal = f"(?:{'|'.join(f'{code:02x}' for code in codes)})"
    decimal, octal = ("|".join(f"{code:{base}}" for code in codes) for base in ("d", "03o"))
    yield rf"%(?:25)*(?:u00)?{hexadecimal}"
    yield rf"&(?:amp;)*#0*(?:{decimal}|x0*{hexadecimal})(?:;|(?![0-9a-f]))"
    yield rf"\\++(?:(?:u00|x){hexadecimal}|u\{{0*{hexadecimal}\}}|0?(?:{octal}))"
    yield f"={hexadecimal}"

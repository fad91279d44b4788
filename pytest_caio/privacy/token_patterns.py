"""Every spelling in which a token could turn up in a text, as patterns to search for.

Escapings touch the characters of a token that are no letters or digits, each in its own way and
some twice over; base64 hides it at three bit positions.
"""

import base64
import html.entities
import re
from collections.abc import Iterable
from functools import cache

# Fewer characters than this would be found in texts that have nothing to do with the token.
_SHORTEST = 6


def shortened(token: str) -> str:
    """Return the made-up token that is nearest to a real one: it lacks the last character.

    No deployment may take it (``docs/dashboard.md, Access``), and it is as secret as the token.
    """
    return token[:-1]


def patterns(token: str) -> tuple[tuple[str, str], ...]:
    """Return pairs of what a text must hold, in small letters, and the pattern to search then.

    The first is there for speed: nearly every text holds no spelling at all.
    """
    raw = token.encode()
    spelled = [token, raw.hex(), *_inside_base64(raw)]
    return tuple((_longest_plain(text.lower()), "".join(map(_character, text))) for text in spelled)


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


def _ways(character: str) -> Iterable[str]:
    code = ord(character)
    named = (n[:-1] for n, c in html.entities.html5.items() if c == character and n[-1] == ";")
    entity = "|".join([rf"#0*{code}", rf"#x0*{code:x}", *named])
    yield rf"\\{{0,7}}{re.escape(character)}"
    yield rf"%(?:25)*{code:02x}"
    yield rf"&(?:amp;)*(?:{entity});"
    yield rf"\\{{1,8}}(?:u00|x){code:02x}"

"""What is known of fields that are read and not judged: a list with a reason for each."""

from __future__ import annotations

import tomllib
from pathlib import Path

FILE = Path(__file__).with_name("unseen.toml")
REASONS = ("another-field-decides", "any-value-is-fine", "words-for-people")
BEYOND = ("rejections on /sales, in a browser:", "replay:")
"""What a quick run does not look at: a browser, and the golden set."""


def explained(generation: str) -> set[str]:
    """The fields that are listed for a generation. Raises ValueError for a list that is wrong."""
    found: set[str] = set()
    for reason, entries in tomllib.loads(FILE.read_text("utf-8")).items():
        if reason not in REASONS:
            raise ValueError(f"{reason!r} is no reason: one of {', '.join(REASONS)}")
        for name, why in entries.items():
            of, field = name[:2], name[4:] if name[:4] in {"g1: ", "g2: "} else name
            if not why.strip() or field in found:
                raise ValueError(f"listed twice, or no word on why: {name}")
            if field == name or of == generation:
                found.add(field)
    return found

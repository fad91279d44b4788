"""The scripts that run in a page before its own: read from files, with what they have to know."""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from pytest_caio.evidence.page_attempts import ACTING
from pytest_caio.observe.page.gate_cards import (
    BELOW,
    CROWD,
    LAST_LINE,
    LETTER,
    REASON,
    gate_cards,
    greetings,
    marks,
    queue_answer,
)
from pytest_caio.observe.page.page_reads import TOKEN_KEYS

_ALL = (
    "record.js", "network.js", "controls.js", "hands.js", "form.js", "around.js", "reading.js",
    "agent.js",
)  # fmt: skip


def agent_script(
    tags: Iterable[Mapping[str, str]], reads: Mapping[str, Any], token: str = ""
) -> str:
    """Return the script of a look: ``tags`` are the API's (id, label), ``reads`` its answers.

    ``token`` is what a page that signs its requests itself has to sign them with.
    """
    return _script(tags=list(tags), reads=dict(reads), token=token, recordOnly=False)


def recording_script() -> str:
    """Return a script that only takes note, for the visit that signs in and reads."""
    return _script(tags=[], reads={}, token="", recordOnly=True)


def _script(**config: Any) -> str:
    config |= {
        "action": ACTING,
        "tokenKeys": sorted(TOKEN_KEYS),
        "cards": gate_cards(),
        "queue": queue_answer(),
        "marks": marks(),
        "greetings": greetings(),
        "crowd": CROWD,
        "letter": LETTER,
        "reason": REASON,
        "last": LAST_LINE,
        "below": BELOW,
    }
    return f"(() => {{ 'use strict'; const config = {json.dumps(config)};\n{_source()}\n}})();"


@cache
def _source() -> str:
    folder = files("pytest_caio.observe.page") / "scripts"
    return "\n".join((folder / name).read_text("utf-8") for name in _ALL)

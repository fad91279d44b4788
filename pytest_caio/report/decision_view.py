"""The owner's decision as the page, the daily log and Slack show it: before everything else."""

import html
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pytest_caio.report.decision_file import NAME, bound_to, decided
from pytest_caio.report.folder import write_atomically
from pytest_caio.report.inline_text import for_slack, tidy
from pytest_caio.report.times import local
from pytest_caio.verdict.owners_word import Word

PAGE = "report.html"
_PLACE = re.compile(r"<!--decisions-->.*?<!--/decisions-->", re.DOTALL)
_LIMIT = 600


def in_words(word: Word, zone: str) -> str:
    """Return ``Decided: go, by Pat (as typed), Tue 24 Feb 2026, 15:02 EST: looks fine``."""
    note = f": {word.note}" if word.note else ""
    return tidy(f"Decided: {word.decision}, by {word.who}, {local(word.at, zone)}{note}")


def told(folder: Path, zone: str) -> str:
    """Return the last decision on the report in ``folder``, what keeps it from counting, or
    nothing where nobody decided.
    """
    try:
        words, problem = decided(folder, bound_to(folder))
    except ValueError:
        return ""
    if problem:
        return f"No decision counts: {NAME} was changed ({problem})"
    return in_words(words[-1], zone) if words else ""


def show_on_page(folder: Path, words: Sequence[Word], zone: str) -> bool:
    """Put the decisions first on the report's page, in place of those that it showed; return
    whether there is a page that has a place for them. Evidence and verdict stay as they are.
    """
    path = folder / PAGE
    if path.is_symlink() or not path.is_file():
        return False
    page = path.read_text(encoding="utf-8")
    shown, found = _PLACE.subn(lambda _: _block(words, zone), page, count=1)
    if found:
        write_atomically(path, shown.encode())
    return bool(found)


def _block(words: Sequence[Word], zone: str) -> str:
    texts = [in_words(word, zone) for word in reversed(words)]
    lines = [texts[0], *(f"Before that: {text}" for text in texts[1:])]
    shown = "<br>".join(f"<bdi>{html.escape(line)}</bdi>" for line in lines)
    return f'<!--decisions--><p class="banner">{shown}</p><!--/decisions-->'


def slack_message(word: Word, where: str, zone: str, url: str = "") -> dict[str, Any]:
    """Return the message that tells a decision, as the webhook takes it."""
    sign = ":white_check_mark:" if word.go else ":no_entry:"
    text = for_slack(f"{where}: {in_words(word, zone)}", _LIMIT)
    blocks: list[Mapping[str, Any]] = [
        {"type": "section", "text": {"type": "mrkdwn", "text": f"{sign} {text}"}}
    ]
    if url:
        link = {"type": "mrkdwn", "text": f"<{for_slack(url, _LIMIT)}|The run>"}
        blocks.append({"type": "context", "elements": [link]})
    return {"text": text, "blocks": blocks}

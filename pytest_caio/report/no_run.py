"""What is told of a command that could not be carried out: nothing was asked, so it is no GO."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pytest_caio.privacy.redactor import MIN_SECRET, Redactor, Secret
from pytest_caio.report import github
from pytest_caio.report.inline_text import cut, for_slack
from pytest_caio.verdict.decide import Verdict

HEADLINE = f"{Verdict.CANNOT_TELL}: the gate did not start, nothing was asked"
REMEDY = (
    "Engineering puts right what is named here (the command, a variable or a gate file) and runs "
    "the gate again. Until then there is no GO."
)
_LINES = 9
_LIMIT = 2_000
# What is typed where a token does not belong, and a password in an address.
_TYPED = re.compile(r"(--[\w-]*(?:token|secret|passw|key)[\w-]*[= ]+)\S+", re.IGNORECASE)
_IN_ADDRESS = re.compile(r"(//)[^/\s@]+@")
_PLACE = re.compile(r"\s*(?P<file>gates/[^\s:]+):(?P<line>\d+): (?P<what>.+)")


def reason(text: str, secrets: Mapping[str, str]) -> str:
    """Return what went wrong, as pytest said it, without its usage lines and without a secret."""
    _, usage, error = text.partition(": error: ")
    if usage:
        text = "\n".join(line for line in error.splitlines() if not line.startswith("  "))
    known = {n: Secret(value) for n, value in secrets.items() if len(value) >= MIN_SECRET}
    text = _IN_ADDRESS.sub(r"\1[password]@", _TYPED.sub(r"\1[hidden]", text))
    return cut(Redactor(known).text(text).strip(), _LIMIT)


def annotations(why: str, folder: str = "") -> Iterator[str]:
    """Yield workflow commands: one for each gate file's line that is named, else one for all.

    ``folder`` leads from the repository to the folder that holds ``gates/``.
    """
    places = [found for line in why.splitlines() if (found := _PLACE.match(line))]
    for place in places[:_LINES]:
        yield github.error_command(
            HEADLINE, place["what"], f"{folder}{place['file']}", place["line"]
        )
    if not places:
        yield github.error_command(HEADLINE, why)


def step_summary(why: str) -> str:
    """Return the summary in Markdown."""
    lines = "\n".join(f"- {github.md(line)}" for line in why.splitlines() if line.strip())
    return f"# ❓ {github.md(HEADLINE)}\n\n{lines}\n\n**Do next:** {github.md(REMEDY)}\n"


def slack_message(why: str, url: str = "") -> dict[str, Any]:
    """Return the message as the webhook takes it: what went wrong, and what to do."""
    what = for_slack(why, _LIMIT)
    link = f" <{for_slack(url, _LIMIT)}|The run>" if url else ""
    sections = [f":question: {what}", f"*Do next:* {REMEDY}{link}"]
    header = {"type": "header", "text": {"type": "plain_text", "text": HEADLINE}}
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": text}} for text in sections]
    return {"text": f"{HEADLINE}. {what}", "blocks": [header, *blocks]}

"""Harmless differences of the page that the tests of its exploration don't have."""

# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Callable

from mutants.harmless import Rewrite
from mutants.rewriting import all_of, later, on_page, with_headers

_REJECT = 'class="reject">Reject</button>'
_LIST = '<ul id="queueList"></ul>'
_START = "\nstart();\n"


def _page(*changes: tuple[str, str]) -> Callable[[str], str]:
    """Replace texts; one that is not there is a mistake of the rewrite."""

    def change(page: str) -> str:
        for old, new in changes:
            if old not in page:
                raise ValueError(f"{old!r} is not in the page")
            page = page.replace(old, new)
        return page

    return change


def _fine(name: str, *changes: tuple[str, str]) -> Rewrite:
    return Rewrite(name, on_page(_page(*changes)), page=True)


PAGE = (
    Rewrite("the page of G1", generation="g1", page=True),
    Rewrite("the page, a second later", later(1.0), page=True),
    Rewrite("the page under a content policy", all_of([with_headers(
        ("content-security-policy", "default-src 'self' 'unsafe-inline'"))]), page=True),
    Rewrite("the page at /sales/ under another cookie", arrange=lambda d: d.configure(
        sales_slash=True, session_cookie="sid"), page=True),
    _fine("in another language", ("Reject</button>", "Ablehnen</button>"), ("Email Queue", "Warteschlange"),
          ("Edit &amp; Preview", "Ansehen"), ('"Edit & Preview"', '"Ansehen"'), (">Feedback<", ">Begründung<"),
          (">Rejection tag<", ">Grund<"), (">Close<", ">Schließen<")),
    _fine("small capitals everywhere", ("</style>", "button, label { text-transform: uppercase }\n</style>")),
    _fine("buttons in another order", ('<button id="approveButton" class="approve">Approve</button>\n', ""),
          ('<button id="closeButton" class="close">Close</button>', '<button id="closeButton" class="close">Close</button>'
           '\n    <button id="approveButton" class="approve">Approve</button>')),
    _fine("an icon and a word", (_REJECT, 'class="reject"><span aria-hidden="true">🗑</span> Reject</button>')),
    _fine("a table for a list", (_LIST, '<div role="table" id="queueList"></div>'), ('createElement("li")', 'createElement("section")')),
    _fine("the queue opens by itself", ('id="panelQueue" aria-labelledby="tabQueue" hidden', 'id="panelQueue" aria-labelledby="tabQueue"')),
    _fine("a slower refresh", ("30000", "60000")),
    _fine("a faster refresh", ("30000", "5000")),
    _fine("a counter in the title", (_START, '\nsetInterval(() => { document.title = `Sales (${cards.length})`; }, 1000);\nstart();\n')),
    _fine("a heartbeat of its own", (_START, '\nsetInterval(() => fetch("/api/health"), 15000);\nstart();\n')),
    _fine("a help section", (_LIST, f"<details><summary>Help</summary><p>Choose a tag and say why.</p></details>{_LIST}")),
    _fine("reasons to choose from beside the text", ('<textarea id="feedbackInput"', '<p>Examples: too long, wrong person</p><textarea id="feedbackInput"')),
    _fine("an empty tag that can't be chosen again", ('<option value="">Select a tag…</option>', '<option value="" disabled>Select a tag…</option>')),
    _fine("a longer toast", ("6000", "20000")),
    _fine("a footer", ("</main>", '<footer><a href="/leads">Leads</a> · <a href="/scorecard">Scorecard</a></footer></main>')),
    _fine("a dark mode switch", ("</header>", '<button id="dark" type="button">Dark</button></header>'),
          (_START, '\nbyId("dark").onclick = () => document.body.classList.toggle("dark");\nstart();\n')),
)  # fmt: skip

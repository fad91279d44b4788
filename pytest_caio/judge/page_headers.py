"""``smoke.sales-page``: what an answer's headers make of a page that a browser could show.

Source: ``docs/checks.md, Gate smoke``.
"""

import re
from collections.abc import Iterator

from pytest_caio.base.messages import listed, shown
from pytest_caio.evidence.model import Exchange

# What a page in a sandbox needs to run, and to read as whom it signed in.
_ALIVE = ("allow-scripts", "allow-same-origin")
# What is written into the page and runs: neither a file of its own, nor data.
_INLINE = re.compile(
    r"<script\b(?![^>]*\bsrc\s*=)(?![^>]*\btype\s*=\s*[\"']?(?:application/(?:ld\+)?json|text/(?:x-|html|temp)))",
    re.IGNORECASE,
)
# By which a policy lets a page's own scripts run (CSP level 3, section 2.3.1).
_LETS = re.compile(r"'unsafe-inline'|'nonce-|'sha(?:256|384|512)-")


def unseen(page: Exchange) -> str:
    """Return why no browser shows the page as one, by its headers; "" where one does."""
    if (page.header("content-disposition") or "").strip().lower().startswith("attachment"):
        return "/sales is offered as a file to be saved, and is not shown"
    kind = page.header("content-type") or ""
    if kind and "html" not in kind.lower():
        return f"/sales is sent as {shown(kind)}, which no browser shows as a page"
    for policy in _policies(page):
        sandbox = policy.get("sandbox")
        lacking = [one for one in _ALIVE if sandbox is not None and one not in sandbox.split()]
        if lacking:
            return f"/sales is put into a sandbox without {listed(lacking)}: a dead page"
        scripts = policy.get("script-src-elem", policy.get("script-src", policy.get("default-src")))
        if scripts is not None and not _LETS.search(scripts) and _INLINE.search(page.body):
            return "/sales forbids its own scripts (Content-Security-Policy): a dead page"
    return ""


def _policies(page: Exchange) -> Iterator[dict[str, str]]:
    """Yield each policy as its directives; each of several holds."""
    headers = [v for n, v in page.headers if n.lower() == "content-security-policy"]
    for policy in ",".join(headers).lower().split(","):
        parts = (directive.strip().partition(" ") for directive in policy.split(";"))
        yield {name: values for name, _, values in reversed([*parts]) if name}

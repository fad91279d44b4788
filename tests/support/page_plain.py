"""Plain mistakes in the rehearsal's sales page, which show at its first ordinary use, and their twins."""

# ruff: noqa: E501

from __future__ import annotations

from page_edits import SEND, WIRED, after, bad, fine, on_card
from page_sequels import CALLED, FILLED

_HEAD = '<meta charset="utf-8">'
_UNREAD = '    byId("queueSummary").textContent = `The queue could not be read: ${error.message}`;'
_TITLE = 'isTraining(card) ? "Edit & Preview (training)" : "Edit & Preview"'
_FOUND = "  const card = cards.find((one) => one.email_id === id);\n  if (!card) return;\n  openId = openerId = id;\n"
_APPROVES = "`/api/emails/${encodeURIComponent(openId)}/approve?approver=dashboard_user`"
_REJECTS = "`/api/emails/${encodeURIComponent(openId)}/reject?${query}`"
_WANTED = "function isWanted(card) {\n"
_DAY = "86400000"
_BODY = '      body: byId("bodyInput").value,\n'
_LABEL = '<button id="approveButton" class="approve">'
_CLOSED = "    modal.close();\n    toast(done);"
_STARS = "let stars = new Set(JSON.parse(localStorage.getItem('stars') || '[]'));"
_STAR = (
    'const star = document.createElement("button"); star.textContent = "☆"; '
    'star.addEventListener("click", () => {{ stars.add(card.email_id); localStorage.setItem("stars", JSON.stringify({})); }}); '
    "item.append(star);"
)
_ANEW = "setInterval(() => {{ {} location.reload(); }}, 60000);"

HARMFUL = (
    bad("a mail that is cut where it is shown", (FILLED, 'byId("bodyInput").value = (card.body || "").slice(0, 300);')),
    bad("plain letters where it is shown", (FILLED, r'byId("bodyInput").value = (card.body || "").replace(/[^\n\x20-\x7e]/g, "");')),
    bad("what can not be read is empty", (_UNREAD, "    cards = []; drawQueue();")),
    bad("live ones are called training", (_TITLE, 'isTraining(card) ? "Edit & Preview" : "Edit & Preview (training)"')),
    bad("all are called training", (_TITLE, '"Edit & Preview (training)"')),
    bad("decided by get", (CALLED, '    await call("GET", path);\n')),
    bad("approved where nothing is", (_APPROVES, _APPROVES.replace("/emails/", "/email/"))),
    bad("rejected where nothing is", (_REJECTS, _REJECTS.replace("/api/", "/"))),
    bad("approved on a developer's machine", (_APPROVES, _APPROVES.replace("`/api", "`http://localhost:8000/api"))),
    bad("taken and told as refused", ("if (!response.ok) throw new Error(", "if (response.ok !== (method === 'GET')) throw new Error('Error: ' +")),
    bad("never closed", ("    modal.close();\n    toast(done);", "    toast(done);"),
        ('byId("closeButton").addEventListener("click", () => modal.close());', 'modal.addEventListener("cancel", (event) => event.preventDefault());')),
    bad("read without the session", ('headers: headers(), cache: "no-store", body', 'headers: headers(), credentials: "omit", cache: "no-store", body'), red="page-blocks page-tags"),
    bad("found by address", (_FOUND, _FOUND.replace("one.email_id === id)", "one.to === cards.find((other) => other.email_id === id)?.to)"))),
    bad("loaded anew each minute", after(WIRED, _ANEW.format(""))),
    bad("loaded anew by its head", (_HEAD, f'{_HEAD}<meta http-equiv="refresh" content="60">')),
    bad("of a day ago is gone", (_WANTED, f"{_WANTED}  if (Date.now() - Date.parse(card.timestamp) > {_DAY}) return false;\n")),
    bad("no time, no card", (_WANTED, f"{_WANTED}  if (!(Date.parse(card.timestamp) > 0)) return false;\n")),
    bad("a text by nearly its name", (_BODY, _BODY.replace("body:", "editedBody:"))),
    bad("signs of a page's source", (_BODY, _BODY.replace(".value", ".value.replace(/&/g, '&amp;').replace(/'/g, '&#39;')"))),
    bad("greeted as before", (_BODY, _BODY.replace(".value", ".value.replace(/^Hi [^,]+,/, cards.find((one) => one.email_id === openId).body.split('\\n')[0])"))),
    bad("a label that approves", (_LABEL, f'<label for="approveButton">Goes out at once</label>{_LABEL}')),
    bad("a list that is cut off", ('<ul id="queueList"', '<ul style="max-height: 420px; overflow: hidden" id="queueList"')),
    bad("stars that are lost", after(WIRED, _STARS), on_card(_STAR.format("stars"))),
    bad("asked when it is sent", (_CLOSED, f'    if (!confirm("Leave the card?")) return;\n{_CLOSED}')),
    bad("the fifth is approved twice", ("for (const id of [...selected]) {", "for (const id of [...selected].flatMap((one, at) => (at === 4 ? [one, one] : [one]))) {")),
    bad("a reason without its accents", (SEND, r'sendReject(reason.normalize("NFD").replace(/[^\x20-\x7e]/g, ""), tag);')),
)  # fmt: skip

HARMLESS = (
    fine("a mail that is cut in the list", on_card('const more = document.createElement("p"); more.textContent = (card.body || "").slice(0, 60); item.append(more);')),
    fine("what can not be read says so", (_UNREAD, f"    cards = []; drawQueue();\n{_UNREAD}")),
    fine("training is said otherwise", (_TITLE, 'isTraining(card) ? "Practice: a training card" : "Edit & Preview"')),
    fine("a card can be kept for training", on_card('const keep = document.createElement("button"); keep.textContent = "Make it a training card"; item.append(keep);')),
    fine("a caption beside what approves", (_LABEL, f'<span class="quiet">Goes out at once</span>{_LABEL}')),
    fine("a list that scrolls", ('<ul id="queueList"', '<ul style="max-height: 420px; overflow: auto" id="queueList"')),
    fine("stars that are kept", after(WIRED, _STARS), on_card(_STAR.format("[...stars]"))),
    fine("feedback is for training", ('<label for="rejectionTagInput">', '<p>Tags are kept for QA and training.</p><label for="rejectionTagInput">')),
    fine("found by number and address", (_FOUND, _FOUND.replace("one.email_id === id)", "one.email_id === id && one.to !== undefined)"))),
    fine("loaded anew where nothing is open", after(WIRED, _ANEW.format("if (modal.open) return;"))),
    fine("loaded anew after half an hour", (_HEAD, f'{_HEAD}<meta http-equiv="refresh" content="1800;url=/login">')),
    fine("of a day ago is marked", on_card(f"if (Date.now() - Date.parse(card.timestamp) > {_DAY}) item.style.opacity = '0.7';")),
)  # fmt: skip

"""Neither a token nor people's data is in any output, whatever a deployment sends back.

The deployment here answers everything with the token in many spellings, and with recipients,
subjects, bodies and names; the run is as talkative as pytest can be, and a probe and a judge fail.
"""

import base64
import html
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from gatefolder import GateFolder
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

HAR = "out/evidence.har"
TOKEN = "s3cr+t/tok=en&x"
SESSION = "5e55ion-a1b2c3d4e5f6g7h8"
WEBHOOK = "w3bh+ok/s=cret&y"
PEOPLE = {
    "name in an id": "jessie_sloan",
    "reviewer's words": "Jessie has left that firm in spring",
    "address": "jané.döe+x@ex-ample.co.uk",
    "other address": "bob.o'neil@mail.example.com",
    "subject": "Quarterly figures & your raise",
    "body": 'Dear Jané, "as agreed", the secret plan is <b>attached</b>.\nYours',
    "name": "Jané Döe-Smythe",
    "company": "Umbrella Holdings Ltd",
}
CONFTEST = """\
from pytest_caio.judge.look import Judge
from pytest_caio.observe.probe import Probe
import os

async def observe(context):
    token = context.sender.environment.token.reveal()
    raise RuntimeError(f"could not ask with {token} for {os.environ['PERSON']}")

def judge(look):
    token = os.environ["CAIO_STAGING_TOKEN"] + " " + os.environ["CAIO_STAGING_WEBHOOK_TOKEN"]
    body = look.answer("GET /api/pending-emails?include_non_dispatchable=true").body
    raise KeyError(f"{token} of {body}")

def pytest_caio_probes():
    return [Probe("ours", observe)]

def pytest_caio_judges():
    return [Judge("ours.probe", lambda look: look.answer("ours"), ("ours",)),
            Judge("ours.judge", judge, ("GET /api/pending-emails?include_non_dispatchable=true",))]
"""
GATE = """\
gate: ours
title: Ours
owner: Us
when: [preflight]
checks:
  - {id: probe, title: A probe that fails, judge: ours.probe, remedy: Mend it.}
  - {id: judge, title: A judge that fails, judge: ours.judge, remedy: Mend it.}
  - {id: text, title: T, request: GET /error, expect: {status: 200, text: {equals: x}}, remedy: R}
  - id: deep
    title: D
    request: GET /api/emails/history
    expect: {"emails[0]": {equals: x}}
    remedy: R
"""


def spellings(token: str) -> dict[str, str]:
    """The token as a careless program may write it."""
    raw = token.encode()
    return {
        "raw": token,
        "URL": quote(token, safe=""),
        "URL, small letters": quote(token, safe="").lower(),
        "URL twice": quote(quote(token, safe=""), safe=""),
        "form": quote_plus(token),
        "HTML": html.escape(token),
        "HTML in numbers": "".join(c if c.isalnum() else f"&#{ord(c)};" for c in token),
        "JSON": token.replace("/", "\\/"),
        "JSON in numbers": "".join(c if c.isalnum() else f"\\u{ord(c):04x}" for c in token),
        "base64": base64.b64encode(raw).decode(),
        "base64 for URLs": base64.urlsafe_b64encode(raw).decode(),
        "base64 of more": base64.b64encode(b"u:" + raw + b" and more").decode(),
        "base64 of still more": base64.b64encode(b"Bearer " + raw).decode(),
        "hexadecimal": raw.hex(),
        **{
            f"every character as {way[:3]}…": "".join(way.format(ord(c)) for c in token)
            for way in ("%{:02x}", "&#{};", "&#x{:x};", "\\u{:04x}", "\\x{:02x}")
        },
    }


# What no output may hold: of a longer base64 text, the part that the token alone decides.
NEVER = {
    **spellings(TOKEN),
    "session": SESSION,
    "base64 of more": base64.b64encode(b"u:" + TOKEN.encode())[4:20].decode(),
    "base64 of still more": base64.b64encode(b"Bearer " + TOKEN.encode())[11:28].decode(),
    **{f"webhook, {name}": text for name, text in spellings(WEBHOOK).items() if "more" not in name},
    "webhook, base64 of more": base64.b64encode(b"Bearer " + WEBHOOK.encode())[11:28].decode(),
}


def card(number: int) -> dict[str, object]:
    """A card of the queue with everything that is personal, and the token in between."""
    return {
        "email_id": f"pipeline_20260224_163335_jessie_sloan_d814e{number}",
        "rejection_reason": PEOPLE["reviewer's words"],
        "feedback": PEOPLE["reviewer's words"],
        "company": PEOPLE["company"],
        "status": "pending",
        "to": PEOPLE["address"],
        "subject": PEOPLE["subject"],
        "body": PEOPLE["body"],
        "recipient_data": {"name": PEOPLE["name"], "company": PEOPLE["company"]},
        "cc": [{"email": PEOPLE["other address"], "name": PEOPLE["name"]}],
        "note": f"was {TOKEN}, sent to {PEOPLE['other address']}",
        PEOPLE["address"]: 1,
    }


def page() -> str:
    """An error page that quotes the request, the token and a card."""
    rows = "\n".join(f"<li>{name}: {text}</li>" for name, text in spellings(TOKEN).items())
    quoted = html.escape(json.dumps(card(3), ensure_ascii=False))
    return (
        f"<html><body><h1>500</h1><ul>{rows}</ul><pre>{card(1)!r}</pre><pre>{quoted}</pre>"
        f"<script>window.card = {json.dumps(card(2))}</script>"
        f"<a href='mailto:{PEOPLE['other address']}'>{quote(PEOPLE['other address'])}</a></body>"
    )


def leak(request: Request) -> Response:
    """Answer with as much as possible of what must not be kept."""
    cards = {"count": 1, "pending_emails": [card(1)], "emails": [card(2)], "tags": [card(3)]}
    spelled = {**cards, "ramp": spellings(TOKEN), "detail": json.dumps(card(4))}
    spelled |= {"session": SESSION}
    spelled |= {"hook": spellings(WEBHOOK), "sent": request.headers.get("Authorization", "")}
    broken = json.dumps(spelled)[:-1]
    text, kind = {
        "/sales": (page(), "text/html"),
        "/error": (page(), "text/html"),
        "/api/rejection-tags": (broken, "application/json"),
    }.get(request.path, (json.dumps(spelled), "application/json"))
    headers = {
        "X-Dashboard-Token": TOKEN,
        "Authorization": f"Bearer {TOKEN}",
        "Location": f"https://caio.example/?token={quote(TOKEN)}&to={quote(PEOPLE['address'])}",
        "X-Hook": f"Bearer {WEBHOOK}",
        "X-Debug": f"{quote(TOKEN)} {PEOPLE['other address']}",
    }
    answer = Response(text, 200, headers, content_type=kind)
    answer.set_cookie("caio_session", "session-" + quote(TOKEN))
    answer.set_cookie("sid", SESSION)
    answer.headers["X-Request-Id"] = SESSION
    answer.set_cookie("debug", base64.b64encode(TOKEN.encode()).decode())
    return answer


@pytest.fixture(scope="module")
def leaky() -> Iterator[str]:
    """The URL of a deployment that leaks."""
    with HTTPServer(threaded=True) as server:
        server.expect_request(re.compile(".*")).respond_with_handler(leak)
        yield server.url_for("").rstrip("/")


def talkative(folder: Path, url: str, *more: str) -> dict[str, str]:
    """All outputs of a run that shows whatever it can, by name."""
    (folder / "gates").mkdir()
    (folder / "conftest.py").write_text(CONFTEST, "utf-8")
    (folder / "gates/ours.yaml").write_text(GATE, "utf-8")
    own = {"CAIO_STAGING_URL": url, "CAIO_STAGING_TOKEN": TOKEN, "PERSON": PEOPLE["other address"]}
    own |= {"CAIO_STAGING_WEBHOOK_TOKEN": WEBHOOK}
    plain = {k: v for k, v in os.environ.items() if not k.startswith(("CAIO_", "GITHUB_"))}
    run = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "--caio-env=staging", "-m", "not browser"),
            *("--caio-report=out", "--junitxml=j.xml", "-vv", "--tb=long", "--showlocals"),
            *("-rA", "--durations=0", "--full-trace", "-s", "--log-level=DEBUG"),
            *("--log-cli-level=DEBUG", "--log-file=log.txt", *more),
        ],
        cwd=folder, env={**plain, **own}, capture_output=True, timeout=120, check=False,
    )  # fmt: skip
    texts = {"console": run.stdout.decode(), "errors": run.stderr.decode()}
    assert run.returncode in {1, 10}, texts
    for path in folder.rglob("*"):
        ours = path.name in {"conftest.py", "ours.yaml"} or "__pycache__" in path.parts
        if path.is_file() and not ours:
            texts[path.relative_to(folder).as_posix()] = path.read_text("utf-8", "replace")
    assert set(texts) >= {"j.xml", "log.txt", "out/verdict.json", "out/plan.json", HAR}
    assert any(name.startswith(".pytest_cache") for name in texts)
    return texts


@pytest.fixture(scope="module")
def said(leaky: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What a run says in all its outputs."""
    return talkative(tmp_path_factory.mktemp("said"), leaky)


def held(texts: dict[str, str], forms: dict[str, str]) -> Iterable[str]:
    """Which of the forms is in which output, also inside base64 content of the HAR."""
    for name, text in texts.items():
        decoded = ""
        if name.endswith(".har"):
            entries = json.loads(text)["log"]["entries"]
            contents = (e["response"]["content"] for e in entries)
            decoded = "".join(
                base64.b64decode(c["text"]).decode() for c in contents if c.get("encoding")
            )
        plain = (text + decoded).lower()
        unescaped = re.sub(r"\\+u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), plain)
        for form, value in forms.items():
            if value.lower() in plain or value.lower() in unescaped:
                where = plain.find(value.lower())
                yield f"{form} in {name}: …{plain[max(0, where - 80) : where + 80]}…"


@pytest.mark.slow
def test_no_token_in_any_output(said: dict[str, str]) -> None:
    """Console, JUnit, log file, cache, verdict, plan, evidence and pages hold none."""
    assert not list(held(said, NEVER))
    assert "[token:staging]" in said[HAR], "the mark tells that there was one"
    assert "[token:webhook:staging]" in said[HAR]


@pytest.mark.slow
@pytest.mark.parametrize("what", PEOPLE)
def test_no_person_in_any_output(said: dict[str, str], what: str) -> None:
    """Nor is a recipient, a subject, a body or a name, in whatever way it is written."""
    value = PEOPLE[what]
    ways = {"plain": value, "JSON": json.dumps(value)[1:-1], "HTML": html.escape(value)}
    assert not list(held(said, {**ways, "URL": quote(value)}))


@pytest.mark.slow
def test_kept_content_holds_no_token(leaky: str, tmp_path: Path) -> None:
    """``--caio-keep-content`` keeps what was written to whom, and tokens never."""
    texts = talkative(tmp_path, leaky, "--caio-keep-content")
    assert not list(held(texts, NEVER))
    assert PEOPLE["subject"] in texts[HAR]
    assert PEOPLE["other address"] in texts[HAR]


def test_a_usage_error_shows_nothing(gate: GateFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor does what is said before a run begins."""
    monkeypatch.setenv("CAIO_STAGING_URL", f"https://x:{quote(TOKEN)}@caio.example/?t={TOKEN}")
    monkeypatch.setenv("CAIO_STAGING_TOKEN", TOKEN + "\u00e9")
    monkeypatch.setenv("CAIO_STAGING_WEBHOOK_TOKEN", WEBHOOK + "\u00e9")
    result = gate.run("--tb=long", "--showlocals", "-vv", "--full-trace")
    texts = {"console": result.stdout.str(), "errors": result.stderr.str()}
    assert result.ret == 4
    assert not list(held(texts, NEVER))


@pytest.mark.slow
def test_masks_keep_people_apart(said: dict[str, str]) -> None:
    """A reader still sees who is who, and how long a text was."""
    assert re.search(r"b…@m….com \([0-9a-f]{8}\)", said[HAR])
    assert re.search(r"\[\d+ characters, [0-9a-f]{8}", said[HAR])


@pytest.mark.slow
def test_findings_say_what_failed(said: dict[str, str]) -> None:
    """A probe or a judge that raises is named, and the echo of the token is found."""
    data = json.loads(said["out/verdict.json"])
    findings = {f"{f['gate']}.{f['check']}": f for f in data["findings"]}
    assert "the probe itself failed: RuntimeError" in findings["ours.probe"]["observed"]
    assert "the judge itself failed: KeyError" in findings["ours.judge"]["observed"]
    assert findings["access.no-token-echo"]["outcome"] == "fail"

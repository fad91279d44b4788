"""What has to hold for every mutant, whatever it does (docs/fuzz.md, What has to hold)."""

from __future__ import annotations

import contextlib
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch
from urllib.parse import parse_qs, unquote

from lxml import etree

from fuzz import oracle, oracle_cycle
from fuzz.gate import DEADLINE, Outcome, State, left_out
from fuzz.oracle_cards import training
from fuzz.served import ANONYMOUS, SESSION, TOKEN, WRONG, Asked, Seen
from pytest_caio.__main__ import main
from pytest_caio.commands import judge_again
from pytest_caio.evidence.model import Unobserved
from pytest_caio.gates.files import Gate, packaged_folder, read_folder
from pytest_caio.privacy.outputs import redacted
from pytest_caio.report import console, github, slack
from pytest_caio.report.folder import write_report
from pytest_caio.report.step_summary import step_summary
from pytest_caio.verdict.decide import Verdict
from pytest_caio.verdict.finding import Severity

ENDS, TRACEBACK, AGREE, AGAIN = "ends in time", "no traceback", "outputs agree", "judged again"
SECRET, SENT, GO = "no secret", "nothing forbidden is sent", "no GO that the pages rule out"
SHORT = "looking at a part gives the whole"
INVARIANTS = (ENDS, TRACEBACK, AGREE, AGAIN, SECRET, SENT, GO, SHORT)
_MET = {"pass", "n/a", "waived"}
_EXIT = {"GO": 0, "NO-GO": 1, "CANNOT TELL": 10}
_REAL_SECONDS = 20.0
_PATIENT = 5.0
Broken = Iterator[tuple[str, str]]


def of_every(state: State, seen: Seen, outcome: Outcome) -> Broken:
    """Yield what a run breaks, by invariant: what can be seen without its outputs."""
    if outcome.virtual > DEADLINE + _PATIENT or outcome.real > _REAL_SECONDS:
        yield ENDS, f"{outcome.virtual:.0f} s by its own clock, {outcome.real:.0f} s in fact"
    yield from ((TRACEBACK, text) for text in _failed_itself(outcome))
    yield from ((SENT, text) for text in _forbidden(state, seen, outcome))
    secrets = _secrets(state)
    for finding in outcome.result.findings:
        said = f"{finding.observed} {finding.remedy} {finding.expected} {finding.facts}"
        yield from ((SECRET, f"{name} in {finding.name}") for name, s in secrets if s in said)
    yield from ((GO, text) for text in _ruled_out(state, seen, outcome))


def _failed_itself(outcome: Outcome) -> Iterator[str]:
    for (_, probe), found in outcome.result.evidence.evidence.items():
        if isinstance(found, Unobserved) and "the probe itself failed" in found.reason:
            yield f"{probe}: {found.reason}"
    for finding in outcome.result.findings:
        if "the judge itself failed" in finding.observed:
            yield f"{finding.name}: {finding.observed}"


def _secrets(state: State) -> list[tuple[str, str]]:
    found = [pair for one in state.deployments for pair in one.secrets.items() if pair[1]]
    sessions = [s for one in state.deployments for s in one.deployment.state.sessions]
    return [*found, *(("a session", session) for session in sessions)]


def _ruled_out(state: State, seen: Seen, outcome: Outcome) -> Iterator[str]:
    """Checks that are met, and by the pages can't be."""
    go = " (and GO)" if outcome.result.verdict is Verdict.GO else ""
    secrets = {n: s for one in state.deployments for n, s in one.secrets.items()
               if s and n == "the token"}  # fmt: skip
    for one in state.deployments:
        there = seen.of(one.environment)
        why = dict(oracle.cannot_be_met(there, one.kind, one.generation, secrets))
        for finding in outcome.result.findings:
            here = finding.environment == one.environment
            required = finding.severity is Severity.REQUIRED
            if here and required and finding.name in why and finding.outcome in _MET:
                yield f"{finding.name} is {finding.outcome}{go}: {why[finding.name]}"


# --- docs/promises.md, No harm: read once more, from what was asked on the wire

_TAGS = oracle_cycle.TWELVE
_ACTING = re.compile(r"/(?:trigger|clear-queue|approve|reject|seed_queue|[a-z]+-batch/.*)$")
_ENOUGH = 10
_HARMLESS = re.compile(
    r"/api/emails/caio-gate-unknown-any/(?:approve|reject)"
    r"|/api/operator/(?:approve|reject)-batch/caio-gate-unknown-any"
)


def _forbidden(state: State, seen: Seen, outcome: Outcome) -> Iterator[str]:
    yield from (f"a stranger was asked: {url}" for url in outcome.wire.strangers)
    wrong_logins = 0
    # What was seen before, where a part alone is asked anew.
    known = len(seen.all) - len(outcome.wire.seen.all)
    for asked, request, answers in outcome.wire.sent:
        by_then = Seen(seen.all[: known + answers])
        cards = _training(by_then) if asked.path.endswith("/reject") else set()
        if any(one.token in unquote(str(request.url)) for one in state.deployments):
            yield f"the token is in a URL: {asked.name}"
        others = [one for one in state.deployments if one.environment != asked.environment]
        if any(one.token in "\n".join(request.headers.values()) for one in others):
            yield f"another environment's token: {asked.name}"
        wrong_logins += asked.path == "/login" and asked.method == "POST" and asked.who == WRONG
        if may_be_sent(asked, request.content, cards) or _seeding(state, by_then, asked):
            continue
        yield asked.name
    places = len(state.deployments)
    if wrong_logins > 2 * places + min(_lost_logins(outcome), 2 * places):
        yield f"{wrong_logins} wrong logins"


def _lost_logins(outcome: Outcome) -> int:
    """How many wrong logins a gateway answered in the deployment's stead: once more each."""
    return sum(
        asked.path == "/login" and asked.who == WRONG and served.status in {502, 503}
        for asked, served in outcome.wire.seen.all
        if asked.method == "POST"
    )


def may_be_sent(asked: Asked, body: bytes, cards: set[str]) -> bool:
    """Whether a request does no harm, where `cards` are the training cards that were seen."""
    if asked.method in {"GET", "HEAD", "OPTIONS"}:
        open_door = asked.who in {ANONYMOUS, WRONG} or asked.method == "OPTIONS"
        # Whether a link would decide: of what nobody has.
        nobodys = asked.query in {"", "_method=POST"} and bool(_HARMLESS.fullmatch(asked.path))
        return open_door or not _ACTING.search(asked.path) or nobodys
    if asked.method != "POST":
        return False
    if asked.path == "/login":
        return asked.who in {SESSION, WRONG}
    if asked.path.startswith("/webhooks/"):
        return not _is_json(body)
    if asked.who in {ANONYMOUS, WRONG}:
        none = asked.path == "/api/admin/seed_queue" and asked.query == "count=0"
        return none or bool(_HARMLESS.fullmatch(asked.path))
    found = re.fullmatch(r"/api/emails/([^/]+)/reject", asked.path)
    fields = parse_qs(asked.query)
    tag, reason = (fields.get(key, [""])[0].strip() for key in ("rejection_tag", "reason"))
    whole = tag in _TAGS and reason
    named = found is not None and (found[1] in cards or _nobodys(found[1], cards))
    return named and asked.who == TOKEN and not whole


def _nobodys(card: str, cards: set[str]) -> bool:
    """Whether an id is made up, or a seeded training card's without its end."""
    part = len(card) >= _ENOUGH and any(one.startswith(card) for one in cards)
    return card == "caio-gate-unknown-any" or (part and card.startswith("seed_"))


def _seeding(state: State, by_then: Seen, asked: Asked) -> bool:
    """Whether one training card is asked for where the packaged policy lets the gate make one.

    That is a staging which has called itself that, in every answer so far.
    """
    one = (asked.method, asked.path, asked.query) == (
        "POST", "/api/admin/seed_queue", "count=1&tier=tier_1",
    )  # fmt: skip
    kinds = {d.environment: d.kind for d in state.deployments}
    declared = by_then.of(asked.environment).usable("/api/runtime/dependencies")
    words = {oracle.part(answer, "auth", "environment") == "staging" for answer in declared}
    return one and kinds[asked.environment] == "staging" and words == {True}


def _is_json(body: bytes) -> bool:
    try:
        json.loads(body)
    except ValueError:
        return False
    return True


def _training(seen: Seen) -> set[str]:
    """The ids of cards that some reading shows as training and none as live."""
    kinds: dict[str, set[bool]] = {}
    for asked, served in seen.all:
        value = served.json if asked.path == "/api/pending-emails" else None
        cards = value.get("pending_emails") if isinstance(value, dict) else None
        for card in cards if isinstance(cards, list) else ():
            if isinstance(card, dict) and isinstance(card.get("email_id"), str):
                kinds.setdefault(card["email_id"], set()).add(training(card))
    return {name for name, found in kinds.items() if found == {True}}


# --- the outputs


def of_outputs(state: State, outcome: Outcome) -> Broken:
    """Yield what a run's outputs break: written, read as what they are, and judged again."""
    with TemporaryDirectory() as name:
        folder = Path(name) / "report"
        write_report(folder, outcome.result, outcome.redactor)
        shown = redacted(outcome.result, outcome.redactor)
        texts = {path.name: path.read_bytes() for path in folder.iterdir()}
        lines = [*console.lines(shown), console.verdict_line(shown)]
        texts["console"] = "\n".join(line.text for line in lines).encode("utf-8", "replace")
        texts["annotations"] = "\n".join(github.annotations(shown, "")).encode("utf-8", "replace")
        texts["summary"] = step_summary(shown, None).encode("utf-8", "replace")
        texts["slack"] = json.dumps(slack.message(shown, "")).encode()
        yield from ((AGREE, text) for text in _disagreements(texts, outcome))
        for what, secret in _secrets(state):
            forms = {secret.encode(), secret[:-1].encode()}
            leaks = [name for name, data in texts.items() if any(form in data for form in forms)]
            if leaks:
                yield SECRET, f"{what} in {', '.join(leaks)}"
        yield from ((AGAIN, text) for text in _judged_again(folder, texts, outcome))


def _disagreements(texts: dict[str, bytes], outcome: Outcome) -> Iterator[str]:
    verdict = json.loads(texts["verdict.json"])
    said = verdict["verdict"]
    if said != outcome.result.verdict or outcome.result.exit_code != _EXIT[said]:
        yield f"verdict.json says {said}, the exit code {outcome.result.exit_code}"
    json.loads(texts["evidence.har"])
    json.loads(texts["plan.json"])
    suites = etree.fromstring(texts["gates.junit.xml"])
    cases = suites.findall(".//testcase")
    bad = [case for case in cases if case.find("failure") is not None]
    open_ = [case for case in cases if case.find("error") is not None]
    if len(cases) < len(verdict["findings"]):
        yield f"{len(cases)} cases for {len(verdict['findings'])} findings"
    if (said == "GO") != (not bad and not open_) or (said == "NO-GO") != bool(bad):
        yield f"{said}, and JUnit has {len(bad)} failures and {len(open_)} errors"
    last = texts["console"].decode().splitlines()[-1]
    if not last.startswith(f"{said}:"):
        yield f"the console's last line is {last[:80]!r}"
    for name in ("summary", "report.html"):
        if said.encode() not in texts[name]:
            yield f"{name} does not say {said}"


def _judged_again(folder: Path, texts: dict[str, bytes], outcome: Outcome) -> Iterator[str]:
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        code = _exit_code(folder)
    if code != outcome.result.exit_code:
        yield f"exit code {code}, the run's was {outcome.result.exit_code}: {out.getvalue()[:300]}"
        return
    again, before = json.loads(out.getvalue()), json.loads(texts["verdict.json"])
    if again != before:
        other = [key for key in before if again.get(key) != before[key]]
        yield f"{other} are otherwise"


def _gates_tried() -> tuple[Gate, ...]:
    gates, _ = read_folder(packaged_folder())
    kept = (
        replace(g, checks=tuple(c for c in g.checks if not left_out(f"{g.gate}.{c.id}")))
        for g in gates
    )
    return tuple(gate for gate in kept if gate.checks)


def _exit_code(folder: Path) -> int:
    # What this harness leaves out (a browser, a replay) is no laxness of the report.
    with patch.object(judge_again, "standard_gates", _gates_tried):
        try:
            return int(main(["judge", str(folder), "--json"]) or 0)
        except SystemExit as end:
            return int(end.code or 0)

"""``caio guard -- COMMAND``: a dispatch that starts only while a GO holds.

Source: ``docs/guard.md, The guard``. What has to hold is in :mod:`pytest_caio.verdict.clearing` and
:mod:`pytest_caio.judge.still_good`; here it is looked up, and the command started.
"""

import argparse
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from pytest_caio.base.messages import in_words, plain, plural
from pytest_caio.commands.after_dispatch import look_at_cycle
from pytest_caio.commands.deployed import Deployed, complain, deployed, say, with_whole_ids
from pytest_caio.commands.in_ledger import add_ledger, known, ledger_of, note
from pytest_caio.commands.judge_again import judge_again, judges_of
from pytest_caio.commands.passed_through import run_through
from pytest_caio.commands.said import folder
from pytest_caio.evidence.model import EvidenceFile
from pytest_caio.evidence.probe_names import LEDGER, QUEUE_BEFORE
from pytest_caio.judge.still_good import READS, Then, still_good
from pytest_caio.ledger.where import Where
from pytest_caio.observe.past_runs import past_runs
from pytest_caio.observe.queue_before import queue_before
from pytest_caio.observe.queue_readings import DEFAULT_READING
from pytest_caio.observe.release import reading
from pytest_caio.report.decision_file import bound_to, decided
from pytest_caio.report.folder_lock import dispatching
from pytest_caio.report.times import local
from pytest_caio.settings.environments import REHEARSAL, full_name
from pytest_caio.verdict.clearing import Asked, Held, Refusal, refusals_of_report
from pytest_caio.verdict.decide import Verdict
from pytest_caio.verdict.owners_word import Word, taken_out
from pytest_caio.verdict.past import PastDeed
from pytest_caio.verdict.result import REHEARSAL_NOTE, Result
from pytest_caio.verdict.run_finding import BEFORE
from pytest_caio.verdict.sentence import decision, remarks

NAME = "guard"
HELP = "run a command, a live dispatch, only while a GO holds"
VARIABLE = "CAIO_REPORT"
REFUSED = 125
"""No code of the command's own, by custom: what stands in front of it did not start it."""
_MISTAKE = 4
DAY = timedelta(days=1)  # More than any two machines' clocks are apart.


@dataclass(frozen=True)
class Answer:
    """Whether a GO holds, and of what report."""

    held: Held | Refusal
    result: Result
    words: Sequence[Word] = ()
    ledger: Where | None = None
    environment: str = ""


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments; the command itself stands after ``--``."""
    parser.usage = "caio guard --env=NAME [--report=DIR] [--then=cycle] -- COMMAND …"
    parser.epilog = (
        "Exit code: the command's own; 125 it was not started. With --check: 0 the GO holds, 1 it "
        "does not, 10 can't tell, 4 usage."
    )
    parser.add_argument("--env", required=True, metavar="NAME",
                        help="what is dispatched from: prod, or a name of your own")  # fmt: skip
    parser.add_argument("--report", type=folder, metavar="DIR",
                        help=f"the pre-flight's report (else what {VARIABLE} names)")  # fmt: skip
    parser.add_argument("--check", action="store_true",
                        help="say whether the GO holds, and start nothing")  # fmt: skip
    parser.add_argument("--json", action="store_true", help="with --check: print JSON")
    parser.add_argument("--rehearsal", action="store_true",
                        help="a rehearsal's GO will do, for a rehearsal")  # fmt: skip
    add_ledger(parser)
    parser.add_argument("--then", choices=("cycle",),
                        help="afterwards: run profile cycle, and write the daily log")  # fmt: skip
    parser.add_argument("--cycle-report", type=folder, metavar="DIR",
                        help="where --then=cycle writes (default: REPORT-cycle)")  # fmt: skip


def mistake_code(given: Sequence[str]) -> int:
    """Return the exit code of a mistake in what was asked: no code of the command's own."""
    return _MISTAKE if "--check" in given else REFUSED


def run(arguments: argparse.Namespace) -> int:
    """Start the command where the GO holds, and return its exit code; else 125."""
    command: Sequence[str] = arguments.passed_on
    report = _report(arguments)
    if bool(command) is arguments.check or (arguments.json and not arguments.check):
        raise ValueError("name a command after --, or ask with --check, which takes none")
    if arguments.check:
        return _check(_answer(arguments, report), arguments)
    if not report.is_dir():
        raise ValueError(f"there is no folder {report}. Name the folder of --caio-report")
    # Before anything is started: from then on no mistake of ours may look like one of the command.
    whole = report.resolve()
    beside = arguments.cycle_report or whole.with_name(f"{whole.name}-cycle")
    with dispatching(report):
        answer, code = _guarded(arguments, report, command)
    if answer is None or not arguments.then:
        return code
    found = look_at_cycle(arguments.env, report, beside, answer.result, arguments.ledger)
    return code or found


def _guarded(
    arguments: argparse.Namespace, report: Path, command: Sequence[str]
) -> tuple[Answer | None, int]:
    """Return the answer on which the command ran, None where it was not started, and the code."""
    try:
        answer = _answer(arguments, report)
        if isinstance(answer.held, Refusal):
            _remember(answer, report, started=False)
            return None, _nothing(answer.held.says)
        for line in _holding(answer, answer.held):
            complain(NAME, plain(line))
        _remember(answer, report, started=True)
    except (OSError, ValueError, KeyError) as error:
        return None, _nothing(in_words(error))
    except Exception as error:  # noqa: BLE001 - a mistake of ours has no code of the command's
        return None, _nothing(f"the guard itself failed ({type(error).__name__})")
    try:
        code = run_through(command)
    except (OSError, ValueError) as error:
        _remember(answer, report, started=False)
        return None, _nothing(in_words(error))
    _remember(answer, report, started=True, exit_code=code)
    return answer, code


def _remember(answer: Answer, report: Path, **what: int | bool) -> None:
    """Add to the ledger that a command was refused, is started, has ended: an end that is missing
    there tells of a guard that was killed.
    """
    at, digest = datetime.now(UTC), bound_to(report)["verdict.json"]
    note(answer.ledger, NAME, PastDeed("guard", answer.environment, at, digest, what))


def _nothing(why: str) -> int:
    for line in why.splitlines():
        complain(NAME, f"nothing is started: {plain(line)}")
    return REFUSED


def _report(arguments: argparse.Namespace) -> Path:
    """Return the folder of the report: none is guessed, as the newest may be another's."""
    named: Path | None = arguments.report
    if named is None and not os.environ.get(VARIABLE, "").strip():
        raise ValueError(f"which report? Say --report=DIR, or set {VARIABLE}")
    return named or Path(os.environ[VARIABLE].strip())


def _answer(arguments: argparse.Namespace, report: Path) -> Answer:
    """Return whether the GO of a report holds: the report first, then what is deployed."""
    name: str = arguments.env
    if full_name(name) == REHEARSAL:
        text = "--env=rehearsal is started anew by each command, so no earlier GO is about it"
        raise ValueError(f"{text}. Serve one (caio rehearse), and name it as it says")
    bound = bound_to(report)
    result = judge_again(report)
    words, problem = decided(report, bound)
    # The rehearsal's own options are of no use here.
    target = argparse.Namespace(env=name, fault=[], generation="g2")
    with deployed(target) as deployment:
        asked = _asked(deployment, rehearsal=arguments.rehearsal)
        ledger = ledger_of(arguments, deployment.policy)
        _, deeds, _ = known(ledger, NAME, asked.environment, result.evidence.started_at - DAY)
        problem = problem or taken_out(deeds, bound["verdict.json"], words)
        so_far = partial(
            Answer, result=result, words=words, ledger=ledger, environment=asked.environment
        )
        if refusal := next(refusals_of_report(result, asked, words, problem), None):
            return so_far(refusal)
        now = _now(deployment, result, report)
        judges = judges_of(report, {p.check.judge for p in result.snapshot.plan if p.check.judge})
    if bound_to(report) != bound:
        raise ValueError(f"{report} was written anew while it was read. Try again")
    return so_far(still_good(Then(result, asked, now, judges)))


def _asked(deployment: Deployed, *, rehearsal: bool) -> Asked:
    here, policy = deployment.environment, deployment.policy
    return Asked(
        here.name, here.kind, here.url, datetime.now(UTC),
        policy.good_for_hours, policy.decision.required, rehearsal,
    )  # fmt: skip


def _now(deployment: Deployed, result: Result, report: Path) -> EvidenceFile:
    """Return what the deployment says now, to the same questions as at the GO."""
    began = datetime.now(UTC)
    # What earlier runs saw decides nothing here.
    nothing_past = past_runs(None, "")
    known = (DEFAULT_READING, reading(BEFORE), queue_before(report, "--report"), nothing_past)
    as_then = replace(deployment, policy=result.snapshot.policy)
    look = with_whole_ids(as_then.look(*READS, QUEUE_BEFORE, LEDGER, known=known))
    return EvidenceFile(began, {(look.environment, p): seen for p, seen in look.evidence.items()})


def _check(answer: Answer, arguments: argparse.Namespace) -> int:
    held = answer.held
    code = held.exit_code if isinstance(held, Refusal) else 0
    said = [held.says] if isinstance(held, Refusal) else list(_holding(answer, held))
    if arguments.json:
        verdict = held.verdict if isinstance(held, Refusal) else Verdict.GO
        data = {"holds": not code, "verdict": verdict, "says": " ".join(said)}
        if isinstance(held, Refusal):
            data |= {"why": held.why, "who": held.who, "do": held.do}
        else:
            data |= {"until": held.until.isoformat(), "left": held.left}
        say(json.dumps(data, indent=1))
    else:
        for line in said:
            say(plain(line))
    return code


def _holding(answer: Answer, held: Held) -> Iterator[str]:
    """Yield that the GO holds, on what it rests, and what is left for a dispatch."""
    zone = answer.result.snapshot.policy.review.zone
    who = (
        f"; decided: {answer.words[-1].decision}, by {answer.words[-1].who}" if answer.words else ""
    )
    left = plural(held.left, "approved card") if held.left else "no approved card"
    until = local(held.until, zone)
    yield f"{decision(answer.result)} holds until {until}{who}; {left} left for a dispatch."
    yield from remarks(answer.result)
    if answer.result.rehearsal:
        yield REHEARSAL_NOTE

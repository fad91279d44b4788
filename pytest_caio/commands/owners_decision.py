"""``caio decide DIR``: the owner's go or no-go, recorded beside the evidence."""

import argparse
import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from pytest_caio.base.messages import listed, plain
from pytest_caio.base.strict_json import clean_text
from pytest_caio.commands.deployed import complain, say
from pytest_caio.commands.in_ledger import add_ledger, ledger_of, note
from pytest_caio.commands.judge_again import judge_again
from pytest_caio.commands.said import folder
from pytest_caio.privacy.redactor import Redactor, Secret
from pytest_caio.privacy.reduced_text import mask_addresses
from pytest_caio.report import decision_view, github, slack
from pytest_caio.report.clearance import until
from pytest_caio.report.decision_file import bound_to, decided, record
from pytest_caio.report.folder_lock import hold
from pytest_caio.report.times import local
from pytest_caio.run.publish import Publisher
from pytest_caio.verdict.decide import EXIT_CODES, Verdict
from pytest_caio.verdict.owners_word import Word, digest_of, line_of
from pytest_caio.verdict.past import PastDeed
from pytest_caio.verdict.result import Result

NAME = "decide"
HELP = "record the owner's go or no-go on a report, beside its evidence"
PATIENCE = 10.0
"""Seconds for which a folder that somebody else writes into is waited for."""
_NAME_LIMIT, _NOTE_LIMIT = 100, 1_000


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.epilog = (
        "A go is for a report that is GO, judged again, and still good; exceptions are waivers. "
        "Exit code: 0 recorded, 1 or 10 not recorded as it is no GO, 4 usage."
    )
    parser.add_argument("folder", type=folder, metavar="REPORT", help="a folder of --caio-report")
    word = parser.add_mutually_exclusive_group(required=True)
    word.add_argument("--go", action="store_true", help="the live cycle may run")
    word.add_argument("--no-go", action="store_true", help="it may not, whatever the report says")
    parser.add_argument("--by", default="", metavar="NAME",
                        help="whose word it is; it is shown as what somebody typed (on GitHub: "
                        "default who started the run)")  # fmt: skip
    parser.add_argument("--note", default="", metavar="TEXT", help="why, in a sentence")
    parser.add_argument("--rehearsal", action="store_true",
                        help="also a rehearsal's GO, which clears no live cycle")  # fmt: skip
    add_ledger(parser)
    parser.add_argument("--json", action="store_true", help="print what was recorded as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Record the decision, show it on the report's page, tell Slack; return 0 where it counts."""
    report: Path = arguments.folder
    if not report.is_dir():
        raise ValueError(f"there is no folder {report}. Name the folder of --caio-report")
    word = _word(arguments, os.environ)
    give_back = hold(report, "REPORT", wait=PATIENCE)
    try:
        result = judge_again(report)
        if word.go and (why := _no_go(result, word.at, rehearsal=arguments.rehearsal)):
            complain(NAME, f"nothing is recorded: {why}")
            return result.exit_code or EXIT_CODES[Verdict.NO_GO]
        bound = bound_to(report)
        word = record(report, replace(word, report=bound))
        words, _ = decided(report, bound)
        zone = result.snapshot.policy.review.zone
        problems = _shown(report, words, zone)
    finally:
        give_back()
    where = listed(shown.name for shown in result.snapshot.environments)
    text = f"{where}: {decision_view.in_words(word, zone)}"
    say(line_of(word).decode() if arguments.json else plain(text))
    note(ledger_of(arguments, result.snapshot.policy), NAME, *_deeds(word, result))
    for line in (*problems, *_tell(word, where, zone, result)):
        complain(NAME, line)
    return 0


def _word(arguments: argparse.Namespace, variables: Mapping[str, str]) -> Word:
    """Return the decision as it was typed, free of tokens; raise ValueError where nobody says it.

    Who started a run is GitHub's word only in one of its steps.
    """
    secrets = {n: Secret(v) for n, v in github.secret_values(variables).items()}
    redactor = Redactor(secrets, keep_content=True)
    here = github.under_actions(variables)
    actor = variables.get("GITHUB_TRIGGERING_ACTOR") or variables.get("GITHUB_ACTOR") or ""
    by, note, actor, run = (
        " ".join(redactor.text(clean_text(text)).split())
        for text in (
            arguments.by, arguments.note, actor if here else "",
            slack.run_url(variables) if here else "",
        )
    )  # fmt: skip
    if not (by or actor):
        raise ValueError("whose word is it? Say --by=NAME")
    if len(by) > _NAME_LIMIT or len(note) > _NOTE_LIMIT:
        text = f"--by takes {_NAME_LIMIT} characters at most, --note {_NOTE_LIMIT:,}"
        raise ValueError(f"{text}: what is longer belongs beside the report")
    return Word(
        decision="go" if arguments.go else "no-go",
        by=plain(by),
        actor=plain(actor),
        run=plain(run),
        note=plain(note),
        at=datetime.now(UTC),
        report={},
        before="",
    )


def _no_go(result: Result, now: datetime, *, rehearsal: bool) -> str:
    """Return why a go can't rest on this report, or nothing where it can."""
    if result.verdict is not Verdict.GO:
        text = f"judged again, the report is {result.verdict}, and a go is for a GO only"
        return f"{text}. Mend what it names and run the gate again; an exception is a waiver"
    if result.rehearsal and not rehearsal:
        return "a rehearsal clears no live cycle (to try it out: --rehearsal)"
    if now >= until(result):
        ended = local(until(result), result.snapshot.policy.review.zone)
        return f"this GO was good until {ended}. Run the gate again"
    return ""


def _deeds(word: Word, result: Result) -> Iterator[PastDeed]:
    """Yield what a ledger keeps of a decision: an address in a name is nobody's business there."""
    data = {
        "decision": word.decision, "by": mask_addresses(word.who), "line": digest_of(line_of(word))
    }  # fmt: skip
    for shown in result.snapshot.environments:
        yield PastDeed("decision", shown.name, word.at, word.report["verdict.json"], data)


def _shown(report: Path, words: tuple[Word, ...], zone: str) -> list[str]:
    try:
        if decision_view.show_on_page(report, words, zone):
            return []
        why = "it has no place for it"
    except (OSError, ValueError) as error:
        why = f"it can't be written ({type(error).__name__})"
    return [f"{decision_view.PAGE} does not show it: {why}; the decision stands"]


def _tell(word: Word, where: str, zone: str, result: Result) -> list[str]:
    message = decision_view.slack_message(word, where, zone, word.run)
    lines = Publisher(os.environ).post(message, result.rehearsal)
    return [line for line in lines if line != "Slack: told"]

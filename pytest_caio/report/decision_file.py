"""``decisions.jsonl``: the owner's decisions, beside the report that they are about.

It is written whole each time, beside the old one and then in its place, so whoever is ended in the
middle leaves either the old decisions or the new ones.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from pytest_caio.evidence.report_files import content
from pytest_caio.report.attestation import digest
from pytest_caio.report.folder import write_atomically
from pytest_caio.verdict.owners_word import Word, Words, line_of, read_words

NAME = "decisions.jsonl"
_BOUND = ("verdict.json", "evidence.har", "plan.json")


def bound_to(folder: Path) -> dict[str, str]:
    """Return the digests that a decision on the report in ``folder`` is bound by; raise ValueError
    where there is no report.
    """
    return {name: digest(content(folder, name)) for name in _BOUND}


def words_in(folder: Path) -> Words:
    """Return the decisions that lie in a folder; none where there is no such file."""
    if not (folder / NAME).is_symlink() and not (folder / NAME).exists():
        return Words()
    try:
        return read_words(content(folder, NAME))
    except ValueError as error:
        return Words(problem=str(error))


def record(folder: Path, word: Word) -> Word:
    """Add a decision, chained to the last one, and return it as it stands there.

    Whoever calls holds the folder's lock. Raises ValueError where the chain is broken: nothing is
    hung on to it.
    """
    known = words_in(folder)
    path = folder / NAME
    if known.problem:
        text = f"{path} was changed by something else than caio decide: {known.problem}"
        raise ValueError(f"{text}. Keep it under another name, and decide again")
    chained = replace(word, before=known.last)
    before = content(folder, NAME) if known.every else b""
    write_atomically(path, before + line_of(chained) + b"\n")
    return chained


def decided(folder: Path, report: Mapping[str, str]) -> tuple[tuple[Word, ...], str]:
    """Return the decisions on the report with these digests, oldest first, and what is wrong with
    the file, if anything is.
    """
    words = words_in(folder)
    return words.of(report), words.problem

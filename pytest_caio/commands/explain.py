"""``caio explain CHECK``: what a check asks and why, without a deployment."""

import argparse
from collections.abc import Iterator
from pathlib import Path

from pytest_caio.base.messages import did_you_mean, listed
from pytest_caio.extensions import Extensions, gather, installed
from pytest_caio.gates.files import Check, Gate, GateFileError
from pytest_caio.gates.plan import Gates, read_gate_files
from pytest_caio.judge.in_words import looks_at, rule_in_words
from pytest_caio.observe.asked import in_words

NAME = "explain"
HELP = "what a check asks and why: how it looks, whose it is, what to do, how it can fail"


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.epilog = "Exit code: 0 fine, 4 no such check, or a mistake in a gate file."
    parser.add_argument("check", nargs="?", metavar="CHECK",
                        help="its name, like ramp.limits (default: list all)")  # fmt: skip


def run(arguments: argparse.Namespace) -> int:
    """Print a check in words, or all of them in a line each."""
    gates = _gates(Path("gates"))
    checks = {f"{g.gate}.{c.id}": (g, c) for g in gates.in_force for c in g.checks}
    if not arguments.check:
        lines = [f"{name:<34} {check.title}" for name, (_, check) in checks.items()]
    else:
        name = _name(arguments.check, list(checks))
        standard = {gate.gate for gate in gates.standard}
        lines = list(_explained(*checks[name], gather(installed()), standard))
    print("\n".join(lines))  # noqa: T201
    return 0


def _gates(folder: Path) -> Gates:
    gates, mistakes = read_gate_files(folder)
    if mistakes:
        raise GateFileError(mistakes)
    return gates


def _name(asked: str, known: list[str]) -> str:
    """Return the check that is meant: by its whole name, or by an id that only one has."""
    if asked in known:
        return asked
    same = [name for name in known if name.split(".", 1)[1] == asked]
    if len(same) == 1:
        return same[0]
    if same:
        raise ValueError(f"{asked!r} may be {' or '.join(same)}: write the gate's name before it")
    hint = did_you_mean(asked, known)
    raise ValueError(f"there is no check {asked!r}{hint} `caio explain` lists all.")


def _explained(gate: Gate, check: Check, known: Extensions, standard: set[str]) -> Iterator[str]:
    name = f"{gate.gate}.{check.id}"
    yield f"{name}: {check.title}"
    expected = check.expected or "; ".join(e.in_words for e in check.expectations)
    waived = "can be waived" if check.waivable else "can't be waived"
    rows = [
        ("must hold", expected or check.title),
        *_how(check, known),
        ("severity", f"{check.severity}; {waived}"),
        ("due", listed(check.when)),
        ("whose call", check.owner),
        ("do next", check.remedy),
        ("written in", f"{gate.file}, line {check.line}"),
        ("turned red by", _faults(name)),
    ]
    if gate.gate in standard:
        rows.append(("more", f"docs/checks.md#gate-{gate.gate}"))
    yield from (f"  {word:<13} {text}" for word, text in rows)


def _how(check: Check, known: Extensions) -> list[tuple[str, str]]:
    """Return what is looked at, what is sent for it that is no plain request, and the rule."""
    looks = looks_at(check, known.judges)
    if check.request:
        return [("asks", looks[0])]
    rule = rule_in_words(check, known.judges)
    if check.judge not in known.judges:
        return [("judge", rule)]
    asks = listed(looks, 40) or "nothing by itself: it judges what the run brought back"
    probes = [known.probes[name] for name in looks if name in known.probes]
    sent = [(probe.name, asked) for probe in probes for asked in probe.asks or ()]
    said = [("sends", f"{name}: {in_words(each)}") for name, each in sent if each.request != name]
    return [("asks", asks), *said, ("judge", rule)]


def _faults(name: str) -> str:
    from pytest_caio.rehearsal.faults.catalogue import FAULTS

    found = [fault.name for fault in FAULTS.values() if name in fault.checks]
    return f"--caio-fault={listed(found, 40)}" if found else "no fault of the rehearsal"

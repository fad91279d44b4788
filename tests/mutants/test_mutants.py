"""The harness itself: operators do what they say, a mutant is undone, the list is kept honest."""

from __future__ import annotations

import ast
import sys

import pytest

from mutants.figures import Figures
from mutants.mutant import Mutant, difference
from mutants.mutated_code import DEPLOYMENT, rehearsal_with
from mutants.page_mutants import page_mutants
from mutants.python_operators import OPERATORS, Scope
from mutants.rewrites import REWRITES, try_rewrite
from mutants.server_mutants import mutants_of, source_of
from mutants.side_by_side import PAGE, REWRITE, SERVER, Task
from mutants.survivors import FILE, MOST, BadList, read, stale, unexplained
from mutants.trial import (
    BEYOND_THE_GATE,
    KILLED,
    SHOWS_NOWHERE,
    STAYS_GO,
    Baseline,
    Trial,
    baselines,
    try_out,
)
from pytest_caio.rehearsal import server as in_use

NAMED = Scope(("a", "b", "c"), {"a": "int", "b": "int", "c": "str"}, {"up": "down"})


def variants(operator: str, source: str) -> list[str]:
    """What an operator makes of the first node of a piece of source that it knows."""
    tree = ast.parse(source)
    found = [
        ast.unparse(ast.fix_missing_locations(changed))
        for node in ast.walk(tree)
        for changed in OPERATORS[operator](node, NAMED)
    ]
    return [" ".join(one.split()) for one in found]


@pytest.mark.parametrize(
    ("operator", "source", "expected"),
    [
        ("guard dropped", "if a:\n    raise b", ["if False: raise b"]),
        ("guard dropped", "if a:\n    b()", []),
        ("guard dropped", "if a:\n    return\nelse:\n    b()", []),
        ("condition negated", "if a:\n    b()", ["if not a: b()"]),
        ("condition negated", "x = b if a else c", ["b if not a else c"]),
        ("default given", "q.get('tag')", ["q.get('tag', 'other')"]),
        ("default given", "q.get('tag', '')", ["q.get('tag')"]),
        ("constant changed", "x = 5", ["6", "4"]),
        ("constant changed", "x = True", ["False"]),
        ("constant changed", "x = 'tier_1'", ["'tier_1x'"]),
        ("constant changed", "x = 'a sentence'", ["''"]),
        ("constant changed", "x = None", []),
        ("comparison changed", "a < b", ["a <= b"]),
        ("comparison changed", "a == b", ["a != b"]),
        ("comparison changed", "a not in b", ["a in b"]),
        ("comparison changed", "max(a, b)", ["min(a, b)"]),
        ("comparison changed", "not a", ["a"]),
        ("variable swapped", "a", ["b"]),
        ("variable swapped", "c", []),
        ("variable swapped", "x.up", ["x.down"]),
        ("way out removed", "raise a", ["pass"]),
        ("way out removed", "def f():\n    return a", ["a"]),
        ("and/or swapped", "a and b", ["a or b", "b", "a"]),
        ("call skipped", "check(a)", ["pass", "a"]),
        ("call skipped", "await check(a, b)", ["pass"]),
        ("call skipped", "a.strip()", ["pass", "a"]),
        ("keyword dropped", "f(x=1, y=2)", ["f(y=2)", "f(x=1)"]),
        ("entry dropped", "{'a': 1, 'b': 2}", ["{'b': 2}", "{'a': 1}"]),
        ("entry dropped", "[a, b]", ["[b]", "[a]"]),
    ],
)
def test_an_operator_makes_its_mistake(operator: str, source: str, expected: list[str]) -> None:
    """Each makes what its name says, and nothing where there is nothing to change."""
    assert variants(operator, source) == expected


def test_every_mutant_has_a_name_of_its_own_and_other_code() -> None:
    """Names go by content; each mutant compiles, and the tree is whole again after each."""
    source = source_of("listing")
    made = list(mutants_of("listing", source, {}))
    again = list(mutants_of("listing", f"# moved\n{source}", {}))
    assert len({mutant.name for mutant in made}) == len(made) > 100
    assert [mutant.name for mutant in made] == [mutant.name for mutant in again]
    usual = compile(ast.parse(source), "listing", "exec").co_consts
    for mutant in made[:40]:
        assert mutant.code is not None
        assert mutant.code().co_consts != usual or mutant.code().co_code
    first = made[0].code
    assert first is not None
    assert first() == first()


def test_a_mutant_is_served_and_then_undone() -> None:
    """The changed module is in the fresh rehearsal alone; what was in use is in use again."""
    guard = next(
        mutant
        for mutant in mutants_of("behaviour", source_of("behaviour"), {})
        if mutant.name
        == "behaviour.guard_everything: comparison changed: path not in OPEN_API_PATHS"
        " -> path in OPEN_API_PATHS"
    )
    assert guard.code is not None
    before = sys.modules[f"{DEPLOYMENT}.behaviour"]
    with rehearsal_with("behaviour", guard.code()) as changed:
        assert changed is not in_use
        assert not sys.modules[f"{DEPLOYMENT}.behaviour"].guard_everything("GET", "/api/leads")
    assert sys.modules[f"{DEPLOYMENT}.behaviour"] is before
    assert before.guard_everything("GET", "/api/leads")
    assert not [finder for finder in sys.meta_path if type(finder).__name__ == "_Finder"]


def test_a_broken_module_leaves_nothing_behind() -> None:
    """Also where a mutant can't even be imported."""
    before = dict(sys.modules)
    code = compile("raise RuntimeError('broken')", "x", "exec")
    with pytest.raises(RuntimeError), rehearsal_with("core", code):
        pass
    assert {n: m for n, m in sys.modules.items() if n in before} == before


SCRIPT = """<p>hello</p>
<script>
function reject() {
  if (!tag) { alert("A tag!"); return; }
  send(reason || "none", tag);
}
byId("rejectButton").addEventListener("click", reject);
</script>
"""


def test_the_page_is_mutated_in_its_script_alone() -> None:
    """Each mutant is a whole page that differs in its script, and says in which function."""
    made = page_mutants(SCRIPT)
    names = {mutant.name for mutant in made}
    assert {
        'sales.html.reject: guard dropped: if (!tag) { alert("A tag!"); return; } -> ;',
        "sales.html.reject: comparison changed: !tag -> tag",
        'sales.html.reject: default given: reason || "none" -> reason',
        'sales.html.rejectButton: constant changed: "click" -> "clickx"',
    } <= names
    for mutant in made:
        assert mutant.page is not None
        page = mutant.page()
        assert page != SCRIPT
        assert page.startswith("<p>hello</p>\n<script>\n")
        assert page.endswith("</script>\n")


def test_a_page_that_is_not_understood_is_no_page_without_mutants() -> None:
    """Nothing to mutate, or nothing to be read, is said."""
    for page in ("<p>hello</p>", "<script>\nfunction (\n</script>"):
        with pytest.raises(ValueError, match="script"):
            page_mutants(page)


def test_a_difference_is_cut_to_what_differs() -> None:
    """Long code is shown where it differs, with a little around it."""
    old, new = f"{'x' * 90} == 1 {'y' * 90}", f"{'x' * 90} != 1 {'y' * 90}"
    assert difference(old, new, 3) == ("…xx == 1…", "…xx != 1…")
    assert difference("a", "b") == ("a", "b")


def test_the_list_of_survivors_can_be_read() -> None:
    """The list of the repository is sound."""
    assert set(read(FILE.read_text("utf-8")).values()) <= {
        "same-behaviour", "no-contract-answer", "rehearsal-convenience",
    }  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ['[too-hard]\n"a" = "because"', '[same-behaviour]\n"a" = ""', '[same-behaviour]\n"a" = 1',
     '[same-behaviour]\n"a" = "x"\n[no-contract-answer]\n"a" = "x"'],
)  # fmt: skip
def test_a_wrong_list_is_refused(text: str) -> None:
    """No other reasons, none without a word, none twice."""
    with pytest.raises(BadList):
        read(text)


def trial(name: str, outcome: str, **more: tuple[str, ...]) -> Trial:
    """A trial of that name and outcome."""
    return Trial(name, 1, outcome, **more)


def test_a_stale_entry_and_a_new_survivor_are_problems() -> None:
    """What is listed has to stay GO still; what stays GO has to be listed or be advice."""
    trials = [
        trial("dead", KILLED), trial("listed", STAYS_GO), trial("new", STAYS_GO),
        trial("advised", STAYS_GO, advised=("access.docs-closed",)),
    ]  # fmt: skip
    reasons = dict.fromkeys(("dead", "gone", "listed"), "same-behaviour")
    assert stale(reasons, trials) == ["dead", "gone"]
    assert [one.name for one in unexplained(reasons, trials)] == ["new"]


def test_figures_count_what_they_say() -> None:
    """What changes no answer does not count; the share is of what ought to be killed."""
    outcomes = [KILLED] * 8 + [STAYS_GO] * 2 + [SHOWS_NOWHERE] * 5 + [BEYOND_THE_GATE] * 3
    made = {Task(SERVER, str(n)): trial(str(n), outcome) for n, outcome in enumerate(outcomes)}
    made[Task(PAGE, "p")] = trial("p", KILLED)
    made[Task(REWRITE, "r")] = trial("r", KILLED)
    figures = Figures(made, {"8": "no-contract-answer"})
    rows = dict(figures.rows())
    assert rows["**mutants that count**"] == "**11**"
    assert rows["**killed of those that ought to be**"] == "**90.0%**"
    assert rows["**false alarms**"] == "**1**"
    assert [problem.split(":")[0] for problem in figures.problems] == [
        "stays GO, and nobody says why", "false alarm",
    ]  # fmt: skip
    many = Figures(made, {"8": "same-behaviour", "9": "same-behaviour"})
    assert len(many.listed) > MOST * len(many.mutants)
    assert any("at most one in ten" in problem for problem in many.problems)


@pytest.fixture(scope="module")
def found() -> dict[str, Baseline]:
    """Every scene without a mutant."""
    return baselines()


def named_mutant(module: str, name: str) -> Mutant:
    """The mutant of that name."""
    made = {mutant.name: mutant for mutant in mutants_of(module, source_of(module), {})}
    return made[f"{module}.{name}"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "name", "outcome"),
    [
        ("behaviour", "refuse_reject: guard dropped: if wanted not in allowed -> if False", KILLED),
        ("credentials", "known: constant changed: True -> False", KILLED),
        ("configured", "Settings: constant changed: 'ok' -> 'okx'", KILLED),
        ("operator_routes", "health: constant changed: 41.0 -> 42.0", SHOWS_NOWHERE),
        (
            "page_routes",
            "login: guard dropped: if deployment.state.locked_out(address, now) -> if False",
            BEYOND_THE_GATE,
        ),
    ],
)
def test_a_trial_tells_what_became_of_a_mutant(
    found: dict[str, Baseline], module: str, name: str, outcome: str
) -> None:
    """Killed, or of no consequence, or out of the gate's reach."""
    assert try_out(named_mutant(module, name), found).outcome == outcome


@pytest.mark.slow
def test_what_the_gate_raises_is_not_taken_for_a_kill(
    found: dict[str, Baseline], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A gate that breaks on a mutant has a mistake of its own, and that is said."""

    def broken(*_given: object, **_more: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("mutants.trial.judge", broken)
    mutant = named_mutant("credentials", "known: constant changed: True -> False")
    with pytest.raises(ZeroDivisionError):
        try_out(mutant, found)


@pytest.mark.slow
def test_every_harmless_rewrite_over_http_is_go() -> None:
    """Those of the page are tried with the mutants, as a browser takes its time."""
    alarms = {
        r.name: t.checks for r in REWRITES if not r.page and (t := try_rewrite(r.name)).checks
    }
    assert alarms == {}


def test_there_are_enough_harmless_rewrites() -> None:
    """At least sixty, no name twice."""
    assert len({rewrite.name for rewrite in REWRITES}) == len(REWRITES) >= 60

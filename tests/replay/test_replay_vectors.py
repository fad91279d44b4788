"""The replay judge against the published vectors, and at every edge of every rule."""

from __future__ import annotations

import json
import sys
from difflib import SequenceMatcher
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_caio.replay.measure import similarity, stdlib_ratio
from pytest_caio.replay.scores import CaseScore, judge_case

VECTORS = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "data" / "replay-judge-vectors.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]


def judge(
    output: object = "x",
    tools: object = ("t",),
    chunks: object = ("x",),
    *,
    expected: object = ("t",),
    wanted: object = (),
    forbidden: object = (),
    prior: str | None = None,
) -> CaseScore:
    """Judge one case; by default tools 5, groundedness 5, completeness 3, reliability 4: 4.25."""
    case = {
        "expected_tools": expected,
        "positive_constraints": wanted,
        "negative_constraints": forbidden,
    }
    run = {"actual_output": output, "tool_trace_log": tools, "rag_context_chunks": chunks}
    return judge_case(case, run, prior)


@pytest.mark.parametrize("vector", VECTORS, ids=[v["case"]["id"] for v in VECTORS])
def test_published_vectors(vector: dict[str, dict[str, object]]) -> None:
    """Scores, verdict and lists are those of the published examples."""
    score = judge_case(vector["case"], vector["run"], vector["prior_output"])  # type: ignore[arg-type]
    assert {
        "overall_score": score.overall_score,
        "pass": score.passed,
        "scores": dict(score.scores),
        "missing_tools": list(score.missing_tools),
        "unexpected_tools": list(score.unexpected_tools),
        "negative_constraints_violated": list(score.negative_constraints_violated),
        "unsupported_claims": list(score.unsupported_claims),
    } == vector["expected"]


def test_all_vectors_are_there() -> None:
    """The file holds 250 of them, so that an empty one can't pass."""
    assert len(VECTORS) == 250


def test_the_default_case_passes() -> None:
    """What the tables below change one thing of is a pass with 4.25."""
    score = judge()
    assert (score.overall_score, score.passed) == (4.25, True)
    assert list(score.scores.values()) == [5, 5, 3, 4]
    assert list(score.scores) == [
        "tool_selection_accuracy",
        "groundedness",
        "completeness",
        "reliability_consistency",
    ]


@pytest.mark.parametrize(
    ("expected", "actual", "points", "missing", "unexpected"),
    [
        ([], [], 3, [], []),
        ([], ["a"], 3, [], ["a"]),
        (["a"], ["a"], 5, [], []),
        (["a"], ["a", "b"], 4, [], ["b"]),
        (["a"], [], 3, ["a"], []),
        (["a"], ["b"], 3, ["a"], ["b"]),
        (["a", "b"], ["a"], 3, ["b"], []),
        (["a", "b"], [], 1, ["a", "b"], []),
        (["a", "b", "c"], ["a"], 2, ["b", "c"], []),
        (["a", "b", "c"], ["d"], 1, ["a", "b", "c"], ["d"]),
        (["a", "b", "c", "d"], ["a"], 2, ["b", "c", "d"], []),
        (["b", "b"], [], 1, ["b", "b"], []),
        (["a"], ["b", "a", "b"], 4, [], ["b", "b"]),
        (["Gateway.execute:clay.enrich"], ["clay.enrich"], 5, [], []),
        (["clay.enrich"], ["Gateway.execute:clay.enrich"], 5, [], []),
        ([" Crm . READ "], ["crm.read"], 5, [], []),
        (["crm.read"], ["\tCRM\u00a0. r e\u2003ad\n"], 5, [], []),
        (["Crm.Read"], [" Other Tool "], 3, ["Crm.Read"], [" Other Tool "]),
        (["straße"], ["STRASSE"], 3, ["straße"], ["STRASSE"]),
        (["İx"], ["i̇X"], 5, [], []),
        (["a", "b"], [""], 5, [], []),
        (["a", "b"], ["  \t"], 5, [], []),
        ([""], ["zzz"], 5, [], []),
        ([""], [], 3, [""], []),
        ("a", "a", 5, [], []),
        (None, None, 3, [], []),
        (["7"], 7, 5, [], []),
        ([7], ["7"], 5, [], []),
        (["None"], [None], 5, [], []),
        (("a",), ("a",), 5, [], []),
    ],
)
def test_tool_selection(
    expected: object, actual: object, points: int, missing: list[str], unexpected: list[str]
) -> None:
    """Each rule in its order; names match when one holds the other, white space and case apart."""
    score = judge(tools=actual, expected=expected)
    assert score.scores["tool_selection_accuracy"] == points
    assert list(score.missing_tools) == missing
    assert list(score.unexpected_tools) == unexpected


@pytest.mark.parametrize(
    ("met", "wanted", "points"),
    [
        (0, 0, 3),
        (10, 10, 5),
        (9, 10, 5),
        (17, 19, 4),
        (8, 9, 4),
        (7, 10, 4),
        (69, 100, 3),
        (2, 3, 3),
        (5, 10, 3),
        (1, 2, 3),
        (49, 100, 2),
        (4, 9, 2),
        (3, 10, 2),
        (29, 100, 1),
        (2, 7, 1),
        (0, 1, 1),
    ],
)
def test_completeness(met: int, wanted: int, points: int) -> None:
    """Each threshold from both sides, in tenths that binary fractions don't hold exactly."""
    words = [f"<{n}>" for n in range(wanted)]
    text = " ".join(words[:met]) or "x"
    score = judge(output=text, chunks=[text], wanted=words)
    assert score.scores["completeness"] == points


@pytest.mark.parametrize(
    ("output", "wanted", "points"),
    [
        ("TIER_1", ["tier_1"], 5),
        ("tier_1", ["TIER_1"], 5),
        ("CAFÉ", ["café"], 5),
        ("STRASSE", ["straße"], 1),
        ("ΟΔΟΣ", ["οδος"], 5),
        ("ΟΔΟΣ", ["οδοσ"], 1),
        ("anything", [""], 5),
        ("", [""], 5),
        ("a b", [" "], 5),
        ("do not", ["do  not"], 1),
        ("a", ["a", "a", "b"], 3),
        ("42", [42], 5),
        ("a", "a", 5),
        (42, ["42"], 5),
        (None, ["None"], 1),
    ],
)
def test_texts_are_compared_as_the_contract_says(
    output: object, wanted: object, points: int
) -> None:
    """Substrings, lower-cased on both sides, counted with their duplicates."""
    assert judge(output=output, wanted=wanted).scores["completeness"] == points


@pytest.mark.parametrize(
    ("output", "wanted", "chunks", "points", "unsupported"),
    [
        ("x", [], [], 1, []),
        ("", [], [], 3, []),
        (" \n", [], [], 3, []),
        (None, [], None, 3, []),
        ("x", [], ["", " \t"], 1, []),
        ("a b", ["a", "b"], ["\n"], 1, ["a", "b"]),
        ("", [""], [], 3, [""]),
        ("x", [], ["y"], 5, []),
        ("", [], ["y"], 5, []),
        ("a", ["a"], ["A"], 5, []),
        ("A", ["a"], ["y"], 3, ["a"]),
        ("a b", ["a", "b"], ["b"], 3, ["a"]),
        ("a b", ["b", "a"], ["y"], 2, ["b", "a"]),
        ("a b c", ["a", "b", "c"], ["y"], 2, ["a", "b", "c"]),
        ("a", ["a", "a"], ["y"], 2, ["a", "a"]),
        ("x", ["a"], ["y"], 5, []),
        ("ab", ["ab"], ["a", "b"], 3, ["ab"]),
        ("a\nb", ["a\nb"], ["a", "b"], 5, []),
        ("a", ["a"], "a", 5, []),
        ("7", ["7"], [7], 5, []),
    ],
)
def test_groundedness(
    output: object, wanted: object, chunks: object, points: int, unsupported: list[str]
) -> None:
    """What the output meets has to be in the chunks, joined by newlines."""
    score = judge(output=output, wanted=wanted, chunks=chunks)
    assert score.scores["groundedness"] == points
    assert list(score.unsupported_claims) == unsupported


def alike(same: int, of: int = 100) -> tuple[str, str]:
    """Return two texts of one length with a ratio of exactly same / of."""
    return "a" * same + "b" * (of - same), "a" * same + "c" * (of - same)


@pytest.mark.parametrize(
    ("prior", "output", "points"),
    [
        (None, "x", 4),
        ("", "x", 1),
        ("", "", 5),
        ("x", "", 1),
        ("x", "x", 5),
        (*alike(90), 5),
        (*alike(89), 4),
        (*alike(75), 4),
        (*alike(74), 3),
        (*alike(60), 3),
        (*alike(59), 2),
        (*alike(40), 2),
        (*alike(39), 1),
        ("ABC", "abc", 1),
    ],
)
def test_reliability(prior: str | None, output: str, points: int) -> None:
    """Each threshold from both sides; case counts here; an empty earlier output is one."""
    assert judge(output=output, prior=prior).scores["reliability_consistency"] == points


def test_the_ratio_takes_earlier_before_output() -> None:
    """`difflib`'s ratio isn't symmetric: the order is part of the rule."""
    earlier, output = "tide", "diet"
    assert SequenceMatcher(None, earlier, output).ratio() == 0.25
    assert SequenceMatcher(None, output, earlier).ratio() == 0.5
    assert judge(output=output, prior=earlier).scores["reliability_consistency"] == 1
    assert judge(output=earlier, prior=output).scores["reliability_consistency"] == 2


def test_the_ratio_keeps_difflibs_own_shortcut() -> None:
    """Letters that fill a long text count as junk: an option turned off would change scores."""
    earlier, output = "ab" * 150, "c" + "ab" * 149
    assert SequenceMatcher(None, earlier, output, autojunk=False).ratio() > 0.9
    assert stdlib_ratio(earlier, output) == SequenceMatcher(None, earlier, output).ratio()
    assert judge(output=output, prior=earlier).scores["reliability_consistency"] == 1


@pytest.mark.parametrize(
    ("constraint", "output", "violated"),
    [
        ("do not send", "I will SEND it", True),
        ("Do NOT send...", "send", True),
        ("  do not send.  ", "send", True),
        ("Never send.", "never send", True),
        ("Never send.", "send", False),
        ("do not send", "wait", False),
        ("", "anything", False),
        ("...", "anything...", False),
        ("do not .", "anything", False),
        ("do not", "i do not", True),
        ("do not", "nothing", False),
        ("do not do not send", "send", False),
        ("do not do not send", "do not send", True),
        ("do not  send", " send", True),
        ("do not  send", "send", False),
        ("please do not send", "send", False),
        ("send. .", "send. ", True),
        ("send. .", "send", False),
        (".send", ".send", True),
        ("DO NOT İ", "i̇", True),
        (7, "77", True),
    ],
)
def test_negative_constraints(constraint: object, output: str, violated: bool) -> None:
    """Strip, lower-case, drop full stops, drop one `do not `; a violation fails by itself."""
    score = judge(output=output, forbidden=[constraint])
    assert list(score.negative_constraints_violated) == ([str(constraint)] if violated else [])
    assert score.passed is not violated
    assert score.overall_score == 4.25


def test_violations_keep_order_and_number() -> None:
    """Each violated constraint is named as it stands, as often as it stands."""
    score = judge(output="a b", forbidden=["b.", "c", " A ", "b."])
    assert score.negative_constraints_violated == ("b.", " A ", "b.")
    assert judge(output="a", forbidden="a").negative_constraints_violated == ("a",)


@pytest.mark.parametrize(
    ("changes", "overall", "passed"),
    [
        # tools 2 fails by itself, 3 doesn't
        ({"expected": "abc", "tools": ["a"]}, 3.5, False),
        ({"expected": list("abc"), "tools": ["a"], "wanted": ["x"], "prior": "x"}, 4.25, False),
        ({"expected": list("ab"), "tools": ["a"], "wanted": ["x"], "prior": "x"}, 4.5, True),
        # groundedness 2 fails by itself, 3 doesn't
        ({"output": "p q", "wanted": ["p", "q"], "prior": "p q"}, 4.25, False),
        ({"output": "p", "wanted": ["p"], "prior": "p"}, 4.5, True),
        ({"chunks": [], "wanted": ["x"], "prior": "x"}, 4.0, False),
        # the mean: 4.0 passes, 3.75 doesn't
        ({"expected": []}, 3.75, False),
        ({"expected": [], "prior": "x"}, 4.0, True),
        ({"tools": ["t", "u"]}, 4.0, True),
        ({"wanted": ["no"]}, 3.75, False),
        ({"wanted": ["no"], "prior": "x"}, 4.0, True),
    ],
)
def test_the_verdict(changes: dict[str, object], overall: float, passed: bool) -> None:
    """Automatic fails and the pass mark, each from both sides."""
    if changes.get("expected") == "abc":
        changes = {**changes, "expected": ["a1", "b1", "c1"], "tools": ["a1"]}
    score = judge(**changes)  # type: ignore[arg-type]
    assert (score.overall_score, score.passed) == (overall, passed)


def test_missing_keys_are_empty() -> None:
    """A run without anything is judged, not refused, and isn't a pass."""
    score = judge_case({"expected_tools": ["a"], "positive_constraints": ["b"]}, {})
    assert dict(score.scores) == {
        "tool_selection_accuracy": 3,
        "groundedness": 3,
        "completeness": 1,
        "reliability_consistency": 4,
    }
    assert score.passed is False


def test_an_echo_of_the_question_fails() -> None:
    """A runner that answers with what it was asked calls no tool and cites nothing."""
    query = "May we write to the lead? approval required"
    score = judge(output=query, tools=[], chunks=[], expected=["a", "b"], wanted=["approval"])
    assert score.passed is False


def test_a_score_cannot_be_changed() -> None:
    """The value is frozen, its mapping included."""
    score = judge()
    with pytest.raises(AttributeError):
        score.passed = False  # type: ignore[misc]
    with pytest.raises(TypeError):
        score.scores["completeness"] = 5  # type: ignore[index]


@pytest.fixture
def fresh_choice() -> object:
    """Forget the choice of ratio before and after."""
    similarity.cache_clear()
    yield
    similarity.cache_clear()


@pytest.mark.usefixtures("fresh_choice")
def test_the_standard_library_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra the standard library compares."""
    monkeypatch.setitem(sys.modules, "cydifflib", None)
    assert similarity() is stdlib_ratio


@pytest.mark.usefixtures("fresh_choice")
def test_the_compiled_ratio_is_taken_when_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the extra the compiled one compares, with the same arguments in the same order."""

    class Noted(SequenceMatcher[str]):
        pass

    module = ModuleType("cydifflib")
    module.SequenceMatcher = Noted  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "cydifflib", module)
    assert similarity() is not stdlib_ratio
    assert similarity()("tide", "diet") == 0.25


@given(st.text("abc ", max_size=300), st.text("abc ", max_size=300))
def test_both_ratios_are_equal(earlier: str, output: str) -> None:
    """Whichever is installed, the ratio is the same."""
    assert similarity()(earlier, output) == stdlib_ratio(earlier, output)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=6,
)


@given(
    st.dictionaries(
        st.sampled_from(["expected_tools", "positive_constraints", "negative_constraints"]),
        anything,
    ),
    st.dictionaries(
        st.sampled_from(["actual_output", "tool_trace_log", "rag_context_chunks"]), anything
    ),
    st.none() | st.text(max_size=8),
)
def test_whatever_comes_is_judged(
    case: dict[str, object], run: dict[str, object], prior: str | None
) -> None:
    """Odd values are scored, never a crash, and a pass keeps its meaning."""
    score = judge_case(case, run, prior)
    assert all(1 <= points <= 5 for points in score.scores.values())
    assert score.overall_score == sum(score.scores.values()) / 4
    if score.passed:
        assert score.overall_score >= 4
        assert not score.negative_constraints_violated

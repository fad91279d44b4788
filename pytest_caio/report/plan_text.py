"""What a run would do, in the terminal: its beginning for the owner, the tables for engineers."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from pytest_caio.base.messages import listed, plural
from pytest_caio.interlock.deeds import WHY_HARMLESS
from pytest_caio.report.console import Line, filled
from pytest_caio.verdict.finding import Severity
from pytest_caio.verdict.foreseen import CheckAhead, Foreseen, PlaceAhead, Question, Step

WHEN: Mapping[str, str] = MappingProxyType(
    {
        "preflight": "what is due before a live cycle",
        "deploy": "what is due after a deploy",
        "cycle": "what is due after a live cycle",
        "all": "everything",
    }
)
END = "A plan and no verdict: nothing was sent, started or written."
_UNKNOWN = "its package says so; the interlock decides when it is sent"
_PATHS = 52
_NAMES = 30
_LOOKS = 28


def plan_lines(ahead: Foreseen) -> Iterator[Line]:
    """Yield what an owner reads first, then for each environment what is asked and judged."""
    yield Line(f"Profile {ahead.profile}: {WHEN[ahead.profile]}. Nothing has been sent.", bold=True)
    for place in ahead.places:
        yield from _in_short(place)
    yield from _deeds(ahead)
    yield from _in_the_way(ahead)
    yield from _rest(ahead)
    for place in ahead.places:
        yield from _asked(place)
        yield from _judged(place)
    yield Line("")
    yield Line(END, bold=True)


def _in_short(place: PlaceAhead) -> Iterator[Line]:
    here, checks = place.shown, place.checks
    sent = [q for step in place.steps for q in step.questions if not q.stopped]
    reads = sum(q.times for q in sent if not q.deed)
    deeds = sum(q.times for q in sent if q.deed)
    turns = max((step.turn for step in place.steps), default=0)
    required = sum(max(c.cases, 1) for c in checks if _counts(c))
    judged = sum(max(c.cases, 1) for c in checks)
    where = here.url or ("it starts itself" if here.kind == "rehearsal" else "address not given")
    yield Line("")
    yield Line(f"{here.name} ({where}; should be: {here.kind})", bold=True)
    if not checks:
        yield Line("  No check is selected here, so nothing would be asked.", "yellow")
        return
    more = " and what its page reads" if any(not q.times for q in sent) else ""
    asked = f"{plural(reads, 'read')}{more}, and {deeds} of what is no plain read"
    yield from _filled(f"asked: at most {asked}, in {plural(turns, 'round')}.")
    yield from _filled(
        f"judged: {plural(judged, 'check')}. {required} decide on GO or NO-GO, "
        f"{judged - required} are advice, waived, or do not apply."
    )
    said: dict[str, list[str]] = {}
    for check in checks:
        for remark in filter(None, (check.waiver, *check.remarks)):
            said.setdefault(remark, []).append(check.name)
    for remark, names in said.items():
        yield from _filled(f"{listed(names)}: {remark}", "yellow")


def _counts(check: CheckAhead) -> bool:
    return check.severity is Severity.REQUIRED and check.applies and not check.waiver


def _deeds(ahead: Foreseen) -> Iterator[Line]:
    """Yield each kind of request that is no plain read, with why no live contact is touched."""
    count: Counter[str] = Counter()
    for place in ahead.places:
        for step in place.steps:
            for question in step.questions:
                if question.deed and not question.stopped:
                    count[question.deed] += question.times
    yield Line("")
    if not count:
        yield Line("Everything that would be sent is a plain read.", "green")
        return
    yield Line("What is no plain read, and why it can't touch a live contact:", bold=True)
    for deed, times in count.items():
        yield from _filled(f"- {deed} ({times} at most): {WHY_HARMLESS.get(deed, _UNKNOWN)}")
    yield from _filled("Approving, dispatching, or rejecting a live card is not among them: the "
                       "interlock would stop it before it leaves this machine.")  # fmt: skip


def _in_the_way(ahead: Foreseen) -> Iterator[Line]:
    stopped = [
        f"{place.shown.name}: {q.method} {q.path}: {q.stopped}"
        for place in ahead.places
        for step in place.steps
        for q in step.questions
        if q.stopped
    ]
    if ahead.in_the_way:
        yield Line("")
        yield Line("In the way: a run would end before anything is sent (exit code 4):", bold=True)
        for problem in ahead.in_the_way:
            yield from _filled(f"- {problem}", "yellow")
    if stopped:
        yield Line("")
        yield Line("The interlock would stop, so that its check can't tell:", bold=True)
        for text in stopped:
            yield from _filled(f"- {text}", "yellow")


def _rest(ahead: Foreseen) -> Iterator[Line]:
    yield Line("")
    if ahead.left_out:
        yield from _filled(
            f"Due, and not selected: {listed(ahead.left_out)}. Such a run is never a GO.", "yellow"
        )
    if ahead.others:
        yield from _filled(f"{plural(ahead.others, 'test')} of your own would run too; what they "
                           "send is not known beforehand.")  # fmt: skip
    if ahead.not_due:
        names = [f"{name} ({when})" for name, when in ahead.not_due.items()]
        yield from _filled(f"Not due in this profile: {listed(names, 40)}.")
    yield from _filled(
        "What holds for one generation of dashboard, or for cards that wait, shows only when it is "
        "asked (docs/checks.md). What a check wants and why: caio explain CHECK."
    )


def _asked(place: PlaceAhead) -> Iterator[Line]:
    yield Line("")
    yield Line(f"Asked of {place.shown.name}: what has the same round goes out together", bold=True)
    yield Line(f"  round  no. times  {'request':<{_PATHS + 8}} {'as':<18} what it is")
    for step in place.steps:
        yield from _step(step)


def _step(step: Step) -> Iterator[Line]:
    begin = f"  {step.turn:>5} {step.number:>4}"
    said = [step.does] if step.does else []
    said += [f"would see nothing: {step.without}"] if step.without else []
    said += ["doesn't say what it asks; the interlock holds for it too"] if step.silent else []
    alone = step.questions and step.questions[0].path in step.probe and len(step.questions) == 1
    if said or not alone:
        yield Line(f"{begin}        {step.probe}{': ' if said else ''}{'; '.join(said)}")
        begin = " " * len(begin)
    for question in step.questions:
        yield Line(f"{begin} {_question(question)}".rstrip(), "yellow" if question.deed else "")
        begin = " " * len(begin)


def _question(question: Question) -> str:
    times = f"{question.times}x" if question.times else "some"
    where = f" at {question.elsewhere}" if question.elsewhere else ""
    asked = f"{question.method:<7} {question.path}{where}"
    what = f"no plain read: {question.deed}" if question.deed else "read"
    what = f"stopped by the interlock: {question.stopped}" if question.stopped else what
    only = f", {question.only}" if question.only else ""
    return f"{times:>5}  {asked:<{_PATHS + 8}} {question.who:<18} {what}{only}"


def _judged(place: PlaceAhead) -> Iterator[Line]:
    yield Line("")
    yield Line(f"Judged of {place.shown.name}: by the numbers of what was asked", bold=True)
    head = f"{'check':<{_NAMES}} {'severity':<9} {'whose call':<11} {'looks at':<{_LOOKS}}"
    yield Line(f"  {head} must hold")
    for check in place.checks:
        yield Line(_check(check), "" if check.applies else "yellow")


def _check(check: CheckAhead) -> str:
    looks = _numbers(check.steps) or "what was seen"
    cases = f" ({plural(check.cases, 'golden case')})" if check.cases else ""
    marks = [] if check.applies else ["does not apply"]
    marks += ["waived"] if check.waiver else []
    title = f"{check.title}{cases}{f' [{listed(marks)}]' if marks else ''}"
    whose = f"{check.severity.value:<9} {check.owner:<11}"
    return f"  {check.name:<{_NAMES}} {whose} {looks:<{_LOOKS}} {title}"


def _numbers(steps: Sequence[int]) -> str:
    """Return ``3, 5-9, 12``."""
    parts: list[list[int]] = []
    for step in sorted(set(steps)):
        if parts and step == parts[-1][-1] + 1:
            parts[-1].append(step)
        else:
            parts.append([step])
    return ", ".join(str(p[0]) if len(p) == 1 else f"{p[0]}-{p[-1]}" for p in parts)


def _filled(text: str, colour: str = "") -> Iterator[Line]:
    yield from (Line(row, colour) for row in filled(text, "  ", "    ").splitlines())

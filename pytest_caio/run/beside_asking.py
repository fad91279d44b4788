"""What the probes that a run makes for itself would do, and what they would lack."""

import importlib.util
from collections.abc import Callable, Mapping, Sized
from dataclasses import dataclass
from types import MappingProxyType

from pytest_caio.base.messages import plural
from pytest_caio.evidence.model import Evidence, Observed, Unobserved
from pytest_caio.evidence.probe_names import (
    BROWSER,
    LEDGER,
    PAGE_REJECT,
    QUEUE_BEFORE,
    REPLAY,
    SENT_MAIL,
    SUITE,
    WEBHOOK_SECRET,
)
from pytest_caio.gates.replay_policy import RunnerPolicy
from pytest_caio.interlock.rules import Grant
from pytest_caio.observe.asked import Asked
from pytest_caio.observe.page.chromium import find_chromium
from pytest_caio.observe.page.shared_browser import NOT_INSTALLED
from pytest_caio.observe.past_runs import NEW_EACH_TIME, NOT_NAMED
from pytest_caio.observe.queue_before import ADVICE as NO_QUEUE
from pytest_caio.observe.release import WAITED
from pytest_caio.replay.replay_settings import NO_RUNNER
from pytest_caio.run.gate_run import GateRun
from pytest_caio.settings.environments import REHEARSAL, Environment
from pytest_caio.settings.ghl_access import ADVICE as NO_GHL
from pytest_caio.settings.webhook_secrets import not_given
from pytest_caio.verdict.past_as_data import Past, as_data
from pytest_caio.verdict.run_finding import AFTER, BEFORE
from pytest_caio.verdict.whole_run_findings import release_request


@dataclass(frozen=True)
class Beside:
    """What a probe does beside asking, and why it would see nothing, with the evidence of that.

    ``asks`` is what it asks, where the probe itself can't say it beforehand.
    """

    does: str = ""
    without: str = ""
    asks: tuple[Asked, ...] | None = None
    evidence: Evidence | None = None


_NOTHING = Beside()


def beside(run: GateRun, probe: str, here: Environment, cases: Sized | None = None) -> Beside:
    """Return what is to be said of ``probe`` in an environment, beside what it asks.

    ``cases`` are the golden cases that are asked, where it isn't the whole set.
    """
    if probe == REPLAY:
        return _replay(run, here, len(run.replay.cases if cases is None else cases))
    tell = _TOLD.get(probe)
    return tell(run, here) if tell else _NOTHING


def _lacking(probe: str, here: Environment, why: str) -> Beside:
    return Beside(without=why, evidence=Unobserved(probe, here.name, why))


def _release(run: GateRun, here: Environment) -> Beside:
    return Beside(asks=(Asked(release_request(run.snapshot.policy.release).name),))


def _waits(run: GateRun, here: Environment) -> Beside:
    again = Asked("GET /api/health/ready as anonymous", 0, only="until it is ready")
    release = Asked(release_request(run.snapshot.policy.release).name, 0, only="once it is ready")
    wanted = (release,) if run.options.expect_release else ()
    seconds = f"waits {run.options.wait:g} s at most until the deployment is ready"
    return Beside(seconds, asks=(again, *wanted))


def _browser(run: GateRun, here: Environment) -> Beside:
    if importlib.util.find_spec("playwright") is None:
        return _lacking(BROWSER, here, NOT_INSTALLED)
    path = run.options.browser or find_chromium() or "playwright's own Chromium"
    return Beside(f"starts {path} on this machine; it has no network of its own")


def _page(run: GateRun, here: Environment) -> Beside:
    lacks = _browser(run, here).without
    does = "presses what the page has; whatever that would change ends in the browser and is noted"
    return _lacking(PAGE_REJECT, here, lacks) if lacks else Beside(does)


def _replay(run: GateRun, here: Environment, cases: int) -> Beside:
    runner = run.replay.runners.get(here.name)
    if runner is None:
        return _lacking(REPLAY, here, f"no runner is named. {NO_RUNNER}")
    if runner.kind == "http":
        often = cases * run.snapshot.policy.replay.repeats
        return Beside(asks=(Asked(f"POST {runner.path}", often, Grant.REPLAY),))
    return Beside(_by_runner(runner, plural(cases, "golden case")))


def _by_runner(runner: RunnerPolicy, cases: str) -> str:
    if runner.kind == "command":
        return f"starts {runner.command!r} on this machine, for {cases}"
    if runner.kind == "python":
        return f"calls {runner.target!r} on this machine, for {cases}"
    return f"reads the answers of {cases} from {runner.file}"


def _suite(run: GateRun, here: Environment) -> Beside:
    suite = run.snapshot.policy.replay.suite
    if suite.command:
        return Beside(f"starts {suite.command!r} on this machine")
    if suite.junit:
        return Beside(f"reads {suite.junit}")
    data = MappingProxyType({"configured": False})
    return Beside("nothing: no suite is named", evidence=Observed(SUITE, here.name, (), data))


def _sent_mail(run: GateRun, here: Environment) -> Beside:
    there = here.name in run.ghl or here.name == REHEARSAL
    return _NOTHING if there else _lacking(SENT_MAIL, here, NO_GHL)


def _queue_before(run: GateRun, here: Environment) -> Beside:
    folder = run.options.previous
    if folder is None:
        return _lacking(QUEUE_BEFORE, here, f"{NO_QUEUE} --caio-previous")
    return Beside(f"reads the report in {folder}")


def _ledger(run: GateRun, here: Environment) -> Beside:
    why = NOT_NAMED if run.ledger is None else NEW_EACH_TIME if here.name == REHEARSAL else ""
    if not why and run.ledger:
        return Beside(f"reads the ledger {run.ledger.shown}")
    data = MappingProxyType(as_data(Past(absent=why)))
    return Beside(f"nothing: {why}", evidence=Observed(LEDGER, here.name, (), data))


def _webhook(run: GateRun, here: Environment) -> Beside:
    there = here.name in run.webhooks or here.name == REHEARSAL
    return _NOTHING if there else _lacking(WEBHOOK_SECRET, here, not_given(here.name))


_TOLD: Mapping[str, Callable[[GateRun, Environment], Beside]] = MappingProxyType(
    {
        BEFORE: _release,
        AFTER: _release,
        WAITED: _waits,
        BROWSER: _browser,
        PAGE_REJECT: _page,
        SUITE: _suite,
        SENT_MAIL: _sent_mail,
        QUEUE_BEFORE: _queue_before,
        LEDGER: _ledger,
        WEBHOOK_SECRET: _webhook,
    }
)

"""Finding, starting and closing the run's one browser."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import httpx2
import pytest
from looking import PROBES, Looked, check, look

from pytest_caio.evidence.model import Unobserved
from pytest_caio.evidence.probe_names import BROWSER, PAGE_REJECT
from pytest_caio.gates.policy import Policy
from pytest_caio.interlock.rules import Interlock
from pytest_caio.observe.page import shared_browser
from pytest_caio.observe.page.chromium import find_chromium
from pytest_caio.observe.page.hints import BadSettings, page_settings
from pytest_caio.observe.page.shared_browser import NoBrowser, SharedBrowser
from pytest_caio.observe.probe import Context, Probe
from pytest_caio.observe.sweep import Order, sweep
from pytest_caio.privacy.redactor import Redactor, Secret
from pytest_caio.settings.environments import Environment

WINDOWS = {
    "ProgramFiles": r"C:\Program Files",
    "ProgramFiles(x86)": r"C:\Program Files (x86)",
    "LocalAppData": r"C:\Users\Chief Officer\AppData\Local",
}
MAC = {"HOME": "/Users/chief officer"}


@pytest.mark.parametrize(
    ("platform", "variables", "there"),
    [
        ("win32", WINDOWS, r"C:\Program Files\Google\Chrome\Application\chrome.exe"),
        ("win32", WINDOWS, r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe"),
        ("win32", WINDOWS, rf"{WINDOWS['LocalAppData']}\Chromium\Application\chrome.exe"),
        ("win32", WINDOWS, rf"{WINDOWS['LocalAppData']}\Google\Chrome\Application\chrome.exe"),
        ("win32", WINDOWS, r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe"),
        ("darwin", MAC, "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
        ("darwin", MAC, "/Applications/Chromium.app/Contents/MacOS/Chromium"),
        ("darwin", MAC, f"{MAC['HOME']}/Applications/Chromium.app/Contents/MacOS/Chromium"),
        ("darwin", MAC, "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge"),
    ],
)
def test_where_installers_put_it(platform: str, variables: dict[str, str], there: str) -> None:
    """Each place is found, with spaces in its path, and only where the file is there."""
    found = find_chromium(platform, variables, lambda _: None, lambda path: path == there)
    assert found == there
    assert find_chromium(platform, variables, lambda _: None, lambda _: False) is None


def test_the_one_without_a_window_goes_first() -> None:
    """Where both are on the PATH: it answers the same and costs a fraction."""
    both = {"chromium": "/b/chromium", "chromium-headless-shell": "/b/shell"}
    assert find_chromium(which=both.get) == "/b/shell"
    assert find_chromium(which={"chromium": "/b/chromium"}.get) == "/b/chromium"


@pytest.mark.parametrize(
    "name", ["chromium", "chromium-browser", "google-chrome", "microsoft-edge-stable"]
)
@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_on_the_path(platform: str, name: str) -> None:
    """What is on the PATH goes before every other place."""

    def which(command: str) -> str | None:
        return f"/opt/my browser/{name}" if command == name else None

    found = find_chromium(platform, WINDOWS | MAC, which, lambda _: True)
    assert found == f"/opt/my browser/{name}"


def test_windows_without_its_variables() -> None:
    """Nothing is known and nothing is found: no guess, no crash."""
    assert find_chromium("win32", {}, lambda _: None, lambda _: True) is None
    assert find_chromium("linux", {}, lambda _: None, lambda _: True) is None


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"quue": "#x"}, "did you mean 'queue'?"),
        ({"queue": []}, "a selector, or a list"),
        ({"queue": [""]}, "a selector, or a list"),
        ({"queue": 7}, "a selector, or a list"),
        ({"page": "//elsewhere.example"}, "a path like /sales"),
        ({"page": "https://elsewhere.example"}, "a path like /sales"),
        ({"timeout": 0}, "a number of seconds up to 30"),
        ({"timeout": True}, "a number of seconds up to 30"),
        ({"settle": 31}, "a number of seconds up to 30"),
    ],
)
def test_settings_that_make_no_sense(given: dict[str, Any], words: str) -> None:
    """What is wrong is named with what is allowed."""
    with pytest.raises(BadSettings, match=words):
        page_settings(given)


def test_settings() -> None:
    """One selector or several, seconds as any number; what is not named keeps its default."""
    found = page_settings({"queue": "#q", "card": ["#a", "#b"], "timeout": 2})
    assert (found.queue, found.card, found.timeout) == (("#q",), ("#a", "#b"), 2.0)
    assert found.page == "/sales"


# --- without a browser

PLACE = Environment("rehearsal", "rehearsal", "https://caio.example", Secret("a-token-for-tests"))
TRANSPORT = httpx2.MockTransport(lambda request: httpx2.Response(404, json={"detail": "Not Found"}))


def look_without(place: Environment = PLACE, **order: Any) -> Looked:
    """Look at a page where no browser can be had."""
    return look(place, "page-blocks", "page-tags", transport=TRANSPORT, **order)


@pytest.fixture
def no_chromium(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine on which no Chromium is installed, nor playwright's own."""
    pytest.importorskip("playwright")
    monkeypatch.setattr(shared_browser, "find_chromium", lambda: None)
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))


@pytest.mark.parametrize(("kind", "prefix"), [("rehearsal", "adv "), ("production", "")])
@pytest.mark.usefixtures("no_chromium")
def test_without_chromium(kind: str, prefix: str) -> None:
    """Cannot tell, with how to get one; in the rehearsal that is advice alone."""
    looked = look_without(Environment(kind, kind, PLACE.url, PLACE.token))
    assert set(looked.outcomes().values()) == {f"{prefix}cannot-tell"}
    assert "no Chromium was found" in looked["page-blocks"].observed
    assert "playwright install chromium" in looked["page-blocks"].observed


@pytest.mark.usefixtures("no_chromium")
def test_a_named_browser_that_does_not_start(tmp_path: Path) -> None:
    """What was named is used or nothing is: another one would not be what was asked for."""
    broken = tmp_path / "my browser"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    looked = look_without(browser=str(broken))
    assert f"{broken} does not start" in looked["page-blocks"].observed


def test_without_playwright(monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra is not installed: cannot tell, with what to install."""
    monkeypatch.setitem(sys.modules, "playwright", None)
    monkeypatch.setitem(sys.modules, "playwright.async_api", None)
    looked = look_without()
    assert set(looked.outcomes().values()) == {"adv cannot-tell"}
    assert "pip install 'pytest-caio[browser]'" in looked["page-blocks"].observed


def test_nothing_is_started_for_nothing() -> None:
    """A sweep that needs no browser neither imports playwright nor starts anything."""
    script = """
    import asyncio, sys
    from pytest_caio.observe.page.shared_browser import SharedBrowser
    from pytest_caio.observe.standard_probes import standard_probes
    async def main():
        async with SharedBrowser() as browser:
            assert browser is not None
    asyncio.run(main())
    print(len(standard_probes()) > 0, "playwright" in sys.modules)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["True", "False"]


class Launches:
    """Stands in for playwright's launcher: keeps what it is called with, and fails or not."""

    def __init__(self, *bad: str | None) -> None:
        self.bad, self.calls = bad, []  # type: ignore[var-annotated]
        self.chromium = self

    async def launch(self, **options: Any) -> str:
        """Note the options; fail for the paths that are bad."""
        from playwright.async_api import Error

        self.calls.append(options)
        if options["executable_path"] in self.bad:
            raise Error("BrowserType.launch: spawn EACCES\nCall log: …")
        return "browser"


@pytest.mark.parametrize(("uid", "sandbox"), [(0, False), (1000, True)])
def test_no_sandbox_for_root_alone(
    monkeypatch: pytest.MonkeyPatch, uid: int, sandbox: bool
) -> None:
    """As root Chromium does not start in its sandbox; anyone else keeps it."""
    monkeypatch.setattr(os, "geteuid", lambda: uid, raising=False)
    launches = Launches()
    assert asyncio.run(SharedBrowser()._launch(launches, "/x")) == "browser"  # type: ignore[arg-type]
    assert ("--no-sandbox" not in launches.calls[0]["args"]) is sandbox
    assert launches.calls[0]["proxy"]["bypass"] == "<-loopback>"


# --- starting once, and closing whatever happens


def needs_chromium(test: Any) -> Any:
    """Mark a test that starts a real browser and watches its processes."""
    here = find_chromium() is not None and hasattr(os, "pidfd_open")
    return pytest.mark.browser(
        pytest.mark.skipif(not here, reason="no Chromium, or no Linux")(test)
    )


def children(pid: int) -> list[int]:
    """The processes under ``pid``, at any depth."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            found += [child, *children(child)]
    return found


class Watch:
    """Notes the processes of a browser while it runs, and waits for their end."""

    def __init__(self) -> None:
        self.started: dict[int, int] = {}

    def note(self, parent: int | None = None) -> None:
        """Note every process that is there now."""
        for pid in children(parent or os.getpid()):
            self.started.setdefault(pid, os.pidfd_open(pid))

    def all_ended(self) -> bool:
        """Whether every one of them ends within five seconds."""
        ended = []
        for handle in self.started.values():
            poll = select.poll()
            poll.register(handle, select.POLLIN)
            ended.append(bool(poll.poll(5000)))
            os.close(handle)
        return all(ended) and len(ended) > 1


@needs_chromium
@pytest.mark.parametrize("way", ["done", "cancelled", "too-late", "while-launching", "crashed"])
def test_closed_whatever_happens(way: str) -> None:
    """One launch for two environments, and no process is left, however the sweep ends."""
    watch = Watch()
    asyncio.run(end_in(way, watch))
    assert watch.all_ended()
    assert children(os.getpid()) == []


async def end_in(way: str, watch: Watch) -> None:
    """Sweep two environments with one browser, and end in that way."""
    places = tuple(Environment(n, n, f"https://{n}.example", Secret("x" * 9)) for n in ("a", "b"))
    looking = asyncio.Event()
    seen: dict[Any, Any] = {}

    async def observe(context: Context) -> Any:
        if way == "while-launching":
            looking.set()
        browser = await context.browser.get()
        page = await browser.new_page()
        watch.note()
        looking.set()
        if way == "crashed":
            raise RuntimeError("the probe is broken")
        if way != "done":
            await asyncio.Event().wait()
        return Unobserved("look", context.environment, f"{await page.evaluate('6 * 7')}")

    probe = Probe("look", observe, patience=20.0 if way != "too-late" else 4.0)
    deadline = 0.5 if way == "too-late" else 20.0
    order = Order({"a": ["look"], "b": ["look"]}, {"look": probe}, Policy(), deadline=deadline)
    redactor = Redactor()
    work = asyncio.create_task(
        sweep(places, order, Interlock(places, redactor), redactor, seen, transport=TRANSPORT)
    )
    if way in {"cancelled", "while-launching"}:
        await looking.wait()
        if way == "while-launching":
            await asyncio.to_thread(watch_driver, watch)
        work.cancel()
    await asyncio.gather(work, return_exceptions=True)


def watch_driver(watch: Watch) -> None:
    """Note the processes as soon as there are two: the driver, and what it starts."""
    while len(watch.started) < 2:
        watch.note()


@needs_chromium
def test_one_browser_for_everyone() -> None:
    """Whoever asks gets the same one, also those who ask at the same time."""

    async def ask() -> bool:
        async with SharedBrowser() as shared:
            first, second = await asyncio.gather(shared.get(), shared.get())
            return first is second and first is await shared.get()

    assert asyncio.run(ask())


INTERRUPTED = """
import asyncio, sys
sys.path.insert(0, {folder!r})
import httpx2
from looking import check, look
from pytest_caio.settings.environments import Environment
from pytest_caio.privacy.redactor import Secret

async def answer(request):
    if request.url.path == "/sales":
        print("READY", flush=True)
        await asyncio.Event().wait()
    return httpx2.Response(404, json={{"detail": "Not Found"}})

place = Environment("a", "staging", "https://caio.example", Secret("a-token-for-tests"))
look(place, "page-blocks", transport=httpx2.MockTransport(answer))
"""


@needs_chromium
@pytest.mark.parametrize("whom", ["the process", "its group, as a terminal does"])
def test_ctrl_c_leaves_nothing_behind(whom: str, tmp_path: Path) -> None:
    """Interrupted in the middle of a visit, the run ends by itself and so does the browser."""
    script = tmp_path / "run.py"
    script.write_text(INTERRUPTED.format(folder=str(Path(__file__).parents[2] / "support")))
    run = subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert run.stdout is not None
    assert run.stdout.readline().strip() == "READY"
    watch = Watch()
    watch.note(run.pid)
    (os.kill if whom == "the process" else os.killpg)(run.pid, signal.SIGINT)
    _, errors = run.communicate(timeout=30)
    assert "KeyboardInterrupt" in errors
    assert "never retrieved" not in errors
    assert watch.all_ended()


def test_a_slow_browser_does_not_keep_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """A browser that never starts is given up after its own time, which is bounded."""

    async def never(self: SharedBrowser, *_: Any) -> Any:
        await asyncio.Event().wait()

    monkeypatch.setattr(SharedBrowser, "_start", never)
    monkeypatch.setattr(shared_browser, "_CLOSE_SECONDS", 0.05)
    probes = {
        name: Probe(name, probe.observe, probe.needs, patience=0.1)
        for name, probe in PROBES.items()
        if name in {BROWSER, PAGE_REJECT}
    }
    seen: dict[Any, Any] = {}
    redactor = Redactor()
    order = Order({PLACE.name: [BROWSER]}, probes, Policy(), deadline=0.1)
    asyncio.run(sweep((PLACE,), order, Interlock((PLACE,), redactor), redactor, seen,
                      transport=TRANSPORT))  # fmt: skip
    assert "deadline of 0.1 s and 0.1 s more" in seen[(PLACE.name, BROWSER)].reason


def test_no_browser_says_what_to_do() -> None:
    """The reason is for a person: it names every way to get one."""
    with pytest.raises(NoBrowser, match="--caio-browser=PATH"):
        raise NoBrowser(shared_browser.INSTALL)


def test_the_gate_file_names_where_things_are() -> None:
    """The packaged settings are understood, and are those of the defaults."""
    assert page_settings(check("page-blocks").settings) == page_settings({})

"""Where a Chromium, a Google Chrome or an Edge is, on Linux, macOS and Windows."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePosixPath, PureWindowsPath

# The shell draws no window and none of a window's own pages: a look costs a third of the time.
_COMMANDS = (
    "chromium-headless-shell",
    "chrome-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "microsoft-edge-stable",
)
_MAC_APPS = ("Chromium", "Google Chrome", "Microsoft Edge")
_WINDOWS_PROGRAMS = (
    r"Chromium\Application\chrome.exe",
    r"Google\Chrome\Application\chrome.exe",
    r"Microsoft\Edge\Application\msedge.exe",
)
# Chromium installs itself for one user, Chrome for all (64 or 32 bits) or for one.
_WINDOWS_BASES = ("LOCALAPPDATA", "PROGRAMFILES", "PROGRAMFILES(X86)")


def find_chromium(
    platform: str = sys.platform,
    variables: Mapping[str, str] | None = None,
    which: Callable[[str], str | None] = shutil.which,
    is_file: Callable[[str], bool] = lambda path: Path(path).is_file(),
) -> str | None:
    """Return the path of an installed browser that speaks Chromium's protocol, or None.

    What is on the PATH goes first: that is where its owner put the one to be used.
    """
    for command in _COMMANDS:
        if found := which(command):
            return found
    known = os.environ if variables is None else variables
    return next((path for path in _places(platform, known) if is_file(path)), None)


def _places(platform: str, variables: Mapping[str, str]) -> Iterator[str]:
    """Yield where installers put a browser, in the order of preference."""
    if platform == "darwin":
        homes = (PurePosixPath("/"), PurePosixPath(variables.get("HOME", "/")))
        for app in _MAC_APPS:
            for home in homes:
                yield str(home / "Applications" / f"{app}.app" / "Contents" / "MacOS" / app)
    if platform == "win32":
        upper = {name.upper(): value for name, value in variables.items()}
        for program in _WINDOWS_PROGRAMS:
            for base in _WINDOWS_BASES:
                if upper.get(base):
                    yield str(PureWindowsPath(upper[base]) / program)

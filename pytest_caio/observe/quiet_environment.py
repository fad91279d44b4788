"""What of the operator's environment makes libraries talk, and so would show a token.

Source: ``docs/promises.md, Secrets stay secret``. The browser's library prints what is typed,
Node and the TLS library write down what they send, a remote grid would get the browser's requests.
"""

import contextlib
import os
import re
from collections.abc import Iterator, Mapping

# Only where a browser and its library are is left of their own variables.
_TALKS = re.compile(
    r"DEBUG(?:P|_.*)?|PWDEBUG.*|PW_.*|PWTEST_.*|INTERNAL_PW_.*|SELENIUM_.*|LOG_TOKENS|LOG_STREAM"
    r"|PLAYWRIGHT_(?!BROWSERS_PATH$|NODEJS_PATH$|HOST_PLATFORM_OVERRIDE$).*"
    r"|NODE_(?:OPTIONS|DEBUG.*|V8_COVERAGE|REPORT_.*|REDIRECT_WARNINGS|PENDING_.*)|DOTENV_.*"
    r"|NPM_(?:PACKAGE_)?CONFIG_.*|SSLKEYLOGFILE|CHROME_(?!DEVEL_SANDBOX$).*|CHROMIUM_.*",
    re.IGNORECASE,
)
# What a browser needs of the machine that it runs on.
_BROWSER_NEEDS = re.compile(
    r"PATH|PATHEXT|HOME|USER|LOGNAME|USERNAME|USERPROFILE|HOMEDRIVE|HOMEPATH|TMPDIR|TEMP|TMP|LANG"
    r"|LANGUAGE|LC_.*|TZ|XDG_.*|DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|DBUS_SESSION_BUS_ADDRESS"
    r"|LD_LIBRARY_PATH|FONTCONFIG_.*|CHROME_DEVEL_SANDBOX|SNAP.*|NIX_LD.*|SYSTEMROOT|SYSTEMDRIVE"
    r"|WINDIR|COMSPEC|OS|APPDATA|LOCALAPPDATA|ALLUSERSPROFILE|PUBLIC|PROGRAMDATA|PROGRAMFILES.*"
    r"|PROGRAMW6432|COMMONPROGRAM.*|PROCESSOR_.*|NUMBER_OF_PROCESSORS",
    re.IGNORECASE,
)


@contextlib.contextmanager
def quiet_environment() -> Iterator[None]:
    """Keep out of this process, for a while, whatever would make a library talk."""
    taken = {name: value for name, value in os.environ.items() if _TALKS.fullmatch(name)}
    for name in taken:
        del os.environ[name]
    try:
        yield
    finally:
        os.environ.update(taken)


def browser_environment(variables: Mapping[str, str]) -> dict[str, str]:
    """Return what of the variables a browser gets: no token of any kind is among it."""
    return {n: value for n, value in variables.items() if _BROWSER_NEEDS.fullmatch(n)}

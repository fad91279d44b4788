"""Where a ledger is: a file, or the URL of a database, with a password that never shows.

Source: ``docs/ledger.md, Where it is``.
"""

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pytest_caio.base.messages import did_you_mean
from pytest_caio.privacy.redactor import Secret
from pytest_caio.settings.environments import MIN_TOKEN

VARIABLE = "CAIO_LEDGER"
_POSTGRES = frozenset({"postgresql", "postgres", "postgresql+psycopg"})
_SQLITE = frozenset({"sqlite"})


@dataclass(frozen=True)
class Where:
    """A database: ``url`` is SQLAlchemy's, and not to be shown; ``shown`` is."""

    url: Secret
    shown: str
    password: Secret | None = None

    @property
    def secrets(self) -> dict[str, Secret]:
        """What must never be written down, by the name that stands in its place."""
        long = self.password is not None and len(self.password.reveal()) >= MIN_TOKEN
        return {f"password:{VARIABLE}": self.password} if long and self.password else {}


def where(
    given: str | None,
    variables: Mapping[str, str],
    policy: str,
    here: Path,
    option: str = "--caio-ledger",
) -> Where | None:
    """Return where the ledger is, or None where nobody names one.

    ``given`` is what ``option`` names, which counts before the variable, and that before the
    policy's; a file is seen from ``here``. Raises ValueError for what is no place for one, without
    showing it.
    """
    named = (
        (option, (given or "").strip()),
        (VARIABLE, variables.get(VARIABLE, "").strip()),
        ("policy.yaml, ledger", policy.strip()),
    )
    name, text = next((one for one in named if one[1]), ("", ""))
    if not text:
        return None
    found = _of_url(name, text) if "://" in text else _of_file(name, Path(here, text))
    for module, extra in (("sqlalchemy", "ledger"), ("psycopg", "postgresql")):
        wanted = module == "sqlalchemy" or found.url.reveal().startswith("postgresql")
        if wanted and importlib.util.find_spec(module) is None:
            text = f"{name} names a ledger, and {module} is not installed"
            raise ValueError(f"{text}: pip install 'pytest-caio[{extra}]'")
    return found


def _of_file(name: str, path: Path) -> Where:
    if path.is_dir():
        raise ValueError(f"{name}: {path} is a folder. Name a file, like ledger.sqlite")
    if not path.parent.is_dir():
        raise ValueError(f"{name}: there is no folder {path.parent}")
    return Where(Secret(f"sqlite:///{path.as_posix()}"), str(path))


def _of_url(name: str, text: str) -> Where:
    scheme, _, rest = text.partition("://")
    if scheme in _SQLITE:
        return _of_file(name, Path(unquote(rest.removeprefix("/"))))
    if scheme not in _POSTGRES:
        hint = did_you_mean(scheme, ("postgresql", "sqlite"))
        said = f"{name} is no ledger: its URL begins with {scheme!r}{hint}"
        raise ValueError(f"{said} Write postgresql://user:password@host/database, or a file's name")
    try:
        parts = urlsplit(text)
        usable = bool(parts.hostname) and parts.port != 0 and parts.path.strip("/") != ""
    except ValueError:
        usable = False
    if not usable:
        said = f"{name} is no URL of a database"
        raise ValueError(f"{said}: write postgresql://user:password@host/database")
    shown = f"postgresql://{parts.hostname}{f':{parts.port}' if parts.port else ''}{parts.path}"
    password = Secret(unquote(parts.password)) if parts.password else None
    return Where(Secret(f"postgresql+psycopg://{rest}"), shown, password)

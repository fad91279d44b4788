from collections.abc import Iterator
from pathlib import Path

import pytest
from postgres import postgres, programs, url

from pytest_caio.ledger.where import Where, where


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """One PostgreSQL server for all of the tests."""
    if programs() is None:
        pytest.skip("no PostgreSQL here (CI installs it)")
    with postgres() as address:
        yield address


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Where:
    """An empty ledger, in a file and in a database."""
    if request.param == "sqlite":
        return there(str(tmp_path / "ledger of ours?.sqlite"))
    return emptied(request.getfixturevalue("server"))


def there(text: str) -> Where:
    found = where(text, {}, "", Path())
    assert found is not None
    return found


def emptied(address: str) -> Where:
    """Return the database with nothing in it."""
    from sqlalchemy import create_engine, text

    found = there(url(address))
    engine = create_engine(found.url.reveal())
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return found

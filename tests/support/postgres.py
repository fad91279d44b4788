"""A real PostgreSQL server for tests: on loopback, with a password, gone afterwards."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

USER, PASSWORD = "caio", "pa:ss/w@rd 9f8e7d"


def programs() -> Path | None:
    """Return the folder with the server's programs: Debian has it outside the path."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    known = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return known[-1].parent if known else None


@contextmanager
def postgres() -> Iterator[str]:
    """Give the address ``host:port`` of a server with the user ``caio`` and the database ``caio``.

    It refuses to run as root, so there it runs as the user that Debian's package brings.
    """
    where = programs()
    assert where is not None, "PostgreSQL is not installed: apt-get install postgresql"
    as_user = {"user": "postgres"} if hasattr(os, "geteuid") and os.geteuid() == 0 else {}
    folder = Path(tempfile.mkdtemp(prefix="caio-pg-"))
    word = folder / "word"
    word.write_text(f"{PASSWORD}\n")
    if as_user:
        for path in (folder, word):
            shutil.chown(path, "postgres")
    port = _free_port()
    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c fsync=off -k {folder}"

    def run(program: str, *arguments: str) -> None:
        command = [str(where / program), "-D", str(folder / "data"), *arguments]
        with (folder / "log").open("ab") as log:
            subprocess.run(command, check=True, stdout=log, stderr=log, cwd=folder, **as_user)

    run("initdb", "-A", "scram-sha-256", "-U", USER, f"--pwfile={word}", "--no-sync", "-E", "UTF8")
    try:
        run("pg_ctl", "-w", "-l", str(folder / "server.log"), "-o", options, "start")
        try:
            env = {**os.environ, "PGPASSWORD": PASSWORD}
            made = [str(where / "createdb"), "-h", "127.0.0.1", "-p", str(port), "-U", USER, "caio"]
            subprocess.run(made, check=True, env=env)
            yield f"127.0.0.1:{port}"
        finally:
            run("pg_ctl", "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def url(address: str, password: str = PASSWORD) -> str:
    """Return the URL of the database; the password may be another."""
    return f"postgresql://{USER}:{quote(password, safe='')}@{address}/caio"


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port

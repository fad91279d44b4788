"""Writing a report: an old verdict goes first, and a folder has one run at a time."""

import errno
import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from results import go

from pytest_caio.__main__ import main
from pytest_caio.privacy.redactor import Redactor
from pytest_caio.report import folder
from pytest_caio.report.folder import write_atomically, write_report, write_unfinished
from pytest_caio.report.folder_lock import hold

ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


def no_room(path: Path, content: bytes) -> None:
    """Stand in for a disk that is full."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))


def held_back(self: Path, missing_ok: bool = False) -> None:
    """Stand in for a folder that gives nothing away."""
    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(self))


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A report that says GO."""
    write_report(tmp_path / "rep", go(), Redactor())
    return tmp_path / "rep"


def test_no_old_go_on_a_full_disk(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The old verdict is gone before a new one is tried, and the error says that."""
    monkeypatch.setattr(folder, "write_atomically", no_room)
    with pytest.raises(OSError, match=r"no verdict can be written .*, and no earlier one is left"):
        write_unfinished(old, "deploy")
    assert {path.name for path in old.iterdir()} == {"evidence.har"}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 256 kB, where this user may mount one."""
    there = tmp_path / "disk"
    there.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(there)]
    try:
        done = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        done = False
    if not done:
        pytest.skip("no file system can be mounted here")
    yield there
    subprocess.run(["umount", str(there)], check=True)


def fill(disk: Path) -> None:
    """Fill a disk to its last byte."""
    with (disk / "filling").open("wb", buffering=0) as file:
        try:
            while file.write(b"x" * 4096):
                pass
        except OSError as error:
            assert error.errno == errno.ENOSPC  # noqa: PT017 - a full disk is what is wanted


def test_a_disk_that_is_really_full(small_disk: Path, old: Path) -> None:
    """From outside: exit code 4 or no verdict, and never the old GO."""
    report = small_disk / "rep"
    write_atomically(report / "verdict.json", b'{"verdict": "GO"}')
    fill(small_disk)
    assert main(["merge", str(old), "--out", str(report)]) == 4
    left = report / "verdict.json"
    assert not left.exists() or b'"GO"' not in left.read_bytes()


def test_a_verdict_that_can_not_be_removed_is_emptied(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder may be read-only while its files are not."""
    monkeypatch.setattr(Path, "unlink", held_back)
    monkeypatch.setattr(folder, "write_atomically", no_room)
    with pytest.raises(OSError, match="no verdict can be written"):
        write_unfinished(old, "deploy")
    assert (old / "verdict.json").read_bytes() == b""


def test_a_verdict_that_stays_is_said(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing helps, the error says that the old verdict is still there."""
    monkeypatch.setattr(Path, "unlink", held_back)
    monkeypatch.setattr(Path, "write_bytes", no_room)
    with pytest.raises(ValueError, match=r"verdict\.json is of an earlier run.*Don't rely on"):
        write_unfinished(old, "deploy")


@pytest.mark.skipif(ROOT or os.name == "nt", reason="root may write everywhere")
def test_a_read_only_folder(old: Path) -> None:
    """The real thing, where the user is not root."""
    old.chmod(0o500)
    try:
        with pytest.raises(OSError, match="no verdict can be written"):
            write_unfinished(old, "deploy")
        assert b"GO" not in (old / "verdict.json").read_bytes()
    finally:
        old.chmod(0o700)


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    """Neither when an old verdict is removed, nor when a new one is written beside."""
    outside = tmp_path / "outside"
    outside.write_bytes(b"mine")
    report = tmp_path / "rep"
    report.mkdir()
    for name in ("verdict.json", f".verdict.json.{os.getpid()}"):
        (report / name).symlink_to(outside)
    write_unfinished(report, "deploy")
    assert outside.read_bytes() == b"mine"
    assert not (report / "verdict.json").is_symlink()


@pytest.mark.parametrize("name", ["gates.junit.xml", "attestation.json", "verdict.json"])
def test_no_view_says_go_where_the_verdict_can_not_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The disk is full in the middle: what is left says CANNOT TELL, or nothing."""
    write_unfinished(tmp_path, "deploy")
    monkeypatch.setattr(folder, "write_atomically", full_at(name))
    with pytest.raises(OSError, match="No space left"):
        write_report(tmp_path, go(), Redactor())
    assert {p.name for p in tmp_path.iterdir()} == {"verdict.json", "evidence.har", "plan.json"}
    verdict = json.loads((tmp_path / "verdict.json").read_text("utf-8"))
    assert verdict["verdict"] == "CANNOT TELL"


def full_at(name: str) -> Callable[[Path, bytes], None]:
    """Return a writer for which the disk is full from one file on."""

    def write(path: Path, content: bytes) -> None:
        if path.name == name:
            no_room(path, content)
        write_atomically(path, content)

    return write


def test_a_lock_that_can_not_be_taken_is_named(tmp_path: Path) -> None:
    """What lies in its place is not followed and not removed; the error says where it lies."""
    outside = tmp_path / "outside"
    outside.write_bytes(b"mine")
    for name, make in (("link", lambda path: path.symlink_to(outside)), ("folder", Path.mkdir)):
        path = tmp_path / name / ".lock"
        path.parent.mkdir()
        make(path)
        with pytest.raises(OSError, match=r"\.lock can't be taken .* folder with --out"):
            hold(path.parent, "--out")
    assert outside.read_bytes() == b"mine"


def test_one_run_at_a_time(tmp_path: Path) -> None:
    """The second ends with a usage error, until the first has ended."""
    give_back = hold(tmp_path / "rep", "--caio-report")
    with pytest.raises(ValueError, match=r"another run is writing into .*rep.*with --caio-report"):
        hold(tmp_path / "rep", "--caio-report")
    hold(tmp_path / "other", "--caio-report")()
    give_back()
    hold(tmp_path / "rep", "--caio-report")()

"""Whatever a command is given by mistake, it says in words, with the code of a usage error."""

from pathlib import Path
from typing import Any

import pytest

BAD: dict[str, tuple[list[str], str]] = {
    "no command": ([], "required: COMMAND"),
    "unknown command": (["jugde"], "invalid choice: 'jugde'"),
    "judge a missing folder": (["judge", "nowhere"], "there is no folder nowhere"),
    "judge a file": (["judge", "file"], "file is a file. Name the folder of --caio-report"),
    "judge an empty folder": (["judge", "folder"], "evidence.har is missing"),
    "judge nothing": (["judge", ""], "an empty name is no folder"),
    "score by a missing set": (["judge", "folder", "--golden=nowhere"], "nowhere: can't be read"),
    "score by a folder": (["judge", "folder", "--golden=folder"], "folder: can't be read"),
    "merge nothing": (["merge", "", "--out=out"], "an empty name is no folder"),
    "merge into nothing": (["merge", "folder", "--out="], "an empty name is no folder"),
    "merge into a file": (
        ["merge", "folder", "--out=file"],
        "can't be a folder, as file is a file",
    ),
    "merge below a file": (["merge", "folder", "--out=file/x"], "as file is a file"),
    "trace nowhere": (["trace"], "required: --env"),
    "trace a word": (["trace", "--env=lab", "--limit=x"], "'x' is no whole number"),
    "trace none": (["trace", "--env=lab", "--limit=0"], "'0' is no whole number"),
    "clean into a folder": (
        ["cleanup", "--env=lab", "--apply", "--journal=folder"],
        "--journal=folder is a folder. Name a file",
    ),
    "clean into no folder": (
        ["cleanup", "--env=lab", "--apply", "--journal=nowhere/x"],
        "there is no folder",
    ),
    "clean below a file": (
        ["cleanup", "--env=lab", "--apply", "--journal=file/x"],
        "there is no folder",
    ),
    "seed a slip": (["seed", "--env=stagin"], "did you mean 'staging'?"),
    "seed two": (["seed", "--env=lab,staging"], "--env takes one environment"),
    "log a word": (["log", "--env=lab", "--day=yesterday"], "is no date of a log"),
    "log no month": (["log", "--env=lab", "--from=2026-13-01"], "is no date of a log"),
    "log as a picture": (["log", "--env=lab", "--format=png"], "invalid choice: 'png'"),
    "rehearse at a word": (["rehearse", "--port=x"], "'x' is not a port"),
    "rehearse a fault": (["rehearse", "--fault=x"], "There is no fault 'x'"),
    "rehearse in quotes": (["rehearse", "--token='abcdefgh'"], "has quotes around it"),
}


@pytest.mark.parametrize(("argv", "said"), BAD.values(), ids=BAD.keys())
def test_a_bad_value(start: Any, caio: Any, tmp_path: Path, argv: list[str], said: str) -> None:
    """The mistake is named; there is no number of the operating system's, and nothing was asked."""
    server = start()
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    ran = caio(*argv)
    assert ran.code == 4
    assert said in ran.err
    assert not [word for word in ("Errno", "Traceback", "isoformat") if word in ran.err]
    assert not server.requests
    assert {path.name for path in tmp_path.iterdir()} <= {"file", "folder"}

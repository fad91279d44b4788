"""What a report is made with is made ready while the network is waited for, and nothing stays."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from pytest_caio.report import html
from pytest_caio.run import publish
from pytest_caio.run.publish import Publisher


def making() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "caio-report"]


def test_it_is_ready_afterwards(tmp_path: Path) -> None:
    html.compiled.cache_clear()
    with Publisher({}, tmp_path).ahead():
        pass
    assert html.compiled.cache_info().currsize == 1
    assert making() == []


def test_without_a_report_nothing_is_made() -> None:
    with Publisher({}).ahead():
        assert making() == []


def test_a_run_that_ends_early_leaves_nothing_under_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = threading.Event()
    monkeypatch.setattr(publish, "_ready", lambda: ends.wait(5))

    def stopped() -> None:
        with Publisher({}, tmp_path).ahead():
            assert len(making()) == 1
            ends.set()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert making() == []


def test_where_there_are_no_threads_left_the_run_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", none)
    went_on = False
    with Publisher({}, tmp_path).ahead():
        went_on = True
    assert went_on
    assert making() == []


def test_what_fails_there_fails_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(html, "compiled", broken)
    with Publisher({}, tmp_path).ahead():
        pass
    assert making() == []

"""What the page reads or links to is asked for without a session; people are told from the rest."""

from __future__ import annotations

import asyncio

import httpx2
import pytest

from pytest_caio.evidence.model import Evidence, Unobserved
from pytest_caio.gates.policy import Policy
from pytest_caio.interlock.rules import Interlock
from pytest_caio.observe.page.open_reads import open_reads
from pytest_caio.observe.probe import Context, Probe
from pytest_caio.observe.sweep import Order, sweep
from pytest_caio.privacy.redactor import Redactor, Secret
from pytest_caio.settings.environments import Environment

PLACE = Environment("staging", "staging", "https://caio.example", Secret("a-secret-token"))
PEOPLE = "ann@mill.example,Ann\nbob@mill.example,Bob\nzoe@mill.example,Zoe"


def found_open(page: str, *reads: str, **answers: httpx2.Response) -> tuple[list[str], list[str]]:
    """What is open to everybody, and what was asked; ``answers`` by the path's last word."""
    asked, opened = list[str](), list[str]()

    def answer(request: httpx2.Request) -> httpx2.Response:
        assert not {"cookie", "x-dashboard-token"} & request.headers.keys()
        path = request.url.raw_path.decode()
        asked.append(path)
        word = path.rpartition("/")[2].partition(".")[0].partition("?")[0]
        return answers.get(word, httpx2.Response(401, json={"detail": "Unauthorized"}))

    async def observe(context: Context) -> Evidence:
        opened.extend((await open_reads(context.sender, reads, page.encode()))[0])
        return Unobserved("open", "staging", "looked")

    redactor = Redactor({"token:staging": PLACE.token})
    order = Order({"staging": ("open",)}, {"open": Probe("open", observe)}, Policy())
    transport = httpx2.MockTransport(answer)
    asyncio.run(
        sweep([PLACE], order, Interlock([PLACE], redactor), redactor, {}, transport=transport)
    )
    return opened, asked


def of(kind: str, text: str, **headers: str) -> httpx2.Response:
    """An answer of that content type."""
    return httpx2.Response(200, text=text, headers={"content-type": kind, **headers})


@pytest.mark.parametrize(
    ("answer", "open_to_all"),
    [
        (of("text/csv", PEOPLE), True),
        (of("text/csv", "ann@mill.example"), True),
        (of("text/plain", "ann@mill.example", **{"content-disposition": "attachment"}), True),
        (of("application/json", '["ann@mill.example", "bob@mill.example"]'), True),
        (of("application/json", '{"help": "desk@caio.example"}'), False),
        (of("text/html", f"<pre>{PEOPLE}</pre>"), True),
        (of("text/html", "<a href=mailto:desk@caio.example>desk@caio.example</a>"), False),
        (of("text/javascript", PEOPLE), False),
        (of("text/csv", "day,sent\n1,2"), False),
        (httpx2.Response(403, text=PEOPLE), False),
        (httpx2.Response(302, headers={"location": "/login"}), False),
    ],
)
def test_people_are_not_for_everybody(answer: httpx2.Response, open_to_all: bool) -> None:
    """A table, a list or a page of people's addresses is; a help desk's is nobody's secret."""
    page = '<a href="/export.csv?all=1&amp;tier=1">Leads</a>'
    asked = "/export.csv?all=1&tier=1"
    assert found_open(page, export=answer) == ([asked] * open_to_all, [asked])


def test_what_is_asked_for() -> None:
    """Plain reads on the same origin, once: no deed, no way in, no picture, no end of them."""
    page = """<a href='/leads.csv'><a href=/bare><a href="/logout"><a href="/api/approve-all">
    <a href="https://elsewhere.example/leads.csv"><a href="#top"><a href="/app.css"><a href="notes">
    <a href="/sales/"><a href="/login"><a href="/leads.csv"><a href="/api/${id}">"""
    assert found_open(page, "/api/leads?limit=5")[1] == [
        "/api/leads?limit=5", "/leads.csv", "/notes"
    ]  # fmt: skip
    assert len(found_open("", *(f"/api/a{n}" for n in range(30)))[1]) == 12

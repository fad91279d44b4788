"""Slack, played by a real HTTP server that answers 200, 429, 500, or nothing."""

import json
import socket
import threading
from collections.abc import Iterator

import pytest
from pytest_httpserver import HTTPServer
from results import BY_VERDICT, PRODUCTION, STAGING, finding, go, hostile, no_go, result
from werkzeug import Response

from pytest_caio.privacy.redactor import Redactor
from pytest_caio.report import slack
from pytest_caio.report.previous import Previous
from pytest_caio.run import slack_webhook
from pytest_caio.run.publish import Publisher
from pytest_caio.verdict.decide import Verdict
from pytest_caio.verdict.result import ShownEnvironment

PATH = "/services/T000/B000/s3cretPath"


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of a server that accepts a connection and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}{PATH}"


def variables(server: HTTPServer) -> dict[str, str]:
    """Return the environment of a run that is to tell this server."""
    return {slack_webhook.VARIABLE: server.url_for(PATH)}


@pytest.mark.parametrize("verdict", [Verdict.NO_GO, Verdict.CANNOT_TELL])
def test_one_message_when_somebody_has_to_act(httpserver: HTTPServer, verdict: Verdict) -> None:
    """Decision, what was seen, what to do and whose task it is, and the link to the run."""
    httpserver.expect_request(PATH, method="POST").respond_with_data("ok")
    run = {
        "GITHUB_SERVER_URL": "https://github.example",
        "GITHUB_REPOSITORY": "a/b",
        "GITHUB_RUN_ID": "7",
    }
    made = BY_VERDICT[verdict]()
    lines = Publisher({**variables(httpserver), **run}).tell(made, Redactor())
    assert lines == ["Slack: told"]
    assert len(httpserver.log) == 1
    body = json.loads(httpserver.log[0][0].data)
    text = json.dumps(body, ensure_ascii=False)
    assert body["blocks"][0]["text"]["text"].startswith(f"{verdict.value}: ")
    for cause in [c for c in made.causes if c.blocks][:3]:
        assert cause.seen in text
        assert cause.remedy in text
        assert f"Whose task: {cause.owner}" in text
    assert "Tue 24 Feb 2026, 11:40 EST" in body["blocks"][0]["text"]["text"]
    assert "https://github.example/a/b/actions/runs/7" in text


@pytest.mark.parametrize(
    ("before", "told"),
    [(None, False), (Verdict.GO, False), (Verdict.NO_GO, True), (Verdict.CANNOT_TELL, True)],
)
def test_all_clear_only_after_trouble(
    httpserver: HTTPServer, before: Verdict | None, told: bool
) -> None:
    """A GO is worth a message only where the last word was another."""
    httpserver.expect_request(PATH).respond_with_data("ok")
    Publisher(variables(httpserver), previous=Previous(before)).tell(go(), Redactor())
    assert len(httpserver.log) == told
    if told:
        assert "All clear" in httpserver.log[0][0].get_data(as_text=True)


def test_429_is_honoured_once(httpserver: HTTPServer) -> None:
    """Asked to come back later, it comes back then, and once."""
    httpserver.expect_ordered_request(PATH).respond_with_response(
        Response("slow down", 429, {"Retry-After": "0"})
    )
    httpserver.expect_ordered_request(PATH).respond_with_data("ok")
    assert slack_webhook.tell(httpserver.url_for(PATH), slack.message(no_go())) == ""
    assert len(httpserver.log) == 2


@pytest.mark.parametrize("after", ["3600", "Wed, 21 Oct 2026 07:28:00 GMT", "-1"])
def test_429_that_asks_too_much_is_not_waited_for(httpserver: HTTPServer, after: str) -> None:
    """A run isn't held up for an hour by a chat."""
    refused = Response("slow down", 429, {"Retry-After": after})
    httpserver.expect_request(PATH).respond_with_response(refused)
    assert (
        slack_webhook.tell(httpserver.url_for(PATH), slack.message(no_go())) == "Slack answered 429"
    )
    assert len(httpserver.log) == 1


def test_down_changes_no_verdict_and_is_said(httpserver: HTTPServer) -> None:
    """A 500 is one line in the console."""
    httpserver.expect_request(PATH).respond_with_data("no", 500)
    lines = Publisher(variables(httpserver)).tell(no_go(), Redactor())
    assert lines == ["Slack: Slack answered 500; the verdict stands"]


def test_nothing_answers(silent: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that says nothing costs the time-out and no more, and its address isn't shown."""
    monkeypatch.setattr(slack_webhook, "TIMEOUT_SECONDS", 0.2)
    said = slack_webhook.tell(silent, slack.message(no_go()))
    assert said.startswith("Slack could not be reached")
    assert "s3cretPath" not in said


def test_nobody_there() -> None:
    """A port that nobody listens on is said, without the address."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    said = slack_webhook.tell(f"http://127.0.0.1:{port}{PATH}", slack.message(no_go()))
    assert said == "Slack could not be reached (ConnectError)"


def test_a_proxy_of_the_company_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Outside this machine the way is the one that the environment names; nothing is shown."""
    heard: list[bytes] = []

    def refuse(server: socket.socket) -> None:
        connection, _ = server.accept()
        with connection:
            heard.append(connection.recv(4096))
            connection.sendall(b"HTTP/1.1 502 No\r\nContent-Length: 0\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=refuse, args=(server,))
        thread.start()
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{server.getsockname()[1]}")
        said = slack_webhook.tell(f"https://hooks.example{PATH}", {})
        thread.join()
    assert heard[0].startswith(b"CONNECT hooks.example:443 ")
    assert said == "Slack could not be reached (ProxyError)"


def test_the_address_is_in_no_log(httpserver: HTTPServer, caplog: pytest.LogCaptureFixture) -> None:
    """The HTTP library logs each request with its address."""
    httpserver.expect_request(PATH).respond_with_data("ok")
    with caplog.at_level("DEBUG"):
        assert slack_webhook.tell(httpserver.url_for(PATH), {}) == ""
    ours = [record.getMessage() for record in caplog.records if record.name != "werkzeug"]
    assert not [text for text in ours if "s3cretPath" in text]


@pytest.mark.parametrize("url", ["http://hooks.example/x", "ftp://a/b", "hooks", "http://[", ""])
def test_a_webhook_must_be_https(url: str) -> None:
    """Plain http is for loopback alone."""
    assert slack_webhook.tell(url, {}).startswith("CAIO_SLACK_WEBHOOK_URL ")


@pytest.mark.parametrize("make", [*BY_VERDICT.values(), hostile])
def test_limits_of_block_kit(make) -> None:
    """Header ≤ 150, section ≤ 3,000 characters, at most 50 blocks."""
    blocks = slack.message(make(), "https://github.example/a/b/actions/runs/7")["blocks"]
    assert len(blocks) <= 50
    assert len(blocks[0]["text"]["text"]) <= 150
    assert all(len(b["text"]["text"]) <= 3000 for b in blocks if b["type"] == "section")


def test_many_causes_are_counted() -> None:
    """Beyond three the rest is a number, and whoever has no task is not named."""
    many = result(*(finding(f"smoke.c{i}", "fail") for i in range(40)))
    texts = [b["text"]["text"] for b in slack.message(many)["blocks"] if b["type"] == "section"]
    assert "and 37 more causes, in the report" in texts
    assert "PTO" not in "".join(texts)


def test_each_cause_says_where_it_is() -> None:
    """Where there is more than one environment."""
    both = (
        finding("a.a", "fail", "staging", title="It holds"),
        finding("a.b", "fail", title="It stays"),
    )
    text = json.dumps(slack.message(result(*both, environments=(STAGING, PRODUCTION))))
    assert "Rule: It holds (in staging)" in text
    assert "Rule: It stays (in production)" in text
    alone = json.dumps(slack.message(result(both[1])))
    assert "Rule: It stays\\n" in alone


def test_hostile_text_mentions_nobody() -> None:
    """``<!here>`` and links of an enemy are text."""
    text = json.dumps(slack.message(hostile()), ensure_ascii=False)
    assert "<!here>" not in text
    assert "&lt;!here&gt;" in text


def test_a_rehearsal_is_told_to_loopback_alone(httpserver: HTTPServer) -> None:
    """Rehearsals alarm nobody; a server on this machine is a test of the message."""
    place = ShownEnvironment("rehearsal", "rehearsal", "http://127.0.0.1")
    made = result(finding("smoke.x", "fail", "rehearsal"), environments=(place,))
    httpserver.expect_request(PATH).respond_with_data("ok")
    assert Publisher(variables(httpserver)).tell(made, Redactor()) == ["Slack: told"]
    outside = {slack_webhook.VARIABLE: "https://hooks.example/x"}
    assert "rehearsal" in Publisher(outside).tell(made, Redactor())[0]
    assert result(finding("smoke.x"), environments=(PRODUCTION,)).rehearsal is False

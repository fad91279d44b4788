"""A GO is told where silence would not say whether the gate ran at all."""

import json

import pytest
from pytest_httpserver import HTTPServer
from results import go, no_go

from pytest_caio.privacy.redactor import Redactor
from pytest_caio.report import console, heartbeat
from pytest_caio.report.previous import Previous
from pytest_caio.run import slack_webhook
from pytest_caio.run.publish import Publisher
from pytest_caio.verdict.decide import Verdict
from pytest_caio.verdict.result import Result

RUN = {"GITHUB_SERVER_URL": "https://g.example", "GITHUB_REPOSITORY": "a/b", "GITHUB_RUN_ID": "7"}


def told(
    server: HTTPServer, wanted: str, result: Result, before: Verdict | None = None
) -> list[dict[str, object]]:
    """Return what Slack is told of a run."""
    server.expect_request("/hook").respond_with_data("ok")
    variables = {
        slack_webhook.VARIABLE: server.url_for("/hook"), heartbeat.VARIABLE: wanted, **RUN
    }  # fmt: skip
    Publisher(variables, previous=Previous(before)).tell(result, Redactor())
    return [json.loads(request.data) for request, _ in server.log]


@pytest.mark.parametrize(
    ("wanted", "number"),
    [("1", 1), ("true", 1), ("yes", 1), ("", 0), ("0", 0), ("false", 0), (" No ", 0)],
)
def test_one_line_on_go(httpserver: HTTPServer, wanted: str, number: int) -> None:
    """The run's last line and a link, where it is asked for."""
    messages = told(httpserver, wanted, go(), Verdict.GO)
    assert len(messages) == number
    for message in messages:
        assert message.keys() == {"text"}
        assert message["text"].startswith("GO: ")
        assert console.verdict_line(go()).text in message["text"]
        assert message["text"].endswith(" <https://g.example/a/b/actions/runs/7|The run>")


def test_what_is_due_anyway_is_told_once(httpserver: HTTPServer) -> None:
    """No heartbeat beside a NO-GO, nor beside the all-clear after one."""
    (message,) = told(httpserver, "1", no_go())
    assert message["text"].startswith("NO-GO")
    httpserver.clear_log()
    (message,) = told(httpserver, "1", go(), Verdict.NO_GO)
    assert "All clear" in json.dumps(message)

"""What a register holds, and its Markdown and JSON."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from constructs_lib.app import synthesise
from constructs_lib.aws import console
from constructs_lib.errors import ConfigError
from constructs_lib.register import prices
from constructs_lib.register.document import document
from constructs_lib.register.markdown import markdown
from tests.configs import anomaly, config, load, metric
from tests.register.registers import ERRORS, default, entries, registered

CUSTOM = {"namespace": "Mine", "name": "Depth", "custom": True, "statistic": "Sum"}
RATE = {
    "expression": "a / b",
    "metrics": {"a": metric(name="Errors"), "b": metric()},
    "label": "errors per call",
}


@pytest.mark.parametrize(
    ("monitor", "dollars"),
    [
        (ERRORS, 0.10),
        (ERRORS | {"metric": CUSTOM | {"period_seconds": 10}}, 0.30),
        (ERRORS | {"metric": None, "math": RATE}, 0.20),
        (anomaly(), 0.30),
    ],
)
def test_what_an_alarm_costs(monitor: dict[str, Any], dollars: float) -> None:
    (entry,) = registered({"it": monitor}).entries
    assert entry.dollars == pytest.approx(dollars)


def test_the_total_is_of_alarms_dashboards_and_keys() -> None:
    register = registered({"calls": anomaly(quiet_below=20)})
    assert register.costs == {"3 alarms": 0.90, "1 dashboard": 3.00, "1 encryption key": 1.00}
    assert register.total == pytest.approx(4.90)
    assert registered({"calls": anomaly()}, dashboard=False).costs == {"1 alarm": 0.30, "1 encryption key": 1.00}


def test_an_entry_says_all_that_was_asked_for() -> None:
    found = entries(default())
    errors = found["errors"]
    assert errors.severity == "warning"
    assert [receiver.address for receiver in errors.receivers] == ["team@example.com"]
    assert errors.metrics == ("AWS/Lambda Errors Sum {FunctionName: ranker}",)
    assert errors.missing_data == "counts as not breaching"
    assert errors.runbook == "https://runbooks.example.com/recommender-production-errors"
    assert errors.owner == "ml-platform"
    assert errors.first_step != ""


def test_an_entry_links_to_the_alarm_the_dashboard_and_the_lines_it_counts() -> None:
    logs = {
        "pattern": "log_pattern",
        "log_group": {"name": "/ai/ranker", "create": False},
        "filter": '"a ${b}"',
        "alarm": {"above": 0, "period_seconds": 300},
    }
    found = entries(registered({"errors": ERRORS, "logs": logs}))
    home = "https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#"
    assert found["errors"].links == {
        "alarm": f"{home}alarmsV2:alarm/recommender-production-errors",
        "dashboard": f"{home}dashboards/dashboard/recommender-production",
    }
    lines = "logsV2:log-groups/log-group/$252Fai$252Franker/log-events"
    pattern = "$3FfilterPattern$3D$2522a$2520$2524$257Bb$257D$2522$26start$3D-3600000"
    assert found["logs"].links["log lines"] == f"{home}{lines}{pattern}"


def test_a_query_of_logs_insights_is_ready_to_run() -> None:
    assert console.log_query("us-east-1", "/ai/ranker", "filter a like /~b/\n| limit 20") == (
        "https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1#logsV2:logs-insights"
        "$3FqueryDetail$3D~(end~0~start~-3600~timeType~'RELATIVE~tz~'UTC~unit~'seconds"
        "~editorString~'filter*20a*20like*20*2f*7eb*2f*0a*7c*20limit*2020~source~(~'*2fai*2franker))"
    )


def test_an_alarm_leads_to_the_newest_errors_in_its_log(tmp_path: Path) -> None:
    made = {"pattern": "lambda_inference", "function": "ranker", "timeout_seconds": 30}
    folder = synthesise(load(config({"it": made})), tmp_path / "out") / "stacks" / "production"
    for entry in json.loads((folder / "register.json").read_text())["alarms"]:
        assert "~source~(~'*2faws*2flambda*2franker))" in entry["links"]["Logs Insights"]


def test_a_monitor_may_have_another_owner_and_share_a_workload() -> None:
    monitors = {"a": ERRORS | {"workload": "ranker"}, "b": ERRORS | {"workload": "ranker", "owner": "search"}}
    register = registered(monitors, owner="ml-platform")
    assert {(entry.workload, entry.owner) for entry in register.entries} == {("ranker", "ml-platform, search")}


def test_the_most_urgent_comes_first_and_parts_last() -> None:
    names = [entry.name.removeprefix("recommender-production-") for entry in default().entries]
    assert names == ["calls", "calls-band", "calls-traffic", "errors"]


def test_the_same_receiver_is_listed_once() -> None:
    audience = registered({"a": ERRORS, "b": ERRORS}).audience()
    ((receivers, count),) = audience.values()
    assert ([receiver.address for receiver in receivers], count) == (["team@example.com"], 2)


def test_markdown(snapshot: SnapshotAssertion) -> None:
    assert markdown(default()) == snapshot


def test_markdown_keeps_words_words() -> None:
    lines = markdown(registered({"it": ERRORS}, owner="a_b|<script>")).splitlines()
    heading = next(line for line in lines if "(owner" in line)
    assert heading == r"## it (owner: a\_b\|\<script\>)"


def test_json() -> None:
    content = json.loads(document(default()))
    assert content["costs"]["estimated_dollars_a_month"] == pytest.approx(5.00)
    assert content["costs"]["prices_as_of"] == prices.AS_OF
    assert content["alarms"][0]["name"] == "recommender-production-calls"
    assert content["alarms"][0]["receivers"] == [{"kind": "email", "address": "oncall@example.com", "name": "oncall"}]


def test_waivers_and_advice_are_shown() -> None:
    waiver = {"rule": "alarm-has-runbook", "reason": "They are being written, due in March."}
    data = config({"it": ERRORS}, waivers=[waiver])
    del data["stacks"]["production"]["runbook"]
    register = registered({"it": ERRORS}, waivers=[waiver], runbook=None)
    text = markdown(register)
    assert "- `alarm-has-runbook`: They are being written, due in March. (recommender-production-it)" in text
    assert json.loads(document(register))["waived"][0]["rule"] == "alarm-has-runbook"
    unneeded = markdown(registered({"it": ERRORS}, waivers=[waiver]))
    assert "They are being written, due in March. (no longer needed)" in unneeded


def test_where_monitors_are_described_and_the_commit_reach_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AI_MONITORING_COMMIT", "1a2b3c")
    synthesise(load(config({"it": ERRORS}, register="https://alarms.example.com/#{alarm}")), tmp_path / "out")
    folder = tmp_path / "out" / "stacks" / "production"
    text = (folder / "register.html").read_text()
    assert re.search(r"<dd>monitoring.yaml, line \d+</dd>", text)
    assert "of commit" in text and "1a2b3c" in text
    entries = json.loads((folder / "register.json").read_text())
    assert entries["commit"] == "1a2b3c"
    assert entries["alarms"][0]["runbook"] == "https://runbooks.example.com/recommender-production-it"
    (alarm,) = json.loads((folder / "cdk.tf.json").read_text())["resource"]["aws_cloudwatch_metric_alarm"].values()
    assert alarm["alarm_description"].endswith("Register: https://alarms.example.com/#recommender-production-it")
    assert "1a2b3c" not in (folder / "register.md").read_text(), "a review would see each line changed"


def test_a_link_to_the_register_has_to_fit_into_the_message() -> None:
    with pytest.raises(ConfigError, match=r"monitors.it: the alarm's description has 1\d\d\d characters"):
        load(config({"it": ERRORS}, register=f"https://alarms.example.com/{'a' * 1_000}#{{alarm}}"))


def test_the_files_are_written_next_to_the_stack_and_replaced(tmp_path: Path) -> None:
    folder = synthesise(load(config({"it": ERRORS})), tmp_path / "out") / "stacks" / "production"
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["cdk.tf.json", "register.html", "register.json", "register.md"]
    assert 'href="stacks/production/register.html"' in (tmp_path / "out" / "register.html").read_text()
    first = (folder / "register.md").read_text()
    synthesise(load(config({"it": ERRORS | {"above": 9}})), tmp_path / "out")
    assert (folder / "register.md").read_text() == first.replace("above 5 in", "above 9 in")

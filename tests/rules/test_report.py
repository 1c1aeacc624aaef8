"""The rules on the command line: grouped, chosen, waived; and what a check fails on."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import pytest
from click.testing import CliRunner, Result
from syrupy.assertion import SnapshotAssertion

from constructs_lib.cli import main
from constructs_lib.errors import ConfigError, Problem
from constructs_lib.rules import NAMES, RULES, explained
from constructs_lib.rules.rule import RULE_CLASSES, Finding
from constructs_lib.rules.waiver_file import FileWaivers
from tests.review.plans import ALARM, change, plan
from tests.rules.stacks import alarm, alarms

RUNBOOK = "its description links to no runbook; add one, in monitoring.yaml by `runbook:`"


@pytest.fixture
def stack(tmp_path: Path) -> Path:
    """Seven alarms without a runbook, one on a metric that does not exist."""
    document: dict[str, Any] = alarms(
        **{f"a{number}": alarm(alarm_name=f"a{number}", alarm_description="Calls fail.") for number in range(7)},
        lost=alarm(alarm_name="lost", metric_name="Erors"),
    )
    file = tmp_path / "stack.tf.json"
    file.write_text(json.dumps({"resource": document}))
    return file


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["rules", *map(str, arguments)])


def waivers(folder: Path, text: str) -> Path:
    file = folder / "waivers.yaml"
    file.write_text(text)
    return file


def test_many_findings_take_few_words(stack: Path) -> None:
    result = run(stack)
    head, *lines = result.output.splitlines()
    assert head == f"{stack}: 8 findings by {len(RULES)} rules"
    assert lines[:4] == ["", "Will not fire (1)", "  metric-exists (1)", "    lost: " + lines[3].partition(": ")[2]]
    assert lines[4:] == [
        "",
        "Advice (7)",
        "  alarm-has-runbook (7)",
        f"    {RUNBOOK}",
        "      a0, a1, a2, a3, a4 and 2 more (--all names them)",
    ]
    assert result.exit_code == 1


def test_all_names_are_written_on_request(stack: Path) -> None:
    assert "      a0, a1, a2, a3, a4, a5, a6\n" in run(stack, "--all").output


def test_markdown_for_a_pull_request(stack: Path) -> None:
    lines = run(stack, "--format", "markdown").output.splitlines()
    assert lines[0] == f"**`{stack}`: 8 findings**"
    assert lines[2:4] == ["### Will not fire (1)", ""]
    assert "- `alarm-has-runbook` (7)" in lines
    assert lines[-1].startswith("  - `a0`, `a1`, `a2`, `a3`, `a4` and 2 more: its description links to no runbook")


def test_json_for_programs(stack: Path) -> None:
    document = json.loads(run(stack, "--format", "json").output)
    assert document["classes"] == {"will not fire": 1, "not heard": 0, "fires wrongly": 0, "advice": 7}
    (file,) = document["files"]
    assert len(file["findings"]) == 8
    assert file["findings"][0] | {"problem": "", "fix": ""} == {
        "rule": "metric-exists",
        "class": "will not fire",
        "stops_synth": True,
        "address": "aws_cloudwatch_metric_alarm.lost",
        "name": "lost",
        "monitor": None,
        "problem": "",
        "fix": "",
    }


def test_annotations_of_a_pull_request(stack: Path) -> None:
    result = run(stack, "--format", "github")
    wrong, bare = result.output.splitlines()
    assert wrong.startswith(f"::error file={stack},title=metric-exists::lost: AWS/Lambda has no metric 'Erors'")
    assert bare.startswith(f"::error file={stack},title=alarm-has-runbook::a0, a1, a2, a3, a4 and 2 more")
    assert result.exit_code == 1
    lenient = run(stack, "--format", "github", "--fail-on", "will-not-fire", "--rule", "alarm-has-runbook")
    assert (lenient.exit_code, lenient.output[:8]) == (0, "::notice")
    clean = run(stack, "--format", "github", "--rule", "quotas")
    assert (clean.exit_code, clean.output) == (0, "")


def test_sarif_describes_every_rule_that_ran(stack: Path) -> None:
    document = json.loads(run(stack, "--format", "sarif", "--fail-on", "will-not-fire").output)
    (ran,) = document["runs"]
    described = {rule["id"]: rule for rule in ran["tool"]["driver"]["rules"]}
    assert [*described] == [rule.name for rule in RULES]
    assert described["metric-exists"]["shortDescription"] == {"text": NAMES["metric-exists"].compliant}
    assert described["metric-exists"]["helpUri"].startswith("https://docs.aws.amazon.com/")
    found = {result["ruleId"]: result["level"] for result in ran["results"]}
    assert found == {"metric-exists": "error", "alarm-has-runbook": "note"}


def test_junit_has_a_case_for_every_rule_and_fails_where_the_command_does(stack: Path) -> None:
    (suite,) = Xml.fromstring(run(stack, "--format", "junit", "--fail-on", "will-not-fire").output)  # noqa: S314  (our own)
    assert (suite.get("tests"), suite.get("failures")) == (str(len(RULES)), "1")
    (failed,) = (case for case in suite if case.find("failure") is not None)
    assert (failed.get("name"), failed.get("classname")) == ("metric-exists", str(stack))
    advice = next(case for case in suite if case.get("name") == "alarm-has-runbook")
    assert (advice.findtext("system-out") or "").count("\n") == 6


def test_what_xml_can_not_hold_leaves_a_whole_document(tmp_path: Path) -> None:
    file = tmp_path / "stack.tf.json"
    file.write_text(json.dumps({"resource": alarms(odd=alarm(alarm_name="a\x00\x1b<&", metric_name="Erors"))}))
    (suite,) = Xml.fromstring(run(file, "--format", "junit", "--rule", "metric-exists").output)  # noqa: S314  (our own)
    assert "<&" in (suite.findtext("testcase/failure") or "")


def test_the_whole_report_reads_well(stack: Path, tmp_path: Path, snapshot: SnapshotAssertion) -> None:
    """Findings, waived ones and notes of waivers, in each format."""
    file = waivers(
        tmp_path,
        "waivers:\n"
        "  - {rule: alarm-has-runbook, address: aws_cloudwatch_metric_alarm.a0, reason: The wiki moves in *spring*.}\n"
        "  - {rule: mute-ends, reason: No one knows any more.}\n",
    )
    few, right = tmp_path / "few.tf.json", tmp_path / "right.tf.json"
    few.write_text(json.dumps({"resource": alarms(a0=alarm(alarm_description=""), lost=alarm(metric_name="Erors"))}))
    right.write_text(json.dumps({"resource": alarms()}))
    chosen = ["--waivers", file, "--rule", "metric-exists", "--rule", "alarm-has-runbook", "--rule", "mute-ends"]
    said = [
        run(*arguments, *chosen, "--format", kind).output.replace(str(tmp_path), "")
        for kind, *arguments in (
            ("text", stack, right),
            ("markdown", stack, right),
            ("markdown", stack, "--all"),
            ("json", few),
        )
    ]
    assert "\n---\n".join(said) == snapshot


def test_what_fires_wrongly_is_a_warning(tmp_path: Path) -> None:
    file = tmp_path / "stack.tf.json"
    always = alarm(comparison_operator="GreaterThanOrEqualToThreshold", threshold=0)
    file.write_text(json.dumps({"resource": alarms(always=always)}))
    lines = run(file, "--format", "github", "--fail-on", "not-heard", "--rule", "limit-above-health").output
    assert lines.startswith("::warning ")


def test_a_plan_is_held_to_the_rules_as_it_will_be(tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(plan(change(ALARM, ALARM | {"metric_name": "Erors"}))))
    assert "metric-exists (1)" in run(file, "--rule", "metric-exists").output


def test_the_waivers_of_a_stack_of_ours_hold(stack: Path) -> None:
    waived = {"rule": "alarm-has-runbook", "reason": "The wiki moves.", "monitors": []}
    (stack.parent / "register.json").write_text(json.dumps({"waived": [waived]}))
    assert run(stack).output.endswith("Waived: alarm-has-runbook (7): The wiki moves.\n")


def test_one_rule_and_all_but_one(stack: Path) -> None:
    assert "8 findings" not in (only := run(stack, "--rule", "metric-exists").output)
    assert only.splitlines()[0].endswith(": 1 finding by 1 rule")
    others = run(stack, "--exclude", "metric-exists", "--exclude", "alarm-has-runbook")
    assert (others.exit_code, others.output) == (0, f"{stack}: 0 findings by {len(RULES) - 2} rules\n")


def test_a_rule_that_does_not_exist(stack: Path) -> None:
    result = run(stack, "--rule", "metric-exist", "--exclude", "no-such")
    assert result.exit_code == 2
    assert "'metric-exist' is not a rule; did you mean 'metric-exists'?" in result.output
    assert "'no-such' is not a rule" in result.output


@pytest.mark.parametrize(
    ("on", "exclude", "code"),
    [
        ("will-not-fire", "alarm-has-runbook", 1),
        ("will-not-fire", "metric-exists", 0),
        ("fires-wrongly", "metric-exists", 0),
        ("advice", "metric-exists", 1),
    ],
)
def test_what_a_check_fails_on(stack: Path, on: str, exclude: str, code: int) -> None:
    assert run(stack, "--fail-on", on, "--exclude", exclude).exit_code == code


def test_every_class_can_be_failed_on(stack: Path) -> None:
    for kind in RULE_CLASSES:
        assert run(stack, "--fail-on", kind.replace(" ", "-")).exit_code in (0, 1)


def test_a_waiver_for_some_addresses(stack: Path, tmp_path: Path) -> None:
    file = waivers(
        tmp_path,
        "waivers:\n"
        "  - rule: alarm-has-runbook\n"
        "    address: aws_cloudwatch_metric_alarm.a*\n"
        "    reason: The wiki moves in spring.\n",
    )
    output = run(stack, "--waivers", file).output
    assert "alarm-has-runbook" not in output.partition("Waived")[0]
    assert output.endswith("Waived: alarm-has-runbook (7): The wiki moves in spring.\n")
    document = json.loads(run(stack, "--waivers", file, "--format", "json").output)
    assert len(document["files"][0]["waived"][0]["findings"]) == 7


def test_an_address_has_no_other_signs_than_the_star(tmp_path: Path) -> None:
    file = waivers(tmp_path, 'waivers: [{rule: quotas, address: "module.a[0].*", reason: Asked for more.}]\n')
    (waiver,) = FileWaivers.load(str(file))._waivers
    problem = Problem("too many")
    found = [
        Finding(rule="quotas", kind="advice", blocks=False, address=address, subject="", monitor="", problem=problem)
        for address in ("module.a[0].x.y", "module.a0.x.y", "module.a[0]")
    ]
    assert [waiver.covers(finding) for finding in found] == [True, False, False]


def test_a_waiver_that_is_used_nowhere_or_has_ended_is_said(stack: Path, tmp_path: Path) -> None:
    file = waivers(
        tmp_path,
        "waivers:\n"
        "  - {rule: mute-ends, reason: No one knows any more.}\n"
        "  - {rule: alarm-has-runbook, reason: Until the move, until: 2020-01-31}\n",
    )
    result = run(stack, "--waivers", file)
    assert f"Waiver: {file}:2: mute-ends is found nowhere at *; remove the waiver" in result.output
    assert f"Waiver: {file}:3: the waiver of alarm-has-runbook ended on 2020-01-31; fix what" in result.output
    assert "Advice (7)" in result.output


def test_a_waiver_holds_on_its_last_day(stack: Path, tmp_path: Path) -> None:
    file = waivers(tmp_path, "waivers: [{rule: quotas, reason: Asked for more., until: 2027-03-01}]\n")
    told = [
        [note.rule for note in FileWaivers.load(str(file), today).notes({"quotas"})]
        for today in (date(2027, 3, 1), date(2027, 3, 2))
    ]
    assert told == [["quotas is found nowhere at *"]] * 2
    found = Finding(
        rule="quotas", kind="advice", blocks=False, address="", subject="", monitor="", problem=Problem("too many")
    )
    held = [FileWaivers.load(str(file), day).settle([found])[0] == [] for day in (date(2027, 3, 1), date(2027, 3, 2))]
    assert held == [True, False]


def test_a_waiver_of_a_rule_that_did_not_run_is_not_called_unused(stack: Path, tmp_path: Path) -> None:
    file = waivers(tmp_path, "waivers: [{rule: mute-ends, reason: No one knows any more.}]\n")
    assert "Waiver" not in run(stack, "--waivers", file, "--rule", "metric-exists").output


BAD: dict[str, tuple[str, list[str]]] = {
    "every problem at once": (
        (
            "waivers:\n"
            "  - rule: metric-exist\n"
            "    reason: short\n"
            "  - reason: A reason that is long enough\n"
            "    adress: x\n"
            "  - {rule: quotas, reason: A reason that is long enough, until: soon}\n"
        ),
        [
            ":2: waivers.0.rule: 'metric-exist' is not a rule; did you mean 'metric-exists'?",
            ":3: waivers.0.reason: ",
            ":4: waivers.1",
            ":5: waivers.1.adress: ",
            ":6: waivers.2.until: ",
        ],
    ),
    "no list": ("waivers: 5\n", [":1: waivers: "]),
    "another file": ("project: x\n", ["waivers.yaml:1: project: "]),
    "empty": ("", ["is empty; begin with `waivers:`"]),
    "not YAML": ("waivers: [\n", ["is not YAML"]),
    "a key twice": ("waivers: []\nwaivers: []\n", [":2: waivers: is given twice"]),
    "nested too deeply": ("waivers: " + "[" * 2000 + "]" * 2000, ["nested too deeply"]),
    "a date that does not exist": (
        "waivers: [{rule: quotas, reason: A reason that is long enough, until: 2027-02-31}]\n",
        ["waivers.0.until: '2027-02-31' is not a date"],
    ),
}


@pytest.mark.parametrize(("text", "said"), BAD.values(), ids=BAD.keys())
def test_a_bad_file_of_waivers(stack: Path, tmp_path: Path, text: str, said: list[str]) -> None:
    result = run(stack, "--waivers", waivers(tmp_path, text))
    assert result.exit_code == 2
    assert [words for words in said if words not in result.output] == []
    assert "Traceback" not in result.output


def test_a_file_of_waivers_that_does_not_exist(stack: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no such file"):
        FileWaivers.load(str(tmp_path / "none.yaml"))
    assert run(stack, "--waivers", tmp_path / "none.yaml").exit_code == 2


def test_the_rules_explain_themselves() -> None:
    text = run("--explain", "--rule", "mute-ends").output
    assert text == explained([rule for rule in RULES if rule.name == "mute-ends"])
    assert text.startswith("### ") and "#### `mute-ends`" in text and "https://docs.aws.amazon.com/" in text
    assert text.count("####") == 1


def test_the_most_harmful_rules_are_explained_first() -> None:
    lines = explained().splitlines()
    assert [line[4:].lower() for line in lines if line.startswith("### ")] == list(RULE_CLASSES)

"""What a user gets wrong: one line each, with the path, the value, the rule and the fix."""

from __future__ import annotations

from functools import reduce
from operator import getitem
from pathlib import Path
from typing import Any

import pytest
import yaml

from constructs_lib.config.loader import load as load_file
from constructs_lib.config.loader import loads
from constructs_lib.errors import ConfigError
from tests.configs import anomaly, config, math, metric, problems, threshold

LONG: dict[str, tuple[dict[str, Any], str]] = {
    "a typo at the top": (
        config() | {"projet": "x"},
        "projet: 'projet' is not a key here; did you mean 'project'?",
    ),
    "31 dimensions": (
        config({"calls": anomaly(metric=metric(dimensions={f"d{i}": "x" for i in range(31)}, custom=True))}),
        "monitors.calls.metric.dimensions: 31 dimensions, and a metric has at most 30; remove some",
    ),
    "48 tags": (
        config(tags={f"t{i}": "x" for i in range(48)}),
        "tags: 48 tags, and 47 fit besides `project`, `stack` and `severity`; remove some",
    ),
    "a description that is too long": (
        config({"calls": anomaly(impact="x" * 1_000)}),
        (
            "monitors.calls: the alarm's description has 1276 characters, and CloudWatch keeps 1024; shorten "
            "`impact` or "
            "`first_step`, and put the rest into the runbook"
        ),
    ),
    "more than five actions on one state": (
        config(
            notifications={
                "critical": [
                    {"email": "a@example.com"},
                    *({"topic": f"arn:aws:sns:us-east-1:123456789012:t{i}"} for i in range(5)),
                ]
            }
        ),
        (
            "notifications.critical: 6 actions, and CloudWatch calls at most 5 when an alarm changes state; "
            "subscribe the "
            "receivers to one topic instead"
        ),
    ),
}
"""What would be long to read."""


def mistakes() -> dict[str, tuple[dict[str, Any], str]]:
    """Those of bad_input.yaml, each as a whole file with the mistake in it, and what is said to it."""
    written = yaml.safe_load(Path(__file__).with_name("bad_input.yaml").read_text(encoding="utf-8"))
    del written["the valid monitor"]
    return {name: (with_mistake(change), change["says"]) for name, change in written.items()}


def with_mistake(change: dict[str, Any]) -> dict[str, Any]:
    data = config()
    stack = data["stacks"]["production"]
    for path, value in change.items():
        if path == "math":
            stack["monitors"]["calls"] = math(**value)
        elif path == "threshold":
            stack["monitors"]["calls"] = threshold(**value)
        elif path != "says":
            *places, last = path.split(".")
            reduce(getitem, places, stack)[last] = value
    return data


CASES = mistakes() | LONG


@pytest.mark.parametrize(("data", "problem"), CASES.values(), ids=CASES.keys())
def test_a_mistake_is_explained(data: dict[str, Any], problem: str) -> None:
    assert problems(data) == [problem]


def test_a_name_over_255_characters_after_prefixing() -> None:
    prefix = len("recommender-production--band")
    assert problems(config({"m" * (255 - prefix): anomaly()})) == []
    (problem,) = problems(config({"m" * (256 - prefix): anomaly()}))
    assert problem.startswith("monitors.mmm")
    assert problem.endswith(
        " has 256 characters, and an alarm's name may have 255; shorten the monitor's, the stack's or the "
        "project's name"
    )


def test_two_monitors_whose_names_meet_after_prefixing() -> None:
    data = config({"calls": anomaly(quiet_below=20), "calls-band": anomaly()})
    data["stacks"]["production"]["monitors"]["calls-band"] |= {
        "pattern": "threshold",
        "above": 1,
    }
    assert problems(data) == [
        (
            "monitors.calls-band: its alarm 'recommender-production-calls-band' has the name of one of "
            "stacks.production.monitors.calls; rename one of the two"
        )
    ]


def test_names_meet_across_stacks_of_one_account_and_region() -> None:
    data = config({"b-calls": anomaly()})
    data["stacks"]["production-b"] = config({"calls": anomaly()})["stacks"]["production"]
    assert problems(data) == [
        (
            "stacks.production-b.monitors.calls: its alarm 'recommender-production-b-calls-band' has the name "
            "of one of "
            "stacks.production.monitors.b-calls; rename one of the two"
        )
    ]
    data["stacks"]["production-b"]["region"] = "eu-west-1"
    assert problems(data) == []


@pytest.mark.parametrize("name", ["aws", "backend", "cloud", "notifications", "data", "dashboard", "groups", "alarms"])
def test_names_that_are_taken(name: str) -> None:
    assert problems(config({name: anomaly()})) == [
        f"monitors.{name}: {name!r} is the name of something else in the stack; rename it"
    ]


def test_a_group_and_a_monitor_of_one_name() -> None:
    monitors = {"calls-critical": threshold(), "a": anomaly(workload="calls"), "b": anomaly(workload="calls")}
    assert problems(config(monitors, group_alarms=True)) == [
        (
            "group_alarms: its alarm 'recommender-production-calls-critical' has the name of one of "
            "stacks.production.monitors.calls-critical; rename one of the two"
        )
    ]


@pytest.mark.parametrize(
    ("backend", "place"),
    [
        ({"s3": {"bucket": "state", "key": "k"}}, "the object state/k"),
        ({"cloud": {"organization": "acme", "workspace": "w"}}, "the workspace acme/w"),
        ({"local": {"path": "state.json"}}, "the file state.json"),
    ],
)
def test_two_stacks_with_one_state(backend: dict[str, Any], place: str) -> None:
    data = config(backend=backend)
    data["stacks"]["staging"] = data["stacks"]["production"]
    assert problems(data) == [
        (
            f"stacks.staging.backend: keeps its state where stacks.production does, {place}; give each stack a state "
            "of its own: each would destroy the other's resources"
        )
    ]


def test_a_monitor_may_have_the_name_of_a_variable() -> None:
    assert problems(config({"floor": anomaly(quiet_below="${var.floor}")})) == []


@pytest.mark.parametrize(
    "text", ["${terraform.workspace}", "${jsonencode({a = var.b})}", "$${jndi:x}", "${var.a.count}"]
)
def test_expressions_that_refer_to_something(text: str) -> None:
    assert problems(config({"calls": anomaly(impact=text)})) == []


@pytest.mark.parametrize("key", ["on", "404", "null", "2026-01-01"])
def test_a_key_is_a_name_whatever_yaml_reads(key: str) -> None:
    with pytest.raises(ConfigError, match=f"{key}: '{key}' is not a key here"):
        loads(f"project: x\nstacks: {{}}\n{key}: 1\n")


@pytest.mark.parametrize("entry", ["{email: {{ oncall }}}", "{[a, b]: c}"])
def test_a_list_or_a_mapping_as_a_key(entry: str) -> None:
    with pytest.raises(ConfigError) as caught:
        loads(f"project: x\nstacks: {entry}\n", file="m.yaml")
    assert str(caught.value) == (
        "m.yaml:2: is not YAML: found a list or a mapping as a key (put a text that begins with [ or { in quotes)"
    )


def test_every_problem_comes_in_one_message_with_its_line() -> None:
    text = """\
project: recommender
stacks:
  production:
    account: "12"
    regoin: us-east-1
    notifications:
      critical: [{email: oncall}]
    monitors:
      calls:
        pattern: anomaly
        severity: critical
        metric: {namespace: AWS/Lambda, name: Invocations, statistic: Sum, period_seconds: 90}
"""
    with pytest.raises(ConfigError) as caught:
        loads(text, file="monitoring.yaml")
    assert [(problem.line, problem.path.rpartition(".")[2]) for problem in caught.value.problems] == [
        (3, "region"),  # missing: the line of what it is missing from
        (4, "account"),
        (5, "regoin"),
        (7, "email"),
        (12, "period_seconds"),
    ]
    assert str(caught.value).splitlines()[1] == (
        "monitoring.yaml:4: stacks.production.account: '12' is not an AWS account ID; write its 12 digits in quotes"
    )


@pytest.mark.parametrize("text", ["", "\n", "# only a comment\n", "---\n"])
def test_an_empty_file(text: str) -> None:
    with pytest.raises(ConfigError, match="is empty; begin with `project:` and `stacks:`|null is not a mapping"):
        loads(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("stacks: [", "is not YAML: while parsing a flow"),
        ("a: b: c", "is not YAML: mapping values are not allowed"),
        ("a: \t\x00", "is not YAML"),
        ("just words", "'just words' is not a mapping"),
        ("a: &x [*x]", "holds itself through an alias"),
    ],
)
def test_not_yaml_or_not_a_config(text: str, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        loads(text)
    assert says in str(caught.value)


def test_a_key_given_twice() -> None:
    text = "project: a\nproject: b\nstacks: {}\n"
    with pytest.raises(ConfigError) as caught:
        loads(text, file="f.yaml")
    assert "f.yaml:2: project: is given twice; remove one of the two, or rename it" in str(caught.value).splitlines()


def test_files_that_can_not_be_read(tmp_path: Any) -> None:
    (tmp_path / "latin.yaml").write_bytes(b"project: caf\xe9")
    for path, says in (
        (tmp_path / "none.yaml", "there is no such file"),
        (tmp_path, "is a folder"),
        (tmp_path / "latin.yaml", "byte 12 is not UTF-8"),
    ):
        with pytest.raises(ConfigError, match=says):
            load_file(path)


def test_python_gets_the_same_errors() -> None:
    from constructs_lib import AnomalySpec

    with pytest.raises(ConfigError) as caught:
        AnomalySpec(metric=metric(period_seconds=90), band_width=0)  # type: ignore[arg-type]
    assert [str(problem) for problem in caught.value.problems] == [
        "AnomalySpec.metric.period_seconds: 90 is not 10, 20, 30 or a multiple of 60; write 60 or 300",
        "AnomalySpec.band_width: 0 is not above 0; write a number above 0",
    ]


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("period", "'metric.period_seconds' or 'fleet.period_seconds'"),
        ("statistic", "'metric.statistic' or 'fleet.statistic'"),
        ("dimensions", "'metric.dimensions' or 'fleet.dimensions'"),
        ("severty", "'severity'"),
    ],
)
def test_a_key_that_is_one_level_too_high_is_shown_its_place(key: str, meant: str) -> None:
    (found,) = problems(config({"errors": threshold(**{key: 60})}))
    assert found == f"monitors.errors.{key}: {key!r} is not a key here; did you mean {meant}?"

"""Files that nobody means well with, or that were damaged: refused at once, with a line and in plain words."""

from __future__ import annotations

import time

import pytest

from constructs_lib.aws.names import identifier
from constructs_lib.config.loader import loads
from constructs_lib.errors import ConfigError, Problem

STACK = """
project: p
stacks:
  s:
    account: "123456789012"
    region: us-east-1
    runbook: https://x.example.com/{alarm}
    notifications: {warning: [{email: a@example.com}]}
    monitors:
"""
METRIC = "{namespace: AWS/Lambda, name: Errors, dimensions: {FunctionName: r}, statistic: Sum}"


def monitor(options: str, name: str = "errors") -> str:
    """A file with one threshold monitor."""
    return f"{STACK}      {name}: {{pattern: threshold, metric: {METRIC}, {options}}}\n"


def refused(text: str) -> tuple[Problem, ...]:
    """What is wrong with a file."""
    with pytest.raises(ConfigError) as caught:
        loads(text)
    return caught.value.problems


def bomb(levels: int) -> str:
    """Lists of lists, each named nine times in the next."""
    deeper = "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, levels))
    return f"a0: &a0 [x, x, x]\n{deeper}"


@pytest.mark.parametrize("levels", [8, 9, 30])
def test_aliases_that_stand_for_millions_are_refused_at_once(levels: int) -> None:
    start = time.monotonic()
    (problem,) = refused(bomb(levels))
    assert problem.rule == "holds more than 300,000 values, those that aliases stand for counted"
    assert time.monotonic() - start < 5


def test_an_alias_or_two_are_fine() -> None:
    text = monitor("above: 5").replace("{FunctionName: r}", "&d {FunctionName: r}")
    text += monitor("above: 9", name="calls").removeprefix(STACK).replace("{FunctionName: r}", "*d")
    assert loads(text).stacks["s"].monitors.keys() == {"errors", "calls"}


def test_a_file_of_millions_of_letters_is_not_read() -> None:
    (problem,) = refused(f"project: [{'x, ' * 2_000_000}]")
    assert problem.rule == "has 6,000,011 characters, and 5,000,000 are read"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("!!bool maybe", "project: 'maybe' is not true or false"),
        ("!!int ''", "project: '' is not a whole number"),
        ("!!float abc", "project: 'abc' is not a number"),
        ("!!timestamp x", "project: 'x' is not a date"),
        ("2026-13-45", "project: '2026-13-45' is not a date"),
        ("2026-12-01T02:00:00+99:00", "project: '2026-12-01T02:00:00+99:00' is not a date"),
        ("!!int [a]", "project: has the tag '!!int', which does not fit here; remove it"),
        ("!!set {a}", "project: has the tag '!!set', which does not fit here; remove it"),
        ("!mine x", "project: has the tag '!mine', which does not fit here; remove it"),
        ("!!python/name:os.system x", "project: has the tag '!!python/name:os.system', which does not fit here"),
        ("=", "project: '=' can't be used as a name"),
        ("[null, true, 1]", "project: [null, true, 1] is not text"),
        ("&{TfToken[1]}", "project: '&{TfToken[1]}' is how CDKTF writes a reference of its own"),
    ],
)
def test_a_value_that_yaml_can_not_read_has_its_line_and_path(value: str, message: str) -> None:
    quoted = f"'{value}'" if value.startswith("&{") else value
    assert str(refused(f"# first\nproject: {quoted}\n")[0]).startswith(f"monitoring.yaml:2: {message}")


@pytest.mark.parametrize(
    "number",
    ["1" + "0" * 320, "-1" + "0" * 320, "9" * 300, "-1" + "0" * 5_000, "-1.8881545897087626e+289"],
    ids=["large", "negative", "300 digits", "5,000 digits", "a token of CDKTF"],
)
@pytest.mark.parametrize("option", ["above: {}", "above: 5, evaluate: {{breaching: {}, of: 1}}"])
def test_a_number_beyond_all_measure_is_refused_once_and_cut(option: str, number: str) -> None:
    (problem,) = refused(monitor(option.format(number)))
    assert len(str(problem)) < 250
    assert problem.line == 10


def test_a_character_that_yaml_forbids_has_its_line() -> None:
    (problem,) = refused("project: p\nx: \x01\n")
    assert str(problem).startswith("monitoring.yaml:2: is not YAML, which has no character U+0001")


@pytest.mark.parametrize("key", ["\\e[31m", "\\n", "\\u202e", "k" * 300], ids=["colour", "break", "backwards", "long"])
def test_a_key_is_shown_without_what_a_terminal_obeys(key: str) -> None:
    (problem,) = [p for p in refused(f'{STACK}"{key}": 1\n') if "is not a key" in p.rule]
    assert str(problem).isprintable()
    assert len(str(problem)) < 500


def test_a_name_in_a_fix_is_cut_too() -> None:
    """That of an endpoint which no monitor makes, and a field that no pattern names."""
    image = "image: 123456789012.dkr.ecr.us-east-1.amazonaws.com/m:1"
    endpoint = f"pattern: model_endpoint, model: {{{image}}}, instances: {{type: ml.g5.xlarge, count: 2}}"
    job = f"pattern: data_quality, endpoint: {'k' * 9_000}, constraints: s3://bucket/c, statistics: s3://bucket/s"
    logs = "pattern: log_pattern, log_group: {name: x}, alarm: {above: 1}, filter: '{ $.a = 1 }'"
    logs += f", dimensions: {{d: $.{'f' * 9_000}}}"
    found = refused(f"{STACK}      m: {{{endpoint}}}\n      j: {{{job}}}\n")
    found += refused(f"{STACK}      l: {{{logs}}}\n")
    assert any("{existing: kkk" in problem.fix for problem in found)
    assert any("`$.fff" in problem.fix for problem in found)
    assert max(len(str(problem)) for problem in found) < 500


def test_no_path_names_what_is_not_in_the_file() -> None:
    text = monitor("above: 5").replace("    monitors", "    maintenance: [{from: 5, until: 6}]\n    monitors")
    found = [str(problem).partition(": ")[2] for problem in refused(text)]
    assert found == [
        "stacks.s.maintenance.0.from: 5 is not a time; write it like 2026-12-01T02:00:00Z",
        "stacks.s.maintenance.0.until: 6 is not a time; write it like 2026-12-01T02:00:00Z",
    ]


@pytest.mark.parametrize(("name", "begins"), [("5xx-errors", "_5xx-errors"), ("errors", "errors")])
def test_a_name_may_begin_with_a_digit_and_a_terraform_identifier_not(name: str, begins: str) -> None:
    assert identifier(name) == begins
    assert loads(monitor("above: 5", name=name)).stacks["s"].monitors.keys() == {name}


def test_two_buckets_of_one_name_are_refused() -> None:
    logs = "pattern: log_pattern, filter: ERROR, alarm: {above: 3}, archive: {bucket: create}"
    text = STACK + "".join(f"      {name}: {{log_group: {{name: /g/{name}}}, {logs}}}\n" for name in ("l_x", "l-x"))
    assert [problem.path for problem in refused(text)] == ["stacks.s.monitors.l-x"]
    assert "makes 'p-s-l-x-logs-123456789012', a name that the account has once" in refused(text)[0].rule


def test_roles_are_global_whatever_the_region() -> None:
    network = "subnets: [subnet-0a1b2c3d], security_groups: [sg-0123abcd]"
    fleet = f"{{pattern: gpu_fleet, instance_types: [g5.xlarge], {network}, size: {{min: 0, max: 2}}}}"
    stack = STACK.removeprefix("\nproject: p\nstacks:\n")
    text = (
        "project: p\nstacks:\n"
        + stack.replace("  s:", "  a-b:", 1)
        + f"      c: {fleet}\n"
        + stack.replace("  s:", "  a:", 1).replace("us-east-1", "eu-west-1")
        + f"      b-c: {fleet}\n"
    )
    assert any("makes 'p-a-b-c-instance'" in problem.rule for problem in refused(text))


def test_what_only_fires_at_nothing_does_not_take_missing_data_for_health() -> None:
    calls = METRIC.replace("Errors", "Invocations")
    waiting = monitor("below: 1, missing_data: not_breaching").replace(METRIC, calls)
    (problem,) = refused(waiting)
    assert problem.path == "stacks.s.monitors.errors"
    assert "a value of nothing, which is not published" in problem.rule
    assert loads(waiting.replace("not_breaching", "breaching")).stacks.keys() == {"s"}


def test_stacks_that_differ_in_capitals_only_are_refused() -> None:
    text = monitor("above: 5")
    text += text.partition("stacks:\n")[2].replace("  s:", "  S:", 1)
    assert "stacks.S" in [problem.path for problem in refused(text)]


NETWORK = "vpc: {subnets: [%s], security_groups: [%s]}"


@pytest.mark.parametrize(
    ("options", "path"),
    [
        ("environment: {MODEL-NAME: x}", "model.environment.MODEL-NAME"),
        (f"}}, {NETWORK % ('x', 'sg-0123abcd')}, capture: {{", "vpc.subnets.0"),
        (f"}}, {NETWORK % ('subnet-0a1b2c3d', 'x')}, capture: {{", "vpc.security_groups.0"),
    ],
    ids=["variable", "subnet", "security group"],
)
def test_what_the_provider_refuses_is_refused_before(options: str, path: str) -> None:
    image = "image: 123456789012.dkr.ecr.us-east-1.amazonaws.com/m:1"
    machines = "pattern: model_endpoint, instances: {type: ml.g5.xlarge, count: 2}"
    text = f"{STACK}      m: {{{machines}, model: {{{image}, {options}}}}}\n"
    assert f"stacks.s.monitors.m.{path}" in [problem.path for problem in refused(text)]

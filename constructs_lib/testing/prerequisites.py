"""What a stack refers to and does not make: what has to be there before it is applied.

Looked for are names where a resource asks AWS for what has that name, and ids and ARNs wherever they stand as a whole.
What is behind a reference that only AWS knows is not seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from constructs_lib.alarms.composite_rule import InvalidAlarmRule, parse
from constructs_lib.references import is_reference
from constructs_lib.terraform.alarm import COMPOSITE_ALARM
from constructs_lib.terraform.blocks import block, texts
from constructs_lib.terraform.reading import configured
from constructs_lib.terraform.stack import Resource, Stack
from constructs_lib.testing.synth import StackJson


@dataclass(frozen=True, slots=True)
class Prerequisite:
    """One thing that has to be there.

    Attributes:
        kind: What it is: `function`, `log group`.
        name: Its name or id.
        where: The argument that refers to it.
        region, account: Where an ARN says it is; empty for where the stack is.
    """

    kind: str
    name: str
    where: str
    region: str = ""
    account: str = ""

    def __str__(self) -> str:
        place = f" of {' '.join(filter(None, (self.account, self.region)))}" if self.account or self.region else ""
        return f"{self.where}: {self.kind} {self.name}{place}"


_OF_LAMBDA = ("permission", "alias", "event_source_mapping", "function_event_invoke_config", "function_url")
_OF_LOGS = ("metric_filter", "subscription_filter", "data_protection_policy", "stream")
_OF_ROLES = ("aws_iam_role_policy", "aws_iam_role_policy_attachment", "aws_iam_instance_profile")
_OF_GROUPS = ("policy", "schedule", "lifecycle_hook", "attachment")

# What is named without an ARN: by the type of the resource and its argument.
_NAMED: Mapping[tuple[str, str], str] = {
    **{(f"aws_lambda_{kind}", "function_name"): "function" for kind in _OF_LAMBDA},
    **{(f"aws_cloudwatch_log_{kind}", "log_group_name"): "log group" for kind in _OF_LOGS},
    **{(kind, "role"): "role" for kind in _OF_ROLES},
    **{(f"aws_autoscaling_{kind}", "autoscaling_group_name"): "Auto Scaling group" for kind in _OF_GROUPS},
    ("aws_autoscaling_notification", "group_names"): "Auto Scaling group",
    ("aws_s3_object", "bucket"): "bucket",
    ("data.aws_sns_topic", "name"): "topic",
    ("data.aws_sqs_queue", "name"): "queue",
    ("data.aws_lambda_function", "function_name"): "function",
    ("data.aws_s3_bucket", "bucket"): "bucket",
    ("data.aws_iam_role", "name"): "role",
    ("data.aws_cloudwatch_log_group", "name"): "log group",
    ("data.aws_autoscaling_group", "name"): "Auto Scaling group",
}
# Data sources that ask for nothing that would have to be made, or whose ids are found by their form.
_ALWAYS_THERE = frozenset(
    f"aws_{kind}"
    for kind in (
        *("arn", "availability_zones", "caller_identity", "default_tags", "iam_policy_document", "partition", "region"),
        *("security_group", "service_principal", "subnet", "vpc"),
    )
)

_MADE_BY: Mapping[str, str] = {
    "function": "aws_lambda_function",
    "log group": "aws_cloudwatch_log_group",
    "topic": "aws_sns_topic",
    "queue": "aws_sqs_queue",
    "role": "aws_iam_role",
    "bucket": "aws_s3_bucket",
    "Auto Scaling group": "aws_autoscaling_group",
    "endpoint": "aws_sagemaker_endpoint",
}
"""The type of resource that makes a kind, whose argument `name` (`function_name`, `bucket`) is what it is called."""

_ARN = re.compile(r"arn:aws[\w-]*:(?P<service>[\w-]+):(?P<region>[\w-]*):(?P<account>\d*):(?P<rest>[^*?\s]+?)(:\*)?")
_BY_ARN: Mapping[str, tuple[tuple[str, re.Pattern[str]], ...]] = {
    "lambda": (("function", re.compile(r"function:([\w-]+)(?::[\w$-]+)?")),),
    "sns": (("topic", re.compile(r"([\w.-]+)")),),
    "sqs": (("queue", re.compile(r"([\w.-]+)")),),
    "iam": (
        ("role", re.compile(r"role/(?!aws-service-role/)(?:.*/)?([\w+=,.@-]+)")),
        ("policy", re.compile(r"policy/((?:.*/)?[\w+=,.@-]+)")),
    ),
    "s3": (("bucket", re.compile(r"([^/]+)(?:/.*)?")),),
    "logs": (("log group", re.compile(r"log-group:([^:]+)")),),
    "sagemaker": (("endpoint", re.compile(r"endpoint/([\w-]+)")),),
    "cloudwatch": (("alarm", re.compile(r"alarm:(.+)")),),
    "wafv2": (("web ACL", re.compile(r"(.+)")),),
    "elasticloadbalancing": (
        ("target group", re.compile(r"(targetgroup/.+)")),
        ("listener", re.compile(r"(listen.+)")),
    ),
    "firehose": (("delivery stream", re.compile(r"deliverystream/(.+)")),),
}
_BY_ID = (
    ("subnet", re.compile(r"subnet-[0-9a-f]{8,17}")),
    ("security group", re.compile(r"sg-[0-9a-f]{8,17}")),
    ("VPC", re.compile(r"vpc-[0-9a-f]{8,17}")),
)
_SCALED_ENDPOINT = re.compile(r"endpoint/([^/]+)/variant/.+")
_VARIABLE = re.compile(r"\$\{var\.([\w-]+)\}")


def prerequisites(stack: StackJson, variables: Mapping[str, Any] | None = None) -> tuple[Prerequisite, ...]:
    """Everything a stack refers to and does not make, each once, in the order it is mentioned.

    Args:
        stack: Its Terraform JSON.
        variables: The values of its variables. What hangs on one without a value is left out.
    """
    given = {name: known for name, made in stack.get("variable", {}).items() if (known := made.get("default"))}
    content = _with_variables(stack, {**given, **(variables or {})})
    read = Stack("", configured(content))
    found: dict[tuple[str, ...], Prerequisite] = {}
    for resource in (*read.resources, *_sources(content)):
        for thing in _of(resource, read):
            found.setdefault((thing.kind, thing.name, thing.region, thing.account), thing)
    return tuple(found.values())


def _sources(content: StackJson) -> Iterator[Resource]:
    """The data sources, as resources of the type `data.TYPE`."""
    for kind, named in content.get("data", {}).items():
        for name, written in named.items():
            yield Resource(f"data.{kind}.{name}", f"data.{kind}", block(written))


def _of(resource: Resource, stack: Stack) -> Iterator[Prerequisite]:
    if resource.type.startswith("data.aws_"):
        kind = resource.type.removeprefix("data.")
        if kind not in _ALWAYS_THERE and not any(resource.type == known for known, _ in _NAMED):
            yield Prerequisite("data source", kind, resource.address)
    for argument, value in resource.values.items():
        where = f"{resource.address}.{argument}"
        kind = _NAMED.get((resource.type, argument), "")
        if resource.type.startswith("aws_s3_bucket_") and argument == "bucket":
            kind = "bucket"
        for leaf in _leaves(value, stack):
            yield from _named(kind, leaf, where, stack) if kind and not leaf.startswith("arn:") else ()
            yield from _by_form(leaf, where, stack)
        if (resource.type, argument) == ("aws_appautoscaling_target", "resource_id"):
            for leaf in texts(value):
                if match := _SCALED_ENDPOINT.fullmatch(stack.resolved(leaf)):
                    yield from _named("endpoint", match[1], where, stack)
    if resource.type == COMPOSITE_ALARM:
        yield from _silencing(resource, stack)


def _named(
    kind: str, name: str, where: str, stack: Stack, *, region: str = "", account: str = ""
) -> Iterator[Prerequisite]:
    maker = _MADE_BY.get(kind, "")
    plain = name.partition(":")[0] if kind == "function" else name  # `ranker:live` is a version of ranker
    if not (maker and stack.find(plain, maker)):
        yield Prerequisite(kind, plain, where, region, account)


def _by_form(leaf: str, where: str, stack: Stack) -> Iterator[Prerequisite]:
    """Ids, and ARNs of what is not made here."""
    for kind, form in _BY_ID:
        if form.fullmatch(leaf):
            yield Prerequisite(kind, leaf, where)
    match = _ARN.fullmatch(leaf)
    for kind, form in _BY_ARN.get(match["service"], ()) if match else ():
        if match and (named := form.fullmatch(match["rest"])):
            yield from _named(kind, named[1], where, stack, region=match["region"], account=match["account"])


def _silencing(resource: Resource, stack: Stack) -> Iterator[Prerequisite]:
    """The alarms that a composite is made of, and silenced by: CloudWatch refuses one that names what is not there."""
    made = {alarm.name for alarm in stack.alarms}
    try:
        names = {*parse(stack.resolved(str(resource.values.get("alarm_rule", "")))).alarms}
    except InvalidAlarmRule:
        names = set()
    suppressor = block(resource.values.get("actions_suppressor")).get("alarm")
    names |= {stack.resolved(suppressor)} if isinstance(suppressor, str) else set()
    for name in sorted(names - made):
        if not is_reference(name) and not name.startswith("arn:"):  # those are found by their form
            yield Prerequisite("alarm", name, resource.address)


def _leaves(value: object, stack: Stack) -> Iterator[str]:
    """Every text in a value, with the references in it that the stack knows resolved."""
    if isinstance(value, str):
        resolved = stack.resolved(value)
        if not is_reference(resolved):
            yield resolved
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(item, stack)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if key not in ("tags", "tags_all", "//"):
                yield from _leaves(item, stack)


def _with_variables(value: Any, given: Mapping[str, Any]) -> Any:
    if isinstance(value, str):
        whole = _VARIABLE.fullmatch(value)
        if whole and whole[1] in given:
            return given[whole[1]]
        return _VARIABLE.sub(lambda match: str(given.get(match[1], match[0])), value)
    if isinstance(value, list):
        return [_with_variables(item, given) for item in value]
    if isinstance(value, Mapping):
        return {key: _with_variables(item, given) for key, item in value.items()}
    return value

"""actions-possible."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.aws import limits, names
from constructs_lib.aws.comparison import BAND_OPERATORS
from constructs_lib.errors import Problem
from constructs_lib.references import is_reference
from constructs_lib.rules.rule import Broken, rule
from constructs_lib.terraform.actions import kind_of
from constructs_lib.terraform.alarm import DeployedAlarm
from constructs_lib.terraform.delivery import TOPIC
from constructs_lib.terraform.stack import Stack


@rule(
    "actions-possible",
    "not heard",
    story="An alarm whose action CloudWatch does not take fails at apply, after the rest of the plan is "
    "deployed without it.",
    page="https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html",
)
def actions_possible(stack: Stack) -> Iterator[Broken]:
    """No alarm has an action that CloudWatch can't take: at most five per state, of a kind the alarm may use.

    Terraform's provider checks neither; the API refuses it at apply, after part of the plan is deployed.
    """
    for alarm in stack.alarms:
        for actions in (alarm.actions, alarm.ok_actions, alarm.insufficient_data_actions):
            if broken := limits.actions(len(actions)):
                yield alarm, broken
            for action in actions:
                if problem := _impossible(alarm, action):
                    yield alarm, Problem(problem, "let it call an SNS topic instead")
        topics = {region for action in alarm.actions if (region := _topic_region(stack, action))}
        if len(topics | {alarm.region or min(topics, default="")}) > 1:
            here = f" and is in {alarm.region}" if alarm.region else ""
            yield (
                alarm,
                Problem(
                    f"it calls topics in {' and '.join(sorted(topics))}{here}",
                    "name topics of the alarm's own Region: CloudWatch calls no others",
                ),
            )


def _topic_region(stack: Stack, action: str) -> str:
    """The Region of a topic, as far as it is known."""
    if is_reference(action):
        topic = stack.find(action, TOPIC)
        return topic.region if topic else ""
    return (names.region_of(action) or "") if ":sns:" in action else ""


def _impossible(alarm: DeployedAlarm, action: str) -> str:
    kind = kind_of(action)
    if alarm.composite and kind != "notifies":
        return "a composite alarm can't scale a group or act on an instance"
    if kind == "scales" and alarm.operator in BAND_OPERATORS:
        return "an alarm on an anomaly band can't scale a group"
    if kind == "acts on an instance":
        return _not_on_an_instance(alarm, action)
    return ""


def _not_on_an_instance(alarm: DeployedAlarm, action: str) -> str:
    """Why EC2 does nothing; CloudWatch user guide, "Create alarms to stop, terminate, reboot, or recover"."""
    if any(query.expression for query in alarm.queries):
        return "an alarm on a math expression can't act on an instance"
    for series in alarm.series:
        if series.dimensions is not None and "InstanceId" not in series.dimensions:
            return "it acts on an instance, and its metric has no dimension InstanceId to say which"
        if action.endswith("ec2:recover") and series.name == "StatusCheckFailed_Instance":
            return "EC2 recovers no instance by StatusCheckFailed_Instance, only by the state of the machine under it"
    return ""

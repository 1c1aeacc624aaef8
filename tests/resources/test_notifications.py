"""Topics, their key, their policies and their receivers."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from pydantic import ValidationError

from constructs_lib import (
    ConfigError,
    Environment,
    Notifications,
    NotificationsSpec,
    QueueMonitor,
    QueueSpec,
    Receiver,
    Routing,
    enforce,
)
from constructs_lib.cdk import TerraformStack, TerraformVariable, aws
from constructs_lib.testing import resource, resources
from tests.stacks import own_stack

HERE = Environment("123456789012", "us-east-1")
QUEUE = "arn:aws:sqs:us-east-1:123456789012:alarms"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:on-alarm"
TOPIC = "arn:aws:sns:us-east-1:123456789012:oncall"


def synthesised(environment: Environment = HERE, **receivers: Any) -> dict[str, Any]:
    spec = NotificationsSpec.model_validate(receivers)
    return own_stack(lambda stack: Notifications(stack, "alerts", spec, name="shop", environment=environment))


def policy(stack: dict[str, Any], resource_type: str) -> dict[str, Any]:
    """The statements of a resource's policy, by Sid."""
    document = json.loads(resource(stack, resource_type)["policy"])
    return {statement["Sid"]: statement for statement in document["Statement"]}


def test_a_topic_for_each_severity_that_has_receivers() -> None:
    stack = synthesised(critical=[{"email": "a@example.com"}], info=[{"email": "b@example.com"}])
    names = {topic["name"] for topic in resources(stack, "aws_sns_topic").values()}
    assert names == {"shop-critical", "shop-info"}
    assert len(resources(stack, "aws_kms_key")) == 1, "one key for all"


def test_a_wrong_name_of_a_topic_is_told_the_right_one() -> None:
    spec = NotificationsSpec.model_validate({"critical": [{"email": "a@example.com"}]})

    def build(stack: TerraformStack) -> None:
        topics = Notifications(stack, "alerts", spec, name="shop", environment=HERE).topics
        with pytest.raises(KeyError, match="'critcal' is not a topic here; did you mean 'critical'"):
            topics["critcal"]

    own_stack(build)


def test_topics_are_encrypted_with_a_key_cloudwatch_may_use() -> None:
    stack = synthesised(critical=[{"email": "a@example.com"}])
    key = resource(stack, "aws_kms_key")
    (address,) = resources(stack, "aws_kms_key")
    assert resource(stack, "aws_sns_topic")["kms_master_key_id"] == f"${{aws_kms_key.{address}.arn}}"
    assert key["enable_key_rotation"] is True
    statements = policy(stack, "aws_kms_key")
    assert statements["AccountAdministersKey"]["Principal"] == {"AWS": "arn:aws:iam::123456789012:root"}
    cloudwatch = statements["CloudWatchPublishesAlarms"]
    assert cloudwatch["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert set(cloudwatch["Action"]) == {"kms:Decrypt", "kms:GenerateDataKey*"}
    assert cloudwatch["Condition"] == {
        "StringEquals": {"aws:SourceAccount": "123456789012"},
        "ArnLike": {"aws:SourceArn": "arn:aws:cloudwatch:us-east-1:123456789012:alarm:*"},
    }
    # KMS sees no source account or ARN from EventBridge; a condition would lock it out.
    assert "Condition" not in statements["EventBridgePublishesEvents"]


def test_only_this_accounts_alarms_may_publish() -> None:
    statements = policy(synthesised(critical=[{"email": "a@example.com"}]), "aws_sns_topic_policy")
    assert statements["CloudWatchPublishesAlarms"]["Condition"] == {
        "StringEquals": {"aws:SourceAccount": "123456789012"},
        "ArnLike": {"aws:SourceArn": "arn:aws:cloudwatch:us-east-1:123456789012:alarm:*"},
    }
    owner = statements["AccountManagesTopic"]
    assert owner["Principal"] == {"AWS": "arn:aws:iam::123456789012:root"}
    assert "*" not in [statement["Principal"] for statement in statements.values()]


def test_where_no_event_is_told_eventbridge_may_do_nothing() -> None:
    spec = NotificationsSpec.model_validate({"critical": [{"email": "a@example.com"}]})
    stack = own_stack(lambda stack: Notifications(stack, "a", spec, name="shop", environment=HERE, events=[]))
    assert set(policy(stack, "aws_kms_key")) == {"AccountAdministersKey", "CloudWatchPublishesAlarms"}
    told = policy(stack, "aws_sns_topic_policy")
    assert set(told) == {"AccountManagesTopic", "CloudWatchPublishesAlarms", "OnlyTls"}


def test_events_reach_the_topics_of_their_severities_and_no_condition_loses_them() -> None:
    """EventBridge sends nothing that a condition of a topic policy could look at."""
    spec = NotificationsSpec.model_validate({"critical": [{"email": "a@x.org"}], "info": [{"email": "b@x.org"}]})
    stack = own_stack(lambda stack: Notifications(stack, "a", spec, name="shop", environment=HERE, events=["info"]))
    assert "EventBridgePublishesEvents" in policy(stack, "aws_kms_key")
    found = {
        name: [s for s in json.loads(item["policy"])["Statement"] if s["Sid"] == "EventBridgePublishesEvents"]
        for name, item in resources(stack, "aws_sns_topic_policy").items()
    }
    told, silent = sorted(found.values(), key=len, reverse=True)
    assert silent == []
    assert "Condition" not in told[0]
    assert len([name for name, statements in found.items() if statements and "info" in name]) == 1


def test_every_kind_of_receiver() -> None:
    stack = synthesised(
        critical=[{"email": "a@example.com"}, {"https": "${var.url}"}, {"sqs": QUEUE}, {"lambda": FUNCTION}]
    )
    (topic,) = resources(stack, "aws_sns_topic")
    subscriptions = resources(stack, "aws_sns_topic_subscription").values()
    assert {(s["protocol"], s["endpoint"], s["topic_arn"]) for s in subscriptions} == {
        (protocol, endpoint, f"${{aws_sns_topic.{topic}.arn}}")
        for protocol, endpoint in (
            ("email", "a@example.com"),
            ("https", "${var.url}"),
            ("sqs", QUEUE),
            ("lambda", FUNCTION),
        )
    }


def test_a_function_may_be_called_by_its_topic_alone() -> None:
    stack = synthesised(critical=[{"lambda": FUNCTION}])
    (topic,) = resources(stack, "aws_sns_topic")
    assert resource(stack, "aws_lambda_permission") == {
        "action": "lambda:InvokeFunction",
        "function_name": FUNCTION,
        "principal": "sns.amazonaws.com",
        "source_arn": f"${{aws_sns_topic.{topic}.arn}}",
    }


def test_topics_that_exist_are_used_as_they_are() -> None:
    made: list[Notifications] = []

    def fill(stack: TerraformStack) -> None:
        spec = NotificationsSpec.model_validate({"critical": [{"topic": TOPIC}]})
        made.append(Notifications(stack, "alerts", spec, name="shop", environment=HERE))

    stack = own_stack(fill)
    assert made[0].routing.to("critical") == (TOPIC,)
    assert not resources(stack, "aws_sns_topic")
    assert not resources(stack, "aws_kms_key")


def test_severities_no_alarm_uses_get_no_topic() -> None:
    spec = NotificationsSpec.model_validate({"critical": [{"email": "a@example.com"}], "info": [{"email": "b@x.org"}]})
    stack = own_stack(
        lambda stack: Notifications(stack, "a", spec, name="shop", environment=HERE, severities=["critical"])
    )
    assert resource(stack, "aws_sns_topic")["name"] == "shop-critical"


def test_a_new_receiver_in_front_leaves_the_others_addresses_alone() -> None:
    one = resources(synthesised(critical=[{"email": "a@example.com"}]), "aws_sns_topic_subscription")
    two = resources(
        synthesised(critical=[{"email": "new@example.com"}, {"email": "a@example.com"}]), "aws_sns_topic_subscription"
    )
    assert one.items() <= two.items()


def test_a_receiver_may_be_a_reference_and_its_address_does_not_depend_on_what_else_is_in_the_stack() -> None:
    def fill(stack: TerraformStack, extra: int) -> None:
        for index in range(extra):
            str(aws.sqs_queue.SqsQueue(stack, f"other-{index}", name="x").arn)  # takes a token number each
        url = TerraformVariable(stack, "url", sensitive=True).string_value
        spec = NotificationsSpec.model_validate({"critical": [{"https": url}]})
        Notifications(stack, "alerts", spec, name="shop", environment=HERE)

    few, many = (
        resources(own_stack(lambda stack, n=n: fill(stack, n)), "aws_sns_topic_subscription")  # type: ignore[misc]
        for n in (0, 3)
    )
    assert few == many
    assert next(iter(few.values()))["endpoint"] == "${var.url}"


@pytest.mark.parametrize(("region", "partition"), [("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")])
def test_arns_follow_the_partition(region: str, partition: str) -> None:
    stack = synthesised(Environment("123456789012", region), critical=[{"email": "a@example.com"}])
    root = policy(stack, "aws_kms_key")["AccountAdministersKey"]["Principal"]["AWS"]
    assert root == f"arn:{partition}:iam::123456789012:root"


def test_account_and_region_may_be_references() -> None:
    environment = Environment("${var.account}", "${var.region}", partition="aws")
    stack = synthesised(environment, critical=[{"email": "a@example.com"}])
    source = policy(stack, "aws_sns_topic_policy")["CloudWatchPublishesAlarms"]["Condition"]["ArnLike"]
    assert source == {"aws:SourceArn": "arn:aws:cloudwatch:${var.region}:${var.account}:alarm:*"}


@pytest.mark.parametrize(
    ("account", "region", "says"),
    [
        ("12", "us-east-1", r"environment\.account: '12' is not an AWS account ID"),
        ("123456789012", "mars", r"environment\.region: 'mars' is not an AWS Region code"),
        ("123456789012", "${var.region}", r"environment\.partition: can't be derived"),
    ],
)
def test_an_environment_that_can_not_be(account: str, region: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        Environment(account, region)


def test_an_environments_partition_follows_its_region() -> None:
    with pytest.raises(ConfigError, match=r"environment\.partition: 'aws-cn' is not the partition of us-east-1"):
        Environment("123456789012", "us-east-1", partition="aws-cn")
    assert Environment("123456789012", "us-east-1", partition="aws").partition == "aws"


@pytest.mark.parametrize("name", ["my shop", "", "x" * 237, "shop.alarms"])
def test_a_name_that_topics_can_not_begin_with(name: str) -> None:
    spec = NotificationsSpec.model_validate({"critical": [{"email": "a@example.com"}]})
    with pytest.raises(ConfigError, match=r"alerts: .* can't begin the name of a topic; use 1 to 236 letters"):
        own_stack(lambda stack: Notifications(stack, "alerts", spec, name=name, environment=HERE))


def test_a_name_with_a_reference_is_shown_whole() -> None:
    def fill(stack: TerraformStack) -> None:
        prefix = TerraformVariable(stack, "prefix").string_value
        spec = NotificationsSpec.model_validate({"critical": [{"email": "a@example.com"}]})
        Notifications(stack, "alerts", spec, name=f"{prefix}-{'x' * 90}", environment=HERE)

    topic = resource(own_stack(fill), "aws_sns_topic")
    assert topic["display_name"] == f"CRITICAL ${{var.prefix}}-{'x' * 90}", "half a reference would be an error"


def test_a_long_name_is_cut_where_it_is_only_shown() -> None:
    spec = NotificationsSpec.model_validate({"critical": [{"email": "a@example.com"}]})
    stack = own_stack(lambda stack: Notifications(stack, "a", spec, name="x" * 200, environment=HERE))
    assert resource(stack, "aws_sns_topic")["display_name"] == f"CRITICAL {'x' * 91}"


def test_a_topic_in_another_region_is_refused() -> None:
    spec = NotificationsSpec.model_validate({"critical": [{"topic": TOPIC}]})
    there = Environment("123456789012", "eu-west-1")
    with pytest.raises(ConfigError, match=r"alerts\.critical\.0\.topic: .* is in us-east-1, and CloudWatch publishes"):
        own_stack(lambda stack: Notifications(stack, "alerts", spec, name="shop", environment=there))


def test_a_queue_may_be_in_another_region() -> None:
    far = QUEUE.replace("us-east-1", "eu-west-1")
    assert resource(synthesised(critical=[{"sqs": far}]), "aws_sns_topic_subscription")["endpoint"] == far


@pytest.mark.parametrize(
    ("actions", "says"),
    [
        ({"critcal": [TOPIC]}, "'critcal' is not a severity; did you mean 'critical'"),
        ({"critical": TOPIC}, r"notifications\.critical: .* is one text, not a list of ARNs; put it in a list"),
    ],
)
def test_a_routing_that_leads_nowhere(actions: Any, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        Routing(actions)


def test_routing_takes_at_most_five_actions() -> None:
    with pytest.raises(ConfigError, match="6 actions, and CloudWatch calls at most 5"):
        Routing({"critical": [TOPIC] * 6})


SLACK = {"slack": {"workspace": "T012AB3C4", "channel": "C0123ABCD", "name": "ml-oncall"}}
GUID = "1234abcd-12ab-34cd-56ef-1234567890ab"
TEAMS = {"teams": {"tenant": GUID, "team": GUID, "channel": "19%3Aabc%40thread.tacv2", "name": "ml-team"}}


def test_a_channel_has_one_configuration_with_the_topics_of_all_its_severities() -> None:
    stack = synthesised(critical=[SLACK, {"email": "a@example.com"}], warning=[SLACK, TEAMS])
    slack = resource(stack, "aws_chatbot_slack_channel_configuration")
    named = {f"${{aws_sns_topic.{key}.arn}}": made["name"] for key, made in resources(stack, "aws_sns_topic").items()}
    assert [named[arn] for arn in slack["sns_topic_arns"]] == [
        "shop-critical",
        "shop-critical-chat",
        "shop-warning",
        "shop-warning-chat",
    ]
    assert (slack["slack_team_id"], slack["slack_channel_id"]) == ("T012AB3C4", "C0123ABCD")
    teams = resource(stack, "aws_chatbot_teams_channel_configuration")
    assert [named[arn] for arn in teams["sns_topic_arns"]] == ["shop-warning", "shop-warning-chat"]
    assert {values["protocol"] for values in resources(stack, "aws_sns_topic_subscription").values()} == {"email"}


def test_people_in_a_chat_may_read_and_nothing_else() -> None:
    stack = synthesised(critical=[SLACK])
    configuration = resource(stack, "aws_chatbot_slack_channel_configuration")
    assert configuration["guardrail_policy_arns"] == ["arn:aws:iam::aws:policy/CloudWatchReadOnlyAccess"]
    assert configuration["user_authorization_required"] is True
    (statement,) = json.loads(resource(stack, "aws_iam_role_policy")["policy"])["Statement"]
    assert all(re.match("cloudwatch:(Describe|Get|List)", action) for action in statement["Action"])


def test_where_no_event_is_sent_a_chat_needs_no_second_topic() -> None:
    spec = NotificationsSpec.model_validate({"critical": [SLACK]})
    stack = own_stack(lambda stack: Notifications(stack, "a", spec, name="shop", environment=HERE, events=[]))
    assert {values["name"] for values in resources(stack, "aws_sns_topic").values()} == {"shop-critical"}


def test_a_channels_ids_may_be_references_and_its_name_may_not() -> None:
    def build(stack: TerraformStack) -> None:
        channel = TerraformVariable(stack, "channel", type="string").string_value
        spec = NotificationsSpec.model_validate({"critical": [{"slack": {**SLACK["slack"], "channel": channel}}]})
        Notifications(stack, "a", spec, name="shop", environment=HERE)

    assert resource(own_stack(build), "aws_chatbot_slack_channel_configuration")["slack_channel_id"] == "${var.channel}"
    with pytest.raises(ValidationError, match="slack.name"):
        NotificationsSpec.model_validate({"critical": [{"slack": {**SLACK["slack"], "name": "${var.name}"}}]})


def test_one_name_for_two_channels_is_refused() -> None:
    with pytest.raises(ValidationError, match="'ml-oncall' names two channels"):
        NotificationsSpec.model_validate(
            {"critical": [SLACK], "info": [{"slack": {**SLACK["slack"], "channel": "C1"}}]}
        )


def test_an_ops_item_and_an_incident_are_called_when_it_fires_and_not_when_it_is_over() -> None:
    plan = "arn:aws:ssm-incidents::123456789012:response-plan/oncall"
    receivers = {"critical": [{"email": "a@example.com"}, {"ops_item": {"severity": 2}}, {"incident": plan}]}

    def build(stack: TerraformStack) -> None:
        told = Notifications(stack, "a", NotificationsSpec.model_validate(receivers), name="shop", environment=HERE)
        spec = QueueSpec(queue="jobs", wait_minutes=10, severity="critical")
        QueueMonitor(stack, "jobs", spec, notifications=told, runbook="https://r.example.com")

    alarm = resource(own_stack(build), "aws_cloudwatch_metric_alarm")
    topic, *others = alarm["alarm_actions"]
    assert others == ["arn:aws:ssm:us-east-1:123456789012:opsitem:2#CATEGORY=Availability", plan]
    assert alarm["ok_actions"] == [topic]


def test_a_pager_confirms_by_itself_or_the_apply_fails() -> None:
    subscription = resource(synthesised(critical=[{"pagerduty": "${var.key}"}]), "aws_sns_topic_subscription")
    assert subscription["endpoint_auto_confirms"] is True
    assert subscription["endpoint"] == "https://events.pagerduty.com/integration/${var.key}/enqueue"
    other = resource(synthesised(critical=[{"https": "${var.url}"}]), "aws_sns_topic_subscription")
    assert "endpoint_auto_confirms" not in other, "no one knows whether this one does"


def received(*, policy: str = "") -> dict[str, Any]:
    """A stack with a queue that hears of two severities, and perhaps a policy that its user makes last."""

    def fill(stack: TerraformStack) -> None:
        queue = aws.sqs_queue.SqsQueue(stack, "jobs", name="jobs", policy="{}" if policy == "argument" else None)
        spec = NotificationsSpec(critical=[Receiver(sqs=queue.arn)], warning=[Receiver(sqs=queue.arn)])
        Notifications(stack, "alerts", spec, name="shop", environment=HERE)
        url = {"by variable": "${var.queue}", "another": "https://sqs/another"}.get(policy, queue.url)
        if policy not in ("", "argument"):
            aws.sqs_queue_policy.SqsQueuePolicy(stack, "own", queue_url=url, policy="{}")

    return own_stack(fill)


def test_a_queue_of_the_same_stack_is_given_the_policy_that_lets_its_topics_in() -> None:
    stack = received()
    (name,) = resources(stack, "aws_sqs_queue")
    made = resource(stack, "aws_sqs_queue_policy")
    assert made["queue_url"] == f"${{aws_sqs_queue.{name}.url}}"
    sends, tls = json.loads(made["policy"])["Statement"]
    assert (sends["Principal"], sends["Action"]) == ({"Service": "sns.amazonaws.com"}, ["sqs:SendMessage"])
    topics = [f"${{aws_sns_topic.{topic}.arn}}" for topic in resources(stack, "aws_sns_topic")]
    assert sorted(sends["Condition"]["ArnEquals"]["aws:SourceArn"]) == sorted(topics)
    assert tls["Effect"] == "Deny"


@pytest.mark.parametrize("policy", ["own", "argument", "by variable"])
def test_a_queue_that_has_a_policy_keeps_it(policy: str) -> None:
    made = resources(received(policy=policy), "aws_sqs_queue_policy")
    assert list(made) == ([] if policy == "argument" else ["own"])


def test_another_queues_policy_is_none_of_its_own() -> None:
    assert len(resources(received(policy="another"), "aws_sqs_queue_policy")) == 1


def test_a_queues_own_policy_that_lets_no_topic_in_stops_the_synth() -> None:
    def fill(stack: TerraformStack) -> None:
        queue = aws.sqs_queue.SqsQueue(stack, "jobs", name="jobs")
        statement = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage"}
        text = json.dumps({"Version": "2012-10-17", "Statement": [statement | {"Resource": "*"}]})
        aws.sqs_queue_policy.SqsQueuePolicy(stack, "own", queue_url=queue.url, policy=text)
        spec = NotificationsSpec(critical=[Receiver(sqs=queue.arn)])
        Notifications(stack, "alerts", spec, name="shop", environment=HERE)
        enforce(stack)

    with pytest.raises(RuntimeError, match="its policy does not let sns.amazonaws.com send to it"):
        own_stack(fill)

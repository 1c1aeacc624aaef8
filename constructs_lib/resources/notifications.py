"""One encrypted SNS topic per severity that someone receives."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pkgutil import resolve_name
from typing import Any

from constructs_lib.alarms.receivers import QUEUE
from constructs_lib.alarms.routing import Routing
from constructs_lib.alarms.severity import SEVERITIES, Severity
from constructs_lib.aws.environment import Environment
from constructs_lib.aws.names import join
from constructs_lib.cdk import Construct
from constructs_lib.errors import ConfigError
from constructs_lib.options.chat import SlackChannel, TeamsChannel
from constructs_lib.options.notifications import NotificationsSpec, Receiver
from constructs_lib.references import is_reference
from constructs_lib.resources.chat import chat_channel, chat_role
from constructs_lib.resources.encryption_key import EncryptionKey, use_by
from constructs_lib.resources.policy import Conditions, Statement, document, from_source, only_tls
from constructs_lib.resources.receiving_queue import let_topics_in
from constructs_lib.resources.values import as_mark, aws


class Notifications(Construct):
    """The topics alarms publish to, with their receivers.

    CloudWatch can't publish to a topic encrypted with the AWS-managed key, so the topics share a key of their own.

    Args:
        spec: Receivers by severity.
        name: What the topics' names begin with.
        severities: Those that alarms use; the others get no topic. Left out: every severity with receivers.
        events: Those that EventBridge rules publish to as well. Left out: all of them.
        costs: Those that AWS Budgets and Cost Anomaly Detection publish to as well. Left out: none.
        register: Link to an alarm's row in the register, for its message; `{alarm}` stands for the alarm's name.

    Attributes:
        routing: What the patterns take as `notifications`.
        topics: aws_sns_topic by severity; none for a severity that only has topics of the user's own.
        subscriptions: aws_sns_topic_subscription by severity, in the order of the spec.
        channels: The aws_chatbot_… configuration of each channel of a chat, by its name.
        encryption_key: The topics' key, or None without topics.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        spec: NotificationsSpec,
        *,
        name: str,
        environment: Environment,
        severities: Collection[Severity] | None = None,
        events: Collection[Severity] | None = None,
        costs: Collection[Severity] = (),
        register: str | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        self._name, self._environment = name, environment
        if problems := [*spec.name_problems(name), *spec.elsewhere(environment.region)]:
            raise ConfigError(problem.under(construct_id) for problem in problems)
        self._events: Collection[Severity] = events if events is not None else SEVERITIES
        self._costs = costs
        self._queues: list[tuple[str, str]] = []
        self.encryption_key: EncryptionKey | None = None
        self.topics: dict[Severity, Any] = {}
        self.subscriptions: dict[Severity, list[Any]] = {}
        self.channels: dict[str, Any] = {}
        actions: dict[Severity, list[str]] = {}
        chats: dict[Severity, str] = {}
        for severity, receivers in spec.by_severity().items():
            if severities is not None and severity not in severities:
                continue
            existing = [receiver.action(environment) for receiver in receivers if receiver.kind.direct]
            subscribers = [receiver for receiver in receivers if not receiver.kind.direct]
            if subscribers:
                self.topics[severity] = self._topic(severity)
                self.subscriptions[severity] = [
                    self._subscribe(severity, receiver) for receiver in subscribers if not receiver.kind.chat
                ]
                if severity in self._events and any(receiver.kind.chat for receiver in subscribers):
                    chats[severity] = self._topic(severity, "chat").arn
            own = [self.topics[severity].arn] if subscribers else []
            actions[severity] = own + existing
        let_topics_in(self, self._queues)
        self._chat(spec, {key: [topic.arn, *filter(None, [chats.get(key)])] for key, topic in self.topics.items()})
        self.routing = Routing(actions, chats=chats, register=register)

    def _chat(self, spec: NotificationsSpec, topics: Mapping[Severity, Sequence[str]]) -> None:
        """One configuration for each channel, with the topics of every severity that it hears of."""
        heard: dict[SlackChannel | TeamsChannel, list[str]] = {}
        for severity, arns in topics.items():
            for receiver in spec.by_severity()[severity]:
                if receiver.channel is not None:
                    heard.setdefault(receiver.channel, []).extend(arns)
        if not heard:
            return
        role = chat_role(self, name=spec.chat_role(self._name))
        for channel, arns in heard.items():
            self.channels[channel.name] = chat_channel(
                self, channel, name=self._name, role=role, topics=arns, environment=self._environment
            )

    def _key(self) -> EncryptionKey:
        if self.encryption_key is None:
            alarms = from_source(self._environment, "cloudwatch", "alarm:*")
            statements = [use_by("cloudwatch.amazonaws.com", sid="CloudWatchPublishesAlarms", conditions=alarms)]
            if self._events:
                # EventBridge sends no source account or ARN to KMS (SNS developer guide, "Key management").
                statements.append(use_by("events.amazonaws.com", sid="EventBridgePublishesEvents"))
            if self._costs:
                budgets = _from_budgets(self._environment)
                statements.append(use_by("budgets.amazonaws.com", sid="BudgetsPublishCosts", conditions=budgets))
                statements.append(use_by("costalerts.amazonaws.com", sid="CostAnomaliesPublish"))
            self.encryption_key = EncryptionKey(
                self,
                "encryption",
                alias=join(self._name, "notifications"),
                description=f"Encrypts the alarm topics of {self._name}",
                environment=self._environment,
                statements=statements,
            )
        return self.encryption_key

    def _topic(self, severity: Severity, *more: str) -> Any:
        topic = aws.sns_topic.SnsTopic(
            self,
            join(severity, *more),
            name=join(self._name, severity, *more),
            display_name=self._display_name(severity),  # SNS shows it as the sender of e-mails
            kms_master_key_id=self._key().arn,
        )
        policy = _topic_policy(
            topic.arn, self._environment, events=severity in self._events, costs=severity in self._costs
        )
        aws.sns_topic_policy.SnsTopicPolicy(self, join(severity, *more, "policy"), arn=topic.arn, policy=policy)
        return topic

    def _display_name(self, severity: Severity) -> str:
        text = f"{severity.upper()} {self._name}"
        return text if is_reference(text) else text[:100]  # half a reference would be a syntax error

    def _subscribe(self, severity: Severity, receiver: Receiver) -> Any:
        # The id follows the receiver, not its place in the list: a new first line must not make the others confirm
        # their address again.
        mark = as_mark(self, receiver.endpoint)
        construct_id = join(severity, receiver.kind.key, mark)
        topic = self.topics[severity]
        if receiver.kind is QUEUE:
            self._queues.append((receiver.endpoint, topic.arn))
        if receiver.kind.extra:
            resolve_name(receiver.kind.extra)(self, construct_id, receiver.endpoint, topic.arn)
        return aws.sns_topic_subscription.SnsTopicSubscription(
            self,
            construct_id,
            topic_arn=topic.arn,
            protocol=receiver.kind.protocol,
            endpoint=receiver.endpoint,
            # The apply then fails where the key is wrong, for the service confirms by itself.
            endpoint_auto_confirms=True if receiver.kind.address else None,
        )


def invocation_permission(scope: Construct, construct_id: str, function_arn: str, topic_arn: str) -> None:
    """Lets a topic call a Lambda function that subscribes to it."""
    aws.lambda_permission.LambdaPermission(
        scope,
        f"{construct_id}-permission",
        action="lambda:InvokeFunction",
        function_name=function_arn,
        principal="sns.amazonaws.com",
        source_arn=topic_arn,
    )


def _from_budgets(environment: Environment) -> Conditions:
    """Budgets have no Region (Cost Management user guide, "Creating an Amazon SNS topic for budget notifications")."""
    budgets = f"arn:{environment.partition}:budgets::{environment.account}:*"
    return {"StringEquals": {"aws:SourceAccount": environment.account}, "ArnLike": {"aws:SourceArn": budgets}}


def _topic_policy(topic_arn: str, environment: Environment, *, events: bool, costs: bool) -> str:
    """Replaces SNS's default policy whole, so it also says what the owner may do."""
    statements = [
        Statement(
            sid="AccountManagesTopic",
            actions=[
                "sns:AddPermission",
                "sns:DeleteTopic",
                "sns:GetTopicAttributes",
                "sns:ListSubscriptionsByTopic",
                "sns:Publish",
                "sns:RemovePermission",
                "sns:SetTopicAttributes",
                "sns:Subscribe",
            ],
            resources=[topic_arn],
            principals={"AWS": environment.root_arn},
        ),
        Statement(
            sid="CloudWatchPublishesAlarms",
            actions=["sns:Publish"],
            resources=[topic_arn],
            principals={"Service": "cloudwatch.amazonaws.com"},
            conditions=from_source(environment, "cloudwatch", "alarm:*"),
        ),
    ]
    if events:
        # Without conditions: EventBridge sends nothing they could look at, and the message would be lost (EventBridge
        # user guide, "Using resource-based policies", Amazon SNS permissions). For a rule of another account it comes
        # with a role of that account ("Sending events to an AWS service in another account"), which stays outside.
        publishes = Statement(
            sid="EventBridgePublishesEvents",
            actions=["sns:Publish"],
            resources=[topic_arn],
            principals={"Service": "events.amazonaws.com"},
        )
        statements.append(publishes)
    if costs:
        # Cost Anomaly Detection names its account only (the same guide, "Creating an Amazon SNS topic for anomaly
        # notifications").
        account = {"StringEquals": {"aws:SourceAccount": environment.account}}
        for sid, service, conditions in (
            ("BudgetsPublishCosts", "budgets", _from_budgets(environment)),
            ("CostAnomaliesPublish", "costalerts", account),
        ):
            statements.append(
                Statement(
                    sid=sid,
                    actions=["sns:Publish"],
                    resources=[topic_arn],
                    principals={"Service": f"{service}.amazonaws.com"},
                    conditions=conditions,
                )
            )
    return document([*statements, only_tls(["sns:Publish"], [topic_arn])])

"""One encrypted SNS topic per severity that someone receives."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pkgutil import resolve_name
from typing import Any, NoReturn

from constructs_lib.alarms.receivers import QUEUE
from constructs_lib.alarms.routing import Routing
from constructs_lib.alarms.severity import SEVERITIES, Severity
from constructs_lib.aws.environment import Environment
from constructs_lib.aws.names import join
from constructs_lib.cdk import Construct
from constructs_lib.errors import ConfigError
from constructs_lib.model import nearest
from constructs_lib.options.chat import SlackChannel, TeamsChannel
from constructs_lib.options.notifications import BySeverity, NotificationsSpec, Receiver, Used
from constructs_lib.references import is_reference
from constructs_lib.resources.chat import chat_channel, chat_role
from constructs_lib.resources.encryption_key import AnyKey, EncryptionKey, use_by
from constructs_lib.resources.policy import Conditions, Statement, document, from_source, only_tls
from constructs_lib.resources.receiving_queue import let_topics_in
from constructs_lib.resources.values import as_mark, aws


class _Topics(dict[str, Any]):
    """By name; the error of a wrong one lists those there are."""

    def __missing__(self, key: str) -> NoReturn:
        raise KeyError(f"{key!r} is not a topic here; {nearest(key, self)}")


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
        audiences: The same three of workloads and owners with receivers of their own, by their path in the spec. Left
            out: all of their severities, and the events.
        encryption_key: Encrypts the topics; its policy lets the services in. Left out: one is made.

    Attributes:
        routing: What the patterns take as `notifications`; `routing_of` that of a workload or an owner.
        topics: aws_sns_topic by severity; none for a severity that only has topics of the user's own. Those of
            workloads and owners by their name, too: `ranker-critical`.
        subscriptions: aws_sns_topic_subscription by the same, in the order of the spec.
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
        audiences: Mapping[str, Used] | None = None,
        encryption_key: AnyKey | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        self._name, self._environment, self._spec, self._register = name, environment, spec, register
        if problems := [*spec.name_problems(name), *spec.elsewhere(environment.region)]:
            raise ConfigError(problem.under(construct_id) for problem in problems)
        everything = Used(SEVERITIES, SEVERITIES)
        stacks = Used(SEVERITIES if severities is None else severities, SEVERITIES if events is None else events, costs)
        self._used = dict.fromkeys(spec.audiences(), everything) | {**(audiences or {}), "": stacks}
        self._queues: list[tuple[str, str]] = []
        self._heard: dict[SlackChannel | TeamsChannel, list[str]] = {}
        self.encryption_key: AnyKey | None = None
        self._given_key = encryption_key
        self.topics: dict[str, Any] = _Topics()
        self.subscriptions: dict[str, list[Any]] = {}
        self.channels: dict[str, Any] = {}
        self._routings = {path: self._reach(path, receivers) for path, receivers in spec.audiences().items()}
        self.routing = self._routings[""]
        let_topics_in(self, self._queues)
        self._chat()

    def routing_of(self, workload: str, owner: str | None = None) -> Routing:
        """Who hears of a workload: those of its own, of its owner's, or everyone's, for each severity."""
        found = {severity: self._routings[self._spec.audience(severity, workload, owner)] for severity in SEVERITIES}
        return Routing(
            {severity: there.actions[severity] for severity, there in found.items() if severity in there.actions},
            chats={severity: there.chats[severity] for severity, there in found.items() if severity in there.chats},
            register=self._register,
        )

    def _reach(self, path: str, receivers: BySeverity) -> Routing:
        """The topics of one audience, and what alarms call."""
        actions: dict[Severity, list[str]] = {}
        chats: dict[Severity, str] = {}
        for severity, listed in receivers.by_severity().items():
            if severity not in self._used[path].severities:
                continue
            actions[severity] = [receiver.action(self._environment) for receiver in listed if receiver.kind.direct]
            subscribers = [receiver for receiver in listed if not receiver.kind.direct]
            if subscribers:
                key = join(*path.split(".")[1:], severity)
                self.topics[key] = topic = self._topic(path, severity)
                self.subscriptions[key] = [
                    self._subscribe(path, severity, receiver) for receiver in subscribers if not receiver.kind.chat
                ]
                actions[severity].insert(0, topic.arn)
                if severity in self._used[path].events and any(receiver.kind.chat for receiver in subscribers):
                    chats[severity] = self._topic(path, severity, "chat").arn
                for receiver in subscribers:
                    if receiver.channel is not None:
                        topics = [topic.arn, *filter(None, [chats.get(severity)])]
                        self._heard.setdefault(receiver.channel, []).extend(topics)
        return Routing(actions, chats=chats, register=self._register)

    def _chat(self) -> None:
        """One configuration for each channel, with the topics of everything that it hears of."""
        heard = self._heard
        if not heard:
            return
        role = chat_role(self, name=self._spec.chat_role(self._name))
        for channel, arns in heard.items():
            self.channels[channel.name] = chat_channel(
                self, channel, name=self._name, role=role, topics=arns, environment=self._environment
            )

    def _key(self) -> AnyKey:
        if self.encryption_key is None:
            self.encryption_key = self._given_key
        if self.encryption_key is None:
            alarms = from_source(self._environment, "cloudwatch", "alarm:*")
            statements = [use_by("cloudwatch.amazonaws.com", sid="CloudWatchPublishesAlarms", conditions=alarms)]
            if any(used.events for used in self._used.values()):
                # EventBridge sends no source account or ARN to KMS (SNS developer guide, "Key management").
                statements.append(use_by("events.amazonaws.com", sid="EventBridgePublishesEvents"))
            if any(used.costs for used in self._used.values()):
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

    def _topic(self, path: str, severity: Severity, *more: str) -> Any:
        whose, used = path.split(".")[1:], self._used[path]
        topic = aws.sns_topic.SnsTopic(
            self,
            _id(path, severity, *more),
            name=join(self._name, *whose, severity, *more),
            display_name=self._display_name(join(self._name, *whose), severity),  # SNS shows it as an e-mail's sender
            kms_master_key_id=self._key().arn,
        )
        policy = _topic_policy(
            topic.arn, self._environment, events=severity in used.events, costs=severity in used.costs
        )
        aws.sns_topic_policy.SnsTopicPolicy(self, _id(path, severity, *more, "policy"), arn=topic.arn, policy=policy)
        return topic

    def _display_name(self, name: str, severity: Severity) -> str:
        text = f"{severity.upper()} {name}"
        return text if is_reference(text) else text[:100]  # half a reference would be a syntax error

    def _subscribe(self, path: str, severity: Severity, receiver: Receiver) -> Any:
        # The id follows the receiver, not its place in the list: a new first line must not make the others confirm
        # their address again.
        mark = as_mark(self, receiver.endpoint)
        construct_id = _id(path, severity, receiver.kind.key, mark)
        topic = self.topics[join(*path.split(".")[1:], severity)]
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


def _id(path: str, *parts: str) -> str:
    """A construct id: `critical-policy`, and `to-ranker-critical-policy` for a workload or an owner."""
    return join(*(("to", *path.split(".")[1:]) if path else ()), *parts)


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

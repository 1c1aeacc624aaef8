"""How AWS services call one another on the way of an alarm: who, what, and which condition keys come with it.

What a page says of a condition key decides: one that it uses in an example is sent, one that it calls not supported is
not. Of all others no one knows, so a policy that depends on one is judged "not known".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from constructs_lib.aws.policy.evaluation import Answer, evaluate
from constructs_lib.aws.policy.policy import Policy
from constructs_lib.aws.policy.request import NOT_KNOWN, Principal, Request

SOURCE_ARN, SOURCE_ACCOUNT = "aws:SourceArn", "aws:SourceAccount"
_KEY_ACTIONS = ("kms:Decrypt", "kms:GenerateDataKey")
"""What a publisher to an encrypted topic needs of its key (SNS developer guide, "Key management")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceCall:
    """A call from one service to another.

    Attributes:
        service: The principal.
        actions: What it does; all of it has to be allowed.
        source: What it calls for, as an ARN of which nothing but the kind is known.
        sends: The keys of the source that AWS documents for the call.
        lacks: Those that AWS documents as missing.
        page: Where.
    """

    service: str
    actions: tuple[str, ...]
    source: str
    sends: tuple[str, ...] = (SOURCE_ARN, SOURCE_ACCOUNT)
    lacks: tuple[str, ...] = ()
    page: str

    def requests(self, resource: str, *, source: str | None = None, account: str = NOT_KNOWN) -> tuple[Request, ...]:
        """The call as requests that policies allow or deny.

        Args:
            resource: ARN of what is called.
            source: ARN of what it is called for. Left out: any of its kind.
            account: The account of the source.
        """
        given = source if source is not None else self.source
        keys: dict[str, str | Sequence[str]] = {key: given if key == SOURCE_ARN else account for key in self.sends}
        keys |= dict.fromkeys(self.lacks, ())
        caller = Principal("Service", self.service)
        return tuple(
            Request(principal=caller, action=action, resource=resource, context=keys, complete=False)
            for action in self.actions
        )

    def answer(self, policy: Policy, resource: str, *, source: str | None = None, account: str = NOT_KNOWN) -> Answer:
        """What the policy of the resource says of all of the call."""
        answers = {
            evaluate(request, resource=policy).answer
            for request in self.requests(resource, source=source, account=account)
        }
        return next(said for said in (Answer.DENIED, Answer.NOT_KNOWN, Answer.ALLOWED) if said in answers)


def some_arn(service: str, resource: str) -> str:
    """An ARN of which partition, Region and account are not known."""
    return f"arn:${{(partition)}}:{service}:${{(region)}}:${{(account)}}:{resource}"


_ALARM = some_arn("cloudwatch", "alarm:${(name)}")
_RULE = some_arn("events", "rule/${(name)}")
_BUDGET = "arn:${(partition)}:budgets::${(account)}:budget/${(name)}"
_TOPIC = some_arn("sns", "${(name)}")

ALARM_PUBLISHES = ServiceCall(
    service="cloudwatch.amazonaws.com",
    source=_ALARM,
    actions=("sns:Publish",),
    # The owner is how the default policy of a topic knows CloudWatch ("Amazon SNS access policy language").
    sends=(SOURCE_ARN, SOURCE_ACCOUNT, "aws:SourceOwner"),
    page="SNS developer guide, Example cases for Amazon SNS access control",
)
ALARM_USES_KEY = ServiceCall(
    service="cloudwatch.amazonaws.com",
    source=_ALARM,
    actions=_KEY_ACTIONS,
    page="SNS developer guide, Key management",
)
ALARM_INVOKES = ServiceCall(
    service="lambda.alarms.cloudwatch.amazonaws.com",
    source=_ALARM,
    actions=("lambda:InvokeFunction",),
    page="CloudWatch user guide, Invoke a Lambda function from an alarm",
)
RULE_PUBLISHES = ServiceCall(
    service="events.amazonaws.com",
    source=_RULE,
    actions=("sns:Publish",),
    sends=(),
    lacks=(SOURCE_ARN, SOURCE_ACCOUNT, "aws:SourceOwner"),
    page="EventBridge user guide, Using resource-based policies: no Condition in topic policies",
)
RULE_USES_KEY = ServiceCall(
    service="events.amazonaws.com",
    source=_RULE,
    actions=_KEY_ACTIONS,
    sends=(),
    lacks=(SOURCE_ARN, SOURCE_ACCOUNT, "aws:SourceOrgID"),
    page="SNS developer guide, Key management: not supported in EventBridge-to-encrypted topics",
)
RULE_SENDS = ServiceCall(
    service="events.amazonaws.com",
    source=_RULE,
    actions=("sqs:SendMessage",),
    sends=(SOURCE_ARN,),
    page="EventBridge user guide, Using resource-based policies, and Using dead-letter queues",
)
RULE_INVOKES = ServiceCall(
    service="events.amazonaws.com",
    source=_RULE,
    actions=("lambda:InvokeFunction",),
    sends=(SOURCE_ARN,),
    page="EventBridge user guide, Using resource-based policies: Lambda permissions",
)
BUDGET_PUBLISHES = ServiceCall(
    service="budgets.amazonaws.com",
    source=_BUDGET,
    actions=("sns:Publish",),
    lacks=("aws:SourceOwner",),  # the page has every topic given a statement, so the default policy is not enough
    page="Cost Management user guide, Creating an Amazon SNS topic for budget notifications",
)
BUDGET_USES_KEY = ServiceCall(
    service="budgets.amazonaws.com",
    source=_BUDGET,
    actions=_KEY_ACTIONS,
    page="Cost Management user guide, Creating an Amazon SNS topic for budget notifications",
)
COST_ANOMALY_PUBLISHES = ServiceCall(
    service="costalerts.amazonaws.com",
    source="arn:${(partition)}:ce::${(account)}:anomalysubscription/${(name)}",
    actions=("sns:Publish",),
    lacks=("aws:SourceOwner",),
    page="Cost Management user guide, Creating an Amazon SNS topic for anomaly notifications",
)
COST_ANOMALY_USES_KEY = ServiceCall(
    service="costalerts.amazonaws.com",
    source="arn:${(partition)}:ce::${(account)}:anomalysubscription/${(name)}",
    actions=_KEY_ACTIONS,
    page="Cost Management user guide, Creating an Amazon SNS topic for anomaly notifications",
)
TOPIC_SENDS = ServiceCall(
    service="sns.amazonaws.com",
    source=_TOPIC,
    actions=("sqs:SendMessage",),
    sends=(SOURCE_ARN,),
    page="SNS developer guide, Subscribing an Amazon SQS queue to an Amazon SNS topic",
)
TOPIC_USES_KEY = ServiceCall(
    service="sns.amazonaws.com",
    source=_TOPIC,
    actions=_KEY_ACTIONS,
    sends=(),
    page="SNS developer guide, Key management: event sources and encrypted queues",
)
TOPIC_INVOKES = ServiceCall(
    service="sns.amazonaws.com",
    source=_TOPIC,
    actions=("lambda:InvokeFunction",),
    sends=(SOURCE_ARN,),
    page="Lambda developer guide, Invoking Lambda functions with Amazon SNS notifications",
)

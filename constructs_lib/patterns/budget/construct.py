"""Budgets, and what notices costs that are unusual."""

from __future__ import annotations

from typing import Any, Unpack

from constructs_lib.alarms.routing import Routing
from constructs_lib.alarms.severity import Severity
from constructs_lib.cdk import Construct
from constructs_lib.errors import ConfigError, Problem
from constructs_lib.patterns.budget.spec import BudgetSpec
from constructs_lib.references import is_reference
from constructs_lib.resources.alarms import AlarmSet
from constructs_lib.resources.event_rule import topics
from constructs_lib.resources.surroundings import Given, Surroundings
from constructs_lib.resources.values import as_json, aws
from constructs_lib.units import plain


class BudgetMonitor(Construct):
    """Notifies when a month or a day costs more than planned, when a month will, and when costs are unusual.

    Args:
        scope: Parent construct.
        construct_id: Construct id.
        spec: What is counted, and what it may cost.
        given: Who hears, where it is, what its names begin with: see `Given`. Topics of your own must let
            budgets.amazonaws.com and costalerts.amazonaws.com publish.

    Attributes:
        budgets: The aws_budgets_budget by span: `month`, `day`.
        anomaly_monitor: The aws_ce_anomaly_monitor, or None.
        anomaly_subscription: The aws_ce_anomaly_subscription, or None.
        alarms: Empty: bills are not in CloudWatch.
        outputs: Names of what was made, and what is left to do by hand.

    Raises:
        ConfigError: A name over a limit, a Region that budgets do not reach, or a severity without one topic.
    """

    def __init__(self, scope: Construct, construct_id: str, spec: BudgetSpec, **given: Unpack[Given]) -> None:
        super().__init__(scope, construct_id)
        here = Surroundings.of(self, spec, **given)
        self._spec, self._name = spec, here.name
        self._topics = {severity: _topic(here.routing, severity) for severity in spec.costs}
        self.alarms = AlarmSet(self, (), here.routing)
        self.budgets: dict[str, Any] = {}
        if spec.usd_per_month is not None:
            notices = [self._notice(100, spec.severity)]
            if spec.early_percent is not None:
                notices.append(self._notice(spec.early_percent, spec.early_severity))
            if spec.forecast:
                notices.append(self._notice(100, spec.early_severity, kind="FORECASTED"))
            self.budgets["month"] = self._budget("month", "MONTHLY", spec.usd_per_month, notices)
        if spec.usd_per_day is not None:  # AWS forecasts no days
            notices = [self._notice(100, spec.early_severity)]
            self.budgets["day"] = self._budget("day", "DAILY", spec.usd_per_day, notices)
        self.anomaly_monitor: Any = None
        self.anomaly_subscription: Any = None
        if spec.tag is not None and spec.unusual is not None:
            self._watch(spec.tag, spec.unusual)
        self.outputs: dict[str, Any] = {"budgets": [budget.name for budget in self.budgets.values()]}
        if spec.tag is not None:
            self.outputs["to_do"] = (
                f"In the organization's management account, activate the cost allocation tag {next(iter(spec.tag))} "
                "(Billing and Cost Management, Cost allocation tags). Until a day after that nothing is counted, and "
                "nothing of before ever is."
            )

    def _notice(self, percent: float, severity: Severity, kind: str = "ACTUAL") -> Any:
        return aws.budgets_budget.BudgetsBudgetNotification(
            comparison_operator="GREATER_THAN",
            notification_type=kind,
            threshold=percent,
            threshold_type="PERCENTAGE",
            subscriber_sns_topic_arns=[self._topics[severity]],
        )

    def _budget(self, span: str, unit: str, usd: float, notices: list[Any]) -> Any:
        filters, block = [], aws.budgets_budget.BudgetsBudgetCostFilter
        if self._spec.tag is not None:
            filters.append(block(name="TagKeyValue", values=[_tag_filter(*next(iter(self._spec.tag.items())))]))
        if self._spec.services:
            filters.append(block(name="Service", values=list(self._spec.services)))
        return aws.budgets_budget.BudgetsBudget(
            self,
            span,
            name=self._spec.budget_name(self._name, span),
            budget_type="COST",
            time_unit=unit,
            limit_amount=plain(usd),
            limit_unit="USD",
            cost_filter=filters or None,
            notification=notices,
        )

    def _watch(self, tag: Any, usd: float) -> None:
        key, value = next(iter(tag.items()))
        # As AWS answers it, so that a plan finds nothing to change.
        nothing = dict.fromkeys(("And", "CostCategories", "Dimensions", "Not", "Or"))
        specification = {**nothing, "Tags": {"Key": key, "MatchOptions": None, "Values": [value]}}
        self.anomaly_monitor = aws.ce_anomaly_monitor.CeAnomalyMonitor(
            self,
            "unusual",
            name=self._name,
            monitor_type="CUSTOM",
            monitor_specification=as_json(specification),
        )
        block, prefix = aws.ce_anomaly_subscription, "CeAnomalySubscription"
        at_least = getattr(block, f"{prefix}ThresholdExpressionDimension")(
            key="ANOMALY_TOTAL_IMPACT_ABSOLUTE", match_options=["GREATER_THAN_OR_EQUAL"], values=[plain(usd)]
        )
        self.anomaly_subscription = block.CeAnomalySubscription(
            self,
            "unusual-subscription",
            name=self._name,
            frequency="IMMEDIATE",  # the only one that takes a topic
            monitor_arn_list=[self.anomaly_monitor.arn],
            subscriber=[
                getattr(block, f"{prefix}Subscriber")(type="SNS", address=self._topics[self._spec.early_severity])
            ],
            threshold_expression=getattr(block, f"{prefix}ThresholdExpression")(dimension=at_least),
        )


def _tag_filter(key: str, value: str) -> str:
    """`user:app$assistant`; before a reference, the dollar has to be one for certain."""
    return f'user:{key}${{"$"}}{value}' if is_reference(value) else f"user:{key}${value}"


def _topic(routing: Routing, severity: Severity) -> str:
    """The one topic a budget's notification may go to."""
    first, *others = (place.arn for place in topics(routing, severity) if not place.chat)
    if others:
        rule = f"{1 + len(others)} topics receive {severity!r}, and a budget notifies one"
        raise ConfigError([Problem(rule, "subscribe the receivers to one topic", f"notifications.{severity}")])
    return first

"""Budgets and unusual costs as Terraform reads them, and as AWS would be asked for them."""

from __future__ import annotations

import json
from typing import Any

import botocore.session
import pytest
from botocore.validate import validate_parameters

from constructs_lib import BudgetMonitor, BudgetSpec, ConfigError, Environment, Routing
from constructs_lib.testing import resource, resources, synth
from tests.configs import config
from tests.patterns.budget.test_spec import MONEY
from tests.stacks import monitoring_stack, own_stack

HERE = Environment("123456789012", "us-east-1")
TOPICS = {severity: f"arn:aws:sns:us-east-1:123456789012:{severity}" for severity in ("critical", "warning")}
ROUTING = Routing({"critical": [TOPICS["critical"]], "warning": [TOPICS["warning"]]})


def made(**options: Any) -> dict[str, Any]:
    spec = BudgetSpec.model_validate(MONEY | options)
    return own_stack(
        lambda scope: BudgetMonitor(scope, "money", spec, environment=HERE, notifications=ROUTING, name="shop-money")
    )


def budgets(**options: Any) -> dict[str, dict[str, Any]]:
    return {budget["name"]: budget for budget in resources(made(**options), "aws_budgets_budget").values()}


def notices(budget: dict[str, Any]) -> set[tuple[str, float, str]]:
    return {
        (notice["notification_type"], notice["threshold"], notice["subscriber_sns_topic_arns"][0].rpartition(":")[2])
        for notice in budget["notification"]
    }


def test_a_month_is_told_early_by_forecast_and_when_it_is_spent() -> None:
    month = budgets()["shop-money-month"]
    assert (month["time_unit"], month["limit_amount"], month["limit_unit"]) == ("MONTHLY", "3000", "USD")
    assert notices(month) == {("ACTUAL", 80, "warning"), ("FORECASTED", 100, "warning"), ("ACTUAL", 100, "critical")}
    assert month["cost_filter"] == [{"name": "TagKeyValue", "values": ["user:app$assistant"]}]


def test_a_day_has_no_forecast() -> None:
    day = budgets()["shop-money-day"]
    assert (day["time_unit"], notices(day)) == ("DAILY", {("ACTUAL", 100, "warning")})


def test_unusual_costs_are_found_by_tag_and_sent_to_a_topic_at_once() -> None:
    found = made()
    monitor = resource(found, "aws_ce_anomaly_monitor")
    assert monitor["monitor_type"] == "CUSTOM"
    assert json.loads(monitor["monitor_specification"])["Tags"] == {
        "Key": "app",
        "MatchOptions": None,
        "Values": ["assistant"],
    }
    subscription = resource(found, "aws_ce_anomaly_subscription")
    assert subscription["frequency"] == "IMMEDIATE"
    assert subscription["subscriber"] == [{"type": "SNS", "address": TOPICS["warning"]}]
    assert subscription["threshold_expression"]["dimension"]["values"] == ["50"]


def test_without_a_tag_nothing_unusual_is_looked_for() -> None:
    assert set(made(tag=None)["resource"]) == {"aws_budgets_budget"}


def test_a_reference_in_the_tag_keeps_its_dollar() -> None:
    (filter_,) = budgets(tag={"app": "${var.app}"})["shop-money-month"]["cost_filter"]
    assert filter_["values"] == ['user:app${"$"}${var.app}']


def test_a_budget_calls_one_topic() -> None:
    two = Routing({"critical": [TOPICS["critical"]], "warning": [*TOPICS.values()]})
    spec = BudgetSpec.model_validate(MONEY)
    with pytest.raises(ConfigError, match="2 topics receive 'warning', and a budget notifies one"):
        own_stack(lambda scope: BudgetMonitor(scope, "money", spec, environment=HERE, notifications=two))


def statements(document: str) -> dict[str, Any]:
    return {statement["Sid"]: statement for statement in json.loads(document)["Statement"]}


def test_topics_and_their_key_let_bills_in_and_only_where_they_are_heard() -> None:
    with_money = synth(monitoring_stack(config({"money": MONEY})))
    for policy in resources(with_money, "aws_sns_topic_policy").values():
        found = statements(policy["policy"])
        assert found["BudgetsPublishCosts"]["Condition"] == {
            "StringEquals": {"aws:SourceAccount": "123456789012"},
            "ArnLike": {"aws:SourceArn": "arn:aws:budgets::123456789012:*"},
        }
        assert found["CostAnomaliesPublish"]["Principal"] == {"Service": "costalerts.amazonaws.com"}
    key = statements(resource(with_money, "aws_kms_key")["policy"])
    assert {"BudgetsPublishCosts", "CostAnomaliesPublish"} <= set(key)

    without = synth(monitoring_stack(config()))
    texts = [policy["policy"] for policy in resources(without, "aws_sns_topic_policy").values()]
    assert not any("budgets" in text or "costalerts" in text for text in texts)


def test_what_is_left_to_do_is_an_output() -> None:
    output = synth(monitoring_stack(config({"money": MONEY})))["output"]["resources"]["value"]["money"]
    assert "activate the cost allocation tag app" in output["to_do"]


def accepted(service: str, operation: str, request: dict[str, Any]) -> None:
    """Botocore's model takes the request."""
    model = botocore.session.get_session().get_service_model(service)
    validate_parameters(request, model.operation_model(operation).input_shape)


def test_aws_would_take_the_requests() -> None:
    """What the provider makes of the arguments: CreateBudget, CreateAnomalyMonitor, CreateAnomalySubscription."""
    found = made(services=["Amazon SageMaker"])
    for budget in resources(found, "aws_budgets_budget").values():
        filters = {one["name"]: one["values"] for one in budget["cost_filter"]}
        accepted(
            "budgets",
            "CreateBudget",
            {
                "AccountId": "123456789012",
                "Budget": {
                    "BudgetName": budget["name"],
                    "BudgetType": budget["budget_type"],
                    "TimeUnit": budget["time_unit"],
                    "BudgetLimit": {"Amount": budget["limit_amount"], "Unit": budget["limit_unit"]},
                    "CostFilters": filters,
                },
                "NotificationsWithSubscribers": [
                    {
                        "Notification": {
                            "NotificationType": notice["notification_type"],
                            "ComparisonOperator": notice["comparison_operator"],
                            "Threshold": float(notice["threshold"]),
                            "ThresholdType": notice["threshold_type"],
                        },
                        "Subscribers": [
                            {"SubscriptionType": "SNS", "Address": arn} for arn in notice["subscriber_sns_topic_arns"]
                        ],
                    }
                    for notice in budget["notification"]
                ],
            },
        )
    monitor, subscription = resource(found, "aws_ce_anomaly_monitor"), resource(found, "aws_ce_anomaly_subscription")
    specification = json.loads(monitor["monitor_specification"])
    tags = {key: value for key, value in specification["Tags"].items() if value is not None}
    accepted(
        "ce",
        "CreateAnomalyMonitor",
        {
            "AnomalyMonitor": {
                "MonitorName": monitor["name"],
                "MonitorType": monitor["monitor_type"],
                "MonitorSpecification": {"Tags": tags},
            }
        },
    )
    dimension = subscription["threshold_expression"]["dimension"]
    accepted(
        "ce",
        "CreateAnomalySubscription",
        {
            "AnomalySubscription": {
                "SubscriptionName": subscription["name"],
                "MonitorArnList": ["arn:aws:ce::123456789012:anomalymonitor/a"],
                "Frequency": subscription["frequency"],
                "Subscribers": [{"Type": one["type"], "Address": one["address"]} for one in subscription["subscriber"]],
                "ThresholdExpression": {
                    "Dimensions": {
                        "Key": dimension["key"],
                        "MatchOptions": dimension["match_options"],
                        "Values": dimension["values"],
                    }
                },
            }
        },
    )

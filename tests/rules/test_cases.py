"""Ways to be deaf or too loud that were reported in public, each with its twin that is right and must stay quiet.

The pairs are small and differ in what makes the one wrong. A twin breaks no rule at all: what is right is not called
wrong by any of them.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any, NamedTuple

import pytest

from constructs_lib.rules import findings
from tests.rules.stacks import TOPIC, alarm, alarms, stack

Resources = dict[str, dict[str, dict[str, Any]]]


class Case(NamedTuple):
    rule: str
    says: str
    wrong: Resources
    right: Resources


def case(name: str, rule: str, says: str, wrong: Resources, right: Resources) -> Any:
    return pytest.param(Case(rule, says, wrong, right), id=name)


def reads(namespace: str, name: str, statistic: str = "Sum", **options: Any) -> Resources:
    """The good alarm on another metric."""
    dimensions = options.pop("dimensions", {})
    period = options.pop("period", 300)
    return alarms(
        errors=alarm(
            namespace=namespace,
            metric_name=name,
            statistic=statistic,
            dimensions=dimensions,
            period=period,
            evaluation_periods=1,
            **options,
        )
    )


def errors(statistic: str = "Sum", **options: Any) -> Resources:
    return reads("AWS/Lambda", "Errors", statistic, **{"dimensions": {"FunctionName": "ranker"}} | options)


def filtered(pattern: str = "ERROR", **transformation: Any) -> Resources:
    """A metric filter."""
    published = {"name": "Errors", "namespace": "App", "value": "1"} | transformation
    values = {"name": "errors", "log_group_name": "/app", "pattern": pattern, "metric_transformation": [published]}
    return {"aws_cloudwatch_log_metric_filter": {"f": values}}


LEAST, MOST = "GreaterThanOrEqualToThreshold", "LessThanOrEqualToThreshold"
LESS = "LessThanThreshold"
QUEUE: Resources = {"aws_sqs_queue": {"q": {"name": "jobs"}}}

VALUES = [
    case(
        "a function's ARN",
        "dimension-value-right",
        "FunctionName is the function's name, and .arn is not",
        errors(dimensions={"FunctionName": "${aws_lambda_function.f.arn}"}),
        errors(dimensions={"FunctionName": "${aws_lambda_function.f.function_name}"}),
    ),
    case(
        "a literal ARN",
        "dimension-value-right",
        "'arn:aws:lambda:us-east-1:123456789012:function:ranker' is not",
        errors(dimensions={"FunctionName": "arn:aws:lambda:us-east-1:123456789012:function:ranker"}),
        errors(dimensions={"FunctionName": "ranker", "Resource": "ranker:live"}),
    ),
    case(
        "a queue's URL",
        "dimension-value-right",
        "QueueName is the queue's name, and .url is not",
        {**reads("AWS/SQS", "NumberOfMessagesDeleted", dimensions={"QueueName": "${aws_sqs_queue.q.url}"}), **QUEUE},
        {**reads("AWS/SQS", "NumberOfMessagesDeleted", dimensions={"QueueName": "${aws_sqs_queue.q.name}"}), **QUEUE},
    ),
    case(
        "a load balancer's ARN",
        "dimension-value-right",
        "use .arn_suffix",
        reads("AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count", dimensions={"LoadBalancer": "${aws_lb.l.arn}"}),
        reads("AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count", dimensions={"LoadBalancer": "${aws_lb.l.arn_suffix}"}),
    ),
    case(
        "a load balancer's name",
        "dimension-value-right",
        "'front' is not",
        reads("AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count", dimensions={"LoadBalancer": "front"}),
        reads("AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count", dimensions={"LoadBalancer": "${var.load_balancer}"}),
    ),
    case(
        "a state machine's name",
        "dimension-value-right",
        "StateMachineArn is the state machine's ARN",
        reads("AWS/States", "ExecutionsFailed", dimensions={"StateMachineArn": "${aws_sfn_state_machine.s.name}"}),
        reads("AWS/States", "ExecutionsFailed", dimensions={"StateMachineArn": "${aws_sfn_state_machine.s.id}"}),
    ),
]
LIMITS = [
    case(
        "an average of errors over 5",
        "limit-reachable",
        "average errors of Lambda function ranker is never above 1, and it waits for above 5",
        errors("Average", threshold=5),
        errors("Average", threshold=0.05),
    ),
    case(
        "more than 100 percent",
        "limit-reachable",
        "is never above 100",
        reads("AWS/EC2", "CPUUtilization", "Average", dimensions={"InstanceId": "i-1"}, threshold=100),
        reads("AWS/EC2", "CPUUtilization", "Average", dimensions={"InstanceId": "i-1"}, threshold=99.5),
    ),
    case(
        "fewer than none",
        "limit-reachable",
        "is never below 0",
        reads("AWS/EC2", "NetworkIn", threshold=0, comparison_operator=LESS, dimensions={"InstanceId": "i-1"}),
        reads("AWS/EC2", "NetworkIn", threshold=1, comparison_operator=LESS, dimensions={"InstanceId": "i-1"}),
    ),
    case(
        "more than a filter counts",
        "limit-reachable",
        "is never above 1",
        {**reads("App", "Errors", "Maximum", threshold=5), **filtered()},
        {**reads("App", "Errors", threshold=5), **filtered()},
    ),
    case(
        "errors at least 0",
        "limit-above-health",
        "every value of highest errors of Lambda function ranker is at or above 0",
        errors("Maximum", threshold=0, comparison_operator=LEAST),
        errors("Maximum", threshold=1, comparison_operator=LEAST),
    ),
    case(
        "errors below 1",
        "limit-above-health",
        "is below 1 while nothing fails",
        errors(threshold=1, comparison_operator=LESS, treat_missing_data="breaching"),
        errors(threshold=1),
    ),
    case(
        "the unit of a filter without one",
        "unit-published",
        "it reads Errors in the unit Count, and it is published with None",
        {**reads("App", "Errors", unit="Count"), **filtered()},
        {**reads("App", "Errors", unit="Count"), **filtered(unit="Count")},
    ),
    case(
        "milliseconds of a metric in microseconds",
        "unit-published",
        "published with Microseconds",
        reads(
            "AWS/SageMaker",
            "ModelLatency",
            "Average",
            unit="Milliseconds",
            dimensions={"EndpointName": "e", "VariantName": "v"},
        ),
        reads(
            "AWS/SageMaker",
            "ModelLatency",
            "Average",
            unit="Microseconds",
            dimensions={"EndpointName": "e", "VariantName": "v"},
        ),
    ),
]
STATISTICS = [
    case(
        "the sum of an age",
        "statistic-fits",
        "Sum of AWS/SQS ApproximateAgeOfOldestMessage adds its samples",
        reads("AWS/SQS", "ApproximateAgeOfOldestMessage", threshold=600, dimensions={"QueueName": "jobs"}),
        reads("AWS/SQS", "ApproximateAgeOfOldestMessage", "Maximum", threshold=600, dimensions={"QueueName": "jobs"}),
    ),
    case(
        "the sum of a length",
        "statistic-fits",
        "use Maximum or Average",
        reads("AWS/SQS", "ApproximateNumberOfMessagesVisible", threshold=10, dimensions={"QueueName": "jobs"}),
        reads("AWS/SQS", "ApproximateNumberOfMessagesVisible", threshold=0, dimensions={"QueueName": "jobs"}),
    ),
    case(
        "the samples of a capacity",
        "statistic-fits",
        "counts how often it was published",
        reads("AWS/AutoScaling", "GroupDesiredCapacity", "SampleCount", dimensions={"AutoScalingGroupName": "g"}),
        reads("AWS/AutoScaling", "GroupDesiredCapacity", "Maximum", dimensions={"AutoScalingGroupName": "g"}),
    ),
]
SERIES = [
    case(
        "a REST API by its id",
        "metric-exists",
        "AWS never publishes AWS/ApiGateway 5XXError with {ApiId}",
        reads("AWS/ApiGateway", "5XXError", dimensions={"ApiId": "${aws_api_gateway_rest_api.r.id}"}),
        reads("AWS/ApiGateway", "5xx", dimensions={"ApiId": "${aws_apigatewayv2_api.r.id}"}),
    ),
    case(
        "a dimension with a prefix",
        "metric-exists",
        "with {HelloFunctionName}",
        errors(dimensions={"HelloFunctionName": "hello"}),
        errors(dimensions={"FunctionName": "hello"}),
    ),
    case(
        "another namespace's metric",
        "metric-exists",
        "AWS/EC2 has no metric 'HealthyHostCount'; read it in AWS/ApplicationELB",
        reads("AWS/EC2", "HealthyHostCount", "Minimum", dimensions={"LoadBalancerName": "front"}),
        reads(
            "AWS/NetworkELB", "HealthyHostCount", "Minimum", dimensions={"LoadBalancer": "net/front/0123456789abcdef"}
        ),
    ),
    case(
        "a namespace in other capitals",
        "metric-exists",
        "'AWS/lambda' is not a namespace of AWS; write AWS/Lambda",
        reads("AWS/lambda", "Errors", dimensions={"FunctionName": "ranker"}),
        reads("AWS/RDS", "FreeableMemory", "Average", dimensions={"DBInstanceIdentifier": "db"}),
    ),
    case(
        "a table without the operation",
        "metric-exists",
        "AWS never publishes AWS/DynamoDB SystemErrors with {TableName}",
        reads("AWS/DynamoDB", "SystemErrors", dimensions={"TableName": "t"}),
        reads("AWS/DynamoDB", "SystemErrors", dimensions={"TableName": "t", "Operation": "GetItem"}),
    ),
    case(
        "charges misspelt",
        "metric-exists",
        "did you mean 'EstimatedCharges'?",
        reads("AWS/Billing", "Estimated Charges", "Maximum", period=21600, dimensions={"Currencty": "USD"}),
        reads("AWS/Billing", "EstimatedCharges", "Maximum", period=21600, dimensions={"Currency": "USD"}),
    ),
    case(
        "charges in another Region",
        "metric-exists",
        "AWS/Billing is published in us-east-1 only, and the alarm is in eu-west-1",
        reads(
            "AWS/Billing",
            "EstimatedCharges",
            "Maximum",
            period=21600,
            dimensions={"Currency": "USD"},
            region="eu-west-1",
        ),
        reads(
            "AWS/Billing",
            "EstimatedCharges",
            "Maximum",
            period=21600,
            dimensions={"Currency": "USD"},
            region="us-east-1",
        ),
    ),
    case(
        "a metric that is on no list",
        "metric-listed",
        "AWS/ApiGateway FailedRequests is not on the list",
        reads("AWS/ApiGateway", "FailedRequests", dimensions={"ApiName": "ranker"}),
        reads("AWS/ApiGateway", "5XXError", "Average", threshold=0.05, dimensions={"ApiName": "ranker"}),
    ),
]
FILTERS_AND_ALARMS = [
    case(
        "the filter has dimensions, the alarm has none",
        "metric-exists",
        "the metric filter publishes App Errors with {org}, and it reads no dimensions",
        {**reads("App", "Errors"), **filtered('{ $.level = "ERROR" && $.org = * }', dimensions={"org": "$.org"})},
        {
            **reads("App", "Errors", dimensions={"org": "a"}),
            **filtered('{ $.level = "ERROR" && $.org = * }', dimensions={"org": "$.org"}),
        },
    ),
    case(
        "the filter's name for the metric's",
        "metric-exists",
        "it reads a metric by its filter's name, 'errors'; write 'Errors'",
        {**reads("App", "${aws_cloudwatch_log_metric_filter.f.name}"), **filtered()},
        {**reads("App", "${aws_cloudwatch_log_metric_filter.f.metric_transformation[0].name}"), **filtered()},
    ),
    case(
        "a namespace in other case",
        "metric-exists",
        "no metric filter publishes app Errors; write the namespace App",
        {**reads("app", "Errors"), **filtered()},
        {**reads("App", "Latency", "Average"), **filtered()},
    ),
]

CASES = [*VALUES, *LIMITS, *STATISTICS, *SERIES, *FILTERS_AND_ALARMS]
FOUND = {parameter.values[0].rule for parameter in CASES}
"""The rules that find something here."""


@pytest.mark.parametrize("found", CASES)
def test_what_is_wrong_is_found(found: Case) -> None:
    by_rule = {finding.rule: str(finding.problem) for finding in findings(stack(found.wrong))}
    assert found.says in by_rule.get(found.rule, f"only {sorted(by_rule)}")


@pytest.mark.parametrize("found", CASES)
def test_its_twin_stays_quiet(found: Case) -> None:
    assert [str(finding) for finding in findings(stack(found.right))] == []


@pytest.mark.parametrize("found", CASES)
def test_what_is_not_known_is_not_called_wrong(found: Case) -> None:
    """The same with every value of an alarm behind a variable, one at a time."""
    (values,) = found.wrong["aws_cloudwatch_metric_alarm"].values()
    for argument in ("namespace", "metric_name", "dimensions", "statistic", "threshold", "unit"):
        if argument in values:
            unknown = deepcopy(found.wrong)
            unknown["aws_cloudwatch_metric_alarm"]["errors"][argument] = "${var.x}"
            left = {finding.rule for finding in findings(stack(unknown))}
            assert left <= {found.rule}, argument


GPUS: dict[str, Any] = {"threshold": 340, "dimensions": {"EndpointName": "e", "VariantName": "v"}}
FEW: dict[str, Any] = {"comparison_operator": LESS, "treat_missing_data": "breaching"}
IDLE: dict[str, Any] = {"threshold": 0, "comparison_operator": MOST, "period": 60, "dimensions": {"QueueName": "q"}}
WHILE_CALM: Resources = {
    "aws_cloudwatch_metric_alarm": {
        "errors": alarm(),
        "calm": alarm(alarm_name="calm", threshold=1, alarm_actions=[], **FEW),
    },
    "aws_cloudwatch_composite_alarm": {
        "c": {
            "alarm_name": "c",
            "alarm_description": alarm()["alarm_description"],
            "alarm_rule": "ALARM(errors) AND ALARM(calm)",
            "alarm_actions": [TOPIC],
        }
    },
}
QUIET: dict[str, Resources] = {
    "GPU utilization above 100 on endpoints": reads("/aws/sagemaker/Endpoints", "GPUUtilization", "Average", **GPUS),
    "a metric of a namespace that no one knows": reads("Mine", "Anything", "Average"),
    "a metric of some instances": reads(
        "AWS/EC2", "CPUCreditBalance", "Minimum", dimensions={"InstanceId": "i"}, **FEW
    ),
    "dimensions from a variable": errors(dimensions="${var.dimensions}"),
    "a function's name by each": errors(dimensions={"FunctionName": "${each.value.arn}"}),
    "a limit from a variable": errors("Average", threshold="${var.limit}"),
    "errors per call": errors("Average", threshold=1, comparison_operator=LEAST),
    "a filter of unknown value": {**reads("App", "Errors", "Maximum", threshold=5), **filtered(value="$.count")},
    "a queue emptied": reads("AWS/SQS", "ApproximateNumberOfMessagesVisible", **IDLE),
    "a lower limit for a composite": WHILE_CALM,
}


@pytest.mark.parametrize("resources", [pytest.param(value, id=key) for key, value in QUIET.items()])
def test_what_is_right_stays_quiet(resources: Resources) -> None:
    assert [str(finding) for finding in findings(stack(resources))] == []

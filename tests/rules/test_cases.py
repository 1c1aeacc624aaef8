"""Ways to be deaf or too loud that were reported in public, each with its twin that is right and must stay quiet.

The pairs are small and differ in what makes the one wrong. A twin breaks no rule at all: what is right is not called
wrong by any of them.
"""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any, NamedTuple

import pytest

from constructs_lib.aws.sagemaker import bias
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

GROUP = {"alarm_name": "c", "alarm_description": alarm()["alarm_description"], "alarm_actions": [TOPIC]}
BOTH = "ALARM(errors) AND ALARM(calm)"
UNCALLED = alarms(errors=alarm(alarm_actions=["arn:aws:sns:us-east-1:123456789012:elsewhere"]))
GPUS: dict[str, Any] = {"threshold": 340, "dimensions": {"EndpointName": "e", "VariantName": "v"}}
FEW: dict[str, Any] = {"comparison_operator": LESS, "treat_missing_data": "breaching"}
IDLE: dict[str, Any] = {"threshold": 0, "comparison_operator": MOST, "period": 60, "dimensions": {"QueueName": "q"}}
WHILE_CALM: Resources = {
    "aws_cloudwatch_metric_alarm": {
        "errors": alarm(),
        "calm": alarm(alarm_name="calm", threshold=1, alarm_actions=[], **FEW),
    },
    "aws_cloudwatch_composite_alarm": {
        "c": {**GROUP, "alarm_rule": BOTH},
    },
}
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
        "RDS's own id of a database",
        "dimension-value-right",
        "DBInstanceIdentifier is the instance's identifier, and .id is not; use .identifier",
        reads("AWS/RDS", "FreeableMemory", "Average", dimensions={"DBInstanceIdentifier": "${aws_db_instance.d.id}"}),
        reads(
            "AWS/RDS",
            "FreeableMemory",
            "Average",
            dimensions={"DBInstanceIdentifier": "${aws_rds_cluster_instance.d[0].id}"},
        ),
    ),
    case(
        "a search domain's id",
        "dimension-value-right",
        "DomainName is the domain's name, and .id is not; use .domain_name",
        reads(
            "AWS/ES", "Nodes", "Minimum", dimensions={"DomainName": "${aws_opensearch_domain.d.id}", "ClientId": "1"}
        ),
        reads(
            "AWS/ES",
            "Nodes",
            "Minimum",
            dimensions={"DomainName": "${aws_opensearch_domain.d.domain_name}", "ClientId": "1"},
        ),
    ),
    case(
        "a NAT gateway's address",
        "dimension-value-right",
        "NatGatewayId is the gateway's id",
        reads("AWS/NATGateway", "ErrorPortAllocation", dimensions={"NatGatewayId": "${aws_nat_gateway.n.arn}"}),
        reads("AWS/NATGateway", "ErrorPortAllocation", dimensions={"NatGatewayId": "${aws_nat_gateway.n.id}"}),
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
    case(
        "the samples of a utilization",
        "statistic-fits",
        "SampleCount of AWS/RDS CPUUtilization counts how often it was published",
        reads("AWS/RDS", "CPUUtilization", "SampleCount", dimensions={"DBInstanceIdentifier": "db"}),
        reads(
            "AWS/RDS",
            "CPUUtilization",
            "SampleCount",
            dimensions={"DBInstanceIdentifier": "db"},
            comparison_operator="LessThanThreshold",
            threshold=1,
            treat_missing_data="breaching",
        ),
    ),
    case(
        "a statistic that means nothing",
        "statistic-fits",
        "Average of AWS/ApplicationELB RequestCountPerTarget means nothing; use Sum",
        reads("AWS/ApplicationELB", "RequestCountPerTarget", "Average", dimensions={"TargetGroup": "targetgroup/t/0"}),
        reads("AWS/ApplicationELB", "RequestCountPerTarget", dimensions={"TargetGroup": "targetgroup/t/0"}),
    ),
    case(
        "the average of calls per instance",
        "statistic-fits",
        "use Sum",
        reads(
            "AWS/SageMaker",
            "InvocationsPerInstance",
            "Average",
            dimensions={"EndpointName": "e", "VariantName": "v"},
        ),
        reads("AWS/SageMaker", "InvocationsPerInstance", dimensions={"EndpointName": "e", "VariantName": "v"}),
    ),
    case(
        "a share of a database beyond 100",
        "limit-reachable",
        "is never above 100",
        reads("AWS/RDS", "CPUUtilization", "Average", threshold=100, dimensions={"DBInstanceIdentifier": "db"}),
        reads("AWS/RDS", "CPUUtilization", "Average", threshold=90, dimensions={"DBInstanceIdentifier": "db"}),
    ),
    case(
        "each answer of a load balancer counts 1",
        "limit-reachable",
        "is never above 1",
        reads("AWS/ELB", "HTTPCode_Backend_5XX", "Average", threshold=5, dimensions={"LoadBalancerName": "front"}),
        reads("AWS/ELB", "HTTPCode_Backend_5XX", "Sum", threshold=5, dimensions={"LoadBalancerName": "front"}),
    ),
    case(
        "a unit of a database",
        "unit-published",
        "in the unit Megabytes, and it is published with Bytes",
        reads("AWS/RDS", "FreeableMemory", "Average", unit="Megabytes", dimensions={"DBInstanceIdentifier": "db"}),
        reads("AWS/RDS", "FreeableMemory", "Average", unit="Bytes", dimensions={"DBInstanceIdentifier": "db"}),
    ),
    case(
        "errors of a state machine below 1",
        "limit-above-health",
        "is below 1 while nothing fails",
        reads(
            "AWS/States",
            "ExecutionsFailed",
            comparison_operator="LessThanThreshold",
            threshold=1,
            treat_missing_data="breaching",
            dimensions={"StateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:m"},
        ),
        reads(
            "AWS/States",
            "ExecutionsFailed",
            threshold=0,
            dimensions={"StateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:m"},
        ),
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
        "AWS/EC2 has no metric 'HealthyHostCount'; read it in AWS/ELB",
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
        "a namespace that is misspelt",
        "metric-exists",
        "'AWS/Dynamo' is not a namespace of AWS; write AWS/DynamoDB",
        reads("AWS/Dynamo", "SystemErrors", dimensions={"TableName": "t"}),
        reads("AWS/MediaConvert", "JobsErroredCount", dimensions={"Queue": "q"}),
    ),
    case(
        "a dimension of a database that is misspelt",
        "metric-exists",
        "AWS never publishes AWS/RDS FreeableMemory with {DbInstanceIdentifer}",
        reads("AWS/RDS", "FreeableMemory", "Average", dimensions={"DbInstanceIdentifer": "db"}),
        reads("AWS/RDS", "FreeableMemory", "Average", dimensions={"DBClusterIdentifier": "c", "Zone": "a"}),
    ),
    case(
        "a metric of a state machine that there is not",
        "metric-listed",
        "AWS/NATGateway PortErrors is not on the list",
        reads("AWS/NATGateway", "PortErrors", dimensions={"NatGatewayId": "nat-1"}),
        reads("AWS/States", "SomethingNewer", dimensions={"StateMachineArn": "${aws_sfn_state_machine.m.arn}"}),
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

FILTERS = [
    case(
        "dimensions and a default",
        "metric-filter-valid",
        "a default value, and CloudWatch takes none for a metric with dimensions",
        filtered('{ $.level = "ERROR" }', dimensions={"svc": "$.svc"}, default_value="0"),
        filtered('{ $.level = "ERROR" }', dimensions={"svc": "$.svc"}),
    ),
    case(
        "dimensions of a text",
        "metric-filter-valid",
        "'?ERROR ?WARN' is a text pattern, and only JSON and space-delimited ones have fields",
        filtered("?ERROR ?WARN", dimensions={"cluster": "prod"}),
        filtered("[level = ERROR, cluster, ...]", dimensions={"cluster": "$cluster"}),
    ),
    case(
        "the value of a text",
        "metric-filter-valid",
        "or leave value out",
        filtered("ERROR", value="$.count"),
        filtered("{ $.count = * }", value="$.count"),
    ),
    case(
        "single quotes",
        "metric-filter-valid",
        "use plain double quotes",
        filtered("{ $.user = 'Root' }"),
        filtered('{ $.user = "Root" }'),
    ),
    case(
        "four dimensions",
        "metric-filter-valid",
        "4 dimensions, and a filter's metric has at most 3",
        filtered("{ $.a = * }", dimensions=dict.fromkeys("abcd", "$.a")),
        filtered("{ $.a = * }", dimensions=dict.fromkeys("abc", "$.a")),
    ),
    case(
        "a pattern that is not closed",
        "metric-filter-valid",
        "column",
        filtered("{ $.a = 1"),
        filtered('[(w1="*ERROR*" && w1!="*UNAUTHORIZED*") || w1="*Task timed out*"]'),
    ),
]
SILENCE = [
    case(
        "few lines of a log",
        "log-silence-is-heard",
        "a log without a line publishes nothing, not even a default value",
        {
            **reads("App", "Requests", threshold=2, comparison_operator=MOST, treat_missing_data="notBreaching"),
            **filtered("", name="Requests", default_value="0"),
        },
        {
            **reads("App", "Requests", threshold=2, comparison_operator=MOST, treat_missing_data="breaching"),
            **filtered("", name="Requests", default_value="0"),
        },
    ),
]


def math(expression: str, *metrics: str, **options: Any) -> Resources:
    """An alarm on an expression over metrics of a model."""
    queries: list[dict[str, Any]] = [{"id": "e", "expression": expression, "return_data": True, **options}]
    for number, name in enumerate(metrics, start=1):
        metric = {"namespace": "AWS/Bedrock", "metric_name": name, "period": 300, "stat": "Sum"}
        queries.append({"id": f"m{number}", "metric": {**metric, "dimensions": {"ModelId": "m"}}})
    watched = dict.fromkeys(("metric_name", "namespace", "dimensions", "period", "statistic"))
    return alarms(errors=alarm(**watched, metric_query=queries))


CLIENT, SERVER = "InvocationClientErrors", "InvocationServerErrors"
EXPRESSIONS = [
    case(
        "SEARCH",
        "expression-valid",
        "SEARCH can't be compared with a limit",
        math("SUM(SEARCH('{AWS/Lambda,FunctionName} MetricName=\"Errors\"', 'Sum', 300))"),
        math("SUM([m1, m2])", CLIENT, SERVER),
    ),
    case(
        "no period",
        "expression-valid",
        "query 'e' has no period, and no metric to take it from",
        math('INSIGHT_RULE_METRIC("talkers", "UniqueContributors")'),
        math('INSIGHT_RULE_METRIC("talkers", "UniqueContributors")', period=300),
    ),
    case(
        "an id that is not there",
        "expression-valid",
        "'m3' is not a metric of the expression",
        math("100 * m1 / m3", CLIENT, SERVER),
        math("100 * m1 / m2", CLIENT, SERVER),
    ),
    case(
        "an open parenthesis",
        "expression-valid",
        "its parentheses do not match",
        math("FILL(m1, 0", CLIENT),
        math('SELECT MAX("(x") FROM SCHEMA("App", Host)', period=300),
    ),
    case(
        "a sum of counters",
        "sum-of-sparse-counters",
        "m1 + m2 may have no value where one of them has none; write FILL(m1, 0) + FILL(m2, 0)",
        math("m1 + m2", CLIENT, SERVER),
        math("FILL(m1, 0) + FILL(m2, 0)", CLIENT, SERVER),
    ),
    case(
        "a rule with a line break at its end",
        "composite-rule-valid",
        "its rule begins or ends with blanks",
        WHILE_CALM | {"aws_cloudwatch_composite_alarm": {"c": {**GROUP, "alarm_rule": f"{BOTH}\n"}}},
        WHILE_CALM | {"aws_cloudwatch_composite_alarm": {"c": {**GROUP, "alarm_rule": BOTH.replace(" AND", " AND\n")}}},
    ),
]
RECOVER = "arn:aws:automate:us-east-1:ec2:recover"
DEAD: Resources = {
    "aws_sqs_queue": {
        "dead": {"name": "dead"},
        "jobs": {"name": "jobs", "redrive_policy": '{"deadLetterTargetArn": "${aws_sqs_queue.dead.arn}"}'},
    }
}


def status(check: str, **dimensions: str) -> Resources:
    return reads("AWS/EC2", check, "Maximum", threshold=0, dimensions=dimensions, alarm_actions=[RECOVER])


def dead_letters(name: str, statistic: str) -> Resources:
    queue = {"QueueName": "${aws_sqs_queue.dead.name}"}
    return {**reads("AWS/SQS", name, statistic, threshold=0, dimensions=queue), **DEAD}


ACTIONS = [
    case(
        "no instance to act on",
        "actions-possible",
        "its metric has no dimension InstanceId",
        status("StatusCheckFailed_System", AutoScalingGroupName="g"),
        status("StatusCheckFailed_System", InstanceId="i-1"),
    ),
    case(
        "recovery by the wrong check",
        "actions-possible",
        "EC2 recovers no instance by StatusCheckFailed_Instance",
        status("StatusCheckFailed_Instance", InstanceId="i-1"),
        status("StatusCheckFailed", InstanceId="i-1"),
    ),
    case(
        "dead letters received",
        "dead-letters-counted",
        "aws_sqs_queue.dead is a dead-letter queue, and NumberOfMessagesReceived does not count",
        dead_letters("NumberOfMessagesReceived", "Sum"),
        dead_letters("ApproximateNumberOfMessagesVisible", "Maximum"),
    ),
    case(
        "a topic of another Region",
        "actions-possible",
        "it calls topics in us-east-1 and is in eu-west-1",
        alarms(errors=alarm(region="eu-west-1", alarm_actions=["arn:aws:sns:us-east-1:123456789012:oncall"])),
        alarms(errors=alarm(region="us-east-1", alarm_actions=["arn:aws:sns:us-east-1:123456789012:oncall"])),
    ),
]


def policy(service: str, *actions: str) -> str:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": [*actions], "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def publishers(*services: str, **more: Any) -> str:
    """A topic's policy, with what is more for the first."""
    statements = [json.loads(policy(service, "sns:Publish"))["Statement"][0] for service in services]
    return json.dumps({"Version": "2012-10-17", "Statement": [statements[0] | more, *statements[1:]]})


EVENTS, ALARMS, SNS = "events.amazonaws.com", "cloudwatch.amazonaws.com", "sns.amazonaws.com"
PUBLISHERS = publishers(EVENTS, ALARMS)
USE_KEY = ("kms:Decrypt", "kms:GenerateDataKey*")
FUNCTION = "${aws_lambda_function.f.arn}"
QUEUE_ARN = "${aws_sqs_queue.q.arn}"


def event_to(target: str, **more: dict[str, dict[str, Any]]) -> Resources:
    return {
        "aws_cloudwatch_event_rule": {"r": {"name": "jobs", "event_pattern": '{"source": ["aws.sagemaker"]}'}},
        "aws_cloudwatch_event_target": {"t": {"rule": "${aws_cloudwatch_event_rule.r.name}", "arn": target}},
        **more,
    }


def topic_policy(text: str, arn: str = TOPIC) -> Resources:
    return {"aws_sns_topic_policy": {"p": {"arn": arn, "policy": text}}}


def topic(**options: Any) -> Resources:
    return {"aws_sns_topic": {"oncall": {"name": "oncall", **options}}}


def budget(time_unit: str, **notification: Any) -> dict[str, Any]:
    """A budget with one notification."""
    return {"aws_budgets_budget": {"b": {"time_unit": time_unit, "notification": [notification]}}}


def subscribed(protocol: str, endpoint: str, **options: Any) -> Resources:
    values = {"topic_arn": TOPIC, "protocol": protocol, "endpoint": endpoint, **options}
    return {
        "aws_sns_topic_subscription": {"s": values},
        "aws_lambda_function": {"f": {"function_name": "notify"}},
        **QUEUE,
    }


def permission(principal: str, function: str = FUNCTION, **options: str) -> Resources:
    values = {"function_name": function, "principal": principal, "action": "lambda:InvokeFunction", **options}
    return {"aws_lambda_permission": {"p": values}}


def key(*services: str, by: str = "${aws_kms_alias.k.name}") -> Resources:
    """A topic with a key that some services may use."""
    statements = [json.loads(policy(service, *USE_KEY))["Statement"][0] for service in services]
    return {
        **topic(kms_master_key_id=by),
        "aws_kms_key": {"k": {"policy": json.dumps({"Statement": statements})}},
        "aws_kms_alias": {"k": {"name": "alias/alarms", "target_key_id": "${aws_kms_key.k.key_id}"}},
    }


DELIVERY = [
    case(
        "an event to a topic as it was born",
        "receiver-lets-sender-in",
        "aws_sns_topic.oncall: its policy does not let events.amazonaws.com publish",
        event_to(TOPIC),
        event_to(TOPIC, **topic_policy(PUBLISHERS)),
    ),
    case(
        "an event to a topic with a condition",
        "receiver-lets-sender-in",
        "its policy does not let events.amazonaws.com publish",
        event_to(TOPIC, **topic_policy(publishers(EVENTS, ALARMS, Condition={"ArnLike": {"aws:SourceArn": "arn:*"}}))),
        event_to(TOPIC, **topic_policy(PUBLISHERS)),
    ),
    case(
        "an event to a topic with AWS's key",
        "receiver-lets-sender-in",
        "it is encrypted with alias/aws/sns, which EventBridge can't use",
        {**event_to(TOPIC, **topic_policy(PUBLISHERS)), **topic(kms_master_key_id="alias/aws/sns"), **UNCALLED},
        {**event_to(TOPIC, **topic_policy(PUBLISHERS)), **key(EVENTS), **UNCALLED},
    ),
    case(
        "an event to a function",
        "receiver-lets-sender-in",
        "aws_lambda_function.f: its policy does not let events.amazonaws.com invoke it",
        event_to(FUNCTION, aws_lambda_function={"f": {"function_name": "notify"}}, **permission(SNS)),
        event_to(FUNCTION, aws_lambda_function={"f": {"function_name": "notify"}}, **permission(EVENTS)),
    ),
    case(
        "an event to a queue",
        "receiver-lets-sender-in",
        "aws_sqs_queue.q: its policy does not let events.amazonaws.com send to it",
        event_to(QUEUE_ARN, **QUEUE),
        event_to(QUEUE_ARN, aws_sqs_queue={"q": {"name": "jobs", "policy": policy(EVENTS, "sqs:SendMessage")}}),
    ),
    case(
        "a budget to a topic as it was born",
        "receiver-lets-sender-in",
        "its policy does not let budgets.amazonaws.com publish",
        {"aws_budgets_budget": {"b": {"notification": [{"subscriber_sns_topic_arns": [TOPIC]}]}}},
        {"aws_budgets_budget": {"b": {"notification": [{"subscriber_email_addresses": ["a@example.com"]}]}}},
    ),
    case(
        "unusual costs to a topic as it was born",
        "receiver-lets-sender-in",
        "its policy does not let costalerts.amazonaws.com publish",
        {"aws_ce_anomaly_subscription": {"a": {"subscriber": [{"type": "SNS", "address": TOPIC}]}}},
        {"aws_ce_anomaly_subscription": {"a": {"subscriber": [{"type": "EMAIL", "address": "a@example.com"}]}}},
    ),
    case(
        "a budget that says nothing",
        "budget-is-heard",
        "aws_budgets_budget.b: notifies no one",
        {"aws_budgets_budget": {"b": {"name": "money"}}},
        {
            "aws_budgets_budget": {"b": {"name": "money"}},
            "aws_budgets_budget_action": {"a": {"budget_name": "${aws_budgets_budget.b.name}"}},
        },
    ),
    case(
        "a forecast of a day",
        "budget-is-heard",
        "AWS forecasts no single day",
        budget("DAILY", notification_type="FORECASTED", subscriber_email_addresses=["a@example.com"]),
        budget("MONTHLY", notification_type="FORECASTED", subscriber_email_addresses=["a@example.com"]),
    ),
    case(
        "a notification without a receiver",
        "budget-is-heard",
        "has a notification for no one",
        budget("DAILY", notification_type="ACTUAL"),
        budget("DAILY", notification_type="ACTUAL", subscriber_email_addresses=["a@example.com"]),
    ),
    case(
        "one notification to two topics",
        "budget-is-heard",
        "has a notification to several topics, and AWS takes one",
        budget("DAILY", notification_type="ACTUAL", subscriber_sns_topic_arns=["${var.one}", "${var.two}"]),
        budget("DAILY", notification_type="ACTUAL", subscriber_sns_topic_arns=["${var.one}"]),
    ),
    case(
        "a topic that is called once a day",
        "budget-is-heard",
        "calls a topic DAILY, which AWS refuses",
        {"aws_ce_anomaly_subscription": {"a": {"frequency": "DAILY", "subscriber": [{"type": "SNS", "address": "t"}]}}},
        {
            "aws_ce_anomaly_subscription": {
                "a": {"frequency": "DAILY", "subscriber": [{"type": "EMAIL", "address": "a@example.com"}]}
            }
        },
    ),
    case(
        "a function without a permission",
        "receiver-lets-sender-in",
        "its policy does not let sns.amazonaws.com invoke it",
        subscribed("lambda", FUNCTION),
        subscribed("lambda", FUNCTION) | permission(SNS, "${aws_lambda_function.f.function_name}"),
    ),
    case(
        "a permission for another caller",
        "receiver-lets-sender-in",
        "its policy does not let sns.amazonaws.com invoke it",
        subscribed("lambda", FUNCTION) | permission(SNS, source_arn="arn:aws:events:us-east-1:123456789012:rule/jobs"),
        subscribed("lambda", FUNCTION) | permission(SNS, source_arn=TOPIC),
    ),
    case(
        "a queue without a policy",
        "receiver-lets-sender-in",
        "its policy does not let sns.amazonaws.com send to it",
        subscribed("sqs", QUEUE_ARN),
        subscribed("sqs", QUEUE_ARN)
        | {
            "aws_sqs_queue_policy": {
                "p": {"queue_url": "${aws_sqs_queue.q.url}", "policy": policy(SNS, "sqs:SendMessage")}
            }
        },
    ),
    case(
        "a function that an alarm calls",
        "receiver-lets-sender-in",
        "its policy does not let lambda.alarms.cloudwatch.amazonaws.com invoke it",
        alarms(errors=alarm(alarm_actions=[FUNCTION])) | {"aws_lambda_function": {"f": {"function_name": "notify"}}},
        alarms(errors=alarm(alarm_actions=[FUNCTION]))
        | {"aws_lambda_function": {"f": {"function_name": "notify"}}}
        | permission("lambda.alarms.cloudwatch.amazonaws.com", "notify"),
    ),
    case(
        "a key by its alias",
        "topic-lets-cloudwatch-publish",
        "the policy of its key does not let cloudwatch.amazonaws.com in",
        key(EVENTS),
        key(ALARMS),
    ),
    case(
        "a key by the literal name of its alias",
        "topic-lets-cloudwatch-publish",
        "the policy of its key does not let cloudwatch.amazonaws.com in",
        key(by="alias/alarms"),
        key(ALARMS, by="alias/alarms"),
    ),
    case(
        "a filter on attributes",
        "subscription-takes-alarms",
        "its filter policy asks for message attributes, and alarms have none",
        subscribed("email", "a@example.com", filter_policy='{"severity": ["critical"]}'),
        subscribed("email", "a@example.com", filter_policy='{"AlarmName": ["x"]}', filter_policy_scope="MessageBody"),
    ),
]


def agent(**plugins: dict[str, Any]) -> Resources:
    """The configuration of a CloudWatch agent."""
    metrics = {"append_dimensions": {"InstanceId": "$${aws:InstanceId}"}, "metrics_collected": plugins}
    return {"aws_ssm_parameter": {"p": {"type": "String", "value": json.dumps({"metrics": metrics})}}}


def host(metric: str, **dimensions: str) -> Resources:
    return reads("CWAgent", metric, "Average", threshold=80, dimensions={"InstanceId": "i-1", **dimensions})


MEMORY: dict[str, Any] = {"measurement": ["mem_used_percent"]}
DISK: dict[str, Any] = {"measurement": ["used_percent"], "resources": ["/"]}
GPU: dict[str, Any] = {"measurement": ["utilization_gpu"]}
ROOT_DISK = {"path": "/", "device": "nvme0n1p1", "fstype": "xfs"}
AGENTS = [
    case(
        "memory by a dimension it does not have",
        "agent-metric-published",
        "publishes CWAgent mem_used_percent with {AutoScalingGroupName}",
        {
            **reads("CWAgent", "mem_used_percent", "Average", dimensions={"AutoScalingGroupName": "g"}),
            **agent(mem=MEMORY),
        },
        {**host("mem_used_percent"), **agent(mem=MEMORY)},
    ),
    case(
        "a disk without its device",
        "agent-metric-published",
        "publishes CWAgent disk_used_percent with {InstanceId, fstype, path}",
        {**host("disk_used_percent", path="/", fstype="xfs"), **agent(disk=DISK)},
        {**host("disk_used_percent", path="/", fstype="xfs"), **agent(disk=DISK | {"drop_device": True})},
    ),
    case(
        "a measurement that is not taken",
        "agent-metric-published",
        "no CloudWatch agent of this stack publishes CWAgent disk_inodes_free",
        {**host("disk_inodes_free", **ROOT_DISK), **agent(disk=DISK)},
        {**host("swap_used_percent"), **agent(disk=DISK)},
    ),
    case(
        "a GPU by its index alone",
        "agent-metric-published",
        "publishes CWAgent nvidia_smi_utilization_gpu with {InstanceId, index}",
        {**host("nvidia_smi_utilization_gpu", index="0"), **agent(nvidia_gpu=GPU)},
        {**host("nvidia_smi_utilization_gpu", index="0", name="A100", arch="Ampere"), **agent(nvidia_gpu=GPU)},
    ),
]
READ = [*VALUES, *LIMITS, *STATISTICS, *SERIES, *FILTERS_AND_ALARMS, *SILENCE, *AGENTS]
CASES = [*READ, *FILTERS, *EXPRESSIONS, *ACTIONS, *DELIVERY]
FOUND = {parameter.values[0].rule for parameter in CASES}
"""The rules that find something here."""


@pytest.mark.parametrize("found", CASES)
def test_what_is_wrong_is_found(found: Case) -> None:
    by_rule = {finding.rule: f"{finding.subject}: {finding.problem}" for finding in findings(stack(found.wrong))}
    assert found.says in by_rule.get(found.rule, f"only {sorted(by_rule)}")


@pytest.mark.parametrize("found", CASES)
def test_its_twin_stays_quiet(found: Case) -> None:
    assert [str(finding) for finding in findings(stack(found.right))] == []


@pytest.mark.parametrize("found", READ)
def test_what_is_not_known_is_not_called_wrong(found: Case) -> None:
    """The same with every value of an alarm behind a variable, one at a time."""
    (values,) = found.wrong["aws_cloudwatch_metric_alarm"].values()
    for argument in ("namespace", "metric_name", "dimensions", "statistic", "threshold", "unit"):
        if argument in values:
            unknown = deepcopy(found.wrong)
            unknown["aws_cloudwatch_metric_alarm"]["errors"][argument] = "${var.x}"
            left = {finding.rule for finding in findings(stack(unknown))}
            assert left <= {found.rule}, argument


HIDDEN = {
    "a policy from a data source": event_to(TOPIC, **topic_policy("${data.aws_iam_policy_document.p.json}")),
    "policies for each topic": event_to(TOPIC, **topic_policy("{}", arn="${each.value.arn}")),
    "permissions for each function": subscribed("lambda", FUNCTION) | permission(SNS, "${each.value}"),
    "a permission whose principal is a variable": subscribed("lambda", FUNCTION) | permission("${var.principal}"),
    "a module that is given the function": subscribed("lambda", FUNCTION) | {"module": {"m": {"function": FUNCTION}}},
    "a module that is given the queue": subscribed("sqs", QUEUE_ARN) | {"module": {"m": {"queue": QUEUE_ARN}}},
    "a key from elsewhere": topic(kms_master_key_id="${var.key}"),
    "an alias from elsewhere": topic(kms_master_key_id="alias/company"),
    "a topic from elsewhere": event_to("arn:aws:sns:us-east-1:123456789012:elsewhere"),
    "a topic that is local": event_to("${local.topic}"),
    "a target with a role": event_to(QUEUE_ARN, **QUEUE)
    | {"aws_cloudwatch_event_target": {"t": {"rule": "jobs", "arn": QUEUE_ARN, "role_arn": "${var.role}"}}},
    "another subscription that takes everything": {
        "aws_sns_topic_subscription": {
            "app": {"topic_arn": TOPIC, "protocol": "email", "endpoint": "a@e.com", "filter_policy": '{"a": ["b"]}'},
            "all": {"topic_arn": TOPIC, "protocol": "email", "endpoint": "b@example.com"},
        }
    },
    "a filter on an attribute that is absent": subscribed(
        "email", "a@example.com", filter_policy='{"severity": [{"exists": false}]}'
    ),
    "a filter on attributes beside a chat": {
        **subscribed("email", "a@example.com", filter_policy='{"severity": ["critical"]}'),
        "aws_chatbot_slack_channel_configuration": {"c": {"sns_topic_arns": [TOPIC]}},
    },
    "a topic of the same name in another Region": {
        **alarms(errors=alarm(region="eu-west-1", alarm_actions=["arn:aws:sns:eu-west-1:123456789012:oncall"])),
        **topic(region="us-east-1"),
        "aws_sns_topic_subscription": {},
    },
    "a pattern from a variable": filtered("${var.pattern}"),
}


@pytest.mark.parametrize("resources", [pytest.param(value, id=key) for key, value in HIDDEN.items()])
def test_a_way_that_is_not_seen_is_not_called_wrong(resources: Resources) -> None:
    assert [str(finding) for finding in findings(stack(resources))] == []


NAME_OF_BIAS = bias.metric_name(next(iter(bias.METRICS)))
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
    "a filter of unknown value": {
        **reads("App", "Errors", "Maximum", threshold=5),
        **filtered("{ $.count = * }", value="$.count"),
    },
    "a metric of a job of one's own": reads(bias.BATCH_NAMESPACE, NAME_OF_BIAS, "Average", dimensions={"Own": "x"}),
    "a newer metric that is called like another's": reads("AWS/EC2", "Invocations", dimensions={"InstanceId": "i-1"}),
    "a misspelt metric that an unknown filter may publish": {
        **reads("App", "Errros"),
        "aws_cloudwatch_log_metric_filter": {
            "known": filtered()["aws_cloudwatch_log_metric_filter"]["f"],
            "unknown": filtered(name="${var.metric}")["aws_cloudwatch_log_metric_filter"]["f"],
        },
    },
    "a filter of unknown unit": {**reads("App", "Errors", unit="Count"), **filtered(unit="${var.unit}")},
    "a tag of a load balancer": reads(
        "AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count", dimensions={"LoadBalancer": "${aws_lb.l.tags.suffix}"}
    ),
    "messages of a queue that is no dead-letter queue": {
        **reads("AWS/SQS", "NumberOfMessagesReceived", dimensions={"QueueName": "${aws_sqs_queue.jobs.name}"}),
        **DEAD,
    },
    "a queue emptied": reads("AWS/SQS", "ApproximateNumberOfMessagesVisible", **IDLE),
    "a lower limit for a composite": WHILE_CALM,
}


@pytest.mark.parametrize("resources", [pytest.param(value, id=key) for key, value in QUIET.items()])
def test_what_is_right_stays_quiet(resources: Resources) -> None:
    assert [str(finding) for finding in findings(stack(resources))] == []

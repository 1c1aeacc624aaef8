"""What users get wrong about an API in front of models, and the alarm table they get."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any

import pytest

from constructs_lib.alarms.alarm import Alarm, Math, Threshold
from constructs_lib.aws import catalogue
from constructs_lib.errors import ConfigError
from constructs_lib.patterns.model_api import ModelApiSpec
from constructs_lib.patterns.model_api.alarms import alarms as alarm_table
from tests.configs import config, problems

RANK: dict[str, Any] = {"path": "/rank", "lambda": "ranker"}
EMBED: dict[str, Any] = {"path": "/embed", "sagemaker_endpoint": {"existing": "embedder"}}
ACL = "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/models/6a8f2f0e"


def api(**options: Any) -> dict[str, Any]:
    return config({"api": {"pattern": "model_api", "routes": [RANK, EMBED]} | options})


def routes(*changed: dict[str, Any]) -> dict[str, Any]:
    return api(routes=list(changed))


CASES: dict[str, tuple[dict[str, Any], str]] = {
    "two routes on one path and method": (
        routes(RANK, EMBED, RANK),
        "routes.2: POST /rank is given twice; remove one of the two",
    ),
    "a path without a slash": (
        routes(RANK | {"path": "rank"}),
        "routes.0.path: 'rank' does not begin with a slash; write it like /v1/rank, /users/{user} or /{proxy+}",
    ),
    "a path with spaces": (
        routes(RANK | {"path": "/my rank"}),
        (
            "routes.0.path: '/my rank' has a character API Gateway refuses, in 'my rank'; "
            "write it like /v1/rank, /users/{user} or /{proxy+}"
        ),
    ),
    "a bad parameter": (
        routes(RANK | {"path": "/users/{user id}"}),
        (
            "routes.0.path: '/users/{user id}' has a bad parameter, '{user id}'; "
            "write it like /v1/rank, /users/{user} or /{proxy+}"
        ),
    ),
    "two parameters in one place": (
        routes(RANK | {"path": "/{user}/rank"}, RANK | {"path": "/{id}/embed"}),
        (
            "routes.1.path: '/{id}/embed' has {id} where another route has {user}, "
            "and API Gateway has one parameter in each place; write {user}"
        ),
    ),
    "a method in small letters": (
        routes(RANK | {"method": "post"}),
        "routes.0.method: 'post' is not 'ANY', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST' or 'PUT'",
    ),
    "a stage name AWS refuses": (
        api(stage="v1.0"),
        "stage: 'v1.0' is not a stage name; write 1 to 128 letters, digits, hyphens and underscores",
    ),
    "nobody answers": (
        routes({"path": "/rank"}),
        "routes.0: nothing answers POST /rank; write either lambda or sagemaker_endpoint",
    ),
    "two answer": (
        routes(RANK | EMBED),
        "routes.0: lambda and sagemaker_endpoint answers POST /embed; write either lambda or sagemaker_endpoint",
    ),
    "a function by a queue's ARN": (
        routes(RANK | {"lambda": "arn:aws:sqs:us-east-1:123456789012:ranker"}),
        (
            "routes.0.lambda: 'arn:aws:sqs:us-east-1:123456789012:ranker' is not a valid lambda ARN; "
            "write it like arn:aws:lambda:us-east-1:123456789012:function:ranker"
        ),
    ),
    "an endpoint nobody makes": (
        routes({"path": "/embed", "sagemaker_endpoint": "embedder"}),
        (
            "routes.0.sagemaker_endpoint: 'embedder' is not a monitor of this stack; "
            "write {existing: embedder} for an endpoint that is there already"
        ),
    ),
    "no authorization, and no reason": (
        api(authorization="none"),
        "authorization.none.reason: is missing; add it",
    ),
    "no authorization, and hardly a reason": (
        api(authorization={"none": {"reason": "test"}}),
        (
            "authorization.none.reason: 'test' is not a reason; "
            "write a sentence that says why no one is asked who they are"
        ),
    ),
    "no authorization, and blanks for a reason": (
        api(authorization={"none": {"reason": " " * 12}}),
        (
            "authorization.none.reason: '            ' is not a reason; "
            "write a sentence that says why no one is asked who they are"
        ),
    ),
    "a pool's client in place of the pool": (
        api(authorization={"cognito": {"user_pools": ["arn:aws:cognito-idp:us-east-1:123456789012:client/x"]}}),
        (
            "authorization.cognito.user_pools.0: 'arn:aws:cognito-idp:us-east-1:123456789012:client/x' is not a user "
            "pool; write it like arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_AbCdEf123"
        ),
    ),
    "a function's latest version by name": (
        routes(RANK | {"lambda": "ranker:$LATEST"}),
        (
            "routes.0.lambda: 'ranker:$LATEST' can't be given a permission, and API Gateway could not call it; "
            "write ranker, which calls the latest, too"
        ),
    ),
    "a function of another Region": (
        routes(RANK | {"lambda": "arn:aws:lambda:eu-west-1:123456789012:function:ranker"}),
        (
            "routes.0.lambda: 'arn:aws:lambda:eu-west-1:123456789012:function:ranker' is not in us-east-1, "
            "and neither is called from here nor lets itself be; name a function of the stack's Region"
        ),
    ),
    "a content type for a function": (
        routes(RANK | {"content_type": "text/csv"}),
        "routes.0.content_type: a function takes any type of content; remove it",
    ),
    "a schema of something else than JSON": (
        routes(EMBED | {"content_type": "text/csv", "request": {"body": {"type": "object"}}}),
        (
            "routes.0.request.body: a schema is applied to application/json only, and this route takes text/csv; "
            "remove it, or the content_type"
        ),
    ),
    "a header with a space": (
        routes(RANK | {"request": {"headers": ["X Tenant"]}}),
        (
            "routes.0.request.headers.0: 'X Tenant' can't name a parameter; "
            "use letters, digits, dots, hyphens and underscores"
        ),
    ),
    "addresses nobody has on the Internet": (
        api(reachable_from={"ip_ranges": ["203.0.113.0/24", "10.1.0.0/16"]}),
        (
            "reachable_from.ip_ranges.1: '10.1.0.0/16' exists inside of networks only, and no one could call a "
            "public API from there; write the public addresses, or make the API private with vpc_endpoints"
        ),
    ),
    "more ranges than a policy holds": (
        api(reachable_from={"ip_ranges": [f"198.51.{third}.0/24" for third in range(256)] * 2}),
        (
            "reachable_from: 512 entries make a resource policy of over 8192 characters; "
            "write fewer or wider ranges: 2516 characters less, or use waf"
        ),
    ),
    "a period shorter than the metrics'": (
        api(alarms={"period_seconds": 30}),
        (
            "alarms.period_seconds: 30 is shorter than the minute between two values of API Gateway's metrics; "
            "write 60 or more"
        ),
    ),
    "an authorization that does not exist": (
        api(authorization="oauth"),
        "authorization.oauth: 'oauth' is not a key here; use one of api_key, cognito, iam, none",
    ),
    "burst below rate": (
        api(throttle={"rate_per_second": 50, "burst": 20}),
        "throttle.burst: 20 is less than the 50 requests that arrive in a second; write 50 or more",
    ),
    "limits for a route with any method": (
        routes(RANK | {"method": "ANY", "throttle": {"rate_per_second": 5, "burst": 5}}),
        (
            "routes.0.throttle: ANY can't have limits of its own in API Gateway; "
            "list the methods, or give the limits to the stage"
        ),
    ),
    "a latency above the timeout": (
        api(alarms={"latency_p99_milliseconds": 30_000}),
        (
            "alarms.latency_p99_milliseconds: 30000 is not below the integration's timeout of 29000: "
            "no request takes that long; write less, or raise timeout_milliseconds"
        ),
    ),
    "an integration latency above the timeout": (
        api(alarms={"integration_latency_p99_milliseconds": 29_000}),
        (
            "alarms.integration_latency_p99_milliseconds: 29000 is not below the integration's timeout of 29000: "
            "no request takes that long; write less, or raise timeout_milliseconds"
        ),
    ),
    "a route's latency above its timeout": (
        routes(RANK | {"timeout_milliseconds": 1_000, "latency_p99_milliseconds": 1_500}),
        (
            "routes.0.latency_p99_milliseconds: 1500 is not below the integration's timeout of 1000: "
            "no request takes that long; write less, or raise timeout_milliseconds"
        ),
    ),
    "a timeout SageMaker does not wait for": (
        routes(EMBED | {"timeout_milliseconds": 90_000}),
        "routes.0.timeout_milliseconds: 90000 is longer than SageMaker waits for a model; write 60000 or less",
    ),
    "retention 45": (
        api(access_log={"retention_days": 45}),
        (
            "access_log.retention_days: 45 is not one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, "
            "731, 1096, 1827, 2192, 2557, 2922, 3288, 3653; write 60"
        ),
    ),
    "an API key in the log": (
        api(access_log={"fields": {"key": "identity.apiKey"}}),
        (
            "access_log.fields.key: 'identity.apiKey' is the secret itself; identity.apiKeyId names the key without "
            "it; remove it"
        ),
    ),
    "a web ACL of the wrong scope": (
        api(waf=ACL.replace("regional", "global")),
        f"waf: '{ACL.replace('regional', 'global')}' has the scope of CloudFront; name a web ACL of the scope REGIONAL",
    ),
    "a web ACL of another Region": (
        api(waf=ACL.replace("us-east-1", "eu-west-1")),
        f"waf: '{ACL.replace('us-east-1', 'eu-west-1')}' is not in us-east-1; name a web ACL of the stack's Region",
    ),
    "an image for a model": (
        routes(EMBED | {"content_type": "image/png"}),
        (
            "routes.0.content_type: 'image/png' is not a type of text, and API Gateway passes a model nothing else; "
            "write application/json or text/csv, or put a function before the model"
        ),
    ),
    "a range of addresses with host bits": (
        api(reachable_from={"ip_ranges": ["10.0.0.1/8"]}),
        "reachable_from.ip_ranges.0: '10.0.0.1/8' is not a range of addresses; write it like 203.0.113.0/24",
    ),
    "a mistyped alarm": (
        api(alarms={"error_5xx_percent": 1}),
        "alarms.error_5xx_percent: 'error_5xx_percent' is not a key here; did you mean 'errors_5xx_percent'?",
    ),
}


@pytest.mark.parametrize(("data", "problem"), CASES.values(), ids=CASES.keys())
def test_bad_input_says_where_what_and_how_to_mend_it(data: dict[str, Any], problem: str) -> None:
    assert problems(data) == [f"monitors.api.{problem}"]


def test_a_name_the_metrics_would_drop_is_refused_in_yaml() -> None:
    data = config({"räng-api": {"pattern": "model_api", "routes": [RANK]}})
    assert problems(data) == [
        (
            "monitors.räng-api: 'räng-api' can't be used as a name; "
            "use letters, digits, hyphens and underscores, with a letter or digit at both ends"
        )
    ]


def test_a_role_name_over_the_limit_is_told_before_deployment() -> None:
    (problem,) = problems(config({"a" * 50: {"pattern": "model_api", "routes": [EMBED]}}))
    assert "the role 'recommender-production-aaa" in problem and "IAM takes 64" in problem


def stacks(**roles: str) -> dict[str, Any]:
    """A config with a stack for each role, all in one account and Region."""
    data = config()
    for name, role in roles.items():
        data["stacks"][name] = deepcopy(api(account_role=role)["stacks"]["production"])
    return data


def test_two_stacks_can_t_both_manage_the_accounts_role() -> None:
    assert problems(stacks(blue="managed", green="managed")) == [
        (
            "stacks.green.monitors.api: sets the account's API Gateway logging role, as stacks.blue does; "
            "let one stack manage it, and write `account_role: existing` in the others"
        )
    ]


def test_one_stack_manages_it_for_the_others() -> None:
    assert problems(stacks(blue="managed", green="existing")) == []


def test_another_region_has_a_role_of_its_own() -> None:
    data = stacks(blue="managed", green="managed")
    data["stacks"]["green"]["region"] = "eu-west-1"
    assert problems(data) == []


def test_two_apis_of_one_stack_share_it() -> None:
    one = {"pattern": "model_api", "routes": [RANK], "account_role": "managed"}
    assert problems(config({"ranker": one, "scorer": one})) == []


def table(**options: Any) -> dict[str, Alarm]:
    spec = ModelApiSpec.model_validate({"routes": [RANK, EMBED]} | options)
    return {alarm.key: alarm for alarm in alarm_table(spec, "shop-production-api")}


def test_the_alarms_out_of_the_box() -> None:
    assert list(table()) == [
        "errors-5xx",
        "errors-5xx-many",
        "errors-4xx",
        "latency-band",
        "latency-traffic",
        "latency-anomaly",
        "throttled",
        "integration-errors-post-rank",
        "integration-errors-post-embed",
    ]


def test_null_leaves_an_alarm_out() -> None:
    off = dict.fromkeys(
        ("errors_5xx_percent", "errors_4xx_percent", "latency_anomaly", "throttled_requests", "integration_errors")
    )
    assert table(alarms=off) == {}


def test_rates_and_latencies_are_silent_without_traffic() -> None:
    alarms = table(alarms={"latency_p99_milliseconds": 1500, "minimum_requests": 50})
    for key in ("errors-5xx", "errors-4xx", "latency-p99"):
        condition = alarms[key].condition
        assert isinstance(condition, Threshold) and isinstance(condition.watch, Math)
        assert re.match(r"IF\((FILL\(requests, 0\)|requests) >= 50, ", condition.watch.expression)
        assert condition.watch.metrics["requests"].name == "Count"


@pytest.mark.parametrize(
    ("key", "options", "expected"),
    [
        ("errors-5xx", {}, "IF(FILL(requests, 0) >= 200, 100 * errors / requests, 0)"),
        ("errors-5xx", {"errors_5xx_percent": 0.5}, "IF(FILL(requests, 0) >= 400, 100 * errors / requests, 0)"),
        ("errors-5xx", {"errors_5xx_percent": 0}, "IF(FILL(requests, 0) >= 20, 100 * errors / requests, 0)"),
        ("errors-5xx-many", {}, "IF(requests >= 5, 100 * errors / requests, 0)"),
        ("latency-p99", {"period_seconds": 300}, "IF(FILL(requests, 0) >= 25, latency, 0)"),
        (
            "errors-5xx",
            {"errors_5xx_percent": "${var.limit}"},
            "IF(FILL(requests, 0) * ${var.limit} >= 200, 100 * errors / requests, 0)",
        ),
        (  # of a minute the newest figures may not be there yet, and would be taken for nothing
            "latency-p99",
            {},
            "IF(requests >= 5, latency, 0)",
        ),
    ],
)
def test_two_failed_requests_are_never_past_a_limit(key: str, options: dict[str, Any], expected: str) -> None:
    alarms = table(alarms={"latency_p99_milliseconds": 1500} | options)
    assert alarms[key].condition.watch.expression == expected  # type: ignore[union-attr]


def test_a_share_is_taken_over_one_window_that_moves() -> None:
    alarm = table()["errors-5xx"]
    assert alarm.summary == (
        "share of failed requests (5xx) of API shop-production-api, stage prod, is above 1 % in one period of 15 "
        "minutes"
    )


@pytest.mark.parametrize(
    ("options", "severity"),
    [
        ({}, "critical"),
        ({"severity": "info"}, "warning"),
        ({"severity": "critical"}, None),
        ({"alarms": {"errors_5xx_percent": None}}, None),
        ({"alarms": {"errors_5xx_percent": 30}}, None),
        ({"alarms": {"errors_5xx_many_percent": None}}, None),
        ({"alarms": {"errors_5xx_percent": None, "errors_5xx_many_percent": 50}}, "critical"),
    ],
)
def test_many_failures_are_one_step_more_urgent(options: dict[str, Any], severity: str | None) -> None:
    alarm = table(**options).get("errors-5xx-many")
    assert (alarm.severity if alarm else None) == severity


def test_many_are_more_than_some() -> None:
    monitor = {"pattern": "model_api", "routes": [RANK], "alarms": {"errors_5xx_many_percent": 1}}
    assert problems(config({"api": monitor})) == [
        "monitors.api.alarms.errors_5xx_many_percent: 1 is not above errors_5xx_percent, 1; write more"
    ]


def test_every_metric_alarm_has_dimensions_that_exist() -> None:
    alarms = table(
        alarms={"latency_p99_milliseconds": 1500, "integration_latency_p99_milliseconds": 1200},
        routes=[RANK, EMBED | {"latency_p99_milliseconds": 900}],
    )
    seen = set()
    for alarm in alarms.values():
        watch = getattr(alarm.condition, "watch", None)
        metrics = watch.metrics.values() if isinstance(watch, Math) else [watch] if watch else []
        for metric in metrics:
            if metric.namespace == "AWS/ApiGateway":
                assert list(catalogue.problems(metric.namespace, metric.name, frozenset(metric.dimensions))) == []
                seen.add(tuple(sorted(metric.dimensions.items())))
    assert seen == {
        (("ApiName", "shop-production-api"), ("Stage", "prod")),
        (("ApiName", "shop-production-api"), ("Method", "POST"), ("Resource", "/embed"), ("Stage", "prod")),
    }


def test_nobody_gets_up_for_what_callers_do_wrong() -> None:
    alarms = table(severity="critical")
    severities = {key: alarm.severity for key, alarm in alarms.items() if alarm.notifies}
    assert severities == {
        "errors-5xx": "critical",
        "errors-4xx": "warning",
        "latency-anomaly": "warning",
        "throttled": "warning",
        "integration-errors-post-rank": "warning",
        "integration-errors-post-embed": "warning",
    }


def test_log_alarms_read_what_the_filters_publish() -> None:
    spec = ModelApiSpec.model_validate({"routes": [RANK, EMBED]})
    filters = spec.alarm_filters("shop-production-api")
    for key, published in filters.items():
        condition = table()[key].condition
        assert isinstance(condition, Threshold) and isinstance(condition.watch, Math)
        assert condition.watch.expression == "FILL(count, 0)"
        lines = condition.watch.metrics["count"]
        assert (lines.namespace, lines.name) == (published.namespace, published.metric_name)
        assert lines.dimensions == {}
    assert len({published.metric_name for published in filters.values()}) == len(filters)


def test_words_a_tired_person_understands() -> None:
    assert table()["integration-errors-post-embed"].description == (
        "Number of calls of endpoint embedder behind POST /embed that failed on the way is at or above 5 in one period "
        "of 5 minutes.\nThe route's callers get an error; what the backend answers itself is counted by errors-5xx.\n"
        "First: Search the access log for the route's integrationError, and open log group "
        "/aws/sagemaker/Endpoints/embedder."
    )


def test_what_looks_odd_and_is_right() -> None:
    private = {"vpc_endpoints": ["vpce-0123456789abcdef0"], "ip_ranges": ["10.1.0.0/16"]}
    asked = RANK | {"request": {"query": ["user_id", "page.size"]}}
    assert problems(api(reachable_from=private, routes=[asked, RANK | {"path": f"/{'a' * 250}"}])) == []


def test_a_route_s_own_latency_may_be_known_at_deployment_only() -> None:
    assert problems(routes(RANK | {"latency_p99_milliseconds": "${var.slowest}"})) == []


def test_python_names_the_same_problems() -> None:
    with pytest.raises(ConfigError, match="ModelApiSpec.throttle.burst: 1 is less than the 2 requests"):
        ModelApiSpec(routes=[RANK], throttle={"rate_per_second": 2, "burst": 1})  # type: ignore[arg-type,list-item]


@pytest.mark.parametrize(
    ("function", "log"),
    [
        ("ranker", "log group /aws/lambda/ranker"),
        ("ranker:live", "log group /aws/lambda/ranker"),
        ("arn:aws:lambda:us-east-1:123456789012:function:ranker:live", "log group /aws/lambda/ranker"),
        ("${var.function}", "the log of function ${var.function}"),
    ],
)
def test_a_function_has_one_log_whatever_its_aliases(function: str, log: str) -> None:
    (alarm,) = (
        alarm for key, alarm in table(routes=[RANK | {"lambda": function}]).items() if key.startswith("integration")
    )
    assert alarm.first_step.endswith(f"and open {log}")

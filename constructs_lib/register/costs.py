"""What a stack costs a month for being watched, by what is paid for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from constructs_lib.alarms import cloudwatch_agent
from constructs_lib.aws.gpu_instances import GPU_INSTANCES
from constructs_lib.register import prices
from constructs_lib.terraform.alarm import Series
from constructs_lib.terraform.blocks import block, leaves, number, text
from constructs_lib.terraform.metric_filter import DeployedFilter
from constructs_lib.terraform.stack import Resource, Stack
from constructs_lib.units import count

COUNTED = (
    "Counted are alarms, dashboards, the stack's own encryption keys, and the custom metrics it publishes: those made "
    "from logs, those of single API methods, those of GPUs with the fleet at its largest, and the results of "
    "monitoring jobs. Not counted are free tiers (an account's first three dashboards cost nothing while none has more "
    "than 50 metrics), logs and archives, what Logs Insights reads of them when someone looks at a dashboard, "
    "requests, messages, and what the monitored resources and the jobs themselves cost."
)
"""What an estimate holds, for those who read it."""

METHOD_METRICS = 5
"""Of each API method with detailed metrics: Count, 4XXError, 5XXError, Latency and IntegrationLatency (API Gateway
developer guide, "Amazon API Gateway dimensions and metrics"); those of the cache need a cache."""


def costs(stack: Stack, alarms: int, of_alarms: float) -> Mapping[str, float]:
    """Dollars a month by what is paid for, what costs nothing left out.

    Args:
        stack: The stack.
        alarms: How many alarms it has.
        of_alarms: What these cost together.
    """
    found = {count(alarms, "alarm"): of_alarms}
    dashboards, keys = len(stack.of("aws_cloudwatch_dashboard")), len(stack.of("aws_kms_key"))
    found[count(dashboards, "dashboard")] = prices.DASHBOARD * dashboards
    found[count(keys, "encryption key")] = prices.ENCRYPTION_KEY * keys
    for metrics, words in (_of_logs(stack), _of_methods(stack), *_of_fleets(stack), _of_jobs(stack)):
        found[words] = found.get(words, 0) + prices.CUSTOM_METRIC * metrics
    return {what: round(dollars, 2) for what, dollars in found.items() if dollars}


def _of_logs(stack: Stack) -> tuple[int, str]:
    """One without dimensions; with them as many as alarms name, and others that only the log knows."""
    filters = stack.metric_filters
    metrics = sum(max(1, len(_named(stack, one))) if one.dimensions else 1 for one in filters)
    dimensions = sorted({name for one in filters for name in one.dimensions or ()})
    more = f", and one more for each other value of {', '.join(dimensions)}" if dimensions else ""
    return metrics, f"{count(metrics, 'metric')} made from logs{more}"


def _named(stack: Stack, published: DeployedFilter) -> set[tuple[tuple[str, str], ...]]:
    """The dimension values of a filter's metric that alarms name."""
    return {
        tuple(sorted(series.dimensions.items()))
        for series in _read(stack)
        if (series.namespace, series.name) == (published.namespace, published.metric)
        and series.dimensions
        and series.dimensions.keys() == (published.dimensions or {}).keys()
    }


def _read(stack: Stack) -> Iterator[Series]:
    for alarm in stack.alarms:
        yield from alarm.series


def _of_methods(stack: Stack) -> tuple[int, str]:
    """API Gateway charges detailed metrics as custom ones; a method of ANY counts as one."""
    measured = set()
    for settings in stack.of("aws_api_gateway_method_settings"):
        stage = stack.referred(settings.values.get("stage_name"))
        api = stack.referred((stage or settings).values.get("rest_api_id"))
        if api is not None and block(settings.values.get("settings")).get("metrics_enabled"):
            measured.add(api.address)
    apis = (stack.referred(method.values.get("rest_api_id")) for method in stack.of("aws_api_gateway_method"))
    methods = sum(api is not None and api.address in measured for api in apis)
    return METHOD_METRICS * methods, f"{METHOD_METRICS * methods} metrics of {count(methods, 'API method')}"


def _of_fleets(stack: Stack) -> Iterator[tuple[int, str]]:
    """Each GPU publishes by itself, and the agent adds up those of a group."""
    fleets = {
        cloudwatch_agent.parameter_name(text(group.values.get("name"))): group
        for group in stack.of("aws_autoscaling_group")
    }
    for parameter in stack.of("aws_ssm_parameter"):
        fleet = fleets.get(text(parameter.values.get("name")))
        largest = number(fleet.values.get("max_size")) if fleet is not None else None
        if fleet is None or largest is None:
            continue
        written = text(parameter.values.get("insecure_value")) or text(parameter.values.get("value"))
        series = cloudwatch_agent.published(cloudwatch_agent.read(written))
        sets = [names for _, metric, names in series if metric.startswith(cloudwatch_agent.PREFIX)]
        of_gpus = sum("index" in names for names in sets)
        gpus = int(largest) * _gpus(stack, fleet)
        name = text(fleet.values.get("name"))
        yield of_gpus * gpus + len(sets) - of_gpus, f"metrics of {count(gpus, 'GPU')}, all of {name}"


def _gpus(stack: Stack, fleet: Resource) -> int:
    """GPUs of its largest instance type, in the group or its launch template; 1 where none is known."""
    words = set(leaves(fleet.values))
    templates = {found.address: found for word in words if (found := stack.referred(word)) is not None}
    words.update(text(template.values.get("instance_type")) for template in templates.values())
    return max((GPU_INSTANCES[word].gpus for word in words if word in GPU_INSTANCES), default=1)


def _of_jobs(stack: Stack) -> tuple[int, str]:
    """What the alarms read of the stack's own schedules, counted once each."""
    schedules = {text(schedule.values.get("name")) for schedule in stack.of("aws_sagemaker_monitoring_schedule")}
    found = {
        (series.namespace, series.name, tuple(sorted(series.dimensions.items())))
        for series in _read(stack)
        if series.dimensions and series.dimensions.get("MonitoringSchedule") in schedules
    }
    return len(found), f"{count(len(found), 'result')} of monitoring jobs, as metrics"

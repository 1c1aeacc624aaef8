"""What a plan does to the way from an alarm or event to a person: topics, subscriptions, event rules, filters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from constructs_lib.references import is_reference
from constructs_lib.review import policies
from constructs_lib.review.effect import Effect, Kind
from constructs_lib.terraform.blocks import block, flag, text, texts
from constructs_lib.terraform.reading import Change
from constructs_lib.terraform.stack import Resource

_GONE = {
    "aws_sns_topic": "topic {name} is deleted, with all its subscribers",
    "aws_sns_topic_subscription": "{endpoint} no longer receives what is published to {topic}",
    "aws_sns_topic_policy": "the policy of {topic} is deleted, and with it what let others publish",
    "aws_cloudwatch_event_rule": "events are no longer matched: {name}",
    "aws_cloudwatch_event_target": "matched events no longer reach {target}",
    "aws_cloudwatch_log_metric_filter": "log lines are no longer counted, and alarms on {metric} have no data",
    "aws_cloudwatch_log_subscription_filter": "log lines no longer leave {log_group}",
    "aws_lambda_permission": "{function} may no longer be called by {principal}",
    "aws_cloudwatch_log_anomaly_detector": "unusual log lines are no longer detected",
    "aws_sagemaker_monitoring_schedule": "{name} no longer measures anything, and alarms on its metrics have no data",
    "aws_api_gateway_method_settings": "metrics and logs of single methods are switched off",
    "aws_autoscaling_group": "",  # only what it publishes
    "aws_kms_key": "",  # only whom it lets in, as the next three
    "aws_kms_key_policy": "",
    "aws_sqs_queue": "",
    "aws_sqs_queue_policy": "",
}
_WATCHED = {  # arguments whose change alters who is notified, in a way only a person can judge
    "aws_sns_topic": ("policy",),
    "aws_sns_topic_policy": ("policy",),
    "aws_cloudwatch_event_rule": ("event_pattern", "schedule_expression", "event_bus_name"),
    "aws_cloudwatch_log_metric_filter": ("pattern", "metric_transformation", "log_group_name"),
    "aws_cloudwatch_log_subscription_filter": ("filter_pattern", "destination_arn", "log_group_name"),
}

_LONG = 600


def effects(changes: tuple[Change, ...]) -> Iterator[Effect]:
    """Receivers lost, and changes on the way to them."""
    for change in changes:
        before, after = change.before, change.after
        if before is None or before.type not in _GONE or change.forgotten:
            continue
        if after is None and _GONE[before.type]:
            yield _effect("receivers", before, _GONE[before.type].format_map(_Words(before.values)))
        elif after is not None:
            yield from _changed(before, after, replaced=change.replaced)


def _changed(before: Resource, after: Resource, *, replaced: bool) -> Iterator[Effect]:
    was, becomes = before.values, after.values
    if before.type == "aws_sns_topic" and replaced:
        yield _effect("receivers", after, _GONE["aws_sns_topic"].format_map(_Words(was)) + ", and made again")
    if before.type == "aws_sns_topic" and _aws_managed(becomes) and not _aws_managed(was):
        yield _effect("receivers", after, "its key becomes alias/aws/sns, which CloudWatch alarms can't use")
    if off := _switched_off(was, becomes):
        yield _effect("receivers", after, "no longer publishes metrics, and alarms on them have no data", off)
    if before.type == "aws_sns_topic_subscription":
        yield from _subscription(before, after, replaced=replaced)
    if before.type == "aws_cloudwatch_event_rule" and _enabled(was) and not _enabled(becomes):
        yield _effect("receivers", after, "the event rule is disabled")
    if before.type == "aws_cloudwatch_event_target" and was.get("arn") != becomes.get("arn"):
        summary = f"matched events no longer reach {text(was.get('arn'))}"
        yield _effect("unclear" if is_reference(becomes.get("arn")) else "receivers", after, summary)
    shut_out = policies.shut_out(before, after)
    if shut_out:
        summary = f"its policy no longer lets {' and '.join(shut_out)} in"
        yield _effect("receivers", after, summary, (_detail("policy", was, becomes),))
    for argument in _WATCHED.get(before.type, ()):
        if was.get(argument) != becomes.get(argument) and not (shut_out and argument == "policy"):
            yield _effect("unclear", after, f"its {argument} changes", (_detail(argument, was, becomes),))


def _detail(argument: str, was: Mapping[str, Any], becomes: Mapping[str, Any]) -> str:
    return f"{argument}: {_shown(was.get(argument))} → {_shown(becomes.get(argument))}"


def _subscription(before: Resource, after: Resource, *, replaced: bool) -> Iterator[Effect]:
    was, becomes = before.values, after.values
    words = _Words(was)
    if was.get("endpoint") != becomes.get("endpoint") and not is_reference(becomes.get("endpoint")):
        yield _effect("receivers", after, _GONE[before.type].format_map(words))
    elif replaced and text(was.get("protocol")).startswith("email"):
        yield _effect("receivers", after, f"{words['endpoint']} has to confirm the subscription again, or gets nothing")
    if becomes.get("filter_policy") and becomes.get("filter_policy") != was.get("filter_policy"):
        yield _effect("receivers", after, f"{words['endpoint']} receives only what passes a filter policy")


def _aws_managed(values: Mapping[str, Any]) -> bool:
    return text(values.get("kms_master_key_id")).endswith("alias/aws/sns")


def _switched_off(was: Mapping[str, Any], becomes: Mapping[str, Any]) -> tuple[str, ...]:
    """Metrics that are there only where they are asked for."""
    settings = [flag(block(values.get("settings")).get("metrics_enabled"), default=False) for values in (was, becomes)]
    if settings == [True, False]:
        return ("metrics_enabled: true → false",)
    lists = [texts(values.get("enabled_metrics")) for values in (was, becomes)]
    gone = sorted(set(lists[0]) - set(lists[1])) if not is_reference(lists[1]) else []
    return tuple(f"enabled_metrics: {name} is gone" for name in gone)


def _shown(value: object) -> str:
    """A value as its file writes it, and no more of a long one than a person reads."""
    if value in (None, ""):
        return "not set"
    written = value if isinstance(value, str) else orjson.dumps(value).decode()
    return written if len(written) <= _LONG else f"{written[:_LONG]}…"


def _enabled(values: Mapping[str, Any]) -> bool:
    return values.get("state") != "DISABLED" and flag(values.get("is_enabled"), default=True) is not False


def _effect(kind: Kind, resource: Resource, summary: str, details: tuple[str, ...] = ()) -> Effect:
    return Effect(kind=kind, address=resource.address, name=resource.address, summary=summary, details=details)


def _endpoint(address: str) -> str:
    """Without the path of a web hook, which is as good as a password."""
    scheme, found, rest = address.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}/…" if found and "/" in rest else address


class _Words(dict[str, str]):
    """A resource's arguments as words; what is missing has a word too."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        transformation = block(values.get("metric_transformation"))
        super().__init__(
            name=text(values.get("name")) or "without a name",
            endpoint=_endpoint(text(values.get("endpoint"))) or "a receiver",
            topic=text(values.get("topic_arn") or values.get("arn")).rpartition(":")[2] or "the topic",
            target=text(values.get("arn")) or "their target",
            metric=f"{text(transformation.get('namespace'))} {text(transformation.get('name'))}".strip()
            or "the metric",
            log_group=text(values.get("log_group_name")) or "the log group",
            function=text(values.get("function_name")) or "a function",
            principal=text(values.get("principal")) or "its caller",
        )

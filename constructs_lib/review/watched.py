"""What monitoring lives on besides its alarms, by resource type: what feeds alarms, and what carries them to a person.

A row says what is lost when the resource is deleted, and which of its arguments switch something on or off, list what
may be lost one by one, or can only be judged by a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from constructs_lib.review.effect import Kind
from constructs_lib.terraform import chat


@dataclass(frozen=True, slots=True)
class Watched:
    """What is looked at in resources of one type. Arguments in blocks are written `settings.metrics_enabled`.

    Attributes:
        gone: What is lost with the resource, in the words of `names.Words`; empty where its deletion alone loses
            nothing, or is said elsewhere.
        lost: The kind of that effect, and of what is switched off.
        effect: What switching off does.
        on: Arguments and blocks that switch something on.
        off: Arguments that switch it off.
        listed: Arguments whose entries are lost one by one.
        judged: Arguments of which only a person can say what a change does.
        only: Words of which one has to be in an argument, where most resources of the type have nothing to do with it.
    """

    gone: str = ""
    lost: Kind = "signals"
    effect: str = "no longer publishes all it did, and alarms on that have no data"
    on: tuple[str, ...] = ()
    off: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    judged: tuple[str, ...] = ()
    only: tuple[tuple[str, tuple[str, ...]], ...] = ()


_carries = partial(Watched, lost="receivers", effect="no longer reaches everyone it did")
"""What carries an alarm or an event to a person."""
_may_feed = partial(Watched, lost="unclear", effect="publishes less than it did")
"""What feeds alarms in some stacks, and in others nothing that anyone watches."""

_LOG_EXPORTS = "enabled_cloudwatch_logs_exports"

WATCHED: Mapping[str, Watched] = {
    # Topics, their subscribers, and what they call
    "aws_sns_topic": _carries("topic {name} is deleted, with all its subscribers"),
    "aws_sns_topic_subscription": _carries(
        "{endpoint} no longer receives what is published to {topic}",
        judged=("filter_policy_scope", "raw_message_delivery", "redrive_policy", "subscription_role_arn"),
    ),
    **dict.fromkeys(
        chat.TYPES, _carries("{name} no longer receives what is published to {topics}", listed=("sns_topic_arns",))
    ),
    "aws_lambda_permission": _carries(
        "{function} may no longer be called by {principal}",
        judged=("action", "function_name", "principal", "principal_org_id", "source_account", "source_arn"),
    ),
    "aws_kms_alias": Watched(
        gone="alias {name} is deleted, and what names it can't use its key", lost="unclear", judged=("target_key_id",)
    ),
    "aws_sqs_queue": Watched(lost="unclear", effect="no longer keeps what can't be handled", on=("redrive_policy",)),
    "aws_ssmcontacts_contact_channel": _carries("{name} is no longer called", judged=("delivery_address",)),
    "aws_ssmcontacts_plan": _carries("a contact has no plan any more", judged=("stage",)),
    "aws_ssmincidents_response_plan": _carries("no incident is opened any more: {name}", judged=("engagements",)),
    # Events
    "aws_cloudwatch_event_rule": _carries(
        "events are no longer matched: {name}", judged=("event_bus_name", "event_pattern", "schedule_expression")
    ),
    "aws_cloudwatch_event_target": _carries(
        "matched events no longer reach {target}", judged=("event_bus_name", "role_arn", "rule")
    ),
    "aws_cloudwatch_event_bus": _carries("event bus {name} is deleted, with its rules"),
    "aws_cloudwatch_event_bus_policy": _carries("others may no longer put events on {bus}", judged=("policy",)),
    "aws_cloudwatch_event_permission": _carries(
        "{principal} may no longer put events on {bus}", judged=("condition", "principal")
    ),
    "aws_cloudwatch_event_api_destination": _carries(
        "events no longer reach {name}", judged=("connection_arn", "invocation_endpoint", "http_method")
    ),
    "aws_cloudwatch_event_connection": _carries("events no longer reach what {name} connects to"),
    "aws_pipes_pipe": _carries("pipe {name} no longer carries anything", on=("desired_state",), judged=("target",)),
    "aws_scheduler_schedule": Watched(
        gone="{name} is no longer started", lost="unclear", effect="is no longer started", on=("state",)
    ),
    "aws_autoscaling_notification": _carries(
        "scaling of groups no longer notifies {topic}", listed=("group_names", "notifications"), judged=("topic_arn",)
    ),
    "aws_backup_vault_notifications": _carries(
        "backups no longer notify {topic}", listed=("backup_vault_events",), judged=("sns_topic_arn",)
    ),
    "aws_budgets_budget": _carries(
        "no one hears any more that {name} is exceeded", listed=("notification",), judged=("limit_amount", "time_unit")
    ),
    "aws_ce_anomaly_monitor": _carries("unusual costs are no longer looked for"),
    "aws_ce_anomaly_subscription": _carries(
        "no one hears of unusual costs any more", listed=("subscriber",), judged=("threshold_expression",)
    ),
    "aws_codestarnotifications_notification_rule": _carries(
        "{name} no longer notifies", on=("status",), listed=("event_type_ids", "target")
    ),
    "aws_db_event_subscription": _carries(
        "events of databases no longer reach {topic}",
        on=("enabled",),
        listed=("event_categories",),
        judged=("sns_topic", "source_ids", "source_type"),
    ),
    "aws_s3_bucket_notification": _carries(
        "{bucket} no longer notifies", on=("eventbridge",), listed=("lambda_function", "queue", "topic")
    ),
    # Logs, and what is made of them
    "aws_cloudwatch_log_metric_filter": Watched(judged=("log_group_name", "pattern")),
    "aws_cloudwatch_log_subscription_filter": _carries(
        "log lines no longer leave {log_group}", judged=("destination_arn", "filter_pattern", "log_group_name")
    ),
    "aws_cloudwatch_log_anomaly_detector": Watched(
        gone="unusual log lines are no longer detected",
        on=("enabled",),
        listed=("log_group_arn_list",),
        judged=("filter_pattern",),
    ),
    "aws_cloudwatch_log_account_policy": _may_feed(
        "log groups lose a policy of the account", judged=("policy_document",)
    ),
    "aws_cloudwatch_log_resource_policy": Watched(
        gone="services may no longer write to log groups that this policy let them write to",
        lost="unclear",
        judged=("policy_document",),
    ),
    "aws_cloudwatch_log_destination": _carries("{name} no longer takes log lines", judged=("target_arn",)),
    "aws_cloudwatch_log_destination_policy": _carries("others may no longer send log lines", judged=("access_policy",)),
    "aws_cloudwatch_log_delivery": Watched(gone="logs are no longer delivered by {name}", lost="unclear"),
    "aws_kinesis_firehose_delivery_stream": _carries("{name} no longer delivers what it is sent"),
    "aws_cloudtrail": Watched(
        gone="calls of the AWS API are no longer recorded by {name}",
        effect="records less than it did, and filters on its log lines find less",
        on=("enable_logging", "cloud_watch_logs_group_arn", "include_global_service_events", "is_multi_region_trail"),
        listed=("event_selector", "advanced_event_selector"),
    ),
    "aws_flow_log": Watched(gone="network traffic is no longer logged", judged=("log_destination", "traffic_type")),
    "aws_wafv2_web_acl_logging_configuration": Watched(
        gone="a firewall no longer logs", judged=("log_destination_configs", "logging_filter")
    ),
    "aws_api_gateway_account": Watched(
        gone="no API of this account and Region can log any more",
        effect="no API of this account and Region can log any more",
        on=("cloudwatch_role_arn",),
        judged=("cloudwatch_role_arn",),
    ),
    "aws_api_gateway_method_settings": Watched(
        gone="metrics and logs of single methods are switched off",
        effect="no longer publishes metrics, and alarms on them have no data",
        on=("settings.metrics_enabled", "settings.logging_level"),
    ),
    "aws_api_gateway_stage": Watched(
        effect="calls are no longer logged, and filters on the log lines find nothing",
        on=("access_log_settings",),
        judged=("access_log_settings.destination_arn", "access_log_settings.format"),
    ),
    "aws_apigatewayv2_stage": Watched(
        on=("access_log_settings", "default_route_settings.detailed_metrics_enabled"),
        listed=("route_settings",),
        judged=("access_log_settings.destination_arn", "access_log_settings.format"),
    ),
    "aws_sfn_state_machine": _may_feed(on=("logging_configuration.level",)),
    "aws_eks_cluster": _may_feed(listed=("enabled_cluster_log_types",)),
    "aws_opensearch_domain": _may_feed(listed=("log_publishing_options",)),
    "aws_elasticache_replication_group": _may_feed(listed=("log_delivery_configuration",)),
    "aws_rds_cluster": _may_feed(on=("performance_insights_enabled",), listed=(_LOG_EXPORTS,)),
    # Models
    "aws_bedrock_model_invocation_logging_configuration": Watched(
        gone="calls of models are no longer logged, and filters on the log lines find nothing",
        effect="calls of models are no longer logged whole, and filters on the log lines find less",
        on=(
            "logging_config.cloudwatch_config",
            "logging_config.embedding_data_delivery_enabled",
            "logging_config.image_data_delivery_enabled",
            "logging_config.text_data_delivery_enabled",
            "logging_config.video_data_delivery_enabled",
        ),
        judged=("logging_config.cloudwatch_config.log_group_name", "logging_config.cloudwatch_config.role_arn"),
    ),
    "aws_sagemaker_endpoint_configuration": Watched(
        effect="no longer captures what monitoring jobs read",
        on=("data_capture_config.enable_capture",),
        listed=("data_capture_config.capture_options",),
        judged=("data_capture_config.destination_s3_uri", "data_capture_config.initial_sampling_percentage"),
    ),
    "aws_sagemaker_monitoring_schedule": Watched(
        gone="{name} no longer measures anything, and alarms on its metrics have no data",
        judged=("monitoring_schedule_config",),
    ),
    "aws_sagemaker_data_quality_job_definition": Watched(gone="{name} is deleted, and its schedule can't run"),
    # Metrics that are there only where they are asked for
    "aws_autoscaling_group": Watched(
        effect="no longer publishes metrics, and alarms on them have no data", listed=("enabled_metrics",)
    ),
    "aws_s3_bucket_metric": Watched(gone="requests to {bucket} are no longer measured", judged=("filter",)),
    "aws_cloudwatch_metric_stream": Watched(
        gone="metrics no longer leave CloudWatch by {name}",
        effect="fewer metrics leave CloudWatch",
        listed=("include_filter",),
        judged=("exclude_filter", "firehose_arn"),
    ),
    "aws_db_instance": _may_feed(on=("monitoring_interval", "performance_insights_enabled"), listed=(_LOG_EXPORTS,)),
    "aws_ecs_cluster": _may_feed(listed=("setting",)),
    "aws_instance": _may_feed(on=("monitoring",)),
    "aws_launch_configuration": _may_feed(on=("enable_monitoring",)),
    "aws_launch_template": _may_feed(on=("monitoring.enabled",)),
    "aws_msk_cluster": _may_feed(judged=("enhanced_monitoring",)),
    "aws_eks_addon": Watched(
        gone="add-on {addon} is deleted, and what it measured is measured no more",
        only=(("addon_name", ("cloudwatch", "adot")),),
    ),
    "aws_route53_health_check": Watched(
        gone="{name} is no longer checked", effect="is no longer checked", off=("disabled",), judged=("fqdn", "type")
    ),
    "aws_synthetics_canary": Watched(
        gone="canary {name} no longer runs", effect="no longer runs", on=("start_canary",), judged=("schedule",)
    ),
    "aws_applicationinsights_application": Watched(gone="an application is no longer watched"),
    "aws_internetmonitor_monitor": Watched(gone="{name} no longer measures", on=("status",), listed=("resources",)),
    "aws_networkmonitor_probe": Watched(gone="a network is no longer probed", judged=("destination",)),
    "aws_rum_app_monitor": Watched(gone="{name} no longer measures what users see", on=("cw_log_enabled",)),
    # Agents, and who may publish
    "aws_ssm_association": Watched(
        gone="{name} is no longer run on instances", judged=("parameters", "targets"), only=(("name", ("CloudWatch",)),)
    ),
    "aws_iam_role_policy_attachment": Watched(
        gone="{role} may no longer publish what policy {policy} lets it publish",
        only=(("policy_arn", ("CloudWatchAgent", "PushToCloudWatchLogs", "AWSLambdaBasicExecution", "Synthetics")),),
        judged=("policy_arn", "role"),
    ),
    # What the account records
    "aws_config_configuration_recorder_status": Watched(
        gone="changes of resources are no longer recorded", effect="changes of resources are no longer recorded",
        on=("is_enabled",),
    ),
    "aws_guardduty_detector": Watched(
        gone="threats are no longer looked for", effect="threats are no longer looked for", on=("enable",)
    ),
    "aws_lambda_function": Watched(lost="unclear", effect="no longer keeps failed calls", on=("dead_letter_config",)),
    "aws_lambda_function_event_invoke_config": Watched(
        gone="failed calls of {function} go nowhere", lost="unclear", on=("destination_config.on_failure",)
    ),
}  # fmt: skip

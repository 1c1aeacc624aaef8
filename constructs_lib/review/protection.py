"""What a plan does to data: encryption, access, how long it is kept, and whether it survives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from constructs_lib.references import is_reference
from constructs_lib.review.effect import Effect, Kind
from constructs_lib.terraform.blocks import block, blocks, number
from constructs_lib.terraform.reading import Change
from constructs_lib.terraform.stack import Resource, Stack

HOLDS_DATA = {
    "aws_backup_vault": "name",
    "aws_cloudwatch_log_group": "name",
    "aws_db_instance": "identifier",
    "aws_docdb_cluster": "cluster_identifier",
    "aws_dynamodb_table": "name",
    "aws_ebs_volume": "",
    "aws_ecr_repository": "name",
    "aws_efs_file_system": "",
    "aws_elasticache_replication_group": "replication_group_id",
    "aws_fsx_lustre_file_system": "",
    "aws_kinesis_stream": "name",
    "aws_kms_key": "",
    "aws_memorydb_cluster": "name",
    "aws_msk_cluster": "cluster_name",
    "aws_neptune_cluster": "cluster_identifier",
    "aws_opensearch_domain": "domain_name",
    "aws_prometheus_workspace": "",
    "aws_rds_cluster": "cluster_identifier",
    "aws_redshift_cluster": "cluster_identifier",
    "aws_s3_bucket": "bucket",
    "aws_s3_directory_bucket": "bucket",
    "aws_sagemaker_feature_group": "feature_group_name",
    "aws_secretsmanager_secret": "name",
    "aws_sqs_queue": "name",
    "aws_timestreamwrite_table": "table_name",
}
"""Types that hold data, and the argument that makes another one of it when it changes."""

_PROTECTS: dict[str, str] = {
    "aws_s3_bucket_server_side_encryption_configuration": "the bucket's encryption settings are deleted",
    "aws_s3_bucket_public_access_block": "the bucket may be made public",
    "aws_s3_bucket_versioning": "the bucket's settings for versions are deleted",
    "aws_cloudwatch_log_data_protection_policy": "log lines are no longer masked",
    "aws_s3_bucket_object_lock_configuration": "objects may be deleted before their time",
    "aws_ebs_encryption_by_default": "new volumes are no longer encrypted by default",
}

# By the name of the argument, wherever in an AWS resource it stands.
_KEYS = {
    "kms_key_id", "kms_master_key_id", "kms_key_arn", "kms_key", "volume_kms_key_id", "kms_master_key_arn",
    "output_kms_key_id", "target_key_id",
}  # fmt: skip
_SHOULD_BE_TRUE = {
    "encrypted", "storage_encrypted", "at_rest_encryption_enabled", "transit_encryption_enabled", "encryption_enabled",
    "enable_key_rotation", "sqs_managed_sse_enabled", "enable_inter_container_traffic_encryption",
    "enable_network_isolation", "block_public_acls", "block_public_policy", "ignore_public_acls",
    "restrict_public_buckets", "deletion_protection", "deletion_protection_enabled", "cache_data_encrypted",
}  # fmt: skip
_SHOULD_BE_FALSE = {"force_destroy", "data_trace_enabled", "publicly_accessible", "skip_final_snapshot"}
_BETTER_VALUES = {
    "sse_algorithm": ("aws:kms", "aws:kms:dsse"),
    "http_tokens": ("required",),
}
_DURATIONS = {"retention_in_days", "message_retention_seconds", "retention_period"}
_BACKUPS = {"backup_retention_period", "snapshot_retention_limit", "automated_snapshot_retention_period"}
"""Here 0 is none at all."""


def effects(changes: tuple[Change, ...], old: Stack) -> Iterator[Effect]:
    """What the plan takes away from data."""
    buckets = {str(bucket.values.get("bucket")) for bucket in old.of("aws_s3_bucket")}
    for change in changes:
        before, after = change.before, change.after
        resource = before or after
        if resource is None or not resource.type.startswith("aws_"):
            continue
        if before is not None:
            yield from _lost(before, change)
        if before is not None and after is not None:
            yield from _weakened(before, after)
        if resource.type == "aws_s3_bucket_lifecycle_configuration":
            yield from _expiry(before, after, buckets)


def _lost(before: Resource, change: Change) -> Iterator[Effect]:
    if change.forgotten:
        return
    if change.after is None and before.type in _PROTECTS:
        yield _effect("encryption", before, _PROTECTS[before.type])
    if before.type not in HOLDS_DATA:
        return
    argument = HOLDS_DATA[before.type]
    if change.after is None:
        again = ""
    elif change.replaced or _another(before.values.get(argument), change.after.values.get(argument)):
        again = " and made again"
    else:
        return
    if before.values.get("skip_destroy") is True:
        made = "; a new one is made" if again else ""
        yield _effect("remark", before, f"{_what(before)} stays, and no one manages it any more (skip_destroy){made}")
    else:
        lost = "without what it holds" if again else "with what it holds"
        yield _effect("data", before, f"{_what(before)} is deleted{again}, {lost}", () if again else _KEEP)


def _another(was: object, becomes: object) -> bool:
    """Whether a name is known to be another one."""
    return was != becomes and not is_reference(becomes)


_KEEP = ("to keep it: a `removed` block with `destroy = false`, which `retired` in monitoring.yaml writes",)


def _what(resource: Resource) -> str:
    kind = resource.type.removeprefix("aws_").replace("_", " ")
    name = resource.values.get(HOLDS_DATA[resource.type])
    return f"the {kind} {name}" if isinstance(name, str) else f"the {kind}"


def _weakened(before: Resource, after: Resource) -> Iterator[Effect]:
    was, becomes = dict(_leaves(before.values)), dict(_leaves(after.values))
    encryption, retention = [], []
    for path, value in was.items():
        new = becomes.get(path)
        if value == new or any(is_reference(becomes.get(outer)) for outer in _outer(path)):
            continue
        detail = f"{path}: {_shown(value)} → {_shown(new)}"
        argument = path.rpartition(".")[2]
        if _worse(before.type, argument, value, new) or (
            before.type == "aws_s3_bucket_versioning" and value == "Enabled"
        ):
            encryption.append(detail)
        if (argument in _DURATIONS and _shorter(value, new)) or (argument in _BACKUPS and _fewer(value, new)):
            retention.append(detail)
    for path, value in becomes.items():
        if path not in was and path.rpartition(".")[2] in _SHOULD_BE_FALSE and value is True:
            encryption.append(f"{path}: not set → true")
        if path not in was and path.rpartition(".")[2] in _DURATIONS and before.type == "aws_cloudwatch_log_group":
            retention.append(f"{path}: for ever → {_shown(value)}")
    if encryption:
        yield _effect("encryption", after, "is protected less", tuple(encryption))
    if retention:
        yield _effect("retention", after, "keeps data for a shorter time", tuple(retention))


def _outer(path: str) -> Iterator[str]:
    """A path and those of the blocks it is in: what is not yet known may be known of none of a block."""
    while path:
        yield path
        path = path.rpartition(".")[0]


def _of_aws(key: object) -> bool:
    """Whether AWS keeps the key, with a policy that no one can tighten."""
    return "alias/aws/" in str(key)


def _worse(kind: str, argument: str, was: object, becomes: object) -> bool:
    if argument in _KEYS:
        return bool(was) and (not becomes or (_of_aws(becomes) and not _of_aws(was)))
    if argument == "is_enabled":
        return kind == "aws_kms_key" and was is True and becomes is False
    if argument in _SHOULD_BE_TRUE:
        return was in (True, "true") and becomes in (False, "false", None)
    if argument in _SHOULD_BE_FALSE:
        return was in (False, "false", None) and becomes in (True, "true")
    if argument in _BETTER_VALUES:
        return was in _BETTER_VALUES[argument] and becomes not in _BETTER_VALUES[argument]
    return False


def _shorter(was: object, becomes: object) -> bool:
    """0 days and no number of days are for ever."""
    old, new = number(was) or float("inf"), number(becomes) or float("inf")
    return new < old


def _fewer(was: object, becomes: object) -> bool:
    old, new = number(was), number(becomes)
    return old is not None and new is not None and new < old


def _expiry(before: Resource | None, after: Resource | None, buckets: set[str]) -> Iterator[Effect]:
    if after is None or (before is None and str(after.values.get("bucket")) not in buckets):
        return
    old, new = (_soonest(resource.values) if resource else float("inf") for resource in (before, after))
    if new < old:
        old_text = "for ever" if old == float("inf") else f"{old:g} days"
        yield _effect("retention", after, "objects expire sooner", (f"expiration: {old_text} → {new:g} days",))


def _soonest(values: Mapping[str, Any]) -> float:
    rules = [rule for rule in blocks(values.get("rule")) if rule.get("status") != "Disabled"]
    days = [number(block(rule.get("expiration")).get("days")) for rule in rules]
    return min((day for day in days if day), default=float("inf"))


def _leaves(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    match value:
        case Mapping():
            for key, item in value.items():
                if key != "//":
                    yield from _leaves(item, f"{path}.{key}" if path else str(key))
        case list():
            # A block of at most one is an object or a list of one; in a list the place does not matter to the name.
            for index, item in enumerate(value):
                yield from _leaves(item, f"{path}.{index}" if index else path)
        case _:
            yield path, value


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "not set" if value in (None, "") else str(value)


def _effect(kind: Kind, resource: Resource, summary: str, details: tuple[str, ...] = ()) -> Effect:
    return Effect(kind=kind, address=resource.address, name=resource.address, summary=summary, details=details)

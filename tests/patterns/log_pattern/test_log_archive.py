"""A log group's events on their way to S3: who may do what, and what is written how."""

from __future__ import annotations

import json
from typing import Any

import pytest

from constructs_lib import Environment
from constructs_lib.patterns.log_pattern.archive import Archive
from constructs_lib.patterns.log_pattern.resources.log_archive import LogArchive
from constructs_lib.resources.encryption_key import data_key
from constructs_lib.testing import resource, resources
from tests.stacks import own_stack

HERE = Environment("123456789012", "us-east-1")
STREAM = "arn:aws:firehose:us-east-1:123456789012:deliverystream/shop-archive"
KEY = "arn:aws:kms:us-east-1:123456789012:key/1234"


def synthesised(**options: Any) -> dict[str, Any]:
    spec = Archive.model_validate(options)
    return own_stack(
        lambda stack: LogArchive(
            stack,
            "archive",
            spec,
            names=spec.parts("shop", HERE),
            prefix="shop",
            log_group_name="/ai/ranker",
            environment=HERE,
            encryption_key=data_key(stack, "data", name="shop", environment=HERE),
            retain=True,
        )
    )


@pytest.fixture(scope="module")
def made() -> dict[str, Any]:
    return synthesised(bucket="create", expire_days=400)


@pytest.fixture(scope="module")
def existing() -> dict[str, Any]:
    return synthesised(bucket="our-logs", kms_key_arn=KEY)


def trust(stack: dict[str, Any], role: str) -> dict[str, Any]:
    (found,) = [r for r in resources(stack, "aws_iam_role").values() if r["name"] == role]
    (statement,) = json.loads(found["assume_role_policy"])["Statement"]
    return dict(statement)


def permissions(stack: dict[str, Any], role: str) -> dict[str, Any]:
    (found,) = [p for key, p in resources(stack, "aws_iam_role_policy").items() if f"{role}-role" in key]
    return {statement["Sid"]: statement for statement in json.loads(found["policy"])["Statement"]}


def configuration(stack: dict[str, Any]) -> dict[str, Any]:
    return dict(resource(stack, "aws_kinesis_firehose_delivery_stream")["extended_s3_configuration"])


def test_what_arrives_as_gzip_is_not_compressed_again(made: dict[str, Any]) -> None:
    assert configuration(made)["compression_format"] == "UNCOMPRESSED"
    assert configuration(made)["file_extension"] == ".gz", "so that it is known for what it is"


def test_every_event_is_archived(made: dict[str, Any]) -> None:
    subscription = resource(made, "aws_cloudwatch_log_subscription_filter")
    assert (subscription["log_group_name"], subscription["filter_pattern"]) == ("/ai/ranker", "")


def test_the_subscription_waits_for_its_permissions(made: dict[str, Any]) -> None:
    (waits_for,) = resource(made, "aws_cloudwatch_log_subscription_filter")["depends_on"]
    assert waits_for.startswith("aws_iam_role_policy.") and "subscription-role" in waits_for


def test_the_stream_waits_for_its_permissions_and_the_buckets_policy(made: dict[str, Any]) -> None:
    role, bucket = sorted(resource(made, "aws_kinesis_firehose_delivery_stream")["depends_on"])
    assert role.startswith("aws_iam_role_policy.") and "delivery-role" in role
    assert bucket.startswith("aws_s3_bucket_policy.")


def test_only_this_stream_may_use_the_delivery_role(made: dict[str, Any]) -> None:
    statement = trust(made, "shop-delivery")
    assert statement["Principal"] == {"Service": "firehose.amazonaws.com"}
    assert statement["Condition"] == {
        "StringEquals": {"sts:ExternalId": "123456789012"},
        "StringEqualsIfExists": {"aws:SourceAccount": "123456789012"},
        "ArnLikeIfExists": {"aws:SourceArn": STREAM},
    }


def test_files_in_a_bucket_of_another_account_are_its_owners(made: dict[str, Any], existing: dict[str, Any]) -> None:
    assert "s3:PutObjectAcl" in permissions(existing, "delivery")["WriteFiles"]["Action"]
    assert "s3:PutObjectAcl" not in permissions(made, "delivery")["WriteFiles"]["Action"]


def test_only_this_accounts_logs_may_use_the_subscription_role(made: dict[str, Any]) -> None:
    statement = trust(made, "shop-subscription")
    assert statement["Principal"] == {"Service": "logs.amazonaws.com"}
    assert statement["Condition"] == {"ArnLike": {"aws:SourceArn": "arn:aws:logs:us-east-1:123456789012:*"}}
    (stream,) = resources(made, "aws_kinesis_firehose_delivery_stream")
    (allowed,) = permissions(made, "subscription").values()
    assert allowed["Action"] == ["firehose:PutRecord", "firehose:PutRecordBatch"]
    assert allowed["Resource"] == f"${{aws_kinesis_firehose_delivery_stream.{stream}.arn}}"


def test_the_delivery_role_reaches_this_bucket_key_and_error_log_only(existing: dict[str, Any]) -> None:
    allowed = permissions(existing, "delivery")
    (errors,) = resources(existing, "aws_cloudwatch_log_group")
    assert {sid: statement["Resource"] for sid, statement in allowed.items()} == {
        "FindBucket": "arn:aws:s3:::our-logs",
        "WriteFiles": "arn:aws:s3:::our-logs/*",
        "WriteErrors": f"${{aws_cloudwatch_log_group.{errors}.arn}}:log-stream:*",
        "EncryptFiles": KEY,
    }
    assert allowed["EncryptFiles"]["Condition"] == {
        "StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"},
        "StringLike": {"kms:EncryptionContext:aws:s3:arn": ["arn:aws:s3:::our-logs", "arn:aws:s3:::our-logs/*"]},
    }
    assert not any("*" in action for statement in allowed.values() for action in statement["Action"])


def test_a_bucket_made_here_is_private_encrypted_versioned_and_expires(made: dict[str, Any]) -> None:
    assert resource(made, "aws_s3_bucket")["bucket"] == "shop-logs-123456789012"
    assert set(resource(made, "aws_s3_bucket_public_access_block").values()) >= {True}
    (key,) = resources(made, "aws_kms_key")
    (encryption,) = resource(made, "aws_s3_bucket_server_side_encryption_configuration")["rule"]
    assert encryption["apply_server_side_encryption_by_default"] == {
        "kms_master_key_id": f"${{aws_kms_key.{key}.arn}}",
        "sse_algorithm": "aws:kms",
    }
    assert resource(made, "aws_s3_bucket_versioning")["versioning_configuration"] == {"status": "Enabled"}
    (rule,) = resource(made, "aws_s3_bucket_lifecycle_configuration")["rule"]
    assert rule["expiration"] == [{"days": 400}]
    (deny,) = json.loads(resource(made, "aws_s3_bucket_policy")["policy"])["Statement"]
    assert (deny["Effect"], deny["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


def test_an_existing_bucket_is_left_as_it_is(existing: dict[str, Any]) -> None:
    assert [kind for kind in existing["resource"] if kind.startswith("aws_s3")] == []
    assert configuration(existing)["bucket_arn"] == "arn:aws:s3:::our-logs"
    assert configuration(existing)["kms_key_arn"] == KEY


def test_a_bucket_without_a_key_needs_no_permission_for_one() -> None:
    assert "EncryptFiles" not in permissions(synthesised(bucket="our-logs"), "delivery")


def test_stream_and_error_log_are_encrypted(existing: dict[str, Any]) -> None:
    (key,) = resources(existing, "aws_kms_key")
    arn = f"${{aws_kms_key.{key}.arn}}"
    assert resource(existing, "aws_kinesis_firehose_delivery_stream")["server_side_encryption"] == {
        "enabled": True,
        "key_type": "CUSTOMER_MANAGED_CMK",
        "key_arn": arn,
    }
    errors = resource(existing, "aws_cloudwatch_log_group")
    assert (errors["name"], errors["kms_key_id"]) == ("/aws/kinesisfirehose/shop-archive", arn)


def test_failures_are_logged_and_kept_apart(made: dict[str, Any]) -> None:
    assert configuration(made)["cloudwatch_logging_options"]["enabled"] is True
    assert configuration(made)["prefix"] == "shop/"
    assert configuration(made)["error_output_prefix"] == "shop-errors/!{firehose:error-output-type}/"


def test_in_china_services_have_chinas_names() -> None:
    there = Environment("123456789012", "cn-north-1")

    def fill(stack: Any) -> None:
        key = data_key(stack, "data", name="shop", environment=there)
        spec = Archive(bucket="create")
        LogArchive(
            stack,
            "archive",
            spec,
            names=spec.parts("shop", there),
            prefix="shop",
            log_group_name="/ai/ranker",
            environment=there,
            encryption_key=key,
            retain=True,
        )

    stack = own_stack(fill)
    policy = json.loads(resource(stack, "aws_kms_key")["policy"])
    assert policy["Statement"][1]["Principal"] == {"Service": "logs.cn-north-1.amazonaws.com.cn"}
    through = permissions(stack, "delivery")["EncryptFiles"]["Condition"]["StringEquals"]["kms:ViaService"]
    assert through == "s3.cn-north-1.amazonaws.com.cn"

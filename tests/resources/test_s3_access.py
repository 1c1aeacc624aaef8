"""What a role may do at an address, known or not."""

from __future__ import annotations

import json
from typing import Any

from constructs_lib import Environment
from constructs_lib.cdk import TerraformStack, TerraformVariable
from constructs_lib.resources import s3_access
from constructs_lib.resources.role import Role
from constructs_lib.testing import resource
from tests.stacks import own_stack

HERE = Environment("123456789012", "cn-north-1")


def read(address: str | None) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """The statements for an address, or for a variable's value, and the stack's locals."""

    def fill(stack: TerraformStack) -> None:
        text = address if address is not None else TerraformVariable(stack, "labels", type="string").string_value
        statements = s3_access.read(stack, "Labels", text, HERE)
        Role(stack, "role", name="role", description="reads", service="x.amazonaws.com", statements=statements)

    found = own_stack(fill)
    statements = json.loads(resource(found, "aws_iam_role_policy")["policy"])["Statement"]
    return statements, found.get("locals", {})


def test_a_known_address_is_narrowed_to_its_bucket_and_prefix() -> None:
    (find, get), _ = read("s3://labels/ranker/")
    assert find["Resource"] == "arn:aws-cn:s3:::labels"
    assert find["Condition"] == {"StringLike": {"s3:prefix": "ranker/*"}}
    assert (get["Action"], get["Resource"]) == (["s3:GetObject"], "arn:aws-cn:s3:::labels/ranker/*")


def test_of_a_reference_terraform_finds_the_parts() -> None:
    for reference in ("${var.labels}", None):
        (find, get), known = read(reference)
        assert find["Resource"] == "arn:aws-cn:s3:::${local.Labels-bucket}"
        assert find["Condition"] == {"StringLike": {"s3:prefix": "${local.Labels-key}*"}}
        assert get["Resource"] == "arn:aws-cn:s3:::${local.Labels-bucket}/${local.Labels-key}*"
        assert known == {
            "Labels-bucket": '${split("/", var.labels)[2]}',
            "Labels-key": '${replace(var.labels, "/^s3://[^/]*/?/", "")}',
        }

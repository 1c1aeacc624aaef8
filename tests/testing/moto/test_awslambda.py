"""A function through Terraform: its logging configuration reads back, as given and as by default."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest

from constructs_lib.testing import MotoServer, applied
from constructs_lib.testing.fixtures import WorkspaceFactory
from tests.names import Names
from tests.testing.stacks import stack


@pytest.mark.apply
def test_a_function_keeps_its_logging_configuration(
    workspace: WorkspaceFactory, moto: MotoServer, names: Names
) -> None:
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("index.py", "def handler(event, context): ...")
    s3 = moto.client("s3")
    s3.create_bucket(Bucket=names("code"))
    s3.put_object(Bucket=names("code"), Key="ranker.zip", Body=code.getvalue())
    trust = {
        "name": names("ranker"),
        "assume_role_policy": '${jsonencode({Version = "2012-10-17", Statement = [{Effect = "Allow",'
        ' Action = "sts:AssumeRole", Principal = {Service = "lambda.amazonaws.com"}}]})}',
    }

    def version(level: str) -> dict[str, Any]:
        function = {
            "role": "${aws_iam_role.ranker.arn}",
            "runtime": "python3.12",
            "handler": "index.handler",
            "s3_bucket": names("code"),
            "s3_key": "ranker.zip",
        }
        logging = {
            "log_format": "JSON",
            "application_log_level": level,
            "system_log_level": "WARN",
            "log_group": "/ai/ranker",
        }
        return stack(
            {
                "aws_iam_role": {"ranker": trust},
                "aws_lambda_function": {
                    "ranker": {**function, "function_name": names("ranker"), "logging_config": logging},
                    "plain": {**function, "function_name": names("plain")},
                },
            }
        )

    with applied(workspace(version("INFO"), endpoint=moto.url)) as live:
        change = live.change(version("ERROR"))

        assert change.actions == {"aws_lambda_function.ranker": "update"}
        read = moto.client("lambda").get_function_configuration(FunctionName=names("ranker"))["LoggingConfig"]
        assert (read["ApplicationLogLevel"], read["LogGroup"]) == ("ERROR", "/ai/ranker")
        plain = moto.client("lambda").get_function_configuration(FunctionName=names("plain"))["LoggingConfig"]
        assert plain == {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{names('plain')}"}

"""Policy documents."""

from __future__ import annotations

import json

from constructs_lib.resources.policy import Statement, document, trust

READ = Statement(sid="Read", actions=["s3:GetObject"], resources=["arn:aws:s3:::a/*"])


def test_quotes_inside_a_reference_stay_as_terraform_reads_them() -> None:
    text = document([Statement(sid="Read", actions=["s3:GetObject"], resources=['${var.buckets["prod"]}/*'])])
    assert '"Resource": "${var.buckets["prod"]}/*"' in text


def test_quotes_outside_stay_json() -> None:
    told = json.loads(document([Statement(sid="Read", actions=["a:B"], resources=['$${x["y"]}', 'say "no"'])]))
    assert told["Statement"][0]["Resource"] == ['$${x["y"]}', 'say "no"']


def test_a_statement_says_only_what_it_has() -> None:
    assert json.loads(document([READ])) == {
        "Version": "2012-10-17",
        "Statement": [{"Sid": "Read", "Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "arn:aws:s3:::a/*"}],
    }


def test_a_trust_policy_has_no_resource() -> None:
    """IAM refuses one that has."""
    conditions = {"StringEquals": {"aws:SourceAccount": "123456789012"}}
    assert json.loads(trust("firehose.amazonaws.com", conditions))["Statement"] == [
        {
            "Effect": "Allow",
            "Principal": {"Service": "firehose.amazonaws.com"},
            "Action": ["sts:AssumeRole"],
            "Condition": conditions,
        }
    ]

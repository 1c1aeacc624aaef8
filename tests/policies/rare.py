"""A configuration with the options that change permissions and that no example uses."""

from __future__ import annotations

from typing import Any

_KEY = "arn:aws:kms:us-east-1:123456789012:key/"
DATA_KEY, MODEL_KEY, CAPTURE_KEY, REPORTS_KEY, DISK_KEY, LOGS_KEY = (
    f"{_KEY}{name}" for name in ("data", "model", "capture", "reports", "disks", "logs")
)
FAR_KEY = "arn:aws:kms:eu-west-1:123456789012:key/far"
BUCKET_KEYS = {
    "encrypted-models": MODEL_KEY,
    "captures": CAPTURE_KEY,
    "reports": REPORTS_KEY,
    "labels-of-rankings": DATA_KEY,
    "baselines": DATA_KEY,
}
"""How the buckets are encrypted that the configuration names and does not make."""
VPC = {"subnets": ["subnet-0a1b2c3d"], "security_groups": ["sg-0123abcd"]}
QUEUE = "arn:aws:sqs:us-east-1:123456789012:alarms"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:on-alarm"
_BIAS: dict[str, Any] = {
    "pattern": "model_bias",
    "ground_truth": "s3://labels-of-rankings/ranker/",
    "label": {"name": "clicked", "positive": [1]},
    "facets": [{"name": "gender", "sensitive": [0]}],
    "headers": ["clicked", "gender"],
    "schedule": "daily",
    "limits": {"DPPL": 0.1},
}
_DATA: dict[str, Any] = {
    "pattern": "data_quality",
    "constraints": "s3://baselines/ranker/constraints.json",
    "statistics": "s3://baselines/ranker/statistics.json",
    "drift": {"age": 0.1},
}

RARE: dict[str, Any] = {
    "project": "shop",
    "stacks": {
        "rare": {
            "account": "123456789012",
            "region": "us-east-1",
            "runbook": "https://runbooks.example.com/{alarm}",
            "notifications": {
                "critical": [{"lambda": FUNCTION}],
                "warning": [{"sqs": QUEUE}, {"email": "team@example.com"}],
            },
            "monitors": {
                "ranker": {
                    "pattern": "model_endpoint",
                    "model": {
                        "image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/team/ranker@sha256:" + "0" * 64,
                        "data": "s3://encrypted-models/ranker/model.tar.gz",
                        "data_kms_key_arn": MODEL_KEY,
                    },
                    "instances": {"type": "ml.m5.large", "count": 2},
                    "vpc": VPC,
                    "capture": {"bucket": "captures", "kms_key_arn": CAPTURE_KEY, "sample_percent": 100},
                    "alarms": {"errors_5xx_percent": 5},
                },
                "serverless": {
                    "pattern": "model_endpoint",
                    "model": {
                        "image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/ranker:3",
                        "network_isolation": False,
                    },
                    "serverless": {"max_concurrency": 5, "memory_mib": 2048},
                    "alarms": {"errors_5xx_percent": 5},
                },
                "bias": _BIAS
                | {
                    "endpoint": "ranker",
                    "vpc": VPC,
                    "constraints": "s3://baselines/ranker/bias.json",
                    "reports": {"bucket": "reports", "kms_key_arn": REPORTS_KEY},
                    "instances": {"type": "ml.m5.xlarge", "volume_kms_key_arn": DISK_KEY},
                    "data_kms_key_arns": [DATA_KEY],
                },
                "bias-of-a-batch": _BIAS
                | {"batch": {"data": "s3://batches/ranker"}, "ground_truth": "s3://plain-labels/ranker/"},
                "drift": _DATA | {"endpoint": "ranker", "vpc": VPC, "data_kms_key_arns": [DATA_KEY]},
                "errors": {
                    "pattern": "log_pattern",
                    "log_group": {"name": "/ai/ranker", "create": True},
                    "filter": "ERROR",
                    "examples": {"match": ["ERROR"]},
                    "alarm": {"above": 0},
                    "archive": {"bucket": "logs", "kms_key_arn": LOGS_KEY},
                },
                "errors-far-away": {
                    "pattern": "log_pattern",
                    "log_group": {"name": "/ai/other", "create": True},
                    "filter": "ERROR",
                    "examples": {"match": ["ERROR"]},
                    "alarm": {"above": 0},
                    "archive": {"bucket": "far-logs", "kms_key_arn": FAR_KEY},
                },
                "partners": {
                    "pattern": "model_api",
                    "authorization": {"iam": {"accounts": ["222222222222"]}},
                    "reachable_from": {"ip_ranges": ["203.0.113.0/24"]},
                    "account_role": "managed",
                    "routes": [{"path": "/rank", "lambda": "ranker:live"}],
                },
                "inside": {
                    "pattern": "model_api",
                    "authorization": {"none": {"reason": "only our network reaches it"}},
                    "reachable_from": {"vpc_endpoints": ["vpce-0123456789abcdef0"], "ip_ranges": ["10.0.0.0/8"]},
                    "account_role": "managed",
                    "routes": [{"path": "/rank", "sagemaker_endpoint": "ranker"}],
                },
            },
        }
    },
}

"""SageMaker monitors for tests: valid ones, to be changed in the one place a test is about."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/ranker:3"

_ENDPOINT: dict[str, Any] = {
    "pattern": "model_endpoint",
    "model": {"image": IMAGE, "data": "s3://models/ranker/model.tar.gz"},
    "instances": {"type": "ml.g5.xlarge", "count": 2},
    "capture": {"bucket": "create", "sample_percent": 100},
    "alarms": {
        "errors_5xx_percent": 5,
        "latency_p99_milliseconds": 800,
        "gpu_utilization_percent": 90,
        "invocations_anomaly": 3,
    },
}
_BIAS: dict[str, Any] = {
    "pattern": "model_bias",
    "endpoint": "ranker",
    "ground_truth": "s3://labels/ranker/",
    "label": {"name": "clicked", "positive": [1]},
    "headers": ["clicked", "gender", "plan", "age", "country", "income", "region"],
    "facets": [{"name": "gender", "sensitive": [0]}, {"name": "plan", "sensitive": ["free", "trial"]}],
    "schedule": "daily",
    "limits": {"DPPL": 0.1, "DI": {"between": [0.8, 1.25]}, "AD": 0.1},
    "instances": {"type": "ml.m5.xlarge", "volume_gib": 50},
}
_TRAINING: dict[str, Any] = {
    "pattern": "training_jobs",
    "name_prefix": "ranker-",
    "escalate": {"after_failures": 3, "within_hours": 6, "severity": "critical"},
    "overdue": {"no_success_hours": 26, "severity": "warning"},
}
_DATA: dict[str, Any] = {
    "pattern": "data_quality",
    "endpoint": "ranker",
    "constraints": "s3://models/ranker/baseline/constraints.json",
    "statistics": "s3://models/ranker/baseline/statistics.json",
    "drift": {"age": 0.1},
}


def endpoint(**options: Any) -> dict[str, Any]:
    """The valid endpoint with other options; None removes one."""
    return _changed(_ENDPOINT, options)


def bias(**options: Any) -> dict[str, Any]:
    """The valid bias monitor with other options; None removes one."""
    return _changed(_BIAS, options)


def training(**options: Any) -> dict[str, Any]:
    """The valid monitor of training jobs with other options; None removes one."""
    return _changed(_TRAINING, options)


def data(**options: Any) -> dict[str, Any]:
    """The valid data monitor with other options; None removes one."""
    return _changed(_DATA, options)


def _changed(valid: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in {**deepcopy(valid), **options}.items() if value is not None}

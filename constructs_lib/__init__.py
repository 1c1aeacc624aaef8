"""Constructs that turn a short description of AI workloads into AWS monitoring.

    from constructs_lib import AnomalyMonitor, AnomalySpec, Notifications

Importing this package is cheap: a name loads what it needs when it is first used.
"""

import importlib
from typing import TYPE_CHECKING, Any

from constructs_lib import _fast_imports

_fast_imports.install()

if TYPE_CHECKING:
    from constructs_lib.alarms.alarm import Alarm, AllOf, Band, Evaluate, Math, Threshold
    from constructs_lib.alarms.metric import Metric
    from constructs_lib.alarms.routing import Routing
    from constructs_lib.app import synthesise
    from constructs_lib.aws.environment import Environment
    from constructs_lib.config.config import Config, StackSpec
    from constructs_lib.config.loader import load
    from constructs_lib.config.waiver import Waiver
    from constructs_lib.errors import ConfigError, MonitoringError, Problem
    from constructs_lib.options.notifications import NotificationsSpec, Receiver
    from constructs_lib.patterns.anomaly.construct import AnomalyMonitor
    from constructs_lib.patterns.anomaly.spec import AnomalySpec
    from constructs_lib.patterns.data_quality.construct import DataQualityMonitor
    from constructs_lib.patterns.data_quality.spec import DataQualitySpec
    from constructs_lib.patterns.gpu_fleet import GpuFleetSpec
    from constructs_lib.patterns.gpu_fleet.construct import GpuFleet
    from constructs_lib.patterns.log_pattern import LogPatternSpec
    from constructs_lib.patterns.log_pattern.construct import LogPatternMonitor
    from constructs_lib.patterns.model_api import ModelApiSpec
    from constructs_lib.patterns.model_api.construct import ModelApi
    from constructs_lib.patterns.model_bias import ModelBiasSpec
    from constructs_lib.patterns.model_bias.construct import ModelBiasMonitor
    from constructs_lib.patterns.model_endpoint import ModelEndpointSpec
    from constructs_lib.patterns.model_endpoint.construct import ModelEndpoint
    from constructs_lib.patterns.threshold.construct import ThresholdMonitor
    from constructs_lib.patterns.threshold.spec import ThresholdSpec
    from constructs_lib.patterns.training_jobs.construct import TrainingJobsMonitor
    from constructs_lib.patterns.training_jobs.spec import TrainingJobsSpec
    from constructs_lib.resources.alarms import AlarmSet
    from constructs_lib.resources.notifications import Notifications
    from constructs_lib.stack import MonitoringStack
    from constructs_lib.validation import enforce

_HOMES = {
    "Alarm": "alarms.alarm",
    "AlarmSet": "resources.alarms",
    "AllOf": "alarms.alarm",
    "AnomalyMonitor": "patterns.anomaly.construct",
    "AnomalySpec": "patterns.anomaly.spec",
    "Band": "alarms.alarm",
    "Config": "config.config",
    "ConfigError": "errors",
    "DataQualityMonitor": "patterns.data_quality.construct",
    "DataQualitySpec": "patterns.data_quality.spec",
    "Environment": "aws.environment",
    "Evaluate": "alarms.alarm",
    "GpuFleet": "patterns.gpu_fleet.construct",
    "GpuFleetSpec": "patterns.gpu_fleet.spec",
    "LogPatternMonitor": "patterns.log_pattern.construct",
    "LogPatternSpec": "patterns.log_pattern.spec",
    "Math": "alarms.alarm",
    "Metric": "alarms.metric",
    "ModelApi": "patterns.model_api.construct",
    "ModelApiSpec": "patterns.model_api.spec",
    "ModelBiasMonitor": "patterns.model_bias.construct",
    "ModelBiasSpec": "patterns.model_bias.spec",
    "ModelEndpoint": "patterns.model_endpoint.construct",
    "ModelEndpointSpec": "patterns.model_endpoint.spec",
    "MonitoringError": "errors",
    "MonitoringStack": "stack",
    "Notifications": "resources.notifications",
    "NotificationsSpec": "options.notifications",
    "Problem": "errors",
    "Receiver": "options.notifications",
    "Routing": "alarms.routing",
    "StackSpec": "config.config",
    "Threshold": "alarms.alarm",
    "ThresholdMonitor": "patterns.threshold.construct",
    "ThresholdSpec": "patterns.threshold.spec",
    "TrainingJobsMonitor": "patterns.training_jobs.construct",
    "TrainingJobsSpec": "patterns.training_jobs.spec",
    "Waiver": "config.waiver",
    "enforce": "validation",
    "load": "config.loader",
    "synthesise": "app",
}

__all__ = [  # written out for type checkers and editors; a test holds it against _HOMES
    "Alarm",
    "AlarmSet",
    "AllOf",
    "AnomalyMonitor",
    "AnomalySpec",
    "Band",
    "Config",
    "ConfigError",
    "DataQualityMonitor",
    "DataQualitySpec",
    "Environment",
    "Evaluate",
    "GpuFleet",
    "GpuFleetSpec",
    "LogPatternMonitor",
    "LogPatternSpec",
    "Math",
    "Metric",
    "ModelApi",
    "ModelApiSpec",
    "ModelBiasMonitor",
    "ModelBiasSpec",
    "ModelEndpoint",
    "ModelEndpointSpec",
    "MonitoringError",
    "MonitoringStack",
    "Notifications",
    "NotificationsSpec",
    "Problem",
    "Receiver",
    "Routing",
    "StackSpec",
    "Threshold",
    "ThresholdMonitor",
    "ThresholdSpec",
    "TrainingJobsMonitor",
    "TrainingJobsSpec",
    "Waiver",
    "enforce",
    "load",
    "synthesise",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

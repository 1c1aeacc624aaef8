"""Constructs that turn a short description of AI workloads into AWS monitoring.

    from constructs_lib import AnomalyMonitor, AnomalySpec, Notifications

Importing this package is cheap: a name loads what it needs when it is first used.
"""

import importlib
from typing import TYPE_CHECKING, Any

from constructs_lib import _fast_imports

_fast_imports.install()

if TYPE_CHECKING:
    from constructs_lib.app import synthesise
    from constructs_lib.errors import ConfigError, MonitoringError, Problem
    from constructs_lib.patterns.anomaly import AnomalyMonitor
    from constructs_lib.patterns.data_quality import DataQualityMonitor
    from constructs_lib.patterns.gpu_fleet import GpuFleet
    from constructs_lib.patterns.log_pattern import LogPatternMonitor
    from constructs_lib.patterns.model_api import ModelApi
    from constructs_lib.patterns.model_bias import ModelBiasMonitor
    from constructs_lib.patterns.model_endpoint import ModelEndpoint
    from constructs_lib.patterns.threshold import ThresholdMonitor
    from constructs_lib.patterns.training_jobs import TrainingJobsMonitor
    from constructs_lib.resources.alarms import AlarmSet
    from constructs_lib.resources.notifications import Notifications
    from constructs_lib.signals.alarm import Alarm, AllOf, Band, Evaluate, Math, Threshold
    from constructs_lib.signals.environment import Environment
    from constructs_lib.signals.metric import Metric
    from constructs_lib.signals.routing import Routing
    from constructs_lib.spec.anomaly import AnomalySpec
    from constructs_lib.spec.config import Config, StackSpec
    from constructs_lib.spec.data_quality import DataQualitySpec
    from constructs_lib.spec.gpu_fleet import GpuFleetSpec
    from constructs_lib.spec.loader import load
    from constructs_lib.spec.log_pattern import LogPatternSpec
    from constructs_lib.spec.model_api import ModelApiSpec
    from constructs_lib.spec.model_bias import ModelBiasSpec
    from constructs_lib.spec.model_endpoint import ModelEndpointSpec
    from constructs_lib.spec.notifications import NotificationsSpec, Receiver
    from constructs_lib.spec.threshold import ThresholdSpec
    from constructs_lib.spec.training_jobs import TrainingJobsSpec
    from constructs_lib.spec.waiver import Waiver
    from constructs_lib.stack import MonitoringStack
    from constructs_lib.validation import enforce

_HOMES = {
    "Alarm": "signals.alarm",
    "AlarmSet": "resources.alarms",
    "AllOf": "signals.alarm",
    "AnomalyMonitor": "patterns.anomaly",
    "AnomalySpec": "spec.anomaly",
    "Band": "signals.alarm",
    "Config": "spec.config",
    "ConfigError": "errors",
    "DataQualityMonitor": "patterns.data_quality",
    "DataQualitySpec": "spec.data_quality",
    "Environment": "signals.environment",
    "Evaluate": "signals.alarm",
    "GpuFleet": "patterns.gpu_fleet",
    "GpuFleetSpec": "spec.gpu_fleet",
    "LogPatternMonitor": "patterns.log_pattern",
    "LogPatternSpec": "spec.log_pattern",
    "Math": "signals.alarm",
    "Metric": "signals.metric",
    "ModelApi": "patterns.model_api",
    "ModelApiSpec": "spec.model_api",
    "ModelBiasMonitor": "patterns.model_bias",
    "ModelBiasSpec": "spec.model_bias",
    "ModelEndpoint": "patterns.model_endpoint",
    "ModelEndpointSpec": "spec.model_endpoint",
    "MonitoringError": "errors",
    "MonitoringStack": "stack",
    "Notifications": "resources.notifications",
    "NotificationsSpec": "spec.notifications",
    "Problem": "errors",
    "Receiver": "spec.notifications",
    "Routing": "signals.routing",
    "StackSpec": "spec.config",
    "Threshold": "signals.alarm",
    "ThresholdMonitor": "patterns.threshold",
    "ThresholdSpec": "spec.threshold",
    "TrainingJobsMonitor": "patterns.training_jobs",
    "TrainingJobsSpec": "spec.training_jobs",
    "Waiver": "spec.waiver",
    "enforce": "validation",
    "load": "spec.loader",
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

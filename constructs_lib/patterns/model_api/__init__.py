"""The pattern `model_api`: what a user may say about an API in front of models."""

from __future__ import annotations

from constructs_lib.options.retained import log_group
from constructs_lib.patterns.model_api import alarms
from constructs_lib.patterns.model_api.options.alarm_options import ApiAlarms
from constructs_lib.patterns.model_api.options.authorization import ApiKey, Authorization, Cognito, Iam, Nobody
from constructs_lib.patterns.model_api.options.existing import ExistingApi, WatchedRoute
from constructs_lib.patterns.model_api.options.reach import Reach
from constructs_lib.patterns.model_api.options.route import RequestRules, Route, Throttle
from constructs_lib.patterns.model_api.spec import ACCOUNT_ROLE, AccessLog, ModelApiSpec
from constructs_lib.patterns.pattern import MonitorPattern

__all__ = [
    "ACCOUNT_ROLE",
    "PATTERN",
    "AccessLog",
    "ApiAlarms",
    "ApiKey",
    "Authorization",
    "Cognito",
    "ExistingApi",
    "Iam",
    "ModelApiSpec",
    "Nobody",
    "Reach",
    "RequestRules",
    "Route",
    "Throttle",
    "WatchedRoute",
]

PATTERN = MonitorPattern(
    spec=ModelApiSpec,
    alarms=alarms.alarms,
    retains={**log_group("stage/access-log"), **log_group("stage/execution-log")},
    construct="constructs_lib.patterns.model_api.construct:ModelApi",
)

"""The pattern `model_api`: what a user may say about an API in front of models."""

from __future__ import annotations

from constructs_lib.spec.model_api.alarms import ApiAlarms
from constructs_lib.spec.model_api.authorization import ApiKey, Authorization, Cognito, Iam, Nobody
from constructs_lib.spec.model_api.reach import Reach
from constructs_lib.spec.model_api.route import RequestRules, Route, Throttle
from constructs_lib.spec.model_api.spec import ACCOUNT_ROLE, AccessLog, ModelApiSpec

__all__ = [
    "ACCOUNT_ROLE",
    "AccessLog",
    "ApiAlarms",
    "ApiKey",
    "Authorization",
    "Cognito",
    "Iam",
    "ModelApiSpec",
    "Nobody",
    "Reach",
    "RequestRules",
    "Route",
    "Throttle",
]

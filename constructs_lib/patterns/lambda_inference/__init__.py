"""The pattern `lambda_inference`: a Lambda function that runs a model, or calls one."""

from constructs_lib.patterns.lambda_inference import alarms
from constructs_lib.patterns.lambda_inference.spec import LambdaAlarms, LambdaInferenceSpec
from constructs_lib.patterns.pattern import MonitorPattern

__all__ = ["PATTERN", "LambdaAlarms", "LambdaInferenceSpec"]

PATTERN = MonitorPattern(
    spec=LambdaInferenceSpec,
    alarms=alarms.alarms,
    construct="constructs_lib.patterns.lambda_inference.construct:LambdaInferenceMonitor",
)

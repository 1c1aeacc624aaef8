"""The pattern `model_endpoint`: a SageMaker endpoint, or the alarms on one that is there already."""

from constructs_lib.options.retained import bucket
from constructs_lib.patterns.model_endpoint import alarms
from constructs_lib.patterns.model_endpoint.options import (
    Capture,
    Deployment,
    EndpointAlarms,
    EndpointScaling,
    Instances,
    ModelArtifact,
    Serverless,
)
from constructs_lib.patterns.model_endpoint.spec import ModelEndpointSpec
from constructs_lib.patterns.pattern import MonitorPattern

__all__ = [
    "PATTERN",
    "Capture",
    "Deployment",
    "EndpointAlarms",
    "EndpointScaling",
    "Instances",
    "ModelArtifact",
    "ModelEndpointSpec",
    "Serverless",
]

PATTERN = MonitorPattern(
    spec=ModelEndpointSpec,
    alarms=alarms.alarms,
    retains=bucket("capture/bucket"),
    construct="constructs_lib.patterns.model_endpoint.construct:ModelEndpoint",
)

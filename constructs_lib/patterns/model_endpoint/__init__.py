"""The pattern `model_endpoint`: a SageMaker endpoint, or the alarms on one that is there already."""

from constructs_lib.patterns.model_endpoint.alarms import EndpointAlarms
from constructs_lib.patterns.model_endpoint.options import (
    Capture,
    Deployment,
    Instances,
    ModelArtifact,
    Scaling,
    Serverless,
)
from constructs_lib.patterns.model_endpoint.spec import ModelEndpointSpec

__all__ = [
    "Capture",
    "Deployment",
    "EndpointAlarms",
    "Instances",
    "ModelArtifact",
    "ModelEndpointSpec",
    "Scaling",
    "Serverless",
]

"""The pattern `data_quality`: what an endpoint is asked no longer looks like what its model was trained on."""

from constructs_lib.patterns.data_quality.spec import DataQualitySpec

__all__ = ["DataQualitySpec"]

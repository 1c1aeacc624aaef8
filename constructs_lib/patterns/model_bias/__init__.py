"""The pattern `model_bias`: a model that treats some people differently from everyone else."""

from constructs_lib.patterns.model_bias.options import Facet, Label, Limit
from constructs_lib.patterns.model_bias.spec import ModelBiasSpec

__all__ = ["Facet", "Label", "Limit", "ModelBiasSpec"]

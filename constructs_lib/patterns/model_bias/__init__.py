"""The pattern `model_bias`: a model that treats some people differently from everyone else."""

from constructs_lib.options.retained import bucket
from constructs_lib.patterns.model_bias import alarms
from constructs_lib.patterns.model_bias.options import Facet, Label, Limit
from constructs_lib.patterns.model_bias.spec import ModelBiasSpec
from constructs_lib.patterns.pattern import MonitorPattern

__all__ = ["PATTERN", "Facet", "Label", "Limit", "ModelBiasSpec"]

PATTERN = MonitorPattern(
    spec=ModelBiasSpec,
    alarms=alarms.alarms,
    retains=bucket("job/reports/bucket"),
    construct="constructs_lib.patterns.model_bias.construct:ModelBiasMonitor",
)

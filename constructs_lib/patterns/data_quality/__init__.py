"""The pattern `data_quality`: what an endpoint is asked no longer looks like what its model was trained on."""

from constructs_lib.options.retained import bucket
from constructs_lib.patterns.data_quality import alarms
from constructs_lib.patterns.data_quality.spec import DataQualitySpec
from constructs_lib.patterns.pattern import MonitorPattern

__all__ = ["PATTERN", "DataQualitySpec"]

PATTERN = MonitorPattern(
    spec=DataQualitySpec,
    alarms=alarms.alarms,
    retains=bucket("job/reports/bucket"),
    construct="constructs_lib.patterns.data_quality.construct:DataQualityMonitor",
)

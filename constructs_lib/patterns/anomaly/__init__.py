"""The pattern `anomaly`: a metric leaves the band CloudWatch has learnt for it."""

from constructs_lib.patterns.anomaly import alarms
from constructs_lib.patterns.anomaly.spec import AnomalySpec
from constructs_lib.patterns.pattern import MonitorPattern

__all__ = ["PATTERN", "AnomalySpec"]

PATTERN = MonitorPattern(
    spec=AnomalySpec,
    alarms=alarms.alarms,
    construct="constructs_lib.patterns.anomaly.construct:AnomalyMonitor",
)

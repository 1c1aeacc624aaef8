"""The pattern `threshold`: one metric, a metric-math expression, or a fleet, against a limit you set."""

from constructs_lib.patterns.pattern import MonitorPattern
from constructs_lib.patterns.threshold import alarms
from constructs_lib.patterns.threshold.spec import ThresholdSpec

__all__ = ["PATTERN", "ThresholdSpec"]

PATTERN = MonitorPattern(
    spec=ThresholdSpec,
    alarms=alarms.alarms,
    construct="constructs_lib.patterns.threshold.construct:ThresholdMonitor",
)

"""The pattern `log_pattern`: lines in a log that someone wants to hear of."""

from constructs_lib.patterns.log_pattern import alarms
from constructs_lib.patterns.log_pattern.options import Examples, LogAlarm
from constructs_lib.patterns.log_pattern.spec import LogPatternSpec
from constructs_lib.patterns.pattern import MonitorPattern

__all__ = ["PATTERN", "Examples", "LogAlarm", "LogPatternSpec"]

PATTERN = MonitorPattern(
    spec=LogPatternSpec,
    alarms=alarms.alarms,
    construct="constructs_lib.patterns.log_pattern.construct:LogPatternMonitor",
)

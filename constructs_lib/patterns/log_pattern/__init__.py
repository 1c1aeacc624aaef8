"""The pattern `log_pattern`: lines in a log that someone wants to hear of."""

from constructs_lib.options.retained import bucket, log_group
from constructs_lib.patterns.log_pattern import alarms
from constructs_lib.patterns.log_pattern.options import Examples, LogAlarm
from constructs_lib.patterns.log_pattern.spec import LogPatternSpec
from constructs_lib.patterns.pattern import MonitorPattern

__all__ = ["PATTERN", "Examples", "LogAlarm", "LogPatternSpec"]

PATTERN = MonitorPattern(
    spec=LogPatternSpec,
    alarms=alarms.alarms,
    retains={
        **log_group("log-group"),
        "data-protection": "aws_cloudwatch_log_data_protection_policy",
        **log_group("archive/errors"),
        "archive/error-stream": "aws_cloudwatch_log_stream",
        **bucket("archive/bucket"),
    },
    construct="constructs_lib.patterns.log_pattern.construct:LogPatternMonitor",
)

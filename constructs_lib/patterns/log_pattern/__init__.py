"""The pattern `log_pattern`: lines in a log that somebody wants to hear of."""

from constructs_lib.patterns.log_pattern.options import Examples, LogAlarm
from constructs_lib.patterns.log_pattern.spec import LogPatternSpec

__all__ = ["Examples", "LogAlarm", "LogPatternSpec"]

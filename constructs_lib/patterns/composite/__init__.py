"""The pattern `composite`: one alarm on the states of others."""

from constructs_lib.patterns.composite import alarms
from constructs_lib.patterns.composite.spec import CompositeSpec
from constructs_lib.patterns.pattern import MonitorPattern

__all__ = ["PATTERN", "CompositeSpec"]

PATTERN = MonitorPattern(
    spec=CompositeSpec,
    alarms=alarms.alarms,
    construct="constructs_lib.patterns.composite.construct:CompositeMonitor",
)

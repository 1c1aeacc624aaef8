"""The pattern `recommended`: the alarms that AWS recommends for a resource."""

from constructs_lib.patterns.pattern import MonitorPattern
from constructs_lib.patterns.recommended import alarms
from constructs_lib.patterns.recommended.spec import RecommendedSpec

__all__ = ["PATTERN", "RecommendedSpec"]

PATTERN = MonitorPattern(
    spec=RecommendedSpec,
    alarms=alarms.alarms,
    construct="constructs_lib.patterns.recommended.construct:RecommendedAlarms",
)

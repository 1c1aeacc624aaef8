"""The pattern `slo`: a service level objective, and alarms on how fast its error budget is spent."""

from constructs_lib.patterns.pattern import MonitorPattern
from constructs_lib.patterns.slo import alarms
from constructs_lib.patterns.slo.options import CountMetric, OutcomesLink, Within
from constructs_lib.patterns.slo.spec import SloSpec

__all__ = ["PATTERN", "CountMetric", "OutcomesLink", "SloSpec", "Within"]

PATTERN = MonitorPattern(
    spec=SloSpec,
    alarms=alarms.alarms,
    figures=alarms.figures,
    construct="constructs_lib.patterns.slo.construct:SloMonitor",
)

"""The pattern `gpu_fleet`: GPU instances that scale on GPU metrics, and say so when they can't."""

from constructs_lib.patterns.gpu_fleet import alarms
from constructs_lib.patterns.gpu_fleet.options.alarm_options import AlarmOptions, Idle
from constructs_lib.patterns.gpu_fleet.options.existing import ExistingFleet
from constructs_lib.patterns.gpu_fleet.options.instances import Lifecycle, Refresh, RootVolume
from constructs_lib.patterns.gpu_fleet.options.metric import OwnMetric
from constructs_lib.patterns.gpu_fleet.options.scaling import Predictive, Scaling, StepIn, StepOut, Steps, Target
from constructs_lib.patterns.gpu_fleet.options.schedule import ScheduledSize
from constructs_lib.patterns.gpu_fleet.options.size import PartialSize, Size, Spot
from constructs_lib.patterns.gpu_fleet.spec import GpuFleetSpec
from constructs_lib.patterns.pattern import MonitorPattern

__all__ = [
    "PATTERN",
    "AlarmOptions",
    "ExistingFleet",
    "GpuFleetSpec",
    "Idle",
    "Lifecycle",
    "OwnMetric",
    "PartialSize",
    "Predictive",
    "Refresh",
    "RootVolume",
    "Scaling",
    "ScheduledSize",
    "Size",
    "Spot",
    "StepIn",
    "StepOut",
    "Steps",
    "Target",
]

PATTERN = MonitorPattern(
    spec=GpuFleetSpec,
    alarms=alarms.alarms,
    construct="constructs_lib.patterns.gpu_fleet.construct:GpuFleet",
)

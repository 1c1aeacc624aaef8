"""The pattern `gpu_fleet`: GPU instances that scale on GPU metrics, and say so when they can't."""

from constructs_lib.patterns.gpu_fleet.options.alarm_options import AlarmOptions, Idle
from constructs_lib.patterns.gpu_fleet.options.instances import Lifecycle, Refresh, RootVolume
from constructs_lib.patterns.gpu_fleet.options.metric import OwnMetric
from constructs_lib.patterns.gpu_fleet.options.scaling import Predictive, Scaling, StepIn, StepOut, Steps, Target
from constructs_lib.patterns.gpu_fleet.options.schedule import ScheduledSize
from constructs_lib.patterns.gpu_fleet.options.size import PartialSize, Size, Spot
from constructs_lib.patterns.gpu_fleet.spec import GpuFleetSpec

__all__ = [
    "AlarmOptions",
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

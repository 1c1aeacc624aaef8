"""The pattern `gpu_fleet`: GPU instances that scale on GPU metrics, and say so when they can't."""

from constructs_lib.spec.gpu_fleet.alarm_options import AlarmOptions, Idle
from constructs_lib.spec.gpu_fleet.fleet import GpuFleetSpec
from constructs_lib.spec.gpu_fleet.instances import Lifecycle, Refresh, RootVolume
from constructs_lib.spec.gpu_fleet.metric import OwnMetric
from constructs_lib.spec.gpu_fleet.scaling import Predictive, Scaling, StepIn, StepOut, Steps, Target
from constructs_lib.spec.gpu_fleet.schedule import ScheduledSize
from constructs_lib.spec.gpu_fleet.size import PartialSize, Size, Spot

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

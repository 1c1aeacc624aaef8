"""The alarms of a GPU fleet: those that people hear of, and those that only call a scaling policy."""

from __future__ import annotations

import math
from collections.abc import Iterator

from constructs_lib.alarms import cloudwatch_agent
from constructs_lib.alarms.alarm import Evaluate, Math
from constructs_lib.alarms.duty import Scales
from constructs_lib.alarms.row import Past, Row, above, at_least, at_most, below, every, series, table
from constructs_lib.patterns.gpu_fleet.options.instances import DEFAULT_WARMUP_SECONDS, known_types
from constructs_lib.patterns.gpu_fleet.spec import GpuFleetSpec
from constructs_lib.references import known
from constructs_lib.units import duration, number, plain

PERIOD_SECONDS = 300
SCALE_OUT, SCALE_IN = every(3), every(15)
"""Minutes before a step policy is called: quick to add, slow to remove, as AWS's own target tracking does it."""

SATURATED = every(3)
"""Periods of five minutes: a burst passes."""
FULL, HOT = every(15), Evaluate(breaching=10, of=20)
"""Minutes: a job that loads its model fills the memory for a moment. One minute of a long period would stand for all of
it, where the largest value counts."""

CAPACITY_MINUTES = 15
"""An instance is in service a minute or two after it is wanted, unless AWS has none."""

REPORTING_PERCENT = 50
"""Below this share of GPUs that report, the figures of the fleet are those of too few of them."""


@table
def alarms(spec: GpuFleetSpec, name: str) -> Iterator[Row]:
    """What people hear of, then what only calls a scaling policy."""
    limits, idle, steps, agent = spec.alarms, spec.alarms.idle, spec.scaling.steps, spec.has_agent
    called, group, measured = spec.called(name), spec.group(name), spec.is_measured
    level, fleet, in_fleet = spec.busy_percent, f"GPU fleet {called}", f"In GPU fleet {called},"
    machines = "instances" if group is not None else "tasks"
    reporting, too_few, silence = _reporting(spec, name)
    capacity, silent = every(_capacity_minutes(spec)), every(_silent_periods(spec))
    fullest, memory = _memory(spec, name)
    busy, busy_minute = (spec.utilization(name, "Average", seconds) for seconds in (PERIOD_SECONDS, 60))
    # fmt: off
    if group is not None:
        yield Row("saturated", _at_maximum(spec, name, level), at_least(1), SATURATED, missing="missing",
            says=f"{fleet} has been at its maximum size, with its GPUs busy at {number(level)} % or more, "
                 f"for {_long(SATURATED)}",
            impact="There is nothing left to add: work queues up, or is turned away",
            first_step="Raise size.max if the load is real and the quota allows it; else find what sends so much")
    yield Row("capacity", _wanted(spec, name), above(0), capacity, missing="missing",
        says=f"{fleet} has wanted more {machines} than are {_THERE[machines]} for {_long(capacity, 60)}",
        impact="The load is there and the GPUs are not: AWS has none of these types left, a quota is full, "
               f"or new {machines} fail",
        first_step="Open the group's activity history for the reason; then add instance types or subnets, "
                   "or ask for a higher quota" if group is not None else
                   "Read the service's events: no GPU left in the cluster, or tasks that stop")
    if measured:
        yield Row("silent", reporting, too_few, silent, missing="missing",
            says=f"{fleet} has {machines} {_THERE[machines]}, and {silence}, for {_long(silent)}",
            impact="The fleet scales on figures that are missing, and its other alarms sleep",
            first_step="On an instance, look at `amazon-cloudwatch-agent-ctl -a status` and `nvidia-smi`" if agent
                       else "Look at what publishes the metric on an instance, and at its dimensions")
    if spec.existing is not None:
        yield Row("unmeasured", _counted(spec, name), below(0), every(3),
            says=f"No one has counted the {machines} of {fleet} for {_long(every(3))}",
            impact="Its other alarms wait for figures that are not published",
            first_step=_SWITCH[machines])
    if idle is not None and measured:
        yield Row("idle", busy, below(idle.below_percent, "%"), every(idle.for_minutes * 60 // PERIOD_SECONDS),
            idle.severity, missing="not_breaching",  # no instance, no cost
            says=f"The GPUs of fleet {called} have been below {number(idle.below_percent)} % utilisation "
                 f"for {duration(idle.for_minutes * 60)}",
            impact="They cost money and do nothing",
            first_step="Look whether a job hangs or work no longer arrives; else lower size.min, or schedule it down")
    if agent and limits.memory_percent is not None:
        yield Row("memory", memory, above(limits.memory_percent, "%"), FULL,
            says=f"{in_fleet} {fullest} has been above {number(limits.memory_percent)} % for {_long(FULL, 60)}",
            impact="The next allocation fails with out of memory, and the job with it",
            first_step="Look at the last change of model, batch size or context length; "
                       "`nvidia-smi` shows who uses what")
    if agent and limits.temperature_celsius is not None:
        hottest = cloudwatch_agent.metric("temperature_gpu", group or name, "Maximum", 60)
        yield Row("temperature", hottest, above(limits.temperature_celsius, "°C"), HOT,
            says=f"{in_fleet} the hottest GPU has been above {number(limits.temperature_celsius)} °C "
                 f"for {number(HOT.breaching)} of the last {number(HOT.of)} minutes",
            impact="It slows down to save itself, and may fail",
            first_step="Find the instance with `nvidia-smi -q -d TEMPERATURE,PERFORMANCE` and replace it; "
                       "AWS cools it, you can't")
    # Target tracking has AWS make its own alarms, and predictive scaling needs none. To "missing", one value followed
    # by silence is as good as a breach in every minute: a fleet whose agent dies while it happens to be idle would
    # shrink.
    if steps is not None and steps.scale_out:
        yield Row("scale-out", busy_minute, at_least(steps.scale_out[0].at, "%"), SCALE_OUT,
            duty=Scales(f"adds {_amounts([step.add for step in steps.scale_out])}"),
            says=f"The GPUs of fleet {called} have been at {number(steps.scale_out[0].at)} % utilisation or more "
                 f"for {_long(SCALE_OUT, 60)}",
            impact="The fleet adjusts its size to the load", first_step="Nothing: this is not a fault")
    if steps is not None and steps.scale_in:
        yield Row("scale-in", busy_minute, at_most(steps.scale_in[0].at, "%"), SCALE_IN, missing="not_breaching",
            duty=Scales(f"removes {_amounts([step.remove for step in steps.scale_in])}"),
            says=f"The GPUs of fleet {called} have been at {number(steps.scale_in[0].at)} % utilisation or less "
                 f"for {_long(SCALE_IN, 60)}",
            impact="The fleet adjusts its size to the load", first_step="Nothing: this is not a fault")
    # fmt: on


def _long(window: Evaluate, period_seconds: int = PERIOD_SECONDS) -> str:
    return duration(window.of * period_seconds)


_THERE = {"instances": "in service", "tasks": "running"}
_SWITCH = {
    "instances": "Switch on the group's metrics (EnableMetricsCollection, 1Minute); if they are on, look whether the "
    "group still has this name",
    "tasks": "Switch on Container Insights in the cluster; if it is on, look whether the service still has this name",
}


def _at_maximum(spec: GpuFleetSpec, name: str, level: float) -> Math:
    of_group = series("AWS/AutoScaling", {cloudwatch_agent.GROUP: spec.group(name) or name}, PERIOD_SECONDS)
    return Math(
        expression=f"IF(desired >= largest AND busy >= {plain(level)}, 1, 0)",
        metrics={
            "desired": of_group("GroupDesiredCapacity", "Minimum"),
            "largest": of_group("GroupMaxSize", "Maximum"),
            "busy": spec.utilization(name, "Average", PERIOD_SECONDS),
        },
        label="1 while the group is at its maximum size and its GPUs are busy",
    )


def _wanted(spec: GpuFleetSpec, name: str) -> Math:
    metrics = {key: spec.size_metric(name, key, seconds=60) for key in ("desired", "in_service")}
    machines = "instances wanted and not in service" if spec.group(name) is not None else "tasks wanted and not running"
    return Math(expression="desired - in_service", metrics=metrics, label=machines)


def _counted(spec: GpuFleetSpec, name: str) -> Math:
    """How many there are, or -1 where no one says so."""
    metrics = {"in_service": spec.size_metric(name, "in_service", seconds=PERIOD_SECONDS)}
    return Math(expression="FILL(in_service, -1)", metrics=metrics, label="how many there are, -1 where no one counts")


def _capacity_minutes(spec: GpuFleetSpec) -> int:
    return CAPACITY_MINUTES + math.ceil(known(spec.lifecycle.launching_seconds, 0) / 60)


def _silent_periods(spec: GpuFleetSpec) -> int:
    """An instance is in service before its agent is."""
    return math.ceil(known(spec.warmup_seconds, DEFAULT_WARMUP_SECONDS) / PERIOD_SECONDS) + 2


def _reporting(spec: GpuFleetSpec, name: str) -> tuple[Math, Past | None, str]:
    """How many GPUs report, when these are too few, and that in words.

    A group without instances is silent by right; its own metrics say so, for they never stop.
    """
    metrics = {
        "in_service": spec.size_metric(name, "in_service", seconds=PERIOD_SECONDS),
        "reports": spec.utilization(name, "SampleCount", PERIOD_SECONDS),
    }
    if spec.metric is not None:
        watch = Math(
            expression="IF(in_service > 0, FILL(reports, 0), 1)",
            metrics=metrics,
            label="values of the GPU metric while instances are in service",
        )
        return watch, below(1), "no value of its GPU metric arrives"
    gpus = min((known.gpus for known in known_types(spec.instance_types)), default=1)
    expected = gpus * PERIOD_SECONDS // cloudwatch_agent.INTERVAL_SECONDS
    watch = Math(
        expression=f"IF(in_service > 0, 100 * FILL(reports, 0) / (in_service * {expected}), 100)",
        metrics=metrics,
        label="GPUs that report, in percent of those in service",
    )
    return watch, below(REPORTING_PERCENT, "%"), f"fewer than {REPORTING_PERCENT} % of its GPUs report"


def _memory(spec: GpuFleetSpec, name: str) -> tuple[str, Math]:
    """With GPUs of one size, the fullest one; of several sizes, the least free memory and the largest differ in GPU.

    What is not free, and not what is used: of that the driver's reserve, one to three percent, is never a part, so that
    a full GPU would not reach a high limit (nvidia-smi(1), "FB Memory Usage").
    """
    sizes = [known.memory_mib for known in known_types(spec.instance_types)]
    one_size = len(spec.instance_types) == 1 or (len(sizes) == len(spec.instance_types) and len({*sizes}) == 1)
    least, most = ("Minimum", "Maximum") if one_size else ("Average", "Average")
    watch = Math(
        expression="100 * (total - free) / total",
        metrics={
            "free": cloudwatch_agent.metric("memory_free", spec.group(name) or name, least, 60),
            "total": cloudwatch_agent.metric("memory_total", spec.group(name) or name, most, 60),
        },
        label="GPU memory in use, in percent",
    )
    return ("the fullest GPU's memory" if one_size else "the GPUs' memory in all"), watch


def _amounts(changes: list[int]) -> str:
    words = [number(change) for change in dict.fromkeys(changes)]
    amount = words[0] if len(words) == 1 else f"{words[0]} to {words[-1]}"
    return f"{amount} instance{'' if words == ['1'] else 's'}"

"""The alarms of a GPU fleet: those that people hear of, and those that only call a scaling policy."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from constructs_lib.alarms import cloudwatch_agent
from constructs_lib.alarms.alarm import Alarm, Evaluate, Math, Threshold
from constructs_lib.alarms.metric import Metric
from constructs_lib.aws.names import join
from constructs_lib.patterns.gpu_fleet.options.instances import DEFAULT_WARMUP_SECONDS, known_types
from constructs_lib.references import is_reference, known
from constructs_lib.units import duration, number, plain

if TYPE_CHECKING:
    from constructs_lib.patterns.gpu_fleet.spec import GpuFleetSpec

PERIOD_SECONDS = 300
SCALE_OUT = Evaluate(breaching=3, of=3)
SCALE_IN = Evaluate(breaching=15, of=15)
"""Minutes before a step policy is called: quick to add, slow to remove, as AWS's own target tracking does it."""

SATURATED = Evaluate(breaching=3, of=3)
FULL = Evaluate(breaching=3, of=3)
HOT = Evaluate(breaching=2, of=2)
"""Periods of five minutes: a burst passes, a job that loads its model fills the memory for a moment."""

CAPACITY_MINUTES = 15
"""An instance is in service a minute or two after it is wanted, unless AWS has none."""

REPORTING_PERCENT = 50
"""Below this share of GPUs that report, the figures of the fleet are those of too few of them."""


def table(spec: GpuFleetSpec, name: str, runbook: str | None) -> tuple[Alarm, ...]:
    """Every alarm of a fleet."""
    row = partial(spec.row, runbook=runbook)
    people = [
        _saturated(spec, name, row),
        _capacity(spec, name, row),
        _silent(spec, name, row),
        *_idle(spec, name, row),
        *_memory(spec, name, row),
        *_temperature(spec, name, row),
    ]
    return (*people, *_scaling(spec, name, row))


def _group(metric: str, group: str, statistic: str, period_seconds: int = PERIOD_SECONDS) -> Metric:
    return Metric(
        namespace="AWS/AutoScaling",
        name=metric,
        dimensions={cloudwatch_agent.GROUP: group},
        statistic=statistic,
        period_seconds=period_seconds,
    )


def _saturated(spec: GpuFleetSpec, name: str, row: partial[Alarm]) -> Alarm:
    level = spec.scaling.busy_percent
    condition = Threshold(
        watch=Math(
            expression=f"IF(desired >= largest AND busy >= {plain(level)}, 1, 0)",
            metrics={
                "desired": _group("GroupDesiredCapacity", name, "Minimum"),
                "largest": _group("GroupMaxSize", name, "Maximum"),
                "busy": spec.utilization(name, "Average", PERIOD_SECONDS),
            },
            label="1 while the group is at its maximum size and its GPUs are busy",
        ),
        comparison="at_least",
        limit=1,
    )
    return row(
        "saturated",
        join(name, "saturated"),
        summary=f"GPU fleet {name} has been at its maximum size, with its GPUs busy at {number(level)} % or more, "
        f"for {duration(SATURATED.of * PERIOD_SECONDS)}",
        impact="There is nothing left to add: work queues up, or is turned away",
        first_step="Raise size.max if the load is real and the quota allows it; else find what sends so much",
        condition=condition,
        evaluate=SATURATED,
    )


def _capacity(spec: GpuFleetSpec, name: str, row: partial[Alarm]) -> Alarm:
    held_back = spec.lifecycle.launching_seconds
    minutes = CAPACITY_MINUTES + math.ceil(known(held_back, 0) / 60)
    return row(
        "capacity",
        join(name, "capacity"),
        summary=f"GPU fleet {name} has wanted more instances than are in service for {duration(minutes * 60)}",
        impact="The load is there and the GPUs are not: AWS has none of these types left, a quota is full, "
        "or new instances fail",
        first_step="Open the group's activity history for the reason; then add instance types or subnets, "
        "or ask for a higher quota",
        condition=Threshold(
            watch=Math(
                expression="desired - in_service",
                metrics={
                    "desired": _group("GroupDesiredCapacity", name, "Average", 60),
                    "in_service": _group("GroupInServiceInstances", name, "Average", 60),
                },
                label="instances wanted and not in service",
            ),
            comparison="above",
            limit=0,
        ),
        evaluate=Evaluate(breaching=minutes, of=minutes),
    )


def _silent(spec: GpuFleetSpec, name: str, row: partial[Alarm]) -> Alarm:
    """A group without instances is silent by right; its own metrics say so, for they never stop."""
    warm_up = known(spec.warmup_seconds, DEFAULT_WARMUP_SECONDS)
    periods = math.ceil(warm_up / PERIOD_SECONDS) + 2  # an instance is in service before its agent is
    metrics = {
        "in_service": _group("GroupInServiceInstances", name, "Average"),
        "reports": spec.utilization(name, "SampleCount", PERIOD_SECONDS),
    }
    if spec.metric is None:
        gpus = min((known.gpus for known in known_types(spec.instance_types)), default=1)
        expected = gpus * PERIOD_SECONDS // cloudwatch_agent.INTERVAL_SECONDS
        watch = Math(
            expression=f"IF(in_service > 0, 100 * FILL(reports, 0) / (in_service * {expected}), 100)",
            metrics=metrics,
            label="GPUs that report, in percent of those in service",
        )
        what, limit, unit = f"fewer than {REPORTING_PERCENT} % of its GPUs report", REPORTING_PERCENT, "%"
    else:
        watch = Math(
            expression="IF(in_service > 0, FILL(reports, 0), 1)",
            metrics=metrics,
            label="values of the GPU metric while instances are in service",
        )
        what, limit, unit = "no value of its GPU metric arrives", 1, ""
    return row(
        "silent",
        join(name, "silent"),
        summary=f"GPU fleet {name} has instances in service, and {what}, for {duration(periods * PERIOD_SECONDS)}",
        impact="The fleet scales on figures that are missing, and its other alarms sleep",
        first_step="On an instance, look at `amazon-cloudwatch-agent-ctl -a status` and `nvidia-smi`"
        if spec.metric is None
        else "Look at what publishes the metric on an instance, and at its dimensions",
        condition=Threshold(watch=watch, comparison="below", limit=limit, unit=unit),
        evaluate=Evaluate(breaching=periods, of=periods),
    )


def _idle(spec: GpuFleetSpec, name: str, row: partial[Alarm]) -> Iterator[Alarm]:
    idle = spec.alarm_options.idle
    if idle is None:
        return
    periods = idle.for_minutes * 60 // PERIOD_SECONDS
    yield row(
        "idle",
        join(name, "idle"),
        severity=idle.severity,
        summary=f"The GPUs of fleet {name} have been below {number(idle.below_percent)} % utilisation "
        f"for {duration(idle.for_minutes * 60)}",
        impact="They cost money and do nothing",
        first_step="Look whether a job hangs or work no longer arrives; else lower size.min, or schedule it down",
        condition=Threshold(
            watch=spec.utilization(name, "Average", PERIOD_SECONDS),
            comparison="below",
            limit=idle.below_percent,
            unit="%",
        ),
        evaluate=Evaluate(breaching=periods, of=periods),
        missing_data="not_breaching",  # no instance, no cost
    )


def _memory(spec: GpuFleetSpec, name: str, row: partial[Alarm]) -> Iterator[Alarm]:
    """With GPUs of one size, the fullest one; of several sizes, the least free memory and the largest differ in GPU.

    What is not free, and not what is used: of that the driver's reserve, one to three percent, is never a part, so that
    a full GPU would not reach a high limit (nvidia-smi(1), "FB Memory Usage").
    """
    limit = spec.alarm_options.memory_percent
    if limit is None or spec.metric is not None:
        return
    sizes = {known.memory_mib for known in known_types(spec.instance_types)}
    unknown = is_reference(spec.instance_types)
    one_size = len(spec.instance_types) == 1 or (len(sizes) == 1 and not unknown)
    least, most = ("Minimum", "Maximum") if one_size else ("Average", "Average")
    which = "the fullest GPU's memory" if one_size else "the GPUs' memory in all"
    yield row(
        "memory",
        join(name, "memory"),
        summary=f"In GPU fleet {name}, {which} has been above {number(limit)} % "
        f"for {duration(FULL.of * PERIOD_SECONDS)}",
        impact="The next allocation fails with out of memory, and the job with it",
        first_step="Look at the last change of model, batch size or context length; `nvidia-smi` shows who uses what",
        condition=Threshold(
            watch=Math(
                expression="100 * (total - free) / total",
                metrics={
                    "free": cloudwatch_agent.metric("memory_free", name, least, PERIOD_SECONDS),
                    "total": cloudwatch_agent.metric("memory_total", name, most, PERIOD_SECONDS),
                },
                label="GPU memory in use, in percent",
            ),
            comparison="above",
            limit=limit,
            unit="%",
        ),
        evaluate=FULL,
        missing_data="not_breaching",  # silence has an alarm of its own
    )


def _temperature(spec: GpuFleetSpec, name: str, row: partial[Alarm]) -> Iterator[Alarm]:
    limit = spec.alarm_options.temperature_celsius
    if limit is None or spec.metric is not None:
        return
    yield row(
        "temperature",
        join(name, "temperature"),
        summary=f"In GPU fleet {name}, the hottest GPU has been above {number(limit)} °C "
        f"for {duration(HOT.of * PERIOD_SECONDS)}",
        impact="It slows down to save itself, and may fail",
        first_step="Find the instance with `nvidia-smi -q -d TEMPERATURE,PERFORMANCE` and replace it; "
        "AWS cools it, you can't",
        condition=Threshold(
            watch=cloudwatch_agent.metric("temperature_gpu", name, "Maximum", PERIOD_SECONDS),
            comparison="above",
            limit=limit,
            unit="°C",
        ),
        evaluate=HOT,
        missing_data="not_breaching",
    )


def _scaling(spec: GpuFleetSpec, name: str, row: partial[Alarm]) -> Iterator[Alarm]:
    """The alarms of step scaling; target tracking has AWS make its own, and predictive scaling needs none."""
    steps = spec.scaling.steps
    if steps is None:
        return
    busy = spec.utilization(name, "Average", 60)
    # To "missing", one value followed by silence is as good as a breach in every minute: a fleet whose agent dies while
    # it happens to be idle would shrink.
    common: dict[str, Any] = {
        "impact": "The fleet adjusts its size to the load",
        "first_step": "Nothing: this is not a fault",
        "missing_data": "not_breaching",
    }
    if steps.scale_out:
        limit = steps.scale_out[0].at
        yield row(
            "scale-out",
            join(name, "scale-out"),
            summary=f"The GPUs of fleet {name} have been at {number(limit)} % utilisation or more "
            f"for {duration(SCALE_OUT.of * 60)}",
            condition=Threshold(watch=busy, comparison="at_least", limit=limit, unit="%"),
            evaluate=SCALE_OUT,
            scales=f"adds {_amounts([step.add for step in steps.scale_out])}",
            **common,
        )
    if steps.scale_in:
        limit = steps.scale_in[0].at
        yield row(
            "scale-in",
            join(name, "scale-in"),
            summary=f"The GPUs of fleet {name} have been at {number(limit)} % utilisation or less "
            f"for {duration(SCALE_IN.of * 60)}",
            condition=Threshold(watch=busy, comparison="at_most", limit=limit, unit="%"),
            evaluate=SCALE_IN,
            scales=f"removes {_amounts([step.remove for step in steps.scale_in])}",
            **common,
        )


def _amounts(changes: list[int]) -> str:
    words = [number(change) for change in dict.fromkeys(changes)]
    amount = words[0] if len(words) == 1 else f"{words[0]} to {words[-1]}"
    return f"{amount} instance{'' if words == ['1'] else 's'}"

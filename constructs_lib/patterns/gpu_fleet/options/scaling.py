"""What makes the fleet grow and shrink."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field, ValidationError, ValidatorFunctionWrapHandler, WrapValidator
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError

from constructs_lib.errors import Problem
from constructs_lib.model import Items, Model
from constructs_lib.patterns.gpu_fleet.options.schedule import ScheduledSize
from constructs_lib.references import OrReference, above, at_least
from constructs_lib.units import number

Percent = Annotated[float, Field(ge=1, le=100), OrReference()]
"""From 1 on: 0.7 is meant to be 70, and would keep the fleet at its maximum."""
Change = Annotated[int, Field(ge=1), OrReference()]

STEPS = 20
"""Steps in one policy, at most."""

DEFAULT_BUSY_PERCENT = 80
"""Where nothing says at what utilisation the fleet is meant to grow: above this its GPUs have little left to give."""


class StepOut(Model):
    """From a utilisation on, so many instances more."""

    at: Percent
    """GPU utilisation in percent, averaged over the fleet; the step holds up to the next one."""
    add: Change
    """Instances to add."""


class StepIn(Model):
    """From a utilisation down, so many instances fewer."""

    at: Annotated[float, Field(ge=0, le=100), OrReference()]
    """GPU utilisation in percent, averaged over the fleet; the step holds down to the next one."""
    remove: Change
    """Instances to remove."""


T = TypeVar("T")


def _one_or_more(value: Any, handler: ValidatorFunctionWrapHandler) -> Any:
    """A single step without the brackets of a list; its problems keep the path the user wrote."""
    if not isinstance(value, (Mapping, StepIn, StepOut)):
        return handler(value)
    try:
        return handler([value])
    except ValidationError as error:
        details = [_without_index(detail) for detail in error.errors(include_url=False)]
        raise ValidationError.from_exception_data("step", details) from None


def _without_index(detail: ErrorDetails) -> InitErrorDetails:
    """The same problem one level up. pydantic rebuilds its own errors from their name; ours carry their text along."""
    context = detail.get("ctx", {})
    if "rule" in context:
        error = PydanticCustomError(detail["type"], "{rule}", context)
        return InitErrorDetails(type=error, loc=detail["loc"][1:], input=detail["input"])
    return InitErrorDetails(type=detail["type"], loc=detail["loc"][1:], input=detail["input"], ctx=context)


class Steps(Model):
    """Step scaling: one policy per direction, called by an alarm of its own.

    Each step begins where it says and ends where the next one begins, so there is neither a gap nor an overlap.
    """

    scale_out: Annotated[
        Items[StepOut], WrapValidator(_one_or_more, json_schema_input_type=StepOut | list[StepOut])
    ] = Field(default=(), validation_alias="out")
    """Steps up, lowest utilisation first."""
    scale_in: Annotated[Items[StepIn], WrapValidator(_one_or_more, json_schema_input_type=StepIn | list[StepIn])] = (
        Field(default=(), validation_alias="in")
    )
    """Steps down, highest utilisation first."""

    def problems(self) -> Iterator[Problem]:
        """Steps in order, growing, and scale-out well above scale-in."""
        if not self.scale_out and not self.scale_in:
            yield Problem("no step in either direction", "give `out`, `in` or both")
        yield from _in_order("out", [(step.at, step.add) for step in self.scale_out], rising=True)
        yield from _in_order("in", [(step.at, step.remove) for step in self.scale_in], rising=False)
        if self.scale_out and self.scale_in:
            out, back = self.scale_out[0].at, self.scale_in[0].at
            if at_least(back, out):
                yield Problem(
                    f"scale-out at {number(out)} is not above scale-in at {number(back)}: the fleet would never rest",
                    f"begin above {number(back)}",
                    path="out.0.at",
                )


def _in_order(key: str, steps: Sequence[tuple[float, int]], *, rising: bool) -> Iterator[Problem]:
    if len(steps) > STEPS:
        yield Problem(f"{len(steps)} steps, and a policy has at most {STEPS}", "use fewer", path=key)
    for index, ((before, less), (level, change)) in enumerate(pairwise(steps), start=1):
        if at_least(before, level) if rising else at_least(level, before):
            word = "above" if rising else "below"
            yield Problem(
                f"{number(level)} is not {word} the {number(before)} of the step before it: the two overlap",
                f"begin with the {'lowest' if rising else 'highest'}",
                path=f"{key}.{index}.at",
            )
        if above(less, change):
            verb = "add" if rising else "remove"
            yield Problem(
                f"{change} is fewer than the {less} of the step before it, although there is more reason",
                f"{verb} {less} or more",
                path=f"{key}.{index}.{verb}",
            )


class Target(Model):
    """Target tracking: hold the average GPU utilisation. AWS makes the two alarms it needs by itself."""

    gpu_utilization_percent: Percent = 70
    """The utilisation to hold; the rest is what a burst has until new instances are warm."""
    scale_in: bool = True
    """Whether it also removes instances."""


class Predictive(Model):
    """Predictive scaling: learns the week's pattern, and adds instances ahead of it. It never removes any."""

    mode: Literal["forecast_only", "forecast_and_scale"] = "forecast_only"
    """forecast_only shows what it would do; look at that for two weeks before you let it scale."""
    gpu_utilization_percent: Percent | None = None
    """The GPU utilisation an instance is meant to have."""
    cpu_utilization_percent: Percent | None = None
    """The CPU utilisation instead, for workloads that are bound by the CPU."""
    buffer_seconds: Annotated[int, Field(ge=0, lt=3_600), OrReference()] | None = None
    """How long before the hour instances are launched. Left out: the warm-up time, so that they are ready by then."""
    raise_max_by_percent: Annotated[int, Field(ge=0, le=100), OrReference()] | None = None
    """Let a forecast lift the group's maximum, to so much above the forecast; it is not lowered again."""

    def problems(self) -> Iterator[Problem]:
        """Exactly one metric."""
        given = (self.gpu_utilization_percent is not None) + (self.cpu_utilization_percent is not None)
        if given != 1:
            found = "no utilisation to plan for is given" if given == 0 else "two utilisations are given"
            yield Problem(found, "give gpu_utilization_percent or cpu_utilization_percent")


class Scaling(Model):
    """The policies of the group. Simple scaling is not offered: it waits out a cooldown whatever happens meanwhile."""

    target: Target | None = None
    """Hold a utilisation."""
    steps: Steps | None = None
    """Or add and remove by steps."""
    predictive: Predictive | None = None
    """Besides one of the two: add ahead of a forecast."""
    schedule: Items[ScheduledSize] = ()
    """Other sizes at known times."""

    def problems(self) -> Iterator[Problem]:
        """No two policies for one direction, and none that only ever adds."""
        if self.target is not None and self.steps is not None:
            if self.steps.scale_out:
                yield Problem(
                    "target tracking adds instances on the same metric, and the two would fight",
                    "remove one of the two",
                    path="steps.out",
                )
            if self.steps.scale_in and self.target.scale_in:
                yield Problem(
                    "target tracking removes instances on the same metric, and the two would fight",
                    "remove one, or set target.scale_in to false",
                    path="steps.in",
                )
        if self.adds and not self.removes:
            yield Problem(
                f"{' and '.join(self.adds)} adds instances, and nothing ever removes one",
                "add `steps.in`, a `target` or a schedule",
                path=self.adds[0].split(".")[0],
            )

    @property
    def adds(self) -> list[str]:
        """What adds instances."""
        ways = {
            "target": self.target is not None,
            "steps.out": self.steps is not None and bool(self.steps.scale_out),
            "predictive": self.predictive is not None and self.predictive.mode == "forecast_and_scale",
        }
        return [name for name, there in ways.items() if there]

    @property
    def removes(self) -> bool:
        """Whether something removes instances."""
        by_target = self.target is not None and self.target.scale_in
        by_steps = self.steps is not None and bool(self.steps.scale_in)
        return by_target or by_steps or bool(self.schedule)

    @property
    def busy_percent(self) -> float:
        """The GPU utilisation above which the fleet is meant to grow."""
        if self.target is not None:
            return self.target.gpu_utilization_percent
        if self.steps is not None and self.steps.scale_out:
            return self.steps.scale_out[0].at
        if self.predictive is not None and self.predictive.gpu_utilization_percent is not None:
            return self.predictive.gpu_utilization_percent
        return DEFAULT_BUSY_PERCENT

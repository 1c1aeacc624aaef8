"""What scaling policies do to the size of a group or an endpoint, minute by minute.

Source: EC2 Auto Scaling user guide, "Step and simple scaling policies", "Target tracking scaling policies", "Set the
default instance warmup" and "Scaling cooldowns"; Application Auto Scaling user guide, "How target tracking scaling
works". How target tracking gets from a metric to a size is not published: in proportion to the metric, rounded up, is
assumed. Predictive scaling is a forecast of AWS's, and is not simulated.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from constructs_lib.simulation.run import Act

STEP, SIMPLE, TRACKING = "StepScaling", "SimpleScaling", "TargetTrackingScaling"


@dataclass(frozen=True, slots=True)
class Adjustment:
    """One step: between which distances from the threshold it counts, and what it changes."""

    low: float | None
    high: float | None
    change: int

    def holds(self, distance: float) -> bool:
        """Whether a value that far above the threshold (below: negative) is in this step.

        Above it the lower bound belongs to the step, below it the upper one.
        """
        low = -math.inf if self.low is None else self.low
        high = math.inf if self.high is None else self.high
        return low <= distance < high if distance >= 0 and low >= 0 else low < distance <= high


@dataclass(frozen=True, slots=True)
class ScalingGroup:
    """What is scaled: an Auto Scaling group, or what Application Auto Scaling calls a scalable target.

    Attributes:
        desired: Its size at the start of a scenario.
        warm_up_seconds: How long a new instance does not count yet.
    """

    name: str
    smallest: int
    largest: int
    desired: int
    warm_up_seconds: int = 0
    cooldown_seconds: int = 300


@dataclass(frozen=True, slots=True)
class ScalingPolicy:
    """A scaling policy.

    Attributes:
        kind: SimpleScaling, StepScaling or TargetTrackingScaling.
        group: The name of what it scales, or the address.
        adjustment: ChangeInCapacity, ExactCapacity or PercentChangeInCapacity.
        smallest_change: Of a change in percent: by at least that many.
        warm_up_seconds: How long new instances do not count; None takes the group's. For Application Auto Scaling the
            cooldown after scaling out, which does the same.
        cooldown_seconds: After a simple policy; None takes the group's.
        target: What target tracking keeps its metric at.
        rest_seconds: How long after scaling in nothing more is removed.
    """

    name: str
    kind: str
    group: str
    adjustment: str = ""
    steps: tuple[Adjustment, ...] = ()
    smallest_change: int = 0
    warm_up_seconds: int | None = None
    cooldown_seconds: int | None = None
    target: float = 0.0
    rest_seconds: int = 0


@dataclass(frozen=True, slots=True)
class Resize:
    """A change of a group's desired size."""

    at: int
    group: str
    size: int
    policy: str
    assumed: bool = False
    """Whether AWS does not publish how it comes to that size."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What an alarm saw when it acted: the newest value that there was, and its threshold."""

    value: float
    threshold: float


class _Group:
    """The size of a group while time passes."""

    def __init__(self, group: ScalingGroup) -> None:
        self.group, self.desired = group, group.desired
        self.warming: list[tuple[int, int]] = []  # until when, how many
        self.cooling_until = -1
        self.resting_until = -1

    def act(self, at: int, policy: ScalingPolicy, seen: Measured) -> bool:
        """Scale, if the policy wants another size now."""
        self.warming = [(until, count) for until, count in self.warming if until > at]
        if policy.kind == SIMPLE and at < self.cooling_until:
            return False
        # Instances that warm up do not count, so that a second breach of the same step adds nothing; meanwhile nothing
        # is removed.
        warm = self.desired - sum(count for _, count in self.warming)
        asked = _wanted(policy, warm, seen)
        if asked is None:
            return False
        wanted = min(max(asked, self.group.smallest), self.group.largest)
        less = wanted < self.desired
        if wanted == self.desired or (less and (self.warming or at < self.resting_until)):
            return False
        if less:
            self.resting_until = at + policy.rest_seconds
        else:
            warm_up = self.group.warm_up_seconds if policy.warm_up_seconds is None else policy.warm_up_seconds
            if warm_up and policy.kind != SIMPLE:
                self.warming.append((at + warm_up, wanted - self.desired))
        self.desired = wanted
        cooldown = self.group.cooldown_seconds if policy.cooldown_seconds is None else policy.cooldown_seconds
        self.cooling_until = at + cooldown
        return True


def _wanted(policy: ScalingPolicy, size: int, seen: Measured) -> int | None:
    """The size that a policy asks for; None where no step holds, or target tracking would go the wrong way."""
    if policy.kind == TRACKING:
        found = math.ceil(round(size * seen.value / policy.target, 9))
        return found if (found > size) is (seen.value > policy.target) and found != size else None
    step = next((step for step in policy.steps if step.holds(seen.value - seen.threshold)), None)
    return None if step is None else _adjusted(policy, size, step.change)


def _adjusted(policy: ScalingPolicy, size: int, change: int) -> int:
    if policy.adjustment == "ExactCapacity":
        return change
    if policy.adjustment == "PercentChangeInCapacity":
        exact = size * change / 100
        # "Values greater than 1 are rounded down, between 0 and 1 up to 1", and the same below 0.
        whole = math.floor(abs(exact)) if abs(exact) > 1 else math.ceil(abs(exact))
        whole = max(whole, policy.smallest_change)
        return size + (whole if change >= 0 else -whole)
    return size + change


def resized(
    acts: Iterable[Act],
    policies: Mapping[str, ScalingPolicy],
    groups: Mapping[str, ScalingGroup],
    measured: Callable[[Act], Measured | None],
) -> list[Resize]:
    """How groups change, given the actions of alarms.

    Args:
        acts: What alarms did, in order.
        policies: By what an action calls them.
        groups: By address; policies may also use a group's name.
        measured: What the alarm saw when it acted; None where there was no value.
    """
    named = {**{group.name: group for group in groups.values()}, **groups}
    running: dict[str, _Group] = {}
    found: list[Resize] = []
    for act in acts:
        policy = policies.get(act.action)
        if policy is None or policy.group not in named:
            continue
        group = named[policy.group]
        state = running.setdefault(group.name, _Group(group))
        seen = measured(act)
        if seen is not None and state.act(act.at, policy, seen):
            found.append(Resize(act.at, group.name, state.desired, policy.name, policy.kind == TRACKING))
    return found

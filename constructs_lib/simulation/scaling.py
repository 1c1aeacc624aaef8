"""What step and simple scaling policies do to the size of a group, minute by minute.

Source: EC2 Auto Scaling user guide, "Step and simple scaling policies", "Set the default instance warmup", and
"Scaling cooldowns". Target tracking makes alarms of its own, which Terraform's JSON does not hold: it is not simulated.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from constructs_lib.simulation.run import Act


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
    """An Auto Scaling group.

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
        kind: SimpleScaling, StepScaling, TargetTrackingScaling or PredictiveScaling.
        group: The group's address or name.
        adjustment: ChangeInCapacity, ExactCapacity or PercentChangeInCapacity.
        smallest_change: Of a change in percent: by at least that many.
        warm_up_seconds, cooldown_seconds: None takes the group's.
    """

    name: str
    kind: str
    group: str
    adjustment: str
    steps: tuple[Adjustment, ...]
    smallest_change: int = 0
    warm_up_seconds: int | None = None
    cooldown_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Resize:
    """A change of a group's desired size."""

    at: int
    group: str
    size: int
    policy: str


class _Group:
    """The size of a group while time passes."""

    def __init__(self, group: ScalingGroup) -> None:
        self.group, self.desired = group, group.desired
        self.warming: list[tuple[int, int]] = []  # until when, how many
        self.cooling_until = -1

    def act(self, at: int, policy: ScalingPolicy, change: int) -> bool:
        self.warming = [(until, count) for until, count in self.warming if until > at]
        if policy.kind == "SimpleScaling" and at < self.cooling_until:
            return False
        # Instances that warm up do not count, so that a second breach of the same step adds nothing; meanwhile nothing
        # is removed.
        warm = self.desired - sum(count for _, count in self.warming)
        wanted = min(max(_adjusted(policy, warm, change), self.group.smallest), self.group.largest)
        if (self.warming and wanted <= self.desired) or wanted == self.desired:
            return False
        if wanted > self.desired:
            warm_up = self.group.warm_up_seconds if policy.warm_up_seconds is None else policy.warm_up_seconds
            if warm_up and policy.kind == "StepScaling":
                self.warming.append((at + warm_up, wanted - self.desired))
        self.desired = wanted
        cooldown = self.group.cooldown_seconds if policy.cooldown_seconds is None else policy.cooldown_seconds
        self.cooling_until = at + cooldown
        return True


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
    distance: Callable[[Act], float | None],
) -> list[Resize]:
    """How groups change, given the actions of alarms.

    Args:
        acts: What alarms did, in order.
        policies: By what an action calls them.
        groups: By address; policies may also use a group's name.
        distance: How far the alarm's metric was above its threshold when it acted; None where there was no value.
    """
    named = {**{group.name: group for group in groups.values()}, **groups}
    running: dict[str, _Group] = {}
    found: list[Resize] = []
    for act in acts:
        policy = policies.get(act.action)
        if policy is None or policy.kind not in ("StepScaling", "SimpleScaling") or policy.group not in named:
            continue
        group = named[policy.group]
        state = running.setdefault(group.name, _Group(group))
        far = distance(act)
        step = next((step for step in policy.steps if far is not None and step.holds(far)), None)
        if step is not None and state.act(act.at, policy, step.change):
            found.append(Resize(act.at, group.name, state.desired, policy.name))
    return found

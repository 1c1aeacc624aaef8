"""The pattern `recommended`: the alarms that AWS recommends for a resource."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from constructs_lib.alarms.alarm import Count, Evaluate, Number
from constructs_lib.alarms.row import FEWEST_IN_A_MINUTE
from constructs_lib.aws.advice import Advice, Kind, Look, facts_of
from constructs_lib.aws.comparison import COMPARISONS
from constructs_lib.errors import Problem
from constructs_lib.model import nearest
from constructs_lib.options.monitor import MonitorSpec
from constructs_lib.patterns.recommended.named import AnyResource, Named, kind_of, read


class RecommendedSpec(MonitorSpec):
    """The alarms that AWS recommends for a resource that is there already, with AWS's numbers where it gives them.

    Thresholds that AWS leaves open have to be given in `limits`.
    """

    pattern: Literal["recommended"] = "recommended"
    resource: Annotated[Mapping[str, Any], AnyResource()]
    """What to watch, by Terraform's type: `{aws_sqs_queue: jobs}`; several are a list. What CloudWatch knows by more
    than one name is a mapping: `{aws_ecs_service: {cluster: shop, service: ranker}}`."""
    limits: Mapping[str, Number | None] = {}
    """Thresholds by name, in the unit that the name ends with; null leaves an alarm out. AWS's own apply to what is not
    here, and those it leaves open have to be."""
    minimum_samples: Count | None = FEWEST_IN_A_MINUTE
    """Shares and percentiles of fewer values in a period count as 0: 1 of 2 is 50 %. null for no such guard."""

    def problems(self) -> Iterator[Problem]:
        """Limits of no alarm, and those that AWS leaves to you."""
        type_, kind, options = self.type, self.kind, self.kind.by_option()
        for name in self.limits:
            if name not in options:
                yield Problem(f"{name!r} is not a limit of {type_}", nearest(name, options), f"limits.{name}")
        missing = [advice for name, advice in options.items() if name not in self.limits and self._asks(advice)]
        yield from (asked(kind, advice).under("limits") for advice in missing)
        if not missing and not any(self.limit(advice) is not None for advice in options.values()):
            yield Problem("no alarm is left", "write one of them", path="limits")

    @property
    def type(self) -> str:
        """Terraform's type of what it watches."""
        return self._read[0]

    @property
    def resources(self) -> tuple[Named, ...]:
        """The resources."""
        return self._read[1]

    @property
    def kind(self) -> Kind:
        """What AWS advises for them."""
        return kind_of(self.type, self.resources[0].dimensions)

    @property
    def several(self) -> bool:
        """Whether they were given as a list, so that each has its alarms under its own name."""
        return isinstance(self.resource[self.type], list | tuple)

    @property
    def _read(self) -> tuple[str, tuple[Named, ...]]:
        found = self.once("read", lambda: read(self.resource))
        assert not isinstance(found, Problem)  # the field was checked  # noqa: S101
        return found

    def _asks(self, advice: Advice) -> bool:
        return advice.only is None and facts_of(self.kind, advice).threshold is None

    def limit(self, advice: Advice) -> float | None:
        """The limit of an alarm in its unit; None leaves it out."""
        if advice.option in self.limits:
            return self.limits[advice.option]
        return usual_limit(self.kind, advice)


def asked(kind: Kind, advice: Advice) -> Problem:
    """The question for a threshold that AWS leaves open; its path is the limit's name."""
    facts = facts_of(kind, advice)
    fires = COMPARISONS[facts.comparison]
    side = "" if fires.upper else f", {fires.words} which it fires"
    window = Evaluate(breaching=facts.datapoints, of=facts.of).over(facts.period_seconds)
    suggests = f" (AWS: {advice.start.words})" if advice.start else ""
    return Problem(
        f"is missing, and AWS leaves it to you: {advice.asks}{side} in {window}",
        f"write a number{suggests}, or null for no such alarm",
        path=advice.option,
    )


def fitting(kind: Kind, look: Look) -> dict[str, float | None]:
    """Limits of alarms that not every resource of a kind has, from what is known of one; null for those it has not."""
    found: dict[str, float | None] = {}
    for advice in kind.alarms:
        if advice.only is None or advice.only.usual == (holds := advice.only.holds(look)):
            continue
        threshold = facts_of(kind, advice).threshold
        if not holds or threshold is not None:
            found[advice.option] = shown_limit(advice, threshold) if holds and threshold is not None else None
    return found


def left_open(kind: Kind, look: Look) -> list[Advice]:
    """The alarms of a resource whose thresholds AWS leaves open."""
    return [
        advice
        for advice in kind.alarms
        if facts_of(kind, advice).threshold is None and (advice.only is None or advice.only.holds(look))
    ]


def usual_limit(kind: Kind, advice: Advice) -> float | None:
    """What applies where nothing is given: AWS's threshold, of an alarm that fits the usual resource of a kind."""
    threshold = facts_of(kind, advice).threshold
    if threshold is None or (advice.only is not None and not advice.only.usual):
        return None
    return shown_limit(advice, threshold)


def shown_limit(advice: Advice, threshold: float) -> float:
    """A threshold of the metric in the unit of the limit."""
    return float(f"{threshold * advice.factor:.12g}")

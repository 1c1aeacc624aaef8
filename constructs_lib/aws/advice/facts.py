"""The shape of what AWS advises for a kind of resource."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from constructs_lib.aws.comparison import Comparison
from constructs_lib.aws.dataset import RecommendedAlarm

Look = Callable[[str], object]
"""Gives the value of an argument of a resource, or of another one that it refers to (`rest_api_id.name`); None for one
that is left out or not known."""


Part = Literal["", "name", "account"]
"""Of an ARN: its last part, the account."""


@dataclass(frozen=True, slots=True)
class Dimension:
    """A dimension of a resource's metrics.

    Attributes:
        name: As in CloudWatch.
        option: What a file calls it, where a resource has several.
        attribute: Where Terraform has the value: `name`; of another resource, by the argument that refers to it,
            `rest_api_id.name`; of the load balancer whose listener sends to a target group, `listener.arn_suffix`.
        part: Which part of that it is: `name`, the last one of an ARN; `account`, the account of one.
        value: What it always is; the resource then has no say in it.
    """

    name: str
    option: str = ""
    attribute: str = ""
    part: Part = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Start:
    """A value that AWS suggests for a threshold it leaves open.

    Attributes:
        of: The value, in the unit of the limit; from what is known of the resource, None where that is not enough.
        words: What AWS says of it.
    """

    of: Callable[[Look], float | None]
    words: str


@dataclass(frozen=True, slots=True)
class Only:
    """When a metric is of use, or there at all.

    Attributes:
        words: Of which resources, as `only …` goes on.
        test: Whether a resource is one; None where nothing of Terraform's says so.
        usual: Whether a resource is one as long as nothing says otherwise; an alarm that is not usual has to be asked
            for.
    """

    words: str
    test: Callable[[Look], bool] | None = None
    usual: bool = False

    def holds(self, look: Look) -> bool:
        """Whether a resource is known to be one."""
        return self.usual if self.test is None else self.test(look)


@dataclass(frozen=True, slots=True)
class Advice:
    """One alarm.

    Attributes:
        key: Construct id of the alarm; with the unit, its name in `limits`.
        metric: The metric's name.
        unit: The unit of the limit; empty for a count.
        asks: What is compared with the limit, in words.
        impact: Why it matters.
        first_step: What to do first.
        start: What AWS suggests where it leaves the threshold open.
        only: Of which resources there is such a metric.
        factor: What a value of the metric is multiplied with to be in the unit of the limit.
        floor: Whether it is taken from samples, of which a few say nothing: a share, a percentile.
        label: What it is, where that is no metric alone; `{subject}` stands for the resource.
        query: Further dimensions over which Metrics Insights takes the highest value, or the sum, of the series; AWS
            publishes none for the resource as a whole.
        facts: What AWS says, where its dataset has no such alarm.
        window: How it is evaluated, where AWS's own way would miss what it is there for: periods that breach, periods,
            seconds.
    """

    key: str
    metric: str
    unit: str
    asks: str
    impact: str
    first_step: str
    start: Start | None = None
    only: Only | None = None
    factor: float = 1.0
    floor: bool = False
    label: str = ""
    query: tuple[str, ...] = ()
    facts: RecommendedAlarm | None = None
    window: tuple[int, int, int] | None = None

    @property
    def option(self) -> str:
        """Its name in `limits`: `free_storage_gib`."""
        return "_".join(filter(None, (self.key.replace("-", "_"), self.unit)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What AWS advises for a type of resource.

    Attributes:
        thing: What it is, in words.
        namespace: Where its metrics are.
        dimensions: Of its metrics; not every alarm reads all.
        page: AWS's page.
        alarms: The alarms.
        region: The only Region its metrics are in; empty for its own.
        look: What the value of its first dimension looks like, where a type has several kinds.
        when: Whether a resource of the type is of this kind.
        elsewhere: The pattern of this library that watches such a resource in more ways.
    """

    thing: str
    namespace: str
    dimensions: tuple[Dimension, ...]
    page: str
    alarms: tuple[Advice, ...]
    region: str = ""
    look: re.Pattern[str] | None = None
    when: Callable[[Look], bool] = lambda _: True
    elsewhere: str = ""

    @property
    def asked(self) -> tuple[Dimension, ...]:
        """The dimensions that only the resource can tell."""
        return tuple(dimension for dimension in self.dimensions if not dimension.value)

    def by_option(self) -> Mapping[str, Advice]:
        """The alarms by the name of their limit."""
        return {advice.option: advice for advice in self.alarms}


def says(
    statistic: str,
    comparison: Comparison,
    threshold: float | None,
    window: tuple[int, int, int],
    *dimensions: str,
) -> RecommendedAlarm:
    """What a page of AWS says of an alarm that its dataset does not have.

    Args:
        statistic: As in CloudWatch.
        comparison: With the threshold.
        threshold: In the metric's own unit; None where the page leaves it open.
        window: Periods that breach, periods, seconds.
        dimensions: Those of the kind that it reads; all, if left out.
    """
    breaching, of, seconds = window
    return RecommendedAlarm(
        metric="",
        dimensions=dict.fromkeys(dimensions),
        statistic=statistic,
        comparison=comparison,
        threshold=threshold,
        period_seconds=seconds,
        datapoints=breaching,
        of=of,
        missing_data="missing",
    )


def suggested(value: float, words: str) -> Start:
    """A number that AWS suggests for every resource."""
    return Start(lambda _: value, words)


def share_of(argument: str, share: float, words: str, otherwise: float | None = None) -> Start:
    """A share of what an argument says, or of AWS's own value where it is left out."""

    def of(look: Look) -> float | None:
        found = look(argument)
        number = otherwise if found is None else found
        return float(f"{number * share:.12g}") if isinstance(number, int | float) and number else None

    return Start(of, words)


def is_set(argument: str) -> Callable[[Look], bool]:
    """A resource that has an argument, other than false or zero."""
    return lambda look: bool(look(argument))


def is_one_of(argument: str, *values: object) -> Callable[[Look], bool]:
    """A resource whose argument is one of some values; None for one that is left out."""
    return lambda look: look(argument) in values

"""A CloudWatch metric, as AWS publishes it and an alarm reads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from constructs_lib.aws import catalogue, limits
from constructs_lib.errors import Problem
from constructs_lib.model import Model, checked
from constructs_lib.references import OrReference, above, is_reference
from constructs_lib.units import duration

if TYPE_CHECKING:
    PeriodSeconds = float  # CDKTF hands out number references as floats; to a type checker an int is one too
else:
    PeriodSeconds = Annotated[int, checked(limits.period), OrReference()]


class Metric(Model):
    """One time series: what is measured, of what, and how its values are summed up.

    A metric of a namespace this library knows is checked against what AWS really publishes: its name and the exact
    set of dimensions. Anything else has to say `custom: true`, for CloudWatch itself checks nothing and an alarm on
    a series that does not exist simply never fires.
    """

    REFUSED: ClassVar[Mapping[str, Problem]] = {
        "account_id": Problem(
            "is not taken: an alarm on a metric of another account works in a monitoring account that the other one is "
            "linked to and shares metrics with (CloudWatch cross-account observability), which nothing here can prove",
            "give the other account a stack of its own, with the same receivers",
        ),
    }

    namespace: Annotated[str, checked(limits.namespace), OrReference()]
    """CloudWatch namespace, such as AWS/Lambda."""
    name: Annotated[str, Field(min_length=1, max_length=255), OrReference()]
    """Metric name, such as Invocations."""
    dimensions: Annotated[Mapping[str, Annotated[str, OrReference()]], OrReference()] = {}
    """All dimensions of the series, exactly: CloudWatch finds nothing with one too few or too many."""
    statistic: Annotated[str, checked(limits.statistic), OrReference()]
    """Average, Sum, Minimum, Maximum, SampleCount, or a percentile such as p99."""
    period_seconds: PeriodSeconds = 300
    """Length of one period: 10, 20, 30 or a multiple of 60. Five minutes smooth out single spikes."""
    custom: bool = False
    """Set for a metric that you publish yourself, or one this library does not know yet."""
    label: Annotated[str, Field(min_length=1), OrReference()] | None = None
    """What the series is, as the alarm's text names it: `length of the queue`. Left out: made from the names."""

    def problems(self) -> Iterator[Problem]:
        """The dimension limits, and what the catalogue knows of the metric."""
        if self._names_known and (problem := limits.dimensions(self.dimensions)):
            yield problem.under("dimensions")
        yield from self._against_catalogue()

    @property
    def _names_known(self) -> bool:
        """Whether the dimensions' names are known, though their values may not be; not so for a reference to a map."""
        return isinstance(self.dimensions, dict) and not is_reference(list(self.dimensions))

    def _against_catalogue(self) -> Iterator[Problem]:
        if is_reference((self.namespace, self.name)):
            return
        if self.custom:
            if broken := catalogue.namespace_problem(self.namespace):  # no one but AWS publishes there
                yield broken
            return
        names = frozenset(self.dimensions) if self._names_known else None
        yield from catalogue.problems(self.namespace, self.name, names)
        facts = self.facts
        if facts and above(facts.period_seconds, self.period_seconds):
            yield Problem(
                f"{self.period_seconds} is shorter than the {duration(facts.period_seconds)} "
                f"between two values of {self.namespace} {self.name}",
                f"write {facts.period_seconds} or more",
                path="period_seconds",
            )

    @property
    def facts(self) -> catalogue.MetricFacts | None:
        """What the catalogue knows of the metric; nothing of a custom one."""
        return None if self.custom else catalogue.find(self.namespace, self.name)

    def describe(self) -> str:
        """What the series measures, in words: `invocations of Lambda function ranker`."""
        if self.label is not None:
            return self.label
        if not self._names_known:
            return f"{self.statistic} of {self.namespace} {self.name}"  # of what shows only at deployment
        return catalogue.describe(self.namespace, self.name, self.dimensions, self.statistic)

"""A GPU utilisation metric that users publish themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from constructs_lib.alarms.cloudwatch_agent import GROUP
from constructs_lib.alarms.metric import Metric
from constructs_lib.aws import limits
from constructs_lib.errors import Problem
from constructs_lib.model import Model, checked, shown
from constructs_lib.references import OrReference, is_whole, known

DEFAULT = "default"


class OwnMetric(Model):
    """GPU utilisation in percent, published by the workload itself at least every minute."""

    namespace: Annotated[str, checked(limits.namespace), OrReference()]
    """CloudWatch namespace; the instances are allowed to publish to it."""
    name: Annotated[str, Field(min_length=1, max_length=255), OrReference()]
    """Metric name."""
    dimensions: Mapping[str, Annotated[str, OrReference()]] = {}
    """All dimensions of the series, exactly; it has to be one series for the whole fleet."""

    def problems(self) -> Iterator[Problem]:
        """The dimension limits; AWS's own namespaces take no metrics of yours."""
        if is_whole(self.dimensions):
            yield Problem("is one reference, and their names must be known", "write them out", path="dimensions")
            return
        if broken := limits.dimensions(self.dimensions):
            yield broken.under("dimensions")
        if self.namespace.startswith("AWS/"):
            yield Problem(
                f"{shown(self.namespace)} is AWS's own, and no one else publishes to it",
                "write the namespace you publish to",
                path="namespace",
            )

    def series(self, statistic: str, period_seconds: int) -> Metric:
        """The series, summed up."""
        return Metric(
            namespace=self.namespace,
            name=self.name,
            dimensions=self.dimensions,
            statistic=statistic,
            period_seconds=period_seconds,
            custom=True,
        )

    def group_problems(self, group: str) -> Iterator[Problem]:
        """A dimension that names a group names this one."""
        named = known(self.dimensions.get(GROUP), group)
        if named != group:
            yield Problem(
                f"{shown(named)} is another group: this one is called {group!r}",
                f"write {group}",
                path=f"metric.dimensions.{GROUP}",
            )


def _choice(value: object) -> object:
    if isinstance(value, str) and value != DEFAULT:
        rule, fix = f"{shown(value)} is not a metric", f"write {DEFAULT}, or namespace, name and dimensions of yours"
        raise PydanticCustomError("check", "{rule}", {"rule": rule, "fix": fix})
    return None if value == DEFAULT else value


MetricChoice = Annotated[
    OwnMetric | None,
    BeforeValidator(
        _choice,
        json_schema_input_type=Annotated[OwnMetric | str, Field(description="`default`, or a metric of your own")],
    ),
]
"""`default`, which becomes None, or a metric of the user's own."""

"""A metric filter, read from Terraform's JSON: which events it takes, and the series it publishes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from constructs_lib.references import is_reference
from constructs_lib.terraform.blocks import block, number, string_map, text

METRIC_FILTER = "aws_cloudwatch_log_metric_filter"


@dataclass(frozen=True, slots=True)
class DeployedFilter:
    """One filter; what is not known is a reference, or None.

    Attributes:
        name: The filter's own name, which is not its metric's.
        dimensions: The fields they take their values from, by dimension; None where they are not known.
        default: As it is written; empty for none.
        unit: What it is published with; None is CloudWatch's word for no unit.
    """

    address: str
    monitor: str
    name: str
    log_group: str
    pattern: str
    namespace: str
    metric: str
    value: str
    default: str
    dimensions: Mapping[str, str] | None
    unit: str

    @classmethod
    def read(cls, address: str, values: Mapping[str, Any], monitor: str = "") -> DeployedFilter:
        """From a resource's arguments."""
        published = block(values.get("metric_transformation"))
        default = published.get("default_value")
        return cls(
            address=address,
            monitor=monitor,
            name=text(values.get("name")),
            log_group=text(values.get("log_group_name")),
            pattern=text(values.get("pattern")),
            namespace=text(published.get("namespace")),
            metric=text(published.get("name")),
            value=text(published.get("value")),
            default="" if default is None else str(default),
            dimensions=string_map(published.get("dimensions")),
            unit=text(published.get("unit")) or "None",
        )

    @property
    def plain_pattern(self) -> str:
        """The pattern as CloudWatch sees it: `$${` is how Terraform writes `${`."""
        return self.pattern.replace("$${", "${").replace("%%{", "%{")

    @property
    def known(self) -> bool:
        """Whether the metric's names are known."""
        return bool(self.metric) and not is_reference((self.namespace, self.metric))

    @property
    def range(self) -> tuple[float, float] | None:
        """The least and the most that one value can be, of a filter that publishes a fixed one."""
        value, default = number(self.value), number(self.default)
        if value is None or is_reference(self.default):
            return None
        values = (value, value if default is None else default)
        return min(values), max(values)

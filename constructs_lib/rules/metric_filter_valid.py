"""metric-filter-valid."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.alarms.metric_filter import deployed_problems
from constructs_lib.references import is_reference
from constructs_lib.rules.rule import Broken, rule
from constructs_lib.terraform.stack import Stack


@rule(
    "metric-filter-valid",
    "will not fire",
    story="A filter on the use of the root account was written with single quotes, and never made it past the API.",
    page="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html",
)
def metric_filter_valid(stack: Stack) -> Iterator[Broken]:
    """The pattern of every metric filter parses, and what is published fits the pattern.

    The provider checks neither, and the API refuses them at apply: text in single quotes, fields of a text pattern as
    dimensions or value, a default value next to dimensions.

    Stays quiet: patterns that CloudWatch takes and reads otherwise than they were perhaps meant; `try-filter` says so.
    """
    for made in stack.metric_filters:
        if is_reference(made.pattern):
            continue
        dimensions = made.dimensions if made.dimensions is not None else {}
        for problem in deployed_problems(made.plain_pattern, made.value, dimensions, default=bool(made.default)):
            yield made, problem

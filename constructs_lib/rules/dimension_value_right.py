"""dimension-value-right."""

from __future__ import annotations

from collections.abc import Iterator

from constructs_lib.aws.catalogue.dimensions import FORMS
from constructs_lib.references import is_reference
from constructs_lib.rules.rule import Broken, rule
from constructs_lib.terraform.stack import Stack, path_of


@rule(
    "dimension-value-right",
    "will not fire",
    story="An alarm on a function's ARN stayed without data while the function failed: the dimension "
    "holds the function's name.",
    page="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html",
)
def dimension_value_right(stack: Stack) -> Iterator[Broken]:
    """Every dimension has its value in the form in which AWS publishes it: a name, an id, an ARN or the end of one.

    CloudWatch takes any text for a dimension's value, finds no such series, and the alarm waits for data forever.

    Stays quiet: a reference whose attribute does not tell, such as a variable or `each.value`.
    """
    for alarm in stack.alarms:
        for series in alarm.looked_for:
            if (series.namespace, series.name) in stack.custom_metrics:
                continue
            for dimension, value in (series.dimensions or {}).items():
                form, path = FORMS.get((series.namespace, dimension)), path_of(value)
                if form and (path or not is_reference(value)) and (broken := form.problem(dimension, value, path)):
                    yield alarm, broken

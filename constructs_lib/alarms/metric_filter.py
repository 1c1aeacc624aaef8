"""One CloudWatch Logs metric filter as data: which events it takes, and the series it publishes from them.

An alarm on a filter asks the filter for its metric (`MetricFilter.metric`), so the two can't name different series.
`constructs_lib.resources.metric_filter` makes the resource. What the service would refuse at apply can't be built.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from constructs_lib.alarms.metric import Metric, PeriodSeconds
from constructs_lib.aws import log_limits
from constructs_lib.errors import Problem, cut
from constructs_lib.model import Model, checked, shown
from constructs_lib.references import OrReference

if TYPE_CHECKING:
    from constructs_lib.filter_pattern import Pattern

NAMESPACE = "LogPatterns"
"""Where this library's filters publish. A total has no dimensions, so the metric's name alone tells whose it is."""

COUNT = "1"
"""The value that makes a metric count matching events."""


class MetricFilter(Model):
    """Publishes a value for each event that matches.

    Without `dimensions` the series has none at all; with them there is one series for each combination of values found
    in the events, and no total.
    """

    name: Annotated[str, checked(log_limits.filter_name), OrReference()]
    """The filter's name, unique in its log group."""
    pattern: str
    """CloudWatch Logs filter pattern, taken letter by letter: `${` and `%{` are no Terraform here."""
    metric_name: Annotated[str, checked(log_limits.metric_name), OrReference()]
    """The metric's name, unique in the namespace."""
    namespace: Annotated[str, checked(log_limits.metric_name)] = NAMESPACE
    """The metric's namespace."""
    value: str = COUNT
    """`1` to count events, or the field whose number is published: `$.latency_ms`, `$bytes`."""
    default_value: Annotated[float, Field(allow_inf_nan=False)] | None = None
    """Published for a minute in which events arrived and none matched. Without events nothing is published."""
    dimensions: Mapping[str, str] = {}
    """Fields of the pattern by dimension: `{model: $.model}`."""

    def problems(self) -> Iterator[Problem]:
        """The pattern, the fields, and a default value that the service would refuse."""
        yield from pattern_problems(self.pattern)
        yield from field_problems(self.pattern, None if self.value == COUNT else self.value, self.dimensions)
        if self.default_value is not None and self.dimensions:
            yield default_and_dimensions()

    @property
    def text(self) -> str:
        """The pattern as it is deployed: in its canonical form, which CloudWatch takes where it refuses some others."""
        return str(parsed(self.pattern))

    @property
    def published_value(self) -> str:
        """`value` in its canonical form."""
        return self.value if self.value == COUNT else canonical_field(self.pattern, self.value)

    @property
    def published_dimensions(self) -> dict[str, str]:
        """`dimensions` with the fields in their canonical form."""
        return {name: canonical_field(self.pattern, field) for name, field in self.dimensions.items()}

    def metric(
        self,
        *,
        statistic: str,
        period_seconds: PeriodSeconds,
        values: Mapping[str, str] | None = None,
        label: str | None = None,
    ) -> Metric:
        """The series an alarm on this filter reads, with exactly the dimensions it publishes.

        Args:
            statistic: Sum, Average, p90 and so on.
            period_seconds: A minute or more: filters publish once a minute.
            values: A value for each dimension; none for a filter without dimensions.
            label: What the series is, in words.

        Raises:
            ValueError: Values for other dimensions than the filter's.
        """
        values = values if values is not None else {}
        if values.keys() != self.dimensions.keys():
            raise ValueError(f"{self.name} publishes {sorted(self.dimensions)}, not {sorted(values)}")
        return Metric(
            namespace=self.namespace,
            name=self.metric_name,
            dimensions=dict(values),
            statistic=statistic,
            period_seconds=period_seconds,
            label=label,
            custom=True,
        )


@lru_cache(maxsize=1_024)
def parsed(pattern: str) -> Pattern:
    """The pattern, parsed once.

    Raises:
        FilterPatternError: It is not a pattern.
    """
    from constructs_lib.filter_pattern import parse

    return parse(pattern)


def pattern_problems(pattern: str) -> Iterator[Problem]:
    """What is wrong with the pattern itself, and where."""
    from constructs_lib.filter_pattern import FilterPatternError

    try:
        parsed(pattern)
    except FilterPatternError as error:
        yield Problem(f"{shown(pattern)}, column {error.column}: {error.message}", error.fix)


def deployed_problems(pattern: str, value: str, dimensions: Mapping[str, str], *, default: bool) -> Iterator[Problem]:
    """What the service refuses of a filter, whatever else this library would advise."""
    from constructs_lib.filter_pattern import FilterPatternError

    try:
        known = _deployed(pattern)
    except FilterPatternError as error:
        yield Problem(f"{shown(pattern)}, column {error.column}: {error.message}", error.fix)
        return
    if known.kind == "text" and (dimensions or value.startswith("$")):
        yield _no_fields(pattern, "dimensions" if dimensions else "value")
    if dimensions and default:
        yield default_and_dimensions()
    if len(dimensions) > log_limits.DIMENSIONS:
        yield _too_many(dimensions)


@lru_cache(maxsize=1_024)
def _deployed(pattern: str) -> Pattern:
    from constructs_lib.filter_pattern import parse_deployed

    return parse_deployed(pattern)


def _no_fields(pattern: str, path: str) -> Problem:
    return Problem(
        f"{shown(pattern)} is a text pattern, and only JSON and space-delimited ones have fields",
        f"write it in braces ({{ $.field = value }}) or in brackets, or leave {path} out",
        path=path,
    )


def _too_many(dimensions: Mapping[str, str]) -> Problem:
    return Problem(
        f"{len(dimensions)} dimensions, and a filter's metric has at most {log_limits.DIMENSIONS}",
        "remove some",
        path="dimensions",
    )


def field_problems(pattern: str, value: str | None, dimensions: Mapping[str, str]) -> Iterator[Problem]:
    """Fields the pattern does not have, and the limits on dimensions; `at` is `value` or `dimensions`."""
    from constructs_lib.filter_pattern import FilterPatternError

    if len(dimensions) > log_limits.DIMENSIONS:
        yield _too_many(dimensions)
    try:
        known = parsed(pattern)
    except FilterPatternError:
        return  # `pattern_problems` reports it
    if value is not None:
        try:
            known.reader(value)
        except FilterPatternError as error:
            yield Problem(error.message, error.fix, path="value")
        if len(value) > log_limits.VALUE_CHARACTERS:
            yield Problem(f"has {len(value)} characters, and 100 are allowed", "shorten it", path="value")
    if dimensions and known.kind == "text":
        yield _no_fields(pattern, "dimensions")
        return
    for name, field in dimensions.items():
        if not 1 <= len(name) <= 255 or not name.isascii() or name.startswith(":"):
            yield Problem(
                f"{shown(name)} is not a dimension name",
                "write 1 to 255 ASCII characters, no leading colon",
                path=f"dimensions.{name}",
            )
        if _canonical(known, field) not in known.fields:
            named = " and ".join(f"`{one}`" for one in known.fields) or "no field"
            yield Problem(
                f"{shown(field)} is not in the pattern, which names {named}",
                f"name one of those, or test it in the pattern: {_presence_test(known, field)}",
                path=f"dimensions.{name}",
            )


def is_field(pattern: str, field: str) -> bool:
    """Whether the pattern is one, and names the field."""
    from constructs_lib.filter_pattern import FilterPatternError

    try:
        known = parsed(pattern)
    except FilterPatternError:
        return False
    return _canonical(known, field) in known.fields


def default_and_dimensions() -> Problem:
    """CloudWatch would not know which dimension values the default is for."""
    return Problem(
        "a default value, and CloudWatch takes none for a metric with dimensions",
        "leave it out",
        path="default_value",
    )


def canonical_field(pattern: str, field: str) -> str:
    """A field as CloudWatch wants it: `$.['a']` is `$.a`."""
    return _canonical(parsed(pattern), field)


def _canonical(pattern: Pattern, field: str) -> str:
    from constructs_lib.filter_pattern.errors import FilterPatternError
    from constructs_lib.filter_pattern.selector import parse_selector, print_selector

    if pattern.kind != "json" or not field.startswith("$"):
        return field
    try:
        return print_selector(parse_selector(field))
    except FilterPatternError:
        return field


def _presence_test(pattern: Pattern, field: str) -> str:
    named = cut(field)
    return f"`{named} = *`" if pattern.kind == "json" else f"a field called {named.removeprefix('$')}"


def words_for(field: str) -> str:
    """A field as a sentence says it: `$.latency_ms` → `latency_ms`."""
    return field.removeprefix("$").removeprefix(".")

"""What a user may say about lines in a log that someone wants to hear of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from constructs_lib.alarms import metric_filter
from constructs_lib.alarms.log_query import LogQuery
from constructs_lib.alarms.metric_filter import COUNT, MetricFilter
from constructs_lib.aws import log_limits
from constructs_lib.aws.environment import Environment
from constructs_lib.aws.names import join
from constructs_lib.errors import Problem
from constructs_lib.model import Items, checked
from constructs_lib.options.link import Exports
from constructs_lib.options.log_group import LogGroup, LogGroupUse
from constructs_lib.options.monitor import MonitorSpec
from constructs_lib.patterns.log_pattern import checks
from constructs_lib.patterns.log_pattern.archive import Archive
from constructs_lib.patterns.log_pattern.data_identifiers import data_identifier
from constructs_lib.patterns.log_pattern.options import Examples, LogAlarm
from constructs_lib.references import OrReference


class LogPatternSpec(MonitorSpec):
    """Alerts when lines that match a filter, or a number they carry, are past a limit.

    The filter is parsed and tried on the examples before anything is deployed, and the alarms read exactly the series
    that the filters publish. Can also keep the log for long, look for what no filter expects, and mask what is secret.
    """

    VERBATIM: ClassVar[frozenset[str]] = frozenset({"filter", "examples"})

    pattern: Literal["log_pattern"] = "log_pattern"
    log_group: LogGroup
    """Whose events to look at."""
    filter: str
    """CloudWatch Logs filter pattern, letter by letter: `?Error ?Exception`, `{ $.latency_ms > 500 }`."""
    examples: Examples = Examples()
    """Lines that must and must not match; tried whenever the configuration is checked."""
    value: str | None = None
    """Field whose number is watched, such as `$.latency_ms`. Left out: matching lines are counted."""
    default_value: Annotated[float, Field(allow_inf_nan=False)] | None = 0
    """What a minute with events of which none matches counts as; null for no data. Series by dimension have none."""
    dimensions: Mapping[str, str] = {}
    """Up to three fields of the filter, by the name of a dimension: `{model: $.model}`. Each combination of values is a
    metric that costs money: no request or user IDs."""
    dimension_values: Mapping[str, Items[Annotated[str, OrReference()]]] = {}
    """Values to watch one by one next to the total, by dimension: an alarm for each combination."""
    alarm: LogAlarm
    """When to alert."""
    archive: Archive | None = None
    """Where to keep the group's events for long, all of them; with alarms for a delivery that does not happen."""
    anomaly_detector: bool = False
    """Whether CloudWatch looks for unusual events by itself; with an alarm for those of high priority."""
    mask: Items[Annotated[str, checked(data_identifier)]] = ()
    """What to mask in the group's events, such as EmailAddress; only who may logs:Unmask then reads it."""

    def problems(self) -> Iterator[Problem]:
        """A filter that is understood, examples it agrees with, fields it has, and a metric that can be alarmed on."""
        yield from checks.filter_and_examples(self.filter, self.examples)
        yield from metric_filter.field_problems(self.filter, self.value, self.dimensions)
        yield from checks.metric(
            self.value,
            self.alarm,
            self.default_value,
            chosen="default_value" in self.model_fields_set,
            dimensions=bool(self.dimensions),
        )
        yield from checks.dimension_values(self.filter, self.dimensions, self.dimension_values)
        if len(set(self.mask)) < len(self.mask):
            yield Problem("something is listed twice", "remove one", path="mask")

    def name_problems(self, name: str, environment: Environment) -> Iterator[Problem]:
        """The names of filters, metric, and the archive's parts."""
        if broken := log_limits.metric_name(name):
            yield broken
        if self.archive is not None:
            yield from self.archive.parts(name, environment).problems()

    def global_names(self, name: str, environment: Environment) -> tuple[str, ...]:
        """Those of the archive."""
        if self.archive is None:
            return ()
        parts = self.archive.parts(name, environment)
        return (parts.delivery_role, parts.subscription_role, *((parts.bucket,) if self.archive.creates else ()))

    @property
    def stores(self) -> bool:
        """Whether it makes something that is to be encrypted."""
        return self.log_group.create or self.archive is not None

    def makes(self, name: str) -> Exports:  # noqa: ARG002  (the group's name is the user's)
        """The log group, where it is made here."""
        return {"log_group": self.log_group.full_name} if self.log_group.create else {}

    def log_groups(self) -> tuple[LogGroupUse, ...]:
        """The one group."""
        filters = 2 if self.dimensions else 1
        return (
            LogGroupUse(
                group=self.log_group.full_name,
                creates=self.log_group.create,
                refers=self.log_group.made_by is not None,
                filters=filters,
                filters_with_regex=filters if metric_filter.parsed(self.filter).regexes else 0,
                subscriptions=int(self.archive is not None),
                masks=bool(self.mask),
            ),
        )

    def log_queries(self, name: str) -> tuple[LogQuery, ...]:  # noqa: ARG002  (the group has a name of its own)
        """The lines that match, where Logs Insights can find them: the newest, or those with the largest number."""
        condition, group = metric_filter.parsed(self.filter).query, self.log_group.full_name
        if condition is None:
            return ()
        condition = condition.replace("${", "$${").replace("%{", "%%{")  # text of the log, no reference
        if self.value is None or (field := metric_filter.parsed(self.filter).query_field(self.value)) is None:
            return (LogQuery(title=f"Newest matches in {group}", group=group, condition=condition),)
        fields = f"@timestamp, {field}, @message"
        title = f"Largest {self.value.removeprefix('$.')} in {group}"
        return (LogQuery(title=title, group=group, condition=condition, fields=fields, order=field),)

    def filters(self, name: str) -> tuple[MetricFilter, ...]:
        """The filter of the total; with `dimensions` a second one, for the service takes no default next to them."""
        value = self.value if self.value is not None else COUNT
        total = MetricFilter(
            name=name, pattern=self.filter, metric_name=name, value=value, default_value=self.default_value
        )
        if not self.dimensions:
            return (total,)
        by_dimension = MetricFilter(
            name=join(name, "by-dimension"),
            pattern=self.filter,
            metric_name=name,
            value=value,
            dimensions=self.dimensions,
        )
        return (total, by_dimension)

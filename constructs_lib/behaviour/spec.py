"""What a file of tests may say: `monitoring.tests.yaml`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Discriminator, Field, Tag

from constructs_lib.behaviour import notation
from constructs_lib.errors import Problem
from constructs_lib.model import Items, Model, checked, not_empty
from constructs_lib.simulation.alarm import State

Moment = Annotated[str, checked(notation.duration)]
Length = Annotated[str, checked(notation.length)]
Span = Annotated[str, checked(notation.is_span)]


def _form(value: object) -> str:
    return "[more]" if isinstance(value, (list, tuple, Mapping, Model)) else "[text]"


def _number(value: object) -> str:
    return "[more]" if isinstance(value, (int, float)) else "[text]"


Text, More, BY_FORM = Tag("[text]"), Tag("[more]"), Discriminator(_form)
"""A text, or a list or mapping: what is written decides by which of the two it is judged."""

Spans = Annotated[Annotated[Span, Text] | Annotated[Items[Span], More], BY_FORM]
SeriesText = Annotated[
    Annotated[str, Text] | Annotated[float, More], Discriminator(_number), checked(notation.is_series)
]


class MetricName(Model):
    """A metric, by all that makes it the one it is."""

    namespace: str
    """Such as AWS/Lambda."""
    name: str
    """Such as Invocations."""
    dimensions: Mapping[str, str] = {}
    """All of them, by name: a metric with one more is another metric."""


class GivenMetric(Model):
    """What is published of a metric."""

    of: str | None = None
    """An alarm whose metric it is; `alarm.id` where the alarm reads several."""
    metric: MetricName | None = None
    """The metric itself, where no alarm is to name it."""
    values: SeriesText | None = None
    """One value a minute: `120x60 30x30` is sixty times 120, then thirty times 30; `_` is none, `10..50x9` a slope,
    `(9 0x4)x12` repeats, `5x*` goes on to the end."""
    file: str | None = None
    """In place of values, a file that holds them: what `aws cloudwatch get-metric-data` prints, or CSV."""
    id: str | None = None
    """Which series of the file: its id, or the name of the column. Default: the only one."""
    statistic: str | None = None
    """Of the file: which statistic it holds. Default: the one that the alarm reads."""
    samples: Annotated[int, Field(ge=1, le=100_000)] = 1
    """How often each value is published in its minute: percentiles and sample counts look at that."""
    every: Length = "1m"
    """The time between two values."""
    at: Moment = "0m"
    """When the first one is published."""

    def problems(self) -> Iterator[Problem]:
        """One way to name it."""
        if (self.of is None) == (self.metric is None):
            yield Problem("needs either `of` or `metric`", "name an alarm that reads it, or the metric itself")
        yield from _one_source(self)
        if self.file is not None and self.model_fields_set & {"samples", "every", "at"}:
            yield Problem("has a file, whose moments and values are what they are", "remove samples, every and at")


class GivenHistory(Model):
    """What was before the scenario."""

    values: SeriesText | None = None
    """Values that end where the scenario begins, such as `(100x12 400x12)x14` with `every: 1h`."""
    every: Length = "1m"
    """How long each value holds: it is published once a minute."""
    file: str | None = None
    """In place of values, a file that holds them; what is after the start counts where the scenario has its own."""
    id: str | None = None
    """Which series of the file."""

    def problems(self) -> Iterator[Problem]:
        """Either values or a file."""
        yield from _one_source(self)
        if isinstance(self.values, str) and "*" in self.values:
            yield Problem("x* has no end before the scenario", "say how often, such as (100x12 400x12)x14", "values")


def _one_source(given: GivenMetric | GivenHistory) -> Iterator[Problem]:
    if (given.values is None) == (given.file is None):
        yield Problem("needs either `values` or `file`", "write values, or name a file that holds them")
    if given.file is None and (given.id is not None or getattr(given, "statistic", None) is not None):
        yield Problem("says which series of a file, and names none", "add `file`")


class GivenBand(Model):
    """The usual band of an anomaly alarm, which CloudWatch learns: stated, exported, or approximated."""

    lower: SeriesText | None = None
    """The lower edge, by the minute in which a period begins: a number for all of them, or a series."""
    upper: SeriesText | None = None
    """The upper edge."""
    every: Length = "1m"
    """The time between two values."""
    file: str | None = None
    """In place of edges, what CloudWatch had learnt: a file from `aws cloudwatch get-metric-data` with
    ANOMALY_DETECTION_BAND, or CSV with the columns lower and upper."""
    id: str | None = None
    """Which band of the file."""
    learnt_from: GivenHistory | None = None
    """In place of edges, what was before: the band is learnt from it here, which is only approximately what CloudWatch
    learns."""

    def problems(self) -> Iterator[Problem]:
        """One source."""
        stated = self.lower is not None or self.upper is not None
        sources = [stated, self.file is not None, self.learnt_from is not None]
        if not any(sources):
            yield Problem("has neither a lower nor an upper edge", "give one, such as lower: 400; or file, learnt_from")
        elif sum(sources) > 1:
            yield Problem("comes from two sources", "keep one of lower and upper, file, learnt_from")


class Repeated(Model):
    """Something that happens once, or again and again."""

    at: Moment
    """When it happens first."""
    every: Length = "1m"
    """The time between two of them."""
    count: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    """How often it happens."""


class GivenLines(Repeated):
    """Lines of a log group, which its metric filters read."""

    message: Annotated[Annotated[str, Text] | Annotated[Mapping[str, Any], More], BY_FORM]
    """The line; a mapping is written as JSON."""


class GivenEvent(Repeated):
    """An event on the default event bus, which the event rules read."""

    source: str
    """Such as aws.sagemaker."""
    detail_type: Annotated[str, Field(validation_alias="detail-type")]
    """Such as SageMaker Training Job State Change."""
    detail: Mapping[str, Any] = {}
    """What it says."""
    resources: Items[str] = ()
    """ARNs it is about."""


class GivenAll(Model):
    """What happens in the scenario."""

    metrics: Items[GivenMetric] = ()
    """What is published of metrics."""
    states: Mapping[str, Mapping[Moment, State]] = {}
    """States of alarms that are not in this stack, such as a suppressor, by moment; they are OK otherwise."""
    bands: Mapping[str, GivenBand] = {}
    """The usual band of anomaly alarms, by alarm."""
    logs: Mapping[str, Items[GivenLines]] = {}
    """Lines by log group."""
    events: Items[GivenEvent] = ()
    """Events."""
    sizes: Mapping[str, Annotated[int, Field(ge=0)]] = {}
    """Sizes that groups and endpoints begin with; those they are deployed with, or their smallest, otherwise."""


class ExpectedStates(Model):
    """When a state changes. What is named happens exactly as often as it is named."""

    alarm: Spans | None = None
    """When it goes into ALARM: one span of time, or one for each time."""
    ok: Spans | None = None
    """When it goes back to OK."""
    insufficient_data: Spans | None = None
    """When it goes into INSUFFICIENT_DATA."""
    states: Mapping[Moment, State] = {}
    """The state at a moment."""

    @property
    def empty(self) -> bool:
        """Whether nothing is expected."""
        return self.alarm is None and self.ok is None and self.insufficient_data is None and not self.states

    def problems(self) -> Iterator[Problem]:
        """Something that can fail."""
        if self.empty:
            yield Problem("expects nothing", "write quiet, or when it goes into a state, such as alarm: 5m..10m")


_E = TypeVar("_E", bound=ExpectedStates)
QuietOr = Annotated[Annotated[Literal["quiet"], Text] | Annotated[_E, More], BY_FORM]


class ExpectedAlarm(ExpectedStates):
    """When an alarm changes its state."""

    contributors: Mapping[str, QuietOr[ExpectedStates]] = {}
    """Of an alarm on a query with GROUP BY: the same of one of its series, by the values that it is grouped by."""

    @property
    def empty(self) -> bool:
        """Whether nothing is expected."""
        return super().empty and not self.contributors


Part = Annotated[str, Field(min_length=1)]


class ExpectedText(Model):
    """A message that must have been sent."""

    to: str
    """The topic."""
    contains: Annotated[Annotated[Part, Text] | Annotated[Annotated[Items[Part], Field(min_length=1)], More], BY_FORM]
    """What must be in one and the same message."""


class Expected(Model):
    """What must follow."""

    alarms: Mapping[str, QuietOr[ExpectedAlarm]] = {}
    """By alarm: `quiet` (it never goes into ALARM), or when it changes."""
    others: Literal["quiet", "ignore"] = "quiet"
    """Alarms that act, and are not named above, must not fire."""
    messages: Mapping[str, Annotated[int, Field(ge=0)]] = {}
    """How many messages a topic gets of alarms and events; news that it is over is not counted."""
    ok_messages: Mapping[str, Annotated[int, Field(ge=0)]] = {}
    """How many messages a topic gets that it is over."""
    receivers: Mapping[str, Annotated[int, Field(ge=0)]] = {}
    """How many of these messages an endpoint gets."""
    texts: Items[ExpectedText] = ()
    """What must be in a message."""
    sizes: Mapping[str, Mapping[Moment, Annotated[int, Field(ge=0)]]] = {}
    """The size that scaling policies give an Auto Scaling group or an endpoint, by moment."""


class BehaviourCase(Model):
    """One test: a scenario, and what must follow."""

    name: Annotated[str, Field(min_length=1)]
    """A sentence: what the test says of the alarms."""
    given: GivenAll
    """What happens."""
    expect: Expected
    """What must follow."""
    length: Annotated[Length | None, Field(validation_alias="for")] = None
    """How long the scenario is. Default: to the last value, line, event or moment that is named."""
    start: str | None = None
    """When it starts, in UTC, for what depends on the clock: mute windows, hours of the day, moments in files. Default:
    with the first value of a file; after the history that a band is learnt from; else Monday, 2026-01-05T00:00."""
    before: Literal["steady", "nothing"] = "steady"
    """What was before the start: what the first minute has, or nothing."""
    new_alarms: bool = False
    """Whether the alarms are made at the start, and have no state yet."""


class BehaviourSettings(Model):
    """What AWS does not document, where a team knows better; docs/simulation.md lists each with its default."""

    extra_periods: Annotated[int, Field(ge=0, le=100)] | None = None
    """How many periods more than N an evaluation reads."""
    premature: Literal["oldest", "exact"] = "oldest"
    """Which pattern of few breaching points is an alarm."""
    arrival_delay_seconds: Annotated[int, Field(ge=0, le=3600)] = 0
    """How long after its time a value can be read."""
    hourly_minute: Annotated[int, Field(ge=0, le=59)] = 0
    """The minute of the hour at which an alarm of more than a day is evaluated."""
    percentile: Literal["nearest", "linear"] = "nearest"
    """Whether a percentile is a sample, or lies between two."""
    low_samples: Literal["point", "all"] = "point"
    """Whether too few samples are counted in each point or in all that are judged."""
    if_without_value: Literal["zero", "dropped"] = "zero"
    """What IF gives where its third series has no point."""
    stddev: Literal["population", "sample"] = "population"
    """Which standard deviation STDDEV is."""
    band_first: Literal["lower", "upper"] = "lower"
    """Which edge FIRST takes of an anomaly band."""
    muted_return: Literal["runs", "quiet"] = "runs"
    """Whether an alarm that came back while muted runs its action when the window ends."""
    tracking_low_percent: Annotated[int, Field(ge=1, le=100)] = 90
    """How far down, in percent of the target, target tracking waits before it removes something."""


class BehaviourFile(Model):
    """A file of tests."""

    configuration: str | None = None
    """What is tested: Terraform's JSON (cdk.tf.json, or `terraform show -json` of a plan or a state), seen from this
    file. Default: the only stack in cdktf.out next to it."""
    settings: BehaviourSettings = BehaviourSettings()
    """What AWS does not document."""
    tests: Annotated[Items[BehaviourCase], checked(not_empty)]
    """The tests."""

    def problems(self) -> Iterator[Problem]:
        """Distinct names for tests."""
        seen: set[str] = set()
        for index, test in enumerate(self.tests):
            if test.name in seen:
                yield Problem(f"{test.name!r} is the name of another test", "rename one", f"tests.{index}.name")
            seen.add(test.name)

"""One CloudWatch alarm as data: when it fires, and what it says to the person it reaches.

Patterns describe their alarms as tables of `Alarm`; `constructs_lib.resources.alarms` turns a table into resources.
What CloudWatch would refuse at apply, or accept and never fire, can't be built here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from constructs_lib.alarms import expression
from constructs_lib.alarms.composite_rule import Node
from constructs_lib.alarms.duty import Duty, GroupedIn, Notifies
from constructs_lib.alarms.metric import Metric, PeriodSeconds
from constructs_lib.alarms.severity import Severity
from constructs_lib.aws import cron, limits, names
from constructs_lib.aws.comparison import COMPARISONS, DIRECTIONS, Comparison, Direction
from constructs_lib.errors import Problem
from constructs_lib.model import Items, Model, checked
from constructs_lib.references import OrReference, is_reference, known, of_literals
from constructs_lib.units import duration, number

Number = Annotated[float, Field(allow_inf_nan=False), checked(limits.value), OrReference()]
if TYPE_CHECKING:
    Count = float  # CDKTF hands out number references as floats; to a type checker an int is one too
else:
    Count = Annotated[int, Field(ge=1), OrReference()]

MissingData = Literal["breaching", "not_breaching", "ignore", "missing"]
"""What an alarm makes of a period without data: as if over the limit, as if fine, keep the state, no data."""


class Evaluate(Model):
    """How many of the last periods must breach.

    Periods end at the minute of the evaluation, so a burst lies across the border of two at some minute and counts
    twice. Of periods longer than a minute take all, 3 of 3: 2 of 3 makes two alarms of two minutes' trouble, both late.
    """

    breaching: Count
    """Periods that must breach (M)."""
    of: Count
    """Periods looked at (N)."""
    wall_clock: Annotated[str, checked(cron.time_zone)] | None = None
    """Time zone, such as Europe/Berlin, by whose clock periods begin: a day is then a calendar day. Left out: periods
    end at the minute of the evaluation. It needs `provider: {at_least: "6.69"}`."""

    def problems(self) -> Iterator[Problem]:
        """M can't exceed N."""
        if broken := limits.breaching(self.breaching, self.of):
            yield broken

    def over(self, period_seconds: float) -> str:
        """In words: `2 of 3 periods of 5 minutes`."""
        by = f" by the clock of {self.wall_clock}" if self.wall_clock else ""
        if self.of == 1:
            return f"one period of {duration(period_seconds)}{by}"
        return f"{number(self.breaching)} of {number(self.of)} periods of {duration(period_seconds)}{by}"


class Math(Model):
    """A metric-math expression over named metrics; an alarm watches its one result."""

    RESULT_ID: ClassVar[str] = "result"

    expression: Annotated[str, Field(min_length=1, max_length=limits.EXPRESSION_CHARACTERS), OrReference()]
    """CloudWatch metric math over the ids of `metrics`, such as `IF(calls > 0, 100 * errors / calls, 0)`."""
    metrics: Mapping[Annotated[str, checked(limits.query_id)], Metric]
    """The metrics the expression reads, by the id it calls them."""
    label: Annotated[str, OrReference()]
    """What the result is, in words: `errors in percent of calls`."""
    steps: Mapping[Annotated[str, checked(limits.query_id)], str] = {}
    """Expressions that the others build on, by the id they call them."""

    def problems(self) -> Iterator[Problem]:
        """One to ten metrics, all of one period, all used."""
        if not 1 <= len(self.metrics) <= limits.METRICS_IN_MATH:
            yield Problem(
                f"{len(self.metrics)} metrics, and an alarm reads 1 to {limits.METRICS_IN_MATH}",
                "read fewer" if self.metrics else "name what the expression reads",
                path="metrics",
            )
        periods = {known(metric.period_seconds, 0) for metric in self.metrics.values()} - {0}
        if len(periods) > 1:
            yield Problem(
                f"the metrics have periods of {', '.join(duration(p) for p in sorted(periods))}",
                "give all of them the same period_seconds",
                path="metrics",
            )
        for field, ids in (("metrics", self.metrics), ("steps", self.steps)):
            if self.RESULT_ID in ids:
                rule = f"{self.RESULT_ID!r} is the id of the expression itself"
                yield Problem(rule, "choose another", path=f"{field}.{self.RESULT_ID}")
        for key in self.steps.keys() & self.metrics.keys():
            yield Problem(f"{key!r} is the id of a metric", "choose another", path=f"steps.{key}")
        everything = "; ".join((self.expression, *self.steps.values()))
        yield from of_literals(self._expression_problems)(everything) or ()

    def _expression_problems(self, everything: str) -> Iterator[Problem]:
        """What the API refuses at apply: names that are no metric's, and functions an alarm can't use."""
        for key in self.metrics if "METRICS(" not in everything else ():
            if not re.search(rf"\b{key}\b", everything):
                yield Problem(f"{key!r} is not used in the expression", "use it or remove it", path=f"metrics.{key}")
        yield from expression.problems(everything, {*self.metrics, *self.steps})
        if "ANOMALY_DETECTION_BAND" in everything:
            yield Problem(
                "ANOMALY_DETECTION_BAND can't be compared with a limit", "use the pattern anomaly", path="expression"
            )

    @property
    def period_seconds(self) -> float:
        """The period all its metrics share."""
        return next(iter(self.metrics.values())).period_seconds

    def describe(self) -> str:
        """The result in words."""
        return self.label


class Insights(Model):
    """A Metrics Insights query, for series whose dimensions no one can know beforehand.

    With GROUP BY it has a result for each group, whose states are each their own. An alarm on one sees the last three
    hours only (CloudWatch user guide, "Limits that apply to alarms based on Metrics Insights queries").
    """

    query: Annotated[str, Field(min_length=1, max_length=limits.EXPRESSION_CHARACTERS), OrReference()]
    """The query: `SELECT MAX("…") FROM SCHEMA("…", …) WHERE …`."""
    period_seconds: PeriodSeconds
    """Length of one period, up to the three hours."""
    label: Annotated[str, OrReference()]
    """What the result is, in words."""
    custom: tuple[str, str] | None = None
    """Namespace and name of the metric it reads, where that is declared as custom."""

    def problems(self) -> Iterator[Problem]:
        """Whole minutes, up to three hours."""
        if broken := limits.insights_period(self.period_seconds):
            yield broken.at("period_seconds")

    def describe(self) -> str:
        """The result in words."""
        return self.label


class Threshold(Model):
    """Fires when a metric, a math expression or a query is past a fixed limit."""

    watch: Metric | Math | Insights
    comparison: Comparison
    limit: Number
    unit: str = ""
    """Unit of the limit as a reader says it: `ms`, `%`."""
    low_samples: Literal["evaluate", "ignore"] = "evaluate"
    """For percentiles: whether few samples count. CloudWatch's own default is to evaluate."""

    def describe(self, evaluate: Evaluate) -> str:
        """When it fires, in words."""
        limit = f"{number(self.limit)} {self.unit}".rstrip()
        # A graph's label ends in the unit, a sentence has it after the number.
        subject = self.watch.describe().removesuffix(f" in {self.unit}")
        past = COMPARISONS[self.comparison].words
        return f"{subject} is {past} {limit} in {evaluate.over(self.watch.period_seconds)}"


class Band(Model):
    """Fires when a metric leaves the band CloudWatch has learnt for it."""

    watch: Metric
    width: Annotated[float, Field(gt=0, allow_inf_nan=False), OrReference()]
    """Half the band's width in standard deviations."""
    direction: Direction

    def problems(self) -> Iterator[Problem]:
        """No band without a period of a minute or more."""
        if broken := limits.band_period(self.watch.period_seconds):
            yield broken.under("watch")

    def describe(self, evaluate: Evaluate) -> str:
        """When it fires, in words."""
        where = f"{DIRECTIONS[self.direction].words} its usual band ({number(self.width)} standard deviations)"
        return f"{self.watch.describe()} is {where} in {evaluate.over(self.watch.period_seconds)}"


SUPPRESSOR_WAIT_SECONDS = 120
"""How long the actions of a silenced composite wait for the silencing alarm to act: the value of the CloudWatch user
guide's example, which covers one evaluation of a one-minute alarm twice over."""


class Composite(Model):
    """Fires by the states of other alarms."""

    WORD: ClassVar[str]

    alarms: Annotated[Items[str], Field(min_length=1, max_length=limits.COMPOSITE_CHILDREN)]
    """Keys of the alarms in the same table; or their names, where they are in others."""
    suppressed_by: Annotated[str, Field(min_length=1, max_length=1_600), OrReference()] | None = None
    """Name or ARN of an alarm that silences the actions while it is in alarm, such as one for a deployment."""
    extension_seconds: Annotated[int, Field(ge=1)] = 180
    """How long they stay silent after it is over: the value of the CloudWatch user guide's example."""

    def rule(self, name_of: Callable[[str], str]) -> str:
        """CloudWatch's alarm rule, with `name_of` giving each child's name."""
        return f" {self.WORD} ".join(f'ALARM("{name_of(key)}")' for key in self.alarms)


class AllOf(Composite):
    """Fires while every one of its alarms is in alarm."""

    WORD: ClassVar[str] = "AND"


class AnyOf(Composite):
    """Fires while at least one of its alarms is in alarm."""

    WORD: ClassVar[str] = "OR"


class Combined(Composite):
    """Fires while a rule over the states of its alarms holds."""

    tree: Node
    """The rule, on the names in `alarms`."""

    def rule(self, name_of: Callable[[str], str]) -> str:
        """CloudWatch's alarm rule."""
        return str(self.tree.renamed(name_of))


Condition = Threshold | Band | AllOf | AnyOf | Combined


REGISTER = "Register: "
"""What the line of a description with the link to the register begins with: a list of alarms is not a runbook."""


class Alarm(Model):
    """One row of a pattern's alarm table."""

    key: str
    """Construct id within its monitor: part of the Terraform address, so it never changes."""
    name: Annotated[str, checked(limits.alarm_name), OrReference()]
    """CloudWatch alarm name, unique in the account and Region."""
    adopted: bool = False
    """Whether it is there already, and Terraform imports it."""
    severity: Severity
    summary: Annotated[str, OrReference()]
    """What happened, in one sentence without a full stop."""
    impact: Annotated[str, OrReference()]
    """Why it matters."""
    first_step: Annotated[str, OrReference()]
    """What to do first."""
    condition: Condition
    evaluate: Evaluate = Evaluate(breaching=1, of=1)
    missing_data: MissingData = "missing"
    runbook: Annotated[str, OrReference()] | None = None
    register_row: Annotated[str, OrReference()] | None = None
    """Link to what the register says of it."""
    duty: Duty = Notifies()
    """What it is there for."""
    rolls_back: bool = False
    """Whether it takes back a deployment that is under way when it fires."""

    def problems(self) -> Iterator[Problem]:
        """The look-back window, and the description's length."""
        watch = None if isinstance(self.condition, Composite) else self.condition.watch
        if watch and (broken := limits.window(watch.period_seconds, self.evaluate.of)):
            yield broken
        if isinstance(watch, Insights) and (
            broken := limits.insights_window(watch.period_seconds, self.evaluate.of, self.evaluate.wall_clock or "")
        ):
            yield broken
        if watch and self.evaluate.wall_clock and (broken := limits.wall_clock_period(watch.period_seconds)):
            yield broken
        if broken := limits.description(self.description):
            yield broken.under("first_step")

    @property
    def notifies(self) -> bool:
        """Whether it notifies people itself."""
        return isinstance(self.duty, Notifies)

    @property
    def has_link(self) -> bool:
        """Whether its description says where to read on; with a reference in it that is not known."""
        return is_reference(self.description) or bool(names.link_in("\n".join(self._sentences())))

    @property
    def description(self) -> str:
        """What the person who is paged reads: what happened, why it matters, what to do first, where to read on."""
        sentences = self._sentences()
        if self.register_row:
            sentences.append(f"{REGISTER}{self.register_row}")
        return "\n".join(sentences)

    def _sentences(self) -> list[str]:
        sentences = [_sentence(self.summary)]
        if isinstance(self.duty, Notifies | GroupedIn):
            sentences += [_sentence(self.impact), f"First: {_sentence(self.first_step)}"]
        if not isinstance(self.duty, Notifies):
            sentences.append(_sentence(str(self.duty)))
        elif self.duty.at:
            sentences.append(f"Notifies {self.duty.at}.")
        if self.runbook:
            sentences.append(f"Runbook: {self.runbook}")
        return sentences


def _sentence(text: str) -> str:
    text = text.strip()
    head = text if text[1:2].isdigit() else text[:1].upper() + text[1:]  # "p99 latency" stays as it is
    return head if head.endswith((".", "!", "?")) else f"{head}."

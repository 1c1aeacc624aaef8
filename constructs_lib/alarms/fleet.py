"""One metric of many things, each of which an alarm judges by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import Field

from constructs_lib.alarms.insights import FUNCTIONS, TAG, SelectQuery
from constructs_lib.alarms.metric import PeriodSeconds
from constructs_lib.aws import catalogue, limits
from constructs_lib.errors import Problem
from constructs_lib.model import Items, Model, checked, not_empty, shown
from constructs_lib.references import OrReference, is_reference

_KEY = re.compile(r"[^\x00-\x1f\x7f]{1,255}")


def _key(name: str) -> Problem | None:
    if _KEY.fullmatch(name.removeprefix(TAG)) and not name.startswith(":"):
        return None
    return Problem(f"{shown(name)} is neither a dimension nor a tag", "write FunctionName, or tag.team for a tag")


Key = Annotated[str, checked(_key)]


class Fleet(Model):
    """One metric of many things, such as the errors of every Lambda function, each of which is judged by itself.

    CloudWatch looks for them at each evaluation: what is new is watched once it publishes, what is gone is left out. An
    alarm judges 500 at most, the last three hours only, and 100 of them can be in alarm at once.
    """

    namespace: Annotated[str, checked(limits.namespace), OrReference()]
    """CloudWatch namespace, such as AWS/Lambda."""
    name: Annotated[str, Field(min_length=1, max_length=255), OrReference()]
    """Metric name, such as Errors."""
    each: Annotated[Items[Key], checked(not_empty)]
    """The dimensions, or tags written as `tag.team`, that tell one from the other: each value is judged by itself."""
    where: Mapping[Key, Annotated[str, OrReference()]] = {}
    """Only those with this value of a dimension, or of a tag of the resource, as `tag.team`. CloudWatch compares whole
    values: it knows neither prefixes nor `or`."""
    without: Mapping[Key, Items[Annotated[str, OrReference()]]] = {}
    """All but those with these values of a dimension or a tag."""
    dimensions: Items[Key] | None = None
    """All dimensions of the series, exactly. Left out: those that the options above name."""
    statistic: Literal["Average", "Sum", "Minimum", "Maximum", "SampleCount"]
    """How the values of a period are summed up. Queries have no percentiles."""
    period_seconds: PeriodSeconds = 300
    """Length of one period: a multiple of 60. Five minutes smooth out single spikes."""
    custom: bool = False
    """Set for a metric that you publish yourself, or one this library does not know yet."""
    label: Annotated[str, Field(min_length=1), OrReference()] | None = None
    """What is measured, as the alarm's text names it: `errors of a function`. Left out: made from the names."""

    def problems(self) -> Iterator[Problem]:
        """A query that CloudWatch takes, and that finds something."""
        if broken := limits.insights_period(self.period_seconds):
            yield broken.at("period_seconds")
        for index, key in enumerate(self.each):
            if key in self.each[:index]:
                yield Problem(f"{shown(key)} is listed twice", "remove one", path=f"each.{index}")
        for key in self.without:
            if key in self.where:
                rule = f"`where` already says which value of {key} is watched"
                yield Problem(rule, "remove it from one of the two", path=f"without.{key}")
        yield from self._unpublished()
        if not is_reference(text := self.query(descending=True)) and len(text) > limits.EXPRESSION_CHARACTERS:
            yield Problem(
                f"the query has {len(text):,} characters, and an alarm takes {limits.EXPRESSION_CHARACTERS:,}",
                "leave out fewer, or give what is watched a tag",
                path="without",
            )

    def _unpublished(self) -> Iterator[Problem]:
        """Series that no one publishes."""
        named = self._named
        if self.dimensions is not None and (missing := sorted(named - {*self.dimensions})):
            rule = f"{' and '.join(missing)} is not among them"
            yield Problem(rule, "name every dimension of the series", path="dimensions")
        elif not named and not self.dimensions:
            yield Problem("is missing, and tags alone do not tell the series", "name their dimensions", "dimensions")
        elif not self.custom and not is_reference((self.namespace, self.name)):
            for problem in catalogue.problems(self.namespace, self.name, frozenset(self._dimensions)):
                yield problem.at("each") if problem.path == "dimensions" and not self.dimensions else problem

    @property
    def _named(self) -> frozenset[str]:
        """The dimensions that the options name, without tags."""
        return frozenset(key for key in (*self.each, *self.where, *self.without) if not key.startswith(TAG))

    @property
    def _dimensions(self) -> tuple[str, ...]:
        named = dict.fromkeys((*self.each, *self.where, *self.without))
        return tuple(self.dimensions) if self.dimensions else tuple(key for key in named if not key.startswith(TAG))

    def query(self, *, descending: bool) -> str:
        """The query.

        Args:
            descending: Whether the highest come first, where there are more than an alarm judges.
        """
        equal = ((key, True, value) for key, value in self.where.items())
        other = ((key, False, value) for key, values in self.without.items() for value in values)
        return str(
            SelectQuery(
                function=FUNCTIONS[self.statistic],
                namespace=self.namespace,
                name=self.name,
                dimensions=self._dimensions,
                conditions=(*equal, *other),
                groups=tuple(self.each),
                order="MAX" if descending else "MIN",
                descending=descending,
            )
        )

    @property
    def facts(self) -> catalogue.MetricFacts | None:
        """What the catalogue knows of the metric; nothing of a custom one."""
        return None if self.custom else catalogue.find(self.namespace, self.name)

    def describe(self) -> str:
        """What is measured, in words: `sum of errors of one FunctionName with tag team ml`."""
        if self.label is not None:
            return self.label
        measured = catalogue.measured(self.namespace, self.name, self.statistic)
        of = " and ".join(_words(key) for key in self.each)
        only = [f"{_words(key)} {value}" for key, value in self.where.items()]
        return f"{measured} of one {of}" + (f" with {' and '.join(only)}" if only else "")


def _words(key: str) -> str:
    return f"tag {key.removeprefix(TAG)}" if key.startswith(TAG) else key

"""Whose treatment is measured, against what, and how much is too much."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field, GetJsonSchemaHandler, WithJsonSchema, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from constructs_lib.alarms.alarm import Number
from constructs_lib.aws.sagemaker import bias
from constructs_lib.errors import Problem
from constructs_lib.model import Items, Model, checked, literal, nearest, not_empty, shown
from constructs_lib.references import OrReference, at_least


def value(found: object) -> Problem | None:
    """What a column can hold; of a number CloudWatch's dimension must be known, for it is written as text."""
    if isinstance(found, float) and not math.isfinite(found):
        return Problem(f"{found} is not a value of a column", "write a number")
    if isinstance(found, int | float) and (unknown := literal(found)):
        return unknown
    if found == "":
        return Problem("is empty, and no dimension's value is", 'write the value, such as "unknown"')
    if isinstance(found, bool | int | float | str):
        return None
    return Problem(f"{shown(found)} is not a value of a column", "write a number, true, false or text")


if TYPE_CHECKING:
    Value = bool | int | float | str
else:  # one problem for a wrong value, not one for each type it might have been
    Value = Annotated[Any, checked(value), WithJsonSchema({"type": ["boolean", "number", "string"]})]
Column = Annotated[str, Field(min_length=1, max_length=255)]


class Label(Model):
    """What the model predicts."""

    name: Column
    """Column of the label."""
    positive: Annotated[Items[Value], checked(not_empty)]
    """Its values that are good for the person: [1]. Of a numeric label a lower bound."""
    published_as: str | None = None
    """The dimension LabelValue as it is published, for a numeric label: an interval such as (40, 75] that depends on
    the data. Left out: the values with commas between them."""

    @property
    def published(self) -> str:
        """The dimension LabelValue."""
        return self.published_as if self.published_as is not None else bias.published(self.positive)


class Facet(Model):
    """A column that tells people apart, and those in it who may be treated worse.

    All of it is a part of Terraform addresses, and has to be known before deployment.
    """

    name: Annotated[Column, checked(literal)]
    """The column."""
    sensitive: Items[Annotated[Value, checked(literal)]] = ()
    """Values of those who may be treated worse: each is compared with all others, and has alarms of its own."""
    together: bool = False
    """Whether the sensitive values are one group, with one alarm for all of them."""
    above: Annotated[float, Field(allow_inf_nan=False)] | None = None
    """Of a numeric column, instead: those above this are the group."""
    published_as: Items[Annotated[str, checked(literal)]] = ()
    """The dimension FacetValue as it is published, for a numeric column: an interval such as (40, 75] that depends on
    the data. Left out: the alarms ask CloudWatch for whatever interval there is."""

    def problems(self) -> Iterator[Problem]:
        """A group, described in one way."""
        if self.sensitive and self.above is not None:
            yield Problem("values and a bound are given", "write one of sensitive and above", path="above")
        if not self.sensitive and self.above is None:
            yield Problem(
                f"no sensitive values of {shown(self.name)} are given, and bias is measured for them",
                "write `sensitive: [value]`, or `above: number` for a numeric column",
            )
        if self.published_as and self.above is None:
            yield Problem("is for numeric columns", "remove it, or write `above`", path="published_as")
        if self.together and len(self.sensitive) < 2:
            yield Problem("one value is not a group", "remove it", path="together")

    @property
    def published(self) -> Sequence[str]:
        """The values of the dimension FacetValue; empty where no one can know them."""
        if self.above is not None:
            return self.published_as
        if self.together:
            return (bias.published(self.sensitive),)
        return tuple(bias.published((value,)) for value in self.sensitive)

    def analysis(self) -> dict[str, Any]:
        """As Clarify's configuration has it.

        Given several values Clarify takes them for one group; given none it compares each value with all others.
        """
        if self.above is not None:
            return {"name_or_index": self.name, "value_or_threshold": [self.above]}
        if self.together or len(self.sensitive) == 1:
            return {"name_or_index": self.name, "value_or_threshold": list(self.sensitive)}
        return {"name_or_index": self.name}


class Limit(Model):
    """How much is too much: a number, or `{between: [low, high]}`."""

    at_most: Annotated[float, Field(gt=0, allow_inf_nan=False), OrReference()] | None = None
    """Largest distance from 0, in either direction. A number alone means this."""
    between: Annotated[Items[Number], Field(min_length=2, max_length=2)] | None = None
    """The smallest and the largest value that are fine."""

    @model_validator(mode="before")
    @classmethod
    def _from_number(cls, value: Any) -> Any:
        return value if isinstance(value, dict | Limit) else {"at_most": value}

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Editors accept a number, too."""
        return {"anyOf": [{"type": "number", "exclusiveMinimum": 0}, handler(schema)]}

    def problems(self) -> Iterator[Problem]:
        """One of the two, and low below high."""
        if (self.at_most is None) == (self.between is None):
            yield Problem("one limit is needed", "write a number, or {between: [low, high]}")
        low, high = self.between or (None, None)
        if at_least(low, high):
            yield Problem(f"{low:g} is not below {high:g}", "write the smaller one first", path="between")


def metric(name: str) -> Problem | None:
    """A metric Clarify measures."""
    if name in bias.METRICS:
        return None
    return Problem(f"{shown(name)} is not a bias metric Clarify measures", nearest(name, bias.METRICS))

"""The query language of CloudWatch Metrics Insights, as far as an alarm uses it: written, and read.

Source: CloudWatch user guide, "Query components and syntax in CloudWatch Metrics Insights" and "Create a CloudWatch
alarm based on a Metrics Insights query".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, Self, cast

from constructs_lib.references import within_expressions

Function = Literal["AVG", "COUNT", "MAX", "MIN", "SUM"]

FUNCTIONS: dict[str, Function] = {
    "Average": "AVG",
    "SampleCount": "COUNT",
    "Maximum": "MAX",
    "Minimum": "MIN",
    "Sum": "SUM",
}
"""By CloudWatch's name of the statistic. There is none for percentiles."""

TAG = "tag."
"""What the key of a resource's tag begins with where a dimension's name could stand."""

_WORD = r'(?:"(?:[^"\\]|\\.)+"|[\w/-]+)'
_NAME = rf"{_WORD}(?:\.{_WORD})*"
_CONDITION = rf"{_NAME}\s*!?=\s*'(?:[^'\\]|\\.)*'"
_QUERY = re.compile(
    rf"""\s*SELECT\s+(?P<function>AVG|COUNT|MAX|MIN|SUM)\s*\(\s*(?P<metric>{_NAME})\s*\)
    \s+FROM\s+(?:SCHEMA\s*\(\s*(?P<schema>{_NAME}(?:\s*,\s*{_NAME})*)\s*\)|(?P<namespace>{_NAME}))
    (?:\s+WHERE\s+(?P<where>{_CONDITION}(?:\s+AND\s+{_CONDITION})*))?
    (?:\s+GROUP\s+BY\s+(?P<groups>{_NAME}(?:\s*,\s*{_NAME})*))?
    (?:\s+ORDER\s+BY\s+(?P<order>AVG|COUNT|MAX|MIN|SUM)\s*\(\s*\)(?:\s+(?P<direction>ASC|DESC))?)?
    (?:\s+LIMIT\s+(?P<limit>\d+))?\s*;?\s*""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_CONDITIONS = re.compile(rf"(?P<name>{_NAME})\s*(?P<sign>!?=)\s*'(?P<value>(?:[^'\\]|\\.)*)'", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectQuery:
    """A query.

    Attributes:
        function: How the values of a period are summed up, over all series of a group.
        dimensions: The names of exactly the dimensions that a metric has; None for any.
        conditions: Dimension or tag, whether it is to be equal, and the value.
        groups: The dimensions or tags that it groups by: each combination of values is a series of its own.
        order: How series are ordered: by what of their points; empty for not at all.
        descending: Whether the largest come first.
        limit: How many series it gives; None for all.
    """

    function: Function
    namespace: str
    name: str
    dimensions: tuple[str, ...] | None = None
    conditions: tuple[tuple[str, bool, str], ...] = ()
    groups: tuple[str, ...] = ()
    order: Function | Literal[""] = ""
    descending: bool = False
    limit: int | None = None

    def __str__(self) -> str:
        # In double quotes, for any name might be a word of the language: Label, say.
        names = ", ".join(map(_quoted, (self.namespace, *(self.dimensions or ()))))
        source = names if self.dimensions is None else f"SCHEMA({names})"
        text = f"SELECT {self.function}({_quoted(self.name)}) FROM {source}"  # noqa: S608  (no database)
        if self.conditions:
            signs = {True: "=", False: "!="}
            text += " WHERE " + " AND ".join(
                f"{_key(name)} {signs[equal]} {_value(value)}" for name, equal, value in self.conditions
            )
        if self.groups:
            text += f" GROUP BY {', '.join(map(_key, self.groups))}"
        if self.order:
            text += f" ORDER BY {self.order}() {'DESC' if self.descending else 'ASC'}"
        return text if self.limit is None else f"{text} LIMIT {self.limit}"

    @property
    def keys(self) -> frozenset[str]:
        """The dimensions, not tags or accounts, that a series has to have for the query to say something of it."""
        named = {*self.groups, *(name for name, _, _ in self.conditions)}
        return frozenset(name for name in named if not name.startswith((TAG, "AWS.")))

    @classmethod
    def read(cls, text: str) -> Self:
        """What a query says.

        Raises:
            ValueError: It is none that is known here.
        """
        match = _QUERY.fullmatch(text)
        if match is None:
            raise ValueError(f"{text[:60]!r}… is not a Metrics Insights query as its documentation has them")
        schema = _names(match["schema"])
        return cls(
            function=cast("Function", match["function"].upper()),
            namespace=schema[0] if schema else _plain(match["namespace"]),
            name=_plain(match["metric"]),
            dimensions=schema[1:] if schema else None,
            conditions=tuple(
                (_plain(each["name"]), each["sign"] == "=", _unescaped(each["value"]))
                for each in _CONDITIONS.finditer(match["where"] or "")
            ),
            groups=_names(match["groups"]),
            order=cast("Function", (match["order"] or "").upper()),
            descending=(match["direction"] or "").upper() == "DESC",
            limit=int(match["limit"]) if match["limit"] else None,
        )


def is_query(expression: str) -> bool:
    """Whether it is a query, and not metric math."""
    return expression.lstrip()[:6].upper() == "SELECT"


def _key(name: str) -> str:
    """A dimension's name, or a tag's key."""
    return f"{TAG}{_quoted(name.removeprefix(TAG))}" if name.startswith(TAG) else _quoted(name)


def _quoted(name: str) -> str:
    return f'"{_escaped(name)}"'


def _value(value: str) -> str:
    return f"'{_escaped(value)}'"


def _escaped(text: str) -> str:
    """By the guide, each quotation mark within is escaped with a backslash; what Terraform puts in can't be."""
    return within_expressions(text, outside=lambda part: re.sub(r"""(["'\\])""", r"\\\1", part))


def _names(listed: str | None) -> tuple[str, ...]:
    return tuple(_plain(name) for name in re.findall(_NAME, listed or ""))


def _plain(name: str) -> str:
    """`tag."cost center"` → tag.cost center."""
    words = re.findall(_WORD, name)
    return ".".join(_unescaped(word[1:-1]) if word.startswith('"') else word for word in words)


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)

"""A parsed filter pattern: what it matches, why, and what a metric filter would publish from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, assert_never

from constructs_lib.filter_pattern.errors import FilterPatternError
from constructs_lib.filter_pattern.printer import print_tree
from constructs_lib.filter_pattern.selector import parse_selector, print_selector
from constructs_lib.filter_pattern.source import Kind
from constructs_lib.filter_pattern.tree import (
    Delimited,
    JsonFilter,
    Regex,
    Selector,
    Terms,
    Tree,
    leaves,
    selector_of,
)

if TYPE_CHECKING:
    from constructs_lib.filter_pattern.explain import Explanation


@dataclass(frozen=True)
class Pattern:
    """A filter pattern CloudWatch Logs accepts.

    `str(pattern)` is its canonical text, and what should be deployed: every value is quoted, which AWS takes where it
    refuses some bare words (`[kind = SPACE, n]` was refused, `[kind = "SPACE", n]` taken). Patterns that say the same
    are equal.
    """

    tree: Tree
    advice: tuple[FilterPatternError, ...] = field(default=(), compare=False, repr=False)
    """What CloudWatch reads otherwise than it was probably meant. Empty for a pattern from `parse`."""

    def __str__(self) -> str:
        return print_tree(self.tree)

    @property
    def kind(self) -> Kind:
        """The language: only `json` and `delimited` patterns have fields for values and dimensions."""
        match self.tree:
            case Terms() | Regex():
                return "text"
            case JsonFilter():
                return "json"
            case Delimited():
                return "delimited"
        assert_never(self.tree)

    @property
    def regexes(self) -> int:
        """How many regular expressions it holds: a log group may have 5 filters with any."""
        match self.tree:
            case Terms():
                return 0
            case Regex():
                return 1
            case JsonFilter(condition):
                conditions = [condition]
            case Delimited():
                conditions = [field.condition for field in self.tree.fields if field.condition is not None]
        values = (getattr(leaf, "value", None) for condition in conditions for leaf in leaves(condition))
        return sum(isinstance(value, Regex) for value in values)

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """What a metric's value and dimensions may name, as AWS wants it: `$.latency_ms`, `$bytes`.

        Selectors with a wildcard are left out: AWS refuses them in either place (observed).
        """
        match self.tree:
            case JsonFilter(condition):
                selectors = (selector_of(leaf) for leaf in leaves(condition))
                named = (s for s in selectors if isinstance(s, Selector) and not s.has_wildcard)
                return tuple(dict.fromkeys(map(print_selector, named)))
            case Delimited():
                return tuple(f"${field.name}" for field in self.tree.fields if field.name is not None)
        return ()

    @cached_property
    def query(self) -> str | None:
        """The same as a condition of Logs Insights; None where that has no words for it."""
        from constructs_lib.filter_pattern.insights_query import condition

        return condition(self.tree)

    @staticmethod
    def query_field(selector: str) -> str | None:
        """What Logs Insights calls a field of a JSON event, such as `$.latency_ms`; None for any other."""
        from constructs_lib.filter_pattern.insights_query import field

        return field(parse_selector(selector)) if selector.startswith("$.") else None

    def admits(self, field: str, text: str) -> bool:
        """Whether an event that matches may have this text in a field, as far as its own conditions tell.

        Args:
            field: One of `fields`.
            text: The field's text; a number as it is spelled.
        """
        from constructs_lib.filter_pattern.matcher import admits

        return admits(self.tree, field, text)

    @cached_property
    def _matcher(self) -> Callable[[str], bool]:
        from constructs_lib.filter_pattern.matcher import matcher

        return matcher(self.tree)

    def matches(self, line: str) -> bool:
        """Whether the filter lets this event through."""
        return self._matcher(line)

    def explain(self, line: str) -> Explanation:
        """Why it does or does not: the parts that decided."""
        from constructs_lib.filter_pattern.explain import explain

        return explain(self.tree, line)

    def text_of(self, field: str, line: str) -> str | None:
        """What a dimension that names `field` would be for this event.

        None where CloudWatch publishes nothing: the line does not match, or the field is missing, empty, null, an
        object or an array.

        Raises:
            FilterPatternError: The pattern can't have such a field.
        """
        read = self.reader(field)
        return read(line) if self.matches(line) else None

    def value_of(self, field: str, line: str) -> float | None:
        """What a metric filter whose value is `field` would publish for this event; None for nothing.

        A string that spells a number counts as the number, if CloudWatch accepts one of that size.

        Raises:
            FilterPatternError: The pattern can't have such a field.
        """
        from constructs_lib.filter_pattern import extract

        return extract.published(self.text_of(field, line))

    def reader(self, field: str) -> Callable[[str], str | None]:
        """How to read `field` from an event that matches.

        Raises:
            FilterPatternError: The pattern can't have such a field. In a space-delimited pattern it must be one of
                `fields`; a JSON selector may name a field the pattern does not.
        """
        from constructs_lib.filter_pattern import extract

        match self.tree:
            case JsonFilter() if field.startswith("$"):
                selector = parse_selector(field)
                if not selector.has_wildcard:
                    return extract.json_reader(selector)
            case Delimited() if field in self.fields:
                return extract.delimited_reader(self.tree, field.removeprefix("$"))
        raise FilterPatternError(
            f"`{field}` is not a field of a {self.kind} pattern", pattern=field, column=1, fix=self._field_fix()
        )

    def _field_fix(self) -> str:
        if self.kind == "text":
            return "only patterns in braces (JSON) or brackets (space-delimited) have fields"
        named = ", ".join(f"`{name}`" for name in self.fields) or "none yet"
        return f"name one of the pattern's ({named}), without a wildcard"

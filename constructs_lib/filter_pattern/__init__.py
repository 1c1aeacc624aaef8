"""CloudWatch Logs filter patterns: parsed, tried on lines, explained.

    >>> pattern = parse('{ $.level = "ERROR" && $.latency_ms > 500 }')
    >>> pattern.matches('{"level": "ERROR", "latency_ms": 120}')
    False
    >>> print(pattern.explain('{"level": "ERROR", "latency_ms": 120}'))
    `$.latency_ms > 500` is false: $.latency_ms is 120

The language is that of the AWS page "Filter pattern syntax for metric filters, subscription filters, filter log
events, and Live Tail". Where the page is silent, what the service was seen to do decides: recorded answers of
TestMetricFilter and FilterLogEvents (us-east-1, September 2026; marked "observed" where they matter, and kept as a
table in tests/filter_pattern/test_observed.py).

`parse` refuses what CloudWatch would refuse only at apply: `IS NOT`, `EXISTS`, `==`, `and`, single quotes, parentheses
or `!` in a regular expression, too many wildcards or expressions, more than 1,024 characters, missing quotes. It also
refuses what CloudWatch accepts and reads otherwise than it was almost certainly meant:

| written                    | what CloudWatch does                    | write                                      |
|----------------------------|-----------------------------------------|--------------------------------------------|
| `Error Exception`          | needs both words                        | `?Error ?Exception`, `"Error Exception"`, or |
|                            |                                         | `"Error" "Exception"` if both are meant    |
| `?Error timeout`           | ignores `?Error`                        | `?Error ?timeout`                          |
| `[ERROR]`                  | matches every event: a field named so   | `"[ERROR]"`                                |
| `{ $.ok = true }`          | compares with the text, not the boolean | `{ $.ok IS TRUE }`                         |
| `%a||b%`                   | matches every event                     | `%a|b%`                                    |

`parse_deployed` reads those as CloudWatch does, and leaves what `parse` says of them in the pattern's `advice`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from constructs_lib.filter_pattern.errors import FilterPatternError
from constructs_lib.filter_pattern.pattern import Pattern
from constructs_lib.filter_pattern.source import Kind

if TYPE_CHECKING:
    from constructs_lib.filter_pattern.explain import Explanation, Part

__all__ = ["Explanation", "FilterPatternError", "Kind", "Part", "Pattern", "parse", "parse_deployed"]


def parse(text: str) -> Pattern:
    """Read a filter pattern that is to be deployed.

    Raises:
        FilterPatternError: CloudWatch would refuse the pattern, or read it otherwise than it was meant.
    """
    pattern = parse_deployed(text)
    if pattern.advice:
        raise pattern.advice[0]
    return pattern


def parse_deployed(text: str) -> Pattern:
    """Read a filter pattern as CloudWatch does, whatever was meant by it.

    Raises:
        FilterPatternError: CloudWatch would refuse the pattern.
    """
    from constructs_lib.filter_pattern.parser import read

    return Pattern(*read(text))


def __getattr__(name: str) -> object:
    """`Explanation` and `Part`, loaded when asked for: they bring orjson with them."""
    if name in ("Explanation", "Part"):
        from constructs_lib.filter_pattern import explain

        return getattr(explain, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

"""The element Condition.

Source: IAM user guide, "IAM JSON policy elements: Condition operators", "Conditions with multiple context keys or
values" and "Single-valued vs. multivalued context keys".
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any, NamedTuple

from constructs_lib.aws.policy.maybe import Maybe, every, negated, some
from constructs_lib.aws.policy.request import Request
from constructs_lib.aws.policy.wildcard import (
    NoValueError,
    Tokens,
    Variable,
    is_arn,
    known_text,
    lowered,
    matches,
    matches_arn,
    tokens,
)

Test = Callable[[Tokens, Tokens], Maybe]
"""Whether a value of a request is what a value of the policy asks for, in this order: expected, given."""


def met(conditions: object, request: Request, *, variables: bool = True) -> Maybe:
    """Whether all of a statement's conditions are met.

    Args:
        conditions: The element.
        request: The call.
        variables: Whether `${aws:username}` stands for a value.
    """
    if not isinstance(conditions, Mapping) or not all(isinstance(keys, Mapping) for keys in conditions.values()):
        return None  # a reference stands for them
    return every(
        _met(name, key, expected, request, variables=variables)
        for name, keys in conditions.items()
        for key, expected in keys.items()
    )


def _met(name: str, key: str, expected: object, request: Request, *, variables: bool) -> Maybe:
    quantifier, _, operation = name.lower().rpartition(":")
    base = operation.removesuffix("ifexists")
    given = request.values(key)
    if base == "null":
        absent = None if given is None else not given
        return some(absent if text.lower() == "true" else negated(absent) for text in texts(expected))
    if base not in _OPERATORS or quantifier not in ("", "forallvalues", "foranyvalue") or given is None:
        return None
    how = _OPERATORS[base]
    if quantifier:
        given = [value for value in given if value]  # an empty text is no value
    if not given:
        return _without_a_value(quantifier, how, if_exists=operation != base)
    variable = request.variable if variables and how.takes in _TEXTS else None
    fits = (some(_fits(text, value, how, variable) for text in texts(expected)) for value in given)
    answers = map(negated, fits) if how.negative else fits
    return every(answers) if quantifier == "forallvalues" else some(answers)


def _without_a_value(quantifier: str, how: _Operator, *, if_exists: bool) -> Maybe:
    match quantifier:
        case "forallvalues":
            return True
        case "foranyvalue":
            return None if if_exists else False  # one page says true of IfExists, the other false of ForAnyValue
        case _:
            return if_exists or how.negative


def texts(values: object) -> list[str]:
    """One value or several, as text: numbers and booleans of JSON count as such."""
    listed: list[object] = values if isinstance(values, list) else [values]
    return [str(value).lower() if isinstance(value, bool) else str(value) for value in listed]


def _fits(text: str, value: str, how: _Operator, variable: Variable | None) -> Maybe:
    try:
        expected = tokens(text, wildcards=how.takes in _WITH_WILDCARDS, variable=variable)
    except NoValueError:
        return None if how.negative else False  # of the opposite nothing is documented
    return how.test(expected, tokens(value))


def _equal_but_for_case(expected: Tokens, given: Tokens) -> Maybe:
    return matches(lowered(expected), lowered(given))


def _arn(expected: Tokens, given: Tokens) -> Maybe:
    fits = matches_arn(expected, given)
    # What AWS makes of a pattern of fewer than six parts, such as `*`, is not documented.
    return every([is_arn(given), fits if is_arn(expected) or not fits else None])


def _read(read: Callable[[str], Any], compare: Callable[[Any, Any], bool]) -> Test:
    """A test of values that have to be read first. What can't be read fits nothing."""

    def test(expected: Tokens, given: Tokens) -> Maybe:
        limit, value = known_text(expected), known_text(given)
        if limit is None or value is None:
            return None
        try:
            return compare(read(value), read(limit))
        except (ValueError, TypeError):
            return False

    return test


def _number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _date(text: str) -> float:
    """Seconds since 1970, of both forms that IAM takes: those, and ISO 8601."""
    if text.replace(".", "", 1).isdigit():
        return float(text)
    when = datetime.fromisoformat(text)
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()


def _network(text: str) -> IPv4Network | IPv6Network:
    return ip_network(text, strict=False)


def _inside(inner: Any, outer: Any) -> bool:
    return inner.version == outer.version and bool(inner.subnet_of(outer))


class _Operator(NamedTuple):
    takes: str
    test: Test
    negative: bool = False


_TEXTS = ("text", "pattern", "arn")
"""What may hold policy variables."""
_WITH_WILDCARDS = ("pattern", "arn")

_OPERATORS: Mapping[str, _Operator] = {
    "stringequals": _Operator("text", matches),
    "stringnotequals": _Operator("text", matches, negative=True),
    "stringequalsignorecase": _Operator("text", _equal_but_for_case),
    "stringnotequalsignorecase": _Operator("text", _equal_but_for_case, negative=True),
    "stringlike": _Operator("pattern", matches),
    "stringnotlike": _Operator("pattern", matches, negative=True),
    "numericequals": _Operator("number", _read(_number, operator.eq)),
    "numericnotequals": _Operator("number", _read(_number, operator.eq), negative=True),
    "numericlessthan": _Operator("number", _read(_number, operator.lt)),
    "numericlessthanequals": _Operator("number", _read(_number, operator.le)),
    "numericgreaterthan": _Operator("number", _read(_number, operator.gt)),
    "numericgreaterthanequals": _Operator("number", _read(_number, operator.ge)),
    "dateequals": _Operator("date", _read(_date, operator.eq)),
    "datenotequals": _Operator("date", _read(_date, operator.eq), negative=True),
    "datelessthan": _Operator("date", _read(_date, operator.lt)),
    "datelessthanequals": _Operator("date", _read(_date, operator.le)),
    "dategreaterthan": _Operator("date", _read(_date, operator.gt)),
    "dategreaterthanequals": _Operator("date", _read(_date, operator.ge)),
    "bool": _Operator("flag", _equal_but_for_case),
    "binaryequals": _Operator("base64", matches),
    "ipaddress": _Operator("network", _read(_network, _inside)),
    "notipaddress": _Operator("network", _read(_network, _inside), negative=True),
    "arnequals": _Operator("arn", _arn),
    "arnlike": _Operator("arn", _arn),
    "arnnotequals": _Operator("arn", _arn, negative=True),
    "arnnotlike": _Operator("arn", _arn, negative=True),
}

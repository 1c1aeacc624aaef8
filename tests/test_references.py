"""What CDKTF hides in ordinary values, and what a model makes of it."""

from __future__ import annotations

import struct
from typing import Annotated

import pytest

from constructs_lib import AnomalySpec, ConfigError, Metric, ThresholdSpec
from constructs_lib.cdk import TerraformStack, TerraformVariable
from constructs_lib.errors import Problem
from constructs_lib.model import Model, checked
from constructs_lib.references import (
    OrReference,
    above,
    at_least,
    expressions_in,
    is_reference,
    known,
    of_literals,
    variables_in,
)
from tests.configs import INVOCATIONS
from tests.stacks import new_app

TOKEN = struct.unpack(">d", bytes.fromhex("fbff000000000001"))[0]
"""A number token as CDKTF writes it."""


def variable(kind: str) -> TerraformVariable:
    return TerraformVariable(TerraformStack(new_app(), "mine"), "x", type=kind)


def test_a_value_that_cdktf_resolves_becomes_text() -> None:
    value = variable("bool").boolean_value
    metric = Metric(**INVOCATIONS | {"dimensions": {"FunctionName": value}})
    assert is_reference(metric.dimensions["FunctionName"])
    assert metric.dimensions["FunctionName"].startswith("${TfToken[")


def test_a_variables_value_without_a_type_says_which_to_take() -> None:
    with pytest.raises(ConfigError, match="of a variable take string_value, number_value or list_value"):
        Metric(**INVOCATIONS | {"name": variable("string").value})


def test_a_map_with_a_reference_in_it_is_checked_item_by_item() -> None:
    dimensions = {"FunctionName": variable("string").string_value, "Resource": 5}
    with pytest.raises(ConfigError, match=r"Metric\.dimensions\.Resource: 5 is not text"):
        Metric(**INVOCATIONS | {"dimensions": dimensions})


def test_python_can_not_calculate_with_a_number_that_is_not_known_yet() -> None:
    number = variable("number").number_value
    assert ThresholdSpec(metric=Metric(**INVOCATIONS), above=number).above == number
    with pytest.raises(ConfigError, match=r"to calculate with a reference write it as text: \$\{var.timeout \* 0.8\}"):
        ThresholdSpec(metric=Metric(**INVOCATIONS), above=number * 0.5)


def test_expressions_end_at_their_own_brace() -> None:
    found = dict(expressions_in({"a": "x ${jsonencode({k = var.x})} y", "b": ["$${text}", "${open"]}))
    assert found == {"a": "jsonencode({k = var.x})", "b.1": None}


def test_variables_are_found_by_their_whole_name() -> None:
    assert variables_in(["${var.a}", "${lower(var.b)}-${myvar.c}", "${module.var.d}", "$${var.e}"]) == ["a", "b"]


def test_what_is_taken_letter_by_letter_holds_no_reference() -> None:
    filtered = {"pattern": "log_pattern", "filter": "${jndi:", "log_group": "${var.group}"}
    found = dict(expressions_in(filtered, verbatim=lambda data: {"filter"} if "filter" in data else ()))
    assert found == {"log_group": "var.group"}


def test_a_metric_whose_dimensions_are_not_known_is_not_said_to_be_of_the_whole_account() -> None:
    dimensions = variable("map(string)").string_value
    metric = Metric(**INVOCATIONS | {"dimensions": dimensions})
    assert metric.describe() == "Sum of AWS/Lambda Invocations"


def test_a_band_may_be_quiet_below_a_reference() -> None:
    number = variable("number").number_value
    assert AnomalySpec(metric=Metric(**INVOCATIONS), quiet_below=number).quiet_below == number


def test_a_check_of_literals_says_nothing_of_a_reference_or_of_what_is_left_out() -> None:
    @of_literals
    def short(text: str) -> str | None:
        return "is long" if len(text) > 3 else None

    assert short("long text") == "is long"
    assert short("${var.x}") is None
    assert short(None) is None  # type: ignore[arg-type]


@pytest.mark.parametrize("unknown", [None, "${var.x}", TOKEN], ids=["none", "text", "number"])
def test_nothing_is_known_to_be_above_a_reference(unknown: float) -> None:
    assert above(2, 1)
    assert at_least(1, 1)
    assert not above(1, 1)
    assert not any((above(unknown, 1), above(1, unknown), at_least(unknown, 1), at_least(1, unknown)))
    assert known(unknown, 7) == 7
    assert known(3, 7) == 3


def test_a_field_that_takes_no_reference_refuses_one_although_its_check_skips_them() -> None:
    @of_literals
    def short(text: str) -> Problem | None:
        return Problem("is long") if len(text) > 3 else None

    class Options(Model):
        literal: Annotated[str, checked(short)] = ""
        either: Annotated[str, checked(short), OrReference()] = ""

    assert Options(either="${var.x}").either == "${var.x}"
    with pytest.raises(ConfigError, match=r"literal: '\$\{var.x\}' is a Terraform reference"):
        Options(literal="${var.x}")

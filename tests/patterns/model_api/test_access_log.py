"""The access log: its line, and what is found in it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from constructs_lib.filter_pattern import parse
from constructs_lib.patterns.model_api import access_log


def line(**values: str) -> str:
    """A line as API Gateway writes it: the format with its variables filled in, `-` for the others."""
    fields = dict.fromkeys(access_log.FIELDS, access_log.ABSENT) | values
    by_variable = {field.variable: fields[name] for name, field in access_log.FIELDS.items()}
    return re.sub(r"\$context\.([A-Za-z.]+)", lambda match: by_variable[match[1]], access_log.line_format())


SERVED = {"httpMethod": "POST", "resourcePath": "/rank", "status": "200", "integrationStatus": "200"}


def test_the_format_is_one_line_with_a_request_id() -> None:
    text = access_log.line_format()
    assert "\n" not in text
    assert "$context.requestId" in text, "the service refuses a format without it"
    assert "${" not in text, "it would be a Terraform reference"


def test_a_line_without_any_value_is_json_still() -> None:
    assert set(json.loads(line()).values()) == {"-"}


def test_the_example_is_what_the_format_gives() -> None:
    example = json.loads(access_log.example_line())
    assert line(**example) == access_log.example_line()


def test_nothing_secret_and_nothing_the_caller_writes_is_in_it() -> None:
    variables = {field.variable for field in access_log.FIELDS.values()}
    assert not variables & access_log.REFUSED.keys()
    assert not any("apiKey" in variable or "body" in variable.lower() for variable in variables)


@pytest.mark.parametrize("variable", sorted(access_log.REFUSED))
def test_what_must_not_be_added(variable: str) -> None:
    violation = access_log.variable(variable)
    assert violation is not None and access_log.REFUSED[variable] in violation.rule


def test_what_may_be_added() -> None:
    assert access_log.variable("identity.userArn") is None
    assert access_log.variable("authorizer.claims.sub") is None
    assert '"caller":"$context.identity.userArn"' in access_log.line_format({"caller": "identity.userArn"})


def test_a_mistyped_variable_is_told() -> None:
    violation = access_log.variable("identity.userArm")
    assert violation is not None and violation.fix == "did you mean 'identity.userArn'?"


def test_a_field_has_one_meaning() -> None:
    assert access_log.more_fields({"status": "waf.status"}) is not None
    assert access_log.more_fields({"who is it": "identity.userArn"}) is not None


def test_a_format_that_is_too_long() -> None:
    violation = access_log.more_fields({f"field{number}": "identity.userArn" for number in range(70)})
    assert violation is not None and "3072 are allowed" in violation.rule


@pytest.mark.parametrize(
    ("values", "failed"),
    [
        ({}, False),
        ({"status": "404", "functionStatus": "404"}, False),  # the function's own answer
        ({"status": "429", "errorType": "THROTTLED", "integrationStatus": "-"}, False),
        ({"integrationStatus": "424", "status": "502"}, True),  # the model's container failed
        ({"integrationStatus": "503", "status": "503"}, True),
        ({"integrationStatus": "200", "integrationError": "The function failed", "status": "502"}, True),
        ({"integrationStatus": "-", "errorType": "INTEGRATION_TIMEOUT", "status": "504"}, True),
        ({"integrationStatus": "200", "errorType": "DEFAULT_5XX", "status": "502"}, True),  # the function crashed
        ({"integrationStatus": "-", "errorType": "API_CONFIGURATION_ERROR", "status": "500"}, True),  # or is gone
        ({"status": "500", "functionStatus": "500"}, False),  # its own answer again
        ({"integrationStatus": "503", "resourcePath": "/embed"}, False),
        ({"integrationStatus": "503", "httpMethod": "GET"}, False),
    ],
)
def test_failures_behind_a_route(values: dict[str, str], failed: bool) -> None:
    pattern = parse(access_log.integration_failed("/rank", "POST"))
    assert pattern.matches(line(**SERVED | values)) is failed


def test_any_method_leaves_out_those_with_a_route_of_their_own() -> None:
    pattern = parse(access_log.integration_failed("/{proxy+}", "ANY", other_methods=("GET",)))
    failed = {"resourcePath": "/{proxy+}", "integrationStatus": "500"}
    assert pattern.matches(line(**SERVED | failed | {"httpMethod": "PUT"}))
    assert not pattern.matches(line(**SERVED | failed | {"httpMethod": "GET"}))


def test_throttled_requests() -> None:
    pattern = parse(access_log.throttled())
    assert pattern.matches(line(status="429", errorType="THROTTLED"))
    assert pattern.matches(line(status="429", errorType="QUOTA_EXCEEDED"))
    assert not pattern.matches(line(status="429", functionStatus="429")), "a function's own 429 is no limit of the API"


def test_the_line_in_the_docs_is_what_the_format_yields() -> None:
    page = Path(__file__).parents[3] / "docs" / "patterns" / "model_api.md"
    assert f"\n{access_log.example_line()}\n" in page.read_text(encoding="utf-8")

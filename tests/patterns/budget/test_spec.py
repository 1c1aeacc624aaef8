"""What a user may say of money, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib.patterns.budget import BudgetSpec
from tests.configs import config, problems

MONEY: dict[str, Any] = {
    "pattern": "budget",
    "tag": {"app": "assistant"},
    "usd_per_month": 3000,
    "usd_per_day": 200,
}

REFUSED: list[tuple[dict[str, Any], str]] = [
    (
        {"usd_per_month": None, "usd_per_day": None},
        "usd_per_month: no budget is given; write usd_per_month, usd_per_day, or both",
    ),
    ({"usd_per_month": 0}, "usd_per_month: 0 is not above 0; write a number above 0"),
    (
        {"usd_per_month": None, "forecast": True},
        "forecast: is about the budget of a month; add usd_per_month, or remove it",
    ),
    (
        {"usd_per_month": None, "early_percent": 50},
        "early_percent: is about the budget of a month; add usd_per_month, or remove it",
    ),
    ({"early_percent": 100}, "early_percent: 100 is not below 100; write a number below 100"),
    (
        {"tag": None, "unusual_usd": 50},
        (
            "unusual_usd: an account has one monitor for unusual costs of all its services, and AWS has made it; name "
            "a `tag`, or remove it"
        ),
    ),
    (
        {"usd_per_day": 4000},
        "usd_per_day: 4000 US$ a day exceed the month's 3000; write less a day, or more a month",
    ),
    (
        {"services": ["Amazon Bedrock"]},
        (
            "services: 'Amazon Bedrock' does not count Claude and other models of third parties: AWS Marketplace sells "
            "each as a service of its own; count by `tag`, or list theirs as bills name them: Claude … (Amazon Bedrock "
            "Edition)"
        ),
    ),
]


@pytest.mark.parametrize(("options", "problem"), REFUSED, ids=[problem[:30] for _, problem in REFUSED])
def test_what_could_not_be_heard_is_refused(options: dict[str, Any], problem: str) -> None:
    assert problems(config({"money": MONEY | options})) == [f"monitors.money.{problem}"]


@pytest.mark.parametrize("key", ["user:app", "aws:createdBy", "a" * 129])
def test_a_tag_is_named_by_its_key_alone(key: str) -> None:
    (problem,) = problems(config({"money": MONEY | {"tag": {key: "assistant"}}}))
    assert "cannot be the key of a cost allocation tag; write the tag's key alone, like app" in problem


def test_one_tag_is_counted() -> None:
    assert len(problems(config({"money": MONEY | {"tag": {"app": "a", "team": "b"}}}))) == 1
    assert len(problems(config({"money": MONEY | {"tag": {}}}))) == 1


def test_a_stack_elsewhere_is_refused_with_the_reason() -> None:
    (problem,) = problems(config({"money": MONEY}, region="eu-west-1"))
    assert (
        "AWS does not say that they reach a topic in eu-west-1; put it into a stack with `region: us-east-1`" in problem
    )


def test_a_name_over_the_limit() -> None:
    (problem,) = problems(config({"m" * 80: MONEY}))
    assert "is over 100 characters; shorten the monitor's, the stack's or the project's name" in problem


def test_models_of_third_parties_may_be_listed() -> None:
    services = ["Amazon Bedrock", "Claude Sonnet 4.5 (Amazon Bedrock Edition)"]
    assert problems(config({"money": MONEY | {"services": services}})) == []


@pytest.mark.parametrize(
    ("options", "heard"),
    [
        ({}, {"critical", "warning"}),
        ({"severity": "info"}, {"info"}),
        ({"usd_per_month": None}, {"warning"}),
        ({"tag": None, "usd_per_day": None, "early_percent": None, "forecast": False}, {"critical"}),
    ],
)
def test_who_has_to_be_there_to_hear(options: dict[str, Any], heard: set[str]) -> None:
    assert BudgetSpec.model_validate(MONEY | options).costs == heard


def test_someone_hears() -> None:
    (problem,) = problems(config({"money": MONEY}, notifications={"critical": [{"email": "a@example.com"}]}))
    assert problem.startswith("notifications.warning: no one receives 'warning'")


def test_every_value_may_be_a_reference() -> None:
    options = {"tag": {"app": "${var.app}"}, "usd_per_month": "${var.month}", "usd_per_day": "${var.day}"}
    options |= {"early_percent": "${var.early}", "unusual_usd": "${var.unusual}", "services": ["${var.service}"]}
    assert problems(config({"money": MONEY | options})) == []

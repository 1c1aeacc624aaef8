"""Former names: which of them can be, and what they keep."""

from __future__ import annotations

from typing import Any

import pytest

from tests.configs import anomaly, config, load, problems, threshold

NEW = threshold(severity="critical")


def stacks(**more: dict[str, Any]) -> dict[str, Any]:
    """The valid file with more stacks like its own."""
    data = config()
    for name, options in more.items():
        data["stacks"][name] = data["stacks"]["production"] | options
    return data


@pytest.mark.parametrize(
    ("monitors", "said"),
    [
        (
            {"a": anomaly(was="old"), "b": anomaly(was="old")},
            "monitors.b.was.0: a was 'old' too; remove one: the other one is new",
        ),
        (
            {"a": anomaly(), "b": NEW | {"name": "a"}},
            "monitors.b.name: its names in AWS begin with 'a', as those of a do; give one another `name`",
        ),
        (
            {"a": NEW | {"name": "old"}, "b": NEW | {"was": "old"}},
            "monitors.b.was.0: its names in AWS begin with 'old', as those of a do; give one another `name`",
        ),
    ],
)
def test_two_monitors_do_not_share_a_past_or_a_name(monitors: dict[str, Any], said: str) -> None:
    assert said in problems(config(monitors))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (
            {"live": {"was": "production"}},
            (
                "stacks.live.was.0: 'production' is still there, and what it made can't be moved away; "
                "remove production, or this"
            ),
        ),
        (
            {"live": {"was": "old"}, "other": {"was": "old"}},
            "stacks.other.was.0: live was 'old' too; remove one: the other one is new",
        ),
        (
            {"live": {"name": "production"}},
            (
                "stacks.live.name: its names in AWS begin with 'production', as those of production do; "
                "give one another `name`"
            ),
        ),
    ],
)
def test_nor_do_two_stacks(more: dict[str, Any], said: str) -> None:
    assert said in problems(stacks(**more))


def test_one_name_in_two_regions_is_two_names() -> None:
    europe = {"region": "eu-west-1", "name": "production"}
    assert not [one for one in problems(stacks(europe=europe)) if "names in AWS" in one]


@pytest.mark.parametrize(
    ("options", "oldest", "named"),
    [
        ({}, "calls", "calls"),
        ({"was": "traffic"}, "traffic", "traffic"),
        ({"was": ["traffic", "requests"]}, "traffic", "traffic"),
        ({"was": "traffic", "name": "calls"}, "traffic", "calls"),
        ({"name": "visits"}, "calls", "visits"),
    ],
)
def test_what_names_are_made_from(options: dict[str, Any], oldest: str, named: str) -> None:
    monitor = load(config({"calls": anomaly(**options)})).stacks["production"].monitors["calls"]
    assert (monitor.oldest("calls"), monitor.named("calls")) == (oldest, named)

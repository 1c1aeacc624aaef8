"""Who hears of which alarm, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from constructs_lib import ConfigError
from constructs_lib.alarms.duty import GroupedIn, Notifies
from constructs_lib.alarms.routing import Routing
from constructs_lib.alarms.severity import FACTS, NONE, facts_of, milder, rank, rank_of
from tests.alarms.test_math import alarm

TOPIC = "arn:aws:sns:us-east-1:123456789012:team"
INCIDENT = "arn:aws:ssm-incidents::123456789012:response-plan/page"


@pytest.mark.parametrize(
    ("actions", "problem"),
    [
        ({"urgent": [TOPIC]}, "notifications: 'urgent' is not a severity; use one of critical, info, warning"),
        ({"warnin": [TOPIC]}, "notifications: 'warnin' is not a severity; did you mean 'warning'?"),
        ({"warning": TOPIC}, f"notifications.warning: {TOPIC!r} is one text, not a list of ARNs; put it in a list"),
    ],
)
def test_what_a_routing_can_not_be(actions: Any, problem: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Routing(actions)
    assert str(caught.value) == problem


def test_five_actions_for_a_state_are_all_there_can_be() -> None:
    assert len(Routing({"warning": [TOPIC] * 5}).to("warning")) == 5
    with pytest.raises(ConfigError, match=r"^notifications\.warning: 6 "):
        Routing({"warning": [TOPIC] * 6})


def test_what_is_not_a_routing() -> None:
    with pytest.raises(ConfigError) as caught:
        Routing.of("team")  # type: ignore[arg-type]
    assert str(caught.value) == (
        "notifications: a str does not say who hears of an alarm; give a Notifications, or a Routing({...})"
    )
    routing = Routing({"warning": [TOPIC]}, chats={"warning": "chat"})
    assert Routing.of(routing) is routing
    assert (dict(routing.actions), dict(routing.chats)) == ({"warning": (TOPIC,)}, {"warning": "chat"})


def test_a_severity_without_a_receiver() -> None:
    with pytest.raises(ConfigError) as caught:
        Routing({"warning": [TOPIC]}).to("critical")
    assert str(caught.value) == (
        "notifications.critical: no one receives 'critical', and an alarm uses it; add a receiver for it, or give the "
        "alarm a severity that has one"
    )


def test_who_hears_that_an_alarm_is_over() -> None:
    routing = Routing({"warning": [TOPIC, INCIDENT]}, when_over=["warning"])
    assert routing.when_over_to(alarm()) == [TOPIC], "an incident would be opened a second time"
    assert routing.when_over_to(alarm(duty=Notifies(when_over=False))) == []
    assert routing.when_over_to(alarm(severity="critical")) == []
    assert routing.when_over_to(alarm(duty=GroupedIn("page"))) == []


def test_a_message_ends_in_a_link_to_the_row_in_the_register() -> None:
    routing = Routing({"warning": [TOPIC]}, register="https://alarms.example.com/register.html#{alarm}")
    linked = routing.as_deployed(alarm(name="p 1/a"))
    assert linked.description.splitlines()[-1] == "Register: https://alarms.example.com/register.html#p%201%2Fa"
    assert not linked.has_link, "a list of alarms does not say what to do"
    of_reference = routing.as_deployed(alarm(name="${var.team}-a")).description
    assert of_reference.endswith("#${var.team}-a")
    assert Routing({"warning": [TOPIC]}).as_deployed(alarm()).description == alarm().description


def test_a_link_that_makes_a_description_too_long_is_refused() -> None:
    routing = Routing({"warning": [TOPIC]}, register=f"https://{'a' * 1_000}.example.com/#{{alarm}}")
    with pytest.raises(ConfigError, match="characters, and CloudWatch keeps 1024"):
        routing.as_deployed(alarm())


def test_severities_have_an_order_and_words() -> None:
    assert [rank(severity) for severity in FACTS] == [0, 1, 2]
    assert (rank_of("CRITICAL"), rank_of("Info"), rank_of("urgent")) == (0, 2, None)
    assert milder("critical", "info") == milder("info", "critical") == "info"
    assert milder("warning", "critical") == "warning"
    assert (facts_of("critical").verb, facts_of("info").figure, facts_of("")) == ("Pages", "notify", NONE)

"""A plan that replaces an endpoint, or deploys to one."""

from __future__ import annotations

from typing import Any

from constructs_lib.review.effect import Effect
from tests.review.plans import change, reviewed

ROLLBACK = [{"alarms": [{"alarm_name": "errors"}]}]


def endpoint(rollback: Any = ROLLBACK, configuration: str = "ranker-1") -> dict[str, Any]:
    deployment = {"auto_rollback_configuration": rollback, "blue_green_update_policy": [{}]}
    return {"name": "ranker", "endpoint_config_name": configuration, "deployment_config": [deployment]}


def effects(before: dict[str, Any], after: dict[str, Any], *, replaced: bool = False) -> tuple[Effect, ...]:
    return reviewed(change(before, after, kind="aws_sagemaker_endpoint", name="ranker", replaced=replaced)).effects


def test_the_first_and_the_last_roll_back_alarm_replace_the_endpoint() -> None:
    for before, after in (([], ROLLBACK), (ROLLBACK, [])):
        (effect,) = effects(endpoint(before), endpoint(after), replaced=True)
        assert effect.level == "unclear"
        assert effect.summary == "the endpoint is deleted and made again: its callers are not served meanwhile"
        assert effect.details == (
            "the block of roll-back alarms comes or goes, which the provider can't change in place",
        )


def test_an_endpoint_replaced_for_another_reason() -> None:
    (effect,) = effects(endpoint(), endpoint() | {"name": "other"}, replaced=True)
    assert (effect.level, effect.details) == ("unclear", ())


def test_a_deployment_names_the_provider_it_needs_and_fails_nothing() -> None:
    (effect,) = effects(endpoint(), endpoint(configuration="ranker-2"))
    assert effect.level == "remark"
    assert "AWS provider 6.21 or newer" in effect.summary


def test_another_alarm_in_the_block_is_nothing_to_tell() -> None:
    assert effects(endpoint(), endpoint([{"alarms": [{"alarm_name": "latency"}]}])) == ()

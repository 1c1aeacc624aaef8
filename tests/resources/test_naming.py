"""Names of constructs that were given none."""

from __future__ import annotations

from constructs_lib import ThresholdMonitor, ThresholdSpec
from constructs_lib.cdk import Construct, TerraformStack
from constructs_lib.testing import resources
from tests.configs import threshold
from tests.stacks import ROUTING, own_stack


def test_two_monitors_of_one_id_in_different_places_have_names_of_their_own() -> None:
    def fill(stack: TerraformStack) -> None:
        for place in (stack, Construct(stack, "ranker"), Construct(Construct(stack, "a"), "ranker")):
            ThresholdMonitor(place, "calls", ThresholdSpec.model_validate(threshold()), notifications=ROUTING)

    alarms = resources(own_stack(fill), "aws_cloudwatch_metric_alarm").values()
    assert {alarm["alarm_name"] for alarm in alarms} == {"mine-calls", "mine-ranker-calls", "mine-a-ranker-calls"}
